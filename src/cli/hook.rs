//! `gatekeeper hook NAME`: what the installed hooks call.

use super::arguments::{HookArguments, HookName};
use super::judge::{self, Wishes};
use super::run;
use crate::environment::Environment;
use crate::exit_code::ExitCode;
use crate::fault::Result;
use crate::report::{Detail, Format, Style};
use crate::trigger::{Hook, Trigger};

pub(super) fn hook(environment: &Environment, arguments: &HookArguments) -> Result<ExitCode> {
    let hook = match arguments.name {
        HookName::PreCommit => Hook::PreCommit,
        HookName::PreMergeCommit => Hook::PreMergeCommit,
    };
    let case = judge::prepare(
        environment,
        &Wishes {
            trigger: Trigger::Hook(hook),
            gates: &[],
            jobs: None,
            fail_fast: false,
        },
    )?;
    let style = Style::for_errors(environment, Detail::Normal);
    run::execute(environment, case, Format::Text, style)
}
