//! Another project under a directory, as `git subtree` merges it: the files of the merge stand at other paths
//! than in the commit that is merged, and are the same.

use std::path::Path;

use super::ungated_commits;
use crate::base::fault::Result;
use crate::base::object_id::ObjectId;
use crate::git::{ChangeSet, Index, Repository};

/// Takes files for unchanged that a merge takes over from a commit without gates.toml and puts under a
/// directory. The commits, which are good, are those that the changes are counted from.
///
/// # Errors
///
/// git fails.
pub(super) fn take_over(
    repository: &Repository,
    index: &Index,
    commits: &[ObjectId],
    changes: &mut ChangeSet,
) -> Result<()> {
    for &commit in commits.iter().skip(1) {
        if ungated_commits::has_gates(repository, commit)? {
            continue;
        }
        let changes = changes.changes.iter_mut();
        for change in changes.filter(|change| change.differs_from_every_parent) {
            change.differs_from_every_parent = !is_below(repository, index, commit, &change.path)?;
        }
    }
    Ok(())
}

/// Whether a commit has the file of a path at what is left of the path without some of its directories.
fn is_below(repository: &Repository, index: &Index, commit: ObjectId, path: &Path) -> Result<bool> {
    let Some(id) = index.object_at(path) else {
        return Ok(false);
    };
    let mut objects = repository.objects();
    let mut names = path.iter();
    while names.next().is_some() {
        let there = objects.entry(commit, names.as_path())?;
        if there.is_some_and(|there| there.id == id) {
            return Ok(true);
        }
    }
    Ok(false)
}
