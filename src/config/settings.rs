//! The resolved configuration, and the resolved `[settings]`.

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
    /// The rules for commit messages.
    pub(crate) commit_msg: CommitMsg,
    /// Which agents messages may credit, and how an agent is recognised.
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
    /// The view of gates that do not choose one.
    pub(crate) isolation: Isolation,
    /// Whether fixers run before the gates of a commit.
    pub(crate) fix_on_commit: bool,
    /// What happens to a fixed file that also has unstaged changes.
    pub(crate) partial: Partial,
    /// Whether untracked files are visible to gates that do not choose.
    pub(crate) untracked: Untracked,
    /// Whether a gate that has passed on a tree is not run on it again.
    pub(crate) cache: bool,
    /// The branches on which commits need no gates.toml, by the configuration of the main branch.
    pub(crate) ungated_branches: PathSet,
    /// Which commits of a rebase are checked.
    pub(crate) rebase: Rebase,
    /// What happens if a branch would get a commit with an unchecked tree.
    pub(crate) branch_receipts: Enforcement,
    /// What happens if a branch would get a commit whose message breaks the rules.
    pub(crate) branch_messages: Enforcement,
    /// Branches that must not be committed to directly.
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

/// What the reference-transaction hook does about a violation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Enforcement {
    /// It does not check.
    Off,
    /// It warns, and the ledger records it.
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

/// What happens to a fixed file of which only a part is staged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Partial {
    /// The fixes are merged into the user's file; where they conflict with the user's own changes,
    /// only the commit has them.
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
