//! What was in a file before the guard was put into it, so that it can be as it was, byte for byte, when the guard is
//! taken out.
//!
//! The notes lie in the git directory. They count only while the file is as it was written; in another clone, or once
//! the file was edited, the entries are taken out one by one.

use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::base::replace::{Durability, PRIVATE, replace_file};

/// The directory of the notes, below the git directory.
const DIRECTORY: &str = "gatekeeper/agents";

/// A note about one file.
#[derive(Debug, Serialize, Deserialize)]
struct Note {
    /// What was in it before; `None` if it was not there.
    before: Option<String>,
    /// What was written.
    installed: String,
}

/// The notes of a repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Originals {
    dir: PathBuf,
}

impl Originals {
    /// Those of the repository with this git directory.
    #[must_use]
    pub(crate) fn of(git_dir: &Path) -> Self {
        Self {
            dir: git_dir.join(DIRECTORY),
        }
    }

    /// Notes what is about to be written to a file. `is_first` says that nothing of ours was in it before. Without a note,
    /// the entries are taken out one by one later, so a failure does no harm.
    pub(super) fn note(&self, path: &str, is_first: bool, before: Option<&str>, installed: &str) {
        let before = match self.read(path) {
            Some(note) if !is_first && Some(note.installed.as_str()) == before => note.before,
            _ if is_first => before.map(str::to_owned),
            _ => return self.forget(path),
        };
        let note = Note {
            before,
            installed: installed.to_owned(),
        };
        let write = || {
            fs::create_dir_all(&self.dir).ok()?;
            let text = serde_json::to_vec(&note).ok()?;
            replace_file(&self.file(path), &text, PRIVATE, Durability::Unsynced).ok()
        };
        if write().is_none() {
            self.forget(path);
        }
    }

    /// Whether the guard was put into a file, and not taken out by `uninstall`.
    pub(super) fn is_noted(&self, path: &str) -> bool {
        self.read(path).is_some()
    }

    /// What was in a file before, if it still is as it was written; `Some(None)` if it was not there.
    #[expect(clippy::option_option, reason = "no note and no file are two things")]
    pub(super) fn before(&self, path: &str, now: &str) -> Option<Option<String>> {
        let note = self.read(path)?;
        (note.installed == now).then_some(note.before)
    }

    /// Removes the note about a file.
    pub(super) fn forget(&self, path: &str) {
        // One that is left says nothing once the file is another one.
        let _ = fs::remove_file(self.file(path));
        let _ = fs::remove_dir(&self.dir);
    }

    fn read(&self, path: &str) -> Option<Note> {
        serde_json::from_slice(&fs::read(self.file(path)).ok()?).ok()
    }

    fn file(&self, path: &str) -> PathBuf {
        self.dir.join(path.replace('/', "%"))
    }
}
