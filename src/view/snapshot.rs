//! The warm snapshot: the tree that is judged, checked out in the user's cache folder, with a git
//! directory of its own.
//!
//! It is kept from one run to the next, and `git read-tree --reset -u` brings it up to date: that
//! looks at every file, so whatever a gate or a kill has left half done repairs itself. Objects
//! are the repository's own, by way of alternates; nothing is written into it.

use std::fs::{self, File, TryLockError};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::links::Links;
use super::{editable, ignored, submodules};
use crate::environment::Environment;
use crate::fault::{Fault, Result};
use crate::git::{OwnGit, Repository, Status};

/// How long a snapshot that nobody uses is kept.
const UNUSED: Duration = Duration::from_hours(24 * 30);

/// A tree, checked out elsewhere.
pub struct Snapshot {
    /// The top of its work tree; absolute.
    pub tree: PathBuf,
    /// See [`super::View::python_path`].
    pub(super) python_path: Vec<PathBuf>,
    /// Held as long as the snapshot is used.
    _place: Place,
}

impl Snapshot {
    /// Makes it: from the warm one, or what is left of that is thrown away, or somewhere else.
    pub(super) fn make(
        repository: &Repository,
        environment: &Environment,
        status: &Status,
    ) -> Result<Self> {
        if let Some(place) = Place::kept(repository, environment) {
            if let Ok(tree) = bring_up_to_date(&place.folder, repository, status) {
                return Ok(Self::at(place, tree, repository, environment));
            }
            place.clear();
            if let Ok(tree) = bring_up_to_date(&place.folder, repository, status) {
                return Ok(Self::at(place, tree, repository, environment));
            }
            // Half a tree would only be in the way of the next run.
            place.clear();
        }
        let place = Place::once(repository)?;
        let tree = bring_up_to_date(&place.folder, repository, status)?;
        Ok(Self::at(place, tree, repository, environment))
    }

    fn at(place: Place, tree: PathBuf, repository: &Repository, environment: &Environment) -> Self {
        Self {
            python_path: editable::python_path(&repository.work_tree, &tree, environment),
            tree,
            _place: place,
        }
    }
}

/// Makes the tree in a folder what is staged, and returns its top.
fn bring_up_to_date(folder: &Path, repository: &Repository, status: &Status) -> Result<PathBuf> {
    let tree = folder.join("tree");
    let links = Links::new(folder.join("links"), tree.clone());
    links.remove();
    let mut linked = ignored::paths(repository)?;
    let git = OwnGit::open(repository, folder, &linked)?;
    let staged = git.write_tree(repository)?;
    git.check_out(&staged)?;
    linked.extend(submodules::paths(repository, status)?);
    let linked: Vec<(PathBuf, PathBuf)> = linked
        .into_iter()
        .map(|path| (path.clone(), repository.work_tree.join(path)))
        .collect();
    links
        .place(&linked)
        .map_err(|error| Fault::unable("what is ignored cannot be linked").because(&error))?;
    Ok(tree)
}

/// Where a snapshot is: a folder that nobody else uses meanwhile.
struct Place {
    folder: PathBuf,
    /// The lock on a folder that is kept.
    _lock: Option<File>,
    /// A folder that is used once.
    _once: Option<tempfile::TempDir>,
}

impl Place {
    /// A temporary folder.
    fn once(repository: &Repository) -> Result<Self> {
        const HINT: &str = "the work tree is not what is judged, so that a snapshot is needed; set \
                            XDG_CACHE_HOME or TMPDIR to a folder that can be written, outside the \
                            work tree";
        let cannot = |error: &dyn std::error::Error| {
            Fault::unable("no folder can be made for a snapshot of the tree")
                .because(error)
                .hint(HINT)
        };
        if !is_outside(&std::env::temp_dir(), &repository.work_tree) {
            return Err(
                Fault::unable("the folder for temporary files lies in the work tree").hint(HINT),
            );
        }
        let once = tempfile::Builder::new()
            .prefix("gatekeeper-snapshot-")
            .tempdir()
            .map_err(|error| cannot(&error))?;
        let folder = once.path().canonicalize().map_err(|error| cannot(&error))?;
        Ok(Self {
            folder,
            _lock: None,
            _once: Some(once),
        })
    }

    /// Removes everything but the lock.
    fn clear(&self) {
        for entry in fs::read_dir(&self.folder).into_iter().flatten().flatten() {
            if entry.file_name() == "lock" {
                continue;
            }
            let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
            let _ = if is_folder {
                fs::remove_dir_all(entry.path())
            } else {
                fs::remove_file(entry.path())
            };
        }
    }

    /// The repository's folder in the user's cache, unless that cannot be written, is busy, or lies
    /// in the work tree.
    fn kept(repository: &Repository, environment: &Environment) -> Option<Self> {
        let cache = cache(environment).filter(|c| is_outside(c, &repository.work_tree))?;
        let mut hasher = DefaultHasher::new();
        repository.git_dir.hash(&mut hasher);
        repository.work_tree.hash(&mut hasher);
        let name = repository.work_tree.file_name().unwrap_or_default();
        let name = format!("{}-{:016x}", name.to_string_lossy(), hasher.finish());
        let folder = cache.join(name);
        fs::create_dir_all(&folder).ok()?;
        let folder = folder.canonicalize().ok()?;
        let lock = File::create(folder.join("lock")).ok()?;
        match lock.try_lock() {
            Ok(()) => {}
            // Another run uses it.
            Err(TryLockError::WouldBlock | TryLockError::Error(_)) => return None,
        }
        let _ = lock.set_modified(SystemTime::now());
        prune(&cache, &folder);
        Some(Self {
            folder,
            _lock: Some(lock),
            _once: None,
        })
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

/// Whether a folder is not in the work tree: test runners and linters would find everything twice.
fn is_outside(folder: &Path, work_tree: &Path) -> bool {
    let top = work_tree.canonicalize();
    let top = top.as_deref().unwrap_or(work_tree);
    let mut real = folder.to_owned();
    // What does not exist yet will be in what does.
    while !real.exists() && real.pop() {}
    let real = real.canonicalize().unwrap_or(real);
    !real.starts_with(top)
}

/// Removes snapshots that nobody has used for long.
fn prune(cache: &Path, own: &Path) {
    for entry in fs::read_dir(cache).into_iter().flatten().flatten() {
        let folder = entry.path();
        let lock = folder.join("lock");
        let age = fs::metadata(&lock)
            .and_then(|metadata| metadata.modified())
            .ok()
            .and_then(|modified| modified.elapsed().ok());
        if folder.file_name() == own.file_name() || age.is_none_or(|age| age < UNUSED) {
            continue;
        }
        let is_free = File::open(&lock).is_ok_and(|lock| lock.try_lock().is_ok());
        if is_free {
            let _ = fs::remove_dir_all(folder);
        }
    }
}
