//! The way in.

use std::ffi::CString;
use std::io;
use std::os::fd::{AsFd as _, OwnedFd};
use std::sync::Arc;

use rustix::io::Errno;
use rustix::mount::{MountFlags, UnmountFlags, mount_bind_recursive, unmount};
use rustix::process::{chdir, chroot, fchdir};
use rustix::thread::{LinkNameSpaceType, UnshareFlags, move_into_link_name_space};

use super::holder::{mount_overlay, unshare};

/// What the namespaces are held and entered by. They are gone with it, once no gate is in them.
#[derive(Debug)]
pub(super) struct NamespaceFds {
    pub(super) user: Option<OwnedFd>,
    pub(super) mounts: OwnedFd,
    /// The directory that was `/` to the holder.
    pub(super) root: OwnedFd,
    /// The directory that everything is mounted on, in there.
    pub(super) view: OwnedFd,
}

impl NamespaceFds {
    /// Moves the calling process, which must have but one thread, into the namespaces and the
    /// view.
    pub(super) fn pass(&self) -> Result<(), Errno> {
        if let Some(user) = &self.user {
            move_into_link_name_space(user.as_fd(), Some(LinkNameSpaceType::User))?;
        }
        move_into_link_name_space(self.mounts.as_fd(), Some(LinkNameSpaceType::Mount))?;
        // The kernel puts us at the root of the namespace, which is not ours in a chroot.
        fchdir(&self.root)?;
        chroot(c".")?;
        fchdir(&self.view)
    }
}

/// A way into the view for one gate.
#[derive(Debug)]
pub(crate) struct Entrance {
    pub(super) doors: Arc<NamespaceFds>,
    /// Where overlays go, and their options.
    pub(super) overlays: Vec<(CString, CString)>,
    /// Directories, absolute or relative to the view, and where they go.
    pub(super) binds: Vec<(CString, CString)>,
    /// Where the gate starts.
    pub(super) dir: CString,
}

impl Entrance {
    /// Moves the calling process into the view. It makes only system calls, so that it can be
    /// called between fork and exec.
    ///
    /// # Errors
    ///
    /// A system call failed; the process is then in no fit state to execute anything.
    pub(crate) fn enter(&self) -> io::Result<()> {
        self.doors.pass()?;
        // A namespace for each gate, so that none sees what another writes. The current directory
        // moves along, which no descriptor does.
        unshare(UnshareFlags::NEWNS)?;
        for (target, options) in &self.overlays {
            mount_overlay(target, MountFlags::empty(), options)?;
        }
        for (source, target) in &self.binds {
            mount_bind_recursive(source.as_c_str(), target.as_c_str())?;
        }
        // The mounts above stay without it, and nobody finds the user's files behind them.
        unmount(c".", UnmountFlags::DETACH)?;
        Ok(chdir(self.dir.as_c_str())?)
    }
}
