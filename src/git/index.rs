//! What the index holds.

use std::ffi::OsString;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use super::Repository;
use super::changes::FileMode;
use super::open::repository_path;
use crate::fault::{Fault, Result};
use crate::gate::PathSet;

/// The flag of an index entry that a sparse checkout leaves out of the work tree.
const SKIP_WORKTREE: u16 = 1 << 14;

/// The flag of an index entry that is only intended to be added, so that no commit has it.
const INTENT_TO_ADD: u16 = 1 << 13;

/// The bits of an index entry's flags that tell the side of a conflict; none of them if there is
/// no conflict.
const STAGE: u16 = 0x3000;

/// One file that git tracks and that is meant to be in the work tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrackedFile {
    /// Relative to the top of the work tree. Bytes, not text.
    pub path: PathBuf,
    /// What it is.
    pub mode: FileMode,
}

impl Repository {
    /// All tracked files, sorted, without those that a sparse checkout leaves out.
    ///
    /// # Errors
    ///
    /// Neither libgit2 nor git can read the index.
    pub fn tracked(&self) -> Result<Vec<TrackedFile>> {
        match self
            .index_by_library()
            .and_then(|index| tracked_by_library(&index))
        {
            Some(files) => Ok(files),
            None => self.tracked_by_git(),
        }
    }

    fn tracked_by_git(&self) -> Result<Vec<TrackedFile>> {
        let mut files: Vec<TrackedFile> = Vec::new();
        for entry in self.listed()? {
            // `S` is skip-worktree.
            let is_known = files.last().is_some_and(|last| last.path == entry.path);
            if entry.tag == b"S" || is_known {
                continue;
            }
            if let Some(mode) = FileMode::parse(&entry.mode) {
                files.push(TrackedFile {
                    path: entry.path,
                    mode,
                });
            }
        }
        Ok(files)
    }

    /// The index as git lists it (git-ls-files(1)): `tag mode object stage`, tab, path.
    fn listed(&self) -> Result<Vec<Listed>> {
        let output = self.git(["ls-files", "--full-name", "--stage", "-t", "-z"])?;
        let entries = output.split(|byte| *byte == 0);
        let entries = entries.filter(|entry| !entry.is_empty());
        let read = |entry: &[u8]| {
            let tab = entry.iter().position(|byte| *byte == b'\t')?;
            let mut fields = entry[..tab].split(|byte| *byte == b' ').map(<[u8]>::to_vec);
            Some(Listed {
                tag: fields.next()?,
                mode: fields.next()?,
                id: fields.next()?,
                stage: fields.next()?,
                path: repository_path(&entry[tab + 1..]),
            })
        };
        entries
            .map(read)
            .collect::<Option<_>>()
            .ok_or_else(|| Fault::bug("git ls-files printed something unexpected"))
    }

    /// The files of the index that match, each with the id of its blob.
    ///
    /// # Errors
    ///
    /// Neither libgit2 nor git can read the index.
    pub fn staged_files(&self, wanted: &PathSet) -> Result<Vec<(PathBuf, String)>> {
        if let Some(index) = self.index_by_library() {
            let is_file = |entry: &git2::IndexEntry| {
                entry.flags & STAGE == 0
                    && entry.flags_extended & INTENT_TO_ADD == 0
                    && mode_of(entry.mode).is_some_and(|mode| mode != FileMode::Submodule)
            };
            let resolved = index.iter().filter(is_file);
            let files = resolved.map(|entry| (repository_path(&entry.path), entry.id.to_string()));
            return Ok(files.filter(|(path, _)| wanted.matches(path)).collect());
        }
        let mut files = Vec::new();
        for entry in self.listed()? {
            let is_file =
                FileMode::parse(&entry.mode).is_some_and(|mode| mode != FileMode::Submodule);
            if entry.stage == b"0" && is_file && wanted.matches(&entry.path) {
                let id = String::from_utf8_lossy(&entry.id).into_owned();
                files.push((entry.path, id));
            }
        }
        Ok(files)
    }

    /// What the index has for a path, or `None` if it has nothing.
    ///
    /// # Errors
    ///
    /// git fails.
    pub fn staged_file(&self, path: &Path) -> Result<Option<StagedFile>> {
        match self.index_by_library() {
            Some(index) => match index.get_path(path, 0) {
                None => Ok(None),
                Some(entry) => {
                    let library = self.library.as_ref();
                    let blob = library.and_then(|library| library.find_blob(entry.id).ok());
                    match blob {
                        Some(blob) => Ok(Some(StagedFile {
                            is_link: mode_of(entry.mode) == Some(FileMode::Link),
                            contents: blob.content().to_owned(),
                        })),
                        None => self.staged_file_by_git(path),
                    }
                }
            },
            None => self.staged_file_by_git(path),
        }
    }

    fn staged_file_by_git(&self, path: &Path) -> Result<Option<StagedFile>> {
        let unexpected = || Fault::bug("git cat-file printed something unexpected");
        // One line asks for one object; a path with a line break cannot be asked for.
        let mut name = OsString::from(":0:");
        name.push(path);
        name.push("\n");
        let format = "--batch=%(objecttype) %(objectsize)";
        let output = self.tell(["cat-file", format], name.as_bytes())?;
        let end = output
            .iter()
            .position(|byte| *byte == b'\n')
            .ok_or_else(unexpected)?;
        let header = String::from_utf8_lossy(&output[..end]);
        if header.ends_with(" missing") {
            return Ok(None);
        }
        let size = header
            .strip_prefix("blob ")
            .and_then(|size| size.parse::<usize>().ok());
        let contents = size.and_then(|size| output.get(end + 1..end + 1 + size));
        let contents = contents.ok_or_else(unexpected)?.to_owned();
        // Only the work tree can say whether it is a link; where it cannot, it is read as a file.
        let is_link = self.work_tree.join(path).is_symlink();
        Ok(Some(StagedFile { is_link, contents }))
    }

    /// The index as libgit2 reads it; `None` where it cannot (split, sparse, other formats).
    fn index_by_library(&self) -> Option<git2::Index> {
        self.library.as_ref()?;
        self.index_file
            .is_file()
            .then(|| git2::Index::open(&self.index_file).ok())?
    }
}

/// An entry of the index as git lists it.
struct Listed {
    tag: Vec<u8>,
    mode: Vec<u8>,
    id: Vec<u8>,
    stage: Vec<u8>,
    path: PathBuf,
}

/// What the index has for a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StagedFile {
    /// Whether it is a symbolic link; then the contents are where it leads.
    pub is_link: bool,
    /// Its contents, as git stores them.
    pub contents: Vec<u8>,
}

fn tracked_by_library(index: &git2::Index) -> Option<Vec<TrackedFile>> {
    let mut files: Vec<TrackedFile> = Vec::with_capacity(index.len());
    for entry in index.iter() {
        let path = repository_path(&entry.path);
        let left_out = entry.flags_extended & SKIP_WORKTREE != 0;
        // The stages of an unmerged path follow each other.
        if left_out || files.last().is_some_and(|last| last.path == path) {
            continue;
        }
        files.push(TrackedFile {
            path,
            mode: mode_of(entry.mode)?,
        });
    }
    Some(files)
}

fn mode_of(mode: u32) -> Option<FileMode> {
    FileMode::parse(format!("{mode:06o}").as_bytes())
}
