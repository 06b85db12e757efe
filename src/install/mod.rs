//! Puts the hooks into a repository, takes them out again, and reports what git will execute.

pub(crate) mod agents;
mod chain;
mod configured;
mod earlier;
mod forward;
mod hook_file;
mod missing;
mod package_script;
mod place;
mod server;
mod shim;
mod status;

use std::fs;
use std::path::{Path, PathBuf};

use crate::base::fault::{Fault, Result};
use crate::base::text::show_path;
use crate::git::{OwnScope, Repository};
use crate::model::trigger::Hook;
use hook_file::{cannot_write, clean, is_executable, owner, remove, write};
use place::{Place, every_hook, hooks};
use shim::{Chain, Owner, Programs};

pub(crate) use chain::{kept, link_neighbours};
pub(crate) use configured::{
    ConfigurationChange, ConfiguredState, configure, configured, runs_next, unconfigure,
};
pub(crate) use earlier::{ChainedHook, chained_hooks, earlier_hook};
pub(crate) use hook_file::{HookChange, HookDone};
pub(crate) use missing::missing;
pub(crate) use package_script::{PackageScript, resetting_script};
pub(crate) use place::{StrayPlace, stray};
pub(crate) use server::{SERVER_BUDGET, ServerOptions};
pub(crate) use status::{HookState, HookStatus, linked_status, status};

/// What was put in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Installed {
    /// Each hook and what happened to it.
    pub(crate) hooks: Vec<HookDone>,
    /// The directory that `core.hooksPath` names or has named, in this work tree: its hooks run first.
    pub(crate) earlier: Option<PathBuf>,
    /// Whether an older gatekeeper's hooks were taken out of that directory.
    pub(crate) is_cleared: bool,
}

/// What was taken out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Uninstalled {
    /// Each hook and what happened to it.
    pub(crate) hooks: Vec<HookDone>,
    /// The values that `core.hooksPath` got back.
    pub(crate) hooks_path: Vec<PathBuf>,
}

/// Installs every hook, or none. A hook that is there already is kept and will run first. `events` are the hooks
/// of [`Hook::EVENTS`] that are needed; others of them are taken out.
///
/// # Errors
///
/// One of our hooks was changed, or was overwritten although it has another one chained; git looks
/// for hooks in a directory that other repositories use; or a file cannot be written.
pub(crate) fn install(
    repository: &Repository,
    program: &Path,
    events: &[Hook],
) -> Result<Installed> {
    put(repository, program, "", events)
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
    Ok(put(repository, program, &options.words(), &[])?.hooks)
}

/// The directory whose hooks will run before ours once they are installed; `None` if `core.hooksPath` is
/// not set, or leads to where ours will be.
///
/// # Errors
///
/// Those of [`install`] that concern `core.hooksPath`.
pub(crate) fn earlier_dir(repository: &Repository) -> Result<Option<PathBuf>> {
    Ok(place::find(repository)?.earlier)
}

/// Whether our hooks are in the directory that all work trees share, whether or not git looks there.
///
/// # Errors
///
/// A hook is there and cannot be read.
pub(crate) fn is_installed(repository: &Repository) -> Result<bool> {
    let file = repository.usual_hooks_dir().join(Hook::PreCommit.name());
    Ok(matches!(owner(&file)?, Owner::Ours(_) | Owner::Changed))
}

/// Whether git looks for hooks in the directory that all work trees share.
///
/// # Errors
///
/// git does not say where it looks for hooks.
pub(crate) fn is_found(repository: &Repository) -> Result<bool> {
    let usual = repository.usual_hooks_dir();
    Ok(place::is_same(&repository.hooks_dir()?, &usual))
}

/// The directory that git would look into if the repository's own `core.hooksPath` did not lead to its
/// usual hooks, as [`install`] asks for; `None` if it does not, or hides nothing.
///
/// # Errors
///
/// git cannot be started.
pub(crate) fn hidden_by_ours(repository: &Repository) -> Result<Option<PathBuf>> {
    let path = repository.hooks_path()?;
    let usual = repository.usual_hooks_dir();
    let is_ours = path.is_some_and(|path| {
        path.own_scope() == Some(OwnScope::Local) && place::is_same(&path.value, &usual)
    });
    let hidden = repository.hidden_hooks_path()?.filter(|_| is_ours);
    Ok(hidden.map(|path| path.value))
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

fn put(
    repository: &Repository,
    program: &Path,
    options: &str,
    events: &[Hook],
) -> Result<Installed> {
    let place = place::find(repository)?;
    let dir = &place.dir;
    let wanted = || hooks(repository).iter().chain(events).copied();
    for hook in wanted() {
        must_be_installable(&place, &dir.join(hook.name()), hook)?;
    }
    forward::must_be_possible(&place, events)?;
    fs::create_dir_all(dir).map_err(|error| cannot_write(dir, &error))?;
    let mut done = Vec::new();
    let programs = programs(repository, &place, program)?;
    for hook in wanted() {
        done.push(put_hook(&place, hook, &programs, options)?);
    }
    forward::put(&place, events)?;
    done.extend(remove_events(dir, events)?);
    // From here on git finds them, so they had to be there before.
    if place.is_led_away {
        place::lead_back(repository)?;
    }
    let cleared = match &place.earlier {
        Some(dir) => earlier::clear(repository, dir)?,
        None => Vec::new(),
    };
    let is_ours =
        |done: &HookDone| matches!(done.change, HookChange::Removed | HookChange::Restored);
    Ok(Installed {
        hooks: done,
        is_cleared: cleared.iter().any(is_ours),
        earlier: place.earlier,
    })
}

/// Removes those of our hooks that are installed only where they are needed, except for these.
fn remove_events(dir: &Path, except: &[Hook]) -> Result<Vec<HookDone>> {
    let mut done = Vec::new();
    for hook in Hook::EVENTS {
        let file = dir.join(hook.name());
        let is_ours = matches!(owner(&file)?, Owner::Ours(text) if !forward::is_forwarding(&text));
        if is_ours && !except.contains(&hook) {
            let change = remove(&file, hook)?;
            done.push(HookDone { hook, file, change });
        }
    }
    Ok(done)
}

/// Which of these hooks of [`Hook::EVENTS`] are not in place.
///
/// # Errors
///
/// A hook is there and cannot be read.
pub(crate) fn missing_events(repository: &Repository, events: &[Hook]) -> Result<Vec<Hook>> {
    let dir = repository.usual_hooks_dir();
    let mut missing = Vec::new();
    for &hook in events {
        let owner = owner(&dir.join(hook.name()))?;
        if !matches!(owner, Owner::Ours(text) if !forward::is_forwarding(&text)) {
            missing.push(hook);
        }
    }
    Ok(missing)
}

/// How many programs of others are kept in a hook.
const MOST_OTHERS: usize = 4;

/// The programs that the hooks are to start: this one, and those of others. One that is not there may be there
/// for another user, or in a container; where a group shares the repository, one that is there may be the
/// only one that another user can start.
fn programs(repository: &Repository, place: &Place, program: &Path) -> Result<Programs> {
    let mut programs = Programs::from(program);
    for hook in hooks(repository) {
        let Owner::Ours(text) = owner(&place.dir.join(hook.name()))? else {
            continue;
        };
        let before = shim::programs(&text).unwrap_or_default();
        for other in std::iter::once(before.named).chain(before.others) {
            let is_known = place::is_same(&other, program) || programs.others.contains(&other);
            let may_count = repository.is_shared() || !other.is_file();
            if other.is_absolute() && !is_known && may_count && programs.others.len() < MOST_OTHERS
            {
                programs.others.push(other);
            }
        }
    }
    Ok(programs)
}

/// Puts one hook into its place. What is there and not ours is kept.
fn put_hook(place: &Place, hook: Hook, programs: &Programs, options: &str) -> Result<HookDone> {
    let file = place.dir.join(hook.name());
    let kept_file = kept(&file, hook);
    let before = owner(&file)?;
    if matches!(before, Owner::Foreign | Owner::Changed) {
        must_be_installable(place, &file, hook)?;
        chain::keep(&file, &kept_file)
            .and_then(|()| link_neighbours(&file, &kept_file))
            .map_err(|error| cannot_write(&kept_file, &error))?;
    }
    let chain = match &place.earlier {
        Some(dir) => Chain::HooksPath {
            is_there: earlier::in_dir(dir, hook).is_some(),
        },
        None if chain::exists(&kept_file) => Chain::Kept,
        None => Chain::None,
    };
    let text = shim::text(hook, programs, chain, options);
    let has_earlier = matches!(chain, Chain::HooksPath { is_there: true });
    let change = match before {
        Owner::Ours(present) if present == text && is_executable(&file) => HookChange::Unchanged,
        Owner::Ours(present) if shim::chain(&present) == Chain::Kept && chain == Chain::None => {
            HookChange::ChainLost
        }
        Owner::Ours(present) if has_earlier && shim::chain(&present) == Chain::None => {
            HookChange::Chained
        }
        Owner::Ours(_) => HookChange::Updated,
        Owner::Nobody | Owner::Foreign | Owner::Changed if has_earlier => HookChange::Chained,
        // git did not run what was there.
        Owner::Foreign | Owner::Changed if place.earlier.is_none() => HookChange::Chained,
        Owner::Nobody | Owner::Foreign | Owner::Changed => HookChange::Installed,
    };
    if change != HookChange::Unchanged {
        write(&file, &text).map_err(|error| cannot_write(&file, &error))?;
    }
    Ok(HookDone { hook, file, change })
}

/// Refuses to install where something would be lost.
fn must_be_installable(place: &Place, file: &Path, hook: Hook) -> Result<()> {
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
        Owner::Foreign => return place.must_not_be_replaced(file),
        Owner::Nobody | Owner::Ours(_) => return Ok(()),
    };
    Err(fault)
}

/// Removes our hooks, restores those that were there before, and gives `core.hooksPath` back what it
/// was; hooks of others stay, and so do changed ones.
///
/// # Errors
///
/// A file cannot be removed or renamed, or git's configuration cannot be written.
pub(crate) fn uninstall(repository: &Repository) -> Result<Uninstalled> {
    let usual = repository.usual_hooks_dir();
    // An older gatekeeper has put its hooks where git looked for them.
    let mut others = vec![repository.hooks_dir()?];
    others.extend(place::earlier(repository)?);
    let hooks_path = repository.give_hooks_path_back(|value| {
        place::is_same(&repository.work_tree.join(value), &usual)
            || place::is_hooks_dir_elsewhere(repository, value)
    })?;
    let mut uninstalled = Uninstalled {
        hooks: Vec::new(),
        hooks_path,
    };
    for hook in hooks(repository) {
        let hook = *hook;
        let file = usual.join(hook.name());
        let change = remove(&file, hook)?;
        uninstalled.hooks.push(HookDone { hook, file, change });
    }
    uninstalled.hooks.extend(remove_events(&usual, &[])?);
    forward::remove(&usual)?;
    clean(&usual);
    if repository.linked_hooks_dir().is_some() {
        // It was made for our hooks; what else is in it stays.
        let _ = fs::remove_dir(&usual);
    }
    for dir in others {
        let done = earlier::clear(repository, &dir)?.into_iter();
        let is_told = |done: &HookDone| {
            let is_foreign =
                done.change == HookChange::Foreign && chain::exists(&kept(&done.file, done.hook));
            is_foreign || matches!(done.change, HookChange::Removed | HookChange::Restored)
        };
        uninstalled.hooks.extend(done.filter(is_told));
    }
    Ok(uninstalled)
}

/// Our shims under other names: another hook manager has put them aside, and may still run them.
///
/// # Errors
///
/// git does not say where it looks for hooks.
pub(crate) fn set_aside_shims(repository: &Repository) -> Result<Vec<PathBuf>> {
    let dir = repository.hooks_dir()?;
    let names: Vec<_> = every_hook()
        .map(Hook::name)
        .chain(forward::names())
        .collect();
    let is_hook = |file: &Path| names.iter().any(|name| file.ends_with(name));
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
