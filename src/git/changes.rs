//! The change set: the paths that a commit or a range touches.

use std::path::PathBuf;

use super::change_set::{Change, ChangeSet};
use super::paths::repository_path;
use super::process::ids;
use super::status::{all_new, raw_changes, staged_from};
use super::{Index, Repository, RepositoryStatus};
use crate::base::fault::{Fault, Result};
use crate::base::object_id::ObjectId;

impl Repository {
    /// The change set of the commit that the index stands for: what differs from HEAD, and in a
    /// merge also from the other parents.
    ///
    /// # Errors
    ///
    /// There are unmerged paths, or git fails.
    pub(crate) fn staged(&self, status: &RepositoryStatus) -> Result<ChangeSet> {
        if !status.unmerged.is_empty() {
            return Err(not_merged(&status.unmerged));
        }
        let mut changes = status.staged.clone();
        self.compare_with_others(&mut changes, &self.other_parents()?)?;
        Ok(ChangeSet::new(changes))
    }

    /// The change set of the commit that the index stands for, counted from other commits than its
    /// parents: what differs from the first of them, and what of that differs from all. Without
    /// any, all of the index.
    ///
    /// # Errors
    ///
    /// There are unmerged paths, or git fails.
    pub(crate) fn staged_since(&self, index: &Index, commits: &[ObjectId]) -> Result<ChangeSet> {
        let unmerged = index.unmerged();
        if !unmerged.is_empty() {
            return Err(not_merged(&unmerged));
        }
        let Some((first, others)) = commits.split_first() else {
            return Ok(ChangeSet::new(all_new(index)));
        };
        let mut changes = if let Some(changes) = self.changed_in(index, *first) {
            changes
        } else {
            let output = self.git().output(staged_from(&first.to_string()))?;
            raw_changes(&output)
                .ok_or_else(|| Fault::bug("git diff-index printed something unexpected"))?
        };
        self.compare_with_others(&mut changes, others)?;
        Ok(ChangeSet::new(changes))
    }

    fn compare_with_others(&self, changes: &mut [Change], others: &[ObjectId]) -> Result<()> {
        for parent in others {
            let mut paths = self.differing_from(*parent)?;
            paths.sort();
            for change in &mut *changes {
                change.differs_from_every_parent &= paths.binary_search(&change.path).is_ok();
            }
        }
        Ok(())
    }

    /// The parents that the next commit will have: what is checked out, and in a merge the others.
    ///
    /// # Errors
    ///
    /// `MERGE_HEAD` cannot be read, or git fails.
    pub(crate) fn next_parents(&self) -> Result<Vec<ObjectId>> {
        let mut parents: Vec<ObjectId> = self.head_commit()?.into_iter().collect();
        parents.extend(self.other_parents()?);
        Ok(parents)
    }

    /// The other parents of a merge that is being committed.
    ///
    /// git keeps `MERGE_HEAD` as a file whatever the format of its references. While the
    /// pre-merge-commit hook runs it does not exist yet; `git merge` names the commits in its
    /// environment then.
    fn other_parents(&self) -> Result<Vec<ObjectId>> {
        match std::fs::read_to_string(self.git_dir.join("MERGE_HEAD")) {
            Ok(text) => ids(text.as_bytes()),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(self.announced()),
            Err(error) => Err(Fault::unable("cannot read MERGE_HEAD").because(&error)),
        }
    }

    /// The commits that a running `git merge` announces as `GITHEAD_<id>`.
    pub(super) fn announced(&self) -> Vec<ObjectId> {
        let id = |name: &std::ffi::OsString| name.to_str()?.strip_prefix("GITHEAD_")?.parse().ok();
        self.variables.keys().filter_map(id).collect()
    }

    fn differing_from(&self, commit: ObjectId) -> Result<Vec<PathBuf>> {
        let output = self.git().output([
            "diff-index",
            "--cached",
            "--name-only",
            "--no-renames",
            "--ignore-submodules=none",
            "-z",
            &commit.to_string(),
            "--",
        ])?;
        Ok(output
            .split(|byte| *byte == 0)
            .filter(|path| !path.is_empty())
            .map(repository_path)
            .collect())
    }

    /// What differs from one commit to another.
    ///
    /// # Errors
    ///
    /// git fails.
    pub(crate) fn between(&self, from: ObjectId, to: ObjectId) -> Result<ChangeSet> {
        let output = self.git().output([
            "diff-tree",
            "-r",
            "--raw",
            "--no-renames",
            "--ignore-submodules=none",
            "-z",
            &from.to_string(),
            &to.to_string(),
            "--",
        ])?;
        let changes = raw_changes(&output)
            .ok_or_else(|| Fault::bug("git diff-tree printed something unexpected"))?;
        Ok(ChangeSet::new(changes))
    }
}

fn not_merged(paths: &[PathBuf]) -> Fault {
    let shown: Vec<String> = paths
        .iter()
        .map(|path| crate::base::text::show_path(path))
        .collect();
    Fault::unable(format!(
        "there are unmerged paths: {}",
        crate::base::text::some_of(&shown, 10)
    ))
    .hint("resolve the conflicts, then `git add` the files")
}
