//! Where our hooks go: into the git directory that all work trees share, and never into a work tree,
//! where `git clean`, a checkout or another tool would take them away.

use std::path::{Path, PathBuf};

use crate::base::fault::{Fault, Result};
use crate::base::text::{shell_word, show_path};
use crate::git::{HooksPath, HooksPathScope, OwnScope, Repository};
use crate::model::trigger::Hook;

/// The hooks of repositories of every kind.
pub(crate) fn every_hook() -> impl Iterator<Item = Hook> {
    Hook::ALL.into_iter().chain(Hook::SERVER)
}

/// The hooks of a repository of this kind.
pub(super) fn hooks(repository: &Repository) -> &'static [Hook] {
    if repository.is_bare() {
        &Hook::SERVER
    } else {
        &Hook::ALL
    }
}

/// Where our hooks go, and whose hooks run before them.
pub(super) struct Place {
    /// The directory that gets our hooks.
    pub(super) dir: PathBuf,
    /// The directory that `core.hooksPath` names or has named, in this work tree: its hooks run first.
    pub(super) earlier: Option<PathBuf>,
    /// Whether git looks elsewhere until `core.hooksPath` has been set aside.
    pub(super) is_led_away: bool,
}

impl Place {
    /// Refuses a hook that another program has put into our place since `core.hooksPath` was set aside:
    /// git runs it, and two hooks cannot be chained.
    ///
    /// # Errors
    ///
    /// `file`, which is not ours, is such a hook.
    pub(super) fn must_not_be_replaced(&self, file: &Path) -> Result<()> {
        let Some(earlier) = self.earlier.as_ref().filter(|_| !self.is_led_away) else {
            return Ok(());
        };
        Err(Fault::unable(format!(
            "another program replaced gatekeeper's hook with its own: {}",
            show_path(file)
        ))
        .hint(format!(
            "move it to {}, whose hooks run first, or delete it, and run `gatekeeper install` again",
            show_path(earlier)
        )))
    }
}

/// Finds the directory to install into.
///
/// # Errors
///
/// git looks for hooks in a directory that is not this repository's to decide about.
pub(super) fn find(repository: &Repository) -> Result<Place> {
    let used = repository.hooks_dir()?;
    if is_same(&used, &repository.work_tree) {
        return Err(Fault::unable(
            "core.hooksPath is empty or the top of the work tree, so git runs no hooks from a \
             directory",
        )
        .hint(
            "remove the setting with `git config --unset core.hooksPath` and run `gatekeeper \
            install` again",
        ));
    }
    let place = if repository.is_bare() {
        bare(repository, used)?
    } else {
        shared(repository, used)?
    };
    if place.dir.is_symlink() {
        return Err(Fault::unable(format!(
            "{} is a symbolic link, so other repositories may use its hooks as well",
            show_path(&place.dir)
        ))
        .hint("replace the link with a directory and run `gatekeeper install` again"));
    }
    Ok(place)
}

/// A bare repository has no work tree in which its hooks could be.
fn bare(repository: &Repository, used: PathBuf) -> Result<Place> {
    let usual = repository.usual_hooks_dir();
    if !is_same(&used, &usual) && repository.hooks_path_scope()? != HooksPathScope::Repository {
        return Err(set_elsewhere(&used, &usual));
    }
    Ok(Place {
        dir: used,
        earlier: None,
        is_led_away: false,
    })
}

fn shared(repository: &Repository, used: PathBuf) -> Result<Place> {
    let usual = repository.usual_hooks_dir();
    let path = repository.hooks_path()?;
    let link = repository.linked_hooks_dir();
    if path.is_none() && link.as_ref().is_some_and(|link| is_same(link, &used)) {
        return Ok(Place {
            dir: usual,
            earlier: link,
            is_led_away: true,
        });
    }
    let is_usual = is_same(&used, &usual);
    let own = path
        .as_ref()
        .and_then(|path| Some((path, path.own_scope()?)));
    let Some((path, scope)) = own else {
        if !is_usual {
            return Err(set_elsewhere(&used, &usual));
        }
        return Ok(Place {
            earlier: earlier(repository)?,
            dir: usual,
            is_led_away: false,
        });
    };
    // A relative path leads somewhere else, or nowhere, from every other work tree.
    if is_usual && path.value.is_absolute() {
        return Ok(Place {
            earlier: earlier(repository)?,
            dir: usual,
            is_led_away: false,
        });
    }
    if !repository.has_own_hooks_path(scope)? {
        return Err(included(path));
    }
    let was_aside = earlier(repository)?;
    if is_hooks_dir_elsewhere(repository, &used) {
        // After a move, what we have set ourselves leads to the old place.
        if was_aside.is_none() {
            return Err(another_repositorys(&used, scope));
        }
        return Ok(Place {
            dir: usual,
            earlier: was_aside,
            is_led_away: true,
        });
    }
    Ok(Place {
        earlier: Some(used).filter(|used| !is_usual_somewhere(repository, used, &path.value)),
        dir: usual,
        is_led_away: true,
    })
}

/// Has git look for hooks in the usual directory: sets `core.hooksPath` aside, in every file of this
/// repository's own that leads elsewhere.
///
/// # Errors
///
/// The configuration cannot be written, or a file that it includes leads elsewhere.
pub(super) fn lead_back(repository: &Repository) -> Result<()> {
    let usual = repository.usual_hooks_dir();
    if let Some(link) = repository.linked_hooks_dir()
        && repository.hooks_path()?.is_none()
    {
        repository.set_earlier_hooks_dir(&link)?;
    }
    // One for each file that may have a setting.
    for _ in 0..2 {
        let path = repository.hooks_path()?;
        let own = path.as_ref().and_then(HooksPath::own_scope);
        let (Some(path), Some(scope)) = (path, own) else {
            break;
        };
        if path.value.is_absolute() && is_same(&path.value, &usual) {
            break;
        }
        let is_stale = is_hooks_dir_elsewhere(repository, &repository.hooks_dir()?)
            && repository.earlier_hooks_path()?.is_some();
        if is_stale {
            repository.unset_hooks_path(scope)?;
        } else if !repository.set_hooks_path_aside(scope)? {
            return Err(included(&path));
        }
    }
    if !is_same(&repository.hooks_dir()?, &usual) {
        // What was hidden by the repository's own setting: one for all repositories of the user.
        repository.set_hooks_path(&usual)?;
    }
    Ok(())
}

/// The directory that `core.hooksPath` named before it was set aside, in this work tree.
///
/// # Errors
///
/// git cannot read its configuration.
pub(super) fn earlier(repository: &Repository) -> Result<Option<PathBuf>> {
    let dir = repository.earlier_hooks_dir()?;
    Ok(dir
        .filter(|value| !is_usual_somewhere(repository, &repository.work_tree.join(value), value))
        .map(|dir| repository.work_tree.join(dir)))
}

/// Whether a path names the usual directory, here or, as `.git/hooks` does, in the main work tree.
fn is_usual_somewhere(repository: &Repository, dir: &Path, value: &Path) -> bool {
    let usual = repository.usual_hooks_dir();
    let main = repository.common_dir.parent().map(|top| top.join(value));
    is_same(dir, &usual) || main.is_some_and(|dir| is_same(&dir, &usual))
}

/// Whether a directory is that of another repository's own hooks, or was one before a move.
#[must_use]
pub(super) fn is_hooks_dir_elsewhere(repository: &Repository, dir: &Path) -> bool {
    let Some(git_dir) = dir.parent() else {
        return false;
    };
    let is_git_dir = git_dir
        .extension()
        .is_some_and(|extension| extension == "git")
        || git_dir.file_name().is_some_and(|name| name == ".git")
        || git_dir.join("HEAD").is_file() && git_dir.join("objects").is_dir();
    dir.file_name().is_some_and(|name| name == "hooks")
        && is_git_dir
        && !is_same(git_dir, &repository.common_dir)
        && !is_same(git_dir, &repository.git_dir)
        && !dir.starts_with(&repository.work_tree)
}

/// What is odd about the place of earlier hooks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum StrayPlace {
    /// It is another repository's own directory of hooks, or was one before a move.
    AnotherRepository,
    /// It lies in the work tree of another repository, whose top this is.
    AnotherWorkTree(PathBuf),
    /// There is no such directory, and it would not be in a work tree of this repository.
    Missing,
}

/// Whether a directory of hooks belongs to this repository; `None` if so, or if it is shared on
/// purpose.
#[must_use]
pub(crate) fn stray(repository: &Repository, dir: &Path) -> Option<StrayPlace> {
    if is_hooks_dir_elsewhere(repository, dir) {
        return Some(StrayPlace::AnotherRepository);
    }
    if dir.starts_with(&repository.work_tree) || dir.starts_with(&repository.common_dir) {
        return None;
    }
    let top = dir.ancestors().find(|top| top.join(".git").exists());
    if let Some(top) = top {
        return (!is_own_work_tree(repository, top))
            .then(|| StrayPlace::AnotherWorkTree(top.to_owned()));
    }
    (!dir.exists()).then_some(StrayPlace::Missing)
}

/// Whether the top of a work tree is one of this repository's (gitrepository-layout(5): a linked one has
/// a file that names its git directory).
fn is_own_work_tree(repository: &Repository, top: &Path) -> bool {
    let git = top.join(".git");
    if is_same(&git, &repository.common_dir) {
        return true;
    }
    let named = std::fs::read_to_string(&git).unwrap_or_default();
    let git_dir = named
        .trim_end()
        .strip_prefix("gitdir: ")
        .map(|dir| top.join(dir));
    let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    git_dir.is_some_and(|dir| real(&dir).starts_with(real(&repository.common_dir)))
}

fn set_elsewhere(used: &Path, usual: &Path) -> Fault {
    Fault::unable(format!(
        "core.hooksPath is set outside this repository's configuration, so git looks for hooks in \
         {}",
        show_path(used)
    ))
    .detail("to see where it is set, run `git config --show-origin core.hooksPath`")
    .hint(format!(
        "to use this repository's own hooks instead of those in the other directory, run `git \
         config --local core.hooksPath {}` and `gatekeeper install` again",
        shell_word(usual.as_os_str())
    ))
}

fn included(path: &HooksPath) -> Fault {
    let file = path.origin.strip_prefix("file:").unwrap_or(&path.origin);
    Fault::unable(format!(
        "core.hooksPath is set in {}, which this repository's configuration includes, so git looks \
         for hooks in {}",
        show_path(Path::new(file)),
        show_path(&path.value)
    ))
    .hint(format!(
        "move the setting to the repository's own configuration: run `git config --file {} \
         --unset-all core.hooksPath`, `git config --local core.hooksPath {}` and `gatekeeper \
         install` again",
        shell_word(file.as_ref()),
        shell_word(path.value.as_os_str())
    ))
}

fn another_repositorys(used: &Path, scope: OwnScope) -> Fault {
    Fault::unable(format!(
        "core.hooksPath leads to the hooks of another repository, {}: this repository was moved or \
         copied",
        show_path(used)
    ))
    .hint(format!(
        "run `git config {} --unset-all core.hooksPath` and `gatekeeper install` again",
        scope.option()
    ))
}

pub(super) fn is_same(a: &Path, b: &Path) -> bool {
    a == b || matches!((a.canonicalize(), b.canonicalize()), (Ok(a), Ok(b)) if a == b)
}
