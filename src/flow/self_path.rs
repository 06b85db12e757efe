//! Where we are ourselves: our program, and the place in the work tree that the user calls from.

use std::path::{Path, PathBuf};

use crate::base::environment::Environment;
use crate::base::fault::{Fault, Result};
use crate::base::text::shell_word;
use crate::git::Repository;

/// Our own program, as the hooks will call it: by the path with which it is found, so that a link
/// that is kept up to date (a package manager's) stays in use.
pub(crate) fn program(environment: &Environment) -> Result<PathBuf> {
    let own = executable()?;
    Ok(on_path(environment, &own).unwrap_or(own))
}

/// How the user can call us: by name where PATH leads to us, else by our path.
pub(crate) fn call(environment: &Environment) -> String {
    match executable() {
        Ok(own) if on_path(environment, &own).is_none() => shell_word(own.as_os_str()),
        _ => "gatekeeper".to_owned(),
    }
}

fn executable() -> Result<PathBuf> {
    std::env::current_exe()
        .map_err(|error| Fault::unable("cannot find gatekeeper's own program").because(&error))
}

/// The first program of our name on PATH, if that is us.
fn on_path(environment: &Environment, own: &Path) -> Option<PathBuf> {
    let real = own.canonicalize().unwrap_or_else(|_| own.to_owned());
    let path = environment.get("PATH").unwrap_or_default();
    std::env::split_paths(path)
        .filter(|dir| dir.is_absolute())
        .map(|dir| dir.join("gatekeeper"))
        .find(|file| file.is_file())
        .filter(|file| file.canonicalize().is_ok_and(|file| file == real))
}

/// A file as the user would type it: relative to where they stand if it is in the work tree.
pub(super) fn as_typed(environment: &Environment, repository: &Repository, file: &Path) -> PathBuf {
    match file.strip_prefix(&repository.work_tree) {
        Ok(below) => to_top(environment, &repository.work_tree).join(below),
        Err(_) => file.to_owned(),
    }
}

/// From where the user stands to the top of the work tree: `../..`, or nothing.
///
/// git calls its hooks at the top, and says in `GIT_PREFIX` where it was called itself.
pub(super) fn to_top(environment: &Environment, top: &Path) -> PathBuf {
    let prefix = match environment.get("GIT_PREFIX") {
        Some(prefix) if !prefix.is_empty() => PathBuf::from(prefix),
        _ => {
            let here = environment.current_dir.canonicalize().unwrap_or_default();
            let top = top.canonicalize().unwrap_or_default();
            here.strip_prefix(top)
                .map(Path::to_owned)
                .unwrap_or_default()
        }
    };
    prefix.components().map(|_| "..").collect()
}
