//! Findings as they are written down.

use std::num::NonZeroU32;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::finding::{Excuse, Finding};
use crate::model::gate_finding::{GateFinding, GateFindings, Position};

/// A finding about a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct MessageFinding {
    /// The rule's id.
    pub(crate) rule: String,
    /// `error` refuses, `warning` and `note` do not.
    #[schemars(extend("enum" = SEVERITIES))]
    pub(crate) severity: String,
    /// What is wrong.
    pub(crate) message: String,
    /// The lines that it is about.
    pub(crate) lines: Vec<MessageLine>,
    /// Further information, a list of sentences.
    pub(crate) notes: Vec<String>,
    /// What to change by hand; null if nothing.
    pub(crate) help: Option<String>,
    /// Whether signing off is part of the remedy.
    pub(crate) sign_off: bool,
    /// Whether `gatekeeper message fix` fixes it.
    pub(crate) fixable: bool,
}

/// Every word for a severity.
const SEVERITIES: [&str; 3] = ["error", "warning", "note"];

/// A line of a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct MessageLine {
    /// Counted from 1.
    pub(crate) line: usize,
    /// The line.
    pub(crate) text: String,
}

/// A finding about a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct ChangeFinding {
    /// The rule's id.
    pub(crate) rule: String,
    /// `error` refuses, `warning` does not, and a `note` is justified.
    #[schemars(extend("enum" = SEVERITIES))]
    pub(crate) severity: String,
    /// The file.
    pub(crate) path: String,
    /// The line number after the change.
    pub(crate) line: usize,
    /// The line; empty if it is about the file as a whole.
    pub(crate) text: String,
    /// The part of the line that is meant.
    pub(crate) mark: String,
    /// What is wrong.
    pub(crate) message: String,
    /// Further information, a list of sentences.
    pub(crate) notes: Vec<String>,
    /// What to do about it.
    pub(crate) help: Option<String>,
    /// What justifies it; null if nothing does.
    pub(crate) reason: Option<String>,
    /// The last day of an exception of gates.toml; null if the reason is on the line.
    pub(crate) until: Option<String>,
}

/// A finding of a gate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct GateFindingRecord {
    /// What the tool calls it.
    #[schemars(extend("enum" = SEVERITIES))]
    pub(crate) severity: String,
    /// The tool's name for the rule; null if it names none.
    pub(crate) rule: Option<String>,
    /// The problem, in one line.
    pub(crate) message: String,
    /// The file, relative to the top of the work tree; null if the tool names none, or one that is not in
    /// the work tree.
    pub(crate) path: Option<String>,
    /// The line where it begins, counted from 1.
    pub(crate) line: Option<u32>,
    /// The column where it begins, counted from 1 in characters.
    pub(crate) column: Option<u32>,
    /// The line where it ends, if the tool says so.
    pub(crate) end_line: Option<u32>,
    /// The first column after it.
    pub(crate) end_column: Option<u32>,
    /// The line in the file as it was checked, shortened if it is long; null if it is not known.
    pub(crate) text: Option<String>,
    /// What stays the same when lines above it are added or removed.
    pub(crate) fingerprint: String,
}

/// What a gate has found, as far as it was kept.
pub(crate) fn of_gate(findings: &GateFindings) -> Vec<GateFindingRecord> {
    findings.kept.iter().map(gate_finding).collect()
}

fn gate_finding(finding: &GateFinding) -> GateFindingRecord {
    let place = finding.place.as_ref();
    let span = place.and_then(|place| place.span);
    let (start, end) = (span.map(|span| span.start), span.and_then(|span| span.end));
    let line = |at: Option<Position>| at.map(|at| at.line.get());
    let column = |at: Option<Position>| at.and_then(|at| at.column).map(NonZeroU32::get);
    let text = place.map(|place| place.text.clone());
    GateFindingRecord {
        severity: finding.severity.word().to_owned(),
        rule: finding.rule.clone(),
        message: finding.message.clone(),
        path: place.map(|place| place.path.to_string_lossy().into_owned()),
        line: line(start),
        column: column(start),
        end_line: line(end),
        end_column: column(end),
        text: text.filter(|text| !text.is_empty()),
        fingerprint: finding.fingerprint.to_string(),
    }
}

/// The findings about a message with these lines.
pub(crate) fn of_message(findings: &[Finding], lines: &[String]) -> Vec<MessageFinding> {
    let text = |number: usize| {
        lines
            .get(number.wrapping_sub(1))
            .cloned()
            .unwrap_or_default()
    };
    let report = |finding: &Finding| MessageFinding {
        rule: finding.rule.as_str().to_owned(),
        severity: finding.severity.word().to_owned(),
        message: finding.message.clone(),
        lines: finding
            .quotes()
            .iter()
            .map(|quote| MessageLine {
                line: quote.line,
                text: text(quote.line),
            })
            .collect(),
        notes: finding.notes.clone(),
        help: finding.remedy.edit().map(str::to_owned),
        sign_off: finding.remedy.signs_off(),
        fixable: finding.remedy.is_fix(),
    };
    findings.iter().map(report).collect()
}

/// The findings about a change.
pub(crate) fn of_change(findings: &[Finding]) -> Vec<ChangeFinding> {
    findings.iter().map(change_finding).collect()
}

fn change_finding(finding: &Finding) -> ChangeFinding {
    let (reason, until) = match &finding.excuse {
        None => (None, None),
        Some(Excuse::OnLine(reason)) => (Some(reason.clone()), None),
        Some(Excuse::Configured { reason, until }) => {
            (Some(reason.clone()), Some(until.to_string()))
        }
    };
    let (path, line) = finding.place();
    ChangeFinding {
        rule: finding.rule.as_str().to_owned(),
        severity: finding.severity.word().to_owned(),
        path: path.to_string_lossy().into_owned(),
        line,
        text: finding.text().to_owned(),
        mark: finding.mark().to_owned(),
        message: finding.message.clone(),
        notes: finding.notes.clone(),
        help: finding.remedy.edit().map(str::to_owned),
        reason,
        until,
    }
}
