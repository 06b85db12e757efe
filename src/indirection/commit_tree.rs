//! The files of a commit, and of a tree that has none.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt as _;
use std::path::{Path, PathBuf};

use super::tree::{Entry, Tree};
use crate::base::fault::Result;
use crate::base::object_id::ObjectId;
use crate::git::{Objects, TreeEntry};

/// The files of a commit. Each directory is read only once.
pub(crate) struct CommitTree<'o> {
    objects: &'o mut Objects,
    commit: ObjectId,
    directories: HashMap<PathBuf, BTreeMap<OsString, TreeEntry>>,
}

impl<'o> CommitTree<'o> {
    /// The files of a commit.
    pub(crate) fn new(objects: &'o mut Objects, commit: ObjectId) -> Self {
        Self {
            objects,
            commit,
            directories: HashMap::new(),
        }
    }

    /// What is in a directory; nothing if it is not one.
    fn directory(&mut self, dir: &Path) -> Result<&BTreeMap<OsString, TreeEntry>> {
        if !self.directories.contains_key(dir) {
            let entries = if dir.as_os_str().is_empty() {
                self.objects.directory(self.commit)?
            } else {
                match self.find(dir)? {
                    Some(entry) if entry.is_directory() => self.objects.directory(entry.id)?,
                    _ => BTreeMap::new(),
                }
            };
            self.directories.insert(dir.to_owned(), entries);
        }
        Ok(&self.directories[dir])
    }

    fn find(&mut self, path: &Path) -> Result<Option<TreeEntry>> {
        let (Some(dir), Some(name)) = (path.parent(), path.file_name()) else {
            return Ok(None);
        };
        Ok(self.directory(dir)?.get(name).cloned())
    }
}

impl Tree for CommitTree<'_> {
    fn entry(&mut self, path: &Path) -> Result<Entry> {
        if path.as_os_str().is_empty() {
            return Ok(Entry::Directory);
        }
        let Some(entry) = self.find(path)? else {
            return Ok(Entry::Missing);
        };
        if entry.is_directory() {
            return Ok(Entry::Directory);
        }
        if !entry.is_blob() {
            return Ok(Entry::Submodule(format!("160000 {}", entry.id)));
        }
        let content = self.objects.blob(entry.id)?;
        Ok(if entry.is_link() {
            Entry::Link(OsString::from_vec(content).into())
        } else {
            Entry::File(content)
        })
    }

    fn names(&mut self, dir: &Path) -> Result<BTreeSet<OsString>> {
        Ok(self.directory(dir)?.keys().cloned().collect())
    }

    fn below(&mut self, dir: &Path) -> Result<Vec<PathBuf>> {
        let mut found = Vec::new();
        let mut left = vec![dir.to_owned()];
        while let Some(dir) = left.pop() {
            for (name, entry) in self.directory(&dir)? {
                let list = if entry.is_directory() {
                    &mut left
                } else {
                    &mut found
                };
                list.push(dir.join(name));
            }
        }
        Ok(found)
    }
}

/// A tree without any file.
pub(crate) struct NoFiles;

impl Tree for NoFiles {
    fn entry(&mut self, _: &Path) -> Result<Entry> {
        Ok(Entry::Missing)
    }

    fn names(&mut self, _: &Path) -> Result<BTreeSet<OsString>> {
        Ok(BTreeSet::new())
    }

    fn below(&mut self, _: &Path) -> Result<Vec<PathBuf>> {
        Ok(Vec::new())
    }
}
