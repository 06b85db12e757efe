//! Whether the other hooks are in place while one of them is running.

use super::ConfiguredState;
use super::hook_file::{is_executable, owner};
use super::shim::Owner;
use crate::base::fault::Result;
use crate::git::Repository;
use crate::model::trigger::Hook;

/// The hooks that git does not run here, because another program has written over them, or taken them away.
///
/// # Errors
///
/// git does not say where it looks for hooks, or a file cannot be read.
pub(crate) fn missing(repository: &Repository) -> Result<Vec<Hook>> {
    let dir = repository.hooks_dir()?;
    let mut missing = Vec::new();
    for hook in Hook::ALL {
        let file = dir.join(hook.name());
        let is_ours = matches!(owner(&file)?, Owner::Ours(_) | Owner::Changed);
        if !is_ours || !is_executable(&file) {
            missing.push(hook);
        }
    }
    if !missing.is_empty()
        && let Some(states) = super::configured(repository)?
    {
        // git runs these from its configuration.
        let in_place = |hook: &Hook| states.contains(&(*hook, ConfiguredState::InPlace));
        missing.retain(|hook| !in_place(hook));
    }
    Ok(missing)
}
