//! The hooks that are called before a commit is made: the gates run on its tree.

use std::ffi::OsString;
use std::time::Duration;

use super::commit_message::check;
use super::request::RunRequest;
use super::{gate_run, skip_notice, ungated_branch};
use crate::base::environment::Environment;
use crate::base::exit_code::ExitCode;
use crate::base::fault::Result;
use crate::config::DEFAULT_BUDGET;
use crate::git::Repository;
use crate::git::invocation::commit_args::CommitArgs;
use crate::git::invocation::hook_bypass::is_quiet;
use crate::model::trigger::{Hook, Trigger};
use crate::platform;
use crate::report::{Detail, Format, Style};
use crate::rules::change::gate_exception;

pub(crate) fn check_tree(environment: &Environment, hook: Hook) -> Result<ExitCode> {
    let ancestors = platform::ancestors();
    skip_notice::notice(environment, hook, ancestors)?;
    // Only here is there a command that will give the message, and no message yet.
    let typed = Some(hook)
        .filter(|hook| *hook == Hook::PreCommit)
        .and_then(|_| CommitArgs::find(ancestors));
    let message = typed.map_or(Vec::new(), |typed| typed.message);
    let dir = environment
        .current_dir
        .join(environment.get("GIT_PREFIX").unwrap_or_default());
    let excepted = gate_exception::announced_exceptions(&message, &dir);
    let request = RunRequest {
        excepted: &excepted,
        ..RunRequest::new(Trigger::Hook(hook))
    };
    let style = Style::for_errors(environment, detail(ancestors));
    if ungated_branch::may_be(environment) {
        let repository = Repository::open_from_env(environment)?;
        if ungated_branch::lets_through(environment, &repository, style)? {
            return Ok(ExitCode::Passed);
        }
    }
    gate_run::check(environment, &request, Format::Text, style)
}

/// How much is wanted of a hook: of a git that was told to be quiet, only what is wrong.
pub(super) fn detail(ancestors: &[Vec<OsString>]) -> Detail {
    if is_quiet(ancestors) {
        Detail::Quiet
    } else {
        Detail::Normal
    }
}

/// How long the check of a commit may take. If the configuration cannot be read, that is said later, by
/// what needs more of it.
pub(crate) fn budget(environment: &Environment) -> Result<Duration> {
    let repository = Repository::open_from_env(environment)?;
    let config = check::config(&repository).ok();
    let budget = config.and_then(|config| config.settings.budget);
    Ok(budget.unwrap_or(DEFAULT_BUDGET))
}
