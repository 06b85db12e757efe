//! What only git can tell: whether a file would be stored as the index has it, after its filters and
//! line ends, and which commit a submodule shows.

use std::ffi::OsStr;
use std::fs;
use std::io::Read as _;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use rustix::fs::{AtFlags, CWD, FileType, Mode, OFlags, Stat, fstat, openat, statat};

use crate::base::fault::Result;
use crate::base::hex::hex;
use crate::git::Repository;
use crate::git::index::{Index, blob_id};
use crate::git::paths::repository_path;
use crate::git::reader::reader;

/// The entries whose files git would store otherwise than the index has them. A file that git
/// cannot read is none that is in the index.
pub(super) fn differing(
    repository: &Repository,
    index: &Index,
    undecided: &[usize],
) -> Result<Vec<usize>> {
    let name = |at: &usize| index.name(&index.entries()[*at]);
    // git takes a list of paths, one a line, and reads quotes in it.
    let (alone, mut listed): (Vec<usize>, Vec<usize>) = undecided
        .iter()
        .partition(|at| name(at).contains(&b'\n') || name(at).starts_with(b"\""));
    let mut differing = Vec::new();
    let mut check = |at: usize, id: Option<&[u8]>| {
        if id != Some(hex(index.id(&index.entries()[at])).as_bytes()) {
            differing.push(at);
        }
    };
    while !listed.is_empty() {
        let mut list = Vec::new();
        for at in &listed {
            list.extend_from_slice(name(at));
            list.push(b'\n');
        }
        let answer = repository
            .git()
            .run_with_stdin(["hash-object", "--stdin-paths"], &list)?;
        let (_, output) = answer.output_with(&[0, 128])?;
        let mut ids = output.split(|byte| *byte == b'\n');
        // It stops at the first file that it cannot read.
        let hashed = ids.clone().count().saturating_sub(1).min(listed.len());
        let taken = listed.len().min(hashed + 1);
        for at in listed.drain(..taken) {
            check(at, ids.next());
        }
    }
    for at in alone {
        let path = OsStr::from_bytes(name(&at));
        let arguments = [OsStr::new("hash-object"), OsStr::new("--"), path];
        let output = repository.git().run(arguments)?.output_if_any();
        check(
            at,
            output
                .as_deref()
                .and_then(|output| output.strip_suffix(b"\n")),
        );
    }
    Ok(differing)
}

/// The submodules that show something else than the commit that the index has: another one, or files
/// that were changed or are new. One that is not checked out shows none.
pub(super) fn moved_submodules(
    repository: &Repository,
    index: &Index,
    submodules: &[usize],
) -> Result<Vec<usize>> {
    let mut moved = Vec::new();
    for at in submodules {
        let entry = &index.entries()[*at];
        let dir = repository
            .work_tree
            .join(repository_path(index.name(entry)));
        if !dir.join(".git").exists() {
            continue;
        }
        let library = git2::Repository::open(&dir).ok();
        let library = library.map(|library| Arc::new(Mutex::new(library)));
        let head = reader(library, repository.git_elsewhere(&dir)).reference("HEAD");
        // What cannot be looked at is not what the index has.
        let is_same = head.is_ok_and(|head| head == index.object(entry));
        if !is_same || is_dirty(repository, &dir)? {
            moved.push(*at);
        }
    }
    Ok(moved)
}

fn is_dirty(repository: &Repository, dir: &Path) -> Result<bool> {
    let arguments = ["status", "--porcelain", "--ignore-submodules=none"];
    let answer = repository.git_elsewhere(dir).run(arguments)?;
    // What git cannot look at is not clean.
    Ok(answer
        .output_if_any()
        .is_none_or(|output| !output.is_empty()))
}

/// Reads files of a work tree one after the other; those of a directory by way of the directory.
pub(super) struct RawFiles<'t> {
    top: &'t Path,
    dir: Option<(PathBuf, OwnedFd)>,
}

impl<'t> RawFiles<'t> {
    pub(super) fn new(top: &'t Path) -> Self {
        Self { top, dir: None }
    }

    /// Whether at a path there is a file whose contents, as they are, do not have an id. What cannot be read
    /// does not.
    pub(super) fn is_other(&mut self, path: &Path, id: &[u8]) -> bool {
        let above = path.parent().unwrap_or(Path::new(""));
        if self.dir.as_ref().is_none_or(|(open, _)| open != above) {
            let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
            let Ok(opened) = openat(CWD, self.top.join(above), flags, Mode::empty()) else {
                return false;
            };
            self.dir = Some((above.to_owned(), opened));
        }
        let (Some((_, dir)), Some(name)) = (&self.dir, path.file_name()) else {
            return false;
        };
        // Opening a pipe would not end; a link is no file.
        let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NOFOLLOW | OFlags::NONBLOCK;
        let is_file = |data: Stat| FileType::from_raw_mode(data.st_mode).is_file();
        match openat(dir, name, flags | OFlags::NOCTTY, Mode::empty()) {
            Ok(file) if fstat(&file).is_ok_and(is_file) => {
                let mut contents = Vec::new();
                let read = fs::File::from(file).read_to_end(&mut contents);
                let found = read.ok().and_then(|_| blob_id(&contents, id.len()));
                found.as_deref() != Some(id)
            }
            Ok(_) => false,
            Err(_) => statat(dir, name, AtFlags::SYMLINK_NOFOLLOW).is_ok_and(is_file),
        }
    }
}

/// The id of a file's contents, or of what a link leads to, as they are.
pub(in crate::git) fn raw_id(file: &Path, id_length: usize) -> Option<Vec<u8>> {
    let contents = match fs::read_link(file) {
        Ok(target) => target.into_os_string().into_encoded_bytes(),
        Err(_) => fs::read(file).ok()?,
    };
    blob_id(&contents, id_length)
}
