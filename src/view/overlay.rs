//! The overlay: the work tree's own path, under which the files of the tree that is checked lie.
//!
//! Only what differs is put in front of the work tree's files: the index's version of what is
//! changed, whiteouts over what is not in the index. What is ignored is there as ever; directories of
//! it are written through, save caches that must not be shared with the user's own files, which
//! are kept beside.

use std::ffi::OsStr;
use std::fs::{Metadata, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use fs_err as fs;

use super::checked_tree::CheckedTree;
use super::ignored;
use super::mtime_record::MtimeRecord;
use super::view_dir::ViewDir;
use crate::base::environment::Environment;
use crate::base::fault::{Fault, Result};
use crate::base::parallel::both;
use crate::base::replace::READABLE;
use crate::base::text::show_path;
use crate::git::{FileMode, PlainIndex, Repository};
use crate::model::gate::Untracked;
use crate::platform::overlay::{Bind, BindSource, Entrance, Overlay};

/// Why a commit here cannot be checked in an overlay; `None` if it can.
pub(crate) fn why_no_overlay(repository: &Repository, environment: &Environment) -> Option<String> {
    if contains_home(&repository.work_tree, environment) {
        return Some(CONTAINS_HOME.to_owned());
    }
    let place = ViewDir::once(repository);
    let overlay = place.and_then(|place| OverlayView::at(Rc::new(place), repository));
    overlay.err().map(|fault| fault.message)
}

/// Why no work tree with the home directory in it gets an overlay: what tools keep there would be thrown away with it.
const CONTAINS_HOME: &str = "the work tree contains the home directory";

fn contains_home(work_tree: &Path, environment: &Environment) -> bool {
    let top = work_tree
        .canonicalize()
        .unwrap_or_else(|_| work_tree.to_owned());
    let home = environment.get("HOME").map(PathBuf::from);
    let home = home.and_then(|home| home.canonicalize().ok());
    home.is_some_and(|home| home.starts_with(top))
}

/// Where a git directory is, as the overlay sees it.
enum GitDir {
    /// In the work tree, at this path.
    Inside(PathBuf),
    /// In a directory outside, at this path below it.
    Outside(PathBuf),
}

/// A view of the work tree's own path.
pub(crate) struct OverlayView {
    overlay: Overlay,
    /// Where we see what gates see; known once it is filled.
    look: PathBuf,
    binds: Vec<Bind>,
    pub(super) ignored: Vec<PathBuf>,
    pub(super) plain: Option<PlainIndex>,
    place: Rc<ViewDir>,
    work_tree: PathBuf,
    git: GitDir,
}

impl OverlayView {
    /// Prepares an overlay with nothing in it, which tells whether there can be one.
    ///
    /// # Errors
    ///
    /// There can be none here; the fault says why.
    pub(crate) fn prepare(checked: CheckedTree<'_>, environment: &Environment) -> Result<Self> {
        let repository = checked.repository;
        // Where HEAD is no file, it cannot be another one.
        if checked.commit.is_some() && repository.git_dir.join("reftable").exists() {
            return Err(Fault::unable(
                "the commit is not checked out, and the references are in a reftable",
            ));
        }
        if contains_home(&repository.work_tree, environment) {
            return Err(Fault::unable(CONTAINS_HOME));
        }
        let place = match ViewDir::kept(repository, environment) {
            Some(place) => place,
            None => ViewDir::once(repository)?,
        };
        Self::at(Rc::new(place), repository)
    }

    /// Prepares one in a place that is ours already.
    pub(super) fn at(place: Rc<ViewDir>, repository: &Repository) -> Result<Self> {
        let work_tree = &repository.work_tree;
        let top = work_tree
            .canonicalize()
            .unwrap_or_else(|_| work_tree.clone());
        let view = place.dir("view").map_err(cannot_fill)?;
        let (git, outside) = git_dirs(repository, &top);
        let overlay = Overlay::prepare(&view, work_tree, &outside)
            .map_err(|barred| Fault::unable(barred.to_string()))?;
        Ok(Self {
            overlay,
            look: PathBuf::new(),
            binds: Vec::new(),
            ignored: Vec::new(),
            plain: None,
            place,
            work_tree: work_tree.clone(),
            git,
        })
    }

    pub(super) fn place(&self) -> &Rc<ViewDir> {
        &self.place
    }

    pub(super) fn look(&self) -> &Path {
        &self.look
    }

    pub(super) fn overlay(&self) -> &Overlay {
        &self.overlay
    }

    /// Puts in front of the work tree what the tree has otherwise.
    pub(super) fn fill(&mut self, checked: CheckedTree<'_>, untracked: Untracked) -> Result<()> {
        let (repository, beside) = (checked.repository, checked.beside);
        let (ignored, filled) = both(
            || repository.ignored(beside),
            || {
                self.show(checked)?;
                self.hide(checked, untracked).map_err(cannot_fill)
            },
        );
        filled?;
        self.ignored = ignored?;
        self.bind().map_err(cannot_fill)?;
        self.look = self
            .overlay
            .look()
            .map_err(|barred| Fault::unable(barred.to_string()))?;
        Ok(())
    }

    /// Hides untracked files, unless something is shown in their place, and locks of a git that waits
    /// for us.
    fn hide(&self, checked: CheckedTree<'_>, untracked: Untracked) -> io::Result<()> {
        let others = checked.beside.untracked.iter();
        for path in others.filter(|_| untracked == Untracked::Hide) {
            present(self.overlay.whiteout(path))?;
        }
        // What is only intended to be added is in no commit.
        for path in &checked.beside.unstaged {
            if checked.index.version(path).is_none() && untracked == Untracked::Hide {
                present(self.overlay.whiteout(path))?;
            }
        }
        let git_dir = &checked.repository.git_dir;
        for entry in fs::read_dir(git_dir)?.flatten() {
            let name = entry.file_name();
            if Path::new(&name).extension() != Some(OsStr::new("lock")) {
                continue;
            }
            match &self.git {
                GitDir::Inside(dir) => present(self.overlay.whiteout(&dir.join(name)))?,
                GitDir::Outside(dir) => {
                    let place = self.outside(checked, dir)?;
                    present(whiteout(&place.join(name)))?;
                }
            }
        }
        Ok(())
    }

    /// Shows the index's version of what the work tree has otherwise, and the index itself.
    fn show(&mut self, checked: CheckedTree<'_>) -> Result<()> {
        let repository = checked.repository;
        let name = |name: &str| self.place.dir.join(name);
        let (index_file, record) = (name("overlay-index"), name("times"));
        let elsewhere = self.place.dir("empty").map_err(cannot_fill)?;
        let plain = repository.plain_index(checked.index, &index_file)?;
        let mut times = MtimeRecord::read(&record);
        let is_file = |path: &Path| {
            matches!(
                plain.index.kind(path),
                Some(FileMode::File | FileMode::Link)
            )
        };
        let mut paths = times.still_to_replace(&repository.work_tree, is_file);
        for path in &checked.beside.unstaged {
            match plain.index.kind(path) {
                Some(FileMode::Submodule) => {
                    let dir = self.empty(repository, path).map_err(cannot_fill)?;
                    repository.export_submodule(&plain, path, &dir, &index_file)?;
                }
                Some(_) => paths.push(path.clone()),
                None => {}
            }
        }
        paths.sort();
        paths.dedup();
        let base = self.base();
        for path in &paths {
            let dir = path.parent().unwrap_or(Path::new(""));
            self.overlay.dir(dir).map_err(cannot_fill)?;
        }
        repository.check_out_files(&plain, &paths, &base, &elsewhere)?;
        let mut shown = Vec::new();
        for path in paths {
            let file = base.join(&path);
            let version = plain.index.version(&path).unwrap_or_default();
            let settled = times
                .settle(&path, &version, &file, &repository.work_tree.join(&path))
                .and_then(|()| fs::symlink_metadata(&file));
            let metadata = settled.map_err(|error| {
                Fault::unable(format!("git did not write {}", show_path(&path))).because(&error)
            })?;
            shown.push((path, metadata));
        }
        times.write(&record).map_err(cannot_fill)?;
        self.show_git_dir(checked, &plain, &shown)
            .map_err(cannot_fill)?;
        self.plain = Some(plain);
        Ok(())
    }

    /// The git directory as it is when what is checked has been committed, or is about to be.
    fn show_git_dir(
        &self,
        checked: CheckedTree<'_>,
        plain: &PlainIndex,
        shown: &[(PathBuf, Metadata)],
    ) -> io::Result<()> {
        let dir = match &self.git {
            GitDir::Inside(dir) => {
                self.overlay.dir(dir)?;
                self.base().join(dir)
            }
            GitDir::Outside(dir) => self.outside(checked, dir)?,
        };
        let index = plain.index.with_files(shown);
        let index = index.as_deref().unwrap_or(plain.index.as_file());
        if index.is_empty() {
            return Ok(());
        }
        let file = dir.join("index");
        fs::write(&file, index)?;
        fs::set_permissions(&file, Permissions::from_mode(READABLE))?;
        // Whatever git would have to read again because of its time it still has to.
        if let Some(modified) = checked.index.modified() {
            fs::File::open(&file)?.set_modified(modified)?;
        }
        if let Some(commit) = checked.commit {
            fs::write(dir.join("HEAD"), format!("{commit}\n"))?;
        }
        Ok(())
    }

    /// Makes an empty directory of a submodule, for another commit than the one that it shows, or for the
    /// same without what has been changed in it.
    fn empty(&self, repository: &Repository, path: &Path) -> io::Result<PathBuf> {
        let own = repository.work_tree.join(path);
        let dir = for_others(&self.overlay.dir(path)?);
        if own.is_dir() {
            self.overlay.make_opaque(path)?;
        }
        // git in it is still the submodule's.
        if own.join(".git").is_file() {
            fs::copy(own.join(".git"), dir.join(".git"))?;
        }
        Ok(dir)
    }

    /// Finds out what is written through to where it is kept.
    fn bind(&mut self) -> io::Result<()> {
        let base = self.base();
        let is_hidden = |path: &Path| {
            path.ancestors().any(|above| {
                // Anything but a directory in front of it, or of a directory above it.
                fs::symlink_metadata(base.join(above)).is_ok_and(|data| !data.is_dir())
            })
        };
        let work_tree = self.work_tree.clone();
        let is_dir = |path: &Path| {
            fs::symlink_metadata(work_tree.join(path)).is_ok_and(|data| data.is_dir())
        };
        for path in &self.ignored {
            if ignored::kind(&work_tree, path) == ignored::IgnoredKind::DaemonStatus
                && !is_hidden(path)
            {
                present(self.overlay.whiteout(path))?;
            }
        }
        let mut binds = Vec::new();
        for path in &self.ignored {
            if !is_dir(path) || is_hidden(path) {
                continue;
            }
            match ignored::kind(&work_tree, path) {
                ignored::IgnoredKind::Installed => {
                    binds.push(Bind {
                        target: path.clone(),
                        source: BindSource::Own,
                    });
                    for cache in ignored::caches_within().map(|cache| path.join(cache)) {
                        if is_dir(&cache) {
                            binds.push(self.kept(&cache)?);
                        }
                    }
                }
                ignored::IgnoredKind::Cache => binds.push(self.kept(path)?),
                // What is written there is gone with the view: what gates make of the tree that is
                // checked must not be taken for what the user's files give.
                ignored::IgnoredKind::DaemonStatus
                | ignored::IgnoredKind::Product
                | ignored::IgnoredKind::Other => {}
            }
        }
        for name in ignored::caches_to_come(&work_tree) {
            let path = PathBuf::from(name);
            let is_there = |dir: &Path| fs::symlink_metadata(dir.join(&path)).is_ok();
            if !is_there(&work_tree) && !is_there(&base) {
                self.overlay.dir(&path)?;
                binds.push(self.kept(&path)?);
            }
        }
        self.binds = binds;
        Ok(())
    }

    /// A cache that belongs to this view, and stays from one run to the next.
    fn kept(&self, path: &Path) -> io::Result<Bind> {
        let dir = self.place.dir("caches")?.join(path);
        fs::create_dir_all(&dir)?;
        Ok(Bind {
            target: path.to_owned(),
            source: BindSource::Kept(dir),
        })
    }

    /// The way in for a gate that starts in a directory of the work tree.
    pub(super) fn entrance(&self, gate: usize, dir: &Path) -> Result<Arc<Entrance>> {
        let entrance = self.overlay.entrance(gate, dir, &self.binds);
        entrance.map(Arc::new).map_err(cannot_fill)
    }

    /// The base, by a path that git finds, too.
    fn base(&self) -> PathBuf {
        for_others(&self.overlay.base())
    }

    /// A directory of the git directory outside of the work tree, in its base.
    fn outside(&self, checked: CheckedTree<'_>, dir: &Path) -> io::Result<PathBuf> {
        let mut made = self.overlay.git_base(0);
        let mut model = checked.repository.git_dir.canonicalize()?;
        for _ in dir.components() {
            model.pop();
        }
        for name in dir.components() {
            made.push(name);
            model.push(name);
            match fs::create_dir(&made) {
                Ok(()) => fs::set_permissions(&made, fs::metadata(&model)?.permissions())?,
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
        Ok(made)
    }
}

/// A path by way of one of our descriptors, as other processes have to spell it.
pub(super) fn for_others(path: &Path) -> PathBuf {
    match path.strip_prefix("/proc/self") {
        Ok(rest) => Path::new("/proc")
            .join(std::process::id().to_string())
            .join(rest),
        Err(_) => path.to_owned(),
    }
}

/// Where the git directory is, and the directories outside of the work tree that hold it.
fn git_dirs(repository: &Repository, top: &Path) -> (GitDir, Vec<PathBuf>) {
    let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let (git_dir, common) = (real(&repository.git_dir), real(&repository.common_dir));
    if let Ok(inside) = git_dir.strip_prefix(top) {
        return (GitDir::Inside(inside.to_owned()), Vec::new());
    }
    match git_dir.strip_prefix(&common) {
        Ok(below) => (GitDir::Outside(below.to_owned()), vec![common]),
        Err(_) => (GitDir::Outside(PathBuf::new()), vec![git_dir, common]),
    }
}

/// What is not there need not be hidden.
fn present(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error)
            if matches!(
                error.kind(),
                io::ErrorKind::NotFound
                    | io::ErrorKind::NotADirectory
                    | io::ErrorKind::AlreadyExists
            ) =>
        {
            Ok(())
        }
        other => other,
    }
}

fn whiteout(path: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, FileType, Mode, mknodat};
    Ok(mknodat(
        CWD,
        path,
        FileType::CharacterDevice,
        Mode::empty(),
        0,
    )?)
}

fn cannot_fill(error: io::Error) -> Fault {
    Fault::unable("cannot fill the overlay").because(error)
}
