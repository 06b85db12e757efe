//! `gatekeeper hook NAME PATH ...`: what the installed hooks call.

use std::io::Read as _;
use std::path::Path;

use super::arguments::HookArguments;
use super::judge::Wishes;
use super::{commit_msg, prepare, push, references, run};
use crate::environment::Environment;
use crate::exit_code::ExitCode;
use crate::fault::{Fault, Result};
use crate::install;
use crate::report::{Detail, Format, Style};
use crate::run::run_chained;
use crate::text::show_path;
use crate::trigger::{Hook, Subject, Trigger};

pub(super) fn hook(environment: &Environment, arguments: &HookArguments) -> Result<ExitCode> {
    let hook = Hook::from(arguments.name);
    if crate::platform::is_orphan("git") {
        return Err(Fault::unable("git, which has called this hook, is gone"));
    }
    // What was there before us comes first: it may change the index or the message.
    let file = Path::new(&arguments.place);
    let kept = install::kept(file, hook);
    if arguments.chained && std::fs::symlink_metadata(&kept).is_err() {
        return Err(Fault::unable(format!(
            "the {hook} hook that was here before gatekeeper is gone: {}",
            show_path(&kept)
        ))
        .hint("put it back, or run `gatekeeper install` again to do without it"));
    }
    if kept.exists() {
        // What it needs may have come since. If it cannot be linked, the hook itself will say so.
        let _ = install::link_neighbours(file, &kept);
    }
    let input = match hook.subject() {
        Subject::References | Subject::Push => Some(input()?),
        Subject::Tree | Subject::Message | Subject::Draft => None,
    };
    let chained = run_chained(environment, &kept, &arguments.arguments, input.as_deref())?;
    match chained {
        None | Some(ExitCode::Passed) => {}
        Some(failure) => return Ok(failure),
    }
    match hook.subject() {
        Subject::Tree => judge_tree(environment, hook),
        Subject::Message => commit_msg::judge(environment, hook, &arguments.arguments),
        Subject::Draft => prepare::prepare(environment, file, &arguments.arguments),
        Subject::References => references::watch(
            environment,
            &arguments.arguments,
            &input.unwrap_or_default(),
        ),
        Subject::Push => push::judge(
            environment,
            &arguments.arguments,
            &input.unwrap_or_default(),
        ),
    }
}

/// What git has written for the hook.
fn input() -> Result<Vec<u8>> {
    let mut input = Vec::new();
    std::io::stdin()
        .lock()
        .read_to_end(&mut input)
        .map_err(|error| Fault::unable("what git tells its hook cannot be read").because(&error))?;
    Ok(input)
}

pub(super) fn judge_tree(environment: &Environment, hook: Hook) -> Result<ExitCode> {
    let wishes = Wishes {
        trigger: Trigger::Hook(hook),
        gates: &[],
        jobs: None,
        fail_fast: false,
        fixes: false,
        cache: true,
    };
    let style = Style::for_errors(environment, Detail::Normal);
    run::judge(environment, &wishes, Format::Text, style)
}
