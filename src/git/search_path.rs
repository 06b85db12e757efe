//! Directories that a user adds to PATH in git's configuration, which nobody commits: for hooks that a desktop
//! starts, which reads no startup file of a shell.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::base::environment::Environment;

/// The key; it may have several values.
const KEY: &str = "gatekeeper.path";

/// The same environment, with the user's own directories at the end of PATH, where they replace no tool. Only
/// the user's and the machine's configuration counts. Where it cannot be read, git says so itself.
#[must_use]
pub(crate) fn with_own_search_path(mut environment: Environment) -> Environment {
    let own = own_dirs(&environment);
    if own.is_empty() {
        return environment;
    }
    let name = OsString::from("PATH");
    let search = environment.variables.get(&name).cloned();
    let search = search.unwrap_or_default();
    let dirs = std::env::split_paths(&search).chain(own);
    if let Ok(joined) = std::env::join_paths(dirs) {
        environment.variables.insert(name, joined);
    }
    environment
}

fn own_dirs(environment: &Environment) -> Vec<PathBuf> {
    let read = || -> Result<Vec<PathBuf>, git2::Error> {
        let config = git2::Config::open_default()?;
        let mut found = Vec::new();
        config.multivar(KEY, None)?.for_each(|entry| {
            let value = entry.value().unwrap_or_default();
            found.push(match value.strip_prefix("~/") {
                Some(below) => Path::new(environment.get("HOME").unwrap_or_default()).join(below),
                None => PathBuf::from(value),
            });
        })?;
        Ok(found)
    };
    let mut found = read().unwrap_or_default();
    found.retain(|dir| dir.is_absolute());
    found
}
