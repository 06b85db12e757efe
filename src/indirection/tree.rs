//! The files that commands are looked up in: those of an index, of a commit, or of a directory.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::ffi::{OsStr, OsString};
use std::io::ErrorKind;
use std::os::unix::ffi::OsStringExt as _;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use crate::base::fault::{Fault, Result};
use crate::base::text::show_path;
use crate::git::{FileMode, Index, Repository};

/// How many symbolic links may lead to a file.
const MAX_LINKS: usize = 16;

/// How many directories below each other are searched on disk.
const DEEPEST: usize = 8;

/// Directories on disk that hold nothing of the project's own.
const INSTALLED: [&str; 6] = [".git", "node_modules", ".venv", "venv", "target", "vendor"];

/// What a tree has at a path. Links are not followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Entry {
    /// Nothing.
    Missing,
    /// A file with this content.
    File(Vec<u8>),
    /// A symbolic link to this target.
    Link(PathBuf),
    /// A directory.
    Directory,
    /// A submodule, with the id of its commit.
    Submodule(String),
    /// Something that has no content here, such as a device.
    Other,
}

/// A tree of files. Paths are relative to its top, which is the empty path.
pub(crate) trait Tree {
    /// What is at a path, none of whose directories is a link.
    ///
    /// # Errors
    ///
    /// It cannot be read.
    fn entry(&mut self, path: &Path) -> Result<Entry>;

    /// The names in a directory.
    ///
    /// # Errors
    ///
    /// It cannot be read.
    fn names(&mut self, dir: &Path) -> Result<BTreeSet<OsString>>;

    /// The paths of everything below a directory that is not one itself. Links are not followed.
    ///
    /// # Errors
    ///
    /// It cannot be read.
    fn below(&mut self, dir: &Path) -> Result<Vec<PathBuf>>;
}

/// The files of the index.
pub(crate) struct IndexTree<'r> {
    repository: &'r Repository,
    index: Arc<Index>,
}

impl<'r> IndexTree<'r> {
    /// The files of a repository's index.
    ///
    /// # Errors
    ///
    /// The index cannot be read.
    pub(crate) fn open(repository: &'r Repository) -> Result<Self> {
        Ok(Self {
            repository,
            index: repository.index()?,
        })
    }
}

impl Tree for IndexTree<'_> {
    fn entry(&mut self, path: &Path) -> Result<Entry> {
        if path.as_os_str().is_empty() || self.index.is_dir(path) {
            return Ok(Entry::Directory);
        }
        let staged = match self.index.kind(path) {
            None => return Ok(Entry::Missing),
            Some(FileMode::Submodule) => {
                let version = self.index.version(path).unwrap_or_default();
                return Ok(Entry::Submodule(version));
            }
            Some(FileMode::File | FileMode::Link) => {
                self.repository.staged_file(&self.index, path)?
            }
        };
        Ok(match staged {
            None => Entry::Missing,
            Some(file) if file.is_link => Entry::Link(OsString::from_vec(file.contents).into()),
            Some(file) => Entry::File(file.contents),
        })
    }

    fn names(&mut self, dir: &Path) -> Result<BTreeSet<OsString>> {
        let paths = self.below(dir)?;
        let first = |path: PathBuf| {
            let inside = path.strip_prefix(dir).ok()?;
            inside.iter().next().map(OsStr::to_owned)
        };
        Ok(paths.into_iter().filter_map(first).collect())
    }

    fn below(&mut self, dir: &Path) -> Result<Vec<PathBuf>> {
        Ok(if dir.as_os_str().is_empty() {
            let tracked = self.index.tracked();
            tracked.into_iter().map(|file| file.path).collect()
        } else {
            self.index.below(dir)
        })
    }
}

/// The files of a directory on disk.
pub(crate) struct DirectoryTree {
    top: PathBuf,
}

impl DirectoryTree {
    /// The files below a directory.
    pub(crate) fn new(top: &Path) -> Self {
        Self {
            top: top.to_owned(),
        }
    }
}

impl Tree for DirectoryTree {
    fn entry(&mut self, path: &Path) -> Result<Entry> {
        let full = self.top.join(path);
        let cannot = |error: std::io::Error| {
            Fault::unable(format!("cannot read {}", show_path(path))).because(&error)
        };
        let data = match std::fs::symlink_metadata(&full) {
            Ok(data) => data,
            Err(error) if is_nothing(&error) => return Ok(Entry::Missing),
            Err(error) => return Err(cannot(error)),
        };
        Ok(if data.is_dir() {
            Entry::Directory
        } else if data.is_symlink() {
            Entry::Link(std::fs::read_link(&full).map_err(cannot)?)
        } else if data.is_file() {
            Entry::File(std::fs::read(&full).map_err(cannot)?)
        } else {
            Entry::Other
        })
    }

    fn names(&mut self, dir: &Path) -> Result<BTreeSet<OsString>> {
        let cannot = |error: std::io::Error| {
            Fault::unable(format!("cannot read {}", show_path(dir))).because(&error)
        };
        let entries = std::fs::read_dir(self.top.join(dir)).map_err(cannot)?;
        entries
            .map(|entry| entry.map(|entry| entry.file_name()).map_err(cannot))
            .collect()
    }

    fn below(&mut self, dir: &Path) -> Result<Vec<PathBuf>> {
        let mut found = Vec::new();
        let mut left = vec![(dir.to_owned(), 0)];
        while let Some((dir, depth)) = left.pop() {
            for name in self.names(&dir)? {
                let path = dir.join(&name);
                let kind = std::fs::symlink_metadata(self.top.join(&path));
                if !kind.is_ok_and(|kind| kind.is_dir()) {
                    found.push(path);
                } else if depth < DEEPEST && !INSTALLED.iter().any(|other| name == *other) {
                    left.push((path, depth + 1));
                }
            }
        }
        Ok(found)
    }
}

fn is_nothing(error: &std::io::Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory)
}

/// Where a path leads to, after every link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Found {
    /// Nothing is there, or it is outside of the tree.
    Nothing,
    /// A directory.
    Directory(FoundPlace),
    /// A file.
    File(FoundFile),
    /// Something whose content is unknown, such as a submodule, or what is in it.
    Other(FoundPlace),
}

/// A path after every link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FoundPlace {
    /// The path.
    pub(super) path: PathBuf,
    /// The links that lead to it, with their targets.
    pub(super) links: Vec<(PathBuf, PathBuf)>,
    /// The commit of the submodule that is there.
    pub(super) commit: Option<String>,
}

impl FoundPlace {
    fn new(path: PathBuf, links: Vec<(PathBuf, PathBuf)>) -> Self {
        Self {
            path,
            links,
            commit: None,
        }
    }
}

/// A file, after every link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FoundFile {
    /// Its path.
    pub(super) path: PathBuf,
    /// The links that lead to it, with their targets.
    pub(super) links: Vec<(PathBuf, PathBuf)>,
    /// Its text; what is not UTF-8 is replaced.
    pub(super) text: String,
}

/// A tree, each file of which is read only once.
pub(crate) struct Files<'t> {
    tree: &'t mut dyn Tree,
    known: HashMap<PathBuf, Entry>,
}

impl<'t> Files<'t> {
    /// The files of a tree.
    pub(crate) fn new(tree: &'t mut dyn Tree) -> Self {
        Self {
            tree,
            known: HashMap::new(),
        }
    }

    fn entry(&mut self, path: &Path) -> Result<Entry> {
        if let Some(entry) = self.known.get(path) {
            return Ok(entry.clone());
        }
        let entry = self.tree.entry(path)?;
        self.known.insert(path.to_owned(), entry.clone());
        Ok(entry)
    }

    /// Follows a path.
    pub(super) fn find(&mut self, path: &Path) -> Result<Found> {
        let mut left: VecDeque<OsString> = parts(path);
        let (mut real, mut links) = (PathBuf::new(), Vec::new());
        if path.is_absolute() {
            return Ok(Found::Nothing);
        }
        while let Some(name) = left.pop_front() {
            if name == ".." {
                if !real.pop() {
                    return Ok(Found::Nothing);
                }
                continue;
            }
            let here = real.join(&name);
            match self.entry(&here)? {
                Entry::File(content) if left.is_empty() => {
                    return Ok(Found::File(FoundFile {
                        path: here,
                        links,
                        text: String::from_utf8_lossy(&content).into_owned(),
                    }));
                }
                Entry::Missing | Entry::File(_) => return Ok(Found::Nothing),
                Entry::Submodule(commit) => {
                    return Ok(Found::Other(FoundPlace {
                        commit: Some(commit),
                        path: here,
                        links,
                    }));
                }
                Entry::Other => return Ok(Found::Other(FoundPlace::new(here, links))),
                Entry::Directory => real = here,
                Entry::Link(target) => {
                    links.push((here.clone(), target.clone()));
                    if target.is_absolute() || links.len() > MAX_LINKS {
                        return Ok(Found::Other(FoundPlace::new(here, links)));
                    }
                    for part in parts(&target).into_iter().rev() {
                        left.push_front(part);
                    }
                }
            }
        }
        Ok(Found::Directory(FoundPlace::new(real, links)))
    }

    /// The text of a file, if there is one.
    pub(crate) fn text(&mut self, path: &Path) -> Result<Option<String>> {
        Ok(self.file(path)?.map(|file| file.text))
    }

    /// The file at a path, after every link; `None` if there is no file.
    pub(super) fn file(&mut self, path: &Path) -> Result<Option<FoundFile>> {
        Ok(match self.find(path)? {
            Found::File(file) => Some(file),
            Found::Nothing | Found::Directory(_) | Found::Other(_) => None,
        })
    }

    /// The first of these files in a directory that is there.
    pub(super) fn first(&mut self, dir: &Path, names: &[&str]) -> Result<Option<FoundFile>> {
        for name in names {
            if let Some(file) = self.file(&dir.join(name))? {
                return Ok(Some(file));
            }
        }
        Ok(None)
    }

    /// The first of these files in a directory or one of those around it.
    pub(super) fn upwards(&mut self, dir: &Path, names: &[&str]) -> Result<Option<FoundFile>> {
        for dir in dir.ancestors() {
            if let Some(file) = self.first(dir, names)? {
                return Ok(Some(file));
            }
        }
        Ok(None)
    }

    /// The paths that match a pattern with `*` and `?` in its parts; `**` stands for up to four
    /// directories. Directories into which tools install packages are skipped.
    pub(super) fn matching(&mut self, dir: &Path, pattern: &str) -> Result<Vec<PathBuf>> {
        let mut found = vec![dir.to_owned()];
        for part in pattern.split('/').filter(|part| !matches!(*part, "" | ".")) {
            let mut next = Vec::new();
            for path in found {
                if part == "**" {
                    self.below(&path, 4, &mut next)?;
                } else if part.contains(['*', '?', '[']) {
                    let glob = globset::Glob::new(part).map(|glob| glob.compile_matcher());
                    let Ok(glob) = glob else { continue };
                    let mut names = self.list(&path)?;
                    names.retain(|name| glob.is_match(name));
                    next.extend(names.iter().map(|name| path.join(name)));
                } else {
                    next.push(plain(&path.join(part)));
                }
            }
            found = next;
        }
        Ok(found)
    }

    fn below(&mut self, dir: &Path, depth: usize, found: &mut Vec<PathBuf>) -> Result<()> {
        found.push(dir.to_owned());
        if depth == 0 {
            return Ok(());
        }
        for name in self.list(dir)? {
            let path = dir.join(&name);
            if name != "node_modules" && self.entry(&path)? == Entry::Directory {
                self.below(&path, depth - 1, found)?;
            }
        }
        Ok(())
    }

    /// Whether there is a directory at a path; links are not followed.
    pub(super) fn is_directory(&mut self, path: &Path) -> Result<bool> {
        Ok(self.entry(path)? == Entry::Directory)
    }

    /// What is below a directory, as it is in the tree.
    pub(super) fn inside(&mut self, dir: &Path) -> Result<Vec<PathBuf>> {
        self.tree.below(dir)
    }

    /// The names in a directory; none if there is no directory.
    pub(super) fn list(&mut self, dir: &Path) -> Result<BTreeSet<OsString>> {
        let dir = plain(dir);
        let is_directory = dir.as_os_str().is_empty() || self.entry(&dir)? == Entry::Directory;
        if is_directory {
            self.tree.names(&dir)
        } else {
            Ok(BTreeSet::new())
        }
    }
}

fn parts(path: &Path) -> VecDeque<OsString> {
    let parts = path.components().filter_map(|part| match part {
        Component::Normal(name) => Some(name.to_owned()),
        Component::ParentDir => Some("..".into()),
        Component::CurDir | Component::RootDir | Component::Prefix(_) => None,
    });
    parts.collect()
}

/// A path without `.` and `..`.
#[must_use]
pub(crate) fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                plain.pop();
            }
            part => plain.push(part),
        }
    }
    plain
}
