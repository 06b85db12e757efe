//! SARIF 2.1.0, as code scanning reads it: a run of its own for each gate, so that an alert is closed when the
//! gate that has raised it no longer does.

use std::fmt::Write as _;

use serde_json::{Value, json};
use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime};

use crate::model::severity::Severity;
use crate::report::json::document::write;
use crate::report::record::reported::{RULES, ReportedFinding, findings};
use crate::report::record::{GateRecord, RunRecord};

/// How many runs a file may have.
const MOST_RUNS: usize = 20;

/// How many results of a run are shown.
const MOST_RESULTS: usize = 5000;

/// The longest message and snippet, in characters.
const LONGEST: usize = 1000;

/// The findings of a run as SARIF.
pub(super) fn sarif(record: &RunRecord) -> String {
    let all = findings(record);
    let of = |source: &str| -> Vec<&ReportedFinding> {
        all.iter().filter(|one| one.source == source).collect()
    };
    let is_known = |gate: &&GateRecord| gate.has_run() || gate.outcome == "cached";
    let known: Vec<&GateRecord> = record
        .gates
        .iter()
        .filter(|gate| is_known(gate) || !gate.lets_through)
        .collect();
    // The rules of gatekeeper have a run as well, and so have the gates for which there is no other.
    let (own, others) = known.split_at(known.len().min(MOST_RUNS - 1));
    let mut runs: Vec<Value> = own
        .iter()
        .map(|gate| {
            let id = format!("gatekeeper/{}/", gate.name);
            let invocation = invocation(record, gate);
            run(&id, &of(&gate.name), Some(invocation), record)
        })
        .collect();
    let mut rest = of(RULES);
    rest.extend(others.iter().flat_map(|gate| of(&gate.name)));
    let named: Vec<&str> = known.iter().map(|gate| gate.name.as_str()).collect();
    let of_none = |one: &&ReportedFinding| one.source != RULES && !named.contains(&&*one.source);
    rest.extend(all.iter().filter(of_none));
    runs.push(run("gatekeeper/", &rest, None, record));
    write(&json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": runs,
    }))
}

fn run(
    id: &str,
    findings: &[&ReportedFinding],
    invocation: Option<Value>,
    record: &RunRecord,
) -> Value {
    let shown = &findings[..findings.len().min(MOST_RESULTS)];
    let mut rules: Vec<String> = shown.iter().map(|one| one.qualified_rule()).collect();
    rules.sort();
    rules.dedup();
    let results = shown.iter().map(|finding| result(finding, &rules));
    let mut run = json!({
        "tool": {
            "driver": {
                "name": "gatekeeper",
                "version": record.gatekeeper,
                "rules": rules.iter().map(|id| rule(id, shown)).collect::<Vec<_>>(),
            },
        },
        "automationDetails": { "id": id },
        "columnKind": "unicodeCodePoints",
        "results": results.collect::<Vec<_>>(),
    });
    if let Some(invocation) = invocation {
        run["invocations"] = json!([invocation]);
    }
    run
}

/// A rule, with the descriptions that code scanning demands.
fn rule(id: &str, findings: &[&ReportedFinding]) -> Value {
    let of_rule = |one: &&&ReportedFinding| one.qualified_rule() == id;
    let first = findings.iter().find(of_rule);
    let source = first.map_or(RULES, |one| &one.source);
    let rule = first.and_then(|one| one.rule.as_deref()).unwrap_or(id);
    let full = format!("{rule}, as {source} reports it");
    let help = first.and_then(|one| one.help.clone());
    let help = help.unwrap_or_else(|| format!("See what {source} says about {rule}."));
    json!({
        "id": id,
        "shortDescription": { "text": rule },
        "fullDescription": { "text": full },
        "help": { "text": help },
    })
}

/// How the gate was run.
fn invocation(record: &RunRecord, gate: &GateRecord) -> Value {
    let is_successful = ["passed", "failed", "cached", "not applicable"];
    let mut invocation = json!({
        "executionSuccessful": is_successful.contains(&gate.outcome.as_str()),
    });
    if let Some(command) = gate.commands.first() {
        invocation["commandLine"] = json!(command);
    }
    if let Some(code) = gate.exit_code {
        invocation["exitCode"] = json!(code);
    }
    if !gate.lets_through {
        invocation["exitCodeDescription"] = json!(gate.outcome_in_words());
    }
    let run_started = OffsetDateTime::parse(&record.started, &Rfc3339).ok();
    if let (Some(run_started), Some(started)) = (run_started, gate.started_ms) {
        let at = |ms: u64| {
            let after = Duration::milliseconds(i64::try_from(ms).unwrap_or(i64::MAX));
            run_started.checked_add(after)?.format(&Rfc3339).ok()
        };
        if let (Some(start), Some(end)) = (at(started), at(started + gate.duration_ms)) {
            invocation["startTimeUtc"] = json!(start);
            invocation["endTimeUtc"] = json!(end);
        }
    }
    invocation
}

fn result(finding: &ReportedFinding, rules: &[String]) -> Value {
    let id = finding.qualified_rule();
    let mut location = json!({
        "artifactLocation": { "uri": uri(finding.path_or_gates()) },
    });
    if let Some(line) = finding.line {
        let mut region = json!({ "startLine": line });
        if let Some(column) = finding.column {
            region["startColumn"] = json!(column);
        }
        if let Some(line) = finding.end_line {
            region["endLine"] = json!(line);
            if let Some(column) = finding.end_column {
                region["endColumn"] = json!(column);
            }
        }
        if let Some(text) = &finding.text {
            region["snippet"] = json!({ "text": beginning(text) });
        }
        location["region"] = region;
    }
    json!({
        "ruleId": id,
        "ruleIndex": rules.binary_search(&id).unwrap_or_default(),
        "level": match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        },
        // A text that is required must not be empty.
        "message": { "text": match beginning(&finding.full_message()) {
            text if text.is_empty() => id.clone(),
            text => text,
        }},
        "locations": [{ "physicalLocation": location }],
        "partialFingerprints": {
            "primaryLocationLineHash": finding.fingerprint,
            "gatekeeperFingerprint/v1": finding.fingerprint,
        },
    })
}

fn beginning(text: &str) -> String {
    text.chars().take(LONGEST).collect()
}

/// A path as a relative reference (RFC 3986): what is not allowed in a segment is written as its bytes.
pub(crate) fn uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(byte));
            }
            other => {
                let _ = write!(uri, "%{other:02X}");
            }
        }
    }
    uri
}
