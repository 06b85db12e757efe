//! The findings that do not count in a run: those that the checked tree lists, and where gates ask for it
//! those on lines that the change does not touch.

use std::collections::HashMap;
use std::path::PathBuf;

use super::candidate::Candidate;
use crate::base::fault::Result;
use crate::base::object_id::ObjectId;
use crate::config::source::{staged_baseline, work_tree_baseline};
use crate::git::{DiffTarget, Repository};
use crate::model::gate::NewFindings;
use crate::model::trigger::Trigger;
use crate::plan::Plan;
use crate::run::Excused;

/// The findings that do not count in a run of a plan.
///
/// # Errors
///
/// gates.baseline cannot be read, or git fails.
pub(super) fn excused(candidate: &Candidate, plan: &Plan) -> Result<Excused> {
    let repository = &candidate.repository;
    let baseline = match plan.trigger {
        _ if plan.trigger.reads_work_tree() => work_tree_baseline(repository)?,
        _ => staged_baseline(repository, &candidate.index)?,
    };
    let mut gates = plan.gates.iter();
    let is_wanted = gates.any(|planned| planned.gate.new == NewFindings::Lines);
    // What is not about a change has no lines that others have.
    let touched = match plan.trigger {
        Trigger::Run | Trigger::Files { .. } | Trigger::Trial { .. } => None,
        _ if is_wanted => Some(touched(repository, &candidate.counted.since)?),
        _ => None,
    };
    Ok(Excused { baseline, touched })
}

/// The lines that a change touches, without those that have only moved.
fn touched(repository: &Repository, since: &[ObjectId]) -> Result<HashMap<PathBuf, Vec<u32>>> {
    let files = repository.touched(since, DiffTarget::Index)?;
    let mut gone: HashMap<&[u8], usize> = HashMap::new();
    for line in files.iter().flat_map(|file| &file.removed) {
        *gone.entry(&line.text).or_default() += 1;
    }
    let mut touched = HashMap::new();
    for file in &files {
        let mut lines = Vec::new();
        for line in &file.added {
            match gone.get_mut(line.text.as_slice()) {
                Some(left) if *left > 0 => *left -= 1,
                _ => lines.push(u32::try_from(line.number).unwrap_or(u32::MAX)),
            }
        }
        touched.insert(file.path.clone(), lines);
    }
    Ok(touched)
}
