//! A refused message for people: what is wrong in it, where, and the command that finishes the
//! commit.

use std::fmt::Write as _;

use super::style::Style;
use crate::finding::{Cure, Finding};
use crate::text::{clean_line, count};

/// A message that was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The message's lines.
    pub lines: Vec<String>,
    /// What is wrong.
    pub findings: Vec<Finding>,
    /// The file in which it is kept, as the user would type it.
    pub file: String,
    /// Why it could not be kept; then `file` is git's own.
    pub lost: Option<String>,
    /// The command that finishes the commit, once the message is right.
    pub finish: String,
    /// Whether that command says again all that the user typed.
    pub is_exact: bool,
    /// Whether the file has to be edited before.
    pub needs_edit: bool,
}

/// The refusal as text.
#[must_use]
pub fn refusal(refusal: &Refusal, style: Style) -> String {
    let mut text = String::new();
    let problems = count(refusal.findings.len(), "problem");
    let _ = writeln!(
        text,
        "{}: {problems}",
        style.strong("gatekeeper: the message was refused")
    );
    for finding in &refusal.findings {
        push_finding(&mut text, refusal, finding, style);
    }
    text.push('\n');
    if refusal.needs_edit {
        let _ = writeln!(
            text,
            "{}: edit {}, then run",
            style.strong("next"),
            refusal.file
        );
    } else {
        let _ = writeln!(text, "{}: run", style.strong("next"));
    }
    let _ = writeln!(text, "  {}", refusal.finish);
    if !refusal.is_exact {
        let _ = writeln!(
            text,
            "with the same paths and options (-a, --only) as before."
        );
    }
    let _ = match &refusal.lost {
        None => writeln!(
            text,
            "Nothing is lost: your message is in {}, and your changes are as they were.",
            refusal.file
        ),
        Some(error) => writeln!(
            text,
            "{}: the message could not be kept ({error}); git has it in {} until the next commit",
            style.careful("note"),
            refusal.file
        ),
    };
    text
}

fn push_finding(text: &mut String, refusal: &Refusal, finding: &Finding, style: Style) {
    let rule = style.bad(&format!("error[{}]", finding.rule));
    let _ = writeln!(text, "\n{rule}: {}", finding.message);
    for number in finding.lines.clone().into_iter().flatten() {
        if let Some(line) = refusal.lines.get(number.saturating_sub(1)) {
            let _ = writeln!(text, "{number:>5} | {}", clean_line(line.as_bytes()));
        }
    }
    for note in &finding.notes {
        let _ = writeln!(text, "  {}", clean_line(note.as_bytes()));
    }
    if let Cure::Edit(how) = &finding.cure {
        let _ = writeln!(text, "  {}: {how}", style.strong("help"));
    }
}
