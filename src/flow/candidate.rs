//! The tree that is checked, and where it is: in the index, in a commit, or fixed in an index of ours.

use std::sync::Arc;

use crate::base::fault::{Fault, Result};
use crate::git::{Index, Replacement, Repository, Status};
use crate::receipt::Store;
use crate::view::Judged;

/// What is judged.
pub(super) struct Subject {
    /// The repository, with the index that holds the tree.
    pub(super) repository: Repository,
    pub(super) index: Arc<Index>,
    pub(super) status: Status,
    /// What is remembered here, if anything is.
    pub(super) store: Option<Arc<Store>>,
    /// The commit whose tree it is, if it is neither that of the next commit nor checked out.
    pub(crate) commit: Option<String>,
    /// An index of ours, which is gone with this.
    pub(crate) _own_index: Option<tempfile::NamedTempFile>,
    /// What was judged before it was mended.
    pub(super) unmended: Option<Box<Self>>,
}

impl Subject {
    /// As views see it.
    pub(super) fn judged(&self) -> Judged<'_> {
        Judged {
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
            unmended: None,
        })
    }

    /// The same, with files mended.
    pub(super) fn mended(self, replacements: &[Replacement]) -> Result<Self> {
        let own = own_index()?;
        let repository = self
            .repository
            .with_replaced(&self.index, replacements, own.path())?;
        let mut mended = Self::here(repository)?;
        mended.status.staged.clone_from(&self.status.staged);
        Ok(Self {
            commit: self.commit.clone(),
            store: self.store.clone(),
            _own_index: Some(own),
            unmended: Some(Box::new(self)),
            ..mended
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
            .with_commit(&here.index, commit, own.path())?;
        Ok(Self {
            commit: Some(commit.to_owned()),
            _own_index: Some(own),
            ..Self::here(repository)?
        })
    }
}

fn own_index() -> Result<tempfile::NamedTempFile> {
    tempfile::NamedTempFile::new()
        .map_err(|error| Fault::unable("no temporary file can be made").because(&error))
}
