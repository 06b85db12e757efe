//! A file before and after a change.

use std::path::Path;

/// A file that a change touches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Changed<'c> {
    /// Its path, relative to the top of the work tree.
    pub path: &'c Path,
    /// Its content before; `None` if it is new.
    pub before: Option<&'c [u8]>,
    /// Its content after; `None` if it was removed.
    pub after: Option<&'c [u8]>,
}
