//! A file that a change touches, with the lines that differ.

use std::path::PathBuf;

use crate::base::object_id::ObjectId;

/// A file whose contents a change touches. Links and submodules have none.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FileDiff {
    /// Where it is, relative to the top of the work tree; where it was if it is gone.
    pub path: PathBuf,
    /// The id of what it was; `None` if it is new.
    pub before: Option<ObjectId>,
    /// The id of what it is; `None` if it is gone.
    pub after: Option<ObjectId>,
    /// The lines that are new, by their numbers after the change.
    pub added: Vec<Line>,
    /// The lines that are gone, by their numbers before the change.
    pub(crate) removed: Vec<Line>,
    /// Its mode before and after, as git writes it in octal digits: `100755`. `None` where it is not there.
    pub modes: (Option<u32>, Option<u32>),
}

impl FileDiff {
    /// The mode of a symbolic link.
    pub(crate) const LINK: u32 = 0o120_000;

    /// The mode of a submodule.
    pub(crate) const SUBMODULE: u32 = 0o160_000;

    /// Whether it is a link or a submodule, before or after.
    pub(super) fn is_other(&self) -> bool {
        let is_other = |mode: Option<u32>| matches!(mode, Some(Self::LINK | Self::SUBMODULE));
        is_other(self.modes.0) || is_other(self.modes.1)
    }

    /// Whether it is a file, and its contents have changed. A file that is empty comes and goes without a
    /// line.
    #[must_use]
    pub fn has_contents(&self) -> bool {
        !self.is_other() && self.before != self.after
    }
}

/// One line of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its number, counted from 1.
    pub number: usize,
    /// What it says, without its line break. Bytes, not text.
    pub text: Vec<u8>,
}
