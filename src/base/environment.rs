//! The process environment, read once at the edge and passed on as a value.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use rustix::process::Pid;

use super::fault::{Fault, Result};

/// Environment variables, by name. Names and values are bytes, not text.
pub type Variables = BTreeMap<OsString, OsString>;

/// The surroundings of the process when it was started: its variables and its current directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Environment {
    /// All environment variables.
    pub variables: Variables,
    /// The directory in which the process was started.
    pub current_dir: PathBuf,
    /// The process that started us; if our parent is a different one later, it is gone.
    pub parent: Option<Pid>,
}

impl Environment {
    /// Reads the environment of this process.
    ///
    /// # Errors
    ///
    /// The current directory is gone or cannot be read.
    pub fn read() -> Result<Self> {
        let current_dir = std::env::current_dir().map_err(|error| {
            Fault::unable("cannot determine the current directory").because(&error)
        })?;
        Ok(Self {
            variables: std::env::vars_os().collect(),
            current_dir,
            parent: crate::platform::parent_process(),
        })
    }

    /// The same in another directory, in which git finds the repository by itself: the variables that
    /// git sets for its hooks name another place.
    #[must_use]
    pub(crate) fn in_repository(&self, dir: &Path) -> Self {
        let mut other = self.clone();
        for name in [
            "GIT_DIR",
            "GIT_WORK_TREE",
            "GIT_COMMON_DIR",
            "GIT_INDEX_FILE",
            "GIT_PREFIX",
        ] {
            other.variables.remove(OsStr::new(name));
        }
        dir.clone_into(&mut other.current_dir);
        other
    }

    /// The value of a variable, if it is set; an empty value counts as set.
    #[must_use]
    pub(crate) fn get(&self, name: &str) -> Option<&OsStr> {
        self.variables
            .get(OsStr::new(name))
            .map(OsString::as_os_str)
    }

    /// Whether a variable is set and not empty.
    #[must_use]
    pub(crate) fn is_set(&self, name: &str) -> bool {
        self.get(name).is_some_and(|value| !value.is_empty())
    }

    /// The user's directory for files of ours of one kind: below that of a variable, or else below
    /// HOME (XDG Base Directory Specification, by which relative paths are ignored). `None` if neither
    /// names a directory; a home directory that does not exist is not created.
    #[must_use]
    pub(crate) fn user_dir(&self, variable: &str, below_home: &str) -> Option<PathBuf> {
        let stated = |name: &str| {
            let path = self.get(name).map(PathBuf::from);
            path.filter(|path| path.is_absolute())
        };
        let base = stated(variable).or_else(|| {
            let home = stated("HOME").filter(|home| home.is_dir())?;
            Some(home.join(below_home))
        })?;
        Some(base.join("gatekeeper"))
    }
}
