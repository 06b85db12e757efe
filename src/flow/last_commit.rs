//! The last commit, as far as its message decides how it is checked.

use crate::base::fault::Result;
use crate::config::PolicySource;
use crate::git::Repository;
use crate::rules::change::gate_exception::GateException;
use crate::rules::change::received::declarations;

/// The gates that the last commit excepts, with its reasons. They hold when it is checked again, too.
///
/// # Errors
///
/// It cannot be read.
pub(crate) fn excepted(repository: &Repository) -> Result<Vec<GateException>> {
    let head = repository.head_commit()?;
    let commit = head.map(|head| repository.ancestor(head)).transpose()?;
    let Some(commit) = commit.flatten() else {
        return Ok(Vec::new());
    };
    Ok(declarations(&mut PolicySource::new(repository), &commit)?.exceptions)
}
