//! A finding as a tool states it, before its path is looked up.

use crate::model::column::ColumnUnit;
use crate::model::severity::Severity;

/// A finding as a tool states it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RawFinding {
    /// The file as the tool names it; empty if it names none.
    pub(crate) path: String,
    /// Where it begins, and where it ends.
    pub(crate) at: RawSpan,
    /// How grave it is; `None` if the tool does not say so.
    pub(crate) severity: Option<Severity>,
    /// The rule.
    pub(crate) rule: Option<String>,
    /// What is wrong.
    pub(crate) message: String,
}

/// Lines and columns as a tool counts them; `None` where it says nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct RawSpan {
    /// The first line.
    pub(crate) line: Option<u32>,
    /// The first column.
    pub(crate) column: Option<u32>,
    /// The last line.
    pub(crate) end_line: Option<u32>,
    /// The column after the last one.
    pub(crate) end_column: Option<u32>,
}

/// From where a tool counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Counting {
    /// In what it counts columns.
    pub(crate) unit: ColumnUnit,
    /// Its first column is 0.
    pub(crate) columns_from_zero: bool,
    /// Its first line is 0.
    pub(crate) lines_from_zero: bool,
}

impl RawFinding {
    /// A finding in a file, with nothing said of it yet.
    #[must_use]
    pub(super) fn at(path: &str, at: RawSpan) -> Self {
        Self {
            path: path.to_owned(),
            at,
            severity: None,
            rule: None,
            message: String::new(),
        }
    }
}

/// What a line is to somebody who reads several.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum LineRead {
    /// It is not one of theirs.
    Foreign,
    /// It belongs to something that is not complete, or that says nothing.
    Taken,
    /// With it a finding is there.
    Found(RawFinding),
}

impl LineRead {
    /// What another reader makes of a line that is none of this one's.
    pub(super) fn or_else(self, other: impl FnOnce() -> Self) -> Self {
        match self {
            Self::Foreign => other(),
            read => read,
        }
    }
}
