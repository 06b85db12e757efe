//! Changes of what gates run that only add to it, or make it stricter: then nothing is weaker.
//!
//! An added step has to be a call of a known checker, or print something: another program could replace a
//! tool or change what is checked, also after the others, for the next time. So could a checker that is
//! told to load code of the tree: by an option, or by a variable.

use std::collections::BTreeSet;
use std::path::Path;

use crate::commands::added_call::{self, is_plain};
use crate::commands::strictness::is_at_least_as_strict;
use crate::indirection::{Part, Piece, Resolved, RunCommand};

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
        let [was, now] = [one, other].map(|command| shell_words::join(&command.typed));
        let is_stricter = || {
            is_at_least_as_strict(&one.script, &other.script) && is_at_least_as_strict(&was, &now)
        };
        (&one.dir, one.is_ignored) == (&other.dir, other.is_ignored)
            && (is_longer && one.words == other.words || is_stricter())
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

/// Whether a command calls a known checker, or prints something.
fn only_checks(command: &RunCommand, is_last: bool) -> bool {
    let launchers = command.typed.len().saturating_sub(command.words.len());
    added_call::only_checks(&command.typed, launchers, is_last)
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
        let is_longer = rest.is_some_and(|rest| rest.starts_with(" && "));
        return was.name.starts_with("scripts.")
            && is_one_line
            && (is_longer || is_at_least_as_strict(&was.text, &here.text));
    }
    let mut left = was.parts.iter().peekable();
    for part in &here.parts {
        let is_old = left.next_if(|old| is_kept(old, part)).is_some();
        if !is_old && matches!(part, Part::Frame(_)) {
            return false;
        }
    }
    left.peek().is_none()
}

/// Whether a part of a piece is what it was, or a step that is stricter.
fn is_kept(old: &Part, part: &Part) -> bool {
    let (Part::Step(was), Part::Step(now)) = (old, part) else {
        return old == part;
    };
    // make does not print such a line.
    let quiet = |step: &str| step.trim_start().strip_prefix('@').map(str::to_owned);
    was == now
        || match (quiet(was), quiet(now)) {
            (Some(was), Some(now)) => is_at_least_as_strict(&was, &now),
            (None, None) => is_at_least_as_strict(was, now),
            _ => false,
        }
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
