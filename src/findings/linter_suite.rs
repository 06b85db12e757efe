//! What linters write as `JUnit`: a suite is a file, and a case a finding. Each says in its own way where the finding
//! is and how grave.

use super::paths::PathFinder;
use super::position::number;
use super::raw::{RawFinding, RawSpan};
use crate::model::column::ColumnUnit;
use crate::model::severity::Severity;

/// The package of the rules of `ESLint`.
const ESLINT: &str = "org.eslint";

/// The packages of linters.
const PACKAGES: [&str; 3] = [ESLINT, "org.biome", "org.ruff"];

/// The rule by which `ESLint` reports what has none, such as a file that it cannot parse.
const NO_RULE: &str = "unknown";

/// The report of oxlint, by the name of its outermost element.
const OXLINT: &str = "Oxlint";

/// Reports of linters, by the names of their outermost elements: without a finding, nothing else is in some.
const REPORTS: [&str; 3] = [OXLINT, "Biome", "ruff"];

/// A suite.
#[derive(Default)]
pub(super) struct Suite {
    /// The name of the report.
    pub(super) report: String,
    /// The name of the suite: for linters, the path of a file.
    pub(super) name: String,
    /// The package; for linters, of the rules.
    pub(super) package: String,
}

/// What a case says that a linter wrote.
pub(super) struct LinterCase<'c> {
    pub(super) name: &'c str,
    pub(super) line: Option<u32>,
    pub(super) column: Option<u32>,
    /// Whether it is an `error`, and not a `failure`.
    pub(super) is_error: bool,
    pub(super) message: &'c str,
    pub(super) text: &'c str,
}

impl Suite {
    /// Whether a linter has written it, whose cases are no tests.
    pub(super) fn is_linter(&self) -> bool {
        PACKAGES.contains(&self.package.as_str()) || REPORTS.contains(&self.report.as_str())
    }

    /// The rule of a case: its name without the package, or all of it in a report that is known to be a linter's.
    /// `None` if the case is no linter's.
    fn rule<'n>(&self, case: &'n str) -> Option<&'n str> {
        if self.report == OXLINT {
            return Some(case);
        }
        let rule = case.strip_prefix(&self.package)?.strip_prefix('.')?;
        (!self.package.is_empty() && !rule.is_empty()).then_some(rule)
    }

    /// The finding of a case, and in what its columns are counted. `None` if the case is a test.
    pub(super) fn finding(
        &self,
        case: &LinterCase<'_>,
        finder: &mut PathFinder,
    ) -> Option<(RawFinding, Option<ColumnUnit>)> {
        let rule = self.rule(case.name)?;
        finder.find(&self.name)?;
        let is_eslint = self.package == ESLINT;
        let (said, rest) = place(case.text);
        let is_warning = is_eslint && rest.starts_with(", Warning - ")
            || self.report == OXLINT && !case.is_error;
        let severity = if is_warning {
            Severity::Warning
        } else {
            Severity::Error
        };
        let is_nameless = rule.is_empty() || is_eslint && rule == NO_RULE;
        let at = match case.line {
            Some(_) => RawSpan {
                line: case.line,
                column: case.column,
                ..RawSpan::default()
            },
            None => said,
        };
        let unit = match (is_eslint, self.report.as_str()) {
            (true, _) => Some(ColumnUnit::Utf16),
            (false, OXLINT) => Some(ColumnUnit::Bytes),
            _ => None,
        };
        let finding = RawFinding {
            severity: Some(severity),
            rule: (!is_nameless).then(|| rule.to_owned()),
            message: case.message.to_owned(),
            ..RawFinding::at(&self.name, at)
        };
        Some((finding, unit))
    }
}

/// The place that a text begins with, and what follows: `line 3, col 5, Error - ...` of `ESLint`, or
/// `line 3, column 5, ...` of oxlint.
fn place(text: &str) -> (RawSpan, &str) {
    let line = text.trim_start().strip_prefix("line ").and_then(number);
    let Some((line, rest)) = line else {
        return (RawSpan::default(), text);
    };
    let column = rest
        .strip_prefix(", col")
        .map(|rest| rest.strip_prefix("umn").unwrap_or(rest));
    let column = column.and_then(|rest| number(rest.trim_start()));
    let (column, rest) = column.map_or((None, rest), |(column, rest)| (Some(column), rest));
    let at = RawSpan {
        line: Some(line),
        column,
        ..RawSpan::default()
    };
    (at, rest)
}
