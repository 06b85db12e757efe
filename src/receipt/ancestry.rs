//! Which commits are good: checked here, or the responsibility of others.

use std::collections::{HashMap, HashSet};

use super::Store;
use crate::base::fault::Result;
use crate::git::{CommitNode, Exclude, Repository};
use crate::model::trigger::Stage;

/// The trees that changes are counted from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Bases {
    /// The nearest commits that are good, in the order in which they are found; none if there is
    /// none back to the beginning.
    pub(crate) commits: Vec<String>,
    /// The commits after them that are not good, newest first.
    pub(crate) ungated: Vec<String>,
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
        has: &'a [String],
    },
}

/// Why a commit is good, or that it is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Its tree was checked here.
    Checked,
    /// It is on a remote-tracking branch, or was here before gatekeeper.
    Elsewhere,
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
        commits: &[String],
        stage: Stage,
        trusted: Trusted<'_>,
    ) -> Result<Bases> {
        let mut bases = Bases::default();
        let mut unknown = Vec::new();
        for commit in commits {
            let by_receipt = trusted == Trusted::EveryRemote;
            if by_receipt && self.is_plainly_good(repository, commit, stage)? {
                push(&mut bases.commits, commit);
            } else {
                unknown.push(commit.clone());
            }
        }
        if unknown.is_empty() {
            return Ok(bases);
        }
        // The first parent's side comes first.
        let mut order = Vec::new();
        let between = match trusted {
            Trusted::EveryRemote => self.ungated_candidates(repository, &unknown)?,
            Trusted::Remote { name, has } => {
                let beyond = name.map_or(Exclude::Named, Exclude::Remote);
                let baseline = self.baseline().iter().cloned();
                let excluded = baseline.chain(has.iter().cloned());
                repository.ancestors_before(&unknown, beyond, excluded)?
            }
        };
        let nodes: HashMap<&str, &CommitNode> = between
            .iter()
            .map(|node| (node.id.as_str(), node))
            .collect();
        let doubtful = match trusted {
            Trusted::EveryRemote => HashSet::new(),
            Trusted::Remote { .. } => self.doubtful(&between, stage),
        };
        let mut seen = HashSet::new();
        let mut open: Vec<&str> = commits.iter().rev().map(String::as_str).collect();
        while let Some(id) = open.pop() {
            if !seen.insert(id) {
                continue;
            }
            match nodes.get(id) {
                Some(node) if doubtful.contains(id) || !self.is_good(&node.tree, stage) => {
                    if !node.is_empty() {
                        push(&mut bases.ungated, id);
                    }
                    open.extend(node.parents.iter().rev().map(String::as_str));
                }
                _ => push(&mut order, id),
            }
        }
        bases.commits = order;
        Ok(bases)
    }

    /// The commits, of a list with the newest first, whose check relied on ancestors that were not
    /// checked here.
    fn doubtful<'a>(&self, commits: &'a [CommitNode], stage: Stage) -> HashSet<&'a str> {
        let mut doubtful: HashSet<&str> = HashSet::new();
        for commit in commits.iter().rev() {
            let mut parents = commit.parents.iter();
            if !self.is_good(&commit.tree, stage)
                || parents.any(|parent| doubtful.contains(parent.as_str()))
            {
                doubtful.insert(&commit.id);
            }
        }
        doubtful
    }

    /// Whether a commit is known to be good without a walk.
    fn is_plainly_good(&self, repository: &Repository, id: &str, stage: Stage) -> Result<bool> {
        if self.baseline().contains(id) {
            return Ok(true);
        }
        let commit = repository.ancestor(id)?;
        Ok(commit.is_some_and(|commit| self.is_good(&commit.tree, stage)))
    }

    /// The ancestors of these commits that neither a remote-tracking branch nor the baseline has.
    fn ungated_candidates(
        &self,
        repository: &Repository,
        commits: &[String],
    ) -> Result<Vec<CommitNode>> {
        let baseline = self.baseline().iter().cloned();
        repository.ancestors_before(commits, Exclude::Remotes, baseline)
    }

    /// Why a commit is good, or that it is not.
    ///
    /// # Errors
    ///
    /// It is not here, or git fails.
    pub(crate) fn standing(
        &self,
        repository: &Repository,
        id: &str,
        stage: Stage,
    ) -> Result<Standing> {
        let commit = repository.ancestor(id)?;
        if commit.is_some_and(|commit| self.stage_record(&commit.tree, stage).is_some()) {
            return Ok(Standing::Checked);
        }
        if self.baseline().contains(id) {
            return Ok(Standing::Elsewhere);
        }
        let candidates = self.ungated_candidates(repository, &[id.to_owned()])?;
        Ok(if candidates.iter().any(|candidate| candidate.id == id) {
            Standing::Ungated
        } else {
            Standing::Elsewhere
        })
    }

    /// The ancestors of these commits that are not good, newest first.
    ///
    /// # Errors
    ///
    /// One of them is not here, or git fails.
    pub(crate) fn ungated(
        &self,
        repository: &Repository,
        commits: &[String],
    ) -> Result<Vec<CommitNode>> {
        let mut candidates = self.ungated_candidates(repository, commits)?;
        candidates.retain(|commit| {
            !commit.is_empty() && self.stage_record(&commit.tree, Stage::PreCommit).is_none()
        });
        Ok(candidates)
    }
}

fn push(list: &mut Vec<String>, id: &str) {
    if !list.iter().any(|listed| listed == id) {
        list.push(id.to_owned());
    }
}
