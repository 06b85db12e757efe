//! Where views keep what they need: a directory of the user's cache, outside of every work tree and git
//! directory, that one run uses at a time; or a temporary one.

use std::ffi::OsString;
use std::fs::{DirBuilder, File};
use std::io::{self, ErrorKind};
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use fs_err as fs;
use sha2::{Digest as _, Sha256};

use crate::base::environment::Environment;
use crate::base::fault::{Fault, Result};
use crate::base::hex::hex;
use crate::base::scratch::{LOCK, Scratch, age, lock, remove_if_free};
use crate::git::Repository;
use crate::platform::end_started_with;

/// How long what nobody uses is kept.
const UNUSED: Duration = Duration::from_hours(24 * 30);

/// The file in a directory of the cache that names the git directory it belongs to.
pub(super) const ORIGIN: &str = "origin";

/// How many directories of the cache one run removes at most.
const REMOVED_AT_ONCE: usize = 8;

/// How many bytes of a digest make a name: enough that no two work trees share one.
const DIGEST_BYTES: usize = 8;

const HINT: &str = "gates need another view of the tree, because the work tree differs from it; \
    set XDG_CACHE_HOME or TMPDIR to a writable directory outside the work tree";

/// Tells a gate's processes, and us, in which view they were started: by its directory.
pub(crate) const VARIABLE: &str = "GATEKEEPER_VIEW";

/// A directory that nobody else uses meanwhile.
pub(super) struct ViewDir {
    /// Absolute, without links.
    pub(super) dir: PathBuf,
    /// The lock on one that stays, held as long as it is used.
    _lock: Option<File>,
    /// One that goes.
    _once: Option<Scratch>,
}

impl ViewDir {
    /// The repository's directory in the user's cache, unless that cannot be written, is busy, or lies
    /// in the work tree.
    pub(super) fn kept(repository: &Repository, environment: &Environment) -> Option<Self> {
        let cache = kept_dir(environment)
            .filter(|cache| is_outside(cache, &repository.work_tree) && can_be_said(cache))?;
        let dir = cache.join(name_of(repository));
        let mut builder = DirBuilder::new();
        // What is private in the work tree is private here.
        builder.recursive(true).mode(0o700).create(&dir).ok()?;
        let dir = dir.canonicalize().ok()?;
        let lock = lock(&dir.join(LOCK)).ok()??;
        let _ = lock.set_modified(SystemTime::now());
        // Without it the directory is kept as long as any that is not used.
        let _ = fs::write(dir.join(ORIGIN), repository.git_dir.as_os_str().as_bytes());
        prune(&cache, &dir);
        Some(Self {
            dir,
            _lock: Some(lock),
            _once: None,
        })
    }

    /// A temporary directory.
    pub(super) fn once(repository: &Repository) -> Result<Self> {
        let cannot = |error: &dyn std::error::Error| {
            Fault::unable("cannot create a directory for a view of the tree")
                .because(error)
                .hint(HINT)
        };
        let base = std::env::temp_dir();
        if !is_outside(&base, &repository.work_tree) {
            return Err(Fault::unable(
                "the directory for temporary files is inside the work \
                    tree",
            )
            .hint(HINT));
        }
        if !can_be_said(&base) {
            return Err(Fault::unable(
                "the name of the directory for temporary files contains a colon or a line break",
            )
            .hint(HINT));
        }
        let once = Scratch::in_dir(&base).map_err(|error| cannot(&error))?;
        let dir = once.path().canonicalize().map_err(|error| cannot(&error))?;
        Ok(Self {
            dir,
            _lock: None,
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

/// A daemon that a gate has started in a view ends with the view: what it sees is gone, or will be another tree.
impl Drop for ViewDir {
    fn drop(&mut self) {
        end_started_with(VARIABLE, self.dir.as_os_str());
    }
}

/// The directory of the user's cache that holds one for each work tree.
pub(super) fn kept_dir(environment: &Environment) -> Option<PathBuf> {
    environment.user_dir("XDG_CACHE_HOME", ".cache")
}

/// The name of a repository's directory: that of its work tree, to be recognised by people, and a
/// digest of where it is.
pub(super) fn name_of(repository: &Repository) -> String {
    let mut digest = Sha256::new();
    for path in [&repository.git_dir, &repository.work_tree] {
        digest.update(path.as_os_str().as_bytes());
        digest.update([0]);
    }
    let name = repository.work_tree.file_name().unwrap_or_default();
    let mut name = name.to_string_lossy().replace(is_odd, "_");
    name.push('-');
    name.push_str(&hex(&digest.finalize()[..DIGEST_BYTES]));
    name
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

/// Removes what belongs to a repository that is gone, and what nobody has used for long.
fn prune(cache: &Path, own: &Path) {
    let mut removed = 0;
    for entry in fs::read_dir(cache).into_iter().flatten().flatten() {
        let dir = entry.path();
        let is_own = dir.file_name() == own.file_name();
        let is_unused = || age(&dir.join(LOCK)).is_some_and(|age| age > UNUSED);
        if !is_own && (is_orphaned(&dir) || is_unused()) {
            removed += usize::from(remove_if_free(&dir));
        }
        if removed == REMOVED_AT_ONCE {
            break;
        }
    }
}

/// Whether the git directory that a directory belongs to is gone. One that cannot be looked at is not.
fn is_orphaned(dir: &Path) -> bool {
    let Ok(origin) = fs::read(dir.join(ORIGIN)) else {
        return false;
    };
    let origin = PathBuf::from(OsString::from_vec(origin));
    let looked = fs::symlink_metadata(origin);
    looked.is_err_and(|error| error.kind() == ErrorKind::NotFound)
}
