//! What was mended, applied: to the commit, and to the user's files.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::Fixed;
use crate::event::Applied;
use crate::fault::{Fault, Result};
use crate::git::{Replacement, Repository};
use crate::platform::exchange;

/// Replaces files in the commit that is being made, then in the work tree.
///
/// # Errors
///
/// An index cannot be written. The user's files have not been touched then.
pub fn apply_to_commit(
    repository: &Repository,
    fixed: &[Fixed],
) -> Result<Vec<(PathBuf, Applied)>> {
    let replacements: Vec<Replacement> = fixed.iter().map(|one| one.replacement.clone()).collect();
    let replaced = repository.replace(&replacements)?;
    let mut applied = Vec::new();
    for one in fixed {
        let path = &one.replacement.path;
        let state = if !replaced.contains(path) {
            Applied::Nowhere
        } else if mend(repository, one)? {
            Applied::Everywhere
        } else {
            Applied::CommitOnly
        };
        applied.push((path.clone(), state));
    }
    Ok(applied)
}

/// Mends the user's files; what is staged as it lies stays so.
///
/// # Errors
///
/// git fails.
pub fn apply_to_work_tree(
    repository: &Repository,
    fixed: &[Fixed],
    staged: &[PathBuf],
) -> Result<Vec<(PathBuf, Applied)>> {
    let mut applied = Vec::new();
    let mut replacements = Vec::new();
    for one in fixed {
        let path = &one.replacement.path;
        let is_mended = mend(repository, one)?;
        if is_mended && staged.contains(path) {
            replacements.push(one.replacement.clone());
        }
        let state = if is_mended {
            Applied::FileOnly
        } else {
            Applied::Nowhere
        };
        applied.push((path.clone(), state));
    }
    let replaced = repository.replace(&replacements)?;
    for (path, state) in &mut applied {
        if replaced.contains(path) {
            *state = Applied::Everywhere;
        }
    }
    Ok(applied)
}

/// Mends one file of the user's, unless that would cost something that he has typed. Returns whether
/// it is mended.
fn mend(repository: &Repository, fixed: &Fixed) -> Result<bool> {
    let file = repository.work_tree.join(&fixed.replacement.path);
    let is_file = fs::symlink_metadata(&file).is_ok_and(|data| data.is_file());
    if !is_file || !reaches(&repository.work_tree, &fixed.replacement.path) {
        return Ok(false);
    }
    let Ok(present) = fs::read(&file) else {
        return Ok(false);
    };
    let wanted = if present == fixed.before {
        fixed.after.clone()
    } else if present == fixed.after {
        return Ok(true);
    } else {
        match repository.merged(&present, &fixed.before, &fixed.after)? {
            Some(merged) if !merged.is_empty() => merged,
            _ => return Ok(false),
        }
    };
    swap(&file, &present, &wanted)
        .map_err(|error| Fault::unable("a mended file cannot be written").because(&error))
}

/// Whether every folder above a path is one, and no link.
fn reaches(top: &Path, path: &Path) -> bool {
    let mut folder = top.to_owned();
    path.parent().into_iter().flatten().all(|part| {
        folder.push(part);
        fs::symlink_metadata(&folder).is_ok_and(|data| data.is_dir())
    })
}

/// Puts new contents in the place of a file, if it still holds what was read: the two are exchanged in
/// one step, and exchanged back if something else comes out, so that what was saved at that very
/// moment is not lost. Returns whether it was done.
fn swap(file: &Path, present: &[u8], wanted: &[u8]) -> io::Result<bool> {
    let folder = file.parent().unwrap_or(Path::new("."));
    let mut new = tempfile::Builder::new()
        .prefix(".gatekeeper-")
        .tempfile_in(folder)?;
    new.write_all(wanted)?;
    let metadata = fs::metadata(file)?;
    fs::set_permissions(new.path(), metadata.permissions())?;
    new.as_file().sync_all()?;
    exchange(new.path(), file)?;
    // What was the user's file is the temporary one now, and goes with it.
    if fs::read(new.path())? == present {
        return Ok(true);
    }
    exchange(new.path(), file)?;
    // Ours comes out, unless it was replaced by yet another save: that one is the newest.
    if fs::read(new.path())? != wanted {
        exchange(new.path(), file)?;
    }
    Ok(false)
}
