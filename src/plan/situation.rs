//! The inputs of a plan.

use std::num::NonZeroUsize;
use std::time::Duration;

use time::Date;

use crate::config::Gate;
use crate::git::{ChangeSet, TrackedFile, WorktreeState};
use crate::model::gate::{GateName, Part};
use crate::model::trigger::Trigger;
use crate::rules::change::gate_exception::GateException;

/// Everything that decides about a plan, besides the configuration.
pub(crate) struct Situation<'a> {
    /// Why we run.
    pub(crate) trigger: &'a Trigger,
    /// The paths that the commit or range touches; for a plain run, all tracked ones.
    pub(crate) changes: &'a ChangeSet,
    /// All tracked files; needed only if [`wants_tracked`](super::wants_tracked) says so, or
    /// if any gate is redefined.
    pub(crate) tracked: &'a [TrackedFile],
    /// The gates that no commit has been checked by, or not all that the changes are counted from: they
    /// are new, or defined in another way.
    pub(crate) redefined: &'a [GateName],
    /// The gates named on the command line; if empty, all that are wanted.
    pub(crate) named: &'a [GateName],
    /// The gates that were left out on the command line.
    pub(crate) skipped: &'a [GateName],
    /// The gates that the message excepts, so that they do not stop this commit.
    pub(crate) excepted: &'a [GateException],
    /// The parts of a gate that run here; `None` if none does, because others run it.
    pub(crate) parts: &'a dyn Fn(&Gate) -> Option<Vec<Part>>,
    /// Whether the rules for changes and messages are checked here.
    pub(crate) has_rules: bool,
    /// How long a gate took here the last time, if it has come to an end.
    pub(crate) last_took: &'a dyn Fn(&Gate) -> Option<Duration>,
    /// Today in UTC, for settings that end on a day.
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
    /// Whether the gates were found and not written down.
    pub(crate) is_tentative: bool,
    /// Whether gates have the network.
    pub(crate) network: Network,
}

/// Whether gates have the network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Network {
    /// They have.
    Shared,
    /// Only those have whose tool is about it.
    Withheld,
}

/// The inputs of the choice of views.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ViewInputs<'a> {
    /// What the work tree has besides the tree that is checked; `None` if the work tree itself is
    /// checked.
    pub(crate) beside: Option<&'a WorktreeState>,
    /// Whether git commits an index other than its usual one (`commit -a`, `--only`), which git in
    /// a gate would not look at.
    pub(crate) has_own_index: bool,
    /// Why only a snapshot is possible, if so.
    pub(crate) only_snapshot: Option<&'a str>,
    /// Why a gate has a view that it does not get by itself, as a fragment.
    pub(crate) asked: &'static str,
}
