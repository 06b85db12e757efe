//! Views: the files as gates see them.
//!
//! Where the work tree is the tree that is judged, gates run in it. Where it is not, they run in a
//! snapshot: the same tree checked out elsewhere. Nothing of the user's is moved or written, so
//! there is nothing to put back, whatever happens meanwhile.

mod editable;
mod ignored;
mod links;
mod snapshot;
mod submodules;

use std::path::{Path, PathBuf};

use crate::environment::Environment;
use crate::fault::Result;
use crate::git::{Repository, Status};
use crate::plan::ViewChoice;

pub use snapshot::Snapshot;

/// The files as gates see them.
pub enum View {
    /// The work tree itself.
    InPlace,
    /// Another folder, with the tree that is judged in it.
    Snapshot(Box<Snapshot>),
}

impl View {
    /// Makes the view that was chosen.
    ///
    /// # Errors
    ///
    /// No snapshot can be made. Nothing else is judged instead.
    pub fn make(
        choice: &ViewChoice,
        repository: &Repository,
        environment: &Environment,
        status: &Status,
    ) -> Result<Self> {
        match choice {
            ViewChoice::InPlace => Ok(Self::InPlace),
            ViewChoice::Snapshot(_) => Snapshot::make(repository, environment, status)
                .map(|snapshot| Self::Snapshot(Box::new(snapshot))),
        }
    }

    /// The folder that gates see as the top of the work tree, unless it is that.
    #[must_use]
    pub fn elsewhere(&self) -> Option<&Path> {
        match self {
            Self::InPlace => None,
            Self::Snapshot(snapshot) => Some(&snapshot.tree),
        }
    }

    /// Folders from which Python has to import the project, so that an editable installation does
    /// not lead back to the work tree.
    #[must_use]
    pub fn python_path(&self) -> &[PathBuf] {
        match self {
            Self::InPlace => &[],
            Self::Snapshot(snapshot) => &snapshot.python_path,
        }
    }
}
