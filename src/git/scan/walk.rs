//! Looks at every tracked file, and reads only those whose times or sizes are not the index's.

use std::fs;
use std::io::Read as _;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt as _;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use rustix::fs::{AtFlags, CWD, FileType, Mode, OFlags, fstat, openat, readlinkat, statat};

use crate::git::Repository;
use crate::git::index::{Entry, Index, Stat, blob_id};
use crate::git::open::repository_path;

/// How many entries a thread takes at once.
const SHARE: usize = 1024;

/// The most threads that are of use: they wait for the kernel's caches, not for the disk.
const MOST_THREADS: usize = 8;

/// How large a file is read here at most; git reads larger ones.
const LARGEST: i64 = 32 << 20;

/// How far apart two moments have to be for the kernel to give them two times, in nanoseconds: a
/// tick of the slowest clock.
const TICK: i64 = 20_000_000;

/// What was seen, as numbers of the index's entries.
#[derive(Default)]
pub(super) struct Walked {
    /// Nothing is there, or a folder.
    pub(super) missing: Vec<usize>,
    /// Certainly something else is there.
    pub(super) differing: Vec<usize>,
    /// Only git can tell whether the contents are the same.
    pub(super) undecided: Vec<usize>,
    /// Submodules that are checked out.
    pub(super) submodules: Vec<usize>,
    /// Folders that were looked into, and when something was last made or removed in each, in
    /// nanoseconds.
    pub(super) folders: Vec<(PathBuf, i128)>,
}

/// Compares the work tree with the index.
pub(super) fn walk(repository: &Repository, index: &Index) -> Walked {
    let entries = index.entries();
    let next = AtomicUsize::new(0);
    let work = || {
        let mut walker = Walker::new(repository, index);
        loop {
            let from = next.fetch_add(SHARE, Ordering::Relaxed);
            if from >= entries.len() {
                return walker.walked;
            }
            for at in from..entries.len().min(from + SHARE) {
                walker.look(at);
            }
        }
    };
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let threads = cores.min(MOST_THREADS).min(entries.len().div_ceil(SHARE));
    let mut all = thread::scope(|scope| {
        // A thread that cannot be had leaves its work to the others.
        let others: Vec<_> = (1..threads)
            .filter_map(|_| thread::Builder::new().spawn_scoped(scope, work).ok())
            .collect();
        let mut all = vec![work()];
        for other in others {
            match other.join() {
                Ok(walked) => all.push(walked),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        all
    });
    let mut walked = all.pop().unwrap_or_default();
    for other in all {
        walked.missing.extend(other.missing);
        walked.differing.extend(other.differing);
        walked.undecided.extend(other.undecided);
        walked.submodules.extend(other.submodules);
        walked.folders.extend(other.folders);
    }
    for list in [
        &mut walked.missing,
        &mut walked.differing,
        &mut walked.undecided,
        &mut walked.submodules,
    ] {
        list.sort_unstable();
    }
    walked.folders.sort();
    // Two threads may have looked into the same one.
    walked.folders.dedup_by(|one, other| one.0 == other.0);
    walked
}

struct Walker<'a> {
    repository: &'a Repository,
    index: &'a Index,
    /// The folder that the entry before was in, from the top on: no link is gone through.
    folders: Vec<(Vec<u8>, Option<OwnedFd>)>,
    walked: Walked,
}

impl<'a> Walker<'a> {
    fn new(repository: &'a Repository, index: &'a Index) -> Self {
        let top = open_folder(
            CWD,
            repository.work_tree.as_os_str().as_bytes(),
            OFlags::empty(),
        );
        Self {
            repository,
            index,
            folders: vec![(Vec::new(), top)],
            walked: Walked::default(),
        }
    }

    fn look(&mut self, at: usize) {
        let entry = &self.index.entries()[at];
        if entry.flags.stage != 0 {
            return;
        }
        let name = self.index.name(entry);
        let (folder, file) = match name.iter().rposition(|byte| *byte == b'/') {
            Some(slash) => (&name[..slash], &name[slash + 1..]),
            None => (&name[..0], name),
        };
        self.enter(folder);
        let folder = self.folders.last().and_then(|(_, folder)| folder.as_ref());
        let there = folder.and_then(|folder| {
            let metadata = statat(folder, file, AtFlags::SYMLINK_NOFOLLOW).ok()?;
            Some((folder, metadata))
        });
        let Some((folder, metadata)) = there else {
            if !entry.flags.skips_work_tree {
                self.walked.missing.push(at);
            }
            return;
        };
        match compare(self.repository, self.index, entry, folder, file, &metadata) {
            Comparison::Same => {}
            Comparison::Missing => self.walked.missing.push(at),
            Comparison::Differs => self.walked.differing.push(at),
            Comparison::Undecided => self.walked.undecided.push(at),
            Comparison::Submodule => self.walked.submodules.push(at),
        }
    }

    /// Makes the last of the open folders the one with this path.
    fn enter(&mut self, path: &[u8]) {
        let is_above = |above: &[u8]| {
            above.is_empty()
                || path
                    .strip_prefix(above)
                    .is_some_and(|rest| rest.is_empty() || rest[0] == b'/')
        };
        while self
            .folders
            .last()
            .is_some_and(|(above, _)| !is_above(above))
        {
            self.folders.pop();
        }
        while let Some((above, folder)) = self.folders.last() {
            if above.len() == path.len() {
                return;
            }
            let begin = if above.is_empty() { 0 } else { above.len() + 1 };
            let length = path[begin..].iter().position(|byte| *byte == b'/');
            let end = length.map_or(path.len(), |length| begin + length);
            let next = folder
                .as_ref()
                .and_then(|folder| open_folder(folder, &path[begin..end], OFlags::NOFOLLOW));
            if let Some(metadata) = next.as_ref().and_then(|folder| fstat(folder).ok()) {
                let modified = i128::from(metadata.st_mtime) * 1_000_000_000
                    + i128::from(metadata.st_mtime_nsec);
                self.walked
                    .folders
                    .push((repository_path(&path[..end]), modified));
            }
            self.folders.push((path[..end].to_vec(), next));
        }
    }
}

fn open_folder(at: impl std::os::fd::AsFd, name: &[u8], flags: OFlags) -> Option<OwnedFd> {
    let flags = flags | OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    openat(at, name, flags, Mode::empty()).ok()
}

enum Comparison {
    Same,
    Missing,
    Differs,
    Undecided,
    Submodule,
}

fn compare(
    repository: &Repository,
    index: &Index,
    entry: &Entry,
    folder: &OwnedFd,
    file: &[u8],
    metadata: &rustix::fs::Stat,
) -> Comparison {
    let kind = FileType::from_raw_mode(metadata.st_mode);
    if entry.is_submodule() {
        return if kind == FileType::Directory {
            Comparison::Submodule
        } else {
            Comparison::Differs
        };
    }
    if kind == FileType::Directory {
        return Comparison::Missing;
    }
    if entry.flags.is_intended {
        return Comparison::Differs;
    }
    let is_right_kind = match kind {
        FileType::Symlink => entry.is_link(),
        // Where there are no links, a file says where one would lead.
        FileType::RegularFile => !entry.is_link() || !repository.is_set("core.symlinks"),
        _ => false,
    };
    if !is_right_kind {
        return Comparison::Differs;
    }
    let is_executable = metadata.st_mode & 0o100 != 0;
    if kind == FileType::RegularFile
        && !entry.is_link()
        && is_executable != (entry.mode & 0o100 != 0)
        && repository.is_set("core.fileMode")
    {
        return Comparison::Differs;
    }
    if is_as_it_was(entry.stat, stat(metadata), index.written) {
        return Comparison::Same;
    }
    let contents = match kind {
        FileType::Symlink => readlinkat(folder, file, Vec::new())
            .ok()
            .map(std::ffi::CString::into_bytes),
        _ if metadata.st_size <= LARGEST => read(folder, file),
        _ => None,
    };
    let expected = index.id(entry);
    let id = contents.and_then(|contents| blob_id(&contents, expected.len()));
    match id {
        Some(id) if id == expected => Comparison::Same,
        // What a link leads to goes through no filter.
        Some(_) if kind == FileType::Symlink => Comparison::Differs,
        _ => Comparison::Undecided,
    }
}

fn read(folder: &OwnedFd, file: &[u8]) -> Option<Vec<u8>> {
    let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NOFOLLOW | OFlags::NONBLOCK;
    let file = openat(folder, file, flags, Mode::empty()).ok()?;
    let mut contents = Vec::new();
    fs::File::from(file).read_to_end(&mut contents).ok()?;
    Some(contents)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the index keeps the low 32 bits of each number"
)]
fn stat(metadata: &rustix::fs::Stat) -> Stat {
    Stat {
        changed: (metadata.st_ctime as u32, metadata.st_ctime_nsec as u32),
        modified: (metadata.st_mtime as u32, metadata.st_mtime_nsec as u32),
        inode: metadata.st_ino as u32,
        user: metadata.st_uid,
        group: metadata.st_gid,
        size: metadata.st_size as u32,
    }
}

/// Whether a file cannot have changed since the index was told of it. One that was changed again in
/// the very moment in which git looked at it has the same times as before (git's
/// Documentation/technical/racy-git); so what was changed when the index was written, or later, has
/// to be read.
fn is_as_it_was(known: Stat, now: Stat, written: Option<(i64, i64)>) -> bool {
    let Some(written) = written else {
        return false;
    };
    // A git that keeps no parts of seconds writes zero for them.
    let is_same_time =
        |known: (u32, u32), now: (u32, u32)| known.0 == now.0 && (known.1 == now.1 || known.1 == 0);
    let is_same = Stat {
        changed: now.changed,
        modified: now.modified,
        ..known
    } == now
        && is_same_time(known.changed, now.changed)
        && is_same_time(known.modified, now.modified);
    let modified = (i64::from(known.modified.0), i64::from(known.modified.1));
    let is_settled = if modified.1 == 0 || written.1 == 0 {
        modified.0 < written.0
    } else {
        nanoseconds(modified) + TICK < nanoseconds(written)
    };
    is_same && is_settled
}

fn nanoseconds(time: (i64, i64)) -> i64 {
    time.0.saturating_mul(1_000_000_000).saturating_add(time.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_file_that_cannot_have_changed_is_not_read() {
        let known = Stat {
            changed: (100, 7),
            modified: (100, 7),
            inode: 1,
            user: 2,
            group: 3,
            size: 4,
        };
        let later = Some((200, 5));
        assert!(is_as_it_was(known, known, later));
        assert!(!is_as_it_was(known, known, None));
        for written in [(100, 7), (99, 0), (100, 0), (100, 20_000_007)] {
            assert!(!is_as_it_was(known, known, Some(written)), "{written:?}");
        }
        assert!(is_as_it_was(known, known, Some((100, 20_000_008))));
        let changed = [
            Stat {
                changed: (100, 8),
                ..known
            },
            Stat {
                modified: (100, 8),
                ..known
            },
            Stat { inode: 9, ..known },
            Stat { size: 0, ..known },
        ];
        for now in changed {
            assert!(!is_as_it_was(known, now, later), "{now:?}");
        }
        let coarse = Stat {
            changed: (100, 0),
            modified: (100, 0),
            ..known
        };
        assert!(is_as_it_was(coarse, known, later));
        assert!(!is_as_it_was(coarse, known, Some((100, 999))));
    }
}
