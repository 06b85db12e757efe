//! The file of one hook: who owns it, and how it is written and removed.

use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use super::chain::{self, kept};
use super::shim::{self, Owner};
use crate::base::fault::{Fault, Result};
use crate::base::replace::{Durability, PREFIX, replace_file};
use crate::base::text::show_path;
use crate::model::trigger::Hook;

/// The permissions of a hook.
const EXECUTABLE: u32 = 0o755;

/// What happened to one hook.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HookChange {
    /// It was put there.
    Installed,
    /// It was put there; the hook that was there before is kept and runs first.
    Chained,
    /// Another version of ours was replaced.
    Updated,
    /// It was replaced; the hook that ran before it is gone and no longer runs.
    ChainLost,
    /// It was already there, unchanged.
    Unchanged,
    /// It was removed.
    Removed,
    /// It was removed, and the hook that was there before is back.
    Restored,
    /// There is none.
    Absent,
    /// There is a hook that is not ours, or not as we wrote it; it stays.
    Foreign,
}

/// One hook and what happened to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HookDone {
    /// The hook.
    pub(crate) hook: Hook,
    /// Its file.
    pub(crate) file: PathBuf,
    /// What happened.
    pub(crate) change: HookChange,
}

/// Removes what is left beside hooks that were removed.
pub(super) fn clean(dir: &Path) {
    chain::tidy(dir);
    remove_leftovers(dir);
}

/// Removes files that a killed installation has left half written.
fn remove_leftovers(dir: &Path) {
    for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with(PREFIX) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Removes our hook, and restores the one that was there before.
///
/// # Errors
///
/// A file cannot be removed or renamed.
pub(super) fn remove(file: &Path, hook: Hook) -> Result<HookChange> {
    let kept_file = kept(file, hook);
    let cannot = |error: io::Error| {
        Fault::unable(format!("cannot remove {}", show_path(file))).because(&error)
    };
    Ok(match owner(file)? {
        Owner::Foreign if chain::is_same(file, &kept_file) => {
            chain::give_back(&kept_file, file).map_err(cannot)?;
            HookChange::Restored
        }
        Owner::Foreign | Owner::Changed => HookChange::Foreign,
        Owner::Nobody | Owner::Ours(_) if chain::exists(&kept_file) => {
            chain::give_back(&kept_file, file).map_err(cannot)?;
            HookChange::Restored
        }
        Owner::Nobody => HookChange::Absent,
        Owner::Ours(_) => {
            fs::remove_file(file).map_err(cannot)?;
            HookChange::Removed
        }
    })
}

/// Determines the owner of a file.
///
/// # Errors
///
/// It cannot be read.
pub(super) fn owner(file: &Path) -> Result<Owner> {
    shim::owner(file)
        .map_err(|error| Fault::unable(format!("cannot read {}", show_path(file))).because(&error))
}

/// Whether everyone may execute a file.
pub(super) fn is_executable(file: &Path) -> bool {
    fs::metadata(file).is_ok_and(|metadata| metadata.permissions().mode() & 0o111 == 0o111)
}

/// Writes a hook so that git sees either the whole of it or what was there before.
///
/// # Errors
///
/// The file cannot be written.
pub(super) fn write(file: &Path, text: &[u8]) -> io::Result<()> {
    replace_file(file, text, EXECUTABLE, Durability::Synced)
}

/// The fault that a file cannot be written.
pub(super) fn cannot_write(path: &Path, error: &io::Error) -> Fault {
    Fault::unable(format!("cannot write {}", show_path(path))).because(error)
}
