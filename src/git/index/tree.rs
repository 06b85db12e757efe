//! The ids of the trees that a commit of the index would have.
//!
//! They are computed from the entries, which are what views are made from, and never taken from what
//! the file says of trees itself: a verdict is about what gates have seen.

use std::io::Write as _;

use sha1::Sha1;
use sha2::{Digest, Sha256};

use super::entry::IndexEntry;
use super::{DirIds, Index};
use crate::base::object_id::ObjectId;

/// The mode of a directory.
const DIRECTORY: u32 = 0o40_000;

/// The length of an id that SHA-1 makes, in bytes.
const SHA1: usize = 20;

impl Index {
    /// The id that git gives the tree of a commit of this index, as it prints it (gitformat-pack(5)
    /// has no word on trees; git-mktree(1) has). `None` if no commit can be made of it, because
    /// something is unmerged, or if nothing is in it.
    #[must_use]
    pub(crate) fn tree_id(&self) -> Option<ObjectId> {
        ObjectId::from_bytes(self.dir_ids()?.get(&b""[..])?)
    }

    /// The id of each directory, by its path; the top is the empty path. They are computed once. `None` as
    /// for [`Self::tree_id`].
    pub(in crate::git) fn dir_ids(&self) -> Option<&DirIds> {
        let ids = self.dir_ids.get_or_init(|| {
            if self.entries.iter().any(|entry| entry.flags.stage != 0) {
                return None;
            }
            let committed = self.committed();
            let has_sha1 = committed.first()?.id.len() == SHA1;
            let mut ids = DirIds::new();
            self.tree(&committed, 0, has_sha1, &mut ids);
            Some(ids)
        });
        ids.as_ref()
    }

    /// The entries that a commit would have, sorted.
    pub(super) fn committed(&self) -> Vec<&IndexEntry> {
        let entries = self.entries.iter();
        entries.filter(|entry| entry.is_committed()).collect()
    }

    /// The id of one directory: of entries whose names have the same beginning, which is so long.
    fn tree(
        &self,
        entries: &[&IndexEntry],
        beginning: usize,
        has_sha1: bool,
        ids: &mut DirIds,
    ) -> Vec<u8> {
        let mut tree = Vec::new();
        let mut rest = entries;
        while let Some(first) = rest.first() {
            let name = &self.name(first)[beginning..];
            let Some(slash) = name.iter().position(|byte| *byte == b'/') else {
                push(&mut tree, first.mode, name, self.id(first));
                rest = &rest[1..];
                continue;
            };
            let end = beginning + slash + 1;
            let dir = &self.name(first)[..end];
            let inside = rest.partition_point(|entry| self.name(entry).starts_with(dir));
            let id = self.tree(&rest[..inside], end, has_sha1, ids);
            push(&mut tree, DIRECTORY, &name[..slash], &id);
            rest = &rest[inside..];
        }
        let heading = format!("tree {}\0", tree.len());
        let id = if has_sha1 {
            hash::<Sha1>(heading.as_bytes(), &tree)
        } else {
            hash::<Sha256>(heading.as_bytes(), &tree)
        };
        let first = entries.first().map_or(&b""[..], |entry| self.name(entry));
        let dir = &first[..beginning.saturating_sub(1)];
        ids.insert(dir.to_owned(), id.clone());
        id
    }
}

fn push(tree: &mut Vec<u8>, mode: u32, name: &[u8], id: &[u8]) {
    // Writing to memory does not fail.
    let _ = write!(tree, "{mode:o} ");
    tree.extend_from_slice(name);
    tree.push(0);
    tree.extend_from_slice(id);
}

fn hash<D: Digest>(heading: &[u8], content: &[u8]) -> Vec<u8> {
    D::new()
        .chain_update(heading)
        .chain_update(content)
        .finalize()
        .to_vec()
}
