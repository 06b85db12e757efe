//! The files of a project.

use std::cell::RefCell;
use std::path::{Path, PathBuf};

use crate::base::fault::{Fault, Result};
use crate::indirection::{Files, Tree};

/// The largest file that is read, in bytes.
const LARGEST: usize = 1 << 20;

/// The tracked files of a project, and their contents.
pub(crate) struct Project<'a> {
    /// Their paths, relative to the top, in order.
    files: Vec<PathBuf>,
    /// Their contents.
    pub(super) contents: RefCell<Files<'a>>,
    /// The first file that could not be read.
    fault: RefCell<Option<Fault>>,
}

impl<'a> Project<'a> {
    /// A project of these files, whose contents are in a tree.
    pub(crate) fn new(mut files: Vec<PathBuf>, tree: &'a mut dyn Tree) -> Self {
        files.sort();
        Self {
            files,
            contents: RefCell::new(Files::new(tree)),
            fault: RefCell::new(None),
        }
    }

    /// The tracked files.
    #[must_use]
    pub(super) fn files(&self) -> &[PathBuf] {
        &self.files
    }

    /// Whether a file is there.
    #[must_use]
    pub(super) fn has(&self, path: impl AsRef<Path>) -> bool {
        let path = path.as_ref();
        self.files
            .binary_search_by(|file| file.as_path().cmp(path))
            .is_ok()
    }

    /// The text of a file; `None` if it is not there, or too large. If a file cannot be read,
    /// [`readable`](Self::readable) reports it later.
    #[must_use]
    pub(super) fn text(&self, path: impl AsRef<Path>) -> Option<String> {
        let path = path.as_ref();
        if !self.has(path) {
            return None;
        }
        let text = self.contents.borrow_mut().text(path);
        match text {
            Ok(text) => text.filter(|text| text.len() <= LARGEST),
            Err(fault) => {
                self.fault.borrow_mut().get_or_insert(fault);
                None
            }
        }
    }

    /// Whether everything that was asked for could be read.
    ///
    /// # Errors
    ///
    /// The first file that could not be read.
    pub(super) fn readable(&self) -> Result<()> {
        self.fault.borrow_mut().take().map_or(Ok(()), Err)
    }

    /// The files directly in a directory.
    pub(super) fn in_dir(&self, dir: impl AsRef<Path>) -> impl Iterator<Item = &Path> {
        let dir = dir.as_ref().to_owned();
        self.files
            .iter()
            .map(PathBuf::as_path)
            .filter(move |file| file.parent() == Some(&dir))
    }

    /// Whether there is anything below a directory.
    #[must_use]
    pub(super) fn has_dir(&self, dir: impl AsRef<Path>) -> bool {
        let dir = dir.as_ref();
        self.files.iter().any(|file| file.starts_with(dir))
    }
}
