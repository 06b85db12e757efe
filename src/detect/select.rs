//! From calls of tools to the gates of a project: one for each tool and directory, the best evidence
//! first.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::detected::{Detected, NamedDraft, unique_name};
use super::draft::{self, Draft};
use super::evidence::{NotTaken, Origin, Place};
use super::follow::Followed;
use super::launchers::started;
use super::metadata;
use super::project::Project;
use super::rank::rank;

use crate::indirection::plain;
use crate::model::gate::GateKind;
use crate::tools::{Checker, checkers};

/// Adds tools that the project configures and depends on although nothing runs them, if there is no
/// gate of that kind yet, and if CI runs no check that could have been complete. For a language without any evidence, adds its compiler's own check.
pub(super) fn by_configuration(project: &Project<'_>, followed: &mut Followed) {
    let found: Vec<&Checker> = followed.drafts.iter().map(|draft| draft.checker).collect();
    let rivals = |checker: &Checker| found.iter().any(|other| is_rival(checker, other));
    let names: BTreeSet<&str> = followed
        .drafts
        .iter()
        .map(|draft| draft.checker.name)
        .collect();
    let is_checked_by_ci = followed
        .drafts
        .iter()
        .any(|draft| draft.origin <= Origin::CiByDefault);
    for checker in checkers() {
        if checker.whole.is_empty() || names.contains(checker.name) {
            continue;
        }
        let configured = metadata::configured(project, checker);
        let depends = metadata::depends(project, checker);
        let (Some(configured), Some(_)) = (configured.clone(), depends.clone()) else {
            let reason = if configured.is_some() {
                "it is configured, and among no dependencies: add it to them, so that everyone has it"
            } else {
                "it is a dependency, and nothing configures or runs it"
            };
            if let Some(place) = configured
                .or(depends)
                .filter(|_| !checker.packages.names().is_empty())
            {
                followed.not_taken.push(NotTaken {
                    place,
                    what: checker.name.to_owned(),
                    reason: reason.to_owned(),
                });
            }
            continue;
        };
        let is_named = followed.unknown.iter().any(|call| {
            let mut words = call.what.split_whitespace();
            words.any(|word| word == checker.name)
        });
        if is_checked_by_ci && !is_named {
            followed.not_taken.push(NotTaken {
                place: configured,
                what: checker.name.to_owned(),
                reason: "nothing runs it, and CI says what is checked".to_owned(),
            });
            continue;
        }
        if rivals(checker) {
            followed.not_taken.push(NotTaken {
                place: configured,
                what: checker.name.to_owned(),
                reason: format!(
                    "nothing runs it, and there is another gate for {}",
                    wording(checker.kind)
                ),
            });
            continue;
        }
        if !metadata::is_called(project, checker) {
            followed.not_taken.push(NotTaken {
                place: configured,
                what: checker.name.to_owned(),
                reason: "no script of package.json runs it".to_owned(),
            });
            continue;
        }
        followed.drafts.extend(whole(checker, configured));
    }
    if followed.drafts.is_empty() {
        compilers(project, followed);
    }
}

/// Whether a tool does the same sort of work for the same files as another one. A check of texts is none for
/// sources.
fn is_rival(checker: &Checker, other: &Checker) -> bool {
    let (own, others) = (suffixes(checker), suffixes(other));
    checker.kind == other.kind && (own.is_empty() || others.is_empty() || !own.is_disjoint(&others))
}

/// How the names of the files end that a tool is about: `py` and `pyi` for `**/*.{py,pyi}`.
fn suffixes(checker: &Checker) -> BTreeSet<&'static str> {
    let ends = checker
        .files
        .iter()
        .filter_map(|glob| glob.rsplit_once("*."));
    ends.flat_map(|(_, end)| end.trim_matches(['{', '}']).split(','))
        .collect()
}

fn wording(kind: GateKind) -> &'static str {
    match kind {
        GateKind::Typecheck => "types",
        GateKind::Lint => "linting",
        GateKind::Test => "tests",
        GateKind::Format => "formatting",
        GateKind::Security => "security",
        GateKind::Custom => "this",
    }
}

/// The check of the compiler itself, for each language of the project.
fn compilers(project: &Project<'_>, followed: &mut Followed) {
    const COMPILERS: [(&str, &str); 3] = [
        ("Cargo.toml", "cargo-check"),
        ("go.mod", "go-vet"),
        ("tsconfig.json", "tsc"),
    ];
    for (file, name) in COMPILERS {
        let checker = checkers().find(|checker| checker.name == name);
        if let Some(checker) = checker
            && project.has(file)
        {
            let place = Place {
                path: PathBuf::from(file),
                line: 1,
            };
            followed.drafts.extend(whole(checker, place));
        }
    }
}

/// A gate of a tool over the whole project.
fn whole(checker: &'static Checker, place: Place) -> Option<Draft> {
    let words: Vec<String> = checker.whole.iter().map(|&word| word.to_owned()).collect();
    Draft::new(&draft::Found {
        started: &started(&words),
        files: None,
        handed: None,
        dir: Path::new(""),
        env: &BTreeMap::new(),
        origin: Origin::Configuration,
        is_at_push: false,
        places: &[place],
    })
}

/// Chooses among calls of the same tool, and names the gates that remain.
pub(super) fn select(project: &Project<'_>, followed: Followed) -> Detected {
    let Followed {
        drafts,
        mut not_taken,
        mut unknown,
    } = followed;
    let mut chosen: Vec<Draft> = Vec::new();
    for draft in drafts {
        let same = chosen
            .iter_mut()
            .find(|other| is_same(project, other, &draft));
        match same {
            None => chosen.push(draft),
            Some(other) => {
                let (better, worse) = if rank(&draft) < rank(other) {
                    (draft, other.clone())
                } else {
                    (other.clone(), draft)
                };
                if better.run != worse.run
                    && let Some(place) = worse.places.last()
                {
                    not_taken.push(NotTaken {
                        place: place.clone(),
                        what: worse.run.join(" "),
                        reason: format!("another call of {} became the gate", worse.checker.name),
                    });
                }
                *other = better;
            }
        }
    }
    drop_parts(project, &mut chosen, &mut not_taken);
    for draft in &mut chosen {
        name_targets(project, draft);
    }
    join_coverage(&mut chosen, &mut not_taken);
    drop_covered(&mut chosen, &mut not_taken);
    chosen.sort_by_key(|draft| (order(draft.checker.kind), draft.dir.clone()));
    not_taken.sort();
    not_taken.dedup();
    // A call that led to a gate is not unknown.
    let known: BTreeSet<&Place> = chosen.iter().flat_map(|draft| &draft.places).collect();
    unknown.retain(|call| !known.contains(&call.place));
    unknown.sort();
    // One reason is enough.
    unknown.dedup_by(|one, other| (&one.place, &one.what) == (&other.place, &other.what));
    Detected {
        gates: named(chosen),
        not_taken,
        unknown,
        ..Detected::default()
    }
}

/// Tells mypy what to check, if nothing does: a hook manager hands it files.
pub(super) fn name_targets(project: &Project<'_>, draft: &mut Draft) {
    let is_bare = draft.checker.name == "mypy"
        && draft.dir.as_os_str().is_empty()
        && draft.run.iter().skip(1).all(|word| word.starts_with('-'))
        && !draft
            .run
            .iter()
            .any(|word| matches!(word.as_str(), "-p" | "-m"));
    if !is_bare {
        return;
    }
    let handed: Vec<String> = draft
        .handed
        .iter()
        .filter_map(|glob| glob.strip_suffix("/**"))
        .filter(|dir| project.has_dir(dir))
        .map(str::to_owned)
        .collect();
    let targets = if handed.is_empty() {
        metadata::mypy_targets(project)
    } else {
        handed
    };
    draft.run.extend(targets);
}

/// Whether two calls are the same gate: of the same tool in the same directory, over the same paths.
fn is_same(project: &Project<'_>, one: &Draft, other: &Draft) -> bool {
    let is_same_tool =
        one.checker.name == other.checker.name && one.name == other.name && one.dir == other.dir;
    // Two hooks of a tool, each for files of its own.
    let are_apart = one.takes_files
        && other.takes_files
        && !one.files.is_empty()
        && !other.files.is_empty()
        && !one.files.iter().any(|glob| other.files.contains(glob));
    if !is_same_tool || are_apart && one.checker.files.is_empty() {
        return false;
    }
    let (one, other) = (parts(project, one), parts(project, other));
    one == other || one.is_empty() || other.is_empty()
}

/// The directories and packages to which a call is limited; empty if it is about the whole project.
fn parts(project: &Project<'_>, draft: &Draft) -> BTreeSet<String> {
    let program = draft.run.first().map_or("", String::as_str);
    // Go does not enter the directories below the one that is named.
    let is_whole = |path: &Path| program != "go" && path == plain(&draft.dir);
    let mut parts = BTreeSet::new();
    let mut before = "";
    for word in draft.run.iter().skip(1) {
        let path = plain(&draft.dir.join(word));
        if program == "cargo" && matches!(before, "-p" | "--package") {
            parts.insert(word.clone());
        } else if !word.starts_with('-') && project.has_dir(&path) && !is_whole(&path) {
            parts.insert(path.to_string_lossy().into_owned());
        }
        before = word;
    }
    parts
}

/// Removes calls for a part of what another call of the same tool checks as a whole.
fn drop_parts(project: &Project<'_>, chosen: &mut Vec<Draft>, not_taken: &mut Vec<NotTaken>) {
    let wholes: Vec<Draft> = chosen
        .iter()
        .filter(|draft| parts(project, draft).is_empty())
        .cloned()
        .collect();
    chosen.retain(|draft| {
        let is_part = !parts(project, draft).is_empty()
            && wholes
                .iter()
                .any(|whole| is_same(project, whole, draft) && whole.origin <= draft.origin);
        if is_part && let Some(place) = draft.places.last() {
            not_taken.push(NotTaken {
                place: place.clone(),
                what: draft.run.join(" "),
                reason: format!("another call of {} became the gate", draft.checker.name),
            });
        }
        !is_part
    });
}

/// Joins a coverage report with the run that measures coverage: alone, it has nothing to report.
fn join_coverage(chosen: &mut Vec<Draft>, not_taken: &mut Vec<NotTaken>) {
    let Some(at) = chosen
        .iter()
        .position(|draft| draft.checker.name == "coverage-report")
    else {
        return;
    };
    let report = chosen.remove(at);
    let measured = chosen
        .iter_mut()
        .find(|draft| draft.checker.name == "coverage" && draft.dir == report.dir);
    match measured {
        Some(draft) => {
            draft.then = Some(report.run);
            draft.places.extend(report.places.last().cloned());
        }
        None => not_taken.extend(report.places.last().map(|place| NotTaken {
            place: place.clone(),
            what: report.run.join(" "),
            reason: "it reports what another run has measured".to_owned(),
        })),
    }
}

/// Removes gates whose work another gate does as well: the compiler's check beside Clippy, a bare test run
/// beside one that measures coverage.
fn drop_covered(chosen: &mut Vec<Draft>, not_taken: &mut Vec<NotTaken>) {
    const COVERED: [(&str, &str); 5] = [
        ("cargo-check", "clippy"),
        ("cargo-coverage", "cargo-test"),
        ("cargo-coverage", "nextest"),
        ("cargo-test", "nextest"),
        ("pytest", "coverage"),
    ];
    for (covered, by) in COVERED {
        let Some(other) = chosen.iter().find(|draft| draft.checker.name == by) else {
            continue;
        };
        let other = other.run.clone();
        chosen.retain(|draft| {
            // The compiler may check other features than the linter.
            let does_more = || {
                let mut own = draft.run.iter().skip(2).take_while(|word| *word != "--");
                covered == "cargo-check" && own.any(|word| !other.contains(word))
            };
            let is_covered = draft.checker.name == covered && !does_more();
            if is_covered && let Some(place) = draft.places.last() {
                not_taken.push(NotTaken {
                    place: place.clone(),
                    what: draft.run.join(" "),
                    reason: format!("{by} does the same"),
                });
            }
            !is_covered
        });
    }
}

/// The position of gates of a kind: those that are quick and often fail come first.
fn order(kind: GateKind) -> usize {
    match kind {
        GateKind::Format => 0,
        GateKind::Lint => 1,
        GateKind::Typecheck => 2,
        GateKind::Test => 3,
        GateKind::Security => 4,
        GateKind::Custom => 5,
    }
}

fn named(drafts: Vec<Draft>) -> Vec<NamedDraft> {
    let mut names: BTreeSet<String> = BTreeSet::new();
    let mut gates = Vec::new();
    for draft in drafts {
        let below = draft.dir.file_name().and_then(|name| name.to_str());
        let own = draft.name.as_deref().unwrap_or(draft.checker.name);
        let base: String = match below {
            Some(below) => format!("{below}-{own}"),
            None => own.to_owned(),
        };
        let name = unique_name(&base, &mut names);
        gates.push(NamedDraft { name, draft });
    }
    gates
}
