//! What the index holds.

use std::ffi::OsString;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use super::Repository;
use super::changes::FileMode;
use super::open::repository_path;
use crate::fault::{Fault, Result};

/// The flag of an index entry that a sparse checkout leaves out of the work tree.
const SKIP_WORKTREE: u16 = 1 << 14;

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
        let by_library = self.library.as_ref().and_then(tracked_by_library);
        match by_library {
            Some(files) => Ok(files),
            None => self.tracked_by_git(),
        }
    }

    fn tracked_by_git(&self) -> Result<Vec<TrackedFile>> {
        let output = self.git(["ls-files", "--full-name", "--stage", "-t", "-z"])?;
        let mut files: Vec<TrackedFile> = Vec::new();
        for entry in output
            .split(|byte| *byte == 0)
            .filter(|entry| !entry.is_empty())
        {
            // git-ls-files(1): `tag mode object stage`, tab, path. `S` is skip-worktree.
            let unexpected = || Fault::bug("git ls-files printed something unexpected");
            let tab = entry
                .iter()
                .position(|byte| *byte == b'\t')
                .ok_or_else(unexpected)?;
            let mut fields = entry[..tab].split(|byte| *byte == b' ');
            let (Some(tag), Some(mode)) = (fields.next(), fields.next()) else {
                return Err(unexpected());
            };
            let path = repository_path(&entry[tab + 1..]);
            if tag == b"S" || files.last().is_some_and(|last| last.path == path) {
                continue;
            }
            if let Some(mode) = FileMode::parse(mode) {
                files.push(TrackedFile { path, mode });
            }
        }
        Ok(files)
    }

    /// The contents that the index has for a path, or `None` if it has none.
    ///
    /// # Errors
    ///
    /// git fails for another reason than a missing path.
    pub fn staged_contents(&self, path: &Path) -> Result<Option<Vec<u8>>> {
        let mut name = OsString::from(":0:");
        name.push(path);
        let listed = self.git(
            ["ls-files", "--cached", "-z", "--"]
                .map(OsString::from)
                .into_iter()
                .chain([literal(path)]),
        )?;
        if listed
            .split(|byte| *byte == 0)
            .all(|entry| entry != path.as_os_str().as_bytes())
        {
            return Ok(None);
        }
        let arguments = ["cat-file".into(), "blob".into(), name];
        self.git(arguments).map(Some)
    }
}

/// A path as a pathspec that means just this path.
fn literal(path: &Path) -> OsString {
    let mut pathspec = OsString::from(":(top,literal)");
    pathspec.push(path);
    pathspec
}

/// `None` where libgit2 cannot read the index (split, sparse).
fn tracked_by_library(library: &git2::Repository) -> Option<Vec<TrackedFile>> {
    let mut index = library.index().ok()?;
    index.read(false).ok()?;
    let mut files: Vec<TrackedFile> = Vec::with_capacity(index.len());
    for entry in index.iter() {
        let path = repository_path(&entry.path);
        let left_out = entry.flags_extended & SKIP_WORKTREE != 0;
        // The stages of an unmerged path follow each other.
        if left_out || files.last().is_some_and(|last| last.path == path) {
            continue;
        }
        let mode = format!("{:06o}", entry.mode);
        files.push(TrackedFile {
            path,
            mode: FileMode::parse(mode.as_bytes())?,
        });
    }
    Some(files)
}
