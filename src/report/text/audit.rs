//! The audit of a range for people: every refused commit, why, and the command that fixes them.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::next_steps::{SHORT, range_remedy};
use super::{audit_changes, findings};
use crate::base::exit_code::ExitCode;
use crate::base::object_id::ObjectId;
use crate::base::text::{clean_line, count};
use crate::model::severity::Severity;
use crate::report::style::{Detail, Style};
use crate::rules::message::range::{Audit, CheckedMessage};

/// How many commits are listed in a report that is not detailed.
const SHOWN: usize = 200;

/// The most characters of a subject that are shown.
const LONGEST: usize = 200;

/// The word for the result of an audit, the same in every report.
pub(crate) fn word(audit: &Audit) -> &'static str {
    match (audit.commits.ids.is_empty(), audit.is_passed()) {
        (true, _) => "not applicable",
        (false, true) => "passed",
        (false, false) => "failed",
    }
}

/// The audit as text; `program` is how the user can call gatekeeper.
#[must_use]
pub(crate) fn audit(audit: &Audit, program: &str, style: Style) -> String {
    // Weakenings of the gates come first: reviewers must not overlook them.
    let mut text = audit_changes::declared(&audit.changes, style);
    let refused = audit.refused().count();
    if !audit.is_passed() || style.detail != Detail::Quiet {
        let _ = writeln!(text, "{}", head(audit, style));
    }
    let is_detailed = style.detail == Detail::Verbose || refused == 1;
    let mut shown = 0;
    for checked in &audit.checked {
        let is_worth_it = checked.is_refused() || style.detail == Detail::Verbose;
        if !is_worth_it {
            continue;
        }
        if shown == SHOWN && style.detail != Detail::Verbose {
            let _ = writeln!(text, "  and {} more", refused - shown);
            break;
        }
        shown += 1;
        push_commit(&mut text, checked, is_detailed, style);
    }
    if refused > 0 {
        text.push('\n');
        let remedy = range_remedy(audit, program);
        for (index, command) in remedy.commands.iter().enumerate() {
            let word = if index == 0 { "next" } else { "then" };
            let _ = writeln!(text, "{}: {command}", style.strong(word));
        }
        for remark in &remedy.remarks {
            let _ = writeln!(text, "{}: {remark}", style.careful("note"));
        }
        if refused > 1 && style.detail != Detail::Verbose {
            text.push_str("to see the lines of each, add --verbose\n");
        }
    }
    text.push_str(&audit_changes::changes(&audit.changes, style));
    let is_shown = !audit.is_passed() || style.detail != Detail::Quiet;
    if let Some(summary) = audit_changes::summary(audit).filter(|_| is_shown) {
        let _ = writeln!(text, "\n{summary}");
    }
    for remark in audit.changes.remarks.iter().filter(|_| is_shown) {
        let _ = writeln!(text, "{}: {remark}", style.careful("note"));
    }
    text
}

/// The first line: what was checked, and how that ended.
fn head(audit: &Audit, style: Style) -> String {
    let range = clean_line(audit.named.as_bytes());
    if audit.commits.ids.is_empty() {
        return format!("nothing to check: there is no commit in {range}");
    }
    if audit.is_passed() {
        let passed = style.good("passed");
        let messages = count(audit.commits.ids.len(), "message");
        let warned: usize = audit.checked.iter().map(warnings).sum();
        let warned = match warned {
            0 => String::new(),
            warned => format!(", {}", count(warned, "warning")),
        };
        return format!("{passed}: {messages} in {range}{warned}");
    }
    let messages = audit.refused().map(|commit| &commit.id);
    let changes = audit.changes.refused().map(|commit| &commit.id);
    let refused: BTreeSet<&ObjectId> = messages.chain(changes).collect();
    let of = count(audit.commits.ids.len(), "commit");
    let head = match refused.len() {
        0 => format!("gatekeeper: the range {range} is refused as a whole"),
        refused => format!("gatekeeper: {refused} of {of} refused in {range}"),
    };
    style.strong(&head)
}

/// The result of the gates on a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct GatesRun {
    /// Its id.
    pub(crate) commit: ObjectId,
    /// The result.
    pub(crate) code: ExitCode,
}

/// The results of the gates on commits: a summary, and a line for each commit on which they failed.
#[must_use]
pub(crate) fn audited_gates(runs: &[GatesRun], style: Style) -> String {
    let failed: Vec<&GatesRun> = runs
        .iter()
        .filter(|run| run.code != ExitCode::Passed)
        .collect();
    let of = count(runs.len(), "commit");
    if failed.is_empty() {
        return match style.detail {
            Detail::Quiet => String::new(),
            _ if runs.is_empty() => format!(
                "{}: the range has no commit, so no gate was run\n",
                style.careful("nothing to check")
            ),
            _ => format!("{}: every gate, on {of}\n", style.good("passed")),
        };
    }
    let head = format!("gatekeeper: the gates failed on {} of {of}", failed.len());
    let mut text = format!("{}\n", style.strong(&head));
    for run in failed {
        let id = format!("{:.SHORT$}", run.commit);
        let code = run.code.number();
        let _ = writeln!(text, "  {} exit code {code}", style.strong(&id));
    }
    text
}

fn warnings(checked: &CheckedMessage) -> usize {
    checked
        .findings
        .iter()
        .filter(|finding| finding.severity == Severity::Warning)
        .count()
}

fn push_commit(text: &mut String, checked: &CheckedMessage, is_detailed: bool, style: Style) {
    let id = format!("{:.SHORT$}", checked.id);
    let subject: String = clean_line(checked.subject.as_bytes())
        .chars()
        .take(LONGEST)
        .collect();
    if is_detailed {
        let author = clean_line(checked.author.to_string().as_bytes());
        let _ = writeln!(text, "\n{} {subject}  ({author})", style.strong(&id));
        for finding in &checked.findings {
            findings::push(text, &checked.lines, finding, style);
        }
        return;
    }
    let subject: String = subject.chars().take(50).collect();
    let errors = checked
        .findings
        .iter()
        .filter(|f| f.severity == Severity::Error);
    for (index, finding) in errors.enumerate() {
        let _ = if index == 0 {
            writeln!(
                text,
                "  {} {subject:<50}  {}",
                style.strong(&id),
                style.bad(finding.rule.as_str())
            )
        } else {
            writeln!(
                text,
                "  {:SHORT$} {:<50}  {}",
                "",
                "",
                style.bad(finding.rule.as_str())
            )
        };
    }
}

/// What was fixed, in a line; `moved` holds the ids of HEAD before and after.
#[must_use]
pub(crate) fn fixed(messages: usize, moved: Option<&(ObjectId, ObjectId)>, style: Style) -> String {
    match moved {
        Some((old, new)) => format!(
            "{}: {}; HEAD was {old:.SHORT$} and is {new:.SHORT$}\n\n",
            style.good("fixed"),
            count(messages, "message")
        ),
        None => "nothing could be fixed automatically: add --signoff or --edit\n\n".into(),
    }
}

/// What is wrong with a message, as comments below it.
#[must_use]
pub(crate) fn findings_as_comments(checked: &CheckedMessage) -> String {
    let mut text = String::new();
    for finding in &checked.findings {
        findings::push(&mut text, &checked.lines, finding, Style::PLAIN);
    }
    let mut commented = String::new();
    for line in text.lines() {
        let _ = writeln!(commented, "# {line}");
    }
    commented
}

/// The arguments for the range that begins with a commit and ends with what is checked out.
pub(super) fn range_from(first: ObjectId, is_root: bool) -> String {
    if is_root {
        "--root".to_owned()
    } else {
        format!("{}~1..", first.short())
    }
}

/// The report about the messages of commits that are made here, one by one. `program` is how to call us.
#[must_use]
pub(crate) fn bad_messages(
    checked: &[CheckedMessage],
    is_refused: bool,
    program: &str,
    style: Style,
) -> String {
    let mut text = String::new();
    let word = if is_refused {
        style.bad("error")
    } else {
        style.careful("warning")
    };
    let messages = count(checked.len(), "commit message");
    let verb = if checked.len() == 1 {
        "breaks"
    } else {
        "break"
    };
    let _ = writeln!(text, "{word}: {messages} {verb} this repository's rules");
    for message in checked.iter().take(SHOWN) {
        push_commit(&mut text, message, checked.len() == 1, style);
    }
    let next = match checked {
        [only] => format!(
            "fix it with `git commit --amend -s` if it is the last commit, otherwise with \
             `{program} audit --fix --signoff {}`",
            range_from(only.id, only.is_root)
        ),
        [first, ..] => format!(
            "fix as many as possible with `{program} audit --fix --signoff {}`",
            range_from(first.id, first.is_root)
        ),
        [] => return text,
    };
    let _ = writeln!(text, "{}: {next}", style.strong("help"));
    text
}
