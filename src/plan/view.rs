//! Which view of the files the gates need.

use crate::config::{Isolation, Settings, Untracked};
use crate::git::Status;

/// Which view of the files the gates get, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ViewChoice {
    /// The work tree.
    InPlace,
    /// A snapshot of the tree that is judged, for this reason.
    Snapshot(String),
}

impl ViewChoice {
    /// The word for it, the same in every report.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::InPlace => "in place",
            Self::Snapshot(_) => "snapshot",
        }
    }
}

/// The view that the index needs: one of its own if something lies in the work tree that is not in
/// it.
#[must_use]
pub fn choose(settings: &Settings, status: &Status) -> ViewChoice {
    match settings.isolation {
        Isolation::InPlace => return ViewChoice::InPlace,
        Isolation::Snapshot => return ViewChoice::Snapshot("gates.toml asks for it".into()),
        Isolation::Auto => {}
    }
    let beside = &status.beside;
    let hides = settings.untracked == Untracked::Hide;
    let mut reasons = Vec::new();
    if !beside.unstaged.is_empty() {
        reasons.push("unstaged changes");
    }
    if hides && !beside.untracked.is_empty() {
        reasons.push("untracked files");
    }
    if reasons.is_empty() {
        ViewChoice::InPlace
    } else {
        ViewChoice::Snapshot(format!("the work tree has {}", reasons.join(" and ")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_work_tree_will_do_if_it_is_the_tree() {
        let settings = |isolation, untracked| Settings {
            budget: None,
            jobs: None,
            fail_fast: false,
            isolation,
            untracked,
        };
        let mut status = Status::default();
        let auto = settings(Isolation::Auto, Untracked::Hide);
        assert_eq!(choose(&auto, &status), ViewChoice::InPlace);
        status.beside.untracked.push("u".into());
        let reason = "the work tree has untracked files";
        assert_eq!(choose(&auto, &status), ViewChoice::Snapshot(reason.into()));
        let shown = settings(Isolation::Auto, Untracked::Show);
        assert_eq!(choose(&shown, &status), ViewChoice::InPlace);
        status.beside.unstaged.push("a".into());
        assert_eq!(choose(&shown, &status).word(), "snapshot");
        let in_place = settings(Isolation::InPlace, Untracked::Hide);
        assert_eq!(choose(&in_place, &status), ViewChoice::InPlace);
    }
}
