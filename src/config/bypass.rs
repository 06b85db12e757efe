//! What committed lines must not silence, resolved: `[bypass]`, with every default filled in.

use std::collections::BTreeMap;

use globset::{GlobBuilder, GlobSetBuilder};
use time::Date;

use crate::model::gate::{PathSet, Pattern};
use crate::rules::catalogue::{CHANGE_RULES, Level, RULES};

/// Documentation: to mention a bypass is not to use it.
const DOCUMENTATION: [&str; 7] = [
    "**/*.md",
    "**/*.rst",
    "**/*.txt",
    "**/*.adoc",
    "docs/**",
    "doc/**",
    "**/CHANGELOG*",
];

/// What committed lines must not silence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bypass {
    /// Paths that no rule looks at.
    pub(crate) exclude: PathSet,
    /// Paths that the built-in rules do not look at: documentation only mentions what the rules
    /// search for.
    pub(crate) documentation: PathSet,
    /// The levels of built-in rules that differ from the default.
    pub rules: BTreeMap<String, Level>,
    /// The project's custom rules.
    pub(crate) patterns: Vec<CustomRule>,
    /// Files to which a rule does not apply for a while.
    pub(crate) exceptions: Vec<DatedException>,
}

/// A custom rule of the project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CustomRule {
    /// Its id.
    pub(crate) id: String,
    /// What a line must not hold.
    pub(crate) pattern: Pattern,
    /// The files that it applies to; if empty, all.
    pub(crate) files: PathSet,
    /// The part of a file in which it counts.
    pub(crate) place: FilePart,
    /// Its level.
    pub(crate) level: Level,
    /// What is wrong, as a fragment.
    pub(crate) message: String,
    /// What to do about it.
    pub(crate) help: String,
}

/// The part of a file in which a rule counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FilePart {
    /// In code: neither in comments nor in strings.
    Code,
    /// In comments.
    Comment,
    /// In strings.
    Text,
    /// Anywhere; the only choice in files of an unknown language.
    Anywhere,
}

/// Files to which a rule does not apply for a while.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DatedException {
    /// The rule's id.
    pub(crate) rule: String,
    /// The files.
    pub(crate) files: PathSet,
    /// Why.
    pub(crate) reason: String,
    /// The last day, in UTC.
    pub(crate) until: Date,
}

impl Bypass {
    /// The level of a built-in rule.
    #[must_use]
    pub(crate) fn level(&self, rule: &str) -> Level {
        let default = || {
            RULES
                .iter()
                .chain(&CHANGE_RULES)
                .find(|(id, _)| *id == rule)
        };
        let configured = self.rules.get(rule).copied();
        configured
            .or_else(|| default().map(|(_, level)| *level))
            .unwrap_or(Level::Off)
    }
}

impl Default for Bypass {
    fn default() -> Self {
        Self {
            exclude: no_paths(),
            documentation: documentation(),
            rules: BTreeMap::new(),
            patterns: Vec::new(),
            exceptions: Vec::new(),
        }
    }
}

/// A set of no paths.
pub(super) fn no_paths() -> PathSet {
    PathSet {
        patterns: Vec::new(),
        set: globset::GlobSet::empty(),
    }
}

fn documentation() -> PathSet {
    let mut set = GlobSetBuilder::new();
    let compiled = DOCUMENTATION
        .iter()
        .filter_map(|text| GlobBuilder::new(text).literal_separator(true).build().ok());
    for glob in compiled {
        set.add(glob);
    }
    PathSet {
        patterns: DOCUMENTATION.map(str::to_owned).to_vec(),
        // If this fails, more files are searched, never fewer.
        set: set.build().unwrap_or_else(|_| globset::GlobSet::empty()),
    }
}

impl FilePart {
    /// Every value.
    pub(super) const ALL: [Self; 4] = [Self::Code, Self::Comment, Self::Text, Self::Anywhere];

    /// The word for it in gates.toml.
    #[must_use]
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Comment => "comment",
            Self::Text => "string",
            Self::Anywhere => "anywhere",
        }
    }
}

/// The minimum length of a reason, in characters.
pub(crate) const SHORTEST_REASON: usize = 10;

/// Whether a text says why something is right, rather than only that it will be removed some day.
#[must_use]
pub(crate) fn is_reason(text: &str) -> bool {
    const FILLERS: [&str; 42] = [
        "a",
        "and",
        "be",
        "clean",
        "disable",
        "fix",
        "fixed",
        "fixme",
        "for",
        "hack",
        "ignore",
        "in",
        "is",
        "it",
        "later",
        "lint",
        "linter",
        "me",
        "needed",
        "now",
        "please",
        "quick",
        "remove",
        "removed",
        "silence",
        "skip",
        "soon",
        "temp",
        "temporarily",
        "temporary",
        "the",
        "this",
        "tmp",
        "to",
        "todo",
        "tbd",
        "up",
        "warning",
        "warnings",
        "will",
        "wip",
        "xxx",
    ];
    // A text that begins with one of these says what is to be done, not why it has not been done.
    const PROMISES: [&str; 5] = ["todo", "fixme", "xxx", "tbd", "wip"];
    let is_filler = |word: &str| {
        let word = word.to_lowercase();
        FILLERS.contains(&word.as_str()) || word.chars().all(|c| !c.is_alphabetic())
    };
    let text = text.trim();
    let mut words = text.split(|c: char| !c.is_alphanumeric());
    let first = words.clone().next().unwrap_or_default().to_lowercase();
    text.chars().count() >= SHORTEST_REASON
        && !PROMISES.contains(&first.as_str())
        && words.any(|word| !is_filler(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_say_why() {
        for text in [
            "the URL cannot be broken",
            "argv is constant",
            "mypy#1234: no stubs",
            "nur auf Windows n\u{f6}tig",
        ] {
            assert!(is_reason(text), "{text}");
        }
        for text in [
            "",
            "long URL",
            "fix later",
            "TODO: fix this later",
            "todo: support dates properly",
            "temporary, will be removed",
            "----------------",
            "1234567890123",
        ] {
            assert!(!is_reason(text), "{text}");
        }
    }

    #[test]
    fn defaults_can_be_changed() {
        let mut bypass = Bypass::default();
        assert_eq!(bypass.level("python.noqa-coded"), Level::Warn);
        bypass.rules.insert("python.noqa-coded".into(), Level::Off);
        assert_eq!(bypass.level("python.noqa-coded"), Level::Off);
        assert_eq!(bypass.level("config.mypy.strict"), Level::Error);
        assert_eq!(bypass.level("nothing"), Level::Off);
        for path in ["README.md", "docs/conf.py", "a/b.rst"] {
            assert!(bypass.documentation.matches(path.as_ref()), "{path}");
        }
        assert!(!bypass.documentation.matches("src/docs/a.py".as_ref()));
    }
}
