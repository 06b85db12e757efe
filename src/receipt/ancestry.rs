//! Which commits are good: checked here, or trusted.

use std::collections::{HashMap, HashSet};

use super::Store;
use crate::base::fault::Result;
use crate::base::object_id::ObjectId;
use crate::git::{CommitNode, Exclude, Repository};
use crate::model::trigger::Stage;

/// The trees that changes are counted from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Bases {
    /// The nearest commits that are good, in the order in which they are found; none if there is
    /// none back to the beginning.
    pub(crate) commits: Vec<ObjectId>,
    /// The commits after them that are not good, newest first.
    pub(crate) ungated: Vec<ObjectId>,
}

/// Which repository's commits count as good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trusted<'a> {
    /// Commits that any remote-tracking branch has.
    EveryRemote,
    /// Commits that one remote has: those of its remote-tracking branches, if it has a name, and
    /// these.
    Remote {
        /// Its name.
        name: Option<&'a str>,
        /// The commits that its references name.
        has: &'a [ObjectId],
    },
}

/// Why a commit is good, or that it is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Its tree was checked here.
    Checked,
    /// It is trusted: published, accepted, or here before gatekeeper in a repository without a remote.
    Trusted,
    /// Neither.
    Ungated,
}

impl Store {
    /// The nearest ancestors of these commits, themselves among them, that are good.
    ///
    /// # Errors
    ///
    /// git fails.
    pub(crate) fn bases(
        &self,
        repository: &Repository,
        commits: &[ObjectId],
        stage: Stage,
        trusted: Trusted<'_>,
    ) -> Result<Bases> {
        let mut bases = Bases::default();
        let mut unknown = Vec::new();
        for &commit in commits {
            let by_receipt = trusted == Trusted::EveryRemote;
            if by_receipt && self.is_plainly_good(repository, commit, stage)? {
                push(&mut bases.commits, commit);
            } else {
                unknown.push(commit);
            }
        }
        if unknown.is_empty() {
            return Ok(bases);
        }
        // The first parent's side comes first.
        let mut order = Vec::new();
        let between = match trusted {
            Trusted::EveryRemote => {
                let trusted = self.trusted_here().into_iter();
                repository.ancestors_before(&unknown, Exclude::Remotes, trusted)?
            }
            Trusted::Remote { name, has } => {
                let beyond = name.map_or(Exclude::Named, Exclude::Remote);
                let trusted = self.trusted().into_iter();
                let excluded = trusted.chain(has.iter().copied());
                repository.ancestors_before(&unknown, beyond, excluded)?
            }
        };
        let nodes: HashMap<ObjectId, &CommitNode> =
            between.iter().map(|node| (node.id, node)).collect();
        let doubtful = match trusted {
            Trusted::EveryRemote => HashSet::new(),
            Trusted::Remote { .. } => self.doubtful(repository, &between, stage, trusted)?,
        };
        let mut seen = HashSet::new();
        let mut open: Vec<ObjectId> = commits.iter().rev().copied().collect();
        while let Some(id) = open.pop() {
            if !seen.insert(id) {
                continue;
            }
            match nodes.get(&id) {
                Some(node)
                    if doubtful.contains(&id)
                        || !self.is_good(repository, node, stage, trusted)? =>
                {
                    if !node.is_empty_root() {
                        push(&mut bases.ungated, id);
                    }
                    open.extend(node.parents.iter().rev());
                }
                _ => push(&mut order, id),
            }
        }
        bases.commits = order;
        Ok(bases)
    }

    /// The commits, of a list with the newest first, whose check relied on ancestors that were not
    /// checked here.
    fn doubtful(
        &self,
        repository: &Repository,
        commits: &[CommitNode],
        stage: Stage,
        trusted: Trusted<'_>,
    ) -> Result<HashSet<ObjectId>> {
        let mut doubtful: HashSet<ObjectId> = HashSet::new();
        for commit in commits.iter().rev() {
            let mut parents = commit.parents.iter();
            if parents.any(|parent| doubtful.contains(parent))
                || !self.is_good(repository, commit, stage, trusted)?
            {
                doubtful.insert(commit.id);
            }
        }
        Ok(doubtful)
    }

    /// Whether changes may be counted from a commit: its tree was checked, and that is evidence for it.
    fn is_good(
        &self,
        repository: &Repository,
        commit: &CommitNode,
        stage: Stage,
        trusted: Trusted<'_>,
    ) -> Result<bool> {
        match self.good_record(commit.tree, stage) {
            Some(record) => self.is_evidence(repository, &record, &commit.parents, stage, trusted),
            None => Ok(false),
        }
    }

    /// Whether a commit was checked, with or without exceptions.
    ///
    /// # Errors
    ///
    /// git fails.
    pub(crate) fn was_checked(
        &self,
        repository: &Repository,
        commit: &CommitNode,
        stage: Stage,
    ) -> Result<bool> {
        match self.stage_record(commit.tree, stage) {
            Some(record) => {
                let trusted = Trusted::EveryRemote;
                self.is_evidence(repository, &record, &commit.parents, stage, trusted)
            }
            None => Ok(false),
        }
    }

    /// Whether a commit is known to be good without a walk.
    fn is_plainly_good(&self, repository: &Repository, id: ObjectId, stage: Stage) -> Result<bool> {
        if self.trusted_here().contains(&id) {
            return Ok(true);
        }
        match repository.ancestor(id)? {
            Some(commit) => self.is_good(repository, &commit, stage, Trusted::EveryRemote),
            None => Ok(false),
        }
    }

    /// Why a commit is good, or that it is not.
    ///
    /// # Errors
    ///
    /// It is not here, or git fails.
    pub(crate) fn standing(
        &self,
        repository: &Repository,
        id: ObjectId,
        stage: Stage,
    ) -> Result<Standing> {
        if let Some(commit) = repository.ancestor(id)?
            && self.was_checked(repository, &commit, stage)?
        {
            return Ok(Standing::Checked);
        }
        if self.trusted_here().contains(&id) {
            return Ok(Standing::Trusted);
        }
        let trusted = self.trusted_here().into_iter();
        let candidates = repository.ancestors_before(&[id], Exclude::Remotes, trusted)?;
        Ok(if candidates.iter().any(|candidate| candidate.id == id) {
            Standing::Ungated
        } else {
            Standing::Trusted
        })
    }

    /// Whether all of these commits were here, unpublished, when gatekeeper was installed.
    ///
    /// # Errors
    ///
    /// One of them is not here, or git fails.
    pub(crate) fn were_present_at_install(
        &self,
        repository: &Repository,
        commits: &[ObjectId],
    ) -> Result<bool> {
        let present = self.present_at_install();
        if present.is_empty() {
            return Ok(false);
        }
        let later = repository.ancestors_before(commits, Exclude::Named, present.into_iter())?;
        Ok(later.is_empty())
    }

    /// The ancestors of these commits that are not good, newest first.
    ///
    /// # Errors
    ///
    /// One of them is not here, or git fails.
    pub(crate) fn ungated(
        &self,
        repository: &Repository,
        commits: &[ObjectId],
    ) -> Result<Vec<CommitNode>> {
        let mut ungated = Vec::new();
        let trusted = self.trusted().into_iter();
        for commit in repository.ancestors_before(commits, Exclude::Remotes, trusted)? {
            if !commit.is_empty_root()
                && !self.was_checked(repository, &commit, Stage::PreCommit)?
            {
                ungated.push(commit);
            }
        }
        Ok(ungated)
    }
}

fn push(list: &mut Vec<ObjectId>, id: ObjectId) {
    if !list.contains(&id) {
        list.push(id);
    }
}
