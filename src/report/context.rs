//! The data that reporters have besides the plan.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::SystemTime;

use rustix::process::Pid;

use super::record::Redactor;
use super::record::shard::ShardRecord;
use crate::base::object_id::ObjectId;
use crate::base::placeholder::REASON;
use crate::base::text::shell_word;
use crate::git::WorktreeState;
use crate::model::gate::GateName;
use crate::plan::{Network, ViewChoice};
use crate::receipt::RunId;
use crate::rules::change::gate_exception::GATE_EXCEPTION;
use crate::rules::results::RuleResults;
use crate::run::{RemovedVariable, ToolVersions};

/// The data that reporters have besides the plan.
#[derive(Debug, Clone)]
pub(crate) struct ReportContext {
    /// The top of the work tree.
    pub(crate) top: PathBuf,
    /// The path from the user's current directory to the top of the work tree: `../..`; empty at
    /// the top.
    pub(crate) to_top: PathBuf,
    /// Whether the gates are those of a gates.toml.
    pub(crate) has_file: bool,
    /// A remark about the configuration.
    pub(crate) remark: Option<String>,
    /// The variables that are withheld from gates because they weaken a tool.
    pub(crate) weakenings: Vec<RemovedVariable>,
    /// Where programs are searched for besides the project's own environment.
    pub(crate) search_path: String,
    /// The directories of the project's own tools that a package manager keeps outside of it.
    pub(crate) managed_tools: Vec<PathBuf>,
    /// How the user can call gatekeeper.
    pub(crate) program: String,
    /// The directory in which the whole output of failing gates is saved.
    pub(crate) logs: PathBuf,
    /// The view that each gate of the plan has.
    pub(crate) views: Vec<ViewChoice>,
    /// What the rules have found.
    pub(crate) rules: Arc<RuleResults>,
    /// The two commits into which this one has to be split, if it has to be and they are known.
    pub(crate) split: Option<SplitCommit>,
    /// How the commit can be made although gates fail, if it is one that is being made.
    pub(crate) way_out: Option<WayOut>,
    /// The built-in rules about added lines that refuse what they find.
    pub(crate) refusing: Vec<&'static str>,
    /// Files that do not belong to the checked tree but were visible to the gates.
    pub(crate) beside: WorktreeState,
    /// Whether the index that is checked is only lent by git, so that `run --staged` cannot
    /// repeat the run.
    pub(crate) has_own_index: bool,
    /// Which run this is.
    pub(crate) attempt: Attempt,
    /// Whether a commit of a rebase is checked.
    pub(crate) is_rebase: bool,
    /// What else there is to say about the commit in the first line: which one of a rebase it is, or that only
    /// its message changes.
    pub(crate) occasion: Option<String>,
    /// Whether gates have the network.
    pub(crate) network: Network,
    /// The shard of a plan that the run is, if it is one.
    pub(crate) shard: Option<ShardRecord>,
    /// What the run is about.
    pub(crate) origin: RunOrigin,
    /// The process that called us, if it is a hook that runs: git, or its shell.
    pub(crate) caller: Option<Pid>,
    /// The versions of tools, if reports need them.
    pub(crate) versions: Option<ToolVersions>,
    /// What must not be in a report.
    pub(crate) redactor: Redactor,
}

impl ReportContext {
    /// Whether the git that called us is gone, so that others write to the terminal.
    #[must_use]
    pub(crate) fn is_abandoned(&self) -> bool {
        self.caller.is_some() && crate::platform::parent_process() != self.caller
    }
}

/// What a run is about, for those who find its report later.
#[derive(Debug, Clone)]
pub(crate) struct RunOrigin {
    /// The id of the run.
    pub(crate) run: RunId,
    /// When the gates are started.
    pub(crate) started: SystemTime,
    /// The tree that is checked, if it is one that git has.
    pub(crate) tree: Option<ObjectId>,
    /// The commit that is checked, if there is one.
    pub(crate) commit: Option<ObjectId>,
    /// The blob of the gates.toml that counts, if there is one.
    pub(crate) configuration: Option<ObjectId>,
    /// The digest of the configuration, once that is known.
    pub(crate) policy: Option<String>,
    /// The commits that the changes are counted from.
    pub(crate) base: Vec<ObjectId>,
}

/// The two commits into which one has to be split that weakens its own checks beside other changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SplitCommit {
    /// The trailers of the first message, with words in capitals for what only the author knows.
    pub(crate) trailers: Vec<String>,
    /// Which of the two is made first.
    pub(crate) order: SplitOrder,
    /// The commands, in their order.
    pub(crate) commands: Vec<String>,
}

/// Which of two commits is made first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SplitOrder {
    /// That of the configuration, so that the rest is checked by it.
    ConfigurationFirst,
    /// That of the rest, because git keeps a message for the next commit: of a merge, say.
    RestFirst,
}

/// The call that makes a commit, in two parts with room for trailers between them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct WayOut {
    /// `git commit`, with what was typed before `commit`.
    pub(crate) call: String,
    /// What was typed after it.
    pub(crate) rest: String,
    /// The gates that no message can except, because no commit has them.
    pub(crate) own: Vec<GateName>,
}

impl WayOut {
    /// The call with an exception for each of these gates. The reason is left to the author: with the word in
    /// capitals it is none.
    #[must_use]
    pub(crate) fn command(&self, gates: &[&str]) -> String {
        let mut line = self.call.clone();
        for gate in gates {
            let trailer = format!("{GATE_EXCEPTION}: {gate} -- {REASON}");
            line = format!("{line} --trailer {}", shell_word(trailer.as_ref()));
        }
        format!("{line} {}", self.rest).trim_end().to_owned()
    }
}

/// Whether a run is repeated if the files that it checks change meanwhile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Attempt {
    /// It is not.
    Only,
    /// It is.
    First,
    /// This is the repetition.
    Second {
        /// What has changed in the first run, as a sentence.
        overtaken: String,
    },
}
