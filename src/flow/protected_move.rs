//! Protected branches that are moved by any command: none gets a commit that was made for it alone, and none loses its
//! own commits to those of another branch, or becomes another name of one.

use std::path::Path;

use super::reference_moves::{BRANCHES, Link, Move};
use crate::base::fault::Result;
use crate::base::object_id::ObjectId;
use crate::config::{Config, committed};
use crate::git::{Exclude, Repository};

/// What is wrong with a move of a protected branch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ProtectedMove {
    /// It gets a commit that no branch has or has had: a direct commit.
    Made,
    /// It loses commits to those of another branch.
    Replaced,
}

/// What a protected branch does not allow.
pub(super) struct Refused<'m> {
    /// The branch, without `refs/heads/`.
    pub(super) branch: String,
    pub(super) moved: &'m Move,
    pub(super) fault: ProtectedMove,
}

/// The first of some moves that a protected branch does not allow. A fast-forward to what was on another branch is
/// allowed, and so is the way back to what the branch or a remote has had.
pub(super) fn refused<'m>(
    repository: &Repository,
    moves: &'m [Move],
) -> Result<Option<Refused<'m>>> {
    for moved in moves {
        let (Some(branch), Some(old)) = (moved.name.strip_prefix(BRANCHES), moved.old) else {
            continue;
        };
        for config in configs(repository, &[old, moved.new]) {
            if let Some(branch) = protected(repository, &config, branch)?
                && let Some(fault) = fault(repository, moved, old)?
            {
                return Ok(Some(Refused {
                    branch,
                    moved,
                    fault,
                }));
            }
        }
    }
    Ok(None)
}

/// The first protected branch that is to become another name of a reference that is not protected: whatever that gets
/// would be on the protected one, too.
pub(super) fn refused_link<'l>(
    repository: &Repository,
    links: &'l [Link],
) -> Result<Option<&'l Link>> {
    for link in links {
        let named = [
            repository.reference(&link.name)?,
            repository.reference(&link.target)?,
        ];
        let known: Vec<ObjectId> = named
            .into_iter()
            .chain([repository.head_commit()?])
            .flatten()
            .collect();
        let is_refused = configs(repository, &known).iter().any(|config| {
            let branches = &config.settings.protected_branches;
            let is_protected = |name: &str| {
                let branch = name.strip_prefix(BRANCHES);
                branch.is_some_and(|branch| branches.matches(Path::new(branch)))
            };
            is_protected(&link.name) && !is_protected(&link.target)
        });
        if is_refused {
            return Ok(Some(link));
        }
    }
    Ok(None)
}

/// The configurations of commits. One that cannot be read is refused elsewhere.
fn configs(repository: &Repository, commits: &[ObjectId]) -> Vec<Config> {
    let read = |id: &ObjectId| committed::config_in(repository, *id).ok().flatten();
    commits.iter().filter_map(read).collect()
}

/// The protected branch that is this one, or another name of it, if its own is written out in the configuration.
fn protected(repository: &Repository, config: &Config, branch: &str) -> Result<Option<String>> {
    let branches = &config.settings.protected_branches;
    if branches.matches(Path::new(branch)) {
        return Ok(Some(branch.to_owned()));
    }
    let is_written_out = |pattern: &&String| !pattern.contains(['*', '?', '[', '{', '!']);
    for other in branches.patterns.iter().filter(is_written_out) {
        let target = repository.symbolic_target(&format!("{BRANCHES}{other}"))?;
        if target.is_some_and(|target| target.strip_prefix(BRANCHES) == Some(branch)) {
            return Ok(Some(other.clone()));
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
