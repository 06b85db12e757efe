//! Findings: violations as values. Rules return them, reporters word them.

/// One violation of a built-in rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The rule's stable id: the same in text, JSON and documents.
    pub(crate) rule: &'static str,
    /// Whether it refuses.
    pub(crate) severity: Severity,
    /// What is wrong, as a fragment.
    pub(crate) message: String,
    /// The lines that it is about.
    pub(crate) quotes: Vec<QuotedLine>,
    /// Notes, a line each.
    pub(crate) notes: Vec<String>,
    /// What to do about it.
    pub remedy: Remedy,
}

/// What a finding means for the verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// It explains something.
    Note,
    /// It is shown, but does not stop anything.
    Warning,
    /// The checked commit or message is refused.
    Error,
}

impl Severity {
    /// The word for it, the same in every report.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// A line that a finding is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct QuotedLine {
    /// Its number, counted from 1.
    pub(crate) line: usize,
    /// The words in it to mark, as they are written.
    pub(crate) marks: Vec<String>,
    /// The remark next to it; may be empty.
    pub(crate) remark: &'static str,
}

impl QuotedLine {
    /// A line as a whole.
    #[must_use]
    pub(crate) fn line(line: usize) -> Self {
        Self {
            line,
            marks: Vec::new(),
            remark: "",
        }
    }

    /// Adds a remark next to it.
    #[must_use]
    pub(crate) fn remark(mut self, remark: &'static str) -> Self {
        self.remark = remark;
        self
    }

    /// Adds words to mark.
    #[must_use]
    pub(crate) fn marks(mut self, marks: impl IntoIterator<Item = String>) -> Self {
        self.marks.extend(marks);
        self
    }
}

/// What to do about a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Remedy {
    /// Signing off fixes it: `git commit -s`.
    SignOff,
    /// `gatekeeper message fix` fixes it.
    Fix,
    /// `gatekeeper message fix` fixes it by writing this line: in place of another line, or as the
    /// last trailer before the sign-offs.
    Write {
        /// The number of the line that it replaces.
        line: Option<usize>,
        /// The line.
        text: String,
    },
    /// The text has to be changed by hand; the sentence says how.
    Edit(String),
    /// The text has to be changed by hand and then signed off.
    EditAndSignOff(String),
    /// The commit has to be squashed into the one that it names.
    Squash,
    /// Nothing has to be done.
    Nothing,
}

impl Remedy {
    /// What has to be changed by hand, if something has.
    #[must_use]
    pub(crate) fn edit(&self) -> Option<&str> {
        match self {
            Self::Edit(how) | Self::EditAndSignOff(how) => Some(how),
            Self::SignOff | Self::Fix | Self::Write { .. } | Self::Squash | Self::Nothing => None,
        }
    }

    /// Whether `gatekeeper message fix` fixes it.
    #[must_use]
    pub fn is_fix(&self) -> bool {
        matches!(self, Self::Fix | Self::Write { .. })
    }

    /// Whether a sign-off is part of it.
    #[must_use]
    pub(crate) fn signs_off(&self) -> bool {
        matches!(self, Self::SignOff | Self::EditAndSignOff(_))
    }
}

/// Whether any of them refuses.
#[must_use]
pub(crate) fn refuses(findings: &[Finding]) -> bool {
    findings
        .iter()
        .any(|finding| finding.severity == Severity::Error)
}
