//! The change set: the paths that a commit or a range touches.

use std::path::PathBuf;

use super::open::repository_path;
use super::scan::{all_new, raw_changes, staged_from};
use super::{Index, Repository, Status};
use crate::fault::{Fault, Result};

/// What is at a path, in git's terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileMode {
    /// A regular file, executable or not.
    File,
    /// A symbolic link.
    Link,
    /// A commit of another repository.
    Submodule,
}

impl FileMode {
    /// Reads git's octal mode, as in `100644`. `None` for `000000`: there is nothing.
    pub(super) fn parse(mode: &[u8]) -> Option<Self> {
        match mode {
            b"000000" => None,
            b"120000" => Some(Self::Link),
            b"160000" => Some(Self::Submodule),
            _ => Some(Self::File),
        }
    }
}

/// What happened to a path. Renames are a deletion and an addition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeKind {
    /// It is there, new or with other contents, mode or type.
    Present(FileMode),
    /// It is gone.
    Deleted,
}

/// One path of a change set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Relative to the top of the work tree. Bytes, not text.
    pub path: PathBuf,
    /// What happened to it.
    pub kind: ChangeKind,
    /// Whether it differs from every parent of the commit. In a merge, files taken over from one
    /// side make a gate run, but only what the merge itself changed is handed to it.
    pub differs_from_every_parent: bool,
}

/// The paths that a commit or a range touches, sorted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ChangeSet {
    /// Each path once.
    pub changes: Vec<Change>,
}

impl ChangeSet {
    /// Makes a change set of changes in any order.
    #[must_use]
    pub fn new(mut changes: Vec<Change>) -> Self {
        changes.sort_by(|a, b| a.path.cmp(&b.path));
        Self { changes }
    }
}

/// The commands of a rebase that make commits, and what they are short for.
const MAKE_COMMITS: [&str; 12] = [
    "pick", "p", "reword", "r", "edit", "e", "squash", "s", "fixup", "f", "merge", "m",
];

impl Repository {
    /// The change set of the commit that the index stands for: what differs from HEAD, and in a
    /// merge also from the other parents.
    ///
    /// # Errors
    ///
    /// There are unmerged paths, or git fails.
    pub fn staged(&self, status: &Status) -> Result<ChangeSet> {
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
    pub fn staged_since(&self, index: &Index, commits: &[String]) -> Result<ChangeSet> {
        let unmerged = index.unmerged();
        if !unmerged.is_empty() {
            return Err(not_merged(&unmerged));
        }
        let Some((first, others)) = commits.split_first() else {
            return Ok(ChangeSet::new(all_new(index)));
        };
        let output = self.git(staged_from(first))?;
        let mut changes = raw_changes(&output)
            .ok_or_else(|| Fault::bug("git diff-index printed something unexpected"))?;
        self.compare_with_others(&mut changes, others)?;
        Ok(ChangeSet::new(changes))
    }

    fn compare_with_others(&self, changes: &mut [Change], others: &[String]) -> Result<()> {
        for parent in others {
            let mut paths = self.differing_from(parent)?;
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
    pub fn next_parents(&self) -> Result<Vec<String>> {
        let mut parents: Vec<String> = self.head_commit()?.into_iter().collect();
        parents.extend(self.other_parents()?);
        Ok(parents)
    }

    /// Whether a merge is being committed, by `git merge` or after it has stopped.
    #[must_use]
    pub fn is_merging(&self) -> bool {
        self.git_dir.join("MERGE_HEAD").exists() || !self.announced().is_empty()
    }

    /// Whether the commit that is checked out is a merge.
    #[must_use]
    pub fn is_merge_checked_out(&self) -> bool {
        let second = ["rev-parse", "--verify", "--quiet", "HEAD^2"];
        self.ask(second).is_ok_and(|answer| answer.code == Some(0))
    }

    /// Whether a rebase or a cherry-pick is under way, which commit again what was committed before.
    #[must_use]
    pub fn is_repeating(&self) -> bool {
        [
            "rebase-merge",
            "rebase-apply",
            "sequencer",
            "CHERRY_PICK_HEAD",
        ]
        .iter()
        .any(|name| self.git_dir.join(name).exists())
    }

    /// The commit that is being picked, if one is.
    #[must_use]
    pub fn picked_commit(&self) -> Option<String> {
        let text = std::fs::read_to_string(self.git_dir.join("CHERRY_PICK_HEAD")).ok()?;
        Some(text.trim().to_owned())
    }

    /// Whether a rebase is under way that makes commits one by one.
    #[must_use]
    pub fn is_rebasing(&self) -> bool {
        self.git_dir.join("rebase-merge").exists()
    }

    /// Whether a rebase is under way that will make more commits after this one: what is still to
    /// be done stands in `git-rebase-todo` (git-rebase(1)).
    #[must_use]
    pub fn has_picks_left(&self) -> bool {
        let todo = self.git_dir.join("rebase-merge/git-rebase-todo");
        let todo = std::fs::read_to_string(todo).unwrap_or_default();
        let mut commands = todo
            .lines()
            .filter_map(|line| line.split_whitespace().next());
        commands.any(|command| MAKE_COMMITS.contains(&command))
    }

    /// The other parents of a merge that is being committed.
    ///
    /// git keeps `MERGE_HEAD` as a file whatever the format of its references. While the
    /// pre-merge-commit hook runs it does not exist yet; `git merge` names the commits in its
    /// environment then.
    fn other_parents(&self) -> Result<Vec<String>> {
        match std::fs::read_to_string(self.git_dir.join("MERGE_HEAD")) {
            Ok(text) => Ok(text.lines().map(str::to_owned).collect()),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(self.announced()),
            Err(error) => Err(Fault::unable("MERGE_HEAD cannot be read").because(&error)),
        }
    }

    /// The commits that a running `git merge` announces as `GITHEAD_<id>`.
    fn announced(&self) -> Vec<String> {
        let id = |name: &std::ffi::OsString| {
            let id = name.to_str()?.strip_prefix("GITHEAD_")?;
            id.bytes()
                .all(|byte| byte.is_ascii_hexdigit())
                .then(|| id.to_owned())
        };
        self.variables.keys().filter_map(id).collect()
    }

    fn differing_from(&self, commit: &str) -> Result<Vec<PathBuf>> {
        let output = self.git([
            "diff-index",
            "--cached",
            "--name-only",
            "--no-renames",
            "--ignore-submodules=none",
            "-z",
            commit,
            "--",
        ])?;
        Ok(output
            .split(|byte| *byte == 0)
            .filter(|path| !path.is_empty())
            .map(repository_path)
            .collect())
    }

    /// The change set of a range: from one tree to another.
    pub(super) fn between(&self, from: &str, to: &str) -> Result<ChangeSet> {
        let output = self.git([
            "diff-tree",
            "-r",
            "--raw",
            "--no-renames",
            "--ignore-submodules=none",
            "-z",
            from,
            to,
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
        .map(|path| crate::text::show_path(path))
        .collect();
    Fault::unable(format!(
        "there are unmerged paths: {}",
        crate::text::some_of(&shown, 10)
    ))
    .hint("resolve the conflicts, then `git add` the files")
}
