//! Changes of what gates run that only add to it: then nothing is weaker.
//!
//! An added step has to be a call of a known checker, or print something: another program could replace a
//! tool or change what is checked, also after the others, for the next time. So could a checker that is
//! told to load code of the tree: by an option, or by a variable.

use std::collections::BTreeSet;
use std::path::Path;

use crate::indirection::{Part, Piece, Resolved, RunCommand};
use crate::model::gate::GateKind;
use crate::shell::{CommandKind, ShellCommand, parse};
use crate::tools::checkers;

/// Variables of make that change how everything runs.
const OF_MAKE: [&str; 6] = [
    "MAKE",
    "MAKEFLAGS",
    "GNUMAKEFLAGS",
    "PATH",
    "SHELL",
    "VPATH",
];

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

/// Whether everything that gates ran is still run, in the same order. Both lists are in the order of the
/// configuration.
pub(super) fn runs_as_before(before: &[Resolved], after: &[Resolved]) -> bool {
    let mut pairs = before.iter().zip(after);
    before.len() == after.len() && pairs.all(|(before, after)| adds_commands(before, after))
}

fn adds_commands(before: &Resolved, after: &Resolved) -> bool {
    let (was, here) = (before.commands(), after.commands());
    let is_same = |one: &RunCommand, other: &RunCommand| {
        let rest = other.script.strip_prefix(&one.script);
        let is_longer = rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(" && "));
        is_longer
            && (&one.words, &one.dir, one.is_ignored)
                == (&other.words, &other.dir, other.is_ignored)
    };
    let mut left = was.iter().peekable();
    for command in &here {
        let is_old = left.next_if(|old| is_same(old, command)).is_some();
        let is_last = left.peek().is_none();
        let is_check = || only_checks(command, is_last) && is_plain(added_text(command, &was));
        if !(is_old || is_check()) {
            return false;
        }
    }
    left.peek().is_none()
}

/// The part of a command's script that was not there before.
fn added_text<'c>(command: &'c RunCommand, was: &[RunCommand]) -> &'c str {
    let mut rests = was.iter().filter_map(|old| {
        let rest = command.script.strip_prefix(&old.script)?;
        rest.strip_prefix(" && ")
    });
    rests.next().unwrap_or(&command.script)
}

/// Whether a script is a chain of calls, each of which has to succeed, and changes nothing of how
/// they run: it has no variables, functions or redirections.
fn is_plain(script: &str) -> bool {
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

/// Whether a command calls a known checker by its own name, which loads no code that its arguments or
/// variables name, or prints something. Tests run the code of the tree, so they come last.
fn only_checks(command: &RunCommand, is_last: bool) -> bool {
    let words: Vec<&str> = command.words.iter().map(String::as_str).collect();
    if words.first().is_some_and(|name| PRINTING.contains(name)) {
        return true;
    }
    let starters = command.typed.len().saturating_sub(words.len());
    let mut starters = command.typed.iter().take(starters);
    starters.all(|word| STARTERS.contains(&word.as_str()))
        && checkers().any(|checker| {
            let mut calls = checker.calls.iter();
            (is_last || checker.kind != GateKind::Test)
                && calls.any(|call| words.starts_with(call) && names_no_code(&words[call.len()..]))
        })
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

/// Whether pieces with the same name differ only by added steps.
pub(super) fn only_adds(was: &[&Piece], here: &[&Piece]) -> bool {
    let ([was], [here]) = (was, here) else {
        return false;
    };
    if was.parts.is_empty() || here.parts.is_empty() {
        // A script of a package, with one more command after it.
        let rest = here.text.strip_prefix(&was.text);
        let is_one_line = !was.text.contains(['\n', '#']);
        return was.name.starts_with("scripts.")
            && is_one_line
            && rest.is_some_and(|rest| rest.starts_with(" && "));
    }
    let mut left = was.parts.iter().peekable();
    for part in &here.parts {
        let is_old = left.next_if_eq(&part).is_some();
        if !is_old && matches!(part, Part::Frame(_)) {
            return false;
        }
    }
    left.peek().is_none()
}

/// Whether new pieces are steps, or what steps refer to, in files that counted before.
pub(super) fn are_steps(here: &[&Piece], known: &BTreeSet<&Path>) -> bool {
    here.iter().all(|piece| {
        let (kind, name) = piece.name.split_once(' ').unwrap_or((&piece.name, ""));
        let is_plain = !name.starts_with('.') && !OF_MAKE.contains(&name);
        let is_step = match kind {
            "target" | "recipe" => !piece.parts.is_empty(),
            "variable" => is_plain && !piece.text.starts_with("export "),
            kind => kind.starts_with("scripts."),
        };
        is_step && known.contains(piece.path.as_path())
    })
}
