//! A file before and after a change.

use std::path::Path;

/// A file that a change touches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Changed<'c> {
    /// Where it is, relative to the top of the work tree.
    pub path: &'c Path,
    /// What it was; `None` if it is new.
    pub before: Option<&'c [u8]>,
    /// What it is; `None` if it is gone.
    pub after: Option<&'c [u8]>,
}
