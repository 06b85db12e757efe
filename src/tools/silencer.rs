//! Directives in a line of a file that silence a tool, skip a test or skip the hooks.

use super::language::Language;
use crate::model::rule::{Rule, rules};

/// A directive in a line that silences a tool, skips a test or skips the hooks.
pub struct Silencer {
    /// The rule about it. Several may share it, one for each spelling.
    pub rule: &'static Rule,
    /// The languages that it applies to.
    pub(crate) languages: &'static [Language],
    /// The files in these languages that it applies to.
    pub(crate) files: FileScope,
    /// Words in lower case; a line without any of them is not searched further.
    pub(crate) words: &'static [&'static str],
    /// The expression that is searched for, in one line.
    pub pattern: &'static str,
    /// The expression that must not follow.
    pub unless: Option<&'static str>,
    /// The expression that the brackets opened by the pattern must contain.
    pub(crate) inside: Option<&'static str>,
    /// The part of a file in which it counts.
    pub(crate) part: SourcePart,
    /// The form of a reason, besides `-- reason` in a comment.
    pub(crate) reason: ReasonStyle,
    /// What is wrong, as a fragment.
    pub(crate) message: &'static str,
    /// What to do about it.
    pub(crate) help: &'static str,
}

rules! { AddedLines:
    NO_RULE = Off "" "nothing: each silencer names its rule";
}

/// Which files a silencer applies to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FileScope {
    /// All.
    All,
    /// Tests.
    Tests,
    /// Those that are not tests.
    NoTests,
    /// Files that configure CI.
    Ci,
}

/// The part of a file in which something counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SourcePart {
    /// In comments.
    Comment,
    /// At the start of a comment, or of a line of a comment with several lines.
    CommentStart,
    /// In code.
    Code,
    /// In code and in strings.
    NotComment,
    /// In code and in strings, if it begins in code: `it["only"]`.
    CodeStart,
    /// At the start of a string: it has to be the string itself, not text inside one.
    WholeText,
    /// Within strings.
    Text,
    /// Anywhere.
    Anywhere,
}

/// The form of a reason, besides `-- reason` in a comment on the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ReasonStyle {
    /// Nothing.
    Comment,
    /// A second comment inside the comment, as in `# type: ignore[x]  # why`.
    SecondComment,
    /// The rest of the comment.
    Rest,
    /// `reason = "..."` in the brackets.
    Named,
    /// A string in the brackets.
    Argument,
    /// The string that follows, as in `#[ignore = "why"]`.
    Value,
}

impl SourcePart {
    /// Every value.
    pub(crate) const ALL: [Self; 8] = [
        Self::Comment,
        Self::CommentStart,
        Self::Code,
        Self::NotComment,
        Self::CodeStart,
        Self::WholeText,
        Self::Text,
        Self::Anywhere,
    ];

    /// Whether it is in comments.
    #[must_use]
    pub(crate) fn is_comment(self) -> bool {
        matches!(self, Self::Comment | Self::CommentStart)
    }
}

impl Silencer {
    /// An empty one, on which the others are based.
    pub(super) const NONE: Self = Self {
        rule: &NO_RULE,
        languages: &[],
        files: FileScope::All,
        words: &[],
        pattern: "",
        unless: None,
        inside: None,
        part: SourcePart::Comment,
        reason: ReasonStyle::Comment,
        message: "",
        help: "",
    };
}

/// The common values of most silencers in Python.
pub(super) const PYTHON: Silencer = Silencer {
    languages: &[Language::Python],
    reason: ReasonStyle::SecondComment,
    ..Silencer::NONE
};

/// The common values of most silencers in JavaScript.
pub(super) const JAVASCRIPT: Silencer = Silencer {
    languages: &[Language::JavaScript],
    part: SourcePart::CommentStart,
    ..Silencer::NONE
};

/// The languages in which commands are the values of keys.
pub(super) const DATA: &[Language] = &[Language::Yaml, Language::Toml, Language::Json];
