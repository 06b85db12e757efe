//! Submodules: what lies in their folders is linked into the snapshot.

use std::fs;
use std::path::PathBuf;

use crate::fault::Result;
use crate::git::{FileMode, Repository, Status};

/// What is linked, relative to the top of the work tree. A submodule that shows another commit than
/// the one that is staged has an empty folder, as one that is not checked out.
pub(super) fn paths(repository: &Repository, status: &Status) -> Result<Vec<PathBuf>> {
    let mut paths = Vec::new();
    for file in repository.index()?.tracked() {
        if file.mode != FileMode::Submodule || status.beside.unstaged.contains(&file.path) {
            continue;
        }
        let folder = repository.work_tree.join(&file.path);
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            if entry.file_name() != ".git" {
                paths.push(file.path.join(entry.file_name()));
            }
        }
    }
    Ok(paths)
}
