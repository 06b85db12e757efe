//! One entry of an index.

use std::ops::Range;

use crate::git::change_set::FileMode;

/// The mode of a submodule's commit.
const SUBMODULE: u32 = 0o160_000;

/// The mode of a symbolic link.
const LINK: u32 = 0o120_000;

/// A path in the index. Sorted by name, then by stage.
#[derive(Debug, Clone)]
pub(crate) struct IndexEntry {
    pub(crate) name: Range<u32>,
    pub(crate) id: Range<u32>,
    /// Type and permissions, as in `0o100644`.
    pub(crate) mode: u32,
    pub(crate) stat: Stat,
    pub(crate) flags: Flags,
}

/// What the file in the work tree was like when it was last found to be that of the index; the low
/// 32 bits of each number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stat {
    pub(crate) changed: (u32, u32),
    pub(crate) modified: (u32, u32),
    pub(crate) inode: u32,
    pub(crate) user: u32,
    pub(crate) group: u32,
    pub(crate) size: u32,
}

/// What git has been told about a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Flags {
    /// The side of a conflict; 0 if there is none.
    pub(crate) stage: u8,
    /// git is not to look at the file.
    pub(super) assumed_unchanged: bool,
    /// The file need not be in the work tree (a sparse checkout).
    pub(crate) skips_work_tree: bool,
    /// The path is only intended to be added, so that no commit has it.
    pub(crate) is_intended: bool,
}

impl IndexEntry {
    pub(crate) fn is_submodule(&self) -> bool {
        self.mode == SUBMODULE
    }

    pub(crate) fn file_mode(&self) -> Option<FileMode> {
        mode_of(self.mode)
    }

    pub(crate) fn is_link(&self) -> bool {
        self.mode == LINK
    }

    /// Whether a commit of the index has it.
    pub(crate) fn is_committed(&self) -> bool {
        self.flags.stage == 0 && !self.flags.is_intended
    }
}

pub(crate) fn mode_of(mode: u32) -> Option<FileMode> {
    match mode {
        0 => None,
        LINK => Some(FileMode::Link),
        SUBMODULE => Some(FileMode::Submodule),
        _ => Some(FileMode::File),
    }
}
