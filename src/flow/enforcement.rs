//! Whether a bypass is refused. The commits before decide: a commit cannot allow its own bypass.

use super::commit_message::check;
use crate::base::fault::Result;
use crate::base::object_id::ObjectId;
use crate::config::{Config, EnforcementMode, Policy, PolicySource};
use crate::git::{CommitNode, Repository};

/// Whether the next commit may be made unchecked, which is named and recorded.
///
/// # Errors
///
/// git fails, or there is no configuration.
pub(super) fn next_is_advisory(repository: &Repository) -> Result<bool> {
    let parents = repository.next_parents()?;
    if let Some(mode) = before(&mut PolicySource::new(repository), &parents)? {
        return Ok(mode == EnforcementMode::Advisory);
    }
    // Nothing was required before.
    Ok(is_advisory(&check::config(repository)?))
}

/// Whether a commit was allowed to be unchecked.
///
/// # Errors
///
/// git fails.
pub(super) fn is_advisory_at(policies: &mut PolicySource, commit: &CommitNode) -> Result<bool> {
    if let Some(mode) = before(policies, &commit.parents)? {
        return Ok(mode == EnforcementMode::Advisory);
    }
    let own = policies.at(commit.id)?;
    Ok(own.ready().is_some_and(|config| is_advisory(config)))
}

fn is_advisory(config: &Config) -> bool {
    config.settings.enforcement == EnforcementMode::Advisory
}

/// The strictest of what some commits ask for; `None` if none has a configuration. One that cannot be
/// read is strict.
fn before(policies: &mut PolicySource, commits: &[ObjectId]) -> Result<Option<EnforcementMode>> {
    let mut found = None;
    for &commit in commits {
        match policies.at(commit)? {
            Policy::Absent => {}
            Policy::Ready(config) if is_advisory(&config) => {
                found = Some(EnforcementMode::Advisory);
            }
            Policy::Ready(_) | Policy::Broken(_) => return Ok(Some(EnforcementMode::Strict)),
        }
    }
    Ok(found)
}
