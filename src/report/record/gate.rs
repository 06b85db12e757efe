//! One gate of a run that is written down.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::findings::GateFindingRecord;
use crate::model::fingerprint::Fingerprint;
use crate::model::gate_finding::{SeverityCounts, TestCounts};
use crate::model::outcome::Outcome;

/// One gate of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct GateRecord {
    /// Its name in gates.toml.
    pub(crate) name: String,
    /// Its kind in gates.toml.
    pub(crate) kind: String,
    /// How it ended.
    #[schemars(extend("enum" = Outcome::WORDS))]
    pub(crate) outcome: String,
    /// Whether a commit may go through with this outcome.
    pub(crate) lets_through: bool,
    /// Whether it counts for the verdict; null if it did not run.
    pub(crate) blocking: Option<bool>,
    /// Details of the outcome; null if there are none.
    pub(crate) cause: Option<String>,
    /// If it passed: the line by which its tool says that all is well; null if there is none, or if the
    /// tool is not one that gatekeeper knows.
    pub(crate) evidence: Option<String>,
    /// Why its tool could not do its work, if the outcome is `tool broken`.
    #[schemars(extend("enum" = ["crash", "internal error", "configuration", "network", "report", null]))]
    pub(crate) breakage: Option<String>,
    /// The exit code of a gate that failed because of it, or whose tool says with it that it is broken or
    /// has checked nothing.
    pub(crate) exit_code: Option<i32>,
    /// When it was started, in milliseconds after the run; null if it was not started.
    #[serde(default)]
    pub(crate) started_ms: Option<u64>,
    /// From its start to its end, in milliseconds.
    pub(crate) duration_ms: u64,
    /// Its commands as shell lines; more than one only if the file names do not fit into one.
    pub(crate) commands: Vec<String>,
    /// The version of its tool, where a report was asked for and the tool says it; otherwise null.
    #[serde(default)]
    pub(crate) tool_version: Option<String>,
    /// A digest of its definition and its commands: two runs of the same definition on the same tree should
    /// end in the same way. Null if it did not run.
    #[serde(default)]
    pub(crate) definition: Option<String>,
    /// The directory in which it ran, relative to the top of the work tree.
    pub(crate) dir: String,
    /// The files passed as `{files}`.
    pub(crate) files: Vec<String>,
    /// If it did not let the commit through: the command that runs only this gate again.
    pub(crate) repeat: Option<String>,
    /// If it failed and has a `fix`: the command that runs its fixer.
    pub(crate) fix: Option<String>,
    /// If it did not let the commit through: the places that its output mentions, those in changed files
    /// first.
    pub(crate) places: Vec<PlaceRecord>,
    /// What its tool has found, without known findings. At most 1,000 are listed, the gravest ones.
    #[serde(default)]
    pub(crate) findings: Vec<GateFindingRecord>,
    /// How many findings there are in all, without the known ones.
    #[serde(default)]
    pub(crate) finding_counts: SeverityCounts,
    /// How many findings do not count, because gates.baseline lists them.
    #[serde(default, skip_serializing_if = "is_none")]
    pub(crate) known_findings: u64,
    /// How many findings do not count, because they are on lines that the change does not touch.
    #[serde(default, skip_serializing_if = "is_none")]
    pub(crate) untouched_findings: u64,
    /// What gates.baseline lists and the tool has not found any more: path and rule.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) fixed_findings: Vec<String>,
    /// If not all findings are listed: the fingerprints of all; otherwise empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(with = "Vec<String>")]
    pub(crate) fingerprints: Vec<Fingerprint>,
    /// How many findings have no fingerprint: at most 30,000 of a gate have one.
    #[serde(default, skip_serializing_if = "is_none")]
    pub(crate) fingerprints_missing: u64,
    /// How many tests have run, if its tool says so.
    #[serde(default)]
    pub(crate) tests: Option<TestCounts>,
    /// What it printed; null if it printed nothing.
    pub(crate) output: Option<OutputRecord>,
    /// Whether a process that it left running held its output open.
    pub(crate) left_processes: bool,
    /// Where it ran; null if it did not run.
    #[schemars(extend("enum" = ["in place", "overlay", "snapshot", null]))]
    pub(crate) view: Option<String>,
    /// Why it ran there.
    pub(crate) view_reason: Option<String>,
    /// Tracked files that it changed or removed, if a single gate can be identified.
    pub(crate) changed_files: Vec<String>,
    /// Files that it left behind and that are neither tracked nor ignored, if a single gate can be
    /// identified.
    pub(crate) new_files: Vec<String>,
    /// Its changes, as a patch; null if there are none.
    pub(crate) patch: Option<String>,
    /// What earlier runs say about it: that it was suspiciously fast, is flaky, or is stale.
    #[serde(default)]
    pub(crate) notes: Vec<String>,
}

/// A place that the output of a gate mentions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct PlaceRecord {
    /// The file, relative to the top of the work tree.
    pub(crate) path: String,
    /// Counted from 1; null if unknown.
    pub(crate) line: Option<u32>,
    /// Counted as the tool counts; null if unknown.
    pub(crate) column: Option<u32>,
}

/// What a gate printed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct OutputRecord {
    /// How many bytes it printed.
    pub(crate) bytes: u64,
    /// Whether `lines` is all of it.
    pub(crate) complete: bool,
    /// The last lines, cleaned.
    pub(crate) lines: Vec<String>,
}

/// Whether a number is 0.
#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference"
)]
fn is_none(number: &u64) -> bool {
    *number == 0
}

impl GateRecord {
    /// How many findings are counted but not listed.
    #[must_use]
    pub(crate) fn omitted(&self) -> usize {
        let listed = self.findings.len() as u64;
        usize::try_from(self.finding_counts.sum().saturating_sub(listed)).unwrap_or(usize::MAX)
    }

    /// Whether it was started and has an outcome of its own.
    #[must_use]
    pub(crate) fn has_run(&self) -> bool {
        self.started_ms.is_some()
    }

    /// How it ended, with the details: `failed: exit code 1`.
    #[must_use]
    pub(crate) fn outcome_in_words(&self) -> String {
        match &self.cause {
            Some(cause) => format!("{}: {cause}", self.outcome),
            None => self.outcome.clone(),
        }
    }
}
