//! Changes of what gates run that only add to it: then nothing is weaker.
//!
//! A step may be added after the others, whatever it is: all of them still have to succeed. Before one of
//! them, it has to be a call of a known checker, because another program may change what is checked.

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
    let is_parallel = runs_at_once(after);
    let mut left = was.iter().peekable();
    for command in &here {
        let is_old = left.next_if(|old| is_same(old, command)).is_some();
        let is_last = left.peek().is_none() && !is_parallel;
        if !is_old && !is_last && !is_check(command) {
            return false;
        }
    }
    left.peek().is_none()
}

/// Whether make runs several recipes at once, so that no step is after the others.
fn runs_at_once(resolved: &Resolved) -> bool {
    let is_set = |piece: &Piece| piece.name.contains("MAKEFLAGS") && piece.text.contains('j');
    let texts = resolved.texts();
    let mut texts = texts.iter().map(|(text, ..)| *text);
    texts.any(|text| text.contains(" -j") || text.contains("--jobs"))
        || resolved.pieces.iter().any(is_set)
}

/// Whether a command is a call of a known checker that writes to no file.
fn is_check(command: &RunCommand) -> bool {
    let begins = |call: &&[&str]| {
        let words = command.words.iter().map(String::as_str);
        words.take(call.len()).eq(call.iter().copied())
    };
    !command.script.contains('>') && checkers().any(|checker| checker.calls.iter().any(begins))
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
