//! The warm snapshot: the tree that is judged, checked out in the user's cache folder, with a git
//! directory of its own.
//!
//! It is kept from one run to the next, and is brought up to date by whatever differs: every file is
//! looked at, so whatever a gate or a kill has left half done repairs itself. Objects are the
//! repository's own, by way of alternates; nothing is written into it.

pub(crate) mod ignored_links;
pub(crate) mod node;
pub(crate) mod path_mapping;
pub(crate) mod python;
pub(crate) mod submodules;

use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::checked_tree::Judged;
use super::ignored;
use super::view_dir::Place;
use crate::base::environment::Environment;
use crate::base::fault::{Fault, Result};
use crate::git::OwnGit;
use crate::model::gate::Untracked;
use ignored_links::{Links, Made};
use node::workspaces;
use path_mapping::Trees;
use python::{editable, environments};

/// A tree, checked out elsewhere.
pub(crate) struct Snapshot {
    pub(super) contents: Contents,
    /// Held as long as the snapshot is used.
    _place: Rc<Place>,
}

/// What lies in a place.
pub(super) struct Contents {
    /// The top of the work tree; absolute.
    pub(super) tree: PathBuf,
    pub(super) git: OwnGit,
    /// See [`super::Seen::python_path`].
    pub(super) python_path: Vec<PathBuf>,
    /// See [`super::Seen::variables`].
    pub(super) variables: Vec<(&'static str, &'static str)>,
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
        if let Some(place) = shared.as_ref() {
            for _ in 0..2 {
                let Ok(folder) = place.folder(&name) else {
                    break;
                };
                if let Ok(contents) = bring_up_to_date(&folder, judged, environment, untracked) {
                    return Ok(Self {
                        contents,
                        _place: Rc::clone(place),
                    });
                }
                // Half a tree would only be in the way.
                let _ = fs::remove_dir_all(&folder);
            }
        }
        let place = Place::once(judged.repository)?;
        let folder = place.folder(&name).map_err(|error| {
            Fault::unable("no folder can be made for a snapshot of the tree").because(&error)
        })?;
        Ok(Self {
            contents: bring_up_to_date(&folder, judged, environment, untracked)?,
            _place: Rc::new(place),
        })
    }
}

/// Makes the tree in a folder what is judged, with everything that is linked into it.
fn bring_up_to_date(
    folder: &Path,
    judged: Judged<'_>,
    environment: &Environment,
    untracked: Untracked,
) -> Result<Contents> {
    let repository = judged.repository;
    let tree = folder.join("tree");
    let links = Links::new(folder.join("links"), tree.clone());
    links.remove();
    let ignored = repository.ignored(judged.beside)?;
    let mut linked = ignored::linked(&repository.work_tree, &ignored);
    let copied = if judged.protects_ignored {
        ignored::copied(&repository.work_tree, &mut linked)
    } else {
        Vec::new()
    };
    let git = OwnGit::open(repository, folder, &linked, judged.commit)?;
    git.check_out(repository, judged.index)?;
    let trees = Trees {
        top: &repository.work_tree,
        ignored: &ignored,
        tree: &tree,
    };
    let variables = variables(&linked, &trees, environment);
    let mut made = workspaces::open(linked, &trees);
    made.extend(copied.into_iter().map(|path| {
        let copy = Made::Copy(repository.work_tree.join(&path));
        (path, copy)
    }));
    submodules::write(judged, &tree, folder)?;
    if untracked == Untracked::Show {
        // A link would let gates write to the user's own.
        let files = repository.untracked_files(&judged.beside.untracked)?;
        made.extend(files.into_iter().map(|path| {
            let copy = Made::Copy(repository.work_tree.join(&path));
            (path, copy)
        }));
    }
    links
        .place(&made)
        .map_err(|error| Fault::unable("what is ignored cannot be linked").because(&error))?;
    let python_path = editable::python_path(&trees, folder, environment).map_err(|error| {
        Fault::unable("Python cannot be led to the snapshot of the tree").because(&error)
    })?;
    Ok(Contents {
        tree,
        git,
        python_path,
        variables,
    })
}

/// See [`super::Seen::variables`]. `uv run` and `pnpm run` look first whether what is installed is
/// what the folder they run in asks for. They would find the snapshot, and lead the user's
/// installation to it.
fn variables(
    linked: &[PathBuf],
    trees: &Trees<'_>,
    environment: &Environment,
) -> Vec<(&'static str, &'static str)> {
    let mut variables = Vec::new();
    let is_environment = |path: &PathBuf| environments::is_environment(&trees.top.join(path));
    if environment.is_set("UV_PROJECT_ENVIRONMENT") || linked.iter().any(is_environment) {
        variables.push(("UV_NO_SYNC", "1"));
    }
    if linked.iter().any(|path| path.ends_with("node_modules")) {
        variables.push(("pnpm_config_verify_deps_before_run", "false"));
    }
    variables
}
