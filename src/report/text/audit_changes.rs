//! What the commits of a range change, for people.

use std::fmt::Write as _;

use super::findings;
use super::next_steps::SHORT;
use crate::base::text::{clean_line, count};
use crate::model::severity::Severity;
use crate::report::style::{Detail, Style};
use crate::rules::change::range::{CommitChanges, RangeChanges};
use crate::rules::message::range::Audit;

/// How many commits are listed in a report that is not detailed.
const SHOWN: usize = 200;

/// The most characters of a subject that are shown.
const LONGEST: usize = 200;

/// The declared weakenings: nothing else is as important to a reviewer.
pub(super) fn declared(changes: &RangeChanges, style: Style) -> String {
    let mut text = String::new();
    for commit in &changes.commits {
        let Some(declared) = &commit.declared else {
            continue;
        };
        let word = style.careful("declared");
        let _ = writeln!(
            text,
            "{word}: {}: {}",
            named(commit, style),
            declared.reason
        );
        for finding in &declared.findings {
            let message = clean_line(finding.message.as_bytes());
            findings::push_line(&mut text, finding, &message);
        }
    }
    text
}

/// The findings about each commit, and about the range.
pub(super) fn changes(changes: &RangeChanges, style: Style) -> String {
    let mut text = String::new();
    let is_loud = style.detail != Detail::Quiet;
    let shown = changes.commits.iter().filter(|commit| {
        let has_more = !commit.findings.is_empty() || !commit.exceptions.is_empty();
        commit.is_refused() || is_loud && has_more
    });
    for (index, commit) in shown.enumerate() {
        if index == SHOWN && style.detail != Detail::Verbose {
            text.push_str("\nto see the other commits, add --verbose\n");
            break;
        }
        push_commit(&mut text, commit, style);
    }
    if !changes.net.is_empty() {
        let head = style.strong("the range as a whole");
        let _ = writeln!(
            text,
            "\n{head}: the configuration is weaker at the end than at the base, and no commit \
             gives the reason"
        );
        text.push_str(&findings::of_change(&changes.net, style));
    }
    text
}

fn push_commit(text: &mut String, commit: &CommitChanges, style: Style) {
    let author = clean_line(commit.author.to_string().as_bytes());
    let _ = writeln!(text, "\n{}  ({author})", named(commit, style));
    text.push_str(&findings::of_change(&commit.findings, style));
    for malformed in &commit.malformed {
        findings::push(text, &[], &malformed.finding(), style);
    }
    for exception in &commit.exceptions {
        let word = style.careful("exception");
        let _ = writeln!(text, "{word}: {}: {}", exception.gate, exception.reason);
    }
}

/// A commit, by its id and its subject.
fn named(commit: &CommitChanges, style: Style) -> String {
    let id = format!("{:.SHORT$}", commit.id);
    let subject: String = clean_line(commit.subject.as_bytes())
        .chars()
        .take(LONGEST)
        .collect();
    format!("{} {subject}", style.strong(&id))
}

/// The number of findings of each kind; `None` if no change has any.
pub(super) fn summary(audit: &Audit) -> Option<String> {
    let commits = &audit.changes.commits;
    let of = |severity| {
        commits
            .iter()
            .flat_map(|commit| &commit.findings)
            .filter(|finding| finding.severity == severity)
            .count()
    };
    let malformed: usize = commits.iter().map(|commit| commit.malformed.len()).sum();
    let excepted: usize = commits.iter().map(|commit| commit.exceptions.len()).sum();
    let declared: usize = commits
        .iter()
        .filter_map(|commit| commit.declared.as_ref())
        .map(|declared| declared.findings.len())
        .sum();
    let refused = of(Severity::Error) + audit.changes.net.len();
    let mut words = Vec::new();
    let mut add = |number: usize, what: &str, is: &str| {
        if number > 0 {
            words.push(format!("{}{is}", count(number, what)));
        }
    };
    add(refused, "change", " refused");
    add(malformed, "exception", " malformed");
    add(declared, "weakening", " declared");
    add(excepted, "exception", " to gates");
    add(of(Severity::Note), "justified exception", "");
    add(of(Severity::Warning), "warning", "");
    if words.is_empty() {
        return None;
    }
    let refused = audit.refused().count();
    if refused > 0 {
        words.insert(0, format!("{} refused", count(refused, "message")));
    }
    let of = count(audit.commits.ids.len(), "commit");
    Some(format!("{of}: {}", words.join(", ")))
}
