//! The directory in which git looks for this repository's hooks, if we may write to it.

use std::path::{Path, PathBuf};

use crate::base::fault::{Fault, Result};
use crate::base::text::{shell_word, show_path};
use crate::git::{HooksPathScope, Repository};
use crate::model::trigger::Hook;

/// The hooks of repositories of every kind.
pub(crate) fn every_hook() -> impl Iterator<Item = Hook> {
    Hook::ALL.into_iter().chain(Hook::SERVER)
}

/// The directory to install into.
///
/// # Errors
///
/// git looks for hooks in a directory that is not this repository's alone.
pub(super) fn dir(repository: &Repository) -> Result<PathBuf> {
    let used = repository.hooks_dir()?;
    let usual = repository.usual_hooks_dir();
    let work_tree = &repository.work_tree;
    if is_same(&used, work_tree) {
        return Err(Fault::unable(
            "core.hooksPath is empty or the top of the work tree, so git runs no hooks from a \
             directory",
        )
        .hint(
            "remove the setting with `git config --unset core.hooksPath` and run `gatekeeper \
            install` again",
        ));
    }
    if used.is_symlink() {
        return Err(Fault::unable(format!(
            "{} is a symbolic link, so other repositories may use its hooks as well",
            show_path(&used)
        ))
        .hint("replace the link with a directory and run `gatekeeper install` again"));
    }
    if is_same(&used, &usual) || repository.hooks_path_scope()? == HooksPathScope::Repository {
        return Ok(used);
    }
    let usual_word = shell_word(usual.as_os_str());
    Err(Fault::unable(format!(
        "core.hooksPath is set outside this repository's configuration, so git looks for hooks in \
         {}",
        show_path(&used)
    ))
    .detail("to see where it is set, run `git config --show-origin core.hooksPath`")
    .hint(format!(
        "to use this repository's own hooks instead of those in the other directory, run `git \
         config --local core.hooksPath {usual_word}` and `gatekeeper install` again"
    )))
}

fn is_same(a: &Path, b: &Path) -> bool {
    a == b || matches!((a.canonicalize(), b.canonicalize()), (Ok(a), Ok(b)) if a == b)
}
