//! Looks at every tracked file, and reads only those whose times or sizes are not the index's.

use std::io::Read as _;
use std::ops::Range;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt as _;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{fs, thread};

use bstr::ByteSlice as _;
use rustix::fs::{AtFlags, CWD, Dir, FileType, Mode, OFlags, fstat, openat, readlinkat, statat};

use super::times::{file_stat, is_as_it_was, stat};
use crate::git::Repository;
use crate::git::index::entry::IndexEntry;
use crate::git::index::{FileStat, Index, blob_id};
use crate::git::paths::repository_path;
use crate::platform::watch::Watch;

/// How many entries a thread takes at once, about.
const SHARE: usize = 256;

/// The most threads that are of use: they wait for the kernel's caches, not for the disk.
const MOST_THREADS: usize = 8;

/// How large a file is read here at most; git reads larger ones.
const LARGEST: i64 = 32 << 20;

/// What was seen; entries are given by their places in the index.
#[derive(Default)]
pub(in crate::git) struct Walked {
    /// Nothing is there, or a directory.
    pub(in crate::git) missing: Vec<usize>,
    /// Certainly something else is there.
    pub(in crate::git) differing: Vec<usize>,
    /// Only git can tell whether the contents are the same.
    pub(in crate::git) undecided: Vec<usize>,
    /// Files that had to be read, whether they are the same or only git can tell; and what each was
    /// like before it was read.
    pub(in crate::git) read: Vec<(usize, FileStat)>,
    /// Submodules that are checked out.
    pub(in crate::git) submodules: Vec<usize>,
    /// Directories that were looked into, and when something was last made or removed in each, in
    /// nanoseconds.
    pub(in crate::git) dirs: Vec<(PathBuf, i128)>,
    /// Paths in these directories that the index does not have, or not of that kind; and whether each is
    /// a directory.
    pub(in crate::git) others: Vec<(PathBuf, bool)>,
}

impl Walked {
    fn extend(&mut self, other: Self) {
        self.missing.extend(other.missing);
        self.differing.extend(other.differing);
        self.undecided.extend(other.undecided);
        self.read.extend(other.read);
        self.submodules.extend(other.submodules);
        self.dirs.extend(other.dirs);
        self.others.extend(other.others);
    }

    fn sort(&mut self) {
        self.missing.sort_unstable();
        self.differing.sort_unstable();
        self.undecided.sort_unstable();
        self.read.sort_unstable_by_key(|(at, _)| *at);
        self.submodules.sort_unstable();
        self.dirs.sort();
        self.others.sort();
    }
}

/// Compares the work tree with the index.
pub(in crate::git) fn walk(repository: &Repository, index: &Index, purpose: Purpose<'_>) -> Walked {
    let dirs = dirs(index);
    let shares = shares(&dirs);
    let next = AtomicUsize::new(0);
    let work = || {
        let mut walker = WorktreeWalker::new(repository, index, purpose);
        while let Some(share) = shares.get(next.fetch_add(1, Ordering::Relaxed)) {
            for dir in &dirs[share.clone()] {
                walker.look_into(dir);
            }
        }
        walker.walked
    };
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let threads = cores.min(MOST_THREADS).min(shares.len());
    let mut walked = thread::scope(|scope| {
        // A thread that cannot be had leaves its work to the others.
        let others: Vec<_> = (1..threads)
            .filter_map(|_| thread::Builder::new().spawn_scoped(scope, work).ok())
            .collect();
        let mut walked = work();
        for other in others {
            match other.join() {
                Ok(other) => walked.extend(other),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        walked
    });
    walked.sort();
    walked
}

/// What a walk is for.
#[derive(Debug, Clone, Copy)]
pub(in crate::git) enum Purpose<'a> {
    /// To know everything that is there, and whether it changes later.
    Everything(Option<&'a Watch>),
    /// To know only what became of tracked files.
    Tracked,
}

/// A directory that the index has, with what it has there.
struct IndexDirectory<'a> {
    path: &'a [u8],
    /// Places of entries, sorted.
    files: Vec<usize>,
    /// Names, sorted.
    dirs: Vec<&'a [u8]>,
}

/// All directories of the index, parents before what they hold.
fn dirs(index: &Index) -> Vec<IndexDirectory<'_>> {
    let new = |path| IndexDirectory {
        path,
        files: Vec::new(),
        dirs: Vec::new(),
    };
    let mut dirs = vec![new(&[][..])];
    // The directories that the entry before is in, from the top on.
    let mut open = vec![0_usize];
    for (place, entry) in index.entries().iter().enumerate() {
        let name = index.name(entry);
        loop {
            let above = dirs[open[open.len() - 1]].path;
            let is_inside = above.is_empty()
                || name
                    .strip_prefix(above)
                    .is_some_and(|rest| rest.starts_with(b"/"));
            if is_inside {
                break;
            }
            open.pop();
        }
        loop {
            let parent = open[open.len() - 1];
            let above = dirs[parent].path;
            let begin = if above.is_empty() { 0 } else { above.len() + 1 };
            let Some(length) = name[begin..].find_byte(b'/') else {
                dirs[parent].files.push(place);
                break;
            };
            dirs[parent].dirs.push(&name[begin..begin + length]);
            open.push(dirs.len());
            dirs.push(new(&name[..begin + length]));
        }
    }
    dirs
}

/// Divides the directories into pieces of work.
fn shares(dirs: &[IndexDirectory<'_>]) -> Vec<Range<usize>> {
    let mut shares = Vec::new();
    let (mut begin, mut size) = (0, 0);
    for (at, dir) in dirs.iter().enumerate() {
        size += dir.files.len() + 1;
        if size >= SHARE {
            shares.push(begin..at + 1);
            (begin, size) = (at + 1, 0);
        }
    }
    if begin < dirs.len() {
        shares.push(begin..dirs.len());
    }
    shares
}

struct WorktreeWalker<'a> {
    repository: &'a Repository,
    index: &'a Index,
    purpose: Purpose<'a>,
    /// The directory before, from the top on: no link is gone through.
    open: Vec<(Vec<u8>, Option<OwnedFd>)>,
    walked: Walked,
}

impl<'a> WorktreeWalker<'a> {
    fn new(repository: &'a Repository, index: &'a Index, purpose: Purpose<'a>) -> Self {
        let top = repository.work_tree.as_os_str().as_bytes();
        Self {
            repository,
            index,
            purpose,
            open: vec![(Vec::new(), open_dir(CWD, top, OFlags::empty()))],
            walked: Walked::default(),
        }
    }

    fn look_into(&mut self, dir: &IndexDirectory<'_>) {
        self.enter(dir.path);
        let Some((_, opened)) = self.open.last() else {
            return;
        };
        let Some(opened) = opened else {
            let files = dir.files.iter().copied();
            let is_meant = |at: &usize| {
                let flags = self.index.entries()[*at].flags;
                flags.stage == 0 && !flags.skips_work_tree
            };
            self.walked.missing.extend(files.filter(is_meant));
            return;
        };
        let path = repository_path(dir.path);
        if let Ok(metadata) = fstat(opened) {
            let modified =
                i128::from(metadata.st_mtime) * 1_000_000_000 + i128::from(metadata.st_mtime_nsec);
            self.walked.dirs.push((path.clone(), modified));
            // Before anything in it is looked at.
            if let Purpose::Everything(Some(watch)) = self.purpose {
                watch.add(opened, metadata.st_dev, &path);
            }
        }
        for at in &dir.files {
            let entry = &self.index.entries()[*at];
            if entry.flags.stage != 0 {
                continue;
            }
            match self.compare(entry, opened) {
                Comparison::Same => {}
                Comparison::Missing => self.walked.missing.push(*at),
                Comparison::Differs => self.walked.differing.push(*at),
                Comparison::SameContents(known) => self.walked.read.push((*at, known)),
                Comparison::Undecided(known) => {
                    self.walked.read.push((*at, known));
                    self.walked.undecided.push(*at);
                }
                Comparison::Submodule => self.walked.submodules.push(*at),
            }
        }
        if let Purpose::Everything(_) = self.purpose {
            let others = self.others(dir, opened).into_iter();
            let others = others.map(|(name, is_dir)| (path.join(name), is_dir));
            self.walked.others.extend(others);
        }
    }

    fn compare(&self, entry: &IndexEntry, dir: &OwnedFd) -> Comparison {
        let name = self.index.name(entry);
        let file = name.rsplit_once_str("/").map_or(name, |(_, file)| file);
        match statat(dir, file, AtFlags::SYMLINK_NOFOLLOW) {
            Ok(metadata) => {
                // What is written by way of the other names is not reported.
                if let Purpose::Everything(Some(watch)) = self.purpose
                    && metadata.st_nlink > 1
                    && FileType::from_raw_mode(metadata.st_mode) == FileType::RegularFile
                {
                    watch.give_up();
                }
                compare(self.repository, self.index, entry, dir, file, &metadata)
            }
            Err(_) if entry.flags.skips_work_tree => Comparison::Same,
            Err(_) => Comparison::Missing,
        }
    }

    /// What lies in a directory and is not in the index, or is there of another kind.
    fn others(&self, dir: &IndexDirectory<'_>, opened: &OwnedFd) -> Vec<(PathBuf, bool)> {
        let last = |at: &usize| {
            let name = self.index.name(&self.index.entries()[*at]);
            &name[dir.path.len() + usize::from(!dir.path.is_empty())..]
        };
        let mut others = Vec::new();
        for entry in Dir::read_from(opened).into_iter().flatten().flatten() {
            let name = entry.file_name().to_bytes();
            if matches!(name, b"." | b"..") || name == b".git" && dir.path.is_empty() {
                continue;
            }
            let mut kind = entry.file_type();
            if kind == FileType::Unknown {
                let metadata = statat(opened, entry.file_name(), AtFlags::SYMLINK_NOFOLLOW);
                kind = metadata.map_or(kind, |data| FileType::from_raw_mode(data.st_mode));
            }
            let is_dir = kind == FileType::Directory;
            let is_known = if is_dir {
                let is_submodule = |at: &usize| self.index.entries()[*at].is_submodule();
                dir.dirs.binary_search(&name).is_ok()
                    || find(&dir.files, |at| last(at).cmp(name)).is_some_and(is_submodule)
            } else {
                find(&dir.files, |at| last(at).cmp(name)).is_some()
            };
            if !is_known {
                others.push((repository_path(name), is_dir));
            }
        }
        others
    }

    /// Makes the last of the open directories the one with this path.
    fn enter(&mut self, path: &[u8]) {
        let is_above = |above: &[u8]| {
            above.is_empty()
                || path
                    .strip_prefix(above)
                    .is_some_and(|rest| rest.is_empty() || rest[0] == b'/')
        };
        while self.open.last().is_some_and(|(above, _)| !is_above(above)) {
            self.open.pop();
        }
        while let Some((above, dir)) = self.open.last() {
            if above.len() == path.len() {
                return;
            }
            let begin = if above.is_empty() { 0 } else { above.len() + 1 };
            let length = path[begin..].find_byte(b'/');
            let end = length.map_or(path.len(), |length| begin + length);
            let next = dir
                .as_ref()
                .and_then(|dir| open_dir(dir, &path[begin..end], OFlags::NOFOLLOW));
            self.open.push((path[..end].to_vec(), next));
        }
    }
}

/// Finds a place in a sorted list.
fn find(places: &[usize], order: impl Fn(&usize) -> std::cmp::Ordering) -> Option<&usize> {
    places.binary_search_by(order).ok().map(|at| &places[at])
}

fn open_dir(at: impl std::os::fd::AsFd, name: &[u8], flags: OFlags) -> Option<OwnedFd> {
    let flags = flags | OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    openat(at, name, flags, Mode::empty()).ok()
}

enum Comparison {
    Same,
    SameContents(FileStat),
    Missing,
    Differs,
    Undecided(FileStat),
    Submodule,
}

fn compare(
    repository: &Repository,
    index: &Index,
    entry: &IndexEntry,
    dir: &OwnedFd,
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
        FileType::Symlink => readlinkat(dir, file, Vec::new())
            .ok()
            .map(std::ffi::CString::into_bytes),
        _ if metadata.st_size <= LARGEST => read(dir, file),
        _ => None,
    };
    let expected = index.id(entry);
    let id = contents.and_then(|contents| blob_id(&contents, expected.len()));
    let known = file_stat(metadata);
    match id {
        Some(id) if id == expected => Comparison::SameContents(known),
        // What a link leads to goes through no filter.
        Some(_) if kind == FileType::Symlink => Comparison::Differs,
        _ => Comparison::Undecided(known),
    }
}

fn read(dir: &OwnedFd, file: &[u8]) -> Option<Vec<u8>> {
    let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NOFOLLOW | OFlags::NONBLOCK;
    let file = openat(dir, file, flags, Mode::empty()).ok()?;
    let mut contents = Vec::new();
    fs::File::from(file).read_to_end(&mut contents).ok()?;
    Some(contents)
}
