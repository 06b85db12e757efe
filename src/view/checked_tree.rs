//! The tree that views show.

use std::path::Path;
use std::sync::Arc;

use crate::base::fault::{Fault, Result};
use crate::git::{Beside, Index, Repository};
use crate::platform::watch::Watch;

/// The tree that is judged, and what lies in the work tree besides.
#[derive(Clone, Copy)]
pub(crate) struct Judged<'a> {
    /// The repository, with the index that holds the tree.
    pub(crate) repository: &'a Repository,
    /// That index.
    pub(crate) index: &'a Arc<Index>,
    /// What the work tree has besides.
    pub(crate) beside: &'a Beside,
    /// Tells whether the work tree has certainly not changed since it was looked at.
    pub(crate) watch: Option<&'a Watch>,
    /// The commit whose tree it is, if it is not that of the next commit.
    pub(crate) commit: Option<&'a str>,
    /// Whether not even what is ignored may be written to through a snapshot, save what is installed.
    pub(crate) protects_ignored: bool,
}

impl Judged<'_> {
    /// What a file was when it was checked out into the first snapshot.
    ///
    /// # Errors
    ///
    /// There is none, or git fails.
    pub(crate) fn as_checked_out(self, path: &Path) -> Result<Vec<u8>> {
        let cannot = |error: std::io::Error| {
            Fault::unable("a temporary file cannot be written").because(&error)
        };
        let folder = tempfile::tempdir().map_err(cannot)?;
        let (own, files) = (folder.path().join("index"), folder.path().join("files"));
        let elsewhere = folder.path().join("empty");
        for folder in [&files, &elsewhere] {
            std::fs::create_dir(folder).map_err(cannot)?;
        }
        let plain = self.repository.plain_index(self.index, &own)?;
        let paths = [path.to_owned()];
        self.repository
            .check_out_files(&plain, &paths, &files, &elsewhere)?;
        std::fs::read(files.join(path)).map_err(cannot)
    }
}
