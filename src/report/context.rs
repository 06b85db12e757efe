//! The data that reporters have besides the plan.

use std::path::PathBuf;

use crate::git::WorktreeState;
use crate::rules::change::single_change::ChangeReport;
use crate::rules::message::range::Audit;
use crate::run::RemovedVariable;

/// The data that reporters have besides the plan.
#[derive(Debug, Clone)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is about another part of the run"
)]
pub(crate) struct ReportContext {
    /// The top of the work tree.
    pub(crate) top: PathBuf,
    /// The path from the user's current directory to the top of the work tree: `../..`; empty at
    /// the top.
    pub(crate) to_top: PathBuf,
    /// A remark about the configuration.
    pub(crate) remark: Option<String>,
    /// The variables that are withheld from gates because they weaken a tool.
    pub(crate) weakenings: Vec<RemovedVariable>,
    /// Where programs are searched for besides the project's own environment.
    pub(crate) search_path: String,
    /// How the user can call gatekeeper.
    pub(crate) program: String,
    /// The directory in which the whole output of failing gates is saved.
    pub(crate) logs: PathBuf,
    /// The audit of the messages of the range, if they were checked.
    pub(crate) messages: Option<Audit>,
    /// The findings of the rules about what is committed.
    pub(crate) rules: ChangeReport,
    /// Files that do not belong to the checked tree but were visible to the gates.
    pub(crate) beside: WorktreeState,
    /// Whether the index that is checked is only lent by git, so that `run --staged` cannot
    /// repeat the run.
    pub(crate) has_own_index: bool,
    /// Whether the run is repeated if the files that it checks change meanwhile.
    pub(crate) can_repeat: bool,
    /// Whether this is the second run.
    pub(crate) is_repeated: bool,
    /// Whether a commit of a rebase is checked.
    pub(crate) is_rebase: bool,
}
