//! What a gate has found, as its block shows it.

use std::path::PathBuf;

use crate::base::text::show_path;
use crate::model::gate_finding::{GateFinding, GateFindings};
use crate::model::severity::Severity;

/// How many findings are shown.
const SHOWN: usize = 5;

/// How much of a message is shown, in characters.
const LONGEST_MESSAGE: usize = 200;

/// The lines about findings: how many there are, and the first ones of those in changed files, errors
/// before others.
pub(super) fn lines(findings: &GateFindings, changed: &[PathBuf]) -> Vec<String> {
    let mut shown: Vec<&GateFinding> = findings.kept.iter().collect();
    if shown.is_empty() {
        return Vec::new();
    }
    shown.sort_by_key(|finding| {
        let path = finding.place.as_ref().map(|place| &place.path);
        let is_changed = path.is_some_and(|path| changed.binary_search(path).is_ok());
        let is_placed = path.is_some();
        (!is_changed, std::cmp::Reverse(finding.severity), !is_placed)
    });
    let mut lines = vec![findings.total.in_words()];
    lines.extend(shown.iter().take(SHOWN).map(|finding| line(finding)));
    let shown = u64::try_from(shown.len().min(SHOWN)).unwrap_or(u64::MAX);
    let more = findings.total.sum().saturating_sub(shown);
    if more > 0 {
        lines.push(format!("and {more} more"));
    }
    lines
}

/// `a.py:2:5: warning: F401 the message`
fn line(finding: &GateFinding) -> String {
    let place = finding.place.as_ref();
    let mut line = place.map_or_else(String::new, |place| show_path(&place.path));
    if let Some(start) = place.and_then(|place| place.span).map(|span| span.start) {
        line = format!("{line}:{}", start.line);
        if let Some(column) = start.column {
            line = format!("{line}:{column}");
        }
    }
    let severity = match finding.severity {
        Severity::Error => String::new(),
        other => format!("{}: ", other.word()),
    };
    let rule = finding.rule.as_ref().map(|rule| format!("{rule} "));
    let message = super::tail::shorten(&finding.message, LONGEST_MESSAGE);
    let text = format!("{severity}{}{message}", rule.unwrap_or_default());
    if line.is_empty() {
        return text.trim_end().to_owned();
    }
    format!("{line}: {}", text.trim_end())
}
