//! Puts the hooks into a repository, takes them out again, and reports what git will execute.

mod chain;
mod configured;
mod place;
mod server;
mod shim;
mod status;

use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use crate::base::fault::{Fault, Result};
use crate::base::replace::{Durability, PREFIX, replace_file};
use crate::base::text::show_path;
use crate::git::Repository;
use crate::model::trigger::Hook;
use place::every_hook;
use shim::Owner;

pub(crate) use chain::{kept, link_neighbours};
pub(crate) use configured::{
    ConfigurationChange, ConfiguredState, configure, configured, runs_next, unconfigure,
};
pub(crate) use server::{SERVER_BUDGET, ServerOptions};
pub(crate) use status::{HookState, HookStatus, status};

/// The permissions of a hook.
const EXECUTABLE: u32 = 0o755;

/// What happened to one hook.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HookChange {
    /// It was put there.
    Installed,
    /// It was put there; the hook that was there before is kept and runs first.
    Chained,
    /// Another version of ours was replaced.
    Updated,
    /// It was replaced; the hook that ran before it is gone and no longer runs.
    ChainLost,
    /// It was already there, just as it should be.
    Unchanged,
    /// It was removed.
    Removed,
    /// It was removed, and the hook that was there before is back.
    Restored,
    /// There is none.
    Absent,
    /// There is a hook that is not ours, or not as we wrote it; it stays.
    Foreign,
}

/// One hook and what happened to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HookDone {
    /// The hook.
    pub(crate) hook: Hook,
    /// Its file.
    pub(crate) file: PathBuf,
    /// What happened.
    pub(crate) change: HookChange,
}

/// The hooks of a repository of this kind.
fn hooks(repository: &Repository) -> &'static [Hook] {
    if repository.is_bare() {
        &Hook::SERVER
    } else {
        &Hook::ALL
    }
}

/// Installs every hook, or none. A hook that is there already is kept and will run first.
///
/// # Errors
///
/// One of our hooks was changed, or was overwritten although it has another one chained; git looks
/// for hooks in a directory that other repositories use; or a file cannot be written.
pub(crate) fn install(repository: &Repository, program: &Path) -> Result<Vec<HookDone>> {
    put(repository, program, "")
}

/// Installs the hook of a bare repository, which is called with these options each time.
///
/// # Errors
///
/// Those of [`install`].
pub(crate) fn install_server(
    repository: &Repository,
    program: &Path,
    options: ServerOptions,
) -> Result<Vec<HookDone>> {
    put(repository, program, &options.words())
}

/// The options with which the hook of a bare repository is called; `None` if it is not in place.
///
/// # Errors
///
/// git does not say where it looks for hooks, or the file cannot be read.
pub(crate) fn server_options(repository: &Repository) -> Result<Option<ServerOptions>> {
    let file = repository.hooks_dir()?.join(Hook::PreReceive.name());
    Ok(match owner(&file)? {
        Owner::Ours(text) => Some(ServerOptions::read(&text)),
        Owner::Nobody | Owner::Changed | Owner::Foreign => None,
    })
}

fn put(repository: &Repository, program: &Path, options: &str) -> Result<Vec<HookDone>> {
    let dir = place::dir(repository)?;
    for hook in hooks(repository) {
        let hook = *hook;
        must_be_installable(&dir.join(hook.name()), hook)?;
    }
    fs::create_dir_all(&dir).map_err(|error| cannot_write(&dir, &error))?;
    let mut done = Vec::new();
    for hook in hooks(repository) {
        let hook = *hook;
        let file = dir.join(hook.name());
        let kept_file = kept(&file, hook);
        let before = owner(&file)?;
        if matches!(before, Owner::Foreign | Owner::Changed) {
            must_be_installable(&file, hook)?;
            let in_work_tree = is_in_work_tree(repository, &dir);
            chain::keep(&file, &kept_file, in_work_tree)
                .and_then(|()| link_neighbours(&file, &kept_file))
                .map_err(|error| cannot_write(&kept_file, &error))?;
        }
        let text = shim::text(hook, program, chain::exists(&kept_file), options);
        let change = match before {
            Owner::Ours(present) if present == text && is_executable(&file) => {
                HookChange::Unchanged
            }
            Owner::Ours(present) if shim::is_chained(&present) && !shim::is_chained(&text) => {
                HookChange::ChainLost
            }
            Owner::Nobody => HookChange::Installed,
            Owner::Ours(_) => HookChange::Updated,
            Owner::Foreign | Owner::Changed => HookChange::Chained,
        };
        if change != HookChange::Unchanged {
            replace_file(&file, &text, EXECUTABLE, Durability::Synced)
                .map_err(|error| cannot_write(&file, &error))?;
        }
        done.push(HookDone { hook, file, change });
    }
    Ok(done)
}

/// Refuses to install where something would be lost.
fn must_be_installable(file: &Path, hook: Hook) -> Result<()> {
    let kept_file = kept(file, hook);
    let shown = show_path(file);
    let fault = match owner(file)? {
        Owner::Foreign if file.is_dir() => Fault::unable(format!("{shown} is a directory"))
            .hint("move it away and run `gatekeeper install` again"),
        Owner::Foreign if chain::exists(&kept_file) && !chain::is_same(file, &kept_file) => {
            Fault::unable(format!(
                "gatekeeper's {hook} hook was overwritten, and another hook is already chained to \
                 it"
            ))
            .detail(format!(
                "overwritten: {shown}\nchained: {}",
                show_path(&kept_file)
            ))
            .hint(format!(
                "keep one of the two files as {shown}, move the other one away and run \
                 `gatekeeper install` again"
            ))
        }
        Owner::Changed => Fault::unable(format!(
            "gatekeeper's {hook} hook was changed: {shown}"
        ))
        .hint(
            "move the added commands to a gate in gates.toml, delete the file and run `gatekeeper \
             install` again",
        ),
        Owner::Nobody | Owner::Ours(_) | Owner::Foreign => return Ok(()),
    };
    Err(fault)
}

/// Removes our hooks and restores those that were there before; hooks of others stay, and so do
/// changed ones.
///
/// # Errors
///
/// A file cannot be removed or renamed.
pub(crate) fn uninstall(repository: &Repository) -> Result<Vec<HookDone>> {
    // Wherever git looks now, our hooks may also be where it used to look.
    let mut dirs = vec![repository.hooks_dir()?, repository.usual_hooks_dir()];
    dirs.dedup();
    let mut done = Vec::new();
    for dir in &dirs {
        for hook in hooks(repository) {
            let hook = *hook;
            let file = dir.join(hook.name());
            let change = remove(&file, hook)?;
            let is_first = !done.iter().any(|done: &HookDone| done.hook == hook);
            if is_first || matches!(change, HookChange::Removed | HookChange::Restored) {
                done.push(HookDone { hook, file, change });
            }
        }
        chain::tidy(dir);
        remove_leftovers(dir);
    }
    Ok(done)
}

/// Our shims under other names: another hook manager has put them aside, and may still run them.
///
/// # Errors
///
/// git does not say where it looks for hooks.
pub(crate) fn set_aside_shims(repository: &Repository) -> Result<Vec<PathBuf>> {
    let dir = repository.hooks_dir()?;
    let is_hook = |file: &Path| every_hook().any(|hook| file.ends_with(hook.name()));
    let mut shims: Vec<PathBuf> = fs::read_dir(dir)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .filter(|file| !is_hook(file))
        .filter(|file| matches!(shim::owner(file), Ok(Owner::Ours(_) | Owner::Changed)))
        .collect();
    shims.sort();
    Ok(shims)
}

/// Removes files that a killed installation has left half written.
fn remove_leftovers(dir: &Path) {
    for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with(PREFIX) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Whether the directory is part of the work tree, where it can be committed.
#[must_use]
pub(crate) fn is_in_work_tree(repository: &Repository, dir: &Path) -> bool {
    let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    real(dir).starts_with(real(&repository.work_tree))
        && !real(dir).starts_with(real(&repository.common_dir))
}

fn remove(file: &Path, hook: Hook) -> Result<HookChange> {
    let kept_file = kept(file, hook);
    let cannot = |error: io::Error| {
        Fault::unable(format!("cannot remove {}", show_path(file))).because(&error)
    };
    Ok(match owner(file)? {
        Owner::Foreign if chain::is_same(file, &kept_file) => {
            chain::give_back(&kept_file, file).map_err(cannot)?;
            HookChange::Restored
        }
        Owner::Foreign | Owner::Changed => HookChange::Foreign,
        Owner::Nobody | Owner::Ours(_) if chain::exists(&kept_file) => {
            chain::give_back(&kept_file, file).map_err(cannot)?;
            HookChange::Restored
        }
        Owner::Nobody => HookChange::Absent,
        Owner::Ours(_) => {
            fs::remove_file(file).map_err(cannot)?;
            HookChange::Removed
        }
    })
}

fn owner(file: &Path) -> Result<Owner> {
    shim::owner(file)
        .map_err(|error| Fault::unable(format!("cannot read {}", show_path(file))).because(&error))
}

fn is_executable(file: &Path) -> bool {
    fs::metadata(file).is_ok_and(|metadata| metadata.permissions().mode() & 0o111 == 0o111)
}

fn cannot_write(path: &Path, error: &io::Error) -> Fault {
    Fault::unable(format!("cannot write {}", show_path(path))).because(error)
}
