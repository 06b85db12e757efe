//! Everything that a run has to complain about, in one list: what all formats for findings are made from.

use std::collections::HashMap;

use sha2::{Digest as _, Sha256};

use super::findings::{ChangeFinding, GateFindingRecord, MessageFinding};
use super::gate::GateRecord;
use super::{RunRecord, audit::CommitRecord};
use crate::base::hex::hex;
use crate::model::severity::Severity;

/// The name under which the findings of gatekeeper's own rules are reported, as if they were a gate's.
pub(crate) const RULES: &str = "gatekeeper";

/// The file that a gate is defined in: where it is reported that a gate has failed without a place.
pub(crate) const GATES_FILE: &str = "gates.toml";

/// How many hexadecimal digits the fingerprints have that are made here.
const FINGERPRINT_LENGTH: usize = 32;

/// Something that a run complains about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ReportedFinding {
    /// The gate that found it, or [`RULES`].
    pub(crate) source: String,
    /// How grave it is. It is an error only if it is one for the verdict: a finding of a gate that only warns
    /// is a warning.
    pub(crate) severity: Severity,
    /// The rule, or a word for the outcome of a gate.
    pub(crate) rule: Option<String>,
    /// What is wrong, in one line.
    pub(crate) message: String,
    /// What to do about it.
    pub(crate) help: Option<String>,
    /// The file, relative to the top of the work tree; `None` for what is about no file.
    pub(crate) path: Option<String>,
    /// The line, counted from 1.
    pub(crate) line: Option<u32>,
    /// The column, counted from 1.
    pub(crate) column: Option<u32>,
    /// The last line.
    pub(crate) end_line: Option<u32>,
    /// The first column that does not belong to it.
    pub(crate) end_column: Option<u32>,
    /// The line of the file, if it is known.
    pub(crate) text: Option<String>,
    /// The commit whose message or change it is about, if it is one of several.
    pub(crate) commit: Option<String>,
    /// What tells it apart from all others, and stays when lines are added above it.
    pub(crate) fingerprint: String,
}

/// Everything that a run complains about: the gravest first, then in the order of gates and places.
#[must_use]
pub(crate) fn findings(record: &RunRecord) -> Vec<ReportedFinding> {
    let mut all: Vec<ReportedFinding> = record.gates.iter().flat_map(of_gate).collect();
    all.extend(record.lines.iter().map(|line| of_line(line, None)));
    if let Some(audit) = &record.messages {
        all.extend(audit.checked.iter().flat_map(of_commit));
        all.extend(audit.net.iter().map(|line| of_line(line, None)));
    }
    for refused in &record.refused_fixes {
        all.push(ReportedFinding {
            help: Some(refused.help.clone()),
            ..without_place(
                &refused.gates.join(", "),
                Severity::Error,
                "fix.refused",
                &refused.cause,
            )
        });
    }
    all.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    tell_apart(&mut all);
    all
}

/// How many findings of all gates are counted, but not listed.
#[must_use]
pub(crate) fn omitted(record: &RunRecord) -> usize {
    record.gates.iter().map(GateRecord::omitted).sum()
}

/// Gives findings that are alike fingerprints of their own: readers take those with the same one for one
/// finding.
fn tell_apart(findings: &mut [ReportedFinding]) {
    let mut seen: HashMap<String, usize> = HashMap::new();
    for finding in findings {
        let before = seen.entry(finding.fingerprint.clone()).or_default();
        if *before > 0 {
            finding.fingerprint = fingerprint(&[&finding.fingerprint, &before.to_string()]);
        }
        *before += 1;
    }
}

/// What a gate has found; if it has found nothing and does not let the change through, that alone.
#[must_use]
pub(crate) fn of_gate(gate: &GateRecord) -> Vec<ReportedFinding> {
    let is_blocking = gate.blocking == Some(true);
    let mut all: Vec<ReportedFinding> = gate
        .findings
        .iter()
        .map(|finding| of_tool(gate, finding, is_blocking))
        .collect();
    let has_error = gate.findings.iter().any(|one| one.severity == "error");
    if gate.lets_through || has_error || gate.outcome == "cancelled" {
        return all;
    }
    let severity = if is_blocking {
        Severity::Error
    } else {
        Severity::Warning
    };
    let place = gate.places.first();
    let rule = gate.outcome.replace(' ', "-");
    // What a tool says last is often about itself; what it has found is there already.
    let found = (!gate.findings.is_empty()).then(|| gate.finding_counts.in_words());
    let words = found.or_else(|| last_words(gate).map(str::to_owned));
    let message = match words {
        Some(words) => format!("{} {}: {words}", gate.name, gate.outcome_in_words()),
        None => format!("{} {}", gate.name, gate.outcome_in_words()),
    };
    all.push(ReportedFinding {
        help: gate.repeat.as_ref().map(|repeat| format!("run `{repeat}`")),
        path: place.map(|place| place.path.clone()),
        line: place.and_then(|place| place.line),
        column: place.and_then(|place| place.column),
        ..without_place(&gate.name, severity, &rule, &message)
    });
    all
}

/// The last line that a gate has printed: most tools end with what they have to say.
fn last_words(gate: &GateRecord) -> Option<&str> {
    let lines = &gate.output.as_ref()?.lines;
    let lines = lines.iter().map(|line| line.trim());
    lines.rev().find(|line| !line.is_empty())
}

fn of_tool(gate: &GateRecord, finding: &GateFindingRecord, is_blocking: bool) -> ReportedFinding {
    let severity = match severity(&finding.severity) {
        // It stops nothing.
        Severity::Error if !is_blocking || gate.lets_through => Severity::Warning,
        severity => severity,
    };
    ReportedFinding {
        source: gate.name.clone(),
        severity,
        rule: finding.rule.clone(),
        message: finding.message.clone(),
        help: None,
        path: finding.path.clone(),
        line: finding.line,
        column: finding.column,
        end_line: finding.end_line,
        end_column: finding.end_column,
        text: finding.text.clone(),
        commit: None,
        fingerprint: finding.fingerprint.clone(),
    }
}

fn of_line(finding: &ChangeFinding, commit: Option<&str>) -> ReportedFinding {
    let parts = [&finding.rule, &finding.path, finding.text.trim()];
    let column = finding.text.find(&finding.mark);
    let column = column.filter(|_| !finding.mark.is_empty());
    let column = column.map(|at| finding.text[..at].chars().count() + 1);
    let end = column.map(|column| column + finding.mark.chars().count());
    let number = |number: Option<usize>| number.and_then(|number| u32::try_from(number).ok());
    ReportedFinding {
        source: RULES.to_owned(),
        severity: severity(&finding.severity),
        rule: Some(finding.rule.clone()),
        message: match &finding.reason {
            Some(reason) => format!("{} (justified: {reason})", finding.message),
            None => finding.message.clone(),
        },
        // What is justified needs nothing more.
        help: finding.help.clone().filter(|_| finding.reason.is_none()),
        path: Some(finding.path.clone()).filter(|path| !path.is_empty()),
        line: u32::try_from(finding.line).ok().filter(|line| *line > 0),
        column: number(column),
        end_line: number(end.map(|_| finding.line)),
        end_column: number(end),
        text: Some(finding.text.clone()).filter(|text| !text.is_empty()),
        commit: commit.map(str::to_owned),
        fingerprint: fingerprint(&parts),
    }
}

fn of_commit(commit: &CommitRecord) -> Vec<ReportedFinding> {
    let id = commit.commit.as_str();
    let of_message = |finding: &MessageFinding| ReportedFinding {
        severity: severity(&finding.severity),
        help: finding.help.clone(),
        commit: Some(id.to_owned()),
        fingerprint: fingerprint(&[&finding.rule, id, &finding.message]),
        text: finding.lines.first().map(|line| line.text.clone()),
        ..without_place(RULES, Severity::Error, &finding.rule, &finding.message)
    };
    let of_trailer = commit.malformed.iter().map(|trailer| ReportedFinding {
        commit: Some(id.to_owned()),
        ..without_place(
            RULES,
            Severity::Error,
            "gate-exception.malformed",
            &trailer.message,
        )
    });
    let of_lines = commit.lines.iter().map(|line| of_line(line, Some(id)));
    let of_messages = commit.findings.iter().map(of_message);
    of_messages.chain(of_lines).chain(of_trailer).collect()
}

/// A finding about no file.
fn without_place(source: &str, severity: Severity, rule: &str, message: &str) -> ReportedFinding {
    ReportedFinding {
        source: source.to_owned(),
        severity,
        rule: Some(rule.to_owned()),
        message: message.to_owned(),
        help: None,
        path: None,
        line: None,
        column: None,
        end_line: None,
        end_column: None,
        text: None,
        commit: None,
        fingerprint: fingerprint(&[source, rule]),
    }
}

fn severity(word: &str) -> Severity {
    let all = [Severity::Error, Severity::Warning, Severity::Note];
    let known = all.into_iter().find(|severity| severity.word() == word);
    known.unwrap_or(Severity::Error)
}

/// What stays the same for these parts.
fn fingerprint(parts: &[&str]) -> String {
    let mut digest = Sha256::new();
    for part in parts {
        digest.update((part.len() as u64).to_be_bytes());
        digest.update(part);
    }
    let mut digest = hex(&digest.finalize());
    digest.truncate(FINGERPRINT_LENGTH);
    digest
}

impl ReportedFinding {
    /// The message, with the commit that it is about.
    #[must_use]
    pub(crate) fn full_message(&self) -> String {
        match &self.commit {
            Some(commit) => {
                let short = commit.get(..12).unwrap_or(commit);
                format!("commit {short}: {}", self.message)
            }
            None => self.message.clone(),
        }
    }

    /// The file, for formats that need one: what is about no file is reported where gates are defined.
    #[must_use]
    pub(crate) fn path_or_gates(&self) -> &str {
        self.path.as_deref().unwrap_or(GATES_FILE)
    }

    /// The rule with the gate that has it: `lint/F401`.
    #[must_use]
    pub(crate) fn qualified_rule(&self) -> String {
        match &self.rule {
            Some(rule) => format!("{}/{rule}", self.source),
            None => self.source.clone(),
        }
    }
}
