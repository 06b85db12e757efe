//! Which view of the files each gate needs.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::Plan;
use super::situation::{Situation, ViewInputs};
use crate::config::Gate;
use crate::git::WorktreeState;
use crate::model::gate::{GateName, Isolation, Untracked};
use crate::tools::names_daemon_of_path;

/// Where a gate sees the files that are checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum ViewKind {
    /// In the work tree.
    InPlace,
    /// At the work tree's own path, where other files are mounted.
    Overlay,
    /// In another directory, into which the tree is checked out.
    Snapshot,
}

impl ViewKind {
    /// The word for it, the same in every report.
    #[must_use]
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::InPlace => "in place",
            Self::Overlay => "overlay",
            Self::Snapshot => "snapshot",
        }
    }
}

/// Which ignored files a gate sees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum IgnoredFiles {
    /// Those of the work tree.
    Shared,
    /// Copies of these directories, relative to the work tree's top, since the gate may run on another machine.
    Copied(BTreeSet<PathBuf>),
}

/// A view for a gate, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ViewChoice {
    /// Where the files are.
    pub(crate) kind: ViewKind,
    /// Whether untracked files are among them.
    pub(crate) untracked: Untracked,
    /// Which ignored files are.
    pub(crate) ignored: IgnoredFiles,
    /// Why, as a fragment.
    pub(crate) why: String,
}

/// The view that a gate needs: a separate one if the work tree has something that is not in the
/// tree that is checked. Where there can be no overlay, it gets a snapshot instead. What a launcher starts may
/// not see what we mount, nor where links lead: it gets a snapshot that needs nothing else.
pub(super) fn choose(gate: &Gate, sight: ViewInputs<'_>) -> ViewChoice {
    let choice = |kind, why: String| ViewChoice {
        kind,
        untracked: gate.untracked,
        ignored: IgnoredFiles::Shared,
        why,
    };
    let asked = || sight.asked.to_owned();
    let Some(beside) = sight.beside else {
        return choice(ViewKind::InPlace, "the work tree itself is checked".into());
    };
    if let Some(why) = sight.only_snapshot {
        return choice(ViewKind::Snapshot, why.into());
    }
    if gate.launcher.is_some() && gate.isolation != Isolation::InPlace {
        return ViewChoice {
            ignored: IgnoredFiles::Copied(gate.inputs.clone()),
            ..choice(ViewKind::Snapshot, "the gate has a launcher".into())
        };
    }
    let why = match gate.isolation {
        Isolation::InPlace => return choice(ViewKind::InPlace, asked()),
        Isolation::Snapshot => return choice(ViewKind::Snapshot, asked()),
        Isolation::Overlay => asked(),
        Isolation::Auto => match reason(gate, beside, sight.has_own_index) {
            Some(reason) => match names_daemon_of_path(&gate.run.text) {
                Some(tool) => {
                    let why =
                        format!("{reason}; the server of {tool} reads a workspace by its path");
                    return choice(ViewKind::Snapshot, why);
                }
                None => reason,
            },
            None => return choice(ViewKind::InPlace, "the work tree matches the tree".into()),
        },
    };
    choice(ViewKind::Overlay, why)
}

/// Why the work tree cannot be used, if it cannot.
fn reason(gate: &Gate, beside: &WorktreeState, has_own_index: bool) -> Option<String> {
    let mut reasons = Vec::new();
    if !beside.unstaged.is_empty() {
        reasons.push("files that differ from the commit");
    }
    if gate.untracked == Untracked::Hide && !beside.untracked.is_empty() {
        reasons.push("untracked files");
    }
    if !reasons.is_empty() {
        return Some(format!("the work tree has {}", reasons.join(" and ")));
    }
    has_own_index.then(|| "git commits from a temporary index".into())
}

impl Plan {
    /// The different ones among the views that the gates get, and for each the gates that are in it; in
    /// the order of the plan.
    #[must_use]
    pub(crate) fn views<'a>(
        &'a self,
        choices: &'a [ViewChoice],
    ) -> Vec<(&'a ViewChoice, Vec<&'a GateName>)> {
        let mut views: Vec<(&ViewChoice, Vec<&GateName>)> = Vec::new();
        for (planned, choice) in self.gates.iter().zip(choices) {
            let name = &planned.gate.name;
            match views.iter_mut().find(|(view, _)| *view == choice) {
                Some((_, names)) => names.push(name),
                None => views.push((choice, vec![name])),
            }
        }
        views
    }
}

impl Situation<'_> {
    pub(super) fn view(&self, gate: &Gate) -> ViewChoice {
        choose(gate, self.sight)
    }
}
