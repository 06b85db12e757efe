//! Configuration: `gates.toml` as typed, and what it means.
//!
//! [`text`] gets the bytes into memory, [`file`] reads what was typed and remembers where,
//! [`resolve`] finds out what it means. Everything that can be wrong is found before anything
//! runs, is collected, and is shown with file, line and caret.

mod bypass;
mod bypass_change;
mod bypass_file;
mod command;
mod commit_msg;
mod commit_msg_file;
mod file;
mod problem;
mod reader;
mod resolve;
mod show;
mod show_bypass;
mod show_messages;
mod source;
mod text;
mod unfailing;
mod values;

use std::num::NonZeroUsize;
use std::time::Duration;

use crate::fault::{Fault, Result};
use crate::gate::{Gate, Isolation, PathSet, Untracked};

pub use bypass::{Bypass, Exception, Level, OwnPattern, Place, RULES, SHORTEST_REASON, is_reason};
pub use bypass_change::CHANGE_RULES;
pub use commit_msg::{
    Agents, AssistedBy, CommitMsg, CreditRequired, Forbidden, Form, Matches, Remediation,
    SignOffRequired, SignedOffBy, Strictness, Subject, Trailers, Values,
};
pub use show::show;
pub use source::{Policy, PolicySource};
pub use text::{FILE_NAME, Text, find, from_bytes, link_target};

/// The resolved configuration: valid by construction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Settings of the run as a whole.
    pub settings: Settings,
    /// The gates in the order of the file; never empty.
    pub gates: Vec<Gate>,
    /// What commit messages must say.
    pub commit_msg: CommitMsg,
    /// Whom they may credit, and how an agent is known.
    pub agents: Agents,
    /// What committed lines must not silence.
    pub bypass: Bypass,
}

/// Settings of the run as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// How long the run of one commit may take; `None` is the default, [`DEFAULT_BUDGET`].
    pub budget: Option<Duration>,
    /// How many gates run at once; `None` is the default for this machine.
    pub jobs: Option<NonZeroUsize>,
    /// Whether the first failure stops the other gates.
    pub fail_fast: bool,
    /// In which view the gates run that do not say.
    pub isolation: Isolation,
    /// Whether fixers run before the gates of a commit.
    pub fix_on_commit: bool,
    /// What becomes of a mended file that has unstaged changes, too.
    pub partial: Partial,
    /// Whether gates that do not say see untracked files.
    pub untracked: Untracked,
    /// Whether a gate that has passed on a tree is not run on it again.
    pub cache: bool,
    /// The branches on which commits need no gates.toml, by the configuration of the main branch.
    pub ungated_branches: PathSet,
    /// Which commits of a rebase are judged.
    pub rebase: Rebase,
    /// What becomes of a branch that gets a commit on a tree that nobody has judged.
    pub branch_receipts: Watchfulness,
    /// What becomes of a branch that gets a commit with a message that is not as it must be.
    pub branch_messages: Watchfulness,
    /// Branches onto which nothing is committed straight.
    pub protected_branches: PathSet,
}

/// Which commits of a rebase are judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rebase {
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
    pub fn name(self) -> &'static str {
        match self {
            Self::Each => "each",
            Self::Tip => "tip",
        }
    }
}

/// What the reference-transaction hook does about something that should not be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Watchfulness {
    /// It does not look.
    Off,
    /// It says so, and the ledger has it.
    Warn,
    /// It refuses.
    Enforce,
}

impl Watchfulness {
    /// Every value.
    pub(crate) const ALL: [Self; 3] = [Self::Enforce, Self::Warn, Self::Off];

    /// The word for it in gates.toml.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Warn => "warn",
            Self::Enforce => "enforce",
        }
    }
}

/// What becomes of a mended file of which only a part is staged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Partial {
    /// What was mended is merged into the user's file; where that contradicts what he has typed, only
    /// the commit has it.
    Merge,
    /// Nothing is mended then.
    Refuse,
}

impl Partial {
    /// Every value.
    pub(crate) const ALL: [Self; 2] = [Self::Merge, Self::Refuse];

    /// The word for it in gates.toml.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Merge => "merge",
            Self::Refuse => "refuse",
        }
    }
}

/// A gate's time limit at a commit when it names none. A run by hand or in CI has no default.
pub const DEFAULT_TIMEOUT: Duration = Duration::from_mins(1);

/// The time limit of a commit's run as a whole when none is set.
pub const DEFAULT_BUDGET: Duration = Duration::from_mins(2);

/// Reads a configuration's text.
///
/// # Errors
///
/// Everything that is wrong with it, in one fault of the kind usage.
pub fn parse(text: &Text) -> Result<Config> {
    let mut problems = problem::Problems::default();
    let config = file::read(&text.text, &mut problems)
        .map(|file| resolve::resolve(file, &text.text, &mut problems));
    match config {
        Some(config) if problems.is_empty() => Ok(config),
        _ => Err(problems.into_fault(text)),
    }
}

/// The fault of a configuration that is not there.
#[must_use]
pub fn missing(looked_in: &std::path::Path) -> Fault {
    Fault::usage(format!(
        "there is no {FILE_NAME} in {}",
        crate::text::show_path(looked_in)
    ))
    .hint(format!(
        "write a {FILE_NAME} at the top of the work tree; gates.toml.example, which comes with \
         gatekeeper, shows every key"
    ))
}
