//! After the gates: is what was checked still what it was, and who has written?

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::checked_tree::CheckedTree;
use super::{Snapshot, View, Views};
use crate::base::fault::Result;
use crate::event::{GateResult, PostRunChecks};
use crate::model::gate::{GateName, Untracked};
use crate::model::outcome::{Failure, Outcome};
use crate::plan::{Plan, PlannedGate, ViewKind};
use crate::platform::file_time_tick;
use crate::platform::watch::Watch;

/// How many ticks the clock of files may be behind: a machine that is short of time misses some.
const TICKS: u32 = 5;

/// How long gates may take so that a look at every file would be a good part of the run.
const SHORT: Duration = Duration::from_secs(1);

impl Views {
    /// Looks at the files again, once the gates have ended, and lets those fail that have changed
    /// what is checked.
    ///
    /// # Errors
    ///
    /// It cannot be known whether something has changed.
    pub(crate) fn settle(
        &self,
        plan: &Plan,
        checked: CheckedTree<'_>,
        results: &mut [GateResult],
    ) -> Result<PostRunChecks> {
        let mut post_run = PostRunChecks::default();
        let is_plain = plan.trigger.reads_work_tree();
        if plan.trigger.commits_index_of_afterwards()
            && !checked.repository.has_still(checked.index)
        {
            let now = checked.repository.index()?;
            post_run.is_index_overtaken = !now.commits_the_same(checked.index);
        }
        let is_in = |kind| self.choices.iter().any(|choice| choice.kind == kind);
        let is_in_place = is_in(ViewKind::InPlace);
        if is_in_place || is_in(ViewKind::Overlay) {
            let changes = changes(checked, results, is_in_place)?;
            if is_plain {
                blame_for_the_work_tree(&changes.now, checked, plan, results, &mut post_run);
                post_run.new = changes.new;
            } else {
                post_run.overtaken = changes.now;
                post_run.overtaken.extend(changes.then);
                // What appears is seen, though it would not have been.
                let hides = |planned: &PlannedGate| planned.view.untracked == Untracked::Hide;
                if plan.gates.iter().any(hides) {
                    let work_tree = &checked.repository.work_tree;
                    post_run.appeared_by = only_gate(&changes.new, work_tree, plan, results);
                    post_run.appeared = changes.new;
                    post_run.appeared.sort();
                    post_run.appeared.dedup();
                } else {
                    post_run.new = changes.new;
                }
                post_run.overtaken.sort();
                post_run.overtaken.dedup();
            }
        }
        for (at, view) in self.made.iter().enumerate() {
            if let View::Snapshot(snapshot) = &**view {
                let in_it: Vec<usize> = (0..results.len())
                    .filter(|gate| self.gates[*gate].0 == at && has_run(&results[*gate]))
                    .collect();
                settle_snapshot(snapshot, checked, &in_it, plan, results, &mut post_run)?;
            }
        }
        Ok(post_run)
    }
}

/// What has happened to the work tree while gates depended on it.
#[derive(Default)]
struct WorktreeChanges {
    /// Tracked paths that differ from the index and did not before.
    now: Vec<PathBuf>,
    /// Tracked paths that have been written to, whatever they hold now.
    then: Vec<PathBuf>,
    /// Paths that are neither tracked nor ignored and were not there before.
    new: Vec<PathBuf>,
}

/// Looks at the work tree again, unless nothing has been reported and the gates have taken so little
/// time that looking would be what takes long.
fn changes(
    checked: CheckedTree<'_>,
    results: &[GateResult],
    is_in_place: bool,
) -> Result<WorktreeChanges> {
    let events = checked.watch.and_then(Watch::events);
    let longest = results.iter().map(|result| result.duration).max();
    if events.as_ref().is_some_and(Vec::is_empty) && longest.is_none_or(|longest| longest < SHORT) {
        return Ok(WorktreeChanges::default());
    }
    let beside = checked.beside;
    let look = checked.repository.look(checked.index, &beside.unstaged)?;
    let mut changes = WorktreeChanges::default();
    let was = |path: &PathBuf| beside.unstaged.binary_search(path).is_ok();
    changes.now = look
        .unstaged
        .into_iter()
        .filter(|path| !was(path))
        .collect();
    if is_in_place {
        let contents = checked.repository.contents_of(&beside.unstaged);
        let pairs = beside.unstaged.iter().zip(&beside.contents).zip(&contents);
        let others = pairs.filter(|((_, before), after)| before != after);
        changes
            .now
            .extend(others.map(|((path, _), _)| path.clone()));
    }
    if let Some(events) = events {
        let mut others = Vec::new();
        for event in events.into_iter().filter(|event| event.is_of_contents) {
            if checked.index.has(&event.path) {
                // In an overlay the user's version of what differs is not seen.
                if is_in_place || !was(&event.path) {
                    changes.then.push(event.path);
                }
            } else {
                others.push(event.path);
            }
        }
        others.sort();
        others.dedup();
        let work_tree = &checked.repository.work_tree;
        others.retain(|path| {
            fs::symlink_metadata(work_tree.join(path)).is_ok() && !checked.index.is_dir(path)
        });
        changes.new = checked.repository.untracked_among(&others)?;
    } else if look.dirs != beside.dirs {
        changes.new = checked.repository.untracked()?;
    }
    let was_there = |path: &PathBuf| {
        path.ancestors()
            .any(|above| beside.untracked.iter().any(|u| u == above))
    };
    changes.new.retain(|path| !was_there(path));
    Ok(changes)
}

/// The only gate that was running when each of these paths was last changed, if there is one.
fn only_gate(
    paths: &[PathBuf],
    work_tree: &Path,
    plan: &Plan,
    results: &[GateResult],
) -> Option<GateName> {
    let moments: Vec<SystemTime> = paths
        .iter()
        .map(|path| moment(work_tree, path))
        .collect::<Option<_>>()?;
    let mut ran = (0..results.len()).filter(|gate| {
        let mut moments = moments.iter();
        moments.any(|at| was_running(&results[*gate], *at))
    });
    let gate = ran.next()?;
    ran.next()
        .is_none()
        .then(|| plan.gates[gate].gate.name.clone())
}

/// In a plain run there is no other tree to check; who has changed files can only be told by time, and
/// it may have been the user.
fn blame_for_the_work_tree(
    changed: &[PathBuf],
    checked: CheckedTree<'_>,
    plan: &Plan,
    results: &[GateResult],
    post_run: &mut PostRunChecks,
) {
    for path in changed {
        let at = moment(&checked.repository.work_tree, path);
        let ran = (0..results.len()).filter(|gate| has_run(&results[*gate]));
        let ran: Vec<usize> = ran.collect();
        let was = |gate: &usize| at.is_none_or(|at| was_running(&results[*gate], at));
        let mut suspects: Vec<usize> = ran.iter().copied().filter(was).collect();
        // A clock that has stood still for longer than it may tells nothing.
        if suspects.is_empty() {
            suspects = ran;
        }
        for gate in suspects {
            let name = &plan.gates[gate].gate.name;
            if !post_run.suspects.contains(name) {
                post_run.suspects.push(name.clone());
            }
        }
        post_run.unexplained.push(path.clone());
    }
    post_run.patch = checked.repository.unstaged_patch(changed);
}

/// Who has changed files in a snapshot, as far as the times of the files tell.
fn settle_snapshot(
    snapshot: &Snapshot,
    checked: CheckedTree<'_>,
    gates: &[usize],
    plan: &Plan,
    results: &mut [GateResult],
    post_run: &mut PostRunChecks,
) -> Result<()> {
    if gates.is_empty() {
        return Ok(());
    }
    let (changed, new) = snapshot.contents.git.written()?;
    // What was shown in it is not new.
    let shows = gates
        .iter()
        .any(|gate| plan.gates[*gate].view.untracked == Untracked::Show);
    let is_shown = |path: &PathBuf| {
        let mut above = path.ancestors().filter(|_| shows);
        above.any(|above| checked.beside.untracked.iter().any(|other| other == above))
    };
    post_run
        .new
        .extend(new.into_iter().filter(|path| !is_shown(path)));
    let mut by: BTreeMap<usize, Vec<PathBuf>> = BTreeMap::new();
    for path in changed {
        let at = moment(&snapshot.contents.tree, &path);
        let could = |gate: &&usize| at.is_none_or(|at| was_running(&results[**gate], at));
        let mut suspects: Vec<usize> = gates.iter().filter(could).copied().collect();
        if suspects.is_empty() {
            suspects = gates.to_vec();
        }
        if let [one] = suspects[..] {
            by.entry(one).or_default().push(path);
            continue;
        }
        post_run.unexplained.push(path);
        let names = suspects.iter().map(|gate| &plan.gates[*gate].gate.name);
        let unknown = names.filter(|name| !post_run.suspects.contains(name));
        let unknown: Vec<GateName> = unknown.cloned().collect();
        post_run.suspects.extend(unknown);
    }
    for (gate, paths) in by {
        let result = &mut results[gate];
        result.written.patch = snapshot.contents.git.patch(&paths);
        if matches!(
            result.outcome,
            Outcome::Passed | Outcome::CheckedNothing(_) | Outcome::NotApplicable(_)
        ) {
            result.outcome = Outcome::Failed(Failure::Wrote(paths.clone()));
        }
        result.written.changed = paths;
    }
    Ok(())
}

fn has_run(result: &GateResult) -> bool {
    result.ended.is_some()
}

fn was_running(result: &GateResult, at: SystemTime) -> bool {
    result.ended.is_some_and(|ended| {
        // Files have the time of the last tick.
        let begun = ended.checked_sub(result.duration + file_time_tick() * TICKS);
        begun.is_none_or(|begun| begun <= at) && at <= ended
    })
}

/// When a path was last changed, or the directory that it was in.
fn moment(tree: &Path, path: &Path) -> Option<SystemTime> {
    let file = tree.join(path);
    let metadata = fs::symlink_metadata(&file)
        .or_else(|_| fs::symlink_metadata(file.parent().unwrap_or(tree)))
        .ok()?;
    let seconds = u64::try_from(metadata.ctime()).ok()?;
    let part = u64::try_from(metadata.ctime_nsec()).ok()?;
    Some(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds) + Duration::from_nanos(part))
}
