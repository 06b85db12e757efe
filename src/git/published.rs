//! What a repository has published, as far as it knows: what its remote-tracking branches name.

use std::collections::HashSet;

use super::Repository;
use super::process::line;
use crate::base::fault::Result;
use crate::base::object_id::ObjectId;

/// The key in the repository's own configuration that says what was trusted when gatekeeper was first
/// installed.
const FIRST_TRUSTED: &str = "gatekeeper.trusted";

/// Its value where that was no commit, or more than one.
const NONE: &str = "none";

/// What was trusted when gatekeeper was first installed in a repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FirstTrusted(pub(crate) Option<ObjectId>);

impl Repository {
    /// What was trusted when gatekeeper was first installed here; `None` if it never was.
    ///
    /// # Errors
    ///
    /// git cannot be started.
    pub(crate) fn first_trusted(&self) -> Result<Option<FirstTrusted>> {
        let words = ["config", "--local", "--get", FIRST_TRUSTED];
        let output = self.git().run(words)?.output_or_no()?;
        Ok(output.map(|output| FirstTrusted(line(&output).parse().ok())))
    }

    /// Notes in the repository's own configuration what is trusted at the first installation.
    ///
    /// # Errors
    ///
    /// The configuration cannot be written; another program may be writing it.
    pub(crate) fn set_first_trusted(&self, trusted: FirstTrusted) -> Result<()> {
        let value = trusted.0.map_or(NONE.to_owned(), |id| id.to_string());
        let words = ["config", "--local", FIRST_TRUSTED, &value];
        self.git().output(words)?;
        Ok(())
    }

    /// Removes that note.
    ///
    /// # Errors
    ///
    /// The configuration cannot be written.
    pub(crate) fn forget_first_trusted(&self) -> Result<()> {
        let words = ["config", "--local", "--unset-all", FIRST_TRUSTED];
        // Exit code 5: there is none (git-config(1)).
        self.git().run(words)?.output_or_no().map(drop)
    }

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

    /// The branches, those here first and then those of remotes by the names that they have there, with the
    /// commit of each.
    ///
    /// # Errors
    ///
    /// git fails.
    pub(crate) fn branches_everywhere(&self) -> Result<Vec<(String, ObjectId)>> {
        let mut found = Vec::new();
        for (of, depth) in [("refs/heads", 2), ("refs/remotes", 3)] {
            let format = format!("--format=%(objectname) %(refname:lstrip={depth})");
            let output = self.git().output(["for-each-ref", &format, of])?;
            for pair in String::from_utf8_lossy(&output).lines() {
                if let Some((id, name)) = pair.split_once(' ').filter(|(_, name)| *name != "HEAD") {
                    found.push((name.to_owned(), id.parse()?));
                }
            }
        }
        Ok(found)
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
