//! What the tools of gates have found, as values: read once from what a tool says, drawn by every report.
//!
//! A finding of gatekeeper's own rules is a [`Finding`](super::finding::Finding). One of a gate is what
//! the gate's tool says, with what little all tools have in common.

use std::num::NonZeroU32;
use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::fingerprint::Fingerprint;
use super::severity::Severity;
use crate::base::text::count;

/// One problem that the tool of a gate has reported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct GateFinding {
    /// Where it is; `None` if the tool names no file, or one that is not below the top of the work tree.
    pub(crate) place: Option<FilePosition>,
    /// How grave it is, in the words of the tool; an error if the tool has none.
    pub(crate) severity: Severity,
    /// The rule of the tool, such as `F401` or `clippy::needless_return`.
    pub(crate) rule: Option<String>,
    /// What is wrong: one line, fit for a terminal.
    pub(crate) message: String,
    /// What stays the same when lines above it come and go.
    pub(crate) fingerprint: Fingerprint,
}

/// A position in a file of the project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FilePosition {
    /// Relative to the top of the work tree, without `.` and `..`.
    #[serde(with = "lossy_path")]
    pub(crate) path: PathBuf,
    /// The part of the file; `None` if it is about the file as a whole.
    pub(crate) span: Option<Span>,
    /// The first line of that part as it was when the gate ran, fit for a terminal and shortened; empty
    /// if it is not known.
    pub(crate) text: String,
}

/// A part of a file, from its first character on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Span {
    /// Where it begins.
    pub(crate) start: Position,
    /// Where it ends, if the tool says so; not before `start`. With a column, it is the first one that
    /// does not belong to it.
    pub(crate) end: Option<Position>,
}

/// A line, and a column if the tool names one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Position {
    /// Counted from 1.
    pub(crate) line: NonZeroU32,
    /// Counted from 1, in characters, as far as the unit of the tool is known.
    pub(crate) column: Option<NonZeroU32>,
}

/// Everything that a gate has found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct GateFindings {
    /// The findings by path and position, those without a place last: all of them or, if there are more
    /// than [`GateFindings::MOST`], the gravest.
    pub(crate) kept: Vec<GateFinding>,
    /// How many there are in all, those included that were not kept.
    pub(crate) total: SeverityCounts,
    /// How many tests have run, if the gate's tool has said so.
    pub(crate) tests: Option<TestCounts>,
}

/// How many findings there are of each severity.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct SeverityCounts {
    /// Errors.
    pub(crate) errors: u64,
    /// Warnings.
    pub(crate) warnings: u64,
    /// Notes.
    pub(crate) notes: u64,
}

/// What a test runner has done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct TestCounts {
    /// Tests that have run, whatever came of them.
    pub(crate) run: u64,
    /// Those of them that failed or broke off.
    pub(crate) failed: u64,
    /// Tests that have not run.
    pub(crate) skipped: u64,
}

impl GateFindings {
    /// How many findings of a gate are kept at most. What is counted and fingerprinted has no such limit.
    pub(crate) const MOST: usize = 1000;

    /// How many findings were not kept.
    #[must_use]
    pub(crate) fn omitted(&self) -> u64 {
        self.total.sum() - self.kept.len() as u64
    }
}

impl TestCounts {
    /// `3 tests ran, 1 skipped`
    #[must_use]
    pub(crate) fn in_words(self) -> String {
        let number = |number| usize::try_from(number).unwrap_or(usize::MAX);
        let ran = format!("{} ran", count(number(self.run), "test"));
        match self.skipped {
            0 => ran,
            skipped => format!("{ran}, {skipped} skipped"),
        }
    }
}

impl SeverityCounts {
    /// `2 errors, 1 warning`
    #[must_use]
    pub(crate) fn in_words(self) -> String {
        let number = |number| usize::try_from(number).unwrap_or(usize::MAX);
        let all = [
            (self.errors, Severity::Error),
            (self.warnings, Severity::Warning),
            (self.notes, Severity::Note),
        ];
        let some = all.into_iter().filter(|(some, _)| *some > 0);
        let some: Vec<String> = some
            .map(|(some, severity)| count(number(some), severity.word()))
            .collect();
        some.join(", ")
    }

    /// How many there are in all.
    #[must_use]
    pub(crate) fn sum(self) -> u64 {
        self.errors + self.warnings + self.notes
    }

    /// The number of findings of a severity.
    pub(crate) fn of(&mut self, severity: Severity) -> &mut u64 {
        match severity {
            Severity::Error => &mut self.errors,
            Severity::Warning => &mut self.warnings,
            Severity::Note => &mut self.notes,
        }
    }
}

/// Paths as text: what is not Unicode in them is replaced, as in every report for programs.
mod lossy_path {
    use std::path::{Path, PathBuf};

    use serde::{Deserialize as _, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(path: &Path, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&path.to_string_lossy())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<PathBuf, D::Error> {
        String::deserialize(deserializer).map(PathBuf::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::fingerprint::Saying;

    #[test]
    fn findings_are_the_same_after_they_were_written_and_read() {
        let line = |line| NonZeroU32::new(line).unwrap();
        let findings = GateFindings {
            kept: vec![GateFinding {
                place: Some(FilePosition {
                    path: "src/a.py".into(),
                    span: Some(Span {
                        start: Position {
                            line: line(3),
                            column: Some(line(5)),
                        },
                        end: None,
                    }),
                    text: "import os".into(),
                }),
                severity: Severity::Error,
                rule: Some("F401".into()),
                message: "`os` imported but unused".into(),
                fingerprint: Saying::new(Some("F401"), "")
                    .about(b"src/a.py", b"import os")
                    .at(0),
            }],
            total: SeverityCounts {
                errors: 7,
                warnings: 1,
                notes: 0,
            },
            tests: Some(TestCounts::default()),
        };
        assert_eq!(findings.omitted(), 7);
        let written = serde_json::to_string(&findings).unwrap();
        assert_eq!(
            serde_json::from_str::<GateFindings>(&written).unwrap(),
            findings
        );
    }
}
