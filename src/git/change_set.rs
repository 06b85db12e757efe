//! The change set: paths, and what became of each.

use std::path::PathBuf;

/// What is at a path, in git's terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FileMode {
    /// A regular file, executable or not.
    File,
    /// A symbolic link.
    Link,
    /// A commit of another repository.
    Submodule,
}

impl FileMode {
    /// Reads git's octal mode, as in `100644`. `None` for `000000`: there is nothing.
    pub(super) fn parse(mode: &[u8]) -> Option<Self> {
        match mode {
            b"000000" => None,
            b"120000" => Some(Self::Link),
            b"160000" => Some(Self::Submodule),
            _ => Some(Self::File),
        }
    }
}

/// What happened to a path. Renames are a deletion and an addition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ChangeKind {
    /// It is there, new or with other contents, mode or type.
    Present(FileMode),
    /// It is gone.
    Deleted,
}

/// One path of a change set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Relative to the top of the work tree. Bytes, not text.
    pub path: PathBuf,
    /// What happened to it.
    pub(crate) kind: ChangeKind,
    /// Whether it differs from every parent of the commit. In a merge, files taken over from one
    /// side make a gate run, but only what the merge itself changed is handed to it.
    pub(crate) differs_from_every_parent: bool,
}

/// The paths that a commit or a range touches, sorted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct ChangeSet {
    /// Each path once.
    pub(crate) changes: Vec<Change>,
}

impl ChangeSet {
    /// Makes a change set of changes in any order.
    #[must_use]
    pub(crate) fn new(mut changes: Vec<Change>) -> Self {
        changes.sort_by(|a, b| a.path.cmp(&b.path));
        Self { changes }
    }
}
