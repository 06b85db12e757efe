//! What all gates of a run have in common.

use std::collections::HashMap;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use bstr::ByteSlice as _;
use rustix::process::Pid;

use super::slots::HostSlots;
use crate::base::environment::Variables;
use crate::config::Baseline;
use crate::event::Output;
use crate::rules::results::RuleResults;
use crate::view::{CheckedTree, Views};

/// How often to look whether git is still there.
pub(crate) const PARENT_CHECK: Duration = Duration::from_millis(250);

/// What the calls of a run are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// They check: what a known tool says besides its verdict counts.
    Check,
    /// They fix files, and what they say is no verdict.
    Fix,
}

/// The findings that do not count.
#[derive(Debug, Clone, Default)]
pub(crate) struct Excused {
    /// Those that the checked tree lists.
    pub(crate) baseline: Baseline,
    /// The lines that the change touches, by path and sorted; `None` if all count.
    pub(crate) touched: Option<HashMap<PathBuf, Vec<u32>>>,
}

/// Where gates run.
pub(crate) struct RunContext<'a> {
    /// What the calls are for.
    pub(crate) purpose: Purpose,
    /// What the gates see.
    pub(crate) views: &'a Views,
    /// What the rules have found: what they refuse no gate lets through.
    pub(crate) rules: &'a RuleResults,
    /// The tree that is checked.
    pub(crate) checked: CheckedTree<'a>,
    /// What gates may find without stopping anything.
    pub(crate) excused: &'a Excused,
    /// The git directory shared by all work trees: what makes two repositories the same one.
    pub(crate) common_dir: &'a Path,
    /// The variables that we were started with.
    pub(crate) variables: &'a Variables,
    /// Whether what the gates print is shown in colour.
    pub(crate) color: bool,
    /// The slots that heavy gates take turns in; `None` if they take none.
    pub(crate) slots: Option<HostSlots>,
    /// The git that called us, if one did: once it is gone, the run is pointless.
    pub(crate) watched: Option<Pid>,
}

impl RunContext<'_> {
    /// What a gate printed, with the paths as the user knows them.
    pub(crate) fn as_shown(&self, gate: usize, mut output: Output) -> Output {
        let seen = self.views.seen(gate);
        if let Some(work_tree) = seen.shown_as {
            let (from, to) = (seen.top.as_os_str(), work_tree.as_os_str());
            for part in [&mut output.head, &mut output.tail] {
                *part = part.replace(from.as_bytes(), to.as_bytes());
            }
        }
        output
    }

    /// Whether the git that called us is gone.
    #[must_use]
    pub(crate) fn is_abandoned(&self) -> bool {
        self.watched.is_some() && crate::platform::parent_process() != self.watched
    }
}
