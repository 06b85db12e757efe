//! Everything that an audit checks about the commits of a range: messages and changes.

use time::Date;

use super::change::range::check_all;
use super::message::range::{Audit, audit};
use crate::base::fault::Result;
use crate::config::Config;
use crate::git::{RangeSpec, Repository};

/// Checks the messages of a range, and what its commits change: changes by `policy`, or the gates.toml of
/// the range's base, and by that of each commit; messages by `config`.
///
/// # Errors
///
/// The range is not whole, or git fails.
pub(crate) fn audit_all(
    repository: &Repository,
    config: &Config,
    named: &RangeSpec,
    policy: Option<&Config>,
    today: Date,
) -> Result<Audit> {
    let mut audit = audit(repository, config, named)?;
    if !audit.commits.ids.is_empty() {
        audit.changes = check_all(repository, &audit.commits, policy, today)?;
    }
    Ok(audit)
}
