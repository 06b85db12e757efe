//! Calls of daemons to which a command leads.

use super::cannot_fail::Unfailing;
use super::lead::Place;
use super::resolve::{Resolved, RunCommand};
use crate::commands::programs::daemon_call;
use crate::shell::Word;

/// The calls that leave their work to a daemon, among those that a command makes in the end. `own` is the
/// place of the command itself.
#[must_use]
pub(crate) fn daemon_calls(resolved: &Resolved, own: &Place) -> Vec<Unfailing> {
    let commands = resolved.commands().into_iter();
    commands
        .filter_map(|command| daemon(&command, own))
        .collect()
}

fn daemon(command: &RunCommand, own: &Place) -> Option<Unfailing> {
    let words: Vec<Word> = without_interpreter(&command.typed)
        .iter()
        .cloned()
        .map(Word::of_text)
        .collect();
    let found = daemon_call(&words)?;
    let name = words.first()?.text.as_str();
    let at = command.script.find(name);
    Some(Unfailing {
        place: command.place.clone().unwrap_or_else(|| own.clone()),
        part: at.map_or(0..command.script.len(), |at| at..at + name.len()),
        text: command.script.clone(),
        cause: found.cause,
        label: found.label,
        help: found.help,
    })
}

/// The words after `node`, if it runs the script of a program: `node node_modules/.bin/eslint_d`.
fn without_interpreter(words: &[String]) -> &[String] {
    match words {
        [node, script, ..] if node == "node" && script.contains("/.bin/") => &words[1..],
        _ => words,
    }
}
