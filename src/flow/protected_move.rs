//! Protected branches that are moved by any command: none gets a commit that was made for it alone, and none loses its
//! own commits to those of another branch.

use std::path::Path;

use super::reference_moves::{BRANCHES, Move};
use crate::base::fault::Result;
use crate::base::object_id::ObjectId;
use crate::config::source;
use crate::git::{Exclude, Repository};

/// What is wrong with a move of a protected branch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ProtectedMove {
    /// It gets a commit that no branch has or has had: a direct commit.
    Made,
    /// It loses commits to those of another branch.
    Replaced,
}

/// The first of some moves that a protected branch does not allow. A fast-forward to what was on another branch is
/// allowed, and so is the way back to what the branch or a remote has had.
pub(super) fn refused<'m>(
    repository: &Repository,
    moves: &'m [Move],
) -> Result<Option<(&'m Move, ProtectedMove)>> {
    for moved in moves {
        let (Some(branch), Some(old)) = (moved.name.strip_prefix(BRANCHES), moved.old) else {
            continue;
        };
        // A configuration that cannot be read is refused elsewhere.
        let protects = |id: ObjectId| {
            let config = source::config_in(repository, id).ok().flatten();
            config.is_some_and(|config| {
                let branches = &config.settings.protected_branches;
                branches.matches(Path::new(branch))
            })
        };
        if (protects(old) || protects(moved.new))
            && let Some(fault) = fault(repository, moved, old)?
        {
            return Ok(Some((moved, fault)));
        }
    }
    Ok(None)
}

fn fault(repository: &Repository, moved: &Move, old: ObjectId) -> Result<Option<ProtectedMove>> {
    let new = moved.new;
    let has_all = |of: ObjectId, beyond: Exclude<'_>, others: Vec<ObjectId>| {
        let missing = repository.ancestors_before(&[of], beyond, others.into_iter());
        missing.map(|missing| missing.is_empty())
    };
    if !has_all(new, Exclude::Everything, vec![old])? {
        return Ok(Some(ProtectedMove::Made));
    }
    let had = || repository.had_by(&[&moved.name]).into_iter().collect();
    let is_allowed = has_all(old, Exclude::Named, vec![new])?
        || has_all(new, Exclude::Remotes, vec![old])?
        || has_all(new, Exclude::Named, had())?;
    Ok((!is_allowed).then_some(ProtectedMove::Replaced))
}
