//! Protected branches: nothing is committed straight onto one.

use std::path::Path;

use super::prepare::{self, PreparedRun};
use crate::base::environment::Environment;
use crate::base::exit_code::ExitCode;
use crate::base::fault::Result;
use crate::config::{self, Config};
use crate::git::{Index, Repository, Unfinished};
use crate::model::trigger::Trigger;
use crate::report::{self, Detail, Style};

/// Refuses a commit straight onto a protected branch, before any gate runs. By hand it is only told
/// of, with the report.
pub(super) fn refuse(
    environment: &Environment,
    prepared: &mut PreparedRun,
) -> Result<Option<ExitCode>> {
    let repository = &prepared.candidate.repository;
    match prepared.plan.trigger {
        Trigger::Hook(_) => {
            let branch = protected_branch(repository, &prepared.candidate.index, &prepared.config)?;
            Ok(branch.map(|branch| refused(environment, &branch, repository.unfinished())))
        }
        Trigger::Staged => {
            let index = &prepared.candidate.index;
            if let Some(branch) = protected_branch(repository, index, &prepared.config)? {
                let remark = report::would_be_refused(&branch);
                let before = prepared.remark.take();
                prepared.remark = Some(before.map_or_else(
                    || remark.clone(),
                    |before| format!("{before}\nnote: {remark}"),
                ));
            }
            Ok(None)
        }
        Trigger::Run
        | Trigger::Range { .. }
        | Trigger::Audit { .. }
        | Trigger::Push { .. }
        | Trigger::Record { .. } => Ok(None),
    }
}

/// The same, where the index is all that is known of the commit. Without a configuration in order,
/// others will say so. `begun` is what has begun this, if git itself keeps nothing about it.
pub(super) fn refuse_index(
    environment: &Environment,
    repository: &Repository,
    index: &Index,
    begun: Option<Unfinished>,
) -> Result<Option<ExitCode>> {
    let text = prepare::committed_text(repository, index, None);
    let Ok(config) = text.and_then(|(text, _)| config::parse(&text)) else {
        return Ok(None);
    };
    let branch = protected_branch(repository, index, &config)?;
    let begun = || repository.unfinished().or(begun);
    Ok(branch.map(|branch| refused(environment, &branch, begun())))
}

fn refused(environment: &Environment, branch: &str, begun: Option<Unfinished>) -> ExitCode {
    let style = Style::for_errors(environment, Detail::Normal);
    report::say(&report::protected_branch(branch, begun, style));
    ExitCode::Failed
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
    if !protects(config) && !in_head(repository, index)?.is_some_and(|config| protects(&config)) {
        return Ok(None);
    }
    // The first commit of all has to go somewhere.
    if repository.head_commit()?.is_none() && repository.tips()?.is_empty() {
        return Ok(None);
    }
    Ok(Some(branch))
}

/// The configuration that the last commit has, if it is another one and this gatekeeper can read it.
fn in_head(repository: &Repository, index: &Index) -> Result<Option<Config>> {
    let path = Path::new(config::FILE_NAME);
    let Some(contents) = repository.file_in_head(path)? else {
        return Ok(None);
    };
    let staged = repository.staged_file(index, path)?;
    if staged.is_some_and(|staged| staged.contents == contents) {
        return Ok(None);
    }
    let text = config::from_bytes(config::FILE_NAME.to_owned(), contents);
    Ok(text.and_then(|text| config::parse(&text)).ok())
}
