//! Files that were fixed: into the object database, into an index, and back into a work tree.

use std::ffi::{OsStr, OsString};
use std::fmt::Write as _;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use super::Repository;
use super::index::Index;
use super::process::id;
use crate::base::fault::{Fault, Result};
use crate::base::object_id::ObjectId;
use crate::base::scratch::Scratch;

/// Another version of a file in an index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Replacement {
    /// Relative to the top of the work tree.
    pub(crate) path: PathBuf,
    /// Type and permissions, as in `100644`.
    pub(crate) mode: String,
    /// The blob that the index has.
    pub(crate) old: ObjectId,
    /// The blob that it is to have.
    pub(crate) new: ObjectId,
}

impl Repository {
    /// Stores a file as git would store it at a path: through its filters, with its line ends.
    /// Returns the blob's id.
    ///
    /// # Errors
    ///
    /// It cannot be read, or the object database cannot be written.
    pub(crate) fn store(&self, file: &Path, path: &Path) -> Result<ObjectId> {
        let arguments: [&OsStr; 6] = [
            "hash-object".as_ref(),
            "-w".as_ref(),
            "--path".as_ref(),
            path.as_os_str(),
            "--".as_ref(),
            file.as_os_str(),
        ];
        id(&self.git().output(arguments)?)
    }

    /// Mode and blob of a file in an index.
    #[must_use]
    pub(crate) fn stored_in(index: &Index, path: &Path) -> Option<(String, ObjectId)> {
        let entry = index.find(path.as_os_str().as_bytes())?;
        Some((format!("{:o}", entry.mode), index.object(entry)?))
    }

    /// The same repository, with an index in a file of ours in which files are replaced.
    ///
    /// # Errors
    ///
    /// The file cannot be written, or git fails.
    pub(crate) fn with_replaced(
        &self,
        index: &Index,
        replacements: &[Replacement],
        file: &Path,
    ) -> Result<Self> {
        self.copy_index(index, file)?;
        let repository = self.with_index(file);
        repository.replace_in(file, replacements)?;
        Ok(repository)
    }

    /// The indexes that a commit in progress will leave: the one that it commits, and under `--only`
    /// the one that stays afterwards, too.
    fn indexes(&self) -> Vec<PathBuf> {
        let mut indexes = vec![self.index_file.clone()];
        let name = self.index_file.file_name().unwrap_or_default();
        let is_partial = self.has_own_index && name.as_bytes().starts_with(b"next-index-");
        let lock = self.git_dir.join("index.lock");
        if is_partial && lock.exists() {
            indexes.push(lock);
        }
        indexes
    }

    /// Replaces files in every index that a commit in progress will leave, each only if it still has
    /// the version that is to be replaced. Returns the paths that were replaced in the first one.
    ///
    /// # Errors
    ///
    /// An index is gone or locked, or git fails. Then a later index may not have been written.
    pub(crate) fn replace(&self, replacements: &[Replacement]) -> Result<Vec<PathBuf>> {
        let mut replaced = None;
        for file in self.indexes() {
            if !file.exists() {
                return Err(Fault::unable(
                    "the index that is being committed is missing",
                ));
            }
            let index = self.index_in(&file)?;
            let is_the_same = |replacement: &&Replacement| {
                Self::stored_in(&index, &replacement.path)
                    .is_some_and(|(mode, id)| mode == replacement.mode && id == replacement.old)
            };
            let fitting = replacements.iter().filter(is_the_same);
            let fitting: Vec<Replacement> = fitting.cloned().collect();
            self.replace_in(&file, &fitting)?;
            replaced.get_or_insert_with(|| fitting.into_iter().map(|one| one.path).collect());
        }
        Ok(replaced.unwrap_or_default())
    }

    fn replace_in(&self, file: &Path, replacements: &[Replacement]) -> Result<()> {
        if replacements.is_empty() {
            return Ok(());
        }
        let mut list = Vec::new();
        for Replacement {
            path, mode, new, ..
        } in replacements
        {
            // git-update-index(1), "using --index-info".
            let mut heading = String::new();
            let _ = write!(heading, "{mode} {new}\t");
            list.extend_from_slice(heading.as_bytes());
            list.extend_from_slice(path.as_os_str().as_bytes());
            list.push(0);
        }
        let git = self.git().with("GIT_INDEX_FILE", file);
        let arguments = ["update-index", "-z", "--index-info"];
        git.output_with_stdin(arguments, &list).map(drop)
    }

    /// Brings two versions of a file together that come from the same one; `None` if they contradict
    /// each other.
    ///
    /// # Errors
    ///
    /// git fails, or cannot write a temporary file.
    pub(crate) fn merged(
        &self,
        ours: &[u8],
        base: &[u8],
        theirs: &[u8],
    ) -> Result<Option<Vec<u8>>> {
        let cannot =
            |error: std::io::Error| Fault::unable("cannot write a temporary file").because(&error);
        let dir = Scratch::new().map_err(cannot)?;
        let mut arguments: Vec<OsString> = vec!["merge-file".into(), "-p".into(), "-q".into()];
        for (name, contents) in [("ours", ours), ("base", base), ("theirs", theirs)] {
            let file = dir.path().join(name);
            fs::write(&file, contents).map_err(cannot)?;
            arguments.push(file.into());
        }
        let answer = self.git().run(arguments)?;
        // git-merge-file(1): the exit code is the number of conflicts, at most 127.
        Ok(answer.output_if_any())
    }
}
