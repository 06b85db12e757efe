//! The tree that is checked, and where it is: in the index, in a commit, or fixed in an index of ours.

use std::sync::Arc;

use crate::base::fault::{Fault, Result};
use crate::base::scratch::Scratch;
use crate::git::{Index, Replacement, Repository, RepositoryStatus};
use crate::receipt::Store;
use crate::view::CheckedTree;

/// What is checked.
pub(super) struct Candidate {
    /// The repository, with the index that holds the tree.
    pub(super) repository: Repository,
    pub(super) index: Arc<Index>,
    pub(super) status: RepositoryStatus,
    /// What is remembered here, if anything is.
    pub(super) store: Option<Arc<Store>>,
    /// The commit whose tree it is, if it is neither that of the next commit nor checked out.
    pub(crate) commit: Option<String>,
    /// An index of ours, which is gone with this.
    pub(crate) _own_index: Option<Scratch>,
    /// What was checked before it was fixed.
    pub(super) unfixed: Option<Box<Self>>,
}

impl Candidate {
    /// As views see it.
    pub(super) fn checked(&self) -> CheckedTree<'_> {
        CheckedTree {
            repository: &self.repository,
            index: &self.index,
            beside: &self.status.beside,
            watch: self.status.watch.as_ref(),
            commit: self.commit.as_deref(),
            protects_ignored: false,
        }
    }

    /// What is in the work tree or the index.
    pub(super) fn here(repository: Repository) -> Result<Self> {
        let (index, status) = repository.status()?;
        Ok(Self {
            repository,
            index,
            status,
            store: None,
            commit: None,
            _own_index: None,
            unfixed: None,
        })
    }

    /// The same, with files fixed.
    pub(super) fn fixed(self, replacements: &[Replacement]) -> Result<Self> {
        let own = own_index()?;
        let repository =
            self.repository
                .with_replaced(&self.index, replacements, &own.join(INDEX))?;
        let mut fixed = Self::here(repository)?;
        fixed.status.staged.clone_from(&self.status.staged);
        Ok(Self {
            commit: self.commit.clone(),
            store: self.store.clone(),
            _own_index: Some(own),
            unfixed: Some(Box::new(self)),
            ..fixed
        })
    }

    /// A commit; what is checked out is not looked at twice if it is that commit.
    pub(crate) fn commit(repository: Repository, commit: &str) -> Result<Self> {
        let here = Self::here(repository)?;
        let status = &here.status;
        let is_shown = here.repository.is_head(commit).unwrap_or(false)
            && status.staged.is_empty()
            && status.unmerged.is_empty();
        if is_shown {
            return Ok(here);
        }
        let own = own_index()?;
        let repository = here
            .repository
            .with_commit(&here.index, commit, &own.join(INDEX))?;
        Ok(Self {
            commit: Some(commit.to_owned()),
            _own_index: Some(own),
            ..Self::here(repository)?
        })
    }
}

/// The name of an index of ours in its directory.
const INDEX: &str = "index";

/// A directory for an index of ours.
fn own_index() -> Result<Scratch> {
    Scratch::new().map_err(|error| Fault::unable("cannot create a temporary file").because(&error))
}
