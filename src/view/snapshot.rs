//! The warm snapshot: the tree that is judged, checked out in the user's cache folder, with a git
//! directory of its own.
//!
//! It is kept from one run to the next, and is brought up to date by whatever differs: every file is
//! looked at, so whatever a gate or a kill has left half done repairs itself. Objects are the
//! repository's own, by way of alternates; nothing is written into it.

use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::links::Links;
use super::place::Place;
use super::{Judged, editable, ignored, submodules};
use crate::environment::Environment;
use crate::fault::{Fault, Result};
use crate::gate::Untracked;
use crate::git::OwnGit;

/// A tree, checked out elsewhere.
pub struct Snapshot {
    /// The top of its work tree; absolute.
    pub tree: PathBuf,
    pub(super) git: OwnGit,
    /// See [`super::Seen::python_path`].
    pub(super) python_path: Vec<PathBuf>,
    /// Held as long as the snapshot is used.
    _place: Rc<Place>,
}

impl Snapshot {
    /// Makes it: from the warm one, or what is left of that is thrown away, or somewhere else.
    pub(super) fn make(
        judged: Judged<'_>,
        environment: &Environment,
        untracked: Untracked,
        shared: &mut Option<Rc<Place>>,
    ) -> Result<Self> {
        let name = format!("snapshot-{}", untracked.name());
        if shared.is_none() {
            *shared = Place::kept(judged.repository, environment).map(Rc::new);
        }
        if let Some(place) = shared.as_ref()
            && let Ok(folder) = place.folder(&name)
        {
            for _ in 0..2 {
                if let Ok((tree, git)) = bring_up_to_date(&folder, judged, untracked) {
                    return Ok(Self::at(Rc::clone(place), tree, git, judged, environment));
                }
                // Half a tree would only be in the way.
                let _ = fs::remove_dir_all(&folder);
                let _ = place.folder(&name);
            }
        }
        let place = Place::once(judged.repository)?;
        let folder = place.folder(&name).map_err(|error| {
            Fault::unable("no folder can be made for a snapshot of the tree").because(&error)
        })?;
        let (tree, git) = bring_up_to_date(&folder, judged, untracked)?;
        Ok(Self::at(Rc::new(place), tree, git, judged, environment))
    }

    fn at(
        place: Rc<Place>,
        tree: PathBuf,
        git: OwnGit,
        judged: Judged<'_>,
        environment: &Environment,
    ) -> Self {
        Self {
            python_path: editable::python_path(&judged.repository.work_tree, &tree, environment),
            tree,
            git,
            _place: place,
        }
    }
}

/// Makes the tree in a folder what is judged, and returns its top and its git directory.
fn bring_up_to_date(
    folder: &Path,
    judged: Judged<'_>,
    untracked: Untracked,
) -> Result<(PathBuf, OwnGit)> {
    let repository = judged.repository;
    let tree = folder.join("tree");
    let links = Links::new(folder.join("links"), tree.clone());
    links.remove();
    let mut linked = ignored::linked(repository)?;
    let git = OwnGit::open(repository, folder, &linked, judged.commit)?;
    let judged_tree = git.write_tree(repository, judged.index)?;
    git.check_out(&judged_tree)?;
    if untracked == Untracked::Show {
        linked.extend(judged.beside.untracked.iter().cloned());
    }
    linked.extend(submodules::paths(judged));
    let linked: Vec<(PathBuf, PathBuf)> = linked
        .into_iter()
        .map(|path| (path.clone(), repository.work_tree.join(path)))
        .collect();
    links
        .place(&linked)
        .map_err(|error| Fault::unable("what is ignored cannot be linked").because(&error))?;
    Ok((tree, git))
}
