//! The audit of a range for programs; docs/json.md describes it.

use std::collections::HashMap;

use serde::Serialize;

use super::document::{VERSION, write};
use super::findings::{ChangeFinding, MessageFinding, of_change, of_message};
use crate::base::exit_code::ExitCode;
use crate::base::object_id::ObjectId;
use crate::receipt::Acceptance;
use crate::report::text::audit::{self, GatesRun};
use crate::report::text::next_steps::range_remedy;
use crate::report::text::trust::TrustedInRange;
use crate::rules::change::range::{CommitChanges, Declared};
use crate::rules::message::range::{Audit, CheckedMessage};

/// The messages and changes of the commits of a range.
#[derive(Serialize)]
pub(super) struct AuditReport<'a> {
    range: &'a str,
    base: Option<ObjectId>,
    tip: ObjectId,
    verdict: &'a str,
    commits: usize,
    refused: usize,
    refused_changes: usize,
    #[serde(rename = "judged")]
    checked: Vec<CheckedReport<'a>>,
    net: Vec<ChangeFinding<'a>>,
    #[serde(rename = "cure")]
    remedy: Vec<String>,
    remarks: Vec<String>,
}

#[derive(Serialize)]
struct WholeAuditReport<'a> {
    version: u32,
    gatekeeper: &'a str,
    exit_code: u8,
    #[serde(flatten)]
    audit: AuditReport<'a>,
    accepted: Vec<AcceptanceReport<'a>>,
    notes: &'a [String],
    gates: Option<Vec<GatesReport>>,
}

#[derive(Serialize)]
struct AcceptanceReport<'a> {
    tip: ObjectId,
    commits: usize,
    reason: &'a str,
    by: &'a str,
    at: u64,
}

#[derive(Serialize)]
struct CheckedReport<'a> {
    commit: ObjectId,
    subject: &'a str,
    author: String,
    findings: Vec<MessageFinding<'a>>,
    lines: Vec<ChangeFinding<'a>>,
    declared: Option<DeclaredReport<'a>>,
    exceptions: Vec<ExceptionReport<'a>>,
    malformed: Vec<MalformedReport<'a>>,
}

#[derive(Serialize)]
struct DeclaredReport<'a> {
    reason: &'a str,
    lines: Vec<ChangeFinding<'a>>,
}

#[derive(Serialize)]
struct ExceptionReport<'a> {
    gate: &'a str,
    reason: &'a str,
}

#[derive(Serialize)]
struct MalformedReport<'a> {
    value: &'a str,
    message: &'a str,
}

#[derive(Serialize)]
struct GatesReport {
    commit: ObjectId,
    exit_code: u8,
}

/// The audit of a range; `runs` holds how the gates ended, if they were run.
#[must_use]
pub(crate) fn audit(
    audit: &Audit,
    trusted: &TrustedInRange,
    program: &str,
    runs: Option<&[GatesRun]>,
    code: ExitCode,
) -> String {
    let gates = runs.map(|runs| {
        let reports = runs.iter().map(|run| GatesReport {
            commit: run.commit,
            exit_code: run.code.number(),
        });
        reports.collect()
    });
    let mut report = audit_report(audit, program);
    if code != ExitCode::Passed {
        report.verdict = "failed";
    }
    write(&WholeAuditReport {
        version: VERSION,
        gatekeeper: env!("CARGO_PKG_VERSION"),
        exit_code: code.number(),
        audit: report,
        accepted: trusted.accepted.iter().map(accepted).collect(),
        notes: &trusted.notes,
        gates,
    })
}

fn accepted(acceptance: &Acceptance) -> AcceptanceReport<'_> {
    AcceptanceReport {
        tip: acceptance.tip,
        commits: acceptance.commits,
        reason: &acceptance.reason,
        by: &acceptance.by,
        at: acceptance.at,
    }
}

/// The part of a report that describes the commits of a range.
pub(super) fn audit_report<'a>(audit: &'a Audit, program: &str) -> AuditReport<'a> {
    let remedy = range_remedy(audit, program);
    AuditReport {
        range: &audit.named,
        base: audit.commits.base,
        tip: audit.commits.tip,
        verdict: audit::word(audit),
        commits: audit.commits.ids.len(),
        refused: audit.refused().count(),
        refused_changes: audit.changes.refused().count(),
        checked: checked(audit),
        net: of_change(&audit.changes.net),
        remedy: remedy.commands,
        remarks: [remedy.remarks, audit.changes.remarks.clone()].concat(),
    }
}

/// The commits whose message or change has findings, oldest first.
fn checked(audit: &Audit) -> Vec<CheckedReport<'_>> {
    let messages: HashMap<ObjectId, &CheckedMessage> = audit
        .checked
        .iter()
        .map(|message| (message.id, message))
        .collect();
    let changes: HashMap<ObjectId, &CommitChanges> = audit
        .changes
        .commits
        .iter()
        .map(|change| (change.id, change))
        .collect();
    let mut reports = Vec::new();
    for &id in &audit.commits.ids {
        let message = messages.get(&id).copied();
        let change = changes.get(&id).copied();
        let Some((subject, author)) = message
            .map(|message| (&message.subject, &message.author))
            .or_else(|| change.map(|change| (&change.subject, &change.author)))
        else {
            continue;
        };
        reports.push(CheckedReport {
            commit: id,
            subject,
            author: author.to_string(),
            findings: message.map_or_else(Vec::new, |message| {
                of_message(&message.findings, &message.lines)
            }),
            lines: change.map_or_else(Vec::new, lines),
            declared: change
                .and_then(|change| change.declared.as_ref())
                .map(declared),
            exceptions: change.map_or_else(Vec::new, exceptions),
            malformed: change.map_or_else(Vec::new, malformed),
        });
    }
    reports
}

fn lines(change: &CommitChanges) -> Vec<ChangeFinding<'_>> {
    of_change(&change.findings)
}

fn declared(declared: &Declared) -> DeclaredReport<'_> {
    DeclaredReport {
        reason: &declared.reason,
        lines: of_change(&declared.findings),
    }
}

fn exceptions(change: &CommitChanges) -> Vec<ExceptionReport<'_>> {
    change
        .exceptions
        .iter()
        .map(|exception| ExceptionReport {
            gate: exception.gate.as_str(),
            reason: &exception.reason,
        })
        .collect()
}

fn malformed(change: &CommitChanges) -> Vec<MalformedReport<'_>> {
    change
        .malformed
        .iter()
        .map(|trailer| MalformedReport {
            value: &trailer.value,
            message: &trailer.why,
        })
        .collect()
}
