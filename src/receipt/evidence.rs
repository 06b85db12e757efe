//! What a receipt proves about a commit.
//!
//! The gates have looked at what a tree changes in some commits, its bases, and only if those were good
//! is the tree good. So a receipt is evidence for a commit if its bases are among the commit's ancestors,
//! which are asked about themselves; or have the tree of one of its parents; or are good otherwise.

use std::collections::{BTreeMap, HashSet};

use super::ancestry::Trusted;
use super::base::Base;
use super::store::{StageRecord, Store};
use crate::base::fault::Result;
use crate::base::object_id::ObjectId;
use crate::git::{Exclude, Repository};
use crate::model::trigger::Stage;

/// How many commits are examined to find out whether a base is good. Beyond that, it counts as not good.
const MOST: usize = 100;

/// The question whether bases are good.
struct Question<'a> {
    store: &'a Store,
    stage: Stage,
    parents: &'a [Base],
    /// Commits that are known to be good, or ancestors of the commit.
    known: HashSet<ObjectId>,
}

impl Store {
    /// Whether the record of a tree is evidence for a commit that has it, and these parents.
    ///
    /// # Errors
    ///
    /// git fails.
    pub(crate) fn is_evidence(
        &self,
        repository: &Repository,
        record: &StageRecord,
        parents: &[ObjectId],
        stage: Stage,
        trusted: Trusted<'_>,
    ) -> Result<bool> {
        // An older version did not record bases; and a tree without bases was checked as a whole.
        let Some(counted_from) = &record.counted_from else {
            return Ok(true);
        };
        let is_parent = |base: &Base| parents.contains(&base.commit);
        if counted_from.iter().any(|bases| bases.iter().all(is_parent)) {
            return Ok(true);
        }
        let parents = Base::all(repository, parents)?;
        let mut question = Question {
            store: self,
            stage,
            parents: &parents,
            known: HashSet::new(),
        };
        if question.is_any_good(counted_from) {
            return Ok(true);
        }
        let asked = question.all_bases(counted_from);
        question.known = self.good_or_ancestors(repository, asked, &parents, trusted)?;
        Ok(question.is_any_good(counted_from))
    }

    /// Those of some commits that are trusted, or ancestors of these parents.
    fn good_or_ancestors(
        &self,
        repository: &Repository,
        commits: HashSet<ObjectId>,
        parents: &[Base],
        trusted: Trusted<'_>,
    ) -> Result<HashSet<ObjectId>> {
        let mut here = Vec::new();
        for id in commits {
            if repository.ancestor(id)?.is_some() {
                here.push(id);
            }
        }
        let parents = parents.iter().map(|parent| parent.commit);
        let beyond = match trusted {
            Trusted::EveryRemote => {
                let others = self.trusted_here().into_iter().chain(parents);
                repository.ancestors_before(&here, Exclude::Remotes, others)?
            }
            Trusted::Remote { name, has } => {
                let beyond = name.map_or(Exclude::Named, Exclude::Remote);
                let others = self.trusted().into_iter().chain(has.iter().copied());
                repository.ancestors_before(&here, beyond, others.chain(parents))?
            }
        };
        let beyond: HashSet<ObjectId> = beyond.into_iter().map(|commit| commit.id).collect();
        Ok(here.into_iter().filter(|id| !beyond.contains(id)).collect())
    }
}

impl Question<'_> {
    /// Whether any check of the tree counted its changes from bases that are all good.
    fn is_any_good(&self, counted_from: &[Vec<Base>]) -> bool {
        let mut seen = BTreeMap::new();
        self.has_good(counted_from, &mut seen)
    }

    fn has_good(&self, counted_from: &[Vec<Base>], seen: &mut BTreeMap<ObjectId, bool>) -> bool {
        let mut all = counted_from.iter();
        all.any(|bases| bases.iter().all(|base| self.is_good(base, seen)))
    }

    fn is_good(&self, base: &Base, seen: &mut BTreeMap<ObjectId, bool>) -> bool {
        let is_parent = |parent: &Base| parent.commit == base.commit || parent.tree == base.tree;
        if self.known.contains(&base.commit) || self.parents.iter().any(is_parent) {
            return true;
        }
        if let Some(is_good) = seen.get(&base.commit) {
            return *is_good;
        }
        // Until it is known to be good, it counts as not good, so a circle ends.
        seen.insert(base.commit, false);
        if seen.len() > MOST {
            return false;
        }
        let record = self.store.good_record(base.tree, self.stage);
        let is_good = record.is_some_and(|record| match &record.counted_from {
            Some(counted_from) => self.has_good(counted_from, seen),
            None => true,
        });
        seen.insert(base.commit, is_good);
        is_good
    }

    /// These bases, those of their trees, and so on.
    fn all_bases(&self, counted_from: &[Vec<Base>]) -> HashSet<ObjectId> {
        let mut all = HashSet::new();
        let mut open: Vec<Base> = counted_from.iter().flatten().copied().collect();
        while let Some(base) = open.pop() {
            if all.len() > MOST || !all.insert(base.commit) {
                continue;
            }
            let record = self.store.good_record(base.tree, self.stage);
            let counted_from = record.and_then(|record| record.counted_from);
            open.extend(counted_from.into_iter().flatten().flatten());
        }
        all
    }
}
