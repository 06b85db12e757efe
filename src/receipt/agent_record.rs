//! What was said to agents that were about to stop: so that the same is not said twice, and nothing is run again.

use std::io;

use fs_err as fs;
use sha2::{Digest as _, Sha256};

use super::state_dir::{Sharing, StateDir};
use crate::base::hex::hex;
use crate::base::replace::Durability;
use crate::git::Repository;

/// Our directory in the git directory.
const DIRECTORY: &str = "gatekeeper";

/// The directory in ours.
const AGENTS: &str = "agents";

/// How many sessions are remembered.
const MOST: usize = 32;

/// What is remembered of agents in a work tree.
pub(crate) struct AgentRecord {
    state: StateDir,
}

impl AgentRecord {
    /// The record of a repository's work tree.
    #[must_use]
    pub(crate) fn of(repository: &Repository) -> Self {
        Self {
            state: StateDir::new(repository.git_dir.join(DIRECTORY), Sharing::Private),
        }
    }

    /// What was noted last about a session; the name is any text.
    #[must_use]
    pub(crate) fn noted(&self, session: &str) -> Option<String> {
        fs::read_to_string(self.file(session)).ok()
    }

    /// Notes something about a session.
    ///
    /// # Errors
    ///
    /// It cannot be written. That old notes cannot be removed is no error.
    pub(crate) fn note(&self, session: &str, text: &str) -> io::Result<()> {
        self.state
            .replace(&self.file(session), text.as_bytes(), Durability::Unsynced)?;
        self.prune();
        Ok(())
    }

    fn file(&self, session: &str) -> std::path::PathBuf {
        self.state.join(AGENTS).join(digest(session))
    }

    /// Removes the oldest notes, if there are too many.
    fn prune(&self) {
        let entries = fs::read_dir(self.state.join(AGENTS))
            .into_iter()
            .flatten()
            .flatten();
        let mut files: Vec<_> = entries
            .filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.path())))
            .collect();
        files.sort();
        let excess = files.len().saturating_sub(MOST);
        for (_, file) in &files[..excess] {
            // It may be gone already.
            let _ = fs::remove_file(file);
        }
    }
}

/// A digest of a text, in hexadecimal digits.
#[must_use]
pub(crate) fn digest(text: &str) -> String {
    hex(&Sha256::digest(text.as_bytes())[..16])
}
