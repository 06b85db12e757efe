//! What changes were counted from.

use serde::{Deserialize, Serialize};

use crate::base::fault::Result;
use crate::base::object_id::ObjectId;
use crate::git::{CommitNode, Repository};

/// A commit that changes were counted from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Base {
    /// Its id.
    pub(crate) commit: ObjectId,
    /// The id of its tree.
    pub(crate) tree: ObjectId,
}

impl Base {
    /// The bases with these ids.
    ///
    /// # Errors
    ///
    /// git cannot be started.
    pub(crate) fn all(repository: &Repository, commits: &[ObjectId]) -> Result<Vec<Self>> {
        let mut bases = Vec::new();
        for &id in commits {
            if let Some(CommitNode { id, tree, .. }) = repository.ancestor(id)? {
                bases.push(Self { commit: id, tree });
            }
        }
        Ok(bases)
    }
}
