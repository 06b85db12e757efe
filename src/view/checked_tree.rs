//! The tree that views show.

use std::path::Path;
use std::sync::Arc;

use fs_err as fs;

use crate::base::fault::{Fault, Result};
use crate::base::object_id::ObjectId;
use crate::base::scratch::Scratch;
use crate::git::{Index, Repository, WorktreeState};
use crate::platform::watch::Watch;

/// The tree that is checked, and what lies in the work tree besides.
#[derive(Clone, Copy)]
pub(crate) struct CheckedTree<'a> {
    /// The repository, with the index that holds the tree.
    pub(crate) repository: &'a Repository,
    /// That index.
    pub(crate) index: &'a Arc<Index>,
    /// What the work tree has besides.
    pub(crate) beside: &'a WorktreeState,
    /// Tells whether the work tree has certainly not changed since it was looked at.
    pub(crate) watch: Option<&'a Watch>,
    /// The commit whose tree it is, if it is not that of the next commit.
    pub(crate) commit: Option<ObjectId>,
    /// Whether not even what is ignored may be written to through a snapshot, save what is installed.
    pub(crate) protects_ignored: bool,
}

impl CheckedTree<'_> {
    /// What a file was when it was checked out into the first snapshot.
    ///
    /// # Errors
    ///
    /// There is none, or git fails.
    pub(crate) fn as_checked_out(self, path: &Path) -> Result<Vec<u8>> {
        let cannot =
            |error: std::io::Error| Fault::unable("cannot write a temporary file").because(&error);
        let dir = Scratch::new().map_err(cannot)?;
        let (own, files) = (dir.path().join("index"), dir.path().join("files"));
        let elsewhere = dir.path().join("empty");
        for dir in [&files, &elsewhere] {
            fs::create_dir(dir).map_err(cannot)?;
        }
        let plain = self.repository.plain_index(self.index, &own)?;
        let paths = [path.to_owned()];
        self.repository
            .check_out_files(&plain, &paths, &files, &elsewhere)?;
        fs::read(files.join(path)).map_err(cannot)
    }
}
