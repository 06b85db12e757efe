//! Removes the views that are kept from one run to the next, when a user asks for it.

use std::path::{Path, PathBuf};

use fs_err as fs;

use super::view_dir::{ORIGIN, kept_dir, name_of};
use crate::base::environment::Environment;
use crate::base::scratch::{LOCK, remove_if_free};
use crate::git::Repository;

/// Whose views are removed.
#[derive(Clone, Copy)]
pub(crate) enum Whose<'a> {
    /// Those of one work tree.
    Of(&'a Repository),
    /// Those of every work tree of this user.
    All,
}

/// What became of the views that were kept.
#[derive(Debug, Default)]
pub(crate) struct Cleaned {
    /// The directories that were removed, and how many bytes their files had.
    pub(crate) removed: Vec<(PathBuf, u64)>,
    /// Those that are still there: a run uses them, or they cannot be removed.
    pub(crate) left: Vec<PathBuf>,
}

/// Removes views from the user's cache, except those that are in use.
pub(crate) fn clean(environment: &Environment, whose: Whose<'_>) -> Cleaned {
    let mut cleaned = Cleaned::default();
    let Some(cache) = kept_dir(environment) else {
        return cleaned;
    };
    let mut dirs: Vec<PathBuf> = match whose {
        Whose::Of(repository) => vec![cache.join(name_of(repository))],
        Whose::All => fs::read_dir(&cache)
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.path())
            .collect(),
    };
    // Nothing is removed that only lies there.
    dirs.retain(|dir| dir.join(LOCK).is_file() && dir.join(ORIGIN).is_file());
    dirs.sort();
    for dir in dirs {
        let bytes = size(&dir);
        if remove_if_free(&dir) {
            cleaned.removed.push((dir, bytes));
        } else {
            cleaned.left.push(dir);
        }
    }
    // Fails as long as there are others.
    let _ = fs::remove_dir(&cache);
    cleaned
}

/// The directory with the views that are kept for this user, and how many bytes their files have. What is counted is
/// limited, so that a caller does not wait for it.
pub(crate) fn kept_views(environment: &Environment) -> Option<(PathBuf, u64)> {
    const MOST_FILES: usize = 200_000;
    let cache = kept_dir(environment)?;
    let mut left = MOST_FILES;
    let bytes = size_of_some(&cache, &mut left);
    Some((cache, bytes))
}

/// How many bytes the files below a directory have, as far as `left` allows to count them.
fn size_of_some(dir: &Path, left: &mut usize) -> u64 {
    let mut bytes = 0;
    for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
        if *left == 0 {
            break;
        }
        *left -= 1;
        bytes += match entry.metadata() {
            Ok(metadata) if metadata.is_dir() => size_of_some(&entry.path(), left),
            Ok(metadata) => metadata.len(),
            Err(_) => 0,
        };
    }
    bytes
}

/// How many bytes the files below a directory have, without those that links lead to.
fn size(dir: &Path) -> u64 {
    let mut bytes = 0;
    for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
        bytes += match entry.metadata() {
            Ok(metadata) if metadata.is_dir() => size(&entry.path()),
            Ok(metadata) => metadata.len(),
            Err(_) => 0,
        };
    }
    bytes
}
