//! Where we are ourselves: our program, and the place in the work tree that the user calls from.

use std::path::{Path, PathBuf};

use crate::base::environment::Environment;
use crate::base::fault::{Fault, Result};
use crate::base::text::{shell_word, show_path};
use crate::git::Repository;

/// Our own program, as the hooks will call it: by the path with which it is found, so that a link
/// that is kept up to date (a package manager's) stays in use.
pub(crate) fn program(environment: &Environment) -> Result<PathBuf> {
    let own = executable()?;
    Ok(on_path(environment, &own)
        .or_else(|| beside_launcher(&own))
        .unwrap_or(own))
}

/// Refuses to install a program that hooks would soon lose, because it lies in the cache of a package runner.
///
/// # Errors
///
/// [`Fault::Unable`], if the program lies in the cache of `npx`, `pnpm dlx` or `uvx`, or if its path cannot be found.
pub(crate) fn refuse_cached(program: &Path) -> Result<()> {
    let words: Vec<_> = program.iter().filter_map(|word| word.to_str()).collect();
    let after = |name: &str| words.iter().position(|word| *word == name);
    let is_below = |name: &str, next: &str| {
        after(name).is_some_and(|at| words[at + 1..].iter().any(|word| word.starts_with(next)))
    };
    let (runner, command) = if words.contains(&"_npx") {
        ("npx", "npm install --save-dev gatekeeper-git")
    } else if is_below("pnpm", "dlx") {
        ("pnpm dlx", "pnpm add --save-dev gatekeeper-git")
    } else if is_below("uv", "archive-v") {
        ("uvx", "uv tool install gatekeeper-git")
    } else {
        return Ok(());
    };
    Err(Fault::unable(format!(
        "gatekeeper runs from the cache of `{runner}`, which is emptied now and then; the hooks would lose it: {}",
        show_path(program)
    ))
    .hint(format!("install it first: `{command}`")))
}

/// The program of an npm package by a path that stays right after an upgrade: pnpm keeps packages in
/// directories that are named by their versions, with a link to the main package outside of them. The package with the
/// program is always beside the main package.
fn beside_launcher(own: &Path) -> Option<PathBuf> {
    let package = own.parent()?.parent()?;
    let modules = own
        .ancestors()
        .find(|dir| dir.ends_with(".pnpm"))?
        .parent()?;
    let stable = modules
        .join("gatekeeper-git/..")
        .join(package.file_name()?)
        .join("bin/gatekeeper");
    let is_same = stable.canonicalize().ok()? == own.canonicalize().ok()?;
    is_same.then_some(stable)
}

/// How the user can call us: by name where PATH leads to us, else by our path.
pub(crate) fn call(environment: &Environment) -> String {
    match executable() {
        Ok(own) if on_path(environment, &own).is_none() => shell_word(own.as_os_str()),
        _ => "gatekeeper".to_owned(),
    }
}

/// Our own program. An update may have put another file in the place of the one that runs, which Linux then calls
/// `PATH (deleted)`: the new one counts.
pub(super) fn executable() -> Result<PathBuf> {
    let own = std::env::current_exe()
        .map_err(|error| Fault::unable("cannot find gatekeeper's own program").because(&error))?;
    let replaced = own.to_str().and_then(|own| own.strip_suffix(" (deleted)"));
    let replaced = replaced.map(PathBuf::from).filter(|path| path.is_file());
    Ok(replaced.unwrap_or(own))
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
