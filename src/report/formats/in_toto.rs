//! A verdict as a statement that other programs can verify: in-toto Statement v1 with the predicate
//! `test-result/v0.1` (<https://github.com/in-toto/attestation/blob/main/spec/predicates/test-result.md>).
//!
//! It has no signature: it is what is signed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::model::outcome::Verdict;
use crate::report::json::document::write;
use crate::report::record::{GateRecord, Host, RunRecord};

/// The type of every statement.
pub(crate) const STATEMENT: &str = "https://in-toto.io/Statement/v1";

/// The type of what is stated.
pub(crate) const PREDICATE: &str = "https://in-toto.io/attestation/test-result/v0.1";

/// The name of the configuration whose digest is that of the whole policy.
pub(crate) const POLICY: &str = "gatekeeper-policy";

/// A statement about a tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Statement {
    /// [`STATEMENT`].
    #[serde(rename = "_type")]
    pub(crate) kind: String,
    /// The tree, and the commit if there is one.
    pub(crate) subject: Vec<Resource>,
    /// [`PREDICATE`].
    #[serde(rename = "predicateType")]
    pub(crate) predicate_type: String,
    /// What is stated.
    pub(crate) predicate: TestResult,
}

/// Something with a digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Resource {
    /// What it is called.
    pub(crate) name: String,
    /// Its digests, by their algorithms.
    pub(crate) digest: BTreeMap<String, String>,
}

/// What became of the gates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TestResult {
    /// `PASSED`, `WARNED` or `FAILED`.
    pub(crate) result: String,
    /// What the gates were run by.
    pub(crate) configuration: Vec<Resource>,
    /// The gates that passed.
    pub(crate) passed_tests: Vec<String>,
    /// The gates that did not pass and only warn.
    pub(crate) warned_tests: Vec<String>,
    /// The other gates that did not pass.
    pub(crate) failed_tests: Vec<String>,
    /// What the predicate has no field for.
    pub(crate) gatekeeper: Annex,
}

/// What is known of the run besides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Annex {
    /// The version of the program.
    pub(crate) version: String,
    /// The machine.
    pub(crate) host: Host,
    /// When the run began (RFC 3339).
    pub(crate) started: String,
    /// What started it.
    pub(crate) trigger: String,
    /// Its verdict, as gatekeeper says it.
    pub(crate) verdict: String,
    /// How each gate ended.
    pub(crate) gates: Vec<AttestedGate>,
}

/// How a gate ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AttestedGate {
    /// Its name.
    pub(crate) name: String,
    /// Its outcome.
    pub(crate) outcome: String,
    /// How long it took, in milliseconds.
    pub(crate) duration_ms: u64,
    /// The digest of its definition; null if it did not run, or ran in parts.
    pub(crate) definition: Option<String>,
    /// The version of its tool, if it is known.
    pub(crate) tool_version: Option<String>,
}

/// The statement about a run; `None` if what was checked is not a tree of git, so that nothing can be stated
/// about it.
#[must_use]
pub(crate) fn statement(record: &RunRecord) -> Option<Statement> {
    let resource = |name: &str, algorithm: &str, digest: &str| Resource {
        name: name.to_owned(),
        digest: BTreeMap::from([(algorithm.to_owned(), digest.to_owned())]),
    };
    let mut subject = vec![resource("tree", "gitTree", record.tree.as_deref()?)];
    let commit = record.commit.as_deref();
    subject.extend(commit.map(|commit| resource("commit", "gitCommit", commit)));
    let mut configuration = Vec::new();
    let blob = record.configuration.as_deref();
    configuration.extend(blob.map(|blob| resource("gates.toml", "gitBlob", blob)));
    let policy = record.policy.as_deref();
    configuration.extend(policy.map(|policy| resource(POLICY, "sha256", policy)));
    let names = |holds: fn(&GateRecord) -> bool| {
        let gates = record.gates.iter().filter(|gate| holds(gate));
        gates.map(|gate| gate.name.clone()).collect::<Vec<_>>()
    };
    let warned = names(|gate| !gate.lets_through && gate.blocking != Some(true));
    let result = match (record.is_passed(), warned.is_empty()) {
        (false, _) => "FAILED",
        (true, false) => "WARNED",
        (true, true) => "PASSED",
    };
    let gates = record.gates.iter().map(|gate| AttestedGate {
        name: gate.name.clone(),
        outcome: gate.outcome.clone(),
        duration_ms: gate.duration_ms,
        definition: gate.definition.clone(),
        tool_version: gate.tool_version.clone(),
    });
    Some(Statement {
        kind: STATEMENT.to_owned(),
        subject,
        predicate_type: PREDICATE.to_owned(),
        predicate: TestResult {
            result: result.to_owned(),
            configuration,
            passed_tests: names(|gate| gate.outcome == "passed"),
            warned_tests: warned,
            failed_tests: names(|gate| !gate.lets_through && gate.blocking == Some(true)),
            gatekeeper: Annex {
                version: record.gatekeeper.clone(),
                host: record.host.clone(),
                started: record.started.clone(),
                trigger: record.trigger.clone(),
                verdict: record.verdict.clone(),
                gates: gates.collect(),
            },
        },
    })
}

/// The statement as a file; empty if nothing can be stated.
pub(super) fn in_toto(record: &RunRecord) -> String {
    statement(record).map_or_else(String::new, |statement| write(&statement))
}

/// Whether a statement says that everything let the tree through.
#[must_use]
pub(crate) fn is_passed(statement: &Statement) -> bool {
    matches!(statement.predicate.result.as_str(), "PASSED" | "WARNED")
        && statement.predicate.gatekeeper.verdict == Verdict::Passed.word()
        && statement.predicate.failed_tests.is_empty()
}
