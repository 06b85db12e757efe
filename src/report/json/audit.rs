//! The audit of a range for programs; docs/json.md describes it.

use std::collections::HashMap;

use serde::Serialize;

use super::document::{VERSION, write};
use super::messages::{FindingReport, findings_of};
use crate::base::exit_code::ExitCode;
use crate::report::lines::{LineReport, reports};
use crate::report::text::audit::{self, GatesRun};
use crate::report::text::next_steps::cure;
use crate::rules::change::range::{CommitChanges, Declared};
use crate::rules::message::range::{Audit, CheckedMessage};

/// What the commits of a range say and change.
#[derive(Serialize)]
pub(super) struct AuditReport<'a> {
    range: &'a str,
    base: Option<&'a str>,
    tip: &'a str,
    verdict: &'a str,
    commits: usize,
    refused: usize,
    refused_changes: usize,
    #[serde(rename = "judged")]
    checked: Vec<CheckedReport<'a>>,
    net: Vec<LineReport<'a>>,
    cure: Vec<String>,
    remarks: Vec<String>,
}

#[derive(Serialize)]
struct WholeAuditReport<'a> {
    version: u32,
    gatekeeper: &'a str,
    exit_code: u8,
    #[serde(flatten)]
    audit: AuditReport<'a>,
    gates: Option<Vec<GatesReport<'a>>>,
}

#[derive(Serialize)]
struct CheckedReport<'a> {
    commit: &'a str,
    subject: &'a str,
    author: String,
    findings: Vec<FindingReport<'a>>,
    lines: Vec<LineReport<'a>>,
    declared: Option<DeclaredReport<'a>>,
    exceptions: Vec<ExceptionReport<'a>>,
    malformed: Vec<MalformedReport<'a>>,
}

#[derive(Serialize)]
struct DeclaredReport<'a> {
    reason: &'a str,
    lines: Vec<LineReport<'a>>,
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
struct GatesReport<'a> {
    commit: &'a str,
    exit_code: u8,
}

/// The audit of a range; `runs` tells how gates ended, if they were run.
#[must_use]
pub(crate) fn audit(
    audit: &Audit,
    program: &str,
    runs: Option<&[GatesRun]>,
    code: ExitCode,
) -> String {
    let gates = runs.map(|runs| {
        let reports = runs.iter().map(|run| GatesReport {
            commit: &run.commit,
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
        gates,
    })
}

/// The part of a report that tells of the commits of a range.
pub(super) fn audit_report<'a>(audit: &'a Audit, program: &str) -> AuditReport<'a> {
    let cure = cure(audit, program);
    AuditReport {
        range: &audit.named,
        base: audit.commits.base.as_deref(),
        tip: &audit.commits.tip,
        verdict: audit::word(audit),
        commits: audit.commits.ids.len(),
        refused: audit.refused().count(),
        refused_changes: audit.changes.refused().count(),
        checked: checked(audit),
        net: reports(&audit.changes.net),
        cure: cure.commands,
        remarks: [cure.remarks, audit.changes.remarks.clone()].concat(),
    }
}

/// The commits about whose message or change there is something to say, oldest first.
fn checked(audit: &Audit) -> Vec<CheckedReport<'_>> {
    let messages: HashMap<&str, &CheckedMessage> = audit
        .checked
        .iter()
        .map(|one| (one.id.as_str(), one))
        .collect();
    let changes: HashMap<&str, &CommitChanges> = audit
        .changes
        .commits
        .iter()
        .map(|one| (one.id.as_str(), one))
        .collect();
    let mut reports = Vec::new();
    for id in &audit.commits.ids {
        let message = messages.get(id.as_str()).copied();
        let change = changes.get(id.as_str()).copied();
        let about = message.map(|one| (&one.subject, &one.author));
        let about = about.or_else(|| change.map(|one| (&one.subject, &one.author)));
        let Some((subject, author)) = about else {
            continue;
        };
        reports.push(CheckedReport {
            commit: id,
            subject,
            author: author.to_string(),
            findings: message.map_or_else(Vec::new, |one| findings_of(&one.findings, &one.lines)),
            lines: change.map_or_else(Vec::new, lines),
            declared: change.and_then(|one| one.declared.as_ref()).map(declared),
            exceptions: change.map_or_else(Vec::new, exceptions),
            malformed: change.map_or_else(Vec::new, malformed),
        });
    }
    reports
}

fn lines(change: &CommitChanges) -> Vec<LineReport<'_>> {
    reports(&change.findings)
}

fn declared(declared: &Declared) -> DeclaredReport<'_> {
    DeclaredReport {
        reason: &declared.reason,
        lines: reports(&declared.findings),
    }
}

fn exceptions(change: &CommitChanges) -> Vec<ExceptionReport<'_>> {
    let all = change.exceptions.iter();
    all.map(|one| ExceptionReport {
        gate: one.gate.as_str(),
        reason: &one.reason,
    })
    .collect()
}

fn malformed(change: &CommitChanges) -> Vec<MalformedReport<'_>> {
    let all = change.malformed.iter();
    all.map(|one| MalformedReport {
        value: &one.value,
        message: one.why,
    })
    .collect()
}
