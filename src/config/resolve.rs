//! What `gates.toml` means: defaults filled in, names looked up, contradictions found.

use std::collections::{BTreeMap, BTreeSet};

use toml::Spanned;

use super::cannot_fail;
use super::file::{ConfigFile, GateTable, Globs, LevelWord};
use super::problem::{Problem, Problems};
use super::settings::{Config, Enforcement, Partial, Rebase, RunSettings};
use crate::base::text::nearest;
use crate::model::gate::{
    Gate, GateKind, GateLevel, GateName, Isolation, PathSet, Skip, Untracked,
};
use crate::model::trigger::Stage;

/// Resolves what was typed and reports contradictions. `source` is the text.
pub(super) fn resolve(file: ConfigFile, source: &str, problems: &mut Problems) -> Config {
    let tables = &file.gates;
    for table in tables {
        check_needs(table, tables, problems);
        check_patterns(table, problems);
        check_level(table, problems);
        check_view(table, problems);
        check_lists(table, problems);
        cannot_fail::check(table, source, problems);
    }
    check_cycles(tables, problems);
    let settings = RunSettings {
        budget: file.budget,
        jobs: file.jobs,
        fail_fast: file.fail_fast.unwrap_or(false),
        isolation: file.isolation.unwrap_or(Isolation::Auto),
        untracked: file.untracked.unwrap_or(Untracked::Hide),
        fix_on_commit: file.fix_on_commit.unwrap_or(false),
        partial: file.partial.unwrap_or(Partial::Merge),
        ungated_branches: path_set(file.ungated_branches),
        rebase: file.rebase.unwrap_or(Rebase::Each),
        branch_receipts: file.branch_receipts.unwrap_or(Enforcement::Enforce),
        branch_messages: file.branch_messages.unwrap_or(Enforcement::Warn),
        protected_branches: file.protected_branches.unwrap_or_else(|| path_set(None)),
        cache: file.cache.unwrap_or(true),
    };
    let gates = file
        .gates
        .into_iter()
        .filter_map(|table| resolve_gate(table, &settings))
        .collect();
    Config {
        settings,
        gates,
        commit_msg: file.commit_msg,
        agents: file.agents,
        bypass: file.bypass,
    }
}

fn resolve_gate(table: GateTable, settings: &RunSettings) -> Option<Gate> {
    let name = table.name.into_inner();
    let by_name = GateKind::ALL
        .into_iter()
        .find(|kind| kind.name() == name.as_str());
    let level = match table.level {
        Some(LevelWord::Warn) => GateLevel::Warn {
            until: table.until.map(Spanned::into_inner),
        },
        Some(LevelWord::Block) | None => GateLevel::Block,
    };
    Some(Gate {
        kind: table.kind.or(by_name).unwrap_or(GateKind::Custom),
        run: table.run?.into_inner(),
        fix: table.fix.map(Spanned::into_inner),
        files: path_set(table.files),
        exclude: path_set(table.exclude),
        widen: path_set(table.widen.map(Spanned::into_inner)),
        dir: table.dir.unwrap_or_default(),
        env: table.env.unwrap_or_default(),
        timeout: table.timeout,
        needs: values(table.needs).unwrap_or_default(),
        isolation: table.isolation.unwrap_or(settings.isolation),
        untracked: plain_or(table.untracked, settings.untracked),
        hooks: values(table.hooks).unwrap_or_else(|| BTreeSet::from([Stage::PreCommit])),
        level,
        skip: table.skip.map(|skip| Skip {
            reason: skip.reason,
            until: skip.until,
        }),
        cache: table.cache.unwrap_or(true) && settings.cache,
        exclusive: table.exclusive.unwrap_or(false),
        lock: table.lock,
        success_codes: values(table.success_codes).unwrap_or_else(|| BTreeSet::from([0])),
        expect: table.expect,
        forbid: table.forbid,
        name,
    })
}

fn plain_or<T>(value: Option<Spanned<T>>, default: T) -> T {
    value.map_or(default, Spanned::into_inner)
}

fn path_set(globs: Option<Globs>) -> PathSet {
    globs.map_or_else(
        || PathSet {
            patterns: Vec::new(),
            set: globset::GlobSet::empty(),
        },
        |(set, _)| set,
    )
}

fn values<T, C: FromIterator<T>>(list: Option<Vec<Spanned<T>>>) -> Option<C> {
    list.map(|list| list.into_iter().map(Spanned::into_inner).collect())
}

fn stages(table: &GateTable) -> Vec<Stage> {
    match &table.hooks {
        Some(hooks) => hooks.iter().map(|hook| *hook.get_ref()).collect(),
        None => vec![Stage::PreCommit],
    }
}

fn check_needs(table: &GateTable, tables: &[GateTable], problems: &mut Problems) {
    let name = table.name.get_ref();
    for need in table.needs.iter().flatten() {
        let needed = need.get_ref();
        let Some(other) = tables.iter().find(|other| other.name.get_ref() == needed) else {
            let names = tables.iter().map(|table| table.name.get_ref().as_str());
            let problem = Problem::new(need.span(), format!("gate `{needed}` does not exist"));
            problems.add(match nearest(needed.as_str(), names) {
                Some(right) => problem.label(format!("did you mean `{right}`?")),
                None => problem.label("needed here, but not defined"),
            });
            continue;
        };
        for stage in stages(table) {
            if !stages(other).contains(&stage) {
                let stage = stage.name();
                problems.add(
                    Problem::new(
                        need.span(),
                        format!("`{name}` runs at {stage}, but `{needed}` does not"),
                    )
                    .label(format!("needed, but never runs at {stage}"))
                    .help(format!(
                        "add \"{stage}\" to `hooks` of `{needed}`, or remove the need"
                    )),
                );
            }
        }
    }
}

/// The state of a gate in the search for circular needs.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    Unseen,
    OnPath,
    Done,
}

/// Finds circular needs, each once: a depth-first search that returns to its own path.
fn check_cycles(tables: &[GateTable], problems: &mut Problems) {
    let places: BTreeMap<&GateName, usize> = tables
        .iter()
        .enumerate()
        .map(|(place, table)| (table.name.get_ref(), place))
        .collect();
    let needs = |place: usize| tables[place].needs.as_deref().unwrap_or_default();
    let mut marks = vec![Mark::Unseen; tables.len()];
    for start in 0..tables.len() {
        if marks[start] != Mark::Unseen {
            continue;
        }
        // Each step: a gate, and how many of its needs have been followed.
        let mut path = vec![(start, 0)];
        marks[start] = Mark::OnPath;
        while let Some((place, followed)) = path.last_mut() {
            let Some(need) = needs(*place).get(*followed) else {
                marks[*place] = Mark::Done;
                path.pop();
                continue;
            };
            *followed += 1;
            let Some(&next) = places.get(need.get_ref()) else {
                continue;
            };
            match marks[next] {
                Mark::Done => {}
                Mark::Unseen => {
                    marks[next] = Mark::OnPath;
                    path.push((next, 0));
                }
                Mark::OnPath => {
                    let begins = path
                        .iter()
                        .position(|(place, _)| *place == next)
                        .unwrap_or(0);
                    let circle = path[begins..].iter().map(|(place, _)| *place);
                    let names: Vec<&str> = circle
                        .chain([next])
                        .map(|place| tables[place].name.get_ref().as_str())
                        .collect();
                    problems.add(
                        Problem::new(need.span(), "these gates wait for each other forever")
                            .label(names.join(" needs ")),
                    );
                }
            }
        }
    }
}

/// A gate that can never run is a mistake, not a choice.
fn check_patterns(table: &GateTable, problems: &mut Problems) {
    let name = table.name.get_ref();
    if let Some((_, excluded)) = &table.exclude {
        for pattern in excluded {
            if matches!(pattern.get_ref().as_str(), "**" | "**/*") {
                problems.add(
                    Problem::new(pattern.span(), format!("gate `{name}` could never run"))
                        .label("excludes every file"),
                );
            }
        }
        if let Some((_, files)) = &table.files {
            let is_excluded =
                |file: &Spanned<String>| excluded.iter().find(|e| e.get_ref() == file.get_ref());
            let clashes: Vec<_> = files.iter().filter_map(is_excluded).collect();
            if clashes.len() == files.len() {
                problems.add(
                    Problem::new(clashes[0].span(), format!("gate `{name}` could never run"))
                        .label("excludes every file that `files` includes")
                        .related(files[0].span(), "included here"),
                );
            }
        }
    }
    let takes_files = |table: &GateTable| {
        let commands = [&table.run, &table.fix];
        commands
            .into_iter()
            .flatten()
            .any(|command| command.get_ref().takes_files)
    };
    if let (Some(widen), false) = (&table.widen, takes_files(table)) {
        problems.add(
            Problem::new(
                widen.span(),
                format!("`widen` has no effect on gate `{name}`"),
            )
            .label("the command does not contain {files}")
            .help("add these patterns to `files` instead, so that such files make the gate run"),
        );
    }
}

fn check_level(table: &GateTable, problems: &mut Problems) {
    if let Some(until) = &table.until
        && table.level != Some(LevelWord::Warn)
    {
        problems.add(
            Problem::new(until.span(), "`until` belongs to `level = \"warn\"`")
                .label("has no effect on a gate that blocks")
                .help(
                    "to disable a gate for some time, write skip = { reason = \"...\", \
                        until = \"...\" }",
                ),
        );
    }
}

/// Where a gate runs in the work tree itself, nothing can be hidden from it.
fn check_view(table: &GateTable, problems: &mut Problems) {
    if let (Some(Isolation::InPlace), Some(untracked)) = (table.isolation, &table.untracked)
        && *untracked.get_ref() == Untracked::Hide
    {
        problems.add(
            Problem::new(
                untracked.span(),
                "`untracked = \"hide\"` has no effect on a gate that runs in place",
            )
            .label("the gate sees the work tree itself")
            .help("remove `isolation`: the gate then runs in place if there is nothing to hide"),
        );
    }
}

fn check_lists(table: &GateTable, problems: &mut Problems) {
    fn repeated<T: Ord>(list: Option<&Vec<Spanned<T>>>, problems: &mut Problems) {
        let mut seen = BTreeSet::new();
        for element in list.into_iter().flatten() {
            if !seen.insert(element.get_ref()) {
                problems.add(
                    Problem::new(
                        element.span(),
                        "this entry is a \
                        duplicate",
                    )
                    .label("repeated"),
                );
            }
        }
    }
    repeated(table.needs.as_ref(), problems);
    repeated(table.hooks.as_ref(), problems);
    repeated(table.success_codes.as_ref(), problems);
}
