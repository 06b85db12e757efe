//! What a plan is made from.

use std::num::NonZeroUsize;

use time::Date;

use crate::git::{ChangeSet, TrackedFile, WorktreeState};
use crate::model::gate::GateName;
use crate::model::trigger::Trigger;

/// Everything that decides about a plan, besides the configuration.
pub(crate) struct Situation<'a> {
    /// Why we run.
    pub(crate) trigger: &'a Trigger,
    /// The paths that the commit or range touches; for a plain run, all tracked ones.
    pub(crate) changes: &'a ChangeSet,
    /// All tracked files; needed only if [`wants_tracked`] says so.
    pub(crate) tracked: &'a [TrackedFile],
    /// The gates named on the command line; empty: all that are wanted.
    pub(crate) named: &'a [GateName],
    /// Today in UTC, for what ends on a day.
    pub(crate) today: Date,
    /// How many bytes the arguments of one call may take.
    pub(crate) argument_limit: usize,
    /// How many gates may run at once, if the configuration does not say.
    pub(crate) default_jobs: NonZeroUsize,
    /// What decides how the gates see the files.
    pub(crate) sight: ViewInputs<'a>,
    /// From the command line, instead of the configuration's.
    pub(crate) jobs: Option<NonZeroUsize>,
    /// From the command line, in addition to the configuration's.
    pub(crate) fail_fast: bool,
}

/// What decides about views.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ViewInputs<'a> {
    /// What lies in the work tree besides the tree that is checked; `None` if what is checked is the
    /// work tree as it lies.
    pub(crate) beside: Option<&'a WorktreeState>,
    /// Whether git commits another index than its usual one (`commit -a`, `--only`), which git in a
    /// gate would not look at.
    pub(crate) has_own_index: bool,
    /// Why there can be no overlay, if there can be none.
    pub(crate) no_overlay: Option<&'a str>,
    /// Why only a snapshot will do, if so.
    pub(crate) only_snapshot: Option<&'a str>,
}
