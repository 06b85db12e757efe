//! `gatekeeper hook NAME PATH ...` and `gatekeeper hook --from-config NAME ...`: the commands that
//! the installed hooks call.

use std::ffi::OsString;
use std::io::Read as _;
use std::path::Path;

use super::arguments::{EarlierArguments, HookArguments};
use crate::base::environment::Environment;
use crate::base::exit_code::ExitCode;
use crate::base::fault::{Fault, Result};
use crate::base::text::show_path;
use crate::flow::commit::{self, check_tree};
pub(crate) use crate::flow::commit_message::hook;
use crate::flow::{
    led_away, on_event, prepare_message, push, receive, ref_update, self_path, sibling_hooks,
};
use crate::git::Repository;
use crate::install::{self, ServerOptions};
use crate::model::trigger::{Hook, HookKind};
use crate::platform;
use crate::report::{self, Detail, Style};
use crate::run::{EarlierHook, is_runnable, run_chained};

/// A call of the hook by git.
struct HookCall<'a> {
    hook: Hook,
    /// The file that git started, or would start if the hook were one.
    file: &'a Path,
    arguments: &'a [OsString],
    /// Its standard input; `None` if git writes nothing for it.
    input: Option<Vec<u8>>,
    /// The options of a server's hook.
    options: ServerOptions,
}

pub(super) fn hook(environment: &Environment, arguments: &HookArguments) -> Result<ExitCode> {
    let hook = Hook::from(arguments.name);
    if platform::is_orphan("git") {
        return Err(Fault::unable(
            "the git process that called this hook has ended",
        ));
    }
    if arguments.from_config {
        return from_configuration(environment, hook, arguments);
    }
    let call = HookCall {
        hook,
        file: Path::new(arguments.place.as_deref().unwrap_or_default()),
        arguments: &arguments.arguments,
        input: input(hook)?,
        options: arguments.options(),
    };
    match run_earlier(environment, &call, &arguments.earlier)? {
        None | Some(ExitCode::Passed) => {
            let code = answer(environment, &call)?;
            if code == ExitCode::Failed {
                name_missing_hooks(environment, hook);
            }
            Ok(code)
        }
        Some(failure) => Ok(failure),
    }
}

/// Says which of the other hooks git does not run, where this one refuses something. That of references says
/// so itself.
fn name_missing_hooks(environment: &Environment, hook: Hook) {
    if !matches!(
        hook.subject(),
        HookKind::Tree | HookKind::Message | HookKind::Draft | HookKind::Push
    ) {
        return;
    }
    // What was refused is refused, whether or not this can be found out.
    if let Ok(repository) = Repository::open_without_files(environment) {
        let style = Style::for_errors(environment, Detail::Normal);
        sibling_hooks::notice(&repository, style);
    }
}

/// Does what the hook's file would do, unless git will execute that file next.
fn from_configuration(
    environment: &Environment,
    hook: Hook,
    arguments: &HookArguments,
) -> Result<ExitCode> {
    let repository = match hook.subject() {
        HookKind::References | HookKind::Push => Repository::open_without_files(environment)?,
        _ => Repository::open_from_env(environment)?,
    };
    if install::runs_next(
        &repository,
        environment,
        hook,
        &self_path::program(environment)?,
    )? {
        return Ok(ExitCode::Passed);
    }
    if matches!(hook.subject(), HookKind::Tree | HookKind::Push) {
        led_away::notice(environment, &repository)?;
    }
    // Without a path, the first of git's arguments stands in its place.
    let hook_arguments: Vec<OsString> = arguments
        .place
        .iter()
        .chain(&arguments.arguments)
        .cloned()
        .collect();
    let call = HookCall {
        hook,
        file: &repository.usual_hooks_dir().join(hook.name()),
        arguments: &hook_arguments,
        input: input(hook)?,
        options: arguments.options(),
    };
    answer(environment, &call)
}

/// Runs the hook that was there before ours: it may change the index or the message, so it comes
/// first.
fn run_earlier(
    environment: &Environment,
    call: &HookCall<'_>,
    earlier: &EarlierArguments,
) -> Result<Option<ExitCode>> {
    let hook = call.hook;
    if earlier.hooks_path {
        let file = install::earlier_hook(environment, call.file, hook)?;
        return run_kept(environment, call, &file);
    }
    let kept = install::kept(call.file, hook);
    if earlier.chained && std::fs::symlink_metadata(&kept).is_err() {
        return Err(Fault::unable(format!(
            "the earlier {hook} hook, which runs before gatekeeper, is missing: {}",
            show_path(&kept)
        ))
        .hint("restore the file, or run `gatekeeper install` again to continue without it"));
    }
    if kept.exists() {
        // Files that it needs may have been added since. If they cannot be linked, the hook itself
        // will report that.
        let _ = install::link_neighbours(call.file, &kept);
    }
    run_kept(environment, call, &kept)
}

/// Runs such a hook. Where a commit is checked it has the budget of a run; a hook of another kind may wait
/// for its user, or for the network, as long as it likes.
fn run_kept(
    environment: &Environment,
    call: &HookCall<'_>,
    kept: &Path,
) -> Result<Option<ExitCode>> {
    if !is_runnable(kept) {
        return Ok(None);
    }
    let budget = match call.hook.subject() {
        HookKind::Tree => Some(commit::budget(environment)?),
        _ => None,
    };
    let earlier = EarlierHook {
        kept,
        arguments: call.arguments,
        input: call.input.as_deref(),
        limit: budget,
    };
    run_chained(environment, &earlier, || {
        let style = Style::for_errors(environment, Detail::Normal);
        report::say(&report::waiting(call.hook, kept, budget, style));
    })
}

/// Runs the check that the hook is for.
fn answer(environment: &Environment, call: &HookCall<'_>) -> Result<ExitCode> {
    let input = call.input.as_deref().unwrap_or_default();
    match call.hook.subject() {
        HookKind::Tree => check_tree(environment, call.hook),
        HookKind::Message => hook::check(environment, call.hook, call.arguments),
        HookKind::Draft => prepare_message::prepare(environment, call.file, call.arguments),
        HookKind::References => ref_update::watch(environment, call.arguments, input),
        HookKind::Push => push::check(environment, call.arguments, input),
        HookKind::Received => receive::check(environment, call.options, input),
        HookKind::Event => Ok(on_event::run(environment, call.hook, call.arguments, input)),
    }
}

/// The input that git has written for the hook.
fn input(hook: Hook) -> Result<Option<Vec<u8>>> {
    match hook.subject() {
        HookKind::References | HookKind::Push | HookKind::Received => {}
        HookKind::Event if hook == Hook::PostRewrite => {}
        HookKind::Tree | HookKind::Message | HookKind::Draft | HookKind::Event => return Ok(None),
    }
    let mut input = Vec::new();
    std::io::stdin()
        .lock()
        .read_to_end(&mut input)
        .map_err(|error| Fault::unable("cannot read the hook's standard input").because(&error))?;
    Ok(Some(input))
}
