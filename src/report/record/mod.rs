//! A run that has ended, written down: one value that owns everything that any report needs.
//!
//! It is made once, from the plan, the result and what reporters know besides. JSON is this value; every
//! other format is a pure function of it, and so `gatekeeper report` makes the same reports again from what
//! was kept in the git directory. Nothing in it is fit to confuse a terminal, and secrets are redacted.

pub(crate) mod audit;
pub(crate) mod findings;
pub(crate) mod from_run;
mod gate;
mod redact;
mod reduce;
pub(crate) mod reported;
pub(crate) mod seal;
pub(crate) mod shard;
mod summary;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::outcome::Verdict;
use audit::AuditRecord;
use findings::ChangeFinding;
use shard::ShardRecord;

pub(crate) use from_run::{audit_run, refused_run, run_record};
pub(crate) use gate::GateRecord;
pub(crate) use redact::{Redactor, secret_values};
pub(crate) use reduce::reduced;
pub(crate) use summary::{GateSummary, RunSummary};

/// The version of the format. It changes when a field changes its meaning or is removed; new fields
/// may be added at any time.
pub(crate) const VERSION: u32 = 1;

/// A run of gates that has ended: what `gatekeeper run --format json` prints. Unknown fields may be added
/// at any time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct RunRecord {
    /// The version of this format.
    pub(crate) version: u32,
    /// The version of the program.
    pub(crate) gatekeeper: String,
    /// The id of the run, by which `gatekeeper report` finds it.
    pub(crate) run: String,
    /// When the gates were started, in UTC (RFC 3339).
    pub(crate) started: String,
    /// The machine that the gates ran on.
    pub(crate) host: Host,
    /// The id of the tree that was checked; null if what was checked is not a tree of git, because the
    /// work tree differs from the index.
    pub(crate) tree: Option<String>,
    /// The commit that was checked; null if there is none yet.
    pub(crate) commit: Option<String>,
    /// The git blob of the gates.toml that it was checked by; null if there is none, or if it was not needed.
    #[serde(default)]
    pub(crate) configuration: Option<String>,
    /// The SHA-256 of the effective configuration, by which two runs can be compared.
    #[serde(default)]
    pub(crate) policy: Option<String>,
    /// The commits that the changes are counted from.
    pub(crate) base: Vec<String>,
    /// What started the run.
    pub(crate) trigger: String,
    /// What the run says.
    #[schemars(extend("enum" = VERDICTS))]
    pub(crate) verdict: String,
    /// The exit code that belongs to the verdict.
    pub(crate) exit_code: u8,
    /// How long the run of the gates took, in milliseconds.
    pub(crate) duration_ms: u64,
    /// How many paths the change set has; in a plain run, how many are tracked.
    pub(crate) changed_paths: u64,
    /// Where the gates ran: `mixed` if not all ran in the same place.
    #[schemars(extend("enum" = ["in place", "overlay", "snapshot", "mixed"]))]
    pub(crate) view: String,
    /// Which gates ran where, and why; null if none ran.
    pub(crate) view_reason: Option<String>,
    /// Something to know about the configuration.
    #[serde(default)]
    pub(crate) remark: Option<String>,
    /// Those that ran, in the order of gates.toml, then those that did not.
    pub(crate) gates: Vec<GateRecord>,
    /// The commits of a range, if they were checked.
    pub(crate) messages: Option<AuditRecord>,
    /// The findings of the rules for changes.
    pub(crate) lines: Vec<ChangeFinding>,
    /// Whether the change weakens something, so that the message needs a `Gate-Change: reason`.
    pub(crate) needs_gate_change: bool,
    /// Variables that gates did not get because they weaken a tool.
    pub(crate) removed_variables: Vec<VariableRecord>,
    /// What differs from the index or is not in it, and was seen by gates.
    pub(crate) beside: BesideRecord,
    /// Tracked paths that changed while they were being checked, and untracked ones that appeared where
    /// gates must not see any.
    pub(crate) overtaken: Vec<String>,
    /// Whether the index changed while it was being checked.
    pub(crate) index_overtaken: bool,
    /// Files that gates left behind and that are neither tracked nor ignored.
    pub(crate) new_files: Vec<String>,
    /// Tracked files that were changed where several gates ran at the same time.
    pub(crate) unexplained_files: Vec<String>,
    /// The gates that may have done it.
    pub(crate) suspects: Vec<String>,
    /// Files that fixers changed.
    pub(crate) fixed: Vec<FixedRecord>,
    /// What fixers did that they must not do, so that no gate was run.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) refused_fixes: Vec<RefusedFix>,
    /// Which shard of which plan it was; missing if the run was not shared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) shard: Option<ShardRecord>,
}

/// Every word for a verdict.
const VERDICTS: [&str; 5] = ["passed", "failed", "unable", "overtaken", "cancelled"];

/// A machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Host {
    /// The operating system, such as `linux`.
    pub(crate) os: String,
    /// The architecture of the processor, such as `x86_64`.
    pub(crate) arch: String,
}

/// A variable that gates did not get.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct VariableRecord {
    /// Its name.
    pub(crate) name: String,
    /// Its value, shortened if it is long.
    pub(crate) value: String,
    /// The tool that it weakens.
    pub(crate) weakens: String,
}

/// Paths in the work tree that gates saw and that are not part of what was checked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct BesideRecord {
    /// Paths that differ from the index.
    pub(crate) unstaged: Vec<String>,
    /// Paths that are not in the index.
    pub(crate) untracked: Vec<String>,
    /// Configuration of the gates' tools that git ignores: the same commit is checked without it elsewhere.
    #[serde(default)]
    pub(crate) ignored: Vec<String>,
}

/// A file that fixers changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct FixedRecord {
    /// The file.
    pub(crate) path: String,
    /// The gates whose fixers changed it.
    pub(crate) gates: Vec<String>,
    /// The ids of the built-in checks that corrected it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) checks: Vec<String>,
    /// Where it is fixed now; `nowhere` if the file was changed in the meantime, null if nothing was
    /// applied because not every gate passed.
    #[schemars(extend("enum" = ["everywhere", "commit", "file", "nowhere", null]))]
    pub(crate) applied: Option<String>,
    /// Why the user's file stays as it is, where only the commit is fixed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) kept: Option<String>,
}

/// Why nothing is taken of what fixers have done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct RefusedFix {
    /// The gates whose fixers did it.
    pub(crate) gates: Vec<String>,
    /// What they did.
    pub(crate) cause: String,
    /// What to do about it.
    pub(crate) help: String,
}

impl RunRecord {
    /// Whether everything lets the change through.
    #[must_use]
    pub(crate) fn is_passed(&self) -> bool {
        self.verdict == Verdict::Passed.word() && self.exit_code == 0
    }
}
