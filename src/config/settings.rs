//! The resolved configuration, and `[settings]` as it is meant.

use std::num::NonZeroUsize;
use std::time::Duration;

use super::bypass::Bypass;
use super::commit_msg::{Agents, CommitMsg};
use crate::model::gate::{Gate, Isolation, PathSet, Untracked};

/// The resolved configuration: valid by construction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Settings of the run as a whole.
    pub(crate) settings: RunSettings,
    /// The gates in the order of the file; never empty.
    pub(crate) gates: Vec<Gate>,
    /// What commit messages must say.
    pub(crate) commit_msg: CommitMsg,
    /// Whom they may credit, and how an agent is known.
    pub(crate) agents: Agents,
    /// What committed lines must not silence.
    pub(crate) bypass: Bypass,
}

/// Settings of the run as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RunSettings {
    /// How long the run of one commit may take; `None` is the default, [`DEFAULT_BUDGET`].
    pub(crate) budget: Option<Duration>,
    /// How many gates run at once; `None` is the default for this machine.
    pub(crate) jobs: Option<NonZeroUsize>,
    /// Whether the first failure stops the other gates.
    pub(crate) fail_fast: bool,
    /// In which view the gates run that do not say.
    pub(crate) isolation: Isolation,
    /// Whether fixers run before the gates of a commit.
    pub(crate) fix_on_commit: bool,
    /// What becomes of a fixed file that has unstaged changes, too.
    pub(crate) partial: Partial,
    /// Whether gates that do not say see untracked files.
    pub(crate) untracked: Untracked,
    /// Whether a gate that has passed on a tree is not run on it again.
    pub(crate) cache: bool,
    /// The branches on which commits need no gates.toml, by the configuration of the main branch.
    pub(crate) ungated_branches: PathSet,
    /// Which commits of a rebase are checked.
    pub(crate) rebase: Rebase,
    /// What becomes of a branch that gets a commit on a tree that nobody has checked.
    pub(crate) branch_receipts: Enforcement,
    /// What becomes of a branch that gets a commit with a message that is not as it must be.
    pub(crate) branch_messages: Enforcement,
    /// Branches onto which nothing is committed straight.
    pub(crate) protected_branches: PathSet,
}

/// Which commits of a rebase are checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rebase {
    /// Each as it is made.
    Each,
    /// The last one.
    Tip,
}

impl Rebase {
    /// Every value.
    pub(crate) const ALL: [Self; 2] = [Self::Each, Self::Tip];

    /// The word for it in gates.toml.
    #[must_use]
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Each => "each",
            Self::Tip => "tip",
        }
    }
}

/// What the reference-transaction hook does about something that should not be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Enforcement {
    /// It does not look.
    Off,
    /// It says so, and the ledger has it.
    Warn,
    /// It refuses.
    Enforce,
}

impl Enforcement {
    /// Every value.
    pub(crate) const ALL: [Self; 3] = [Self::Enforce, Self::Warn, Self::Off];

    /// The word for it in gates.toml.
    #[must_use]
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Warn => "warn",
            Self::Enforce => "enforce",
        }
    }
}

/// What becomes of a fixed file of which only a part is staged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Partial {
    /// What was fixed is merged into the user's file; where that contradicts what he has typed, only
    /// the commit has it.
    Merge,
    /// Nothing is fixed then.
    Refuse,
}

impl Partial {
    /// Every value.
    pub(crate) const ALL: [Self; 2] = [Self::Merge, Self::Refuse];

    /// The word for it in gates.toml.
    #[must_use]
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Merge => "merge",
            Self::Refuse => "refuse",
        }
    }
}

/// A gate's time limit at a commit when it names none. A run by hand or in CI has no default.
pub(crate) const DEFAULT_TIMEOUT: Duration = Duration::from_mins(1);

/// The time limit of a commit's run as a whole when none is set.
pub(crate) const DEFAULT_BUDGET: Duration = Duration::from_mins(2);
