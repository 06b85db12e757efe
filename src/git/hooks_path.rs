//! Where git looks for hooks.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use super::Repository;
use crate::base::fault::Result;

/// Where `core.hooksPath` is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HooksPathScope {
    /// Nowhere.
    Unset,
    /// In the repository's own configuration, or the work tree's: it is this repository's affair.
    Repository,
    /// For all repositories of the user or the machine, or for this one command.
    Wider,
}

/// The value of `core.hooksPath`, and what has set it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HooksPath {
    /// As it was set.
    pub(crate) value: PathBuf,
    /// `local`, `global`, `system`, `worktree`, or `command` for this one command.
    pub(crate) scope: String,
    /// The file, as git names it: `file:.git/config`, say.
    pub(crate) origin: String,
}

impl Repository {
    /// What `core.hooksPath` is; `None` if it is not set.
    ///
    /// # Errors
    ///
    /// git cannot be started.
    pub(crate) fn hooks_path(&self) -> Result<Option<HooksPath>> {
        let arguments = [
            "config",
            "--show-scope",
            "--show-origin",
            "--null",
            "--get",
            "core.hooksPath",
        ];
        let Some(output) = self.ask_as_the_user(arguments)?.output_or_no()? else {
            return Ok(None);
        };
        let mut parts = output.split(|byte| *byte == 0);
        let (Some(scope), Some(origin), Some(value)) = (parts.next(), parts.next(), parts.next())
        else {
            return Ok(None);
        };
        Ok(Some(HooksPath {
            value: PathBuf::from(OsStr::from_bytes(value)),
            scope: String::from_utf8_lossy(scope).into_owned(),
            origin: String::from_utf8_lossy(origin).into_owned(),
        }))
    }

    /// Where `core.hooksPath` is set.
    ///
    /// # Errors
    ///
    /// git cannot be started.
    pub(crate) fn hooks_path_scope(&self) -> Result<HooksPathScope> {
        let arguments = [
            "config",
            "--show-scope",
            "--null",
            "--get",
            "core.hooksPath",
        ];
        let Some(output) = self.ask_as_the_user(arguments)?.output_or_no()? else {
            return Ok(HooksPathScope::Unset);
        };
        Ok(match output.split(|byte| *byte == 0).next() {
            Some(b"local" | b"worktree") => HooksPathScope::Repository,
            _ => HooksPathScope::Wider,
        })
    }

    /// The directory of hooks that all work trees of the repository share, unless something else is
    /// configured.
    #[must_use]
    pub(crate) fn usual_hooks_dir(&self) -> PathBuf {
        self.common_dir.join("hooks")
    }

    /// The directory in which git looks for hooks, according to git, whose configuration has many
    /// places.
    ///
    /// # Errors
    ///
    /// git fails.
    pub(crate) fn hooks_dir(&self) -> Result<PathBuf> {
        let output = self
            .ask_as_the_user(["rev-parse", "--git-path", "hooks"])?
            .output()?;
        let path = output.strip_suffix(b"\n").unwrap_or(&output);
        // What is relative is so to the top of the work tree, where git was called.
        Ok(self.work_tree.join(Path::new(OsStr::from_bytes(path))))
    }
}
