//! What a gate is made of: its name, its command, its view of the files. `Gate` itself is beside its
//! keys, in `config::gate`.

use std::fmt;
use std::path::Path;

use time::Date;

use crate::base::words::words;

/// The name of a gate: letters, digits, `.`, `_` and `-`, so that it is fit for terminals and command
/// lines. The gates of a directory have its path and a `/` before that, as in `api/test`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct GateName(String);

impl GateName {
    /// The longest name, in bytes, without the directory.
    pub(crate) const MAX_LENGTH: usize = 64;

    /// The longest path of a directory with gates, in bytes.
    pub(crate) const LONGEST_DIR: usize = 150;

    /// A name without a directory, if the text is one.
    #[must_use]
    pub(crate) fn new(text: &str) -> Option<Self> {
        let inner = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
        let is_name = text.len() <= Self::MAX_LENGTH
            && text.starts_with(|c: char| c.is_ascii_alphanumeric())
            && text.chars().all(inner);
        is_name.then(|| Self(text.to_owned()))
    }

    /// A name with or without a directory, if the text is one.
    #[must_use]
    pub(crate) fn parse(text: &str) -> Option<Self> {
        match text.rsplit_once('/') {
            None => Self::new(text),
            Some((dir, name)) => {
                let is_name = is_dir_of_gates(dir) && Self::new(name).is_some();
                is_name.then(|| Self(text.to_owned()))
            }
        }
    }

    /// The name of the gate in a directory, relative to the top; at the top, the name itself. `None` if the
    /// path cannot be a part of a name.
    #[must_use]
    pub(crate) fn in_dir(&self, dir: &Path) -> Option<Self> {
        if dir == Path::new("") {
            return Some(self.clone());
        }
        Self::parse(&format!("{}/{self}", dir.to_str()?))
    }

    /// The name without the directory.
    #[must_use]
    pub(crate) fn local(&self) -> &str {
        self.0.rsplit_once('/').map_or(&self.0, |(_, name)| name)
    }

    /// The name as a part of the name of a file, different for each gate.
    #[must_use]
    pub(crate) fn as_file_name(&self) -> String {
        self.0.replace('/', "~")
    }

    /// The name as text.
    #[must_use]
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether the path of a directory can stand before the name of a gate: it begins like no option, and nothing in
/// it means something to a shell or a terminal.
fn is_dir_of_gates(dir: &str) -> bool {
    let inner = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '+' | '@');
    let is_part = |part: &str| !matches!(part, "" | "." | "..") && part.chars().all(inner);
    dir.len() <= GateName::LONGEST_DIR && !dir.starts_with('-') && dir.split('/').all(is_part)
}

impl fmt::Display for GateName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.0)
    }
}

words! {
    /// What sort of check a gate is. For reports only.
    pub(crate) enum GateKind {
        /// Types are checked.
        Typecheck = "typecheck",
        /// Code is searched for mistakes.
        Lint = "lint",
        /// Tests are run.
        Test = "test",
        /// The formatting is checked.
        Format = "format",
        /// Weaknesses and known vulnerabilities are searched for.
        Security = "security",
        /// Anything else.
        Custom = "custom",
    }
}

impl GateKind {
    /// Why no finding of such a gate can be a known one; `None` if it can be.
    #[must_use]
    pub(crate) fn without_baseline(self) -> Option<&'static str> {
        match self {
            Self::Test => Some("a test that fails is not a finding to live with"),
            Self::Format => Some("a formatter fixes all files in one commit"),
            Self::Typecheck | Self::Lint | Self::Security | Self::Custom => None,
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

words! {
    /// Which findings of a gate count, besides those that gates.baseline lists.
    pub(crate) enum NewFindings {
        /// All.
        All = "all",
        /// Those on lines that the change touches.
        Lines = "lines",
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

impl Skip {
    /// Whether the gate is skipped on this day.
    #[must_use]
    pub(crate) fn is_in_force(&self, today: Date) -> bool {
        today <= self.until
    }
}

words! {
    /// The format of the report from which the findings of a gate are read.
    pub(crate) enum FindingsFormat {
        /// SARIF 2.1.0, in a file.
        Sarif = "sarif",
        /// The XML of `JUnit`, in a file.
        Junit = "junit",
        /// The messages of `cargo --message-format=json`, in the output.
        CargoJson = "cargo-json",
    }
}

impl FindingsFormat {
    /// What stands for the file of the report in a command.
    pub(crate) const PLACEHOLDER: &'static str = "{report}";

    /// Whether the report is in a file of its own.
    #[must_use]
    pub(crate) fn is_in_file(self) -> bool {
        match self {
            Self::Sarif | Self::Junit => true,
            Self::CargoJson => false,
        }
    }
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
    /// Whether the file of a report is passed to it, in place of `{report}`.
    pub(crate) takes_report: bool,
    /// Whether the number of a part is passed to it, in place of `{shard}`.
    pub(crate) takes_shard: bool,
}

impl GateCommand {
    /// What stands for the number of a part in a command.
    pub(crate) const SHARD: &'static str = "{shard}";

    /// What stands for the number of parts in a command.
    pub(crate) const SHARDS: &'static str = "{shards}";

    /// The command for one part of what it checks.
    #[must_use]
    pub(crate) fn of_part(&self, part: Part) -> Self {
        if !self.takes_shard {
            return self.clone();
        }
        let number = |text: &str| {
            let text = text.replace(Self::SHARDS, &part.of.to_string());
            text.replace(Self::SHARD, &part.number.to_string())
        };
        let form = match &self.form {
            CommandForm::Shell(script) => CommandForm::Shell(number(script)),
            CommandForm::Words(words) => {
                let words = words.iter().map(|word| match word {
                    CommandArgument::Word(word) => CommandArgument::Word(number(word)),
                    CommandArgument::Files => CommandArgument::Files,
                });
                CommandForm::Words(words.collect())
            }
        };
        Self {
            form,
            ..self.clone()
        }
    }
}

/// One of several parts of what a gate checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Part {
    /// Which one, from 1.
    pub(crate) number: u32,
    /// How many there are.
    pub(crate) of: u32,
}

impl Part {
    /// All of it.
    pub(crate) const WHOLE: Self = Self { number: 1, of: 1 };
}

/// Into how many parts a gate is divided where several runners share a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PartCount {
    /// So many.
    Exactly(u32),
    /// As many as there are shards.
    Auto,
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
#[derive(Debug, Clone, Default)]
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
    pub(crate) fn matches(&self, path: &Path) -> bool {
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

words! {
    /// In which view of the files a gate runs when something is about to be committed, or a range is
    /// checked.
    pub(crate) enum Isolation {
        /// In the work tree if it is the tree that is checked; otherwise in an overlay or, where that
        /// is impossible, in a snapshot.
        Auto = "auto",
        /// In the work tree, whatever state it is in.
        InPlace = "in-place",
        /// In an overlay or, where that is impossible, in a snapshot.
        Overlay = "overlay",
        /// In a snapshot.
        Snapshot = "snapshot",
    }
}

words! {
    /// Whether a gate sees untracked files.
    #[derive(PartialOrd, Ord)]
    pub(crate) enum Untracked {
        /// It does not.
        Hide = "hide",
        /// It does, and the report names them.
        Show = "show",
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

    #[test]
    fn gates_of_directories_have_the_path_in_their_name() {
        let test = GateName::new("test").unwrap();
        for (dir, name) in [
            ("", Some("test")),
            ("api", Some("api/test")),
            ("packages/@scope/a.b", Some("packages/@scope/a.b/test")),
            (".github", Some(".github/test")),
            ("my app", None),
            ("-rf", None),
            ("a\nb", None),
            ("a/$(x)", None),
        ] {
            let found = test.in_dir(Path::new(dir));
            assert_eq!(found.as_ref().map(GateName::as_str), name, "{dir:?}");
            if let Some(found) = found {
                assert_eq!(GateName::parse(found.as_str()), Some(found.clone()));
                assert_eq!(found.local(), "test");
                assert!(!found.as_file_name().contains('/'));
            }
        }
        for name in ["/test", "a//test", "../test", "a/", "a/b c", "a/./b"] {
            assert!(GateName::parse(name).is_none(), "{name:?}");
        }
    }
}
