//! The commits of a push that are other people's, and that another remote has already or that were fetched:
//! those of the project that a fork follows. Nobody here can change them, so their messages and their
//! changes are not checked again; the gates check what they come to.

use std::collections::{BTreeSet, HashSet};

use crate::base::fault::Result;
use crate::base::object_id::ObjectId;
use crate::git::{CommitNode, Exclude, Repository};

/// Those of some commits that another remote has, or that have `arrived` by a fetch, and that another person
/// has committed. `set_by_hand`: what a remote-tracking branch has only because somebody has set it.
///
/// # Errors
///
/// git fails.
pub(super) fn find(
    repository: &Repository,
    commits: &[CommitNode],
    arrived: &HashSet<ObjectId>,
    set_by_hand: &BTreeSet<ObjectId>,
) -> Result<HashSet<ObjectId>> {
    let ids: Vec<ObjectId> = commits.iter().map(|commit| commit.id).collect();
    if ids.is_empty() {
        return Ok(HashSet::new());
    }
    let nowhere = std::iter::empty();
    let unpublished = repository.ancestors_before(&ids, Exclude::Remotes, nowhere)?;
    let unpublished: HashSet<ObjectId> = unpublished.iter().map(|commit| commit.id).collect();
    let mut published = ids;
    published.retain(|id| {
        let is_elsewhere = !unpublished.contains(id) || arrived.contains(id);
        is_elsewhere && !set_by_hand.contains(id)
    });
    if published.is_empty() {
        return Ok(HashSet::new());
    }
    let own = repository.setting()?.committer.email;
    let mut objects = repository.objects();
    let mut theirs = HashSet::new();
    for id in published {
        if objects.commit(id)?.committer.email != own {
            theirs.insert(id);
        }
    }
    Ok(theirs)
}
