//! Reports about messages for programs; docs/json.md describes them.

use serde::Serialize;

use super::document::write;
use crate::base::exit_code::ExitCode;
use crate::message::MessageSettings;
use crate::model::finding::{Finding, refuses};
use crate::report::record::VERSION;
use crate::report::record::findings::{MessageFinding, of_message};
use crate::rules::agents::registry::Registry;
use crate::rules::message::{Reading, TrailerEntry};

#[derive(Serialize)]
struct CheckReport<'a> {
    version: u32,
    gatekeeper: &'a str,
    verdict: &'a str,
    exit_code: u8,
    findings: Vec<MessageFinding>,
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
    key: String,
    value: &'a str,
    line: usize,
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
pub(crate) fn check(reading: &Reading, findings: &[Finding]) -> String {
    write(&checked(reading, findings, None))
}

/// What was fixed in a message, and what is still wrong with it.
#[must_use]
pub(crate) fn fix(reading: &Reading, findings: &[Finding], changes: &[String]) -> String {
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
        findings: of_message(findings, &reading.lines),
        trailers: trailers_of(reading, |entry| entry.key.clone()),
        changes,
    }
}

/// The trailers that git sees in a message.
#[must_use]
pub(crate) fn trailers(reading: &Reading, settings: &MessageSettings) -> String {
    write(&TrailersReport {
        version: VERSION,
        gatekeeper: env!("CARGO_PKG_VERSION"),
        trailers: trailers_of(reading, |entry| entry.reported_key(settings)),
    })
}

/// The agents that are defined.
#[must_use]
pub(crate) fn agents(registry: &Registry) -> String {
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
    let code = ExitCode::passed_if(is_passed);
    code.number()
}

/// The trailers of a message, with each key as it stands there or as git prints it.
fn trailers_of(reading: &Reading, key: impl Fn(&TrailerEntry) -> String) -> Vec<TrailerReport<'_>> {
    reading
        .trailers
        .iter()
        .map(|entry| TrailerReport {
            key: key(entry),
            value: &entry.value,
            line: entry.line,
        })
        .collect()
}
