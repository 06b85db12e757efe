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
    /// The file in which it is kept, as the user would type it, and the command that finishes
    /// the commit once the message is right; or why it could not be kept.
    pub kept: Result<(String, String), String>,
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
    match &refusal.kept {
        Ok((file, finish)) => push_finish(&mut text, refusal, file, finish, style),
        Err(error) => push_message(&mut text, refusal, error, style),
    }
    text
}

fn push_finish(text: &mut String, refusal: &Refusal, file: &str, finish: &str, style: Style) {
    let next = style.strong("next");
    let _ = if refusal.needs_edit {
        writeln!(text, "{next}: edit {file}, then run")
    } else {
        writeln!(text, "{next}: run")
    };
    let _ = writeln!(text, "  {finish}");
    if !refusal.is_exact {
        let _ = writeln!(
            text,
            "with the same options and paths as before (--amend, -a, --only, --author)."
        );
    }
    let _ = writeln!(
        text,
        "Nothing is lost: your message is in {file}, and your changes are as they were."
    );
}

/// Nowhere could the message be kept: it is shown whole, so that it is not lost.
fn push_message(text: &mut String, refusal: &Refusal, error: &str, style: Style) {
    let _ = writeln!(
        text,
        "{}: the message could not be kept ({error}). This is it; copy it before you commit again:",
        style.careful("note")
    );
    for line in &refusal.lines {
        let _ = writeln!(text, "  {}", clean_line(line.as_bytes()));
    }
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
