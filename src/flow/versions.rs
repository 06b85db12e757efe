//! Which tools are installed in another version than a hook manager would install.

use std::env;
use std::ffi::OsStr;

use crate::base::environment::Environment;
use crate::detect::{Detected, NamedDraft};
use crate::git::Repository;
use crate::run::{printed_version, tool_dirs};

/// A tool in another version.
pub(crate) struct OtherVersion {
    /// The gate that runs it.
    pub(crate) gate: String,
    /// The version that is installed.
    pub(crate) installed: String,
    /// The version that the hook manager would install.
    pub(crate) wanted: String,
}

/// The tools of translated gates that are installed in another version, as they say themselves.
pub(crate) fn other_versions(
    environment: &Environment,
    repository: &Repository,
    gates: &Detected,
) -> Vec<OtherVersion> {
    let other = |NamedDraft { name, draft }: &NamedDraft| {
        let wanted = draft.version.clone()?;
        let dirs = tool_dirs(
            &repository.work_tree,
            &repository.work_tree.join(&draft.dir),
        );
        let path = environment
            .variables
            .get(OsStr::new("PATH"))
            .cloned()
            .unwrap_or_default();
        let path = env::join_paths(dirs.into_iter().chain(env::split_paths(&path))).ok()?;
        let installed = printed_version(draft.run.first()?, environment, &path)?;
        (installed != wanted).then(|| OtherVersion {
            gate: name.clone(),
            installed,
            wanted,
        })
    };
    gates.gates.iter().filter_map(other).collect()
}
