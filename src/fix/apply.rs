//! What was fixed, applied: to the commit, and to the user's files.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{MetadataExt as _, fchown};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::fs::{Mode, OFlags, XattrFlags, fgetxattr, flistxattr, fsetxattr, open};
use rustix::io::Errno;

use super::Fixed;
use crate::base::fault::{Fault, Result};
use crate::base::scratch::{LOCK, age, lock};
use crate::event::{Applied, FileKept};
use crate::git::{Replacement, Repository};
use crate::platform::{ReadLease, exchange};

/// Below the git directory: where new contents are made ready, out of the sight of everybody.
const READY: &str = "gatekeeper/fixed-";

/// How the name of a temporary file begins.
const PREFIX: &str = ".gatekeeper-fixed-";

/// The file that names directories of the work tree in which a temporary file may lie.
const BESIDE: &str = "beside";

/// How long what a killed run has left is kept.
const KEPT: Duration = Duration::from_hours(24);

/// How many bytes have to be free before anything is applied.
const SPACE: usize = 1 << 20;

/// How many bytes of an extended attribute are expected at first.
const LEAST_BUFFER: usize = 256;

/// Replaces files in the commit that is being made, then in the work tree. All that takes time is done
/// before anything is replaced.
///
/// # Errors
///
/// An index cannot be written. The user's files have not been touched then.
pub(crate) fn apply_to_commit(
    repository: &Repository,
    fixed: &[Fixed],
) -> Result<Vec<(PathBuf, Applied)>> {
    let ready = ReadyFiles::new(repository)?;
    let new = ready.make_all(repository, fixed);
    let replacements: Vec<Replacement> = fixed.iter().map(|one| one.replacement.clone()).collect();
    let replaced = repository.replace(&replacements)?;
    let mut applied = Vec::new();
    for (one, new) in fixed.iter().zip(new) {
        let path = &one.replacement.path;
        let state = if replaced.contains(path) {
            match new.and_then(New::take_place) {
                Ok(()) => Applied::Everywhere,
                Err(kept) => Applied::CommitOnly(kept),
            }
        } else {
            Applied::Nowhere
        };
        applied.push((path.clone(), state));
    }
    Ok(applied)
}

/// Fixes the user's files; what is staged as it lies stays so.
///
/// # Errors
///
/// An index cannot be written. The user's files have not been touched then.
pub(crate) fn apply_to_work_tree(
    repository: &Repository,
    fixed: &[Fixed],
    staged: &[PathBuf],
) -> Result<Vec<(PathBuf, Applied)>> {
    let ready = ReadyFiles::new(repository)?;
    let new = ready.make_all(repository, fixed);
    let pairs = || fixed.iter().zip(&new);
    let is_staged = |one: &Fixed| staged.contains(&one.replacement.path);
    let replacements = pairs().filter(|(one, new)| new.is_ok() && is_staged(one));
    let replacements: Vec<Replacement> = replacements
        .map(|(one, _)| one.replacement.clone())
        .collect();
    let replaced = repository.replace(&replacements)?;
    let mut applied = Vec::new();
    for (one, new) in fixed.iter().zip(new) {
        let path = &one.replacement.path;
        let state = match (new.and_then(New::take_place), replaced.contains(path)) {
            (Ok(()), true) => Applied::Everywhere,
            (Ok(()), false) => Applied::FileOnly,
            (Err(kept), true) => Applied::CommitOnly(kept),
            (Err(kept), false) => Applied::Untouched(kept),
        };
        applied.push((path.clone(), state));
    }
    Ok(applied)
}

/// A directory for new contents. What a run that was killed has left in one may be what a program has
/// saved at that very moment, so it stays for a day.
struct ReadyFiles {
    dir: tempfile::TempDir,
    /// Held as long as the run lives: see [`recover`].
    _lock: Option<File>,
}

impl ReadyFiles {
    fn new(repository: &Repository) -> Result<Self> {
        let cannot = |error: io::Error| {
            Fault::unable("cannot prepare the fixed files, so nothing was applied").because(&error)
        };
        let start = repository.git_dir.join(READY);
        let parent = start.parent().unwrap_or(&repository.git_dir);
        let prefix = start.file_name().unwrap_or_default();
        fs::create_dir_all(parent).map_err(cannot)?;
        let mut builder = tempfile::Builder::new();
        let dir = builder.prefix(prefix).tempdir_in(parent).map_err(cannot)?;
        let ready = Self {
            // Where there are no locks, what is left beside the user's files is not cleared away.
            _lock: lock(&dir.path().join(LOCK)).ok().flatten(),
            dir,
        };
        ready.has_space().map_err(cannot)?;
        Ok(ready)
    }

    /// Whether an index can still be written: git writes all of it again, and then a commit. To find
    /// that out afterwards would leave the index fixed and nothing committed.
    fn has_space(&self) -> io::Result<()> {
        let mut probe = tempfile::tempfile_in(self.dir.path())?;
        // A file system takes space when it is written to, not when that reaches the disk.
        probe.write_all(&vec![0; SPACE])
    }

    fn make_all(
        &self,
        repository: &Repository,
        fixed: &[Fixed],
    ) -> Vec<std::result::Result<New<'_>, FileKept>> {
        fixed.iter().map(|one| self.make(repository, one)).collect()
    }

    /// Makes the new contents of one of the user's files ready, unless that would cost something that
    /// the user has typed, or something about the file that is not its contents.
    fn make(
        &self,
        repository: &Repository,
        fixed: &Fixed,
    ) -> std::result::Result<New<'_>, FileKept> {
        let path = &fixed.replacement.path;
        let file = repository.work_tree.join(path);
        if !reaches(&repository.work_tree, path) {
            return Err(FileKept::Changed);
        }
        let held = open_to_read(&file).map_err(|_| FileKept::Changed)?;
        let metadata = held.metadata().map_err(|_| FileKept::Unwritable)?;
        if !metadata.is_file() {
            return Err(FileKept::Changed);
        }
        if metadata.nlink() > 1 {
            return Err(FileKept::HardLinked);
        }
        let present = contents(&held).map_err(|_| FileKept::Unwritable)?;
        let wanted = if present == fixed.before || present == fixed.after {
            fixed.after.clone()
        } else {
            let merged = repository.merged(&present, &fixed.before, &fixed.after);
            let merged = merged.ok().flatten().filter(|merged| !merged.is_empty());
            merged.ok_or(FileKept::Changed)?
        };
        Ok(New {
            contents: written(self.dir.path(), PREFIX, &wanted, &held)?,
            ready: self,
            file,
            held,
            present,
            wanted,
        })
    }

    /// Notes a directory of the work tree in which a temporary file will lie for a moment, and returns how
    /// the name of that file has to begin.
    fn note_beside(&self, dir: &Path) -> io::Result<OsString> {
        let own = self.dir.path().file_name().unwrap_or_default();
        let mut prefix = OsString::from(PREFIX);
        prefix.push(own);
        let mut note = File::options()
            .create(true)
            .append(true)
            .open(self.dir.path().join(BESIDE))?;
        let line = [dir.as_os_str().as_bytes(), b"\0"].concat();
        note.write_all(&line)?;
        note.sync_all()?;
        Ok(prefix)
    }
}

/// Clears away what a run that was killed has left beside the user's files, where the git directory is on
/// another file system. It may be what a program has saved at that very moment, so it is moved to where
/// such things stay for a day.
pub(crate) fn recover(repository: &Repository) {
    for dir in left_in(repository) {
        if age(&dir).is_some_and(|age| age > KEPT) {
            let _ = fs::remove_dir_all(dir);
            continue;
        }
        let Ok(note) = fs::read(dir.join(BESIDE)) else {
            continue;
        };
        let is_free = File::open(dir.join(LOCK)).is_ok_and(|lock| lock.try_lock().is_ok());
        if !is_free {
            continue;
        }
        let own = dir.file_name().unwrap_or_default();
        let prefix = [PREFIX.as_bytes(), own.as_bytes()].concat();
        let places = note
            .split(|byte| *byte == 0)
            .filter(|path| !path.is_empty());
        for place in places.map(|path| Path::new(OsStr::from_bytes(path))) {
            for entry in fs::read_dir(place).into_iter().flatten().flatten() {
                let name = entry.file_name();
                if name.as_bytes().starts_with(&prefix)
                    && fs::copy(entry.path(), dir.join(&name)).is_ok()
                {
                    let _ = fs::remove_file(entry.path());
                }
            }
        }
        let _ = fs::remove_file(dir.join(BESIDE));
    }
}

/// The directories for new contents that there are.
fn left_in(repository: &Repository) -> Vec<PathBuf> {
    let start = repository.git_dir.join(READY);
    let parent = start.parent().unwrap_or(&repository.git_dir);
    let prefix = start.file_name().unwrap_or_default().as_bytes();
    let entries = fs::read_dir(parent).into_iter().flatten().flatten();
    let entries = entries.filter(|entry| entry.file_name().as_bytes().starts_with(prefix));
    entries.map(|entry| entry.path()).collect()
}

/// A temporary file in a directory. Whose file it is, who may do what with it, and what else is noted about
/// it, is as with the one whose place it is to take.
fn written(
    dir: &Path,
    prefix: impl AsRef<OsStr>,
    contents: &[u8],
    other: &File,
) -> std::result::Result<tempfile::NamedTempFile, FileKept> {
    let write = || -> io::Result<tempfile::NamedTempFile> {
        let metadata = other.metadata()?;
        let mut builder = tempfile::Builder::new();
        let new = builder.prefix(prefix.as_ref()).tempfile_in(dir)?;
        new.as_file().write_all(contents)?;
        fchown(new.as_file(), Some(metadata.uid()), Some(metadata.gid()))?;
        new.as_file().set_permissions(metadata.permissions())?;
        Ok(new)
    };
    let new = write().map_err(|_| FileKept::Unwritable)?;
    copy_attributes(other, new.as_file()).map_err(|_| FileKept::Attributes)?;
    new.as_file().sync_all().map_err(|_| FileKept::Unwritable)?;
    Ok(new)
}

/// Copies every extended attribute, access control lists among them (xattr(7), acl(5)).
fn copy_attributes(from: &File, to: &File) -> io::Result<()> {
    let mut names = Vec::new();
    let list = loop {
        match fgetxattr_list(from, &mut names) {
            Err(Errno::RANGE) => names.resize(2 * names.len().max(LEAST_BUFFER), 0),
            Err(Errno::NOTSUP) => return Ok(()),
            other => break &names[..other?],
        }
    };
    for name in list
        .split(|byte| *byte == 0)
        .filter(|name| !name.is_empty())
    {
        let value = attribute(from, name)?;
        // A label that the system sets itself need not be set again, and often must not be.
        if attribute(to, name).is_ok_and(|present| present == value) {
            continue;
        }
        fsetxattr(to, name, &value, XattrFlags::empty())?;
    }
    Ok(())
}

fn fgetxattr_list(file: &File, names: &mut Vec<u8>) -> std::result::Result<usize, Errno> {
    if names.is_empty() {
        names.resize(LEAST_BUFFER, 0);
    }
    flistxattr(file, names.as_mut_slice())
}

fn attribute(file: &File, name: &[u8]) -> io::Result<Vec<u8>> {
    let mut value = vec![0; LEAST_BUFFER];
    loop {
        match fgetxattr(file, name, value.as_mut_slice()) {
            Ok(length) => {
                value.truncate(length);
                return Ok(value);
            }
            Err(Errno::RANGE) => value.resize(2 * value.len(), 0),
            Err(error) => return Err(error.into()),
        }
    }
}

/// Opens a file as it is, and no link.
fn open_to_read(path: &Path) -> io::Result<File> {
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::CLOEXEC | OFlags::NONBLOCK;
    Ok(open(path, flags, Mode::empty())?.into())
}

fn contents(mut file: &File) -> io::Result<Vec<u8>> {
    let mut contents = Vec::new();
    file.rewind()?;
    file.read_to_end(&mut contents)?;
    Ok(contents)
}

/// New contents for one of the user's files.
struct New<'r> {
    ready: &'r ReadyFiles,
    contents: tempfile::NamedTempFile,
    file: PathBuf,
    /// The file, open for reading.
    held: File,
    /// What it is to take the place of.
    present: Vec<u8>,
    wanted: Vec<u8>,
}

impl New<'_> {
    /// Puts the new contents in the place of the file, if that still holds what was read and no program
    /// has it open for writing: the two are exchanged in one step, and exchanged back if something else
    /// comes out, so that what is saved at that very moment is not lost.
    fn take_place(mut self) -> std::result::Result<(), FileKept> {
        if self.present == self.wanted {
            return Ok(());
        }
        let held = self.held.try_clone().map_err(|_| FileKept::Unwritable)?;
        let lease = ReadLease::take(&held).map_err(|_| FileKept::InUse)?;
        let file = self.file.clone();
        let mut exchanged = exchange(self.contents.path(), &file);
        let is_far = |error: &io::Error| error.kind() == io::ErrorKind::CrossesDevices;
        if exchanged.as_ref().is_err_and(is_far) {
            // Only what is on one file system can be exchanged: then beside it, for this moment.
            let dir = file.parent().unwrap_or(Path::new("."));
            let prefix = self.ready.note_beside(dir);
            let prefix = prefix.map_err(|_| FileKept::Unwritable)?;
            self.contents = written(dir, prefix, &self.wanted, &self.held)?;
            exchanged = exchange(self.contents.path(), &file);
        }
        exchanged.map_err(|_| FileKept::Unwritable)?;
        let new = self.contents.path();
        // What was the user's file is the temporary one now, and goes with it.
        let is_the_one =
            is_same(&held, new) && contents(&held).is_ok_and(|out| out == self.present);
        if is_the_one && lease.holds() {
            return Ok(());
        }
        let is_back = exchange(new, &file).is_ok();
        // Ours comes out, unless it was replaced by yet another save: that one is the newest.
        if is_back && fs::read(new).is_ok_and(|out| out != self.wanted) {
            let _ = exchange(new, &file);
        }
        Err(if is_the_one {
            FileKept::InUse
        } else {
            FileKept::Changed
        })
    }
}

/// Whether a path leads to a file that is open.
fn is_same(file: &File, path: &Path) -> bool {
    let id = |metadata: fs::Metadata| (metadata.dev(), metadata.ino());
    let open = file.metadata().map(id);
    let there = fs::symlink_metadata(path).map(id);
    open.is_ok_and(|open| there.is_ok_and(|there| open == there))
}

/// Whether every directory above a path is one, and no link.
fn reaches(top: &Path, path: &Path) -> bool {
    let mut dir = top.to_owned();
    path.parent().into_iter().flatten().all(|part| {
        dir.push(part);
        fs::symlink_metadata(&dir).is_ok_and(|data| data.is_dir())
    })
}
