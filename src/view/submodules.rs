//! Submodules: what lies in their folders is linked into the snapshot.

use std::fs;
use std::path::PathBuf;

use super::Judged;
use crate::git::FileMode;

/// What is linked, relative to the top of the work tree. A submodule that shows another commit than
/// the one that is staged has an empty folder, as one that is not checked out.
pub(super) fn paths(judged: Judged<'_>) -> Vec<PathBuf> {
    let mut paths = Vec::new();
    for file in judged.index.tracked() {
        if file.mode != FileMode::Submodule || judged.beside.unstaged.contains(&file.path) {
            continue;
        }
        let folder = judged.repository.work_tree.join(&file.path);
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            if entry.file_name() != ".git" {
                paths.push(file.path.join(entry.file_name()));
            }
        }
    }
    paths
}
