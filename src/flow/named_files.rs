//! The files that `run --files` names.

use std::path::{Path, PathBuf};

use crate::base::environment::Environment;
use crate::base::fault::{Fault, Result};
use crate::base::text::show_path;
use crate::git::{Change, ChangeKind, ChangeSet, FileMode, Repository};

/// Of everything that is tracked, what these paths name, seen from the current directory. A file that git does
/// not track counts as well, since it was named.
///
/// # Errors
///
/// A path leads out of the work tree, or names nothing.
pub(super) fn only(
    environment: &Environment,
    repository: &Repository,
    tracked: ChangeSet,
    paths: &[PathBuf],
) -> Result<ChangeSet> {
    let top = repository.work_tree.canonicalize();
    let top = top.unwrap_or_else(|_| repository.work_tree.clone());
    let mut named = Vec::new();
    let mut changes = Vec::new();
    for path in paths {
        let file = environment.current_dir.join(path);
        let Some(inside) = within(&top, &file).filter(|inside| !inside.starts_with(".git")) else {
            return Err(
                Fault::usage(format!("`{}` is not in this work tree", show_path(path))).hint(
                    format!("name files of the repository in {}", show_path(&top)),
                ),
            );
        };
        let is_known = |change: &Change| change.path.starts_with(&inside);
        if !tracked.changes.iter().any(is_known) {
            changes.push(untracked(path, &file, &inside)?);
        }
        named.push(inside);
    }
    let is_named = |change: &Change| named.iter().any(|inside| change.path.starts_with(inside));
    changes.extend(tracked.changes.into_iter().filter(is_named));
    changes.sort_by(|a, b| a.path.cmp(&b.path));
    changes.dedup_by(|a, b| a.path == b.path);
    Ok(ChangeSet::new(changes))
}

/// A file that git does not track.
fn untracked(typed: &Path, file: &Path, inside: &Path) -> Result<Change> {
    let metadata = file.symlink_metadata().map_err(|_| {
        Fault::usage(format!("there is no file `{}`", show_path(typed)))
            .hint("name files as they are seen from the current directory")
    })?;
    if metadata.is_dir() {
        return Err(
            Fault::usage(format!("git tracks no file in `{}`", show_path(typed)))
                .hint("name the files themselves, or `git add` them"),
        );
    }
    let mode = if metadata.is_symlink() {
        FileMode::Link
    } else {
        FileMode::File
    };
    Ok(Change {
        path: inside.to_owned(),
        kind: ChangeKind::Present(mode),
        differs_from_every_parent: true,
    })
}

/// The path from the top; `None` if it leads elsewhere. A link at its end is meant itself.
fn within(top: &Path, file: &Path) -> Option<PathBuf> {
    let real = if file.is_symlink() {
        file.parent()?.canonicalize().ok()?.join(file.file_name()?)
    } else {
        let existing = file.ancestors().find(|path| path.exists())?;
        let rest = file.strip_prefix(existing).ok()?;
        // What does not exist lies in what does; a slash at the end would make it another path.
        let real = existing.canonicalize().ok()?;
        rest.iter().fold(real, |path, part| path.join(part))
    };
    real.strip_prefix(top).ok().map(Path::to_owned)
}
