//! What was fixed, applied: to the commit, and to the user's files.

use std::fs;
use std::io::{self, Write as _};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{MetadataExt as _, fchown};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::Fixed;
use crate::base::fault::{Fault, Result};
use crate::event::Applied;
use crate::git::{Replacement, Repository};
use crate::platform::exchange;

/// Below the git directory: where new contents are made ready, out of the sight of everybody.
const READY: &str = "gatekeeper/mended-";

/// Replaces files in the commit that is being made, then in the work tree. All that takes time is done
/// before anything is replaced.
///
/// # Errors
///
/// An index cannot be written. The user's files have not been touched then.
pub(crate) fn apply_to_commit(
    repository: &Repository,
    fixed: &[Fixed],
) -> Result<Vec<(PathBuf, Applied)>> {
    let ready = Ready::new(repository)?;
    let new = ready.make_all(repository, fixed);
    let replacements: Vec<Replacement> = fixed.iter().map(|one| one.replacement.clone()).collect();
    let replaced = repository.replace(&replacements)?;
    let mut applied = Vec::new();
    for (one, new) in fixed.iter().zip(new) {
        let path = &one.replacement.path;
        let state = if !replaced.contains(path) {
            Applied::Nowhere
        } else if new.is_some_and(New::take_place) {
            Applied::Everywhere
        } else {
            Applied::CommitOnly
        };
        applied.push((path.clone(), state));
    }
    Ok(applied)
}

/// Fixes the user's files; what is staged as it lies stays so.
///
/// # Errors
///
/// An index cannot be written. The user's files have not been touched then.
pub(crate) fn apply_to_work_tree(
    repository: &Repository,
    fixed: &[Fixed],
    staged: &[PathBuf],
) -> Result<Vec<(PathBuf, Applied)>> {
    let ready = Ready::new(repository)?;
    let new = ready.make_all(repository, fixed);
    let pairs = || fixed.iter().zip(&new);
    let is_staged = |one: &Fixed| staged.contains(&one.replacement.path);
    let replacements = pairs().filter(|(one, new)| new.is_some() && is_staged(one));
    let replacements: Vec<Replacement> = replacements
        .map(|(one, _)| one.replacement.clone())
        .collect();
    let replaced = repository.replace(&replacements)?;
    let mut applied = Vec::new();
    for (one, new) in fixed.iter().zip(new) {
        let path = &one.replacement.path;
        let state = match (new.is_some_and(New::take_place), replaced.contains(path)) {
            (true, true) => Applied::Everywhere,
            (true, false) => Applied::FileOnly,
            (false, true) => Applied::CommitOnly,
            (false, false) => Applied::Nowhere,
        };
        applied.push((path.clone(), state));
    }
    Ok(applied)
}

/// A directory for new contents. What a run that was killed has left in one may be what somebody has saved
/// at that very moment, so it stays for a day.
struct Ready(tempfile::TempDir);

impl Ready {
    fn new(repository: &Repository) -> Result<Self> {
        const KEPT: Duration = Duration::from_hours(24);
        let start = repository.git_dir.join(READY);
        let dir = start.parent().unwrap_or(&repository.git_dir);
        let prefix = start.file_name().unwrap_or_default();
        let made = fs::create_dir_all(dir)
            .and_then(|()| tempfile::Builder::new().prefix(prefix).tempdir_in(dir));
        for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
            let age = entry.metadata().and_then(|data| data.modified());
            let age = age.ok().and_then(|modified| modified.elapsed().ok());
            let name = entry.file_name();
            let is_ours = name.as_bytes().starts_with(prefix.as_bytes());
            if is_ours && age.is_some_and(|age| age > KEPT) {
                let _ = fs::remove_dir_all(entry.path());
            }
        }
        made.map(Self)
            .map_err(|error| Fault::unable("mended files cannot be made ready").because(&error))
    }

    fn make_all(&self, repository: &Repository, fixed: &[Fixed]) -> Vec<Option<New>> {
        fixed.iter().map(|one| self.make(repository, one)).collect()
    }

    /// Makes the new contents of one of the user's files ready; `None` if that would cost something that
    /// he has typed, or cannot be done.
    fn make(&self, repository: &Repository, fixed: &Fixed) -> Option<New> {
        let path = &fixed.replacement.path;
        let file = repository.work_tree.join(path);
        let metadata = fs::symlink_metadata(&file).ok()?;
        if !metadata.is_file() || !reaches(&repository.work_tree, path) {
            return None;
        }
        let present = fs::read(&file).ok()?;
        let wanted = if present == fixed.before || present == fixed.after {
            fixed.after.clone()
        } else {
            let merged = repository.merged(&present, &fixed.before, &fixed.after);
            merged.ok()?.filter(|merged| !merged.is_empty())?
        };
        Some(New {
            contents: written(self.0.path(), &wanted, &metadata).ok()?,
            file,
            present,
            wanted,
        })
    }
}

/// A temporary file in a directory. Whose file it is, and who may execute it with whose rights, is as with
/// the one whose place it is to take.
fn written(
    dir: &Path,
    contents: &[u8],
    other: &fs::Metadata,
) -> io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    let new = builder.prefix(".gatekeeper-mended-").tempfile_in(dir)?;
    new.as_file().write_all(contents)?;
    fchown(new.as_file(), Some(other.uid()), Some(other.gid()))?;
    new.as_file().set_permissions(other.permissions())?;
    new.as_file().sync_all()?;
    Ok(new)
}

/// New contents for one of the user's files.
struct New {
    contents: tempfile::NamedTempFile,
    file: PathBuf,
    /// What it is to take the place of.
    present: Vec<u8>,
    wanted: Vec<u8>,
}

impl New {
    /// Puts the new contents in the place of the file, if that still holds what was read: the two are
    /// exchanged in one step, and exchanged back if something else comes out, so that what was saved
    /// at that very moment is not lost. Returns whether the file is fixed.
    fn take_place(mut self) -> bool {
        if self.present == self.wanted {
            return true;
        }
        let file = self.file.as_path();
        let mut exchanged = exchange(self.contents.path(), file);
        let is_far = |error: &io::Error| error.kind() == io::ErrorKind::CrossesDevices;
        if exchanged.as_ref().is_err_and(is_far) {
            // Only what is on one file system can be exchanged: then beside it, for this moment.
            let dir = file.parent().unwrap_or(Path::new("."));
            let near = fs::metadata(file).and_then(|other| written(dir, &self.wanted, &other));
            exchanged = near.and_then(|near| {
                self.contents = near;
                exchange(self.contents.path(), file)
            });
        }
        if exchanged.is_err() {
            return false;
        }
        let new = self.contents.path();
        // What was the user's file is the temporary one now, and goes with it.
        if fs::read(new).is_ok_and(|out| out == self.present) {
            return true;
        }
        let is_back = exchange(new, file).is_ok();
        // Ours comes out, unless it was replaced by yet another save: that one is the newest.
        if is_back && fs::read(new).is_ok_and(|out| out != self.wanted) {
            let _ = exchange(new, file);
        }
        false
    }
}

/// Whether every directory above a path is one, and no link.
fn reaches(top: &Path, path: &Path) -> bool {
    let mut dir = top.to_owned();
    path.parent().into_iter().flatten().all(|part| {
        dir.push(part);
        fs::symlink_metadata(&dir).is_ok_and(|data| data.is_dir())
    })
}
