//! Hatch names the environments of a project after the directory of the project. For a snapshot, everything that
//! it keeps is shown in a directory of links, in which the environments of the work tree have the name that
//! Hatch looks for in the snapshot.

use std::io::{self, ErrorKind};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use fs_err as fs;

use crate::base::environment::Environment;
use crate::tools::{HatchPlace, PythonProject, hatch_place};
use crate::view::snapshot::path_mapping::PathMapping;

/// The name of the directory of links.
const DATA: &str = "hatch";

/// A directory in `dir` for `HATCH_DATA_DIR`, if Hatch has made environments for the work tree.
///
/// # Errors
///
/// It cannot be made.
pub(crate) fn data_dir(
    trees: &PathMapping<'_>,
    dir: &Path,
    environment: &Environment,
) -> io::Result<Option<PathBuf>> {
    let place = |files: &Path| {
        hatch_place(&PythonProject {
            files,
            place: files,
            variables: &environment.variables,
        })
    };
    let (Some(own), Some(wanted)) = (place(trees.top), place(trees.tree)) else {
        return Ok(None);
    };
    if !own.data.join(&own.environments).is_dir() {
        return Ok(None);
    }
    let data = dir.join(DATA);
    match fs::remove_dir_all(&data) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    link(&own, &wanted, &data)?;
    Ok(Some(data))
}

/// Links everything beside the directories that lead to the wanted one, and that to the one of the work tree.
fn link(own: &HatchPlace, wanted: &HatchPlace, data: &Path) -> io::Result<()> {
    let mut inside = PathBuf::new();
    for part in &wanted.environments {
        let (theirs, ours) = (own.data.join(&inside), data.join(&inside));
        fs::create_dir_all(&ours)?;
        for entry in fs::read_dir(&theirs).into_iter().flatten().flatten() {
            let is_own = entry.path() == own.data.join(&own.environments);
            if entry.file_name() != part && entry.file_name() != METADATA && !is_own {
                symlink(entry.path(), ours.join(entry.file_name()))?;
            }
        }
        inside.push(part);
    }
    symlink(own.data.join(&own.environments), data.join(&inside))
}

/// What Hatch notes about the environments of each project. What it notes about a snapshot is none of the
/// work tree's.
const METADATA: &str = ".metadata";
