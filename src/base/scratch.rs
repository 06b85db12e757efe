//! Temporary directories that outlive nobody: what a killed run has left is removed by a later one.

use std::fs::{self, File, TryLockError};
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How the name of a temporary directory begins.
const PREFIX: &str = "gatekeeper-tmp-";

/// After what time a directory without a lock belongs to no run: it was killed before it took one.
const ABANDONED: Duration = Duration::from_hours(1);

/// How many directories one run removes at most.
const REMOVED_AT_ONCE: usize = 16;

/// The file in a directory that its owner holds a lock on.
pub(crate) const LOCK: &str = "lock";

/// A directory for one run, removed with this value.
pub(crate) struct Scratch {
    dir: tempfile::TempDir,
    /// Held as long as the directory is used.
    _lock: File,
}

impl Scratch {
    /// Makes a directory in the one for temporary files.
    ///
    /// # Errors
    ///
    /// It cannot be made.
    pub(crate) fn new() -> io::Result<Self> {
        Self::in_dir(&std::env::temp_dir())
    }

    /// Makes a directory in another one.
    ///
    /// # Errors
    ///
    /// It cannot be made.
    pub(crate) fn in_dir(base: &Path) -> io::Result<Self> {
        prune(base);
        let dir = tempfile::Builder::new().prefix(PREFIX).tempdir_in(base)?;
        let lock = lock(&dir.path().join(LOCK))?;
        Ok(Self {
            _lock: lock.ok_or_else(|| io::Error::other("a new directory is locked already"))?,
            dir,
        })
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        self.dir.path()
    }

    /// A path in it.
    pub(crate) fn join(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }
}

/// Takes the lock in a file, which is made if need be; `None` if another process has it.
///
/// # Errors
///
/// The file cannot be made, or its file system knows no locks.
pub(crate) fn lock(path: &Path) -> io::Result<Option<File>> {
    let lock = File::options()
        .write(true)
        .create(true)
        .truncate(false)
        .open(path)?;
    match lock.try_lock() {
        Ok(()) => Ok(Some(lock)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

/// Removes a directory with a lock that no process holds. Returns whether it is gone.
pub(crate) fn remove_if_free(dir: &Path) -> bool {
    let lock = File::open(dir.join(LOCK)).ok();
    let is_free = lock.as_ref().is_some_and(|lock| lock.try_lock().is_ok());
    is_free && fs::remove_dir_all(dir).is_ok()
}

/// How long ago a file was changed.
pub(crate) fn age(path: &Path) -> Option<Duration> {
    let metadata = fs::metadata(path).ok()?;
    metadata.modified().ok()?.elapsed().ok()
}

/// Removes what killed runs of this user have left.
fn prune(base: &Path) {
    let user = rustix::process::geteuid().as_raw();
    let mut removed = 0;
    for entry in fs::read_dir(base).into_iter().flatten().flatten() {
        let dir = entry.path();
        let is_ours = entry.file_name().to_string_lossy().starts_with(PREFIX)
            && entry
                .metadata()
                .is_ok_and(|metadata| metadata.is_dir() && metadata.uid() == user);
        if !is_ours {
            continue;
        }
        let is_gone = if dir.join(LOCK).exists() {
            remove_if_free(&dir)
        } else {
            age(&dir).is_some_and(|age| age > ABANDONED) && fs::remove_dir_all(dir).is_ok()
        };
        removed += usize::from(is_gone);
        if removed == REMOVED_AT_ONCE {
            break;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_killed_run_left_is_removed_and_what_is_used_is_not() {
        let base = tempfile::tempdir().unwrap();
        let used = Scratch::in_dir(base.path()).unwrap();
        let left = base.path().join(format!("{PREFIX}left"));
        let fresh = base.path().join(format!("{PREFIX}fresh"));
        let foreign = base.path().join("other");
        for dir in [&left, &fresh, &foreign] {
            fs::create_dir(dir).unwrap();
        }
        fs::write(left.join(LOCK), "").unwrap();
        let _next = Scratch::in_dir(base.path()).unwrap();
        assert!(!left.exists());
        assert!(used.path().exists() && fresh.exists() && foreign.exists());
    }
}
