//! A private view of the work tree: at its own path, a gate sees other content.
//!
//! On Linux that is an overlay in namespaces of our own. What differs lies in a directory in memory,
//! the *base*, in front of the user's files, which nothing can write to: what a gate writes lands
//! in an *upper* directory of its own. No mount is ever visible to anybody but the gates, and the
//! kernel takes everything away with the last process or descriptor that uses it, however we end.
//!
//! `docs/overlay.md` tells what a gate can notice of it.

use std::fmt;
use std::io;
use std::path::PathBuf;

#[cfg(target_os = "linux")]
mod enter;
#[cfg(target_os = "linux")]
mod holder;
#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "linux")]
mod place;
#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests;
#[cfg(target_os = "linux")]
mod written;

#[cfg(target_os = "linux")]
pub(in crate::platform) use holder::{unshare, write_kernel_file};
#[cfg(target_os = "linux")]
pub(crate) use {enter::Entrance, linux::Overlay};

#[cfg(not(target_os = "linux"))]
mod elsewhere;
#[cfg(not(target_os = "linux"))]
pub(crate) use elsewhere::{Entrance, Overlay};

/// A directory that gates see as it really is, and write to for good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Bind {
    /// Where it is seen, relative to the work tree. There has to be a directory already.
    pub(crate) target: PathBuf,
    /// What is seen there.
    pub(crate) source: BindSource,
}

/// What a [`Bind`] shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum BindSource {
    /// The user's own directory at the same place in the work tree.
    Own,
    /// A directory outside of the work tree, by its absolute path.
    Kept(PathBuf),
}

/// Something that a gate has written or removed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct UpperEntry {
    /// Relative to the work tree.
    pub(crate) path: PathBuf,
    /// What is there now.
    pub(crate) kind: UpperKind,
    /// Whether it is a directory that replaces one of that name: nothing of the old one is left but
    /// what is reported below it.
    pub(crate) is_opaque: bool,
}

/// What is now at a path that a gate has written to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum UpperKind {
    /// A file. It may have been opened for writing only, and hold what it held before.
    File,
    /// A directory that was not there before, or is opaque.
    Directory,
    /// A symbolic link.
    Link,
    /// Nothing: it was removed or renamed.
    Gone,
    /// A socket, a pipe or a device.
    Other,
}

/// Why there can be no private view here.
#[derive(Debug)]
pub(crate) struct OverlayUnavailable {
    /// What was being done.
    pub(crate) step: SetUpStep,
    /// How it failed.
    pub(crate) error: io::Error,
}

impl fmt::Display for OverlayUnavailable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { step, error } = self;
        if *step == SetUpStep::Place {
            return write!(f, "cannot create a private view of this work tree: {error}");
        }
        write!(
            f,
            "the system does not allow a private view: {step}: {error}"
        )?;
        // The kernel's word for it would send people cleaning up their disk.
        if *step == SetUpStep::Namespaces && error.kind() == io::ErrorKind::StorageFull {
            f.write_str(", which refers to the limit in /proc/sys/user/max_user_namespaces")?;
        }
        Ok(())
    }
}

impl std::error::Error for OverlayUnavailable {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.error)
    }
}

/// The steps on the way to a private view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum SetUpStep {
    /// The work tree itself is not fit for it.
    Place = 1,
    /// A process to make the mounts.
    Process,
    /// A mount namespace, and a user namespace to be allowed to have one.
    Namespaces,
    /// Giving up the right to change groups, without which there is no mapping them.
    Groups,
    /// The same user inside as outside.
    UserMap,
    /// The same group inside as outside.
    GroupMap,
    /// Keeping our mounts to ourselves.
    Private,
    /// A file system in memory.
    Memory,
    /// Directories in it.
    Directories,
    /// The user's files a second time.
    Bind,
    /// The extended attributes that an overlay makes its notes in.
    Attributes,
    /// The overlay.
    Overlay,
    /// Holding on to the namespaces.
    Handles,
}

impl fmt::Display for SetUpStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Place => "inspecting the work tree",
            Self::Process => "starting a process",
            Self::Namespaces => "creating a mount namespace",
            Self::Groups => "giving up setgroups(2)",
            Self::UserMap => "mapping the user",
            Self::GroupMap => "mapping the group",
            Self::Private => "making mounts private",
            Self::Memory => "mounting a tmpfs",
            Self::Directories => "creating directories in a tmpfs",
            Self::Bind => "mounting the work tree a second time",
            Self::Attributes => "setting extended attributes in a tmpfs",
            Self::Overlay => "mounting an overlay",
            Self::Handles => "opening the namespaces",
        })
    }
}
