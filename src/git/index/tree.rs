//! The id of the tree that a commit of the index would have.
//!
//! It is computed from the entries, which are what views are made from, and never taken from what
//! the file says of trees itself: a verdict is about what gates have seen.

use sha1::Sha1;
use sha2::{Digest, Sha256};

use super::Index;
use super::entry::IndexEntry;
use crate::base::object_id::ObjectId;

/// The length of an id that SHA-1 makes, in bytes.
const SHA1: usize = 20;

impl Index {
    /// The id that git gives the tree of a commit of this index, as it prints it (gitformat-pack(5)
    /// has no word on trees; git-mktree(1) has). `None` if no commit can be made of it, because
    /// something is unmerged, or if nothing is in it.
    #[must_use]
    pub(crate) fn tree_id(&self) -> Option<ObjectId> {
        if self.entries.iter().any(|entry| entry.flags.stage != 0) {
            return None;
        }
        let committed = self.entries.iter().filter(|entry| entry.is_committed());
        let committed: Vec<&IndexEntry> = committed.collect();
        let first = committed.first()?;
        let has_sha1 = first.id.len() == SHA1;
        ObjectId::from_bytes(&self.tree(&committed, 0, has_sha1))
    }

    /// The id of one directory: of entries whose names have the same beginning, which is so long.
    fn tree(&self, entries: &[&IndexEntry], beginning: usize, has_sha1: bool) -> Vec<u8> {
        let mut tree = Vec::with_capacity(entries.len() * 48);
        let mut rest = entries;
        while let Some(first) = rest.first() {
            let name = &self.name(first)[beginning..];
            let Some(slash) = name.iter().position(|byte| *byte == b'/') else {
                push(
                    &mut tree,
                    &format!("{:o}", first.mode),
                    name,
                    self.id(first),
                );
                rest = &rest[1..];
                continue;
            };
            let end = beginning + slash + 1;
            let dir = &self.name(first)[..end];
            let inside = rest.partition_point(|entry| self.name(entry).starts_with(dir));
            let id = self.tree(&rest[..inside], end, has_sha1);
            push(&mut tree, "40000", &name[..slash], &id);
            rest = &rest[inside..];
        }
        let heading = format!("tree {}\0", tree.len());
        if has_sha1 {
            hash::<Sha1>(heading.as_bytes(), &tree)
        } else {
            hash::<Sha256>(heading.as_bytes(), &tree)
        }
    }
}

fn push(tree: &mut Vec<u8>, mode: &str, name: &[u8], id: &[u8]) {
    tree.extend_from_slice(mode.as_bytes());
    tree.push(b' ');
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
