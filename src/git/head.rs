//! What is checked out: the branch, and its last commit.

use super::{Repository, text};
use crate::base::fault::Result;
use crate::base::object_id::ObjectId;

/// What the names of branches begin with.
const BRANCHES: &str = "refs/heads/";

impl Repository {
    /// The commit that is checked out; `None` on a branch without one.
    ///
    /// # Errors
    ///
    /// git fails.
    pub(crate) fn head_commit(&self) -> Result<Option<ObjectId>> {
        self.reference("HEAD")
    }

    /// Whether the commit that is checked out is a merge.
    ///
    /// # Errors
    ///
    /// git fails.
    pub(crate) fn is_merge_checked_out(&self) -> Result<bool> {
        let head = self.head_commit()?;
        let commit = head.map(|head| self.ancestor(head)).transpose()?;
        Ok(commit
            .flatten()
            .is_some_and(|commit| commit.parents.len() > 1))
    }

    /// What a reference names now, by its full name; `None` if there is none of that name.
    ///
    /// # Errors
    ///
    /// git fails.
    pub(crate) fn reference(&self, name: &str) -> Result<Option<ObjectId>> {
        self.reader().reference(name)
    }

    /// The full name of the reference that another one stands for; `None` if it names an object itself, or does
    /// not exist.
    ///
    /// # Errors
    ///
    /// git fails.
    pub(crate) fn symbolic_target(&self, name: &str) -> Result<Option<String>> {
        self.reader().target(name)
    }

    /// The full name of the branch that is checked out, or `HEAD`.
    ///
    /// # Errors
    ///
    /// git cannot be started.
    pub(crate) fn head_name(&self) -> Result<String> {
        Ok(self.reader().branch()?.unwrap_or_else(|| "HEAD".into()))
    }

    /// The name of the main branch: that of the remote `origin`, or the one that is checked out. `None` if neither is
    /// known.
    pub(crate) fn main_branch(&self) -> Option<String> {
        let asked = [
            "symbolic-ref",
            "--quiet",
            "--short",
            "refs/remotes/origin/HEAD",
        ];
        let of_remote = self.git().output(asked).ok();
        let of_remote = of_remote.map(|name| text(&name).trim().to_owned());
        let of_remote = of_remote.and_then(|name| Some(name.strip_prefix("origin/")?.to_owned()));
        of_remote.or_else(|| self.branch().ok().flatten())
    }

    /// The branch that is checked out, without `refs/heads/`; `None` if HEAD names a commit itself.
    ///
    /// # Errors
    ///
    /// git cannot be started.
    pub(crate) fn branch(&self) -> Result<Option<String>> {
        Ok(self.reader().branch()?.and_then(|name| short(&name)))
    }

    /// The branch that commits are made on: what is checked out, or what a rebase works on. `None` if
    /// there is none.
    ///
    /// # Errors
    ///
    /// git fails.
    pub(crate) fn branch_at_work(&self) -> Result<Option<String>> {
        for file in ["rebase-merge/head-name", "rebase-apply/head-name"] {
            if let Ok(name) = std::fs::read_to_string(self.git_dir.join(file)) {
                return Ok(short(name.trim()));
            }
        }
        self.branch()
    }
}

fn short(name: &str) -> Option<String> {
    name.strip_prefix(BRANCHES).map(str::to_owned)
}
