//! Fixers: those of `gatekeeper fix`, and those that run before the gates of a commit.

use std::path::PathBuf;

use time::{Date, OffsetDateTime};

use super::candidate::{self, Candidate};
use super::decision::{self, Decision};
use super::detected;
use crate::base::environment::Environment;
use crate::base::exit_code::ExitCode;
use crate::base::fault::{Fault, Result};
use crate::base::text::{show_path, some_of};
use crate::config::{Config, Partial, source};
use crate::event::{Applied, FixedFile};
use crate::fix::{self, FixOutcome, FixRefusal, Fixed};
use crate::git::{Change, ChangeKind, ChangeSet, FileMode, Replacement, Repository};
use crate::model::gate::Part;
use crate::model::outcome::Verdict;
use crate::model::trigger::Trigger;
use crate::plan::{self, Network, Plan, Situation, ViewInputs};
use crate::receipt::RunId;
use crate::report::{self, Detail, Events, Reporting, Style};

/// How many paths are named.
const NAMED: usize = 10;

/// The files that fixers are run on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FixScope {
    /// Those that differ from the last commit or, if that was not checked, from the last checked one.
    Changed,
    /// Every tracked one.
    Tracked,
}

/// Runs the fixers of these gates, or of all, on the work tree.
pub(crate) fn fix(
    environment: &Environment,
    gates: &[String],
    scope: FixScope,
    detail: Detail,
) -> Result<ExitCode> {
    let repository = candidate::open(environment)?;
    let style = Style::for_errors(environment, detail);
    let here = Candidate::here(repository)?;
    let config = configuration(&here, style)?;
    if here.index.tracked().is_empty() {
        return Err(decision::nothing_tracked());
    }
    let staged: Vec<PathBuf> = here.status.staged.iter().map(|c| c.path.clone()).collect();
    let mut changed = staged.clone();
    changed.extend(here.status.beside.unstaged.iter().cloned());
    changed.extend(here.left_unchecked(environment)?);
    let replacements = as_it_lies(&here)?;
    // The tree is that of the work tree: what is saved is fixed, staged or not.
    let candidate = here.fixed(&replacements)?;
    let plan = planned(environment, (gates, &config), scope, &candidate, changed)?;
    let limit = decision::argument_limit(environment);
    let mut fixed = match fix::fix(&plan, candidate.checked(), environment, limit)? {
        FixOutcome::Done(fixed) => fixed,
        FixOutcome::Refused(refusals) => {
            return Ok(refused(&refusals, style).exit_code());
        }
        FixOutcome::Ended(verdict) => return Ok(verdict.exit_code()),
    };
    // Whoever names gates wants only their fixers.
    if gates.is_empty() {
        fix::by_checks((&config, today()), &plan, candidate.checked(), &mut fixed)?;
    }
    let here = candidate
        .unfixed
        .as_ref()
        .ok_or_else(|| Fault::bug("the work tree's own index is lost"))?;
    let applied = fix::apply_to_work_tree(&here.repository, &fixed, &staged)?;
    let fixed_files = fixed
        .iter()
        .zip(applied)
        .map(|(one, (path, applied))| FixedFile {
            path,
            gates: one.gates.iter().cloned().collect(),
            checks: one.checks.iter().copied().collect(),
            applied: Some(applied),
        });
    let fixed_files: Vec<FixedFile> = fixed_files.collect();
    report::say(&report::fixed_files(&fixed, &fixed_files, style));
    let is_left = |one: &FixedFile| {
        matches!(
            one.applied,
            Some(Applied::Nowhere | Applied::Untouched(_) | Applied::CommitOnly(_))
        )
    };
    Ok(ExitCode::passed_if(!fixed_files.iter().any(is_left)))
}

/// What came of fixing what is about to be checked.
pub(super) enum Fixing {
    /// These files are fixed; none if there was nothing to fix.
    Done(Vec<Fixed>),
    /// There is a verdict without any gate.
    Stopped(Verdict),
}

/// Fixes what is about to be checked.
pub(super) fn before_gates(
    environment: &Environment,
    candidate: &Candidate,
    decision: &Decision,
    (reporting, run): (&Reporting, &RunId),
) -> Result<Fixing> {
    let limit = decision::argument_limit(environment);
    let mut fixed = match fix::fix(&decision.plan, candidate.checked(), environment, limit)? {
        FixOutcome::Done(fixed) => fixed,
        FixOutcome::Refused(refusals) => {
            let verdict = refused(&refusals, reporting.style);
            let origin = candidate.origin(&decision.plan.trigger, run);
            let record = report::refused_run(&decision.plan, &origin, &refusals, verdict);
            report::write_reports(reporting, run, &record, Events::Missing)
                .map_err(|error| Fault::unable("cannot write the report").because(&error))?;
            return Ok(Fixing::Stopped(verdict));
        }
        FixOutcome::Ended(verdict) => return Ok(Fixing::Stopped(verdict)),
    };
    let config = (&decision.config, today());
    fix::by_checks(config, &decision.plan, candidate.checked(), &mut fixed)?;
    if decision.config.settings.partial == Partial::Refuse {
        refuse_partial(&fixed, candidate)?;
    }
    Ok(Fixing::Done(fixed))
}

fn today() -> Date {
    OffsetDateTime::now_utc().date()
}

/// Says why nothing is taken of what fixers have done. Returns what that means.
fn refused(refusals: &[FixRefusal], style: Style) -> Verdict {
    report::say(&report::refused_fixes(refusals, style));
    if refusals.iter().any(FixRefusal::could_not_start) {
        Verdict::Unable
    } else {
        Verdict::Failed
    }
}

fn refuse_partial(fixed: &[Fixed], candidate: &Candidate) -> Result<()> {
    let unstaged = &candidate.status.beside.unstaged;
    let paths = fixed.iter().map(|one| &one.replacement.path);
    let partial = paths.filter(|path| unstaged.contains(path));
    let partial: Vec<String> = partial.map(|path| show_path(path)).collect();
    if partial.is_empty() {
        return Ok(());
    }
    let partial = some_of(&partial, NAMED);
    Err(Fault::unable(format!(
        "fixers would change files that are only partly staged: {partial}"
    ))
    .hint(
        "stage the whole files with `git add`, or put the rest away with `git stash`; with `partial \
        = \"merge\"`, gatekeeper merges the fixes",
    ))
}

/// What the index has to have instead to be what lies in the work tree. Deleted files and other
/// types of files are nothing that a fixer fixes.
fn as_it_lies(here: &Candidate) -> Result<Vec<Replacement>> {
    let mut replacements = Vec::new();
    for path in &here.status.beside.unstaged {
        let file = here.repository.work_tree.join(path);
        let is_file = std::fs::symlink_metadata(&file).is_ok_and(|data| data.is_file());
        if !is_file || here.index.kind(path) != Some(FileMode::File) {
            continue;
        }
        if let Some((mode, old)) = Repository::stored_in(&here.index, path) {
            replacements.push(Replacement {
                new: here.repository.store(&file, path)?,
                path: path.clone(),
                mode,
                old,
            });
        }
    }
    Ok(replacements)
}

/// The configuration of the work tree; without one, the gates that the project's maintainers run.
fn configuration(candidate: &Candidate, style: Style) -> Result<Config> {
    if !source::is_absent(&candidate.repository, &candidate.index)? {
        return source::work_tree_config(&candidate.repository);
    }
    let config = detected::detected_config(&candidate.repository)?;
    report::say(&format!(
        "{}: {}\n",
        style.careful("note"),
        detected::REMARK
    ));
    Ok(config)
}

fn planned(
    environment: &Environment,
    (gates, config): (&[String], &Config),
    scope: FixScope,
    candidate: &Candidate,
    touched: Vec<PathBuf>,
) -> Result<Plan> {
    let named = plan::must_exist(gates, config)?;
    for gate in config
        .gates
        .iter()
        .filter(|gate| named.contains(&gate.name))
    {
        if gate.fix.is_none() {
            return Err(
                Fault::usage(format!("gate `{}` has no `fix` command", gate.name)).hint(format!(
                    "add fix = \"...\" to [gates.{}] in gates.toml",
                    gate.name
                )),
            );
        }
    }
    let tracked = candidate.index.tracked();
    let paths: Vec<PathBuf> = if scope == FixScope::Tracked {
        tracked.iter().map(|file| file.path.clone()).collect()
    } else {
        touched
    };
    let there = |path: PathBuf| {
        let mode = candidate.index.kind(&path)?;
        Some(Change {
            path,
            kind: ChangeKind::Present(mode),
            differs_from_every_parent: true,
        })
    };
    let mut changes: Vec<Change> = paths.into_iter().filter_map(there).collect();
    changes.sort_by(|one, other| one.path.cmp(&other.path));
    changes.dedup_by(|one, other| one.path == other.path);
    Ok(plan::plan(
        config,
        &Situation {
            trigger: &Trigger::Run,
            changes: &ChangeSet::new(changes),
            tracked: &tracked,
            redefined: &[],
            named: &named,
            skipped: &[],
            excepted: &[],
            parts: &|_| Some(vec![Part::WHOLE]),
            has_rules: true,
            last_took: &|_| None,
            today: today(),
            argument_limit: decision::argument_limit(environment),
            default_jobs: decision::default_jobs(),
            sight: ViewInputs {
                beside: None,
                has_own_index: false,
                asked: decision::AS_WRITTEN,
                only_snapshot: None,
            },
            jobs: None,
            fail_fast: false,
            is_tentative: false,
            network: Network::Shared,
        },
    ))
}
