//! Changes of what gates run that only add to it: then nothing is weaker.
//!
//! An added step has to be a call of a known checker, or print something: another program could replace a
//! tool or change what is checked, also after the others, for the next time.

use std::collections::BTreeSet;
use std::path::Path;

use crate::indirection::{Part, Piece, Resolved, RunCommand};
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
        if !is_old && !only_checks(command) {
            return false;
        }
    }
    left.peek().is_none()
}

/// Whether a command calls a known checker or prints something, and writes to no file.
fn only_checks(command: &RunCommand) -> bool {
    let words: Vec<&str> = command.words.iter().map(String::as_str).collect();
    let prints = words.first().is_some_and(|name| PRINTING.contains(name));
    let mut calls = checkers().flat_map(|checker| checker.calls);
    !command.script.contains('>') && (prints || calls.any(|call| words.starts_with(call)))
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
