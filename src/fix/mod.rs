//! Fixers: commands that fix what a gate finds.
//!
//! They run in a snapshot, one after the other, never on the user's files: a formatter that is
//! killed while it writes leaves half a file. What they have changed is taken only if every one of
//! them has kept to its files and all of them agree.

mod apply;
mod by_checks;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use crate::base::environment::Environment;
use crate::base::fault::{Fault, Result};
use crate::event::{GateResult, PostRunChecks};
use crate::git::{FileMode, Replacement, Repository};
use crate::model::gate::{GateName, Isolation, Untracked};
use crate::model::outcome::{Failure, Outcome, Verdict};
use crate::model::trigger::Trigger;
use crate::plan::{IgnoredFiles, Plan, PlannedGate, ViewChoice, ViewKind};
use crate::rules::results::RuleResults;
use crate::run::{self, Excused, Purpose, RunContext};
use crate::view::{CheckedTree, PreparedViews, Views};

pub(crate) use apply::{apply_to_commit, apply_to_work_tree, recover};
pub(crate) use by_checks::by_checks;

/// How often the fixers run until nothing changes any more.
const ROUNDS: usize = 3;

/// A file that was fixed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fixed {
    /// What becomes of it in the index.
    pub(crate) replacement: Replacement,
    /// The gates whose fixers have changed it.
    pub(crate) gates: BTreeSet<GateName>,
    /// The ids of the built-in checks that have corrected it.
    pub(crate) checks: BTreeSet<&'static str>,
    /// What it was, as a checkout has it.
    pub(crate) before: Vec<u8>,
    /// What it is now.
    pub(crate) after: Vec<u8>,
}

/// Why nothing is taken of what fixers have done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FixRefusal {
    /// The gates whose fixers are to blame.
    pub(crate) gates: Vec<GateName>,
    /// What they did.
    pub(crate) deed: FixerViolation,
}

impl FixRefusal {
    /// Whether a fixer could not even be started, so that nothing is known of what it would fix.
    #[must_use]
    pub(crate) fn could_not_start(&self) -> bool {
        matches!(self.deed, FixerViolation::Ended(Outcome::CouldNotStart(_)))
    }
}

/// What a fixer must not do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum FixerViolation {
    /// It did not end well.
    Ended(Outcome),
    /// It wrote to files that are not its own.
    Strayed(Vec<PathBuf>),
    /// It left nothing in files that held something, or removed them.
    Emptied(Vec<PathBuf>),
    /// Fixers change what other fixers have made, again and again.
    Disagreed(Vec<PathBuf>),
}

/// What came of fixing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum FixOutcome {
    /// These files were fixed; none if there was nothing to fix.
    Done(Vec<Fixed>),
    /// Nothing may be taken.
    Refused(Vec<FixRefusal>),
    /// The run was ended from outside.
    Ended(Verdict),
}

/// Runs the fixers of a plan on the tree that is checked.
///
/// # Errors
///
/// No snapshot can be made, or git fails.
pub(crate) fn fix(
    plan: &Plan,
    checked: CheckedTree<'_>,
    environment: &Environment,
    argument_limit: usize,
) -> Result<FixOutcome> {
    let is_file = |path: &&PathBuf| checked.index.kind(path) == Some(FileMode::File);
    let present: Vec<PathBuf> = plan.changed.iter().filter(is_file).cloned().collect();
    let mut fixers = plan.fixers(&present, argument_limit);
    if fixers.is_empty() {
        return Ok(FixOutcome::Done(Vec::new()));
    }
    for fixer in &mut fixers {
        fixer.gate.isolation = Isolation::Snapshot;
        fixer.view = ViewChoice {
            kind: ViewKind::Snapshot,
            untracked: Untracked::Hide,
            ignored: IgnoredFiles::Shared,
            why: "fixers never run on the user's files".into(),
        };
    }
    let all = Plan {
        gates: fixers.clone(),
        ..plan.clone()
    };
    let for_fixers = CheckedTree {
        protects_ignored: true,
        ..checked
    };
    let views =
        PreparedViews::new(&all, for_fixers, environment).make(&all, for_fixers, environment)?;
    let mut rounds = FixRounds {
        plan,
        checked,
        environment,
        views: &views,
        present: &present,
        contents: BTreeMap::new(),
        gates: BTreeMap::new(),
        refusals: Vec::new(),
    };
    for round in 0..ROUNDS {
        let mut changed = Vec::new();
        for (number, fixer) in fixers.iter().enumerate() {
            match rounds.run(number, fixer)? {
                FixerRun::Changed(paths) if paths.is_empty() => {}
                FixerRun::Changed(paths) => changed.push((fixer.gate.name.clone(), paths)),
                FixerRun::Ended(verdict) => return Ok(FixOutcome::Ended(verdict)),
            }
            if !rounds.refusals.is_empty() {
                return Ok(FixOutcome::Refused(rounds.refusals));
            }
        }
        // A single one has nobody to disagree with.
        if changed.is_empty() || fixers.len() == 1 {
            break;
        }
        if round + 1 == ROUNDS {
            let (gates, paths): (Vec<GateName>, Vec<Vec<PathBuf>>) = changed.into_iter().unzip();
            let paths: BTreeSet<PathBuf> = paths.into_iter().flatten().collect();
            return Ok(FixOutcome::Refused(vec![FixRefusal {
                gates,
                deed: FixerViolation::Disagreed(paths.into_iter().collect()),
            }]));
        }
    }
    rounds.take()
}

/// What came of running one fixer.
enum FixerRun {
    /// It has changed these files.
    Changed(Vec<PathBuf>),
    /// The run was ended from outside.
    Ended(Verdict),
}

/// The state of fixing.
struct FixRounds<'a> {
    plan: &'a Plan,
    checked: CheckedTree<'a>,
    environment: &'a Environment,
    views: &'a Views,
    /// The files of the change set, sorted.
    present: &'a [PathBuf],
    /// What differs by now from the tree that is checked; `None` if it is gone.
    contents: BTreeMap<PathBuf, Option<Vec<u8>>>,
    /// Who has changed it.
    gates: BTreeMap<PathBuf, BTreeSet<GateName>>,
    refusals: Vec<FixRefusal>,
}

impl FixRounds<'_> {
    /// Runs one fixer.
    fn run(&mut self, number: usize, fixer: &PlannedGate) -> Result<FixerRun> {
        let plan = self.plan.only(fixer.clone());
        let views = self.views.only(number);
        let surroundings = RunContext {
            excused: &Excused::default(),
            purpose: Purpose::Fix,
            views: &views,
            rules: &RuleResults::default(),
            checked: self.checked,
            common_dir: &self.checked.repository.common_dir,
            variables: &self.environment.variables,
            slots: None,
            color: false,
            watched: match self.plan.trigger {
                Trigger::Hook(_) => self.environment.parent,
                _ => None,
            },
        };
        let no_aftermath = |_: &mut [GateResult]| Ok(PostRunChecks::default());
        let ended = run::run(&plan, &surroundings, no_aftermath, |events, result| {
            events.iter().for_each(drop);
            let _ = result.recv();
            Ok(())
        })?;
        if let Verdict::Cancelled(_) = ended.run.verdict {
            return Ok(FixerRun::Ended(ended.run.verdict));
        }
        let name = &fixer.gate.name;
        for result in ended.run.results {
            // 1 is what linters say when something is left that they cannot fix: the check will see.
            let is_well = matches!(
                result.outcome,
                Outcome::Passed | Outcome::Failed(Failure::ExitCode(1))
            );
            if !is_well {
                self.refuse(name, FixerViolation::Ended(result.outcome));
            }
        }
        self.look(fixer).map(FixerRun::Changed)
    }

    fn refuse(&mut self, gate: &GateName, deed: FixerViolation) {
        self.refusals.push(FixRefusal {
            gates: vec![gate.clone()],
            deed,
        });
    }

    /// Finds out what a fixer has changed.
    fn look(&mut self, fixer: &PlannedGate) -> Result<Vec<PathBuf>> {
        let (tree, changed, new) = self.views.written_in_snapshot()?;
        let mut now = BTreeMap::new();
        for path in changed {
            let file = tree.join(&path);
            let is_file = fs::symlink_metadata(&file).is_ok_and(|data| data.is_file());
            now.insert(path, is_file.then(|| fs::read(&file).ok()).flatten());
        }
        let before = std::mem::replace(&mut self.contents, now);
        let all = before.keys().chain(self.contents.keys());
        let all: BTreeSet<&PathBuf> = all.collect();
        let differs = |path: &&PathBuf| before.get(*path) != self.contents.get(*path);
        let changed: Vec<PathBuf> = all.into_iter().filter(differs).cloned().collect();
        let name = &fixer.gate.name;
        // Handed names bind; else the gate's patterns do.
        let is_own = |path: &PathBuf| {
            if fixer.gate.run.takes_files {
                fixer.files.contains(path)
            } else {
                fixer.gate.looks_at(path)
            }
        };
        // What is new is nobody's file.
        let strayed = changed.iter().filter(|path| !is_own(path));
        let strayed: Vec<PathBuf> = strayed.chain(&new).cloned().collect();
        let is_empty = |path: &&PathBuf| {
            let now = self.contents.get(*path);
            now.is_some_and(|now| now.as_ref().is_none_or(Vec::is_empty))
        };
        let emptied: Vec<PathBuf> = changed.iter().filter(is_empty).cloned().collect();
        if !strayed.is_empty() {
            self.refuse(name, FixerViolation::Strayed(strayed));
        }
        if !emptied.is_empty() {
            self.refuse(name, FixerViolation::Emptied(emptied));
        }
        for path in &changed {
            self.gates
                .entry(path.clone())
                .or_default()
                .insert(name.clone());
        }
        Ok(changed)
    }

    /// Stores what was fixed. Files that are not in the change set are left as they are: a commit
    /// holds nothing that nobody has touched.
    fn take(self) -> Result<FixOutcome> {
        let repository = self.checked.repository;
        let (tree, ..) = self.views.written_in_snapshot()?;
        let mut fixed = Vec::new();
        for (path, after) in self.contents {
            let Some(after) = after.filter(|_| self.present.binary_search(&path).is_ok()) else {
                continue;
            };
            let stored = Repository::stored_in(self.checked.index, &path);
            let (mode, old) = stored.ok_or_else(|| Fault::bug("a fixed file is not tracked"))?;
            let new = repository.store(&tree.join(&path), &path)?;
            if new == old {
                continue;
            }
            fixed.push(Fixed {
                before: self.checked.as_checked_out(&path)?,
                gates: self.gates.get(&path).cloned().unwrap_or_default(),
                checks: BTreeSet::new(),
                replacement: Replacement {
                    path,
                    mode,
                    old,
                    new,
                },
                after,
            });
        }
        Ok(FixOutcome::Done(fixed))
    }
}
