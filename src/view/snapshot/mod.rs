//! The warm snapshot: the tree that is checked, checked out in the user's cache directory, with a git
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

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::checked_tree::CheckedTree;
use super::ignored;
use super::view_dir::ViewDir;
use crate::base::environment::Environment;
use crate::base::fault::{Fault, Result};
use crate::git::ShadowRepository;
use crate::model::gate::Untracked;
use ignored_links::{Links, Made};
use node::workspaces;
use path_mapping::PathMapping;
use python::{editable, environments, hatch};

/// A tree, checked out elsewhere.
pub(crate) struct Snapshot {
    pub(super) contents: Contents,
    /// Held as long as the snapshot is used.
    pub(super) place: Rc<ViewDir>,
}

/// What lies in a place.
pub(super) struct Contents {
    /// The top of the work tree; absolute.
    pub(super) tree: PathBuf,
    pub(super) git: ShadowRepository,
    /// See [`super::GateView::python_path`].
    pub(super) python_path: Vec<PathBuf>,
    /// See [`super::GateView::variables`].
    pub(super) variables: Vec<(&'static str, OsString)>,
}

impl Snapshot {
    /// Makes it: from the warm one, or what is left of that is thrown away, or somewhere else.
    pub(super) fn make(
        checked: CheckedTree<'_>,
        environment: &Environment,
        untracked: Untracked,
        shared: &mut Option<Rc<ViewDir>>,
    ) -> Result<Self> {
        let name = format!("snapshot-{}", untracked.name());
        if shared.is_none() {
            *shared = ViewDir::kept(checked.repository, environment).map(Rc::new);
        }
        if let Some(place) = shared.as_ref() {
            for _ in 0..2 {
                let Ok(dir) = place.dir(&name) else {
                    break;
                };
                if let Ok(contents) = bring_up_to_date(&dir, checked, environment, untracked) {
                    return Ok(Self {
                        contents,
                        place: Rc::clone(place),
                    });
                }
                // Half a tree would only be in the way.
                let _ = fs::remove_dir_all(&dir);
            }
        }
        let place = ViewDir::once(checked.repository)?;
        let dir = place.dir(&name).map_err(|error| {
            Fault::unable("cannot create a directory for a snapshot of the tree").because(&error)
        })?;
        Ok(Self {
            contents: bring_up_to_date(&dir, checked, environment, untracked)?,
            place: Rc::new(place),
        })
    }
}

/// Makes the tree in a directory what is checked, with everything that is linked into it.
fn bring_up_to_date(
    dir: &Path,
    checked: CheckedTree<'_>,
    environment: &Environment,
    untracked: Untracked,
) -> Result<Contents> {
    let repository = checked.repository;
    let tree = dir.join("tree");
    let links = Links::new(dir.join("links"), tree.clone());
    links.remove();
    let ignored = repository.ignored(checked.beside)?;
    let mut linked = ignored::linked(&repository.work_tree, &ignored);
    let copied = if checked.protects_ignored {
        ignored::copied(&repository.work_tree, &mut linked)
    } else {
        Vec::new()
    };
    let git = ShadowRepository::open(repository, dir, &linked, checked.commit)?;
    git.check_out(repository, checked.index)?;
    let trees = PathMapping {
        top: &repository.work_tree,
        ignored: &ignored,
        tree: &tree,
    };
    let mut variables = variables(&linked, &trees, environment);
    let hatch = hatch::data_dir(&trees, dir, environment).map_err(|error| {
        Fault::unable("cannot show Hatch the environments of the work tree").because(&error)
    })?;
    variables.extend(hatch.map(|data| ("HATCH_DATA_DIR", data.into())));
    let mut made = workspaces::open(linked, &trees);
    made.extend(copied.into_iter().map(|path| {
        let copy = Made::Copy(repository.work_tree.join(&path));
        (path, copy)
    }));
    submodules::write(checked, &tree, dir)?;
    if untracked == Untracked::Show {
        // A link would let gates write to the user's own.
        let files = repository.untracked_files(&checked.beside.untracked)?;
        made.extend(files.into_iter().map(|path| {
            let copy = Made::Copy(repository.work_tree.join(&path));
            (path, copy)
        }));
    }
    links
        .place(&made)
        .map_err(|error| Fault::unable("cannot link ignored files").because(&error))?;
    let python_path = editable::python_path(&trees, dir, environment).map_err(|error| {
        Fault::unable("cannot redirect Python to the snapshot of the tree").because(&error)
    })?;
    Ok(Contents {
        tree,
        git,
        python_path,
        variables,
    })
}

/// See [`super::GateView::variables`]. `uv run` and `pnpm run` look first whether what is installed is
/// what the directory they run in asks for. They would find the snapshot, and lead the user's
/// installation to it.
fn variables(
    linked: &[PathBuf],
    trees: &PathMapping<'_>,
    environment: &Environment,
) -> Vec<(&'static str, OsString)> {
    let mut variables = Vec::new();
    let is_environment = |path: &PathBuf| environments::is_environment(&trees.top.join(path));
    if environment.is_set("UV_PROJECT_ENVIRONMENT") || linked.iter().any(is_environment) {
        variables.push(("UV_NO_SYNC", "1".into()));
    }
    if linked.iter().any(|path| path.ends_with("node_modules")) {
        variables.push(("pnpm_config_verify_deps_before_run", "false".into()));
    }
    variables
}
