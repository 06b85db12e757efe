//! What the tree that is checked has at a path, and beside it.

use std::collections::{BTreeSet, HashMap};
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::base::fault::Result;
use crate::base::object_id::ObjectId;
use crate::git::{DiffTarget, FileMode, Index, Objects, Repository, TreeEntry};

/// The tree that is checked.
pub(super) struct CheckedPaths<'o> {
    objects: &'o mut Objects,
    source: Source,
    /// The names in directories, by the directory.
    names: HashMap<PathBuf, BTreeSet<OsString>>,
}

enum Source {
    Index(Arc<Index>),
    Commit(ObjectId),
}

/// What is at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Nothing,
    Link,
    Other,
}

impl<'o> CheckedPaths<'o> {
    pub(super) fn new(
        repository: &Repository,
        objects: &'o mut Objects,
        after: DiffTarget,
    ) -> Result<Self> {
        let source = match after {
            DiffTarget::Index => Source::Index(repository.index()?),
            DiffTarget::Commit(commit) => Source::Commit(commit),
        };
        Ok(Self {
            objects,
            source,
            names: HashMap::new(),
        })
    }

    /// What is at a path.
    pub(super) fn kind(&mut self, path: &Path) -> Result<Kind> {
        if path.as_os_str().is_empty() {
            return Ok(Kind::Other);
        }
        Ok(match &self.source {
            Source::Index(index) => match index.kind(path) {
                Some(FileMode::Link) => Kind::Link,
                Some(_) => Kind::Other,
                None if index.is_dir(path) => Kind::Other,
                None => Kind::Nothing,
            },
            Source::Commit(commit) => match self.objects.entry(*commit, path)? {
                Some(entry) if entry.is_link() => Kind::Link,
                Some(_) => Kind::Other,
                None => Kind::Nothing,
            },
        })
    }

    /// The contents of a blob.
    pub(super) fn blob(&mut self, id: ObjectId) -> Result<Vec<u8>> {
        self.objects.blob(id)
    }

    /// The names in the directory of a path, of files and directories.
    pub(super) fn beside(&mut self, dir: &Path) -> Result<&BTreeSet<OsString>> {
        if !self.names.contains_key(dir) {
            let names = match &self.source {
                Source::Index(index) => {
                    let below = if dir.as_os_str().is_empty() {
                        index.paths()
                    } else {
                        index.below(dir)
                    };
                    let first = |path: &PathBuf| {
                        let rest = path.strip_prefix(dir).ok()?;
                        rest.iter().next().map(OsStr::to_owned)
                    };
                    below.iter().filter_map(first).collect()
                }
                Source::Commit(commit) => {
                    let objects = &mut *self.objects;
                    let tree = if dir.as_os_str().is_empty() {
                        Some(*commit)
                    } else {
                        let entry = objects.entry(*commit, dir)?;
                        entry.filter(TreeEntry::is_directory).map(|entry| entry.id)
                    };
                    match tree {
                        Some(tree) => objects.directory(tree)?.into_keys().collect(),
                        None => BTreeSet::new(),
                    }
                }
            };
            self.names.insert(dir.to_owned(), names);
        }
        Ok(&self.names[dir])
    }
}
