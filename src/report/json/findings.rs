//! Findings for programs; docs/json.md describes them.

use std::num::NonZeroU32;

use serde::Serialize;

use crate::model::finding::{Excuse, Finding};
use crate::model::fingerprint::Fingerprint;
use crate::model::gate_finding::{GateFinding, GateFindings, Position};

/// A finding about a message.
#[derive(Serialize)]
pub(super) struct MessageFinding<'a> {
    rule: &'a str,
    severity: &'a str,
    message: &'a str,
    lines: Vec<MessageLine<'a>>,
    notes: &'a [String],
    help: Option<&'a str>,
    sign_off: bool,
    fixable: bool,
}

#[derive(Serialize)]
struct MessageLine<'a> {
    line: usize,
    text: &'a str,
}

/// A finding about a change.
#[derive(Serialize)]
pub(super) struct ChangeFinding<'a> {
    rule: &'a str,
    severity: &'a str,
    path: String,
    line: usize,
    text: &'a str,
    mark: &'a str,
    message: &'a str,
    notes: &'a [String],
    help: Option<&'a str>,
    /// What justifies it; `null` if nothing does.
    reason: Option<&'a str>,
    /// The last day of an exception of gates.toml; `null` if the reason stands on the line.
    until: Option<String>,
}

/// A finding of a gate.
#[derive(Serialize)]
pub(super) struct GateFindingReport<'a> {
    severity: &'a str,
    rule: Option<&'a str>,
    message: &'a str,
    path: Option<String>,
    line: Option<u32>,
    column: Option<u32>,
    end_line: Option<u32>,
    end_column: Option<u32>,
    text: Option<&'a str>,
    fingerprint: Fingerprint,
}

/// What a gate has found, as far as it was kept.
pub(super) fn of_gate(findings: &GateFindings) -> Vec<GateFindingReport<'_>> {
    findings.kept.iter().map(gate_finding).collect()
}

fn gate_finding(finding: &GateFinding) -> GateFindingReport<'_> {
    let place = finding.place.as_ref();
    let span = place.and_then(|place| place.span);
    let (start, end) = (span.map(|span| span.start), span.and_then(|span| span.end));
    let line = |at: Option<Position>| at.map(|at| at.line.get());
    let column = |at: Option<Position>| at.and_then(|at| at.column).map(NonZeroU32::get);
    let text = place.map(|place| place.text.as_str());
    GateFindingReport {
        severity: finding.severity.word(),
        rule: finding.rule.as_deref(),
        message: &finding.message,
        path: place.map(|place| place.path.to_string_lossy().into_owned()),
        line: line(start),
        column: column(start),
        end_line: line(end),
        end_column: column(end),
        text: text.filter(|text| !text.is_empty()),
        fingerprint: finding.fingerprint,
    }
}

/// The findings about a message with these lines.
pub(super) fn of_message<'a>(
    findings: &'a [Finding],
    lines: &'a [String],
) -> Vec<MessageFinding<'a>> {
    let text = |number: usize| lines.get(number.wrapping_sub(1)).map_or("", String::as_str);
    let report = |finding: &'a Finding| MessageFinding {
        rule: finding.rule.as_str(),
        severity: finding.severity.word(),
        message: &finding.message,
        lines: finding
            .quotes()
            .iter()
            .map(|quote| MessageLine {
                line: quote.line,
                text: text(quote.line),
            })
            .collect(),
        notes: &finding.notes,
        help: finding.remedy.edit(),
        sign_off: finding.remedy.signs_off(),
        fixable: finding.remedy.is_fix(),
    };
    findings.iter().map(report).collect()
}

/// The findings about a change.
pub(super) fn of_change(findings: &[Finding]) -> Vec<ChangeFinding<'_>> {
    findings.iter().map(change_finding).collect()
}

fn change_finding(finding: &Finding) -> ChangeFinding<'_> {
    let (reason, until) = match &finding.excuse {
        None => (None, None),
        Some(Excuse::OnLine(reason)) => (Some(reason.as_str()), None),
        Some(Excuse::Configured { reason, until }) => {
            (Some(reason.as_str()), Some(until.to_string()))
        }
    };
    let (path, line) = finding.place();
    ChangeFinding {
        rule: finding.rule.as_str(),
        severity: finding.severity.word(),
        path: path.to_string_lossy().into_owned(),
        line,
        text: finding.text(),
        mark: finding.mark(),
        message: &finding.message,
        notes: &finding.notes,
        help: finding.remedy.edit(),
        reason,
        until,
    }
}
