//! A gate: a command whose success a commit needs, with all of its settings.
//!
//! These are the types of a *resolved* configuration. All errors in the configuration of a gate
//! were found before one of these exists.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use time::Date;

use super::trigger::Stage;

/// The name of a gate: letters, digits, `.`, `_` and `-`, so that it is fit for terminals, file
/// names and command lines.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct GateName(String);

impl GateName {
    /// The longest name, in bytes.
    pub(crate) const MAX_LENGTH: usize = 64;

    /// A name, if the text is one.
    #[must_use]
    pub(crate) fn new(text: &str) -> Option<Self> {
        let inner = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
        let is_name = text.len() <= Self::MAX_LENGTH
            && text.starts_with(|c: char| c.is_ascii_alphanumeric())
            && text.chars().all(inner);
        is_name.then(|| Self(text.to_owned()))
    }

    /// The name as text.
    #[must_use]
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for GateName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.0)
    }
}

/// What sort of check a gate is. For reports only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum GateKind {
    /// Types are checked.
    Typecheck,
    /// Code is searched for mistakes.
    Lint,
    /// Tests are run.
    Test,
    /// The formatting is checked.
    Format,
    /// Weaknesses and known vulnerabilities are searched for.
    Security,
    /// Anything else.
    Custom,
}

impl GateKind {
    /// Every kind.
    pub(crate) const ALL: [Self; 6] = [
        Self::Typecheck,
        Self::Lint,
        Self::Test,
        Self::Format,
        Self::Security,
        Self::Custom,
    ];

    /// The kind as gates.toml spells it.
    #[must_use]
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Typecheck => "typecheck",
            Self::Lint => "lint",
            Self::Test => "test",
            Self::Format => "format",
            Self::Security => "security",
            Self::Custom => "custom",
        }
    }
}

/// Whether a gate that does not pass stops the commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum GateLevel {
    /// It does.
    Block,
    /// It is shown and counted but does not stop anything, up to and including the day `until`.
    Warn {
        /// The last day, in UTC; `None` for no end.
        until: Option<Date>,
    },
}

impl GateLevel {
    /// Whether the gate blocks on the given day.
    #[must_use]
    pub(crate) fn blocks_on(self, today: Date) -> bool {
        match self {
            Self::Block => true,
            Self::Warn { until } => until.is_some_and(|until| today > until),
        }
    }
}

/// The only way to switch a gate off: with a reason, and not for ever.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Skip {
    /// Why; shown in every report.
    pub(crate) reason: String,
    /// The last day on which the gate is skipped, in UTC.
    pub(crate) until: Date,
}

/// A command as it is executed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct GateCommand {
    /// As it was typed.
    pub(crate) text: String,
    /// How it is started.
    pub(crate) form: CommandForm,
    /// Whether the names of files are passed to it, in place of `{files}`.
    pub(crate) takes_files: bool,
}

/// How a command is started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum CommandForm {
    /// Plain words: the program and its arguments, without a shell in between. An argument that is
    /// [`CommandArgument::Files`] stands for the names of files.
    Words(Vec<CommandArgument>),
    /// A script for `sh -e -c`; the names of files are its arguments (`"$@"`), never pasted in.
    Shell(String),
}

/// One word of a plain command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum CommandArgument {
    /// The word itself.
    Word(String),
    /// The names of files, any number of words.
    Files,
}

/// Glob patterns over repository paths, with the texts they were made from.
#[derive(Debug, Clone)]
pub(crate) struct PathSet {
    /// The patterns as typed.
    pub(crate) patterns: Vec<String>,
    /// The same, compiled.
    pub(crate) set: globset::GlobSet,
}

impl PathSet {
    /// Whether there is no pattern at all.
    #[must_use]
    pub(crate) fn is_empty(&self) -> bool {
        self.patterns.is_empty()
    }

    /// Whether a path, relative to the work tree's top, matches one of the patterns.
    #[must_use]
    pub(crate) fn matches(&self, path: &std::path::Path) -> bool {
        self.set.is_match(path)
    }
}

impl PartialEq for PathSet {
    fn eq(&self, other: &Self) -> bool {
        self.patterns == other.patterns
    }
}

impl Eq for PathSet {}

/// A regular expression over lines of output, with the text it was made from.
#[derive(Debug, Clone)]
pub(crate) struct Pattern {
    /// The expression as typed.
    pub(crate) text: String,
    /// The same, compiled.
    pub(crate) regex: regex::bytes::Regex,
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Pattern {}

/// In which view of the files a gate runs when something is about to be committed, or a range is
/// checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Isolation {
    /// In the work tree if it is the tree that is checked; otherwise in an overlay or, where that
    /// is impossible, in a snapshot.
    Auto,
    /// In the work tree, whatever state it is in.
    InPlace,
    /// In an overlay or, where that is impossible, in a snapshot.
    Overlay,
    /// In a snapshot.
    Snapshot,
}

impl Isolation {
    /// Every value.
    pub(crate) const ALL: [Self; 4] = [Self::Auto, Self::InPlace, Self::Overlay, Self::Snapshot];

    /// The word for it in gates.toml.
    #[must_use]
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::InPlace => "in-place",
            Self::Overlay => "overlay",
            Self::Snapshot => "snapshot",
        }
    }
}

/// Whether a gate sees untracked files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Untracked {
    /// It does not.
    Hide,
    /// It does, and the report names them.
    Show,
}

impl Untracked {
    /// Every value.
    pub(crate) const ALL: [Self; 2] = [Self::Hide, Self::Show];

    /// The word for it in gates.toml.
    #[must_use]
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Hide => "hide",
            Self::Show => "show",
        }
    }
}

/// One gate, valid by construction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Gate {
    /// Its name, unique in the configuration.
    pub(crate) name: GateName,
    /// What sort of check it is.
    pub(crate) kind: GateKind,
    /// The command that decides.
    pub(crate) run: GateCommand,
    /// The command that fixes what `run` finds; shown when the gate fails.
    pub(crate) fix: Option<GateCommand>,
    /// The gate is needed if the change set touches one of these; if empty, at every change.
    pub(crate) files: PathSet,
    /// Taken out of `files`.
    pub(crate) exclude: PathSet,
    /// A change to one of these makes the gate needed, and `{files}` all tracked matches.
    pub(crate) widen: PathSet,
    /// Where the command runs, relative to the work tree's top; empty: the top itself.
    pub(crate) dir: PathBuf,
    /// Variables that the command gets besides the cleaned environment.
    pub(crate) env: BTreeMap<String, String>,
    /// How long it may take; `None`: the default of the trigger.
    pub(crate) timeout: Option<Duration>,
    /// Gates that must have passed before this one starts.
    pub(crate) needs: Vec<GateName>,
    /// In which view of the files it runs.
    pub(crate) isolation: Isolation,
    /// Whether it sees untracked files.
    pub(crate) untracked: Untracked,
    /// When it is wanted.
    pub(crate) hooks: BTreeSet<Stage>,
    /// Whether it blocks.
    pub(crate) level: GateLevel,
    /// Set when the gate is switched off.
    pub(crate) skip: Option<Skip>,
    /// Whether its result for a tree is remembered.
    pub(crate) cache: bool,
    /// Whether it must run alone.
    pub(crate) exclusive: bool,
    /// Gates with the same lock take turns.
    pub(crate) lock: Option<String>,
    /// The exit codes that mean success.
    pub(crate) success_codes: BTreeSet<u8>,
    /// A line of output must match this; otherwise nothing was checked.
    pub(crate) expect: Option<Pattern>,
    /// No line of output may match this.
    pub(crate) forbid: Option<Pattern>,
}

impl Gate {
    /// Whether a change to this path makes the gate look at it.
    #[must_use]
    pub(crate) fn looks_at(&self, path: &std::path::Path) -> bool {
        (self.files.is_empty() || self.files.matches(path)) && !self.exclude.matches(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gate_names_are_harmless() {
        for name in ["lint", "type-check", "a.b_c-1", "7"] {
            assert!(GateName::new(name).is_some(), "{name}");
        }
        let long = "x".repeat(GateName::MAX_LENGTH + 1);
        for name in [
            "",
            "-x",
            ".x",
            "a b",
            "a/b",
            "a\nb",
            "\u{1b}[31m",
            "\u{e4}",
            &long,
        ] {
            assert!(GateName::new(name).is_none(), "{name:?}");
        }
    }
}
