//! Why gatekeeper runs: because of a git hook, a person or CI.

use std::fmt;
use std::path::PathBuf;

use crate::base::object_id::ObjectId;
use crate::base::words::words;

/// A git hook that gatekeeper installs and implements.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Hook {
    /// Before a commit is made; git gives it the index to be committed.
    PreCommit,
    /// Before a merge that went through without conflicts is committed.
    PreMergeCommit,
    /// Before `git am` commits a patch that it has applied.
    PreApplypatch,
    /// Before the message is written; git gives it the message's file and its source.
    PrepareCommitMsg,
    /// After the message was written, before the commit is made; git gives it the message's file.
    CommitMsg,
    /// Before `git am` applies a patch; git gives it the message's file.
    ApplypatchMsg,
    /// While references are being updated, by any command; git gives it the updates.
    ReferenceTransaction,
    /// Before something is pushed; git gives it the remote and the references.
    PrePush,
    /// In the repository that is pushed to, before any reference moves; git gives it the updates.
    PreReceive,
    /// After a checkout; git gives it the commits before and after, and whether a branch was checked out.
    PostCheckout,
    /// After a merge; git gives it whether it was squashed.
    PostMerge,
    /// After a commit.
    PostCommit,
    /// After commits were rewritten; git gives it the ids before and after.
    PostRewrite,
}

/// What a hook is there to check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HookKind {
    /// The tree to be committed.
    Tree,
    /// The message.
    Message,
    /// The message before it is written, and the tree, if it is unchecked.
    Draft,
    /// Updates of references.
    References,
    /// Commits that others are to get.
    Push,
    /// Commits that others have pushed here.
    Received,
    /// Nothing: it runs commands after something that git has done.
    Event,
}

impl Hook {
    /// Every hook of a repository with a work tree, in the order in which they are listed.
    pub(crate) const ALL: [Self; 8] = [
        Self::PreCommit,
        Self::PreMergeCommit,
        Self::PreApplypatch,
        Self::PrepareCommitMsg,
        Self::CommitMsg,
        Self::ApplypatchMsg,
        Self::ReferenceTransaction,
        Self::PrePush,
    ];

    /// Every hook of a bare repository that others push to.
    pub(crate) const SERVER: [Self; 1] = [Self::PreReceive];

    /// The hooks that check nothing. They are installed where a command of gates.toml needs them.
    pub(crate) const EVENTS: [Self; 4] = [
        Self::PostCheckout,
        Self::PostMerge,
        Self::PostCommit,
        Self::PostRewrite,
    ];

    /// The name of the hook's file, as githooks(5) spells it.
    #[must_use]
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::PreCommit => "pre-commit",
            Self::PreMergeCommit => "pre-merge-commit",
            Self::PreApplypatch => "pre-applypatch",
            Self::PrepareCommitMsg => "prepare-commit-msg",
            Self::CommitMsg => "commit-msg",
            Self::ApplypatchMsg => "applypatch-msg",
            Self::ReferenceTransaction => "reference-transaction",
            Self::PrePush => "pre-push",
            Self::PreReceive => "pre-receive",
            Self::PostCheckout => GitEvent::Checkout.name(),
            Self::PostMerge => GitEvent::Merge.name(),
            Self::PostCommit => GitEvent::Commit.name(),
            Self::PostRewrite => GitEvent::Rewrite.name(),
        }
    }

    /// What the hook is there to check.
    #[must_use]
    pub(crate) fn subject(self) -> HookKind {
        match self {
            Self::PreCommit | Self::PreMergeCommit | Self::PreApplypatch => HookKind::Tree,
            Self::CommitMsg | Self::ApplypatchMsg => HookKind::Message,
            Self::PrepareCommitMsg => HookKind::Draft,
            Self::ReferenceTransaction => HookKind::References,
            Self::PrePush => HookKind::Push,
            Self::PreReceive => HookKind::Received,
            Self::PostCheckout | Self::PostMerge | Self::PostCommit | Self::PostRewrite => {
                HookKind::Event
            }
        }
    }
}

impl fmt::Display for Hook {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

words! {
    /// Something that git has done, by the hook that it then calls: a value of the `events` of a command.
    #[derive(PartialOrd, Ord)]
    pub(crate) enum GitEvent {
        /// Another commit was checked out.
        Checkout = "post-checkout",
        /// Something was merged, or pulled by a merge.
        Merge = "post-merge",
        /// A commit was made.
        Commit = "post-commit",
        /// Commits were amended or rebased.
        Rewrite = "post-rewrite",
    }
}

impl GitEvent {
    /// The hook that git calls.
    #[must_use]
    pub(crate) fn hook(self) -> Hook {
        match self {
            Self::Checkout => Hook::PostCheckout,
            Self::Merge => Hook::PostMerge,
            Self::Commit => Hook::PostCommit,
            Self::Rewrite => Hook::PostRewrite,
        }
    }
}

words! {
    /// The stage at which a gate is wanted: a value of its `hooks` key.
    ///
    /// Merges and patches applied by `git am` count as pre-commit.
    #[derive(PartialOrd, Ord)]
    pub(crate) enum Stage {
        /// At each commit.
        PreCommit = "pre-commit",
        /// Not at commits, but before a push; and in a plain `run`, which takes every gate.
        PrePush = "pre-push",
    }
}

impl Stage {
    /// Every stage, in the order in which git reaches them.
    pub(crate) const ALL: [Self; 2] = [Self::PreCommit, Self::PrePush];
}

/// Another repository, as far as it is known here.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Remote {
    /// Its name; `None` if only its address was given.
    pub(crate) name: Option<String>,
    /// The commits that its references name.
    pub(crate) has: Vec<ObjectId>,
}

/// Why gatekeeper runs, and so what it looks at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Trigger {
    /// Called by git.
    Hook(Hook),
    /// `run --staged`: what the pre-commit hook does, by hand.
    Staged,
    /// `run`: every gate on the work tree as it is, with all tracked files.
    Run,
    /// `run --files PATH…`: these files of the work tree as it is.
    Files {
        /// Their paths as they were typed; a directory stands for what is tracked below it.
        paths: Vec<PathBuf>,
    },
    /// `run --from REF [--to REF]`: what changed since the merge base.
    Range {
        /// The revision whose merge base with `to` is the beginning, as it was typed.
        from: String,
        /// The revision that is checked, as it was typed.
        to: String,
    },
    /// A commit that is about to be pushed.
    Push {
        /// Its id.
        commit: ObjectId,
        /// Which gates are wanted: those of a commit, if it is still unchecked, or those of a push.
        stage: Stage,
        /// The repository that is to receive it.
        remote: Remote,
    },
    /// `audit --record`: a commit that was made without being checked.
    Record {
        /// Its id.
        commit: ObjectId,
    },
    /// `audit --gates`: a commit, whatever is known about it.
    Audit {
        /// Its id.
        commit: ObjectId,
        /// The commits from which its changes are counted; if there are none, all of it is new.
        since: Vec<ObjectId>,
    },
    /// `init`: the last commit, all of which is new to the gates that were found.
    Trial {
        /// Its id.
        commit: ObjectId,
    },
}

impl Trigger {
    /// Which gates are wanted: those of one stage, or all of them.
    #[must_use]
    pub(crate) fn stage(&self) -> Option<Stage> {
        match self {
            Self::Hook(_) | Self::Staged | Self::Record { .. } => Some(Stage::PreCommit),
            Self::Push { stage, .. } => Some(*stage),
            Self::Run
            | Self::Files { .. }
            | Self::Range { .. }
            | Self::Audit { .. }
            | Self::Trial { .. } => None,
        }
    }

    /// The stage at which trees must be good so that changes are counted from them.
    #[must_use]
    pub(crate) fn counts_from(&self) -> Stage {
        self.stage().unwrap_or(Stage::PreCommit)
    }

    /// The stages at which a tree is checked if every gate lets it through.
    #[must_use]
    pub(crate) fn stages(&self) -> Vec<Stage> {
        match self.stage() {
            Some(stage) => vec![stage],
            None => Stage::ALL.to_vec(),
        }
    }

    /// What failing gates stop: a commit or a push, as a word.
    #[must_use]
    pub(crate) fn stops(&self) -> Option<&'static str> {
        match self {
            Self::Hook(_) => Some("commit"),
            Self::Push { .. } => Some("push"),
            Self::Staged
            | Self::Run
            | Self::Files { .. }
            | Self::Range { .. }
            | Self::Record { .. }
            | Self::Audit { .. }
            | Self::Trial { .. } => None,
        }
    }

    /// The commit that is checked, if it is a single one.
    #[must_use]
    pub(crate) fn commit(&self) -> Option<ObjectId> {
        match self {
            Self::Push { commit, .. }
            | Self::Record { commit }
            | Self::Audit { commit, .. }
            | Self::Trial { commit } => Some(*commit),
            Self::Hook(_) | Self::Staged | Self::Run | Self::Files { .. } | Self::Range { .. } => {
                None
            }
        }
    }

    /// Whether the content of the index after the hook is what is committed. `git commit` reads it
    /// again after its hook; `git merge` and `git am` commit what they had read before (seen with
    /// 2.47 and 2.39).
    #[must_use]
    pub(crate) fn commits_index_of_afterwards(&self) -> bool {
        match self {
            Self::Hook(hook) => *hook == Hook::PreCommit,
            Self::Staged => true,
            Self::Run
            | Self::Files { .. }
            | Self::Range { .. }
            | Self::Push { .. }
            | Self::Record { .. }
            | Self::Audit { .. }
            | Self::Trial { .. } => false,
        }
    }

    /// Whether the work tree is checked as it is, and not a tree that git has or will have.
    #[must_use]
    pub(crate) fn reads_work_tree(&self) -> bool {
        matches!(self, Self::Run | Self::Files { .. })
    }

    /// Whether a person or CI has asked for it.
    #[must_use]
    pub(crate) fn is_by_hand(&self) -> bool {
        self.reads_work_tree() || matches!(self, Self::Staged | Self::Range { .. })
    }

    /// Whether a commit is being checked, which has default limits for time; a run by hand or in
    /// CI has none.
    #[must_use]
    pub(crate) fn is_commit(&self) -> bool {
        matches!(self, Self::Hook(_) | Self::Staged)
    }
}

impl fmt::Display for Trigger {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Hook(hook) => write!(formatter, "{hook}"),
            Self::Staged => formatter.write_str("run --staged"),
            Self::Run => formatter.write_str("run"),
            Self::Files { .. } => formatter.write_str("run --files"),
            Self::Range { from, to } => write!(formatter, "run --from {from} --to {to}"),
            Self::Push { commit, .. } => write!(formatter, "pre-push of {}", commit.short()),
            Self::Record { commit } => write!(formatter, "audit --record {}", commit.short()),
            Self::Audit { commit, .. } => write!(formatter, "audit --gates of {}", commit.short()),
            Self::Trial { .. } => formatter.write_str("trial on the last commit"),
        }
    }
}
