//! Where git looks for hooks.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use super::Repository;
use crate::fault::Result;

impl Repository {
    /// The folder of hooks that all work trees of the repository share, unless something else is
    /// configured.
    #[must_use]
    pub fn usual_hooks_folder(&self) -> PathBuf {
        self.common_dir.join("hooks")
    }

    /// The folder in which git looks for hooks, according to git, whose configuration has many
    /// places.
    ///
    /// # Errors
    ///
    /// git fails.
    pub fn hooks_folder(&self) -> Result<PathBuf> {
        let output = self
            .ask_as_the_user(["rev-parse", "--git-path", "hooks"])?
            .output;
        let path = output.strip_suffix(b"\n").unwrap_or(&output);
        // What is relative is so to the top of the work tree, where git was called.
        Ok(self.work_tree.join(Path::new(OsStr::from_bytes(path))))
    }
}
