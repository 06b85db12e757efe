//! Refuses gates that cannot fail because of a file that their command leads to: a script of
//! package.json, a target of a makefile. [`super::cannot_fail`] does so for the command itself.

use super::Gate;
use super::cannot_fail::{denies, is_checked_elsewhere, place};
use crate::base::fault::{Fault, Result};
use crate::base::text::{clean_line, show_path};
use crate::config::problem::{Problem, errors_in};
use crate::config::text::ConfigText;
use crate::indirection::{
    Files, Place, Resolved, Unfailing, daemon_calls, may_lead, resolve_in, unfailing,
};
use crate::model::gate::GateLevel;
use crate::tools::names_daemon;

/// A gate that cannot fail, by way of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct UnfailingGate {
    /// Its name.
    pub(crate) gate: String,
    /// Its command.
    pub(crate) command: String,
    /// Why.
    pub(crate) reason: Unfailing,
    /// The text of the file.
    source: String,
}

/// The gates that cannot fail, of gates with what their commands lead to.
///
/// # Errors
///
/// A file cannot be read.
pub(crate) fn unfailing_gates<'a>(
    gates: impl IntoIterator<Item = (&'a Gate, &'a Resolved)>,
    files: &mut Files<'_>,
) -> Result<Vec<UnfailingGate>> {
    let mut found = Vec::new();
    for (gate, resolved) in gates {
        for reason in reasons(gate, resolved) {
            found.push(UnfailingGate {
                gate: gate.name.as_str().to_owned(),
                command: clean_line(gate.run.text.as_bytes()),
                source: files.text(&reason.place.path)?.unwrap_or_default(),
                reason,
            });
        }
    }
    Ok(found)
}

fn reasons(gate: &Gate, resolved: &Resolved) -> Vec<Unfailing> {
    // A gate that only reports says so with its level.
    if matches!(gate.level, GateLevel::Warn { .. }) {
        return Vec::new();
    }
    let mut reasons = unfailing(resolved, denies(gate));
    // If one of them is seen elsewhere, the gate can fail.
    if reasons
        .iter()
        .any(|reason| is_checked_elsewhere(gate, reason.cause))
    {
        reasons.clear();
    }
    reasons.truncate(1);
    reasons
}

/// Refuses gates that cannot fail, or leave their work to a daemon, by way of the files of a tree.
///
/// # Errors
///
/// There is such a gate, or a file cannot be read.
pub(crate) fn refuse_unfailing(gates: &[Gate], files: &mut Files<'_>) -> Result<()> {
    let leading = |gate: &&Gate| may_lead(&gate.commands()) || names_daemon(&gate.run.text);
    let mut found = Vec::new();
    let mut names = Vec::new();
    for gate in gates.iter().filter(leading) {
        let resolved = resolve_in(&gate.commands(), &gate.dir, &gate.env, files)?;
        let known = found.len();
        found.extend(unfailing_gates([(gate, &resolved)], files)?);
        found.extend(by_daemon(gate, &resolved, files)?);
        let name = show_path(&gate.origin.file);
        if found.len() > known && !names.contains(&name) {
            names.push(name);
        }
    }
    if found.is_empty() {
        return Ok(());
    }
    let rendered: Vec<String> = found.iter().map(rendered).collect();
    Err(Fault::usage(errors_in(&names, found.len())).detail(rendered.join("\n\n")))
}

/// A gate that leaves its work to a daemon by way of a file, or in words that only its variables complete.
fn by_daemon(
    gate: &Gate,
    resolved: &Resolved,
    files: &mut Files<'_>,
) -> Result<Option<UnfailingGate>> {
    let file = &gate.origin.file;
    let configuration = files.text(file)?.unwrap_or_default();
    let at = configuration.find(&gate.run.text).unwrap_or(0);
    let own = Place {
        path: file.clone(),
        line: configuration[..at].matches('\n').count() + 1,
    };
    let mut calls = daemon_calls(resolved, &own).into_iter();
    let Some(reason) = calls.find(|reason| !is_checked_elsewhere(gate, reason.cause)) else {
        return Ok(None);
    };
    Ok(Some(UnfailingGate {
        gate: gate.name.as_str().to_owned(),
        command: clean_line(gate.run.text.as_bytes()),
        source: files.text(&reason.place.path)?.unwrap_or_default(),
        reason,
    }))
}

fn rendered(found: &UnfailingGate) -> String {
    let (reason, source) = (&found.reason, &found.source);
    let begin = match reason.place.line {
        0 | 1 => 0,
        line => source
            .match_indices('\n')
            .nth(line - 2)
            .map_or(0, |(at, _)| at + 1),
    };
    // A script is all of its file.
    let line_end = source[begin..].find('\n').map(|length| begin + length);
    let end = line_end
        .filter(|_| !reason.text.contains('\n'))
        .unwrap_or(source.len());
    let span = if reason.text.is_empty() {
        begin..end
    } else {
        place(source, begin..end, &reason.text, &reason.part)
    };
    let is_success = reason.cause.is_success();
    let what = if is_success {
        "cannot fail"
    } else {
        "leaves its work to a daemon"
    };
    let title = format!(
        "gate `{}` runs `{}`, which {what}",
        found.gate, found.command
    );
    let alternative = if is_success {
        "; if the gate only reports, set level = \"warn\""
    } else {
        ""
    };
    let text = ConfigText {
        name: show_path(&reason.place.path),
        text: source.clone(),
    };
    Problem::new(span, title)
        .label(reason.label.clone())
        .help(format!("{}{alternative}", reason.help))
        .render(&text)
}
