//! Where views keep what they need: a directory of the user's cache, outside of every work tree and git
//! directory, that one run uses at a time; or a temporary one.

use std::fs::{self, File, TryLockError};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use crate::base::environment::Environment;
use crate::base::fault::{Fault, Result};
use crate::git::Repository;

/// How long what nobody uses is kept.
const UNUSED: Duration = Duration::from_hours(24 * 30);

/// How the name of a temporary directory begins.
const TEMPORARY: &str = "gatekeeper-view-";

/// After what time a temporary directory without a lock is nobody's.
const ABANDONED: Duration = Duration::from_hours(1);

const HINT: &str = "the work tree is not what is judged, so that another view of it is needed; set \
                    XDG_CACHE_HOME or TMPDIR to a folder that can be written, outside the work tree";

/// A directory that nobody else uses meanwhile.
pub(super) struct ViewDir {
    /// Absolute, without links.
    pub(super) dir: PathBuf,
    /// Held as long as it is used.
    _lock: File,
    /// Removes a directory that is used once.
    _once: Option<tempfile::TempDir>,
}

impl ViewDir {
    /// The repository's directory in the user's cache, unless that cannot be written, is busy, or lies
    /// in the work tree.
    pub(super) fn kept(repository: &Repository, environment: &Environment) -> Option<Self> {
        let cache = cache(environment)
            .filter(|cache| is_outside(cache, &repository.work_tree) && can_be_said(cache))?;
        let mut hasher = DefaultHasher::new();
        repository.git_dir.hash(&mut hasher);
        repository.work_tree.hash(&mut hasher);
        let name = repository.work_tree.file_name().unwrap_or_default();
        let name = name.to_string_lossy().replace(is_odd, "_");
        let name = format!("{name}-{:016x}", hasher.finish());
        let dir = cache.join(name);
        let mut builder = fs::DirBuilder::new();
        // What is private in the work tree is private here.
        builder.recursive(true).mode(0o700).create(&dir).ok()?;
        let dir = dir.canonicalize().ok()?;
        let lock = lock(&dir.join("lock")).ok()??;
        let _ = lock.set_modified(SystemTime::now());
        prune(&cache, &dir);
        prune_temporary(&std::env::temp_dir());
        Some(Self {
            dir,
            _lock: lock,
            _once: None,
        })
    }

    /// A temporary directory.
    pub(super) fn once(repository: &Repository) -> Result<Self> {
        let cannot = |error: &dyn std::error::Error| {
            Fault::unable("no folder can be made for a view of the tree")
                .because(error)
                .hint(HINT)
        };
        let base = std::env::temp_dir();
        if !is_outside(&base, &repository.work_tree) {
            return Err(
                Fault::unable("the folder for temporary files lies in the work tree").hint(HINT),
            );
        }
        if !can_be_said(&base) {
            return Err(Fault::unable(
                "the name of the folder for temporary files has a colon or a line break, where others end it",
            )
            .hint(HINT));
        }
        prune_temporary(&base);
        let once = tempfile::Builder::new()
            .prefix(TEMPORARY)
            .tempdir_in(base)
            .map_err(|error| cannot(&error))?;
        let dir = once.path().canonicalize().map_err(|error| cannot(&error))?;
        let lock = lock(&dir.join("lock")).map_err(|error| cannot(&error))?;
        Ok(Self {
            dir,
            _lock: lock.ok_or_else(|| Fault::bug("a new folder is locked already"))?,
            _once: Some(once),
        })
    }

    /// A directory in it, which is made if need be.
    pub(super) fn dir(&self, name: &str) -> io::Result<PathBuf> {
        let dir = self.dir.join(name);
        match fs::symlink_metadata(&dir) {
            Ok(metadata) if metadata.is_dir() => return Ok(dir),
            // Whatever stands in its place leads nobody knows where.
            Ok(_) => fs::remove_file(&dir)?,
            Err(_) => {}
        }
        fs::create_dir(&dir)?;
        Ok(dir)
    }
}

/// Takes a lock; `None` if somebody else has it.
fn lock(path: &Path) -> io::Result<Option<File>> {
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

/// `$XDG_CACHE_HOME/gatekeeper`, or `~/.cache/gatekeeper` (XDG Base Directory Specification).
fn cache(environment: &Environment) -> Option<PathBuf> {
    let set = |name: &str| environment.get(name).map(PathBuf::from);
    let base = set("XDG_CACHE_HOME").filter(|path| path.is_absolute());
    let base = base.or_else(|| {
        Some(
            set("HOME")
                .filter(|home| home.is_absolute() && home.is_dir())?
                .join(".cache"),
        )
    });
    base.map(|base| base.join("gatekeeper"))
}

/// Whether a directory is not in the work tree: test runners and linters would find everything twice.
fn is_outside(dir: &Path, work_tree: &Path) -> bool {
    let top = work_tree.canonicalize();
    let top = top.as_deref().unwrap_or(work_tree);
    let mut real = dir.to_owned();
    // What does not exist yet will be in what does.
    while !real.exists() && real.pop() {}
    let real = real.canonicalize().unwrap_or(real);
    !real.starts_with(top)
}

/// Whether a character in a directory's name would end the name: a colon in PYTHONPATH, a line break in
/// files that list directories.
fn is_odd(character: char) -> bool {
    character == ':' || character.is_control()
}

/// Whether a directory can be named wherever we and tools have to name it.
fn can_be_said(dir: &Path) -> bool {
    let real = dir.canonicalize();
    let real = real.as_deref().unwrap_or(dir);
    !real.to_string_lossy().contains(is_odd)
}

/// Removes what nobody has used for long.
fn prune(cache: &Path, own: &Path) {
    for entry in fs::read_dir(cache).into_iter().flatten().flatten() {
        let dir = entry.path();
        let lock = dir.join("lock");
        if dir.file_name() == own.file_name() || age(&lock).is_none_or(|age| age < UNUSED) {
            continue;
        }
        remove_if_free(&dir);
    }
}

/// Removes what runs have left that were killed.
fn prune_temporary(base: &Path) {
    let user = rustix::process::geteuid().as_raw();
    for entry in fs::read_dir(base).into_iter().flatten().flatten() {
        let dir = entry.path();
        let is_ours = entry.file_name().to_string_lossy().starts_with(TEMPORARY)
            && entry
                .metadata()
                .is_ok_and(|metadata| metadata.is_dir() && metadata.uid() == user);
        if !is_ours {
            continue;
        }
        if dir.join("lock").exists() {
            remove_if_free(&dir);
        } else if age(&dir).is_some_and(|age| age > ABANDONED) {
            let _ = fs::remove_dir_all(dir);
        }
    }
}

fn age(path: &Path) -> Option<Duration> {
    let metadata = fs::metadata(path).ok()?;
    metadata.modified().ok()?.elapsed().ok()
}

fn remove_if_free(dir: &Path) {
    let is_free = File::open(dir.join("lock")).is_ok_and(|lock| lock.try_lock().is_ok());
    if is_free {
        let _ = fs::remove_dir_all(dir);
    }
}
