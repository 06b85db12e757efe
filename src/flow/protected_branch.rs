//! Protected branches: nothing is committed straight onto one.

use std::path::Path;

use super::candidate::Candidate;
use crate::base::environment::Environment;
use crate::base::exit_code::ExitCode;
use crate::base::fault::Result;
use crate::config::{Config, FILE_NAME, PolicySource, source};
use crate::git::{Index, Repository, Unfinished};
use crate::report::{self, Detail, Style};

/// Refuses a commit straight onto a protected branch, where nothing but the index is known of it.
/// Without a configuration in order, others will say so. `begun` is what has begun this, if git itself
/// keeps nothing about it.
pub(super) fn refuse(
    environment: &Environment,
    repository: &Repository,
    begun: Option<Unfinished>,
) -> Result<Option<ExitCode>> {
    let index = repository.index()?;
    let Ok((config, _)) = source::next_config(repository, &index, None) else {
        return Ok(None);
    };
    let Some(branch) = protected_branch(repository, &index, &config)? else {
        return Ok(None);
    };
    let begun = repository.unfinished().or(begun);
    let style = Style::for_errors(environment, Detail::Normal);
    report::say(&report::protected_branch(&branch, begun, style));
    Ok(Some(ExitCode::Failed))
}

/// What is said by hand, where nothing is refused.
pub(super) fn remark(candidate: &Candidate, config: &Config) -> Result<Option<String>> {
    let branch = protected_branch(&candidate.repository, &candidate.index, config)?;
    Ok(branch.map(|branch| report::would_be_refused(&branch)))
}

/// The branch that is checked out, if it is protected by the configuration of the commit that is
/// being made or of the one before it: nobody takes the protection away and commits at once.
fn protected_branch(
    repository: &Repository,
    index: &Index,
    config: &Config,
) -> Result<Option<String>> {
    let Some(branch) = repository.branch()? else {
        return Ok(None);
    };
    let protects = |config: &Config| {
        let branches = &config.settings.protected_branches;
        branches.matches(Path::new(&branch))
    };
    if !protects(config) && !is_protected_in_head(repository, index, protects)? {
        return Ok(None);
    }
    // The first commit of all has to go somewhere.
    if repository.head_commit()?.is_none() && repository.tips()?.is_empty() {
        return Ok(None);
    }
    Ok(Some(branch))
}

/// Whether the configuration of the last commit protects the branch, if it is another one and this
/// gatekeeper can read it.
fn is_protected_in_head(
    repository: &Repository,
    index: &Index,
    protects: impl Fn(&Config) -> bool,
) -> Result<bool> {
    let Some(head) = repository.head_commit()? else {
        return Ok(false);
    };
    let path = Path::new(FILE_NAME);
    let mut policies = PolicySource::new(repository);
    let staged = Repository::stored_in(index, path).map(|(_, id)| id);
    let entry = policies.objects.entry(head, path)?;
    if entry.is_some_and(|entry| !entry.is_link() && Some(entry.id) == staged) {
        return Ok(false);
    }
    let policy = policies.at(head)?;
    Ok(policy.ready().is_some_and(|config| protects(config)))
}
