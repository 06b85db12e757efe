//! Findings: violations as values. Rules return them, reporters draw them.

use std::path::{Path, PathBuf};

use time::Date;

use super::rule::{Rule, RuleId};
use super::severity::Severity;

/// One violation of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The rule.
    pub rule: RuleId,
    /// Whether it refuses. A justified finding is a note.
    pub severity: Severity,
    /// What is wrong, as a fragment.
    pub message: String,
    /// Where it is.
    pub(crate) location: Location,
    /// Notes, a line each.
    pub(crate) notes: Vec<String>,
    /// What to do about it.
    pub remedy: Remedy,
    /// What justifies it.
    pub excuse: Option<Excuse>,
}

/// Where a finding is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Location {
    /// In these lines of the message that is checked.
    Message(Vec<QuotedLine>),
    /// In a line of a file.
    File(FilePlace),
}

/// A line of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FilePlace {
    /// The file.
    pub(crate) path: PathBuf,
    /// The line's number, counted from 1.
    pub(crate) line: usize,
    /// The line, fit for a terminal; empty if the finding is about the file as a whole.
    pub(crate) text: String,
    /// The part of it that the finding is about; may be empty, or put together by gatekeeper.
    pub(crate) mark: String,
    /// Where in `text` the mark is or begins to be looked for, in bytes.
    pub(crate) column: usize,
}

impl FilePlace {
    /// A file as a whole.
    #[must_use]
    pub(crate) fn whole(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            line: 1,
            text: String::new(),
            mark: String::new(),
            column: 0,
        }
    }
}

/// The justification of a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Excuse {
    /// A reason that stands on the line itself.
    OnLine(String),
    /// An exception of gates.toml.
    Configured {
        /// Why.
        reason: String,
        /// Its last day.
        until: Date,
    },
}

impl Finding {
    /// A finding at the default level of a rule, about the message as a whole.
    #[must_use]
    pub(crate) fn new(rule: &'static Rule, message: impl Into<String>, remedy: Remedy) -> Self {
        Self {
            rule: RuleId::BuiltIn(rule),
            severity: rule.level.severity().unwrap_or(Severity::Error),
            message: message.into(),
            location: Location::Message(Vec::new()),
            notes: Vec::new(),
            remedy,
            excuse: None,
        }
    }

    /// The lines of the message that it is about.
    #[must_use]
    pub(crate) fn quotes(&self) -> &[QuotedLine] {
        match &self.location {
            Location::Message(quotes) => quotes,
            Location::File(_) => &[],
        }
    }

    /// The file and the line that it is about; no file is the message.
    #[must_use]
    pub fn place(&self) -> (&Path, usize) {
        match &self.location {
            Location::Message(_) => (Path::new(""), 0),
            Location::File(place) => (&place.path, place.line),
        }
    }

    /// The part of a file's line that it is about.
    #[must_use]
    pub(crate) fn mark(&self) -> &str {
        match &self.location {
            Location::Message(_) => "",
            Location::File(place) => &place.mark,
        }
    }

    /// The line of a file that it is about.
    #[must_use]
    pub fn text(&self) -> &str {
        match &self.location {
            Location::Message(_) => "",
            Location::File(place) => &place.text,
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
    /// These trailers have to be added; the words in capitals in them stand for what only the author knows.
    Add {
        /// The trailers, in their order.
        lines: Vec<String>,
        /// How, as a sentence.
        how: String,
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
            Self::Add { how, .. } | Self::Edit(how) | Self::EditAndSignOff(how) => Some(how),
            Self::SignOff | Self::Fix | Self::Write { .. } | Self::Squash | Self::Nothing => None,
        }
    }

    /// The trailers that have to be added.
    #[must_use]
    pub(crate) fn added(&self) -> &[String] {
        match self {
            Self::Add { lines, .. } => lines,
            _ => &[],
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
