//! A tree as it is stored: gitformat-pack(5) calls it a tree object. Each entry is
//! `mode SP name NUL id`, with the id as bytes.

use bstr::ByteSlice as _;

use crate::base::fault::{Fault, Result};
use crate::base::object_id::ObjectId;

/// What a tree has under a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TreeEntry {
    /// The id of the object.
    pub(crate) id: ObjectId,
    kind: EntryKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum EntryKind {
    Directory,
    File,
    Executable,
    Link,
    Submodule,
}

impl TreeEntry {
    /// Whether it is a directory.
    #[must_use]
    pub(crate) fn is_directory(&self) -> bool {
        self.kind == EntryKind::Directory
    }

    /// Whether it is a symbolic link.
    #[must_use]
    pub(crate) fn is_link(&self) -> bool {
        self.kind == EntryKind::Link
    }

    /// Whether its object is a blob: that of a file, or of a symbolic link.
    #[must_use]
    pub(crate) fn is_blob(&self) -> bool {
        matches!(
            self.kind,
            EntryKind::File | EntryKind::Executable | EntryKind::Link
        )
    }

    /// Type and permissions as the index has them, as in `0o100644`: of a file's permissions, git knows only
    /// whether its owner may execute it (`cache.h: canon_mode`).
    #[must_use]
    pub(super) fn mode(&self) -> u32 {
        match self.kind {
            EntryKind::Directory => 0o40_000,
            EntryKind::File => 0o100_644,
            EntryKind::Executable => 0o100_755,
            EntryKind::Link => 0o120_000,
            EntryKind::Submodule => 0o160_000,
        }
    }
}

/// The entries of a tree, in git's order, each with its name. What is damaged ends them.
pub(super) struct Tree<'t> {
    id: ObjectId,
    rest: &'t [u8],
}

impl<'t> Tree<'t> {
    /// The tree with this id, which also says how long ids are, and this content.
    pub(super) fn new(id: ObjectId, content: &'t [u8]) -> Self {
        Self { id, rest: content }
    }

    /// The entry with a name.
    pub(super) fn find(self, name: &[u8]) -> Result<Option<TreeEntry>> {
        for entry in self {
            let (found, entry) = entry?;
            if found == name {
                return Ok(Some(entry));
            }
        }
        Ok(None)
    }

    fn entry(&mut self) -> Option<(&'t [u8], TreeEntry)> {
        let (mode, rest) = self.rest.split_once_str(" ")?;
        let (name, rest) = rest.split_once_str("\0")?;
        let (id, rest) = rest.split_at_checked(self.id.bytes().len())?;
        // Old versions of git have written other permissions for files (`fsck.c: badFilemode`).
        let kind = match mode {
            b"40000" | b"040000" => EntryKind::Directory,
            b"120000" => EntryKind::Link,
            b"160000" => EntryKind::Submodule,
            [b'1', b'0', b'0', b'1' | b'3' | b'5' | b'7', ..] => EntryKind::Executable,
            _ if mode.starts_with(b"100") => EntryKind::File,
            _ => return None,
        };
        self.rest = rest;
        let id = ObjectId::from_bytes(id)?;
        Some((name, TreeEntry { id, kind }))
    }
}

impl<'t> Iterator for Tree<'t> {
    type Item = Result<(&'t [u8], TreeEntry)>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let entry = self.entry().ok_or_else(|| {
            self.rest = &[];
            Fault::unable(format!("tree {} is damaged; see `git fsck`", self.id))
        });
        Some(entry)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id() -> ObjectId {
        ObjectId::from_bytes(&[0x11; 20]).unwrap()
    }

    fn tree(entries: &[(&str, &[u8])]) -> Vec<u8> {
        let entries = entries.iter().map(|(mode, name)| {
            let id = [0x11; 20];
            [mode.as_bytes(), b" ", name, b"\0", &id].concat()
        });
        entries.flatten().collect()
    }

    #[test]
    fn names_hold_anything_but_nul_and_slash() {
        let names: [&[u8]; 4] = [b"a b  c", b"x\nHEAD:y\n", b"\xff\xfe", b"40000"];
        let entries: Vec<(&str, &[u8])> = names.iter().map(|name| ("100644", *name)).collect();
        let content = tree(&entries);
        let found: Vec<&[u8]> = Tree::new(id(), &content)
            .map(|entry| entry.unwrap().0)
            .collect();
        assert_eq!(found, names);
        for name in names {
            let entry = Tree::new(id(), &content).find(name).unwrap().unwrap();
            assert!(entry.is_blob() && !entry.is_link() && entry.id == id());
        }
        assert_eq!(Tree::new(id(), &content).find(b"x").unwrap(), None);
    }

    #[test]
    fn modes_tell_what_an_entry_is() {
        let content = tree(&[
            ("40000", b"directory"),
            ("120000", b"link"),
            ("160000", b"submodule"),
            ("100664", b"old"),
            ("100755", b"program"),
        ]);
        let entry = |name: &[u8]| Tree::new(id(), &content).find(name).unwrap().unwrap();
        assert!(entry(b"directory").is_directory());
        assert!(entry(b"link").is_link() && entry(b"link").is_blob());
        assert!(!entry(b"submodule").is_blob());
        assert!(entry(b"old").is_blob() && entry(b"program").is_blob());
        let modes = [&b"old"[..], b"program", b"submodule"].map(|name| entry(name).mode());
        assert_eq!(modes, [0o100_644, 0o100_755, 0o160_000]);
    }

    #[test]
    fn a_damaged_tree_is_not_an_empty_one() {
        let whole = tree(&[("100644", b"a")]);
        for content in [
            &whole[..whole.len() - 1],
            &whole[..4],
            b"100644 a",
            b"9 a\0",
        ] {
            let entries: Vec<_> = Tree::new(id(), content).collect();
            assert_eq!(entries.len(), 1);
            assert!(entries[0].is_err());
        }
    }
}
