//! A server's report about a push; git puts `remote: ` before each line.

use std::fmt::Write as _;
use std::time::Duration;

use super::audit::range_from;
use super::findings;
use crate::base::fault::Fault;
use crate::base::object_id::ObjectId;
use crate::base::text::{clean_line, count, limit};
use crate::config::FILE_NAME;
use crate::model::finding::Finding;
use crate::model::severity::Severity;
use crate::report::style::{Detail, Style};
use crate::rules::change::gate_exception::GATE_EXCEPTION;
use crate::rules::change::received::Received;

/// How many commits are reported in full, and how many lines.
const SHOWN: usize = 20;

/// The most characters of a subject that are shown.
const LONGEST: usize = 100;

/// A reference that would lead to weaker gates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ReceivedTip {
    /// Its name.
    pub(crate) name: String,
    /// The default branch, whose gates are weakened.
    pub(crate) default: String,
    /// Whether there would be no configuration at all.
    pub(crate) is_gone: bool,
    /// What would be weaker.
    pub(crate) findings: Vec<Finding>,
}

/// The report about the commits and the references of a push; empty if all is well.
#[must_use]
pub(crate) fn received(commits: &[Received], weakened: &[ReceivedTip], style: Style) -> String {
    let mut text = String::new();
    let refused: Vec<&Received> = commits
        .iter()
        .filter(|commit| commit.is_refused())
        .collect();
    for commit in refused.iter().take(SHOWN) {
        push_commit(&mut text, commit, style);
    }
    if refused.len() > SHOWN {
        let more = count(refused.len() - SHOWN, "refused commit");
        let _ = writeln!(text, "and {more} more\n");
    }
    for tip in weakened {
        push_tip(&mut text, tip, style);
    }
    push_declared(&mut text, commits, style);
    if refused.is_empty() && weakened.is_empty() {
        return text;
    }
    let of = match refused.len() {
        0 => String::new(),
        refused => format!(" ({refused} of {})", count(commits.len(), "new commit")),
    };
    let _ = writeln!(
        text,
        "{}: the push was refused{of}; nothing was changed here",
        style.strong("gatekeeper")
    );
    push_next(&mut text, &refused, style);
    text
}

/// What would refuse commits if bypasses, weaker gates and silencers were not only named here; empty if there is nothing.
#[must_use]
pub(crate) fn advised(commits: &[Received], style: Style) -> String {
    let accepted = commits.iter().filter(|commit| !commit.is_refused());
    let warned: Vec<(&Received, Vec<Finding>)> = accepted
        .map(|commit| (commit, commit.change.warnings()))
        .filter(|(_, warnings)| !warnings.is_empty())
        .collect();
    let mut text = String::new();
    for (commit, warnings) in warned.iter().take(SHOWN) {
        let subject: String = commit.said.subject.chars().take(LONGEST).collect();
        let _ = writeln!(
            text,
            "{}: {} {subject}",
            style.careful("warning"),
            commit.id.short()
        );
        let _ = writeln!(text, "{}", findings::of_change(warnings, style));
    }
    if !warned.is_empty() {
        let _ = writeln!(
            text,
            "{}: warnings in {} of {}; the push is not refused for them (enforcement = \"advisory\")",
            style.strong("gatekeeper"),
            warned.len(),
            count(commits.len(), "new commit")
        );
    }
    text
}

fn push_commit(text: &mut String, commit: &Received, style: Style) {
    let subject: String = commit.said.subject.chars().take(LONGEST).collect();
    let _ = writeln!(
        text,
        "{}: {} {subject}",
        style.bad("refused"),
        commit.id.short()
    );
    if let Some(message) = &commit.message {
        let findings = message.findings.iter();
        for finding in findings.filter(|finding| finding.severity == Severity::Error) {
            findings::push(text, &message.lines, finding, style);
        }
    }
    if let Some(why) = &commit.unreadable {
        let _ = writeln!(
            text,
            "{}: its {FILE_NAME} cannot be read, so there is no verdict",
            style.bad("error")
        );
        for line in why.lines() {
            let _ = writeln!(text, "  {}", clean_line(line.as_bytes()));
        }
    }
    for trailer in &commit.said.malformed {
        findings::push(text, &[], &trailer.finding(), style);
    }
    text.push_str(&findings::of_change(&commit.refused_findings(), style));
    text.push('\n');
}

fn push_tip(text: &mut String, tip: &ReceivedTip, style: Style) {
    let name = clean_line(tip.name.as_bytes());
    let default = clean_line(tip.default.as_bytes());
    let what = if tip.is_gone && name == default {
        format!("would lose its {FILE_NAME}")
    } else if tip.is_gone {
        format!("has no {FILE_NAME}, but {default} has one")
    } else {
        let other = if name == default {
            "it has now"
        } else {
            default.as_str()
        };
        format!("would have weaker gates than {other}")
    };
    let _ = writeln!(
        text,
        "{}: {name} {what}, and no commit gives the reason",
        style.bad("refused")
    );
    text.push_str(&findings::of_change(&tip.findings, style));
    text.push('\n');
}

/// What was accepted because a message gives a reason, and the exceptions that messages ask for.
fn push_declared(text: &mut String, commits: &[Received], style: Style) {
    if style.detail == Detail::Quiet {
        return;
    }
    let mut lines = Vec::new();
    for commit in commits {
        let declared = commit.change.to_be_declared();
        if let Some(reason) = commit
            .said
            .gate_change
            .as_ref()
            .filter(|_| !declared.is_empty())
        {
            lines.push(format!("{}: Gate-Change: {reason}", commit.id.short()));
            let what = declared.iter().map(|finding| &finding.message);
            lines.extend(what.map(|what| format!("  {}", clean_line(what.as_bytes()))));
        }
        let exceptions = commit.said.exceptions.iter();
        lines.extend(exceptions.map(|exception| {
            let gate = exception.gate.as_str();
            format!(
                "{}: {GATE_EXCEPTION}: {gate} -- {}",
                commit.id.short(),
                exception.reason
            )
        }));
    }
    let shown = lines.len().min(SHOWN);
    for line in &lines[..shown] {
        let _ = writeln!(text, "{}: {line}", style.careful("note"));
    }
    if lines.len() > shown {
        let _ = writeln!(text, "  and {} more", count(lines.len() - shown, "line"));
    }
}

/// What to do in the repository that the push came from.
fn push_next(text: &mut String, refused: &[&Received], style: Style) {
    let Some(first) = refused.first() else {
        return;
    };
    let next = style.strong("next");
    let id = first.id.short();
    let is_bad = |commit: &&Received| commit.message.is_some();
    if let Some(worded) = refused.iter().find(|commit| is_bad(commit)) {
        let range = range_from(worded.id, worded.is_root);
        let _ = writeln!(
            text,
            "{next}: fix the messages as far as possible with `gatekeeper audit --fix --signoff \
             {range}`"
        );
    }
    let has_more = |commit: &&Received| {
        let is_said = commit.unreadable.is_some() || !commit.said.malformed.is_empty();
        is_said || !commit.refused_findings().is_empty()
    };
    if refused.iter().any(has_more) {
        let begin = if first.is_root {
            "--root".to_owned()
        } else {
            format!("{id}~1")
        };
        let _ = writeln!(
            text,
            "{next}: run `git rebase -i {begin}` with `edit` for each commit above and fix it \
             there; an additional commit does not help"
        );
    }
    let _ = writeln!(text, "then push again");
}

/// The message that a push took too long to check.
#[must_use]
pub(crate) fn late_push(budget: Duration, style: Style) -> String {
    format!(
        "{}: the push was refused, because checking it took longer than {}; nothing was changed \
         here\n{}: push fewer commits at a time, or have the server's administrator raise the \
         limit: `gatekeeper install --server --budget TIME`\n",
        style.bad("error"),
        limit(budget),
        style.strong("next")
    )
}

/// The message that the gates failed on a commit.
#[must_use]
pub(crate) fn failed_push(commit: ObjectId, style: Style) -> String {
    format!(
        "{}: the push was refused, because the gates did not pass on {}; nothing was changed \
         here\n{}: fix the problems above, check with `gatekeeper run`, then push again\n",
        style.bad("error"),
        commit.short(),
        style.strong("next")
    )
}

/// The message that the rules of the default branch cannot be read.
#[must_use]
pub(crate) fn unreadable_base(name: &str, fault: &Fault, style: Style) -> String {
    format!(
        "{}: the {FILE_NAME} of {} cannot be read here ({}), so each commit is checked by its \
         own\n",
        style.careful("warning"),
        clean_line(name.as_bytes()),
        clean_line(fault.message.as_bytes())
    )
}
