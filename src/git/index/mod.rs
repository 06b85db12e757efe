//! What the index holds.
//!
//! The file is read once, whole, and never locked: git replaces it in one step, so what was read is
//! one state of it.

mod against_tree;
mod binary;
pub(crate) mod entry;
pub(crate) mod ls_files;
mod tree;
pub(crate) mod write;

use std::collections::HashMap;
use std::ffi::OsString;
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, SystemTime};
use std::{fs, io};

use super::Repository;
use super::change_set::FileMode;
use super::paths::repository_path;
use crate::base::fault::{Fault, Result};
use crate::base::hex::hex;
use crate::base::object_id::ObjectId;
use crate::base::text::show_path;
use crate::model::gate::PathSet;
use entry::{IndexEntry, mode_of};

pub(super) use against_tree::{ChangedEntry, StoredEntry};
pub(super) use binary::{FileStat, blob_id};
pub(super) use write::EntryStat;

/// The ids of directories, by path.
pub(in crate::git) type DirIds = HashMap<Vec<u8>, Vec<u8>>;

/// One state of the index.
pub struct Index {
    /// The file, and what its entries name besides.
    store: Vec<u8>,
    /// How much of the store is the file.
    file: usize,
    entries: Vec<IndexEntry>,
    /// Where the entries end in it.
    extensions: usize,
    /// Whether the entries are those of the file alone.
    is_plain: bool,
    /// When the file was written, in seconds and nanoseconds; `None` if there is none.
    pub(super) written: Option<(i64, i64)>,
    /// What tells this state from every other one.
    state: Option<[i128; 5]>,
    /// See [`Self::dir_ids`].
    dir_ids: OnceLock<Option<DirIds>>,
}

/// One file that git tracks and that is meant to be in the work tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrackedFile {
    /// Relative to the top of the work tree. Bytes, not text.
    pub path: PathBuf,
    /// What it is.
    pub(crate) mode: FileMode,
}

/// What the index has for a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StagedFile {
    /// Whether it is a symbolic link; then the contents are where it leads.
    pub(crate) is_link: bool,
    /// Its contents, as git stores them.
    pub(crate) contents: Vec<u8>,
}

impl Index {
    /// Reads an index from a file; `None` if only git can.
    pub(super) fn in_file(path: &Path) -> Option<Self> {
        Self::file(path).ok().filter(Self::is_plain)
    }

    /// Reads a file. Unless what is in it is plain, it has no entries yet.
    fn file(path: &Path) -> io::Result<Self> {
        let mut index = Self {
            store: Vec::new(),
            file: 0,
            extensions: 0,
            entries: Vec::new(),
            is_plain: true,
            written: None,
            state: None,
            dir_ids: OnceLock::new(),
        };
        let mut file = match fs::File::open(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(index),
            other => other?,
        };
        let metadata = file.metadata()?;
        io::Read::read_to_end(&mut file, &mut index.store)?;
        index.written = Some((metadata.mtime(), metadata.mtime_nsec()));
        index.state = Some(state(&metadata));
        index.file = index.store.len();
        match binary::read(&mut index.store) {
            Some((entries, end)) => (index.entries, index.extensions) = (entries, end),
            None => index.is_plain = false,
        }
        Ok(index)
    }

    pub(super) fn entries(&self) -> &[IndexEntry] {
        &self.entries
    }

    pub(super) fn name(&self, entry: &IndexEntry) -> &[u8] {
        &self.store[entry.name.start as usize..entry.name.end as usize]
    }

    /// The id of an entry's object.
    pub(super) fn id(&self, entry: &IndexEntry) -> &[u8] {
        &self.store[entry.id.start as usize..entry.id.end as usize]
    }

    /// The same, as git prints it.
    pub(super) fn object(&self, entry: &IndexEntry) -> Option<ObjectId> {
        ObjectId::from_bytes(self.id(entry))
    }

    /// The file as it was read; empty if there was none.
    #[must_use]
    pub(crate) fn as_file(&self) -> &[u8] {
        &self.store[..self.file]
    }

    /// Whether the file stands for itself, and is read without git.
    pub(super) fn is_plain(&self) -> bool {
        self.is_plain
    }

    /// Whether a path is only intended to be added.
    pub(super) fn has_intended(&self) -> bool {
        self.entries.iter().any(|entry| entry.flags.is_intended)
    }

    /// When the file was written; `None` if there is none.
    #[must_use]
    pub(crate) fn modified(&self) -> Option<SystemTime> {
        let (seconds, part) = self.written?;
        let seconds = Duration::from_secs(u64::try_from(seconds).ok()?);
        Some(SystemTime::UNIX_EPOCH + seconds + Duration::from_nanos(u64::try_from(part).ok()?))
    }

    /// What a commit would have at a path; `None` if nothing.
    #[must_use]
    pub(crate) fn kind(&self, path: &Path) -> Option<FileMode> {
        self.find(path.as_os_str().as_bytes())?.file_mode()
    }

    /// Whether a commit would have something in a directory.
    #[must_use]
    pub(crate) fn is_dir(&self, path: &Path) -> bool {
        let mut prefix = path.as_os_str().as_bytes().to_vec();
        prefix.push(b'/');
        let first = self
            .entries
            .partition_point(|entry| self.name(entry) < prefix.as_slice());
        let next = self.entries.get(first);
        next.is_some_and(|entry| self.name(entry).starts_with(&prefix))
    }

    /// The paths that a commit would have in a directory.
    #[must_use]
    pub(crate) fn below(&self, dir: &Path) -> Vec<PathBuf> {
        let mut prefix = dir.as_os_str().as_bytes().to_vec();
        prefix.push(b'/');
        let first = self
            .entries
            .partition_point(|entry| self.name(entry) < prefix.as_slice());
        let entries = self.entries[first..].iter();
        let inside = entries.take_while(|entry| self.name(entry).starts_with(&prefix));
        let committed = inside.filter(|entry| entry.is_committed());
        committed
            .map(|entry| repository_path(self.name(entry)))
            .collect()
    }

    /// All paths that a commit would have.
    #[must_use]
    pub(crate) fn paths(&self) -> Vec<PathBuf> {
        let committed = self.entries.iter().filter(|entry| entry.is_committed());
        let path = |entry| repository_path(self.name(entry));
        committed.map(path).collect()
    }

    /// The names that a commit would have in a directory, of files and of directories; an empty path is the root.
    #[must_use]
    pub(crate) fn names_in(&self, dir: &Path) -> Vec<OsString> {
        let mut prefix = dir.as_os_str().as_bytes().to_vec();
        if !prefix.is_empty() {
            prefix.push(b'/');
        }
        let start = |bound: &[u8]| {
            self.entries
                .partition_point(|entry| self.name(entry) < bound)
        };
        let mut names = Vec::new();
        let mut next = start(&prefix);
        while let Some(entry) = self.entries.get(next) {
            let Some(rest) = self.name(entry).strip_prefix(prefix.as_slice()) else {
                break;
            };
            next += 1;
            if !entry.is_committed() {
                continue;
            }
            let name = rest.split(|byte| *byte == b'/').next().unwrap_or_default();
            names.push(OsString::from_vec(name.to_vec()));
            if name.len() < rest.len() {
                // Everything in that directory comes before the sign that follows the slash.
                let end = [prefix.as_slice(), name, &[b'/' + 1]].concat();
                next = start(&end);
            }
        }
        names
    }

    /// The blob and the mode that a commit would have at a path, as one text; `None` if it would
    /// have nothing there.
    #[must_use]
    pub(crate) fn version(&self, path: &Path) -> Option<String> {
        let entry = self.find(path.as_os_str().as_bytes())?;
        Some(format!("{:o} {}", entry.mode, hex(self.id(entry))))
    }

    /// Whether two indexes are the same to a commit.
    #[must_use]
    pub(crate) fn commits_the_same(&self, other: &Self) -> bool {
        let committed = |index: &'_ Self| -> Vec<usize> {
            let entries = index.entries.iter().enumerate();
            let kept = entries.filter(|(_, entry)| !entry.flags.is_intended);
            kept.map(|(at, _)| at).collect()
        };
        let (ours, theirs) = (committed(self), committed(other));
        ours.len() == theirs.len()
            && ours.iter().zip(&theirs).all(|(ours, theirs)| {
                let (one, two) = (&self.entries[*ours], &other.entries[*theirs]);
                self.name(one) == other.name(two)
                    && self.id(one) == other.id(two)
                    && one.mode == two.mode
                    && one.flags.stage == two.flags.stage
            })
    }

    /// Whether nothing is tracked.
    #[must_use]
    pub(crate) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The entry that a commit would have at a path.
    pub(super) fn find(&self, path: &[u8]) -> Option<&IndexEntry> {
        let first = self
            .entries
            .partition_point(|entry| self.name(entry) < path);
        let entry = self.entries.get(first)?;
        (self.name(entry) == path && entry.is_committed()).then_some(entry)
    }

    /// The paths of all tracked files with a name, sorted, each once.
    #[must_use]
    pub(crate) fn named(&self, name: &str) -> Vec<PathBuf> {
        let has_name = |path: &&[u8]| {
            let dir = path.strip_suffix(name.as_bytes());
            dir.is_some_and(|dir| dir.is_empty() || dir.ends_with(b"/"))
        };
        let names = self.entries.iter().map(|entry| self.name(entry));
        let mut found: Vec<PathBuf> = names.filter(has_name).map(repository_path).collect();
        found.dedup();
        found
    }

    /// Whether a file is tracked, in whatever state.
    #[must_use]
    pub(crate) fn tracks(&self, path: &Path) -> bool {
        let path = path.as_os_str().as_bytes();
        let first = self
            .entries
            .partition_point(|entry| self.name(entry) < path);
        let entry = self.entries.get(first);
        entry.is_some_and(|entry| self.name(entry) == path)
    }

    /// Whether a commit of the index has a path.
    #[must_use]
    pub(crate) fn has(&self, path: &Path) -> bool {
        self.find(path.as_os_str().as_bytes()).is_some()
    }

    /// All tracked files, sorted, without those that a sparse checkout leaves out.
    #[must_use]
    pub fn tracked(&self) -> Vec<TrackedFile> {
        let mut files: Vec<TrackedFile> = Vec::with_capacity(self.entries.len());
        for entry in &self.entries {
            let path = repository_path(self.name(entry));
            // The stages of an unmerged path follow each other.
            let is_known = files.last().is_some_and(|last| last.path == path);
            if entry.flags.skips_work_tree || is_known {
                continue;
            }
            if let Some(mode) = mode_of(entry.mode) {
                files.push(TrackedFile { path, mode });
            }
        }
        files
    }

    /// The id of what is at a path; `None` if nothing is there.
    #[must_use]
    pub(crate) fn object_at(&self, path: &Path) -> Option<ObjectId> {
        let entry = self.find(path.as_os_str().as_bytes())?;
        self.object(entry)
    }

    /// The files that match, each with the id of its blob.
    #[must_use]
    pub(crate) fn files(&self, wanted: &PathSet) -> Vec<(PathBuf, ObjectId)> {
        let files = self.entries.iter();
        let files = files.filter(|entry| entry.is_committed() && !entry.is_submodule());
        files
            .filter_map(|entry| Some((repository_path(self.name(entry)), self.object(entry)?)))
            .filter(|(path, _)| wanted.matches(path))
            .collect()
    }

    /// Paths with an unresolved conflict, each once.
    pub(super) fn unmerged(&self) -> Vec<PathBuf> {
        let unmerged = self.entries.iter().filter(|entry| entry.flags.stage != 0);
        let mut paths: Vec<PathBuf> = unmerged
            .map(|entry| repository_path(self.name(entry)))
            .collect();
        paths.dedup();
        paths
    }
}

impl Repository {
    /// Reads the index that git points at, unless it is still the one that was read before. Without
    /// one, nothing is tracked.
    ///
    /// # Errors
    ///
    /// Neither we nor git can read it.
    pub(crate) fn index(&self) -> Result<Arc<Index>> {
        let known = |index: &&Arc<Index>| self.has_still(index);
        if let Ok(read) = self.read_index.lock()
            && let Some(index) = read.as_ref().filter(known)
        {
            return Ok(Arc::clone(index));
        }
        let index = Arc::new(self.index_in(&self.index_file)?);
        if let Ok(mut read) = self.read_index.lock() {
            *read = Some(Arc::clone(&index));
        }
        Ok(index)
    }

    /// Reads an index from a file.
    pub(super) fn index_in(&self, path: &Path) -> Result<Index> {
        let mut index = Index::file(path).map_err(|error| {
            let file = show_path(path);
            Fault::unable(format!("cannot read the index: {file}")).because(&error)
        })?;
        if !index.is_plain {
            index.entries = ls_files::read(self, path, &mut index.store)?;
        }
        Ok(index)
    }

    /// Whether the index has not been written since it was read.
    #[must_use]
    pub(crate) fn has_still(&self, index: &Index) -> bool {
        let now = fs::metadata(&self.index_file);
        now.ok().as_ref().map(state) == index.state
    }

    /// What the index has for a path, or `None` if it has nothing.
    ///
    /// # Errors
    ///
    /// The object cannot be read.
    pub(crate) fn staged_file(&self, index: &Index, path: &Path) -> Result<Option<StagedFile>> {
        let entry = index.find(path.as_os_str().as_bytes());
        let Some((entry, id)) = entry.and_then(|entry| Some((entry, index.object(entry)?))) else {
            return Ok(None);
        };
        Ok(Some(StagedFile {
            is_link: entry.is_link(),
            contents: self.objects().blob(id)?,
        }))
    }
}

fn state(metadata: &fs::Metadata) -> [i128; 5] {
    let time = |seconds: i64, part: i64| i128::from(seconds) * 1_000_000_000 + i128::from(part);
    [
        metadata.dev().into(),
        metadata.ino().into(),
        metadata.size().into(),
        time(metadata.mtime(), metadata.mtime_nsec()),
        time(metadata.ctime(), metadata.ctime_nsec()),
    ]
}
