//! inotify(7).
//!
//! It reports every write, truncation and change of attributes of a file that a watched folder has,
//! and everything that is made, removed or renamed there, before the system call that does it
//! returns. It does not report what another machine does (network file systems), what is written
//! by way of a name in another folder, and what is written to a mapping of a file that was open
//! for writing before.

use std::mem::MaybeUninit;
use std::os::fd::{AsFd, AsRawFd as _, BorrowedFd, OwnedFd};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use rustix::fs::inotify::{CreateFlags, Reader, WatchFlags, add_watch, init};
use rustix::fs::{stat, statfs};
use rustix::io::Errno;

/// How many folders are watched at most: the user's other programs have a share in the limit, and
/// every watch costs something.
const MOST: usize = 4096;

/// File systems that only this machine writes to: ext2 to ext4, XFS, Btrfs, F2FS, bcachefs, ZFS,
/// tmpfs and overlayfs. From linux/magic.h and the file systems' own sources.
const LOCAL: [u32; 8] = [
    0xef53,
    0x5846_5342,
    0x9123_683e,
    0xf2f5_2010,
    0xca45_1a4e,
    0x2fc1_2fc1,
    0x0102_1994,
    0x794c_7630,
];

/// Some folders, watched.
#[derive(Debug)]
pub struct Watch {
    inotify: OwnedFd,
    /// The file system that is watched.
    device: u64,
    count: AtomicUsize,
    /// Whether something might happen that is not reported.
    is_blind: AtomicBool,
}

impl AsFd for Watch {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.inotify.as_fd()
    }
}

impl Watch {
    /// A watch that nothing belongs to yet, for folders below `top`; `None` if nothing could be
    /// relied on.
    #[must_use]
    pub fn new(top: &Path) -> Option<Self> {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "the kernel's numbers have 32 bits"
        )]
        let kind = statfs(top).ok()?.f_type as u32;
        if !LOCAL.contains(&kind) {
            return None;
        }
        Some(Self {
            inotify: init(CreateFlags::NONBLOCK | CreateFlags::CLOEXEC).ok()?,
            device: stat(top).ok()?.st_dev,
            count: AtomicUsize::new(0),
            is_blind: AtomicBool::new(false),
        })
    }

    /// Watches a folder, which is on this device, from now on.
    pub fn add(&self, folder: impl AsFd, device: u64) {
        let is_too_much = self.count.fetch_add(1, Ordering::Relaxed) >= MOST;
        if is_too_much || device != self.device || self.is_blind.load(Ordering::Relaxed) {
            self.give_up();
            return;
        }
        // The very folder that is open, whatever its path leads to by now.
        let path = format!("/proc/self/fd/{}", folder.as_fd().as_raw_fd());
        let wanted = WatchFlags::MODIFY
            | WatchFlags::ATTRIB
            | WatchFlags::CLOSE_WRITE
            | WatchFlags::CREATE
            | WatchFlags::DELETE
            | WatchFlags::MOVE
            | WatchFlags::DELETE_SELF
            | WatchFlags::MOVE_SELF
            | WatchFlags::ONLYDIR;
        if add_watch(&self.inotify, path, wanted).is_err() {
            self.give_up();
        }
    }

    /// Something might happen that would not be reported.
    pub fn give_up(&self) {
        self.is_blind.store(true, Ordering::Relaxed);
    }

    /// Whether certainly nothing has happened.
    #[must_use]
    pub fn is_quiet(&self) -> bool {
        if self.is_blind.load(Ordering::Relaxed) {
            return false;
        }
        let mut buffer = [MaybeUninit::uninit(); 512];
        let next = Reader::new(&self.inotify, &mut buffer).next().err();
        next == Some(Errno::WOULDBLOCK)
    }
}
