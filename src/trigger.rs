//! Why gatekeeper runs: a hook of git's, or a person, or CI.

use std::fmt;

/// A hook of git's that gatekeeper installs and answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hook {
    /// Before a commit is made; git gives it the index to be committed.
    PreCommit,
    /// Before a merge that went through without conflicts is committed.
    PreMergeCommit,
    /// Before `git am` commits a patch that it has applied.
    PreApplypatch,
    /// Before anybody writes the message; git gives it the message's file and where it comes from.
    PrepareCommitMsg,
    /// After the message was written, before the commit is made; git gives it the message's file.
    CommitMsg,
    /// Before `git am` applies a patch; git gives it the message's file.
    ApplypatchMsg,
}

/// What a hook is there to judge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// The tree to be committed.
    Tree,
    /// The message.
    Message,
    /// Nothing: it prepares the message.
    Draft,
}

impl Hook {
    /// Every hook, in the order in which they are listed.
    pub const ALL: [Self; 6] = [
        Self::PreCommit,
        Self::PreMergeCommit,
        Self::PreApplypatch,
        Self::PrepareCommitMsg,
        Self::CommitMsg,
        Self::ApplypatchMsg,
    ];

    /// The name of the hook's file, as githooks(5) spells it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::PreCommit => "pre-commit",
            Self::PreMergeCommit => "pre-merge-commit",
            Self::PreApplypatch => "pre-applypatch",
            Self::PrepareCommitMsg => "prepare-commit-msg",
            Self::CommitMsg => "commit-msg",
            Self::ApplypatchMsg => "applypatch-msg",
        }
    }

    /// What the hook is there to judge.
    #[must_use]
    pub fn subject(self) -> Subject {
        match self {
            Self::PreCommit | Self::PreMergeCommit | Self::PreApplypatch => Subject::Tree,
            Self::CommitMsg | Self::ApplypatchMsg => Subject::Message,
            Self::PrepareCommitMsg => Subject::Draft,
        }
    }
}

impl fmt::Display for Hook {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// The point at which a gate is wanted: a value of its `hooks` key.
///
/// Merges and patches applied by `git am` count as pre-commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// At each commit.
    PreCommit,
    /// Not at commits, but before a push; and in a plain `run`, which takes every gate.
    PrePush,
}

impl Stage {
    /// Every stage, in the order in which git reaches them.
    pub const ALL: [Self; 2] = [Self::PreCommit, Self::PrePush];

    /// The stage as gates.toml spells it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::PreCommit => "pre-commit",
            Self::PrePush => "pre-push",
        }
    }
}

/// Why gatekeeper runs, and so what it looks at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trigger {
    /// Called by git.
    Hook(Hook),
    /// `run --staged`: what the pre-commit hook does, by hand.
    Staged,
    /// `run`: every gate on the work tree as it lies, with all tracked files.
    Run,
    /// `run --from REF [--to REF]`: what changed since the merge base.
    Range {
        /// The revision whose merge base with `to` is the beginning, as it was typed.
        from: String,
        /// The revision that is judged, as it was typed.
        to: String,
    },
}

impl Trigger {
    /// Which gates are wanted: those of one stage, or all of them.
    #[must_use]
    pub fn stage(&self) -> Option<Stage> {
        match self {
            Self::Hook(_) | Self::Staged => Some(Stage::PreCommit),
            Self::Run | Self::Range { .. } => None,
        }
    }

    /// Whether what is in the index afterwards is what is committed. `git commit` reads it again after
    /// its hook; `git merge` and `git am` commit what they had read before (seen with 2.47 and 2.39).
    #[must_use]
    pub fn commits_index_of_afterwards(&self) -> bool {
        match self {
            Self::Hook(hook) => *hook == Hook::PreCommit,
            Self::Staged => true,
            Self::Run | Self::Range { .. } => false,
        }
    }

    /// Whether a commit is being judged, which has default limits for time; a run by hand or in
    /// CI has none.
    #[must_use]
    pub fn is_commit(&self) -> bool {
        self.stage() == Some(Stage::PreCommit)
    }
}

impl fmt::Display for Trigger {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Hook(hook) => write!(formatter, "{hook}"),
            Self::Staged => formatter.write_str("run --staged"),
            Self::Run => formatter.write_str("run"),
            Self::Range { from, to } => write!(formatter, "run --from {from} --to {to}"),
        }
    }
}
