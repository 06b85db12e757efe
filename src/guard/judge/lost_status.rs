//! Where the exit status of a command is lost: what makes a script succeed although a command in it has failed, without
//! a word about the failure.

use super::git::READING;
use crate::shell::{CommandKind, Pipeline, Script, ScriptStep, ShellCommand, Simple};

/// Whether a pipeline does nothing but succeed: `true`, `:`, `exit 0`.
pub(super) fn always_succeeds(pipeline: &Pipeline) -> bool {
    let [command] = pipeline.commands.as_slice() else {
        return false;
    };
    let succeeds = match &command.kind {
        CommandKind::Simple(simple) => matches!(
            words(simple).as_slice(),
            ["true" | ":" | "/bin/true" | "/usr/bin/true"]
                | ["exit" | "return", "0"]
                | ["command" | "builtin", "true" | ":"]
        ),
        CommandKind::Group(script) | CommandKind::Subshell(script) => {
            ends_by(script, always_succeeds) && says_nothing(script)
        }
        _ => false,
    };
    succeeds && !pipeline.negated
}

/// Whether what stands behind `||` makes a success of a failure and does not say that anything has failed.
pub(super) fn hides_failure(pipeline: &Pipeline) -> bool {
    let [command] = pipeline.commands.as_slice() else {
        return false;
    };
    let prints = match &command.kind {
        CommandKind::Simple(simple) => {
            is_print(simple) && !tells_failure(simple) && command.outputs.is_empty()
        }
        CommandKind::Group(script) | CommandKind::Subshell(script) => {
            ends_by(script, hides_failure) && says_nothing(script)
        }
        _ => false,
    };
    always_succeeds(pipeline) || prints && !pipeline.negated
}

/// Whether a step is an `if` that succeeds although its condition has failed, without a word about it.
pub(super) fn is_silent_condition(step: &ScriptStep) -> bool {
    let ([command], true) = (step.first.commands.as_slice(), step.rest.is_empty()) else {
        return false;
    };
    let CommandKind::If { arms, otherwise } = &command.kind else {
        return false;
    };
    let [(condition, body)] = arms.as_slice() else {
        return false;
    };
    let is_negated = condition.steps.iter().any(|step| step.first.negated);
    let succeeds = otherwise
        .as_ref()
        .is_none_or(|script| ends_by(script, hides_failure) && says_nothing(script));
    succeeds && !is_negated && !ends_by(body, leaves)
}

/// Whether a step throws away what its last command prints and reports, and the next step neither looks at the status
/// nor at the repository: `git push &>/dev/null; echo pushed`.
pub(super) fn is_silenced(step: &ScriptStep, next: &ScriptStep) -> bool {
    let last = step.rest.last().map_or(&step.first, |(_, last)| last);
    let outputs = last.commands.last().map(|command| {
        let words = command.outputs.iter();
        words.map(|word| word.text.as_str()).collect::<Vec<_>>()
    });
    let is_silent = matches!(
        outputs.as_deref(),
        Some(["/dev/null", "1" | "/dev/null", ..])
    );
    is_silent && !looks_at_outcome(next)
}

/// Whether a step begins with a look at the status of the command before it, or at the repository.
fn looks_at_outcome(step: &ScriptStep) -> bool {
    let begins = |script: &Script| script.steps.first().is_some_and(looks_at_outcome);
    step.first
        .commands
        .iter()
        .any(|command| match &command.kind {
            CommandKind::Simple(simple) => {
                let mut all = simple.words.iter().chain(&simple.assignments);
                let is_reading = |pair: &[&str]| pair[0] == "git" && READING.contains(&pair[1]);
                all.any(|word| word.text.contains("$?") || word.text.contains("${?}"))
                    || words(simple).windows(2).next().is_some_and(is_reading)
            }
            CommandKind::Group(script) | CommandKind::Subshell(script) => begins(script),
            CommandKind::If { arms, .. } => {
                arms.first().is_some_and(|(condition, _)| begins(condition))
            }
            CommandKind::Loop { condition, .. } => condition.as_ref().is_some_and(begins),
            // What these compare is not kept.
            CommandKind::Test | CommandKind::Case(_) => true,
            CommandKind::Function(..) => false,
        })
}

/// Whether the last pipeline of a script is of a kind.
fn ends_by(script: &Script, is_kind: fn(&Pipeline) -> bool) -> bool {
    let last = script.steps.last();
    last.is_some_and(|step| is_kind(step.rest.last().map_or(&step.first, |(_, last)| last)))
}

/// Whether a script prints nothing that tells of a failure.
fn says_nothing(script: &Script) -> bool {
    let commands = script.steps.iter().flat_map(|step| {
        let rest = step.rest.iter().map(|(_, pipeline)| pipeline);
        [&step.first].into_iter().chain(rest)
    });
    let mut commands = commands.flat_map(|pipeline| &pipeline.commands);
    commands.all(|command: &ShellCommand| match &command.kind {
        CommandKind::Simple(simple) => !is_print(simple) || !tells_failure(simple),
        _ => true,
    })
}

/// Whether a pipeline leaves a loop or the script.
fn leaves(pipeline: &Pipeline) -> bool {
    let [command] = pipeline.commands.as_slice() else {
        return false;
    };
    let CommandKind::Simple(simple) = &command.kind else {
        return false;
    };
    let first = words(simple).first().copied();
    matches!(first, Some("break" | "continue" | "exit" | "return"))
}

fn is_print(simple: &Simple) -> bool {
    matches!(words(simple).first(), Some(&("echo" | "printf")))
}

/// Whether what is printed tells that something was not done, or the status.
fn tells_failure(simple: &Simple) -> bool {
    const SIGNS: [&str; 24] = [
        "$", "`", "abort", "block", "can't", "cannot", "could", "deni", "didn't", "error", "exit",
        "fail", "fix", "hook", "no ", "not ", "nothing", "problem", "refus", "reject", "retry",
        "skip", "unable", "warn",
    ];
    let text = words(simple)[1..].join(" ").to_lowercase() + " ";
    SIGNS.iter().any(|sign| text.contains(sign))
}

fn words(simple: &Simple) -> Vec<&str> {
    simple.words.iter().map(|word| word.text.as_str()).collect()
}
