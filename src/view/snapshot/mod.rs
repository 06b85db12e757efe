//! The warm snapshot: the tree that is checked, checked out in the user's cache directory, with a git
//! directory of its own.
//!
//! It is kept from one run to the next, and is brought up to date by whatever differs: every file is
//! looked at, so whatever a gate or a kill has left half done repairs itself. Objects are the
//! repository's own, by way of alternates; nothing is written into it.

pub(crate) mod ignored_links;
mod inputs;
pub(crate) mod node;
pub(crate) mod path_mapping;
pub(crate) mod python;
pub(crate) mod submodules;

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use sha2::{Digest as _, Sha256};

use super::checked_tree::CheckedTree;
use super::ignored;
use super::view_dir::ViewDir;
use crate::base::environment::Environment;
use crate::base::fault::{Fault, Result};
use crate::base::hex::hex;
use crate::git::ShadowRepository;
use crate::model::gate::Untracked;
use crate::plan::{IgnoredFiles, ViewChoice};
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
        choice: &ViewChoice,
        shared: &mut Option<Rc<ViewDir>>,
    ) -> Result<Self> {
        let name = name(choice);
        if shared.is_none() {
            *shared = ViewDir::kept(checked.repository, environment).map(Rc::new);
        }
        if let Some(place) = shared.as_ref() {
            for _ in 0..2 {
                let Ok(dir) = place.dir(&name) else {
                    break;
                };
                if let Ok(contents) = bring_up_to_date(&dir, checked, environment, choice) {
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
            contents: bring_up_to_date(&dir, checked, environment, choice)?,
            place: Rc::new(place),
        })
    }
}

/// Makes the tree in a directory what is checked, with everything that is linked into it.
fn bring_up_to_date(
    dir: &Path,
    checked: CheckedTree<'_>,
    environment: &Environment,
    choice: &ViewChoice,
) -> Result<Contents> {
    if let IgnoredFiles::Copied(inputs) = &choice.ignored {
        return bring_alone(dir, checked, inputs, choice.untracked);
    }
    let untracked = choice.untracked;
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
    made.extend(untracked_copies(checked, untracked)?);
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

/// The same without a way to the work tree: what is ignored is there only as copies of some directories.
fn bring_alone(
    dir: &Path,
    checked: CheckedTree<'_>,
    inputs: &BTreeSet<PathBuf>,
    untracked: Untracked,
) -> Result<Contents> {
    let repository = checked.repository;
    let tree = dir.join("tree");
    let links = Links::new(dir.join("links"), tree.clone());
    links.remove();
    let ignored = repository.ignored(checked.beside)?;
    inputs::are_ignored(&repository.work_tree, inputs, &ignored)?;
    let kept: Vec<PathBuf> = inputs.iter().cloned().collect();
    let git = ShadowRepository::open(repository, dir, &kept, checked.commit)?;
    git.check_out(repository, checked.index)?;
    submodules::write(checked, &tree, dir)?;
    links
        .place(&untracked_copies(checked, untracked)?)
        .map_err(|error| Fault::unable("cannot copy untracked files").because(&error))?;
    inputs::copy(&repository.work_tree, &tree, inputs)?;
    Ok(Contents {
        tree,
        git,
        python_path: Vec::new(),
        variables: Vec::new(),
    })
}

/// Copies of untracked files, if they are seen. A link would let gates write to the user's own.
fn untracked_copies(
    checked: CheckedTree<'_>,
    untracked: Untracked,
) -> Result<Vec<(PathBuf, Made)>> {
    if untracked == Untracked::Hide {
        return Ok(Vec::new());
    }
    let repository = checked.repository;
    let files = repository.untracked_files(&checked.beside.untracked)?;
    let copies = files.into_iter().map(|path| {
        let copy = Made::Copy(repository.work_tree.join(&path));
        (path, copy)
    });
    Ok(copies.collect())
}

/// The name of the directory of a snapshot: two gates that see the same share it.
fn name(choice: &ViewChoice) -> String {
    let untracked = choice.untracked.name();
    match &choice.ignored {
        IgnoredFiles::Shared => format!("snapshot-{untracked}"),
        IgnoredFiles::Copied(inputs) => {
            let mut digest = Sha256::new();
            for input in inputs {
                digest.update(input.as_os_str().as_bytes());
                digest.update([0]);
            }
            let digest = hex(&digest.finalize()[..4]);
            format!("snapshot-{untracked}-{digest}")
        }
    }
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
