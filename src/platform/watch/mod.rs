//! Has anybody written to some directories since they were first looked at?
//!
//! Where the system can tell, its word saves looking at every file once more, and it tells of what was
//! changed and changed back. Where it might not report everything (files with several names, other
//! file systems, more directories than a few thousand), it is not asked.

use std::path::PathBuf;

/// Something that was written, made or removed in a watched directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct WatchEvent {
    /// The directory's path, as it was given, and the name.
    pub(crate) path: PathBuf,
    /// Whether contents may be others, or the name is new or gone; else only attributes have changed.
    pub(crate) is_of_contents: bool,
}

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "linux")]
pub(crate) use linux::Watch;

#[cfg(not(target_os = "linux"))]
mod elsewhere;
#[cfg(not(target_os = "linux"))]
pub(crate) use elsewhere::Watch;

#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests;
