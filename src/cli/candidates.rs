//! What can follow in the shell where it depends on the repository or on the catalogue: gates and rules.

use std::ffi::OsStr;

use clap_complete::engine::CompletionCandidate;

use super::explain;
use crate::base::environment::Environment;
use crate::config::source;
use crate::git::Repository;

/// The gates of this repository. Without a sound gates.toml there are none to offer.
pub(super) fn gates(begun: &OsStr) -> Vec<CompletionCandidate> {
    let config = Environment::read()
        .and_then(|environment| Repository::open_from_env(&environment))
        .and_then(|repository| source::work_tree_config(&repository));
    let names = config.map(|config| config.gates.into_iter().map(|gate| gate.name.to_string()));
    beginning(begun, names.into_iter().flatten())
}

/// What `gatekeeper explain` knows.
pub(super) fn explained(begun: &OsStr) -> Vec<CompletionCandidate> {
    beginning(begun, explain::names().into_iter())
}

fn beginning(begun: &OsStr, names: impl Iterator<Item = String>) -> Vec<CompletionCandidate> {
    let begun = begun.to_string_lossy();
    names
        .filter(|name| name.starts_with(&*begun))
        .map(CompletionCandidate::new)
        .collect()
}
