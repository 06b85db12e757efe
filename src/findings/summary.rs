//! Whether everything was read that a tool has found: by the number that it prints itself, or because it
//! has printed nothing else.

use crate::model::gate_finding::SeverityCounts;

/// What tools call what they have found.
const NOUNS: [&str; 6] = [
    "error",
    "warning",
    "diagnostic",
    "issue",
    "problem",
    "violation",
];

/// Beginnings of lines that say nothing of a finding: headings of pylint, and what ruff offers.
const CHATTER: [&str; 5] = [
    "*** Module ",
    "Your code has been rated at ",
    "[*] ",
    "No fixes available",
    "All checks passed",
];

/// What a line says besides findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Remark {
    /// How many findings there are.
    Total(u64),
    /// Nothing of any finding.
    Chatter,
}

/// What a line says besides findings, if it is such a line.
#[must_use]
pub(crate) fn remark(line: &str) -> Option<Remark> {
    let line = line.trim();
    if let Some(total) = total(line) {
        return Some(Remark::Total(total));
    }
    // `************* Module a.b`, `----------`, and what bandit logs: `[main]  INFO  text`.
    let stars = line.len() - line.trim_start_matches('*').len();
    let line = line.get(stars.saturating_sub(3)..).unwrap_or(line);
    let is_rule = !line.is_empty() && line.bytes().all(|byte| byte == b'-');
    let logged = line.strip_prefix('[').and_then(|rest| rest.split_once(']'));
    let is_log = logged.is_some_and(|(_, text)| {
        let text = text.trim_start();
        text.starts_with("INFO") || text.starts_with("WARNING")
    });
    let is_chatter = is_rule || is_log || CHATTER.iter().any(|start| line.starts_with(start));
    is_chatter.then_some(Remark::Chatter)
}

/// The number of findings in a line that says how many there are: `Found 12 errors.` (ruff, mypy, ty,
/// biome), `Found 2 warnings and 3 errors.` (oxlint), `\u{2716} 3 problems (2 errors, 1 warning)` (eslint,
/// stylelint), `3 errors, 1 warning, 0 informations` (pyright), `7 issues:` (golangci-lint).
fn total(line: &str) -> Option<u64> {
    if let Some(rest) = line.strip_prefix("Found ") {
        let (first, rest) = counted(rest)?;
        let second = rest.strip_prefix(" and ").and_then(counted);
        return Some(second.map_or(first, |(second, _)| first.saturating_add(second)));
    }
    let line = line
        .strip_prefix(|sign: char| !sign.is_ascii())
        .unwrap_or(line);
    let (first, rest) = counted(line.trim_start())?;
    if let Some(rest) = rest.strip_prefix(", ") {
        return counted(rest).map(|(second, _)| first.saturating_add(second));
    }
    rest.starts_with([':', '.'])
        .then_some(first)
        .or_else(|| rest.starts_with(" (").then_some(first))
}

/// A number with what it counts, and what follows: `12 errors`.
fn counted(text: &str) -> Option<(u64, &str)> {
    let end = text.find(|sign: char| !sign.is_ascii_digit())?;
    let (number, rest) = text.split_at(end);
    let rest = rest.strip_prefix(' ')?;
    let rest = NOUNS.iter().find_map(|noun| rest.strip_prefix(noun))?;
    let rest = rest.strip_prefix('s').unwrap_or(rest);
    (end > 0).then(|| (number.parse().unwrap_or(u64::MAX), rest))
}

/// What the calls of a gate have printed, as far as it says whether every finding was read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Printed {
    /// The findings that were read, the same ones twice if they were printed twice.
    pub(crate) read: SeverityCounts,
    /// Lines that are neither a finding nor a part of one.
    pub(crate) unread: u64,
    /// How many findings the tool says that there are; `None` if no call has said so.
    pub(crate) total: Option<u64>,
    /// Whether a call that has printed something that was not read has not said how many there are.
    pub(crate) is_doubtful: bool,
}

impl Printed {
    /// Whether every finding was read.
    #[must_use]
    pub(crate) fn is_complete(&self) -> bool {
        let SeverityCounts {
            errors, warnings, ..
        } = self.read;
        let counts = [errors, errors + warnings, self.read.sum()];
        match self.total {
            Some(total) => counts.contains(&total) && !self.is_doubtful,
            None => self.unread == 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tools_say_how_many_findings_there_are() {
        for (line, expected) in [
            ("Found 12 errors.", Some(Remark::Total(12))),
            (
                "Found 1 error in 1 file (checked 3 source files)",
                Some(Remark::Total(1)),
            ),
            ("Found 2 warnings and 3 errors.", Some(Remark::Total(5))),
            (
                "\u{2716} 3 problems (2 errors, 1 warning)",
                Some(Remark::Total(3)),
            ),
            (
                "3 errors, 1 warning, 0 informations ",
                Some(Remark::Total(4)),
            ),
            ("7 issues:", Some(Remark::Total(7))),
            (
                "Found 99999999999999999999 errors.",
                Some(Remark::Total(u64::MAX)),
            ),
            ("************* Module a.b", Some(Remark::Chatter)),
            ("Traceback (most recent call last):", None),
            ("error: cannot read a.py", None),
        ] {
            assert_eq!(remark(line), expected, "{line}");
        }
    }

    #[test]
    fn a_number_that_differs_means_that_something_was_not_read() {
        let read = SeverityCounts {
            errors: 2,
            warnings: 1,
            notes: 1,
        };
        let complete = |unread, total, is_doubtful| {
            Printed {
                read,
                unread,
                total,
                is_doubtful,
            }
            .is_complete()
        };
        assert!(complete(0, None, false));
        assert!(!complete(1, None, true));
        for (total, expected) in [(2, true), (3, true), (4, true), (5, false), (1, false)] {
            assert_eq!(complete(7, Some(total), false), expected, "{total}");
            assert!(!complete(7, Some(total), true));
        }
    }
}
