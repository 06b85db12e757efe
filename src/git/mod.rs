//! The repository: where it is, what is about to be committed, and what lies beside it.
//!
//! Invariants: nothing here takes a lock of git's or writes anything, but for the settings of our
//! hooks when they are installed; paths are bytes; and what libgit2 cannot read is read by git's own plumbing, never taken for "no files".

mod ai_notes;
mod alias;
mod bare;
pub(crate) mod change_set;
mod changes;
mod checkout;
mod color;
pub(crate) mod config_hooks;
mod conversation;
pub(crate) mod diff;
mod head;
mod history;
pub(crate) mod hooks_path;
mod identity;
pub(crate) mod in_progress;
mod index;
pub(crate) mod index_update;
pub(crate) mod invocation;
mod mailmap;
mod named_files;
mod notes;
mod objects;
mod open;
pub(crate) mod paths;
pub(crate) mod process;
mod published;
mod range;
mod reader;
mod reflog;
mod remote;
mod rewrite;
mod search_path;
pub(crate) mod shadow;
mod sharing;
mod signature;
pub(crate) mod status;
pub(crate) mod trace;
mod tree;
mod work_trees;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use crate::base::environment::Variables;
use crate::platform::watch::Watch;

pub(crate) use alias::alias_of;
pub(crate) use change_set::{Change, ChangeKind, ChangeSet, FileMode};
pub(crate) use checkout::{IgnoredFile, PlainIndex};
pub(crate) use color::color_setting;
pub(crate) use config_hooks::{HookSetting, is_false};
pub use diff::{DiffTarget, FileDiff, Line};
pub(crate) use history::{CommitNode, Exclude};
pub(crate) use hooks_path::{HooksPath, HooksPathScope, OwnScope};
pub use identity::Identity;
pub(crate) use identity::{CommitterContext, author_of_patch, text};
pub(crate) use in_progress::{Unfinished, must_be_at_rest};
pub(crate) use index::{Index, TrackedFile};
pub(crate) use index_update::Replacement;
pub(crate) use named_files::NamedFiles;
pub(crate) use objects::Commit;
pub use objects::Objects;
pub(crate) use published::FirstTrusted;
pub use range::RangeSpec;
pub(crate) use range::{CommitRange, Range};
pub(crate) use reflog::{ReflogEntry, reflog_entries};
pub(crate) use search_path::with_own_search_path;
pub(crate) use shadow::ShadowRepository;
pub(crate) use signature::{is_signed_by, sign};
pub(crate) use tree::TreeEntry;

/// libgit2's view of a repository, which all who read it share.
type Library = Arc<Mutex<git2::Repository>>;

/// An open repository with a work tree, or a bare one that is pushed to.
pub struct Repository {
    /// The top of the work tree; absolute. The git directory if the repository is bare.
    pub(crate) work_tree: PathBuf,
    /// The git directory of this work tree; absolute.
    pub(crate) git_dir: PathBuf,
    /// The git directory that all linked work trees share; absolute.
    pub(crate) common_dir: PathBuf,
    /// The index that git points at; absolute.
    index_file: PathBuf,
    /// Whether git named an index of its own (`commit -a`, `--only`), which is gone afterwards.
    pub(crate) has_own_index: bool,
    /// The environment for git's plumbing.
    variables: Variables,
    /// libgit2's view, if libgit2 is to read the repository; else git does.
    library: Option<Library>,
    /// The index, once it was read.
    read_index: Mutex<Option<Arc<Index>>>,
    /// What git was asked of its settings before.
    settings: Mutex<HashMap<&'static str, bool>>,
    /// The git that compares trees, once it was started.
    comparer: Mutex<Option<conversation::Conversation>>,
}

/// How HEAD, index and work tree differ.
#[derive(Debug, Default)]
pub struct RepositoryStatus {
    /// What the index changes in HEAD. Paths that are only intended to be added are not in it.
    pub staged: Vec<Change>,
    /// Paths with an unresolved conflict.
    pub unmerged: Vec<PathBuf>,
    /// What lies in the work tree and is not in the index.
    pub beside: WorktreeState,
    /// Tells whether the work tree has certainly not changed since.
    pub(crate) watch: Option<Watch>,
}

/// What lies in the work tree and would not be in the commit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WorktreeState {
    /// Tracked paths whose contents in the work tree are not those of the index.
    pub unstaged: Vec<PathBuf>,
    /// For each of these, an id of what its file holds; `None` if there is no file.
    pub(crate) contents: Vec<Option<Vec<u8>>>,
    /// Those of them that are not in the work tree at all.
    pub missing: Vec<PathBuf>,
    /// Paths that git does not know and does not ignore; a directory stands for all in it.
    pub untracked: Vec<PathBuf>,
    /// The directories that hold tracked files, and when something was last made or removed in each, in
    /// nanoseconds.
    pub(crate) dirs: Vec<(PathBuf, i128)>,
    /// Paths that git ignores; a directory stands for all in it. What is ignored in a directory that has
    /// something else, too, is not among them, see [`Repository::ignored`].
    pub(crate) ignored: Vec<PathBuf>,
    /// Directories that nothing is tracked in, and that are not ignored as a whole.
    pub(crate) mixed: Vec<PathBuf>,
}
