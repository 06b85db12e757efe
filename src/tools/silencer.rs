//! What silences a tool, leaves out a test or skips the hooks, in a line of a file.

use super::language::Language;

/// Something in a line that silences a tool, leaves out a test or skips the hooks.
pub struct Silencer {
    /// The id of the rule about it. Several may have the same, one for each way of writing it.
    pub rule: &'static str,
    /// The languages that it concerns.
    pub(crate) languages: &'static [Language],
    /// The files of these that it concerns.
    pub(crate) files: FileScope,
    /// Words of which a line must hold one, in lower case, or nothing else is looked at.
    pub(crate) words: &'static [&'static str],
    /// What is looked for, in one line.
    pub pattern: &'static str,
    /// What must not follow.
    pub unless: Option<&'static str>,
    /// What must be in the brackets that the pattern opens.
    pub(crate) inside: Option<&'static str>,
    /// Where it counts.
    pub(crate) part: SourcePart,
    /// What says why, besides `-- reason` in a comment.
    pub(crate) reason: ReasonStyle,
    /// What is wrong, as a fragment.
    pub(crate) message: &'static str,
    /// What to do about it.
    pub(crate) help: &'static str,
}

/// Which files a silencer concerns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FileScope {
    /// All.
    All,
    /// Those that are not tests.
    NoTests,
    /// What configures CI.
    Ci,
}

/// Where something counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SourcePart {
    /// In comments.
    Comment,
    /// Where a comment begins, or a line of one that has several.
    CommentStart,
    /// In code.
    Code,
    /// In code and in strings.
    NotComment,
    /// Where a string begins: it is the string, and not something that is said in one.
    WholeText,
    /// Within strings.
    Text,
    /// Anywhere.
    Anywhere,
}

/// What says why something is right, besides `-- reason` in a comment on the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ReasonStyle {
    /// Nothing.
    Comment,
    /// A comment that follows in the comment, as in `# type: ignore[x]  # why`.
    SecondComment,
    /// The rest of the comment.
    Rest,
    /// `reason = "..."` in the brackets.
    Named,
    /// A string in the brackets.
    Argument,
}

impl SourcePart {
    /// Every value.
    pub(crate) const ALL: [Self; 7] = [
        Self::Comment,
        Self::CommentStart,
        Self::Code,
        Self::NotComment,
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
    /// One without anything: what the others are built on.
    pub(super) const NONE: Self = Self {
        rule: "",
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

/// What most silencers in Python have in common.
pub(super) const PYTHON: Silencer = Silencer {
    languages: &[Language::Python],
    reason: ReasonStyle::SecondComment,
    ..Silencer::NONE
};

/// What most silencers in JavaScript have in common.
pub(super) const JAVASCRIPT: Silencer = Silencer {
    languages: &[Language::JavaScript],
    part: SourcePart::CommentStart,
    ..Silencer::NONE
};

/// The languages in which commands are the values of keys.
pub(super) const DATA: &[Language] = &[Language::Yaml, Language::Toml, Language::Json];
