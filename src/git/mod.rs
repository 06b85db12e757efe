//! The repository: where it is, what is about to be committed, and what lies beside it.
//!
//! Invariants: nothing here takes a lock of git's or writes anything; paths are bytes; and what
//! libgit2 cannot read is read by git's own plumbing, never taken for "no files".

mod changes;
mod hooks;
mod identity;
mod index;
mod mailmap;
mod objects;
mod open;
mod own;
mod plumbing;
mod range;
mod rewrite;
mod status;

use std::path::PathBuf;

use crate::environment::Variables;

pub use changes::{Change, ChangeKind, ChangeSet, FileMode};
pub use hooks::HooksPathScope;
pub use identity::{Identity, Setting, author_of_patch, text};
pub use index::{StagedFile, TrackedFile};
pub use objects::{Commit, Objects};
pub use own::OwnGit;
pub use range::{Commits, Named, Range};
pub use rewrite::must_be_at_rest;
pub use status::{Beside, Status};

/// An open repository with a work tree.
pub struct Repository {
    /// The top of the work tree; absolute.
    pub work_tree: PathBuf,
    /// The git directory of this work tree; absolute.
    pub git_dir: PathBuf,
    /// The git directory that all linked work trees share; absolute.
    pub common_dir: PathBuf,
    /// The index that git points at; absolute.
    index_file: PathBuf,
    /// Whether git named an index of its own (`commit -a`, `--only`), which is gone afterwards.
    pub has_own_index: bool,
    /// The environment for git's plumbing.
    variables: Variables,
    /// libgit2's view, where it can open the repository.
    library: Option<git2::Repository>,
}
