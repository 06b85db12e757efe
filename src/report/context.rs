//! What reporters know besides the plan.

use std::path::PathBuf;

use crate::git::WorktreeState;
use crate::rules::change::single_change::ChangeReport;
use crate::rules::message::range::Audit;
use crate::run::RemovedVariable;

/// What reporters know besides the plan.
#[derive(Debug, Clone)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is about another part of the run"
)]
pub(crate) struct ReportContext {
    /// The top of the work tree.
    pub(crate) top: PathBuf,
    /// From where the user stands to the top of the work tree: `../..`; empty at the top.
    pub(crate) to_top: PathBuf,
    /// Something to know about the configuration.
    pub(crate) remark: Option<String>,
    /// The variables that gates do not get because they weaken a tool.
    pub(crate) weakenings: Vec<RemovedVariable>,
    /// Where programs are looked for besides the project's own environment.
    pub(crate) search_path: String,
    /// How the user can call gatekeeper.
    pub(crate) program: String,
    /// Where the whole output of gates that fail is kept.
    pub(crate) logs: PathBuf,
    /// What the messages of the range are like, if they were checked.
    pub(crate) messages: Option<Audit>,
    /// What the rules say of what is committed.
    pub(crate) rules: ChangeReport,
    /// What lies beside the checked tree and was visible to the gates.
    pub(crate) beside: WorktreeState,
    /// Whether the index that is checked is only lent by git, so that `run --staged` cannot
    /// repeat the run.
    pub(crate) has_own_index: bool,
    /// Whether the run is repeated if what it checks changes meanwhile.
    pub(crate) can_repeat: bool,
    /// Whether this is the second run.
    pub(crate) is_repeated: bool,
    /// Whether a commit of a rebase is checked.
    pub(crate) is_rebase: bool,
}
