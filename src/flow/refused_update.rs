//! A reference that must not get unchecked commits: what is said about it, so that every way out that is named
//! works.

use std::ffi::OsString;

use super::{self_path, sibling_hooks, trusted_history, ungated_branch, ungated_commits};
use crate::base::environment::Environment;
use crate::base::fault::Result;
use crate::base::object_id::ObjectId;
use crate::git::invocation::moved_first::{MovedFirst, moved_first};
use crate::git::{CommitNode, Repository, Unfinished};
use crate::receipt::Store;
use crate::report::{self, LeftBehind, RefusedUpdate, Style};

/// What is known about an update of references.
pub(super) struct Update<'a> {
    pub(super) environment: &'a Environment,
    pub(super) repository: &'a Repository,
    /// How the processes above us were called, the nearest first.
    pub(super) ancestors: &'a [Vec<OsString>],
    /// The reference by which the update is named: its name, and what it names before and after.
    pub(super) reference: (&'a str, Option<ObjectId>, ObjectId),
    /// Whether the commits are pushed into this repository.
    pub(super) is_pushed: bool,
    pub(super) store: &'a Store,
}

/// What is said about unchecked commits, the newest first, that an update brings.
///
/// # Errors
///
/// git fails.
pub(super) fn words(
    update: &Update<'_>,
    commits: &[&CommitNode],
    is_refused: bool,
    style: Style,
) -> Result<String> {
    let repository = update.repository;
    let (reference, old, new) = update.reference;
    let named = ungated_commits::named(repository, commits.iter().copied())?;
    let is_imported = is_imported(repository, commits)?;
    let accepts_since = match commits.first().filter(|_| is_imported) {
        Some(newest) => {
            let onto = old.or(repository.head_commit()?);
            trusted_history::accepted_since(repository, update.store, onto, newest.id)?
        }
        None => None,
    };
    let text = report::refused_update(
        &RefusedUpdate {
            name: report::short_reference(reference),
            commits: &named,
            is_refused,
            is_pushed: update.is_pushed,
            is_imported,
            accepts_since,
            ungated: ungated_branch::help(repository, reference, old, new)?,
            missing_hooks: sibling_hooks::missing(repository, style),
            left: left_behind(update, new)?,
            program: &self_path::call(update.environment),
        },
        style,
    );
    Ok(text)
}

/// Whether some commits look like history that was made elsewhere: one of them, or of those that they stand
/// on, has no gates.toml.
fn is_imported(repository: &Repository, commits: &[&CommitNode]) -> Result<bool> {
    for commit in commits {
        for id in std::iter::once(&commit.id).chain(&commit.parents) {
            let is_here = repository.ancestor(*id)?.is_some();
            if is_here && !ungated_commits::has_gates(repository, *id)? {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

/// What git has begun. A merge that only moves the branch keeps no state.
fn unfinished(repository: &Repository) -> Option<LeftBehind> {
    let unfinished = repository.unfinished()?;
    if unfinished != Unfinished::Merge {
        return Some(LeftBehind::UnderWay(unfinished.undo()));
    }
    let has_state = repository.git_dir.join("MERGE_HEAD").exists();
    has_state.then(|| LeftBehind::Merge(unfinished.undo()))
}

/// What git has changed already, and keeps.
fn left_behind(update: &Update<'_>, new: ObjectId) -> Result<LeftBehind> {
    let repository = update.repository;
    if repository.is_bare() || update.is_pushed {
        return Ok(LeftBehind::Nothing);
    }
    if let Some(undo) = repository.undo_of_rebase() {
        return Ok(LeftBehind::UnderWay(undo));
    }
    let moved = moved_first(update.ancestors);
    let is_reset = matches!(moved, MovedFirst::Index | MovedFirst::Subtree);
    if let Some(left) = unfinished(repository).filter(|_| !is_reset) {
        return Ok(left);
    }
    // A branch without a commit has nothing to go back to.
    let Some(head) = repository.head_commit()? else {
        return Ok(LeftBehind::Nothing);
    };
    let head = repository.ancestor(head)?.map(|head| head.tree);
    if repository.index()?.tree_id() == head {
        return Ok(LeftBehind::Nothing);
    }
    Ok(match moved {
        MovedFirst::Nothing => LeftBehind::Nothing,
        MovedFirst::Index => LeftBehind::Index(new),
        MovedFirst::Files => LeftBehind::Files(new),
        MovedFirst::Subtree => LeftBehind::Subtree(new),
    })
}
