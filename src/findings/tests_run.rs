//! How many tests have run, in the words of a test runner.

use regex::Regex;

use crate::model::gate_finding::TestCounts;

/// Adds up what lines say. Which lines, and what in them is the number of tests that `passed`, `failed`,
/// broke off (`errors`), were `skipped`, or are there in all (`total`), the expression says by the names
/// of its groups.
pub(crate) struct TestCounter {
    expression: Regex,
    said: Said,
}

/// Numbers as they were said.
#[derive(Default)]
struct Said {
    is_any: bool,
    passed: u64,
    failed: u64,
    skipped: u64,
    total: Option<u64>,
}

impl TestCounter {
    /// A counter for the lines that this expression matches; `None` if it is not one.
    #[must_use]
    pub(crate) fn new(expression: &str) -> Option<Self> {
        Some(Self {
            expression: Regex::new(expression).ok()?,
            said: Said::default(),
        })
    }

    /// Takes a line without what steers terminals.
    pub(crate) fn line(&mut self, line: &str) {
        let Some(captures) = self.expression.captures(line) else {
            return;
        };
        let number = |name| -> Option<u64> { captures.name(name)?.as_str().parse().ok() };
        let said = &mut self.said;
        said.is_any |= captures.iter().skip(1).any(|group| group.is_some());
        said.passed += number("passed").unwrap_or_default();
        said.failed += number("failed").unwrap_or_default();
        said.failed += number("errors").unwrap_or_default();
        said.skipped += number("skipped").unwrap_or_default();
        if let Some(total) = number("total") {
            *said.total.get_or_insert_default() += total;
        }
    }

    /// What was said in all; `None` if nothing was.
    #[must_use]
    pub(crate) fn counts(&self) -> Option<TestCounts> {
        let said = &self.said;
        let run = match said.total {
            Some(total) => total.saturating_sub(said.skipped),
            None => said.passed + said.failed,
        };
        said.is_any.then_some(TestCounts {
            run,
            failed: said.failed,
            skipped: said.skipped,
        })
    }
}
