//! What the tree that is checked has at a path, and beside it.

use std::collections::HashMap;
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
    /// The names in directories, by the directory and by their form in lower case.
    names: HashMap<PathBuf, HashMap<String, Vec<OsString>>>,
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

    /// The names in a directory, of files and directories, that are `name` on a file system that does not
    /// distinguish upper and lower case.
    pub(super) fn same_name(&mut self, dir: &Path, name: &OsStr) -> Result<&[OsString]> {
        if !self.names.contains_key(dir) {
            let mut folded: HashMap<String, Vec<OsString>> = HashMap::new();
            for name in self.names_in(dir)? {
                folded.entry(fold(&name)).or_default().push(name);
            }
            self.names.insert(dir.to_owned(), folded);
        }
        let same = self.names[dir].get(&fold(name));
        Ok(same.map(Vec::as_slice).unwrap_or_default())
    }

    fn names_in(&mut self, dir: &Path) -> Result<Vec<OsString>> {
        match &self.source {
            Source::Index(index) => Ok(index.names_in(dir)),
            Source::Commit(commit) => {
                let tree = if dir.as_os_str().is_empty() {
                    Some(*commit)
                } else {
                    let entry = self.objects.entry(*commit, dir)?;
                    entry.filter(TreeEntry::is_directory).map(|entry| entry.id)
                };
                match tree {
                    Some(tree) => Ok(self.objects.directory(tree)?.into_keys().collect()),
                    None => Ok(Vec::new()),
                }
            }
        }
    }
}

fn fold(name: &OsStr) -> String {
    name.to_string_lossy().to_lowercase()
}
