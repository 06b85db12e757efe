//! Calls that are added to the commands of a gate: whether they only check, and can do nothing to the
//! others.

use crate::model::gate::GateKind;
use crate::shell::{CommandKind, ShellCommand, parse};
use crate::tools::checkers;

/// Programs that only print their arguments.
const PRINTING: [&str; 4] = [":", "echo", "printf", "true"];

/// Commands of the shell that change how later ones run.
const OF_SHELL: [&str; 17] = [
    ".", "alias", "cd", "declare", "eval", "exec", "exit", "export", "hash", "local", "pushd",
    "readonly", "set", "shopt", "source", "trap", "typeset",
];

/// Words before a checker that start it as it is.
const STARTERS: [&str; 14] = [
    "-m", "bun", "bunx", "exec", "npx", "pdm", "pipenv", "pnpm", "poetry", "python", "python3",
    "run", "uv", "yarn",
];

/// Flags of checkers that take no value, so that a path may follow them. `-noEmit` and the like have
/// several letters after one dash.
const FLAGS: [&str; 20] = [
    "--all",
    "--all-targets",
    "--cache",
    "--check",
    "--diff",
    "--locked",
    "--no-cache",
    "--no-fix",
    "--noEmit",
    "--preview",
    "--quiet",
    "--recursive",
    "--strict",
    "--verbose",
    "--workspace",
    "-l",
    "-q",
    "-qq",
    "-v",
    "-vv",
];

/// Whether a call is one of a known checker by its own name, which loads no code that its arguments name,
/// or prints something. `launchers` is how many of its words only start the program. Tests run the code of
/// the tree, so they come last.
#[must_use]
pub(crate) fn only_checks(typed: &[String], launchers: usize, is_last: bool) -> bool {
    let (starters, words) = typed.split_at(launchers.min(typed.len()));
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    if words.first().is_some_and(|name| PRINTING.contains(name)) {
        return true;
    }
    let mut starters = starters.iter();
    starters.all(|word| STARTERS.contains(&word.as_str()))
        && checkers().any(|checker| {
            let mut calls = checker.calls.iter();
            (is_last || checker.kind != GateKind::Test)
                && calls.any(|call| words.starts_with(call) && names_no_code(&words[call.len()..]))
        })
}

/// Whether a script is a chain of calls, each of which has to succeed, and changes nothing of how
/// they run: it has no variables, functions or redirections.
#[must_use]
pub(crate) fn is_plain(script: &str) -> bool {
    let Ok(read) = parse(script) else {
        return false;
    };
    let [step] = read.steps.as_slice() else {
        return false;
    };
    let is_chain = step.background.is_none() && step.rest.iter().all(|(joint, _)| joint.is_and);
    let rest = step.rest.iter().map(|(_, pipeline)| pipeline);
    let commands = std::iter::once(&step.first)
        .chain(rest)
        .flat_map(|pipeline| &pipeline.commands);
    let is_call = |command: &ShellCommand| {
        let CommandKind::Simple(simple) = &command.kind else {
            return false;
        };
        let name = simple.words.first().map(|word| word.text.as_str());
        simple.assignments.is_empty()
            && command.inputs.is_empty()
            && name.is_some_and(|name| !OF_SHELL.contains(&name))
    };
    !script.contains('>') && is_chain && commands.into_iter().all(is_call)
}

/// Whether arguments are only flags, and paths that are no flag's value.
fn names_no_code(arguments: &[&str]) -> bool {
    let mut may_be_value = false;
    arguments.iter().all(|word| {
        let is_flag = word.starts_with('-') && *word != "--";
        let is_harmless = if is_flag {
            let letters = word.trim_start_matches('-');
            let is_long = word.starts_with("--");
            !word.contains('=') && (is_long || letters.len() == 1 || FLAGS.contains(word))
        } else {
            !may_be_value
        };
        may_be_value = is_flag && !FLAGS.contains(word);
        is_harmless
    })
}
