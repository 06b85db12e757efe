//! Commits that are published although nobody has checked them: made here with the hooks off, or pushed
//! with the hooks off, or only in a remote-tracking branch because somebody has set it by hand.
//!
//! What a remote-tracking branch has counts as good, so nothing else would ever name them. The reflogs
//! tell: HEAD's, which commits were made here; those of remote-tracking branches, what they got other
//! than by a fetch. Only what is new in them is looked at.

use std::collections::{BTreeSet, HashSet};
use std::fs;
use std::path::Path;

use super::ungated_commits::Check;
use super::{self_path, ungated_commits};
use crate::base::environment::Environment;
use crate::base::fault::Result;
use crate::base::object_id::ObjectId;
use crate::git::{CommitNode, Exclude, ReflogEntry, Repository, reflog_entries};
use crate::receipt::{LogEnd, LookedAt, Loss, Store, Trusted};
use crate::report::{self, Style, UngatedCommit};

/// How many new commits are looked at again at the next time.
const FEW: usize = 16;

/// What is known about such commits.
pub(crate) struct PublishedUnchecked {
    /// Those that a remote-tracking branch has.
    pub(crate) commits: Vec<UngatedCommit>,
    /// Those of which only a branch that was set by hand says that a remote has them.
    pub(crate) set_by_hand: BTreeSet<ObjectId>,
}

/// Names such commits, if there are any.
///
/// # Errors
///
/// git fails.
pub(super) fn notice(
    environment: &Environment,
    repository: &Repository,
    store: &Store,
    style: Style,
) -> Result<PublishedUnchecked> {
    let found = find(repository, store)?;
    let program = self_path::call(environment);
    report::say(&report::published_unchecked(
        &found.commits,
        &program,
        style,
    ));
    Ok(found)
}

/// Such commits, until they are checked or accepted.
///
/// # Errors
///
/// git fails.
pub(crate) fn find(repository: &Repository, store: &Store) -> Result<PublishedUnchecked> {
    look(repository, store, FEW)
}

/// Looks at what is new, and remembers that unless nothing but `few` commits that are in order was new:
/// these are as soon looked at again as written down.
fn look(repository: &Repository, store: &Store, few: usize) -> Result<PublishedUnchecked> {
    let before = store.looked_at();
    let mut looked_at = before.clone();
    let mut is_much = before.logs.is_empty();
    // Where another HOME is at work as well, its receipts cannot be read. What is new is looked at once
    // that was repaired.
    if matches!(store.loss(), None | Some(Loss::Absent)) {
        let new = NewEntries::since(&before, repository, &mut looked_at);
        is_much |= new.made.len() > few || !new.moves.is_empty();
        let candidates = new.candidates(repository, store, &before)?;
        looked_at.unchecked.extend(candidates.all);
        looked_at.set_by_hand.extend(candidates.set_by_hand);
    }
    let mut unchecked = Vec::new();
    for &id in &looked_at.unchecked {
        if let Some(commit) = repository.ancestor(id)?
            && is_unchecked(repository, store, &commit)?
        {
            unchecked.push(commit);
        }
    }
    looked_at.unchecked = unchecked.iter().map(|commit| commit.id).collect();
    let published = published(repository, &mut looked_at, unchecked)?;
    let LookedAt {
        unchecked,
        set_by_hand,
        ..
    } = &mut looked_at;
    set_by_hand.retain(|id| unchecked.contains(id));
    let set_by_hand = set_by_hand.clone();
    is_much |= looked_at.unchecked != before.unchecked || set_by_hand != before.set_by_hand;
    if is_much && looked_at != before {
        // Where nothing can be written, the same is looked at again.
        let _ = store.keep_looked_at(looked_at);
    }
    Ok(PublishedUnchecked {
        commits: ungated_commits::named(repository, published.iter())?,
        set_by_hand,
    })
}

/// Takes what is in the reflogs now as looked at: it was there before gatekeeper.
pub(super) fn begin(repository: &Repository, store: &Store) {
    let mut looked_at = store.looked_at();
    NewEntries::since(&looked_at.clone(), repository, &mut looked_at);
    let _ = store.keep_looked_at(looked_at);
}

/// No longer names commits that were accepted.
///
/// # Errors
///
/// git fails.
pub(super) fn accept(repository: &Repository, store: &Store, commits: &[ObjectId]) -> Result<()> {
    // What nobody has looked at yet would be named later.
    look(repository, store, 0)?;
    let mut looked_at = store.looked_at();
    looked_at.unchecked.retain(|id| !commits.contains(id));
    looked_at.set_by_hand.retain(|id| !commits.contains(id));
    let _ = store.keep_looked_at(looked_at);
    Ok(())
}

/// Those of some commits that are not beyond a wall.
fn not_in(
    repository: &Repository,
    commits: &BTreeSet<ObjectId>,
    beyond: Exclude<'_>,
    others: impl Iterator<Item = ObjectId>,
) -> Result<BTreeSet<ObjectId>> {
    let mut here = Vec::new();
    for &id in commits {
        if repository.ancestor(id)?.is_some() {
            here.push(id);
        }
    }
    if here.is_empty() {
        return Ok(BTreeSet::new());
    }
    let before = repository.ancestors_before(&here, beyond, others)?;
    let before = before.into_iter().map(|commit| commit.id);
    Ok(before.filter(|id| commits.contains(id)).collect())
}

fn is_unchecked(repository: &Repository, store: &Store, commit: &CommitNode) -> Result<bool> {
    let check = ungated_commits::check(repository, store, commit, Trusted::EveryRemote)?;
    Ok(check == Check::Unchecked)
}

/// Those of some commits that a remote-tracking branch has: the others are named anyway, because they
/// are not trusted. What no branch has any more is forgotten.
fn published(
    repository: &Repository,
    looked_at: &mut LookedAt,
    unchecked: Vec<CommitNode>,
) -> Result<Vec<CommitNode>> {
    if unchecked.is_empty() {
        return Ok(unchecked);
    }
    let ids = unchecked.iter().map(|commit| commit.id).collect();
    let unpublished = not_in(repository, &ids, Exclude::Remotes, std::iter::empty())?;
    if !unpublished.is_empty() {
        let head = repository.head_commit()?.into_iter();
        let gone = not_in(repository, &unpublished, Exclude::Branches, head)?;
        looked_at.unchecked.retain(|id| !gone.contains(id));
    }
    let mut published = unchecked;
    published.retain(|commit| !unpublished.contains(&commit.id));
    Ok(published)
}

/// What the reflogs have got since they were looked at last.
struct NewEntries {
    /// The commits that HEAD got when they were made, in any work tree.
    made: Vec<ObjectId>,
    /// What remote-tracking branches got, in the order of time as far as that is known.
    moves: Vec<Moved>,
}

/// Commits that somebody should have checked here.
#[derive(Default)]
struct Candidates {
    all: BTreeSet<ObjectId>,
    /// Those that a remote-tracking branch got neither by a fetch nor by a push.
    set_by_hand: BTreeSet<ObjectId>,
}

/// A remote-tracking branch that has got other commits.
struct Moved {
    entry: ReflogEntry,
    /// Whether it got what a remote had.
    is_brought: bool,
}

/// What a remote-tracking branch got, with what to sort it by among others. In the same second, what was
/// fetched to one may have been pushed to another, rather than the other way around.
fn ordered(
    repository: &Repository,
    entries: Vec<ReflogEntry>,
) -> impl Iterator<Item = ((u64, bool), Moved)> {
    let moves = entries.into_iter().map(|entry| Moved {
        is_brought: repository.is_brought(&entry),
        entry,
    });
    moves.scan((0, false), |last, moved| {
        *last = (*last).max((moved.entry.at, !moved.is_brought));
        Some((*last, moved))
    })
}

impl NewEntries {
    fn since(before: &LookedAt, repository: &Repository, looked_at: &mut LookedAt) -> Self {
        looked_at.logs.clear();
        let mut read = |log: &Path| {
            let name = log.to_string_lossy().into_owned();
            let end = before.logs.get(&name);
            let file = repository.common_dir.join(log);
            let length = fs::metadata(&file).map(|data| data.len()).ok();
            if let Some(end) = end
                && length == u64::try_from(end.bytes).ok()
            {
                looked_at.logs.insert(name, end.clone());
                return Vec::new();
            }
            let Ok(bytes) = fs::read(&file) else {
                return Vec::new();
            };
            let entries = reflog_entries(end.map_or(&bytes[..], |end| end.rest(&bytes)));
            let tip = entries
                .last()
                .map_or_else(|| end.and_then(|end| end.tip), |entry| entry.new);
            looked_at.logs.insert(name, LogEnd::of(&bytes, tip));
            entries
        };
        let heads = repository.head_reflogs();
        let made = heads.iter().flat_map(|log| read(log));
        let made = made.filter(ReflogEntry::makes_commit);
        let made = made.filter_map(|entry| entry.new).collect();
        let remotes = repository.remote_reflogs();
        let moves = remotes
            .iter()
            .flat_map(|log| ordered(repository, read(log)));
        let mut moves: Vec<((u64, bool), Moved)> = moves.collect();
        moves.sort_by_key(|(order, _)| *order);
        let moves = moves.into_iter().map(|(_, moved)| moved).collect();
        Self { made, moves }
    }

    /// The commits in them that somebody should have checked here.
    fn candidates(
        &self,
        repository: &Repository,
        store: &Store,
        before: &LookedAt,
    ) -> Result<Candidates> {
        let mut known: HashSet<ObjectId> = store.present().into_iter().collect();
        let mut candidates = Candidates::default();
        let made = self.made.iter().copied();
        candidates.all.extend(made.filter(|id| !known.contains(id)));
        if self.moves.iter().all(|moved| moved.is_brought) && !before.logs.is_empty() {
            return Ok(candidates);
        }
        let arrived = store.ledger().arrived();
        known.extend(before.logs.values().filter_map(|end| end.tip));
        for Moved { entry, is_brought } in &self.moves {
            let Some(new) = entry.new else { continue };
            if !is_brought && !known.contains(&new) && repository.ancestor(new)?.is_some() {
                let others = known.iter().copied().chain(entry.old);
                let commits = repository.ancestors_before(&[new], Exclude::Named, others)?;
                let ids = commits.into_iter().map(|commit| commit.id);
                // What has arrived was checked together with the last commit of its push.
                let ids: Vec<_> = ids
                    .filter(|id| *id == new || !arrived.contains(id))
                    .collect();
                if !entry.is_pushed() {
                    candidates.set_by_hand.extend(&ids);
                }
                candidates.all.extend(ids);
            }
            known.insert(new);
        }
        if before.logs.is_empty() {
            // What was remembered was lost, and so was which of them were accepted.
            let accepted = store.acceptances().iter().map(|one| one.tip);
            candidates.all = not_in(repository, &candidates.all, Exclude::Named, accepted)?;
        }
        Ok(candidates)
    }
}
