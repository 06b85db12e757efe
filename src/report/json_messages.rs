//! Reports about messages for programs; docs/json.md describes them.

use serde::Serialize;

use super::audit;
use super::cure::cure;
use super::json::{VERSION, write};
use crate::exit_code::ExitCode;
use crate::finding::{Finding, refuses};
use crate::policy::{Audit, Judged, Reading, Registry};

#[derive(Serialize)]
struct CheckReport<'a> {
    version: u32,
    gatekeeper: &'a str,
    verdict: &'a str,
    exit_code: u8,
    findings: Vec<FindingReport<'a>>,
    trailers: Vec<TrailerReport<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    changes: Option<&'a [String]>,
}

#[derive(Serialize)]
struct TrailersReport<'a> {
    version: u32,
    gatekeeper: &'a str,
    trailers: Vec<TrailerReport<'a>>,
}

#[derive(Serialize)]
struct TrailerReport<'a> {
    key: &'a str,
    value: &'a str,
    line: usize,
}

#[derive(Serialize)]
struct FindingReport<'a> {
    rule: &'a str,
    severity: &'a str,
    message: &'a str,
    lines: Vec<LineReport<'a>>,
    notes: &'a [String],
    help: Option<&'a str>,
    sign_off: bool,
    fixable: bool,
}

#[derive(Serialize)]
struct LineReport<'a> {
    line: usize,
    text: &'a str,
}

/// The messages of a range.
#[derive(Serialize)]
pub(super) struct AuditReport<'a> {
    range: &'a str,
    base: Option<&'a str>,
    tip: &'a str,
    verdict: &'a str,
    commits: usize,
    refused: usize,
    judged: Vec<JudgedReport<'a>>,
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
}

#[derive(Serialize)]
struct JudgedReport<'a> {
    commit: &'a str,
    subject: &'a str,
    author: String,
    findings: Vec<FindingReport<'a>>,
}

#[derive(Serialize)]
struct AgentsReport<'a> {
    version: u32,
    gatekeeper: &'a str,
    agents: Vec<AgentReport<'a>>,
}

#[derive(Serialize)]
struct AgentReport<'a> {
    name: &'a str,
    hash: &'a str,
    id: &'a str,
    path: String,
}

/// What is wrong with one message.
#[must_use]
pub fn check(reading: &Reading, findings: &[Finding]) -> String {
    write(&checked(reading, findings, None))
}

/// What was mended in a message, and what is still wrong with it.
#[must_use]
pub fn fix(reading: &Reading, findings: &[Finding], changes: &[String]) -> String {
    write(&checked(reading, findings, Some(changes)))
}

fn checked<'a>(
    reading: &'a Reading,
    findings: &'a [Finding],
    changes: Option<&'a [String]>,
) -> CheckReport<'a> {
    let exit_code = verdict_code(!refuses(findings));
    CheckReport {
        version: VERSION,
        gatekeeper: env!("CARGO_PKG_VERSION"),
        verdict: word(!refuses(findings)),
        exit_code,
        findings: findings_of(findings, &reading.lines),
        trailers: trailers_of(reading),
        changes,
    }
}

/// The trailers that git sees in a message.
#[must_use]
pub fn trailers(reading: &Reading) -> String {
    write(&TrailersReport {
        version: VERSION,
        gatekeeper: env!("CARGO_PKG_VERSION"),
        trailers: trailers_of(reading),
    })
}

/// The messages of a range.
#[must_use]
pub fn audit(audit: &Audit, program: &str) -> String {
    write(&WholeAuditReport {
        version: VERSION,
        gatekeeper: env!("CARGO_PKG_VERSION"),
        exit_code: verdict_code(audit.is_passed()),
        audit: audit_report(audit, program),
    })
}

/// The part of a report that tells of the messages of a range.
pub(super) fn audit_report<'a>(audit: &'a Audit, program: &str) -> AuditReport<'a> {
    let cure = cure(audit, program);
    AuditReport {
        range: &audit.named,
        base: audit.commits.base.as_deref(),
        tip: &audit.commits.tip,
        verdict: audit::word(audit),
        commits: audit.commits.ids.len(),
        refused: audit.refused().count(),
        judged: audit.judged.iter().map(judged).collect(),
        cure: cure.commands,
        remarks: cure.remarks,
    }
}

fn judged(judged: &Judged) -> JudgedReport<'_> {
    JudgedReport {
        commit: &judged.id,
        subject: &judged.subject,
        author: judged.author.to_string(),
        findings: findings_of(&judged.findings, &judged.lines),
    }
}

/// The agents that are defined.
#[must_use]
pub fn agents(registry: &Registry) -> String {
    let agents = registry.definitions().iter().map(|definition| AgentReport {
        name: &definition.name,
        hash: definition.short_hash(),
        id: &definition.id,
        path: definition.path.to_string_lossy().into_owned(),
    });
    write(&AgentsReport {
        version: VERSION,
        gatekeeper: env!("CARGO_PKG_VERSION"),
        agents: agents.collect(),
    })
}

fn word(is_passed: bool) -> &'static str {
    if is_passed { "passed" } else { "failed" }
}

fn verdict_code(is_passed: bool) -> u8 {
    let code = if is_passed {
        ExitCode::Passed
    } else {
        ExitCode::Failed
    };
    code.number()
}

fn findings_of<'a>(findings: &'a [Finding], lines: &'a [String]) -> Vec<FindingReport<'a>> {
    let line = |number: usize| lines.get(number.wrapping_sub(1)).map_or("", String::as_str);
    findings
        .iter()
        .map(|finding| FindingReport {
            rule: finding.rule,
            severity: finding.severity.word(),
            message: &finding.message,
            lines: finding
                .quotes
                .iter()
                .map(|quote| LineReport {
                    line: quote.line,
                    text: line(quote.line),
                })
                .collect(),
            notes: &finding.notes,
            help: finding.cure.edit(),
            sign_off: finding.cure.signs_off(),
            fixable: finding.cure.is_fix(),
        })
        .collect()
}

fn trailers_of(reading: &Reading) -> Vec<TrailerReport<'_>> {
    reading
        .trailers
        .iter()
        .map(|entry| TrailerReport {
            key: &entry.key,
            value: &entry.value,
            line: entry.line,
        })
        .collect()
}
