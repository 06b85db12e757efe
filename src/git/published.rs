//! What a repository has published, as far as it knows: what its remote-tracking branches name.

use std::collections::HashSet;

use super::Repository;
use crate::base::fault::Result;
use crate::base::object_id::ObjectId;

impl Repository {
    /// The commits that remote-tracking branches name.
    ///
    /// # Errors
    ///
    /// git fails.
    pub(crate) fn published_tips(&self) -> Result<HashSet<ObjectId>> {
        self.listed(&["rev-list", "--no-walk", "--ignore-missing", "--remotes"])
    }

    /// The commits that branches name.
    ///
    /// # Errors
    ///
    /// git fails.
    pub(crate) fn branch_tips(&self) -> Result<HashSet<ObjectId>> {
        self.listed(&["rev-list", "--no-walk", "--ignore-missing", "--branches"])
    }

    /// Whether there is another repository that commits can be published in: a configured remote.
    ///
    /// # Errors
    ///
    /// git fails.
    pub(crate) fn has_remote(&self) -> Result<bool> {
        Ok(!self.git_for_stored().output(["remote"])?.is_empty())
    }
}
