//! What an index changes in a commit, found out without another process.
//!
//! Directories whose trees have the ids that the index gives them are not looked into, so that it takes as
//! long as there are changes.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::path::PathBuf;

use bstr::ByteSlice as _;

use super::DirIds;
use super::Index;
use super::entry::{IndexEntry, mode_of};
use crate::base::fault::{Fault, Result};
use crate::base::object_id::ObjectId;
use crate::git::change_set::{Change, ChangeKind, FileMode};
use crate::git::paths::repository_path;
use crate::git::{Objects, Repository, TreeEntry};

/// A path for which an index has something else than a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::git) struct ChangedEntry {
    /// Relative to the top of the work tree.
    pub(in crate::git) path: PathBuf,
    /// What the commit has there, unless it is a directory.
    pub(in crate::git) before: Option<StoredEntry>,
    /// What the index has there.
    pub(in crate::git) after: Option<StoredEntry>,
}

/// A file, a link or a submodule as it is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::git) struct StoredEntry {
    /// The id of its blob, or of the submodule's commit.
    pub(in crate::git) id: ObjectId,
    /// Type and permissions, as in `0o100644`.
    pub(in crate::git) mode: u32,
}

impl Repository {
    /// What an index changes in a commit, sorted as git does. `None` if git has to be asked: something is
    /// unmerged, or something cannot be read here. What stands in for other objects (`git replace`) is not
    /// looked at, as everywhere.
    #[must_use]
    pub(in crate::git) fn changed_in(
        &self,
        index: &Index,
        commit: ObjectId,
    ) -> Option<Vec<Change>> {
        let change = |entry: ChangedEntry| Change {
            path: entry.path,
            kind: entry.after.map_or(ChangeKind::Deleted, |after| {
                ChangeKind::Present(mode_of(after.mode).unwrap_or(FileMode::File))
            }),
            differs_from_every_parent: true,
        };
        let changed = self.entries_changed_in(index, commit)?;
        Some(changed.into_iter().map(change).collect())
    }

    /// The same, with what was there and what is.
    #[must_use]
    pub(in crate::git) fn entries_changed_in(
        &self,
        index: &Index,
        commit: ObjectId,
    ) -> Option<Vec<ChangedEntry>> {
        let dir_ids = index.dir_ids()?;
        self.library.as_ref()?;
        let mut comparison = TreeComparison {
            index,
            dir_ids,
            objects: self.objects(),
            changes: Vec::new(),
        };
        comparison
            .directory(&[], Some(commit), &index.committed())
            .ok()?;
        let mut changes = comparison.changes;
        let name = |change: &ChangedEntry| change.path.as_os_str().as_bytes().to_owned();
        changes.sort_by_cached_key(name);
        Some(changes)
    }
}

/// A comparison that is being made.
struct TreeComparison<'a> {
    index: &'a Index,
    dir_ids: &'a DirIds,
    objects: Objects,
    changes: Vec<ChangedEntry>,
}

impl TreeComparison<'_> {
    /// Compares a directory, whose path ends with a slash unless it is the top, with a tree, or with nothing.
    fn directory(
        &mut self,
        dir: &[u8],
        tree: Option<ObjectId>,
        entries: &[&IndexEntry],
    ) -> Result<()> {
        let known = self.dir_ids.get(dir.strip_suffix(b"/").unwrap_or(dir));
        if tree.is_some_and(|tree| known.is_some_and(|known| known == tree.bytes())) {
            return Ok(());
        }
        let mut before = match tree {
            Some(tree) => self.objects.directory(tree)?,
            None => BTreeMap::new(),
        };
        let mut rest = entries;
        while let Some(first) = rest.first() {
            let path = self.index.name(first);
            let name = &path[dir.len()..];
            let Some(slash) = name.find_byte(b'/') else {
                let was = before.remove(OsStr::from_bytes(name));
                self.file(path, first, was.as_ref())?;
                rest = &rest[1..];
                continue;
            };
            let inner = &path[..=dir.len() + slash];
            let inside = rest.partition_point(|entry| self.index.name(entry).starts_with(inner));
            let was = before.remove(OsStr::from_bytes(&name[..slash]));
            let (tree, other) = match was {
                Some(was) if was.is_directory() => (Some(was.id), None),
                other => (None, other),
            };
            if other.is_some() {
                self.push(&path[..dir.len() + slash], other.as_ref(), None);
            }
            self.directory(inner, tree, &rest[..inside])?;
            rest = &rest[inside..];
        }
        self.gone(dir, before)
    }

    /// Compares a file, a link or a submodule with what was there.
    fn file(&mut self, path: &[u8], entry: &IndexEntry, was: Option<&TreeEntry>) -> Result<()> {
        let id = self.index.id(entry);
        if was.is_some_and(|was| was.id.bytes() == id && was.mode() == entry.mode) {
            return Ok(());
        }
        let dir = was.filter(|was| was.is_directory());
        let id = self.index.object(entry);
        let after = StoredEntry {
            id: id.ok_or_else(|| Fault::bug("an id in the index has an unknown length"))?,
            mode: entry.mode,
        };
        self.push(path, was.filter(|was| !was.is_directory()), Some(after));
        dir.map_or(Ok(()), |dir| self.gone_below(path, dir.id))
    }

    /// Everything of a directory is gone.
    fn gone_below(&mut self, dir: &[u8], tree: ObjectId) -> Result<()> {
        let inside = self.objects.directory(tree)?;
        self.gone(&[dir, b"/"].concat(), inside)
    }

    /// Some entries of a directory are gone.
    fn gone(&mut self, dir: &[u8], entries: BTreeMap<OsString, TreeEntry>) -> Result<()> {
        for (name, entry) in entries {
            let path = [dir, &name.into_vec()].concat();
            if entry.is_directory() {
                self.gone_below(&path, entry.id)?;
            } else {
                self.push(&path, Some(&entry), None);
            }
        }
        Ok(())
    }

    fn push(&mut self, path: &[u8], before: Option<&TreeEntry>, after: Option<StoredEntry>) {
        self.changes.push(ChangedEntry {
            path: repository_path(path),
            before: before.map(|before| StoredEntry {
                id: before.id,
                mode: before.mode(),
            }),
            after,
        });
    }
}
