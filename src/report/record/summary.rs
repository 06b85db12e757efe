//! The heading of a record: what the history of gates is made from.

use serde::{Deserialize, Serialize};

use super::RunRecord;

/// A run in short.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RunSummary {
    /// The id of the run.
    pub(crate) run: String,
    /// When the gates were started, in UTC (RFC 3339).
    pub(crate) started: String,
    /// What started it.
    pub(crate) trigger: String,
    /// What it says.
    pub(crate) verdict: String,
    /// From the beginning to the end of the last gate, in milliseconds.
    pub(crate) duration_ms: u64,
    /// The tree that was checked, if it was one.
    pub(crate) tree: Option<String>,
    /// Its gates.
    pub(crate) gates: Vec<GateSummary>,
}

/// A gate in short.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct GateSummary {
    /// Its name.
    pub(crate) name: String,
    /// The digest of its definition; `None` if it did not run.
    pub(crate) definition: Option<String>,
    /// The word for how it ended.
    pub(crate) outcome: String,
    /// How long it ran, in milliseconds.
    pub(crate) duration_ms: u64,
}

impl From<&RunRecord> for RunSummary {
    fn from(record: &RunRecord) -> Self {
        let gates = record.gates.iter().map(|gate| GateSummary {
            name: gate.name.clone(),
            definition: gate.definition.clone(),
            outcome: gate.outcome.clone(),
            duration_ms: gate.duration_ms,
        });
        Self {
            run: record.run.clone(),
            started: record.started.clone(),
            trigger: record.trigger.clone(),
            verdict: record.verdict.clone(),
            duration_ms: record.duration_ms,
            tree: record.tree.clone(),
            gates: gates.collect(),
        }
    }
}
