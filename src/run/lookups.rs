//! What is looked up for one gate and is the same for every other one that looks in the same places.
//!
//! It holds as long as all gates are being prepared: none of them has run yet.

use std::ffi::OsString;
use std::path::PathBuf;

use crate::base::environment::Variables;
use crate::base::memo::Memo;
use crate::commands::started::StartedName;

/// Where a gate looks for programs.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct SearchPlace {
    /// The top of the work tree, as the gate knows it.
    pub(super) top: PathBuf,
    /// The directory in which gatekeeper finds what the gate finds there.
    pub(super) look: PathBuf,
    /// The directory of the gate, below the top.
    pub(super) dir: PathBuf,
    /// The gate's PATH.
    pub(super) path: OsString,
}

/// A file in the tree that would stand in for a tool.
#[derive(Clone)]
pub(super) struct StandIn {
    /// Where git tracks something.
    pub(super) tracked: PathBuf,
    /// What is wrong; what is found for a name continues a sentence that begins with it.
    pub(super) cause: String,
}

/// What was found.
#[derive(Default)]
pub(super) struct Lookups {
    /// By the top of the work tree, as a gate knows it, and the directory in which we find what the gate
    /// finds in its own: the variables that it gets before its `env`.
    pub(super) environments: Memo<(PathBuf, PathBuf), Variables>,
    /// The file of a program, or why there is none.
    pub(super) programs: Memo<(SearchPlace, OsString), Result<PathBuf, String>>,
    /// What stands in for a tool.
    pub(super) stand_ins: Memo<(SearchPlace, StartedName), Option<StandIn>>,
    /// What git tracks in a directory that gatekeeper puts in front of PATH.
    pub(super) in_front: Memo<SearchPlace, Option<StandIn>>,
}
