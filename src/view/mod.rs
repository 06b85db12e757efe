//! Views: the files as gates see them.
//!
//! Where the work tree is the tree that is checked, gates run in it. Where it is not, they run in an
//! overlay: the work tree's own path, under which the files of the tree lie; or, where the system
//! does not allow that, in a snapshot: the same tree checked out elsewhere. Nothing of the user's is
//! moved or written, so there is nothing to put back, whatever happens meanwhile.

pub(crate) mod cache;
pub(crate) mod checked_tree;
mod ignored;
pub(crate) mod mtime_record;
mod overlay;
mod snapshot;
pub(crate) mod verify;
pub(crate) mod view_dir;
mod written;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use crate::base::environment::Environment;
use crate::base::fault::{Fault, Result};
use crate::event::FileWrites;
use crate::plan::{Plan, ViewChoice, ViewKind};
use crate::platform::overlay::Entrance;
use view_dir::ViewDir;

pub(crate) use checked_tree::CheckedTree;
pub(crate) use overlay::{OverlayView, why_no_overlay};
pub(crate) use snapshot::Snapshot;
pub(crate) use view_dir::VARIABLE as PLACE_VARIABLE;

/// The views of the gates of a plan.
pub(crate) struct Views {
    made: Vec<Rc<View>>,
    /// For each gate, the place of its view, and the way into it.
    gates: Vec<(usize, Option<Arc<Entrance>>)>,
    choices: Vec<ViewChoice>,
    work_tree: PathBuf,
}

/// One view of the files.
enum View {
    InPlace,
    Overlay(Box<OverlayView>),
    Snapshot(Box<Snapshot>),
}

/// What a gate sees, and from where we see the same.
pub(crate) struct GateView<'a> {
    /// The directory that the gate knows as the top of the work tree.
    pub(crate) top: &'a Path,
    /// The directory in which we find what the gate finds there.
    pub(crate) look: &'a Path,
    /// What the top is called in what is told, if it is not the work tree itself.
    pub(crate) shown_as: Option<&'a Path>,
    /// Directories from which Python has to import before all others, so that an editable installation
    /// does not lead back to the work tree.
    pub(crate) python_path: &'a [PathBuf],
    /// Variables that keep package managers from bringing what is installed up to date with another
    /// directory than the one that it belongs to.
    pub(crate) variables: &'a [(&'static str, OsString)],
    /// The directory where the view is kept, if it is not the work tree itself. No other view has it meanwhile.
    pub(crate) place: Option<&'a Path>,
    /// The way in, if the gate has to be put there before its program starts.
    pub(crate) entrance: Option<&'a Arc<Entrance>>,
}

/// The views that the gates of a plan get, before there is anything in them.
pub(crate) struct PreparedViews {
    /// For each gate.
    choices: Vec<ViewChoice>,
    /// An empty overlay, if a gate is to have one: only trying tells whether there can be one.
    overlay: Option<OverlayView>,
}

impl PreparedViews {
    /// Finds out whether there can be an overlay, if the plan asks for one. Where there can be none,
    /// there is a snapshot.
    #[must_use]
    pub(crate) fn new(plan: &Plan, checked: CheckedTree<'_>, environment: &Environment) -> Self {
        let mut choices: Vec<ViewChoice> =
            plan.gates.iter().map(|gate| gate.view.clone()).collect();
        let is_overlay = |view: &ViewChoice| view.kind == ViewKind::Overlay;
        let wanted = choices.iter().any(is_overlay);
        let overlay = match wanted.then(|| OverlayView::prepare(checked, environment)) {
            Some(Ok(overlay)) => Some(overlay),
            Some(Err(fault)) => {
                for view in choices.iter_mut().filter(|view| is_overlay(view)) {
                    *view = snapshot_instead(view, &fault.message);
                }
                None
            }
            None => None,
        };
        Self { choices, overlay }
    }

    /// The view that each gate of the plan gets.
    #[must_use]
    pub(crate) fn choices(&self) -> &[ViewChoice] {
        &self.choices
    }

    /// Makes the views. Where an overlay cannot be filled after all, there is a snapshot.
    ///
    /// # Errors
    ///
    /// One cannot be made. Nothing else is checked instead.
    pub(crate) fn make(
        self,
        plan: &Plan,
        checked: CheckedTree<'_>,
        environment: &Environment,
    ) -> Result<Views> {
        let mut choices = self.choices;
        let mut made: Vec<(ViewChoice, View)> = Vec::new();
        let mut maker = Maker {
            checked,
            environment,
            place: self.overlay.as_ref().map(|one| Rc::clone(one.place())),
            ready: self.overlay,
            no_overlay: None,
        };
        let mut gates = Vec::new();
        for (number, choice) in choices.iter_mut().enumerate() {
            if let (ViewKind::Overlay, Some(cause)) = (choice.kind, &maker.no_overlay) {
                *choice = snapshot_instead(choice, cause);
            }
            let mut at = made.iter().position(|(view, _)| is_same(view, choice));
            if at.is_none() {
                let view = maker.make(choice)?;
                if let (ViewKind::Overlay, Some(cause)) = (choice.kind, &maker.no_overlay) {
                    *choice = snapshot_instead(choice, cause);
                    // A snapshot may be there already.
                    at = made.iter().position(|(view, _)| is_same(view, choice));
                }
                if at.is_none() {
                    made.push((choice.clone(), view));
                }
            }
            let at = at.unwrap_or(made.len() - 1);
            let entrance = match &made[at].1 {
                View::Overlay(one) => Some(one.entrance(number, &plan.gates[number].gate.dir)?),
                _ => None,
            };
            gates.push((at, entrance));
        }
        Ok(Views {
            made: made.into_iter().map(|(_, view)| Rc::new(view)).collect(),
            gates,
            choices,
            work_tree: checked.repository.work_tree.clone(),
        })
    }
}

impl Views {
    /// The view that each gate of the plan has.
    #[must_use]
    pub(crate) fn choices(&self) -> &[ViewChoice] {
        &self.choices
    }

    /// The view of one gate alone, as it is by now.
    #[must_use]
    pub(crate) fn only(&self, gate: usize) -> Self {
        let (at, entrance) = &self.gates[gate];
        Self {
            made: vec![Rc::clone(&self.made[*at])],
            gates: vec![(0, entrance.clone())],
            choices: vec![self.choices[gate].clone()],
            work_tree: self.work_tree.clone(),
        }
    }

    /// Where the first snapshot is, what was changed in it, and what is new.
    ///
    /// # Errors
    ///
    /// There is none, or it cannot be looked at.
    pub(crate) fn written_in_snapshot(&self) -> Result<(PathBuf, Vec<PathBuf>, Vec<PathBuf>)> {
        let contents = self.snapshot()?;
        let (changed, new) = contents.git.written()?;
        Ok((contents.tree.clone(), changed, new))
    }

    fn snapshot(&self) -> Result<&snapshot::Contents> {
        let snapshot = self.made.iter().find_map(|view| match &**view {
            View::Snapshot(snapshot) => Some(&snapshot.contents),
            _ => None,
        });
        snapshot.ok_or_else(|| Fault::bug("there is no snapshot"))
    }

    /// What a gate sees; the number is its place in the plan.
    #[must_use]
    pub(crate) fn seen(&self, gate: usize) -> GateView<'_> {
        let (at, entrance) = &self.gates[gate];
        let in_place = GateView {
            top: &self.work_tree,
            look: &self.work_tree,
            shown_as: None,
            python_path: &[],
            variables: &[],
            place: None,
            entrance: entrance.as_ref(),
        };
        match &*self.made[*at] {
            View::InPlace => in_place,
            View::Overlay(overlay) => GateView {
                look: overlay.look(),
                place: Some(&overlay.place().dir),
                ..in_place
            },
            View::Snapshot(snapshot) => GateView {
                top: &snapshot.contents.tree,
                look: &snapshot.contents.tree,
                shown_as: Some(&self.work_tree),
                python_path: &snapshot.contents.python_path,
                variables: &snapshot.contents.variables,
                place: Some(&snapshot.place.dir),
                ..in_place
            },
        }
    }

    /// What a gate has written in its view to files that are checked, if the view tells one gate from
    /// another.
    ///
    /// # Errors
    ///
    /// What it left cannot be read.
    pub(crate) fn written_by(
        &self,
        gate: usize,
        checked: CheckedTree<'_>,
    ) -> Result<Option<FileWrites>> {
        match &*self.made[self.gates[gate].0] {
            View::Overlay(overlay) => overlay.written_by(gate, checked).map(Some),
            View::InPlace | View::Snapshot(_) => Ok(None),
        }
    }
}

/// What views are made from.
struct Maker<'a> {
    checked: CheckedTree<'a>,
    environment: &'a Environment,
    /// An overlay that nobody has yet.
    ready: Option<OverlayView>,
    /// Where views of this run are, once that is known.
    place: Option<Rc<ViewDir>>,
    /// Why no overlay can be made, once that has turned out.
    no_overlay: Option<String>,
}

fn snapshot_instead(view: &ViewChoice, cause: &str) -> ViewChoice {
    ViewChoice {
        kind: ViewKind::Snapshot,
        untracked: view.untracked,
        ignored: view.ignored.clone(),
        why: format!("{}; no overlay: {cause}", view.why),
    }
}

/// Whether two choices are the same view, whatever the reasons are.
fn is_same(one: &ViewChoice, other: &ViewChoice) -> bool {
    let seen = |view: &ViewChoice| (view.kind, view.untracked);
    seen(one) == seen(other) && one.ignored == other.ignored
}

impl Maker<'_> {
    fn make(&mut self, choice: &ViewChoice) -> Result<View> {
        let untracked = choice.untracked;
        match choice.kind {
            ViewKind::InPlace => Ok(View::InPlace),
            ViewKind::Overlay => {
                let mut overlay = match (self.ready.take(), &self.place) {
                    (Some(overlay), _) => overlay,
                    (None, Some(place)) => {
                        OverlayView::at(Rc::clone(place), self.checked.repository)?
                    }
                    (None, None) => return Err(Fault::bug("no overlay was prepared")),
                };
                match overlay.fill(self.checked, untracked) {
                    Ok(()) => Ok(View::Overlay(Box::new(overlay))),
                    Err(fault) => {
                        drop(overlay);
                        let detail = fault.detail.map(|detail| format!(": {detail}"));
                        self.no_overlay = Some(fault.message + &detail.unwrap_or_default());
                        let snapshot = ViewChoice {
                            kind: ViewKind::Snapshot,
                            ..choice.clone()
                        };
                        self.make(&snapshot)
                    }
                }
            }
            ViewKind::Snapshot => {
                let place = &mut self.place;
                let snapshot = Snapshot::make(self.checked, self.environment, choice, place)?;
                Ok(View::Snapshot(Box::new(snapshot)))
            }
        }
    }
}
