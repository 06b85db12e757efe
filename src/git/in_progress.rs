//! What git has begun and not finished: a merge, a rebase, a cherry-pick, a revert, `git am`.

use super::Repository;
use crate::base::fault::{Fault, Result};
use crate::base::object_id::ObjectId;

/// The commands of a rebase that make commits, and what they are short for.
const MAKE_COMMITS: [&str; 12] = [
    "pick", "p", "reword", "r", "edit", "e", "squash", "s", "fixup", "f", "merge", "m",
];

/// What git has begun and not finished.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unfinished {
    /// `git merge`.
    Merge,
    /// `git cherry-pick`.
    CherryPick,
    /// `git revert`, of several commits or with conflicts.
    Revert,
    /// `git revert` of one commit without conflicts, about which git keeps no state.
    PlainRevert,
    /// `git am`.
    Am,
}

impl Unfinished {
    /// The command that takes it back.
    #[must_use]
    pub(crate) fn undo(self) -> &'static str {
        match self {
            Self::Merge => "git merge --abort",
            Self::CherryPick => "git cherry-pick --abort",
            Self::Revert => "git revert --abort",
            Self::PlainRevert => "git reset --merge",
            Self::Am => "git am --abort",
        }
    }
}

/// Makes sure that nothing is under way that HEAD must not move in.
///
/// # Errors
///
/// A rebase, a merge, a cherry-pick, a revert or a bisection is under way.
pub(crate) fn must_be_at_rest(repository: &Repository) -> Result<()> {
    let is_there = |name: &&str| repository.git_dir.join(name).exists();
    let is_other = ["REVERT_HEAD", "BISECT_LOG"].iter().any(is_there);
    if is_other || repository.is_repeating() || repository.is_merging() {
        return Err(
            Fault::unable("a rebase, merge, cherry-pick, revert or bisect is in progress")
                .hint("finish or abort it first"),
        );
    }
    Ok(())
}

impl Repository {
    /// What git has begun here and not finished, if it makes commits on the branch that is checked
    /// out; a rebase does not.
    #[must_use]
    pub(crate) fn unfinished(&self) -> Option<Unfinished> {
        let is_there = |name: &str| self.git_dir.join(name).exists();
        if self.is_merging() {
            Some(Unfinished::Merge)
        } else if is_there("CHERRY_PICK_HEAD") {
            Some(Unfinished::CherryPick)
        } else if is_there("REVERT_HEAD") || is_there("sequencer") {
            Some(Unfinished::Revert)
        } else {
            is_there("rebase-apply/applying").then_some(Unfinished::Am)
        }
    }

    /// Whether a merge is being committed, by `git merge` or after it has stopped.
    #[must_use]
    pub(crate) fn is_merging(&self) -> bool {
        self.git_dir.join("MERGE_HEAD").exists() || !self.announced().is_empty()
    }

    /// Whether a rebase or a cherry-pick is under way, which commit again what was committed before.
    #[must_use]
    pub(crate) fn is_repeating(&self) -> bool {
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
    ///
    /// # Errors
    ///
    /// `CHERRY_PICK_HEAD` cannot be read.
    pub(crate) fn picked_commit(&self) -> Result<Option<ObjectId>> {
        match std::fs::read_to_string(self.git_dir.join("CHERRY_PICK_HEAD")) {
            Ok(text) => text.trim().parse().map(Some),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Fault::unable("cannot read CHERRY_PICK_HEAD").because(&error)),
        }
    }

    /// Whether a rebase is under way that makes commits one by one.
    #[must_use]
    pub(crate) fn is_rebasing(&self) -> bool {
        self.git_dir.join("rebase-merge").exists()
    }

    /// Which commit a rebase is at: its number, how many there are, and its subject, as far as git says so.
    #[must_use]
    pub(crate) fn rebase_step(&self) -> Option<String> {
        let read = |name: &str| {
            let file = self.git_dir.join("rebase-merge").join(name);
            std::fs::read_to_string(file).ok()
        };
        let (number, total) = (read("msgnum")?, read("end")?);
        let done = read("done").unwrap_or_default();
        let last = done.trim_end().lines().next_back().unwrap_or_default();
        // `pick 1a2b3c4 subject`, with a `#` before the subject in newer versions.
        let subject = last
            .split_whitespace()
            .skip(2)
            .skip_while(|word| *word == "#");
        let subject: Vec<&str> = subject.collect();
        let step = format!("rebase {} of {}", number.trim(), total.trim());
        Some(match subject.as_slice() {
            [] => step,
            words => format!("{step}: {}", words.join(" ")),
        })
    }

    /// Whether a revert is being committed, by a command that was called with these commands above it.
    #[must_use]
    pub(crate) fn is_reverting(&self, commands: &[String]) -> bool {
        let mut near = commands.iter().take(2);
        near.any(|command| command == "revert") || self.git_dir.join("REVERT_HEAD").exists()
    }

    /// The command that takes back the rebase that is under way, if one is.
    #[must_use]
    pub(crate) fn undo_of_rebase(&self) -> Option<&'static str> {
        let is_there = |name: &str| self.git_dir.join(name).exists();
        let is_rebase = self.is_rebasing() || is_there("rebase-apply/rebasing");
        is_rebase.then_some("git rebase --abort")
    }

    /// Whether a rebase is under way that will make more commits after this one: what is still to
    /// be done stands in `git-rebase-todo` (git-rebase(1)).
    #[must_use]
    pub(crate) fn has_picks_left(&self) -> bool {
        let todo = self.git_dir.join("rebase-merge/git-rebase-todo");
        let todo = std::fs::read_to_string(todo).unwrap_or_default();
        let mut commands = todo
            .lines()
            .filter_map(|line| line.split_whitespace().next());
        commands.any(|command| MAKE_COMMITS.contains(&command))
    }
}
