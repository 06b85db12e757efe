//! Where git looks for hooks.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt as _;
use std::path::PathBuf;

use super::Repository;
use crate::fault::Result;

/// The folder in which git looks for hooks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HooksFolder {
    /// The one in the git directory that all work trees share.
    Usual(PathBuf),
    /// Another one, set as `core.hooksPath`; its value.
    Configured(OsString),
}

impl Repository {
    /// Asks git, whose configuration has many places.
    ///
    /// # Errors
    ///
    /// git fails.
    pub fn hooks_folder(&self) -> Result<HooksFolder> {
        let answer = self.ask_as_the_user(["config", "--null", "--get", "core.hooksPath"])?;
        let value = answer.output.strip_suffix(b"\0").unwrap_or(&answer.output);
        // Exit code 1 is "not set", see git-config(1).
        Ok(if answer.code == Some(1) {
            HooksFolder::Usual(self.common_dir.join("hooks"))
        } else {
            HooksFolder::Configured(OsStr::from_bytes(value).to_owned())
        })
    }
}
