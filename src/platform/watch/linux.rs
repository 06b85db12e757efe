//! inotify(7).
//!
//! It reports every write, truncation and change of attributes of a file that a watched directory has,
//! and everything that is made, removed or renamed there, before the system call that does it
//! returns. It does not report what another machine does (network file systems), what is written
//! by way of a name in another directory, and what is written to a mapping of a file that was open
//! for writing before.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, AsRawFd as _, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use rustix::fs::inotify::{CreateFlags, ReadFlags, Reader, WatchFlags, add_watch, init};
use rustix::fs::{stat, statfs};
use rustix::io::Errno;

use super::WatchEvent;

/// How many directories are watched at most: the user's other programs have a share in the limit, and
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

/// Some directories, watched.
#[derive(Debug)]
pub(crate) struct Watch {
    inotify: OwnedFd,
    /// The file system that is watched.
    device: u64,
    count: AtomicUsize,
    /// The paths of the directories, by the numbers that the kernel gives them.
    dirs: Mutex<HashMap<i32, PathBuf>>,
    /// Whether something might happen that is not reported.
    is_blind: AtomicBool,
}

impl AsFd for Watch {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.inotify.as_fd()
    }
}

impl Watch {
    /// A watch that nothing belongs to yet, for directories below `top`; `None` if nothing could be
    /// relied on.
    #[must_use]
    pub(crate) fn new(top: &Path) -> Option<Self> {
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
            dirs: Mutex::default(),
            is_blind: AtomicBool::new(false),
        })
    }

    /// Watches a directory, which is on this device and is told of by this path, from now on.
    pub(crate) fn add(&self, dir: impl AsFd, device: u64, known_as: &Path) {
        let is_too_much = self.count.fetch_add(1, Ordering::Relaxed) >= MOST;
        if is_too_much || device != self.device || self.is_blind.load(Ordering::Relaxed) {
            self.give_up();
            return;
        }
        // The very directory that is open, whatever its path leads to by now.
        let path = format!("/proc/self/fd/{}", dir.as_fd().as_raw_fd());
        let wanted = WatchFlags::MODIFY
            | WatchFlags::ATTRIB
            | WatchFlags::CLOSE_WRITE
            | WatchFlags::CREATE
            | WatchFlags::DELETE
            | WatchFlags::MOVE
            | WatchFlags::DELETE_SELF
            | WatchFlags::MOVE_SELF
            | WatchFlags::ONLYDIR;
        match (add_watch(&self.inotify, path, wanted), self.dirs.lock()) {
            (Ok(number), Ok(mut dirs)) => {
                dirs.insert(number, known_as.to_owned());
            }
            _ => self.give_up(),
        }
    }

    /// Something might happen that would not be reported.
    pub(crate) fn give_up(&self) {
        self.is_blind.store(true, Ordering::Relaxed);
    }

    /// What has happened since it was asked last; `None` if that cannot be known.
    #[must_use]
    pub(crate) fn events(&self) -> Option<Vec<WatchEvent>> {
        const CONTENTS: ReadFlags = ReadFlags::MODIFY
            .union(ReadFlags::CREATE)
            .union(ReadFlags::DELETE)
            .union(ReadFlags::MOVED_FROM)
            .union(ReadFlags::MOVED_TO);
        let mut events: Vec<WatchEvent> = Vec::new();
        let mut buffer = [MaybeUninit::uninit(); 4096];
        let mut reader = Reader::new(&self.inotify, &mut buffer);
        loop {
            let event = match reader.next() {
                Ok(event) => event,
                Err(Errno::WOULDBLOCK) => break,
                Err(_) => return None,
            };
            let dirs = self.dirs.lock().ok()?;
            // A directory itself, or more than could be kept: nothing can be said of what is in it.
            let (Some(dir), Some(name)) = (dirs.get(&event.wd()), event.file_name()) else {
                self.give_up();
                continue;
            };
            let event = WatchEvent {
                path: dir.join(OsStr::from_bytes(name.to_bytes())),
                is_of_contents: event.events().intersects(CONTENTS),
            };
            if events.last() != Some(&event) {
                events.push(event);
            }
        }
        (!self.is_blind.load(Ordering::Relaxed)).then_some(events)
    }
}
