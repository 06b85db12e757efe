//! Traps that turn every exit of a script into a success.

use super::programs::role;
use crate::shell::{CommandKind, Script, ScriptStep, ShellCommand, Word, parse};
use crate::tools::{Cause, Role, SwallowedStatus};

/// The words of a command that stands alone, as a step of its own.
fn alone(step: &ScriptStep) -> Option<&[Word]> {
    let is_alone = step.rest.is_empty() && step.background.is_none() && !step.first.negated;
    match step.first.commands.as_slice() {
        [
            ShellCommand {
                kind: CommandKind::Simple(simple),
                ..
            },
        ] if is_alone => Some(&simple.words),
        _ => None,
    }
}

/// A trap before everything that could fail, which makes every exit a success.
pub(super) fn trap_at_exit(script: &Script) -> Option<SwallowedStatus> {
    let words = script.steps.iter().map_while(alone);
    let mut chores = words.take_while(|words| role(words) != Role::Check);
    let action = chores.find_map(|words| match words {
        [name, action, signals @ ..] if name.text == "trap" => {
            let is_exit = |word: &Word| matches!(word.text.as_str(), "EXIT" | "0");
            signals.iter().any(is_exit).then_some(action)
        }
        _ => None,
    })?;
    let last = parse(&action.text).ok()?.steps.pop()?;
    match alone(&last)? {
        [exit, code] if exit.text == "exit" && code.text == "0" => Some(SwallowedStatus {
            span: action.span.clone(),
            cause: Cause::Status,
            label: "makes the script succeed whenever it ends".into(),
            help: "remove `exit 0`: without it, the status is kept".into(),
        }),
        _ => None,
    }
}
