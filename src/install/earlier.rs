//! The hooks of the directory that `core.hooksPath` named before `install` set it aside.
//!
//! They stay where they are, in whatever work tree git is in, and run first, under the path and in the
//! directory in which git would run them.

use std::path::{Path, PathBuf};

use super::chain::{self, kept};
use super::hook_file::{HookDone, clean, remove};
use super::place::{self, hooks, is_same};
use super::shim::{self, Owner};
use crate::base::environment::Environment;
use crate::base::fault::Result;
use crate::git::Repository;
use crate::model::trigger::Hook;
use crate::run::is_runnable;

/// A hook that runs before ours, or would if it were executable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ChainedHook {
    /// Its file.
    pub(crate) file: PathBuf,
    /// Whether it runs: git skips what is not executable, and so does gatekeeper.
    pub(crate) is_runnable: bool,
}

impl ChainedHook {
    /// The hook in a file; `None` if there is none.
    pub(super) fn at(file: PathBuf) -> Option<Self> {
        chain::exists(&file).then(|| Self {
            is_runnable: is_runnable(&file),
            file,
        })
    }
}

/// The hook that runs before ours while git calls it; `file` is our own hook's file.
///
/// # Errors
///
/// The repository cannot be opened, or its configuration cannot be read.
pub(crate) fn earlier_hook(environment: &Environment, file: &Path, hook: Hook) -> Result<PathBuf> {
    let repository = Repository::open_without_files(environment)?;
    let hooks = file.parent().unwrap_or(Path::new("."));
    Ok(match repository.earlier_hooks_dir()? {
        Some(dir) if !is_same(&dir, hooks) => not_ours(dir.join(hook.name()), hook),
        _ => kept(file, hook),
    })
}

/// The directory that `core.hooksPath` named before it was set aside, in this work tree, if git finds
/// our hooks in `dir`; `None` if it was not set aside.
///
/// # Errors
///
/// git cannot read its configuration.
pub(super) fn found(repository: &Repository, dir: &Path) -> Result<Option<PathBuf>> {
    if repository.is_bare() || !is_same(dir, &repository.usual_hooks_dir()) {
        return Ok(None);
    }
    place::earlier(repository)
}

/// The hooks that run before ours, or would if they were executable.
///
/// # Errors
///
/// git does not say where it looks for hooks.
pub(crate) fn chained_hooks(repository: &Repository) -> Result<Vec<ChainedHook>> {
    let dir = repository.hooks_dir()?;
    let earlier = found(repository, &dir)?;
    let hooks = hooks(repository).iter();
    let chained = hooks.filter_map(|hook| match &earlier {
        Some(dir) => in_dir(dir, *hook),
        None => ChainedHook::at(kept(&dir.join(hook.name()), *hook)),
    });
    Ok(chained.collect())
}

/// The hook that runs before ours in a directory that was set aside; `None` if there is none.
pub(super) fn in_dir(dir: &Path, hook: Hook) -> Option<ChainedHook> {
    ChainedHook::at(not_ours(dir.join(hook.name()), hook))
}

/// An older gatekeeper wrote its hooks into the directory that `core.hooksPath` named, where they may
/// have been committed. In place of such a hook, what it kept runs.
fn not_ours(file: PathBuf, hook: Hook) -> PathBuf {
    match shim::owner(&file) {
        Ok(Owner::Ours(_)) => kept(&file, hook),
        _ => file,
    }
}

/// Removes what an older version of gatekeeper put into the directory that `core.hooksPath` named, unless
/// that is another repository's.
///
/// # Errors
///
/// A file cannot be removed or renamed.
pub(super) fn clear(repository: &Repository, dir: &Path) -> Result<Vec<HookDone>> {
    let is_own = place::stray(repository, dir).is_none();
    if !is_own || dir.is_symlink() || is_same(dir, &repository.usual_hooks_dir()) {
        return Ok(Vec::new());
    }
    let mut done = Vec::new();
    for hook in hooks(repository) {
        let hook = *hook;
        let file = dir.join(hook.name());
        let change = remove(&file, hook)?;
        done.push(HookDone { hook, file, change });
    }
    clean(dir);
    Ok(done)
}
