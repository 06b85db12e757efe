//! What a run was asked for.

use std::num::NonZeroUsize;

use super::shard_run::ShardRun;
use crate::config::Config;
use crate::model::trigger::Trigger;
use crate::receipt::RunId;
use crate::report::ReportSpec;
use crate::rules::change::gate_exception::GateException;

/// What was said on the command line.
pub(crate) struct RunRequest<'a> {
    pub(crate) trigger: Trigger,
    pub(crate) gates: &'a [String],
    /// The gates that were left out by hand: such a run is no evidence for a commit.
    pub(crate) skip: &'a [String],
    pub(crate) jobs: Option<NonZeroUsize>,
    pub(crate) fail_fast: bool,
    pub(crate) fixes: bool,
    /// Whether gates are left out that have passed on the same tree before.
    pub(crate) cache: bool,
    /// The configuration of a trial, if this is one: gates that were found.
    pub(crate) config: Option<&'a Config>,
    /// The gates that are not to stop the commit, as its message will say.
    pub(crate) excepted: &'a [GateException],
    /// The reports that are wanted besides the one for the user.
    pub(crate) reports: &'a [ReportSpec],
    /// The shard of a plan that this is, if it is one.
    pub(crate) shard: Option<&'a ShardRun>,
    /// The id of the run, if it was given one before it was started.
    pub(crate) run: Option<RunId>,
}

impl RunRequest<'_> {
    /// What is asked for if nothing but the trigger is said.
    pub(crate) fn new(trigger: Trigger) -> Self {
        Self {
            trigger,
            gates: &[],
            skip: &[],
            jobs: None,
            fail_fast: false,
            fixes: false,
            cache: true,
            config: None,
            excepted: &[],
            reports: &[],
            shard: None,
            run: None,
        }
    }
}
