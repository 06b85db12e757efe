//! After the gates: is what was judged still what it was, and who has written?

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::{Judged, Snapshot, View, Views};
use crate::event::{Aftermath, GateResult};
use crate::fault::Result;
use crate::gate::GateName;
use crate::outcome::{Failure, Outcome};
use crate::plan::{Plan, ViewKind};
use crate::platform::file_time_tick;
use crate::platform::watch::Watch;
use crate::trigger::Trigger;

impl Views {
    /// Looks at the files again, once the gates have ended, and lets those fail that have changed
    /// what is judged.
    ///
    /// # Errors
    ///
    /// It cannot be known whether something has changed.
    pub fn settle(
        &self,
        plan: &Plan,
        judged: Judged<'_>,
        results: &mut [GateResult],
    ) -> Result<Aftermath> {
        let mut aftermath = Aftermath::default();
        if plan.trigger != Trigger::Run && !judged.repository.has_still(judged.index) {
            let now = judged.repository.index()?;
            aftermath.is_index_overtaken = !now.commits_the_same(judged.index);
        }
        let depends = |kind| plan.gates.iter().any(|planned| planned.view.kind == kind);
        let is_quiet = judged.watch.is_some_and(Watch::is_quiet);
        if !is_quiet && (depends(ViewKind::InPlace) || depends(ViewKind::Overlay)) {
            let now = judged
                .repository
                .look(judged.index, &judged.beside.unstaged)?;
            let was = |path: &PathBuf| judged.beside.unstaged.contains(path);
            aftermath.overtaken = now.unstaged.into_iter().filter(|path| !was(path)).collect();
            if depends(ViewKind::InPlace) && now.folders != judged.beside.folders {
                let now = judged.repository.untracked()?;
                let was = |path: &PathBuf| judged.beside.untracked.contains(path);
                aftermath.new = now.into_iter().filter(|path| !was(path)).collect();
            }
        }
        for (at, view) in self.made.iter().enumerate() {
            if let View::Snapshot(snapshot) = view {
                let in_it: Vec<usize> = (0..results.len())
                    .filter(|gate| self.gates[*gate].0 == at && has_run(&results[*gate]))
                    .collect();
                settle_snapshot(snapshot, &in_it, plan, results, &mut aftermath)?;
            }
        }
        Ok(aftermath)
    }
}

/// Who has changed files in a snapshot, as far as the times of the files tell.
fn settle_snapshot(
    snapshot: &Snapshot,
    gates: &[usize],
    plan: &Plan,
    results: &mut [GateResult],
    aftermath: &mut Aftermath,
) -> Result<()> {
    if gates.is_empty() {
        return Ok(());
    }
    let (changed, new) = snapshot.contents.git.written()?;
    aftermath.new.extend(new);
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
        aftermath.unexplained.push(path);
        let names = suspects.iter().map(|gate| &plan.gates[*gate].gate.name);
        let unknown = names.filter(|name| !aftermath.suspects.contains(name));
        let unknown: Vec<GateName> = unknown.cloned().collect();
        aftermath.suspects.extend(unknown);
    }
    for (gate, paths) in by {
        let result = &mut results[gate];
        result.written.patch = snapshot.contents.git.patch(&paths);
        if matches!(
            result.outcome,
            Outcome::Passed | Outcome::CheckedNothing { .. }
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
        let begun = ended.checked_sub(result.duration + file_time_tick());
        begun.is_none_or(|begun| begun <= at) && at <= ended
    })
}

/// When a path was last changed, or the folder that it was in.
fn moment(tree: &Path, path: &Path) -> Option<SystemTime> {
    let file = tree.join(path);
    let metadata = fs::symlink_metadata(&file)
        .or_else(|_| fs::symlink_metadata(file.parent().unwrap_or(tree)))
        .ok()?;
    let seconds = u64::try_from(metadata.ctime()).ok()?;
    let part = u64::try_from(metadata.ctime_nsec()).ok()?;
    Some(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds) + Duration::from_nanos(part))
}
