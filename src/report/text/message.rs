//! A refused message for people: what is wrong in it, where, and the command that finishes the
//! commit.

use std::fmt::Write as _;

use super::findings;
use crate::base::placeholder::placeholders;
use crate::base::text::{clean_line, count, show_path};
use crate::message::MessageSettings;
use crate::model::finding::Finding;
use crate::model::severity::Severity;
use crate::report::style::Style;
use crate::rules::agents::registry::{Definition, Registry};
use crate::rules::message::Reading;

/// A message that was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MessageRefusal {
    /// The message's lines.
    pub(crate) lines: Vec<String>,
    /// What is wrong.
    pub(crate) findings: Vec<Finding>,
    /// What finishes the commit; or why the message could not be saved.
    pub(crate) kept: Result<NextStep, String>,
    /// The trailers that the command adds, in their order; the words in capitals have to be replaced.
    pub(crate) ends_with: Vec<String>,
    /// Whether that command repeats everything that the user typed.
    pub(crate) is_exact: bool,
    /// Whether the file has to be edited before.
    pub(crate) needs_edit: bool,
}

/// What finishes the commit of a refused message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NextStep {
    /// The file in which the message is saved, as the user would type it.
    pub(crate) file: String,
    /// The command that finishes the commit once the message is right.
    pub(crate) command: String,
    /// The same for an AI agent, which has to be credited, if one may be at work.
    pub(crate) for_agent: Option<String>,
}

/// How many errors there are, and how many warnings.
#[must_use]
fn problems(findings: &[Finding]) -> String {
    let number = |severity| {
        findings
            .iter()
            .filter(|finding| finding.severity == severity)
            .count()
    };
    let errors = count(number(Severity::Error), "problem");
    match number(Severity::Warning) {
        0 => errors,
        warnings => format!("{errors}, {}", count(warnings, "warning")),
    }
}

/// The warnings of an accepted message.
#[must_use]
pub(crate) fn remarks(lines: &[String], findings: &[Finding], style: Style) -> String {
    let mut text = String::new();
    for finding in findings.iter().filter(|f| f.severity == Severity::Warning) {
        findings::push(&mut text, lines, finding, style);
    }
    text
}

/// The refusal as text.
#[must_use]
pub(crate) fn refusal(refusal: &MessageRefusal, style: Style) -> String {
    let mut text = String::new();
    let problems = problems(&refusal.findings);
    let _ = writeln!(
        text,
        "{}: {problems}",
        style.strong("gatekeeper: the message was refused")
    );
    for finding in &refusal.findings {
        text.push('\n');
        findings::push(&mut text, &refusal.lines, finding, style);
    }
    text.push('\n');
    match &refusal.kept {
        Ok(step) => push_finish(&mut text, refusal, step, style),
        Err(error) => push_message(&mut text, refusal, error, style),
    }
    text
}

fn push_finish(text: &mut String, refusal: &MessageRefusal, step: &NextStep, style: Style) {
    let next = style.strong("next");
    let file = &step.file;
    let blanks = placeholders(&refusal.ends_with);
    let _ = match (refusal.needs_edit, blanks.as_str()) {
        (true, "") => writeln!(text, "{next}: edit {file}, then run"),
        (true, _) => writeln!(
            text,
            "{next}: edit {file}, then run this with {blanks} filled in"
        ),
        (false, "") => writeln!(text, "{next}: run"),
        (false, _) => writeln!(text, "{next}: run this with {blanks} filled in"),
    };
    let _ = writeln!(text, "  {}", step.command);
    if !refusal.ends_with.is_empty() {
        let _ = writeln!(text, "The message then has");
        for line in &refusal.ends_with {
            let _ = writeln!(text, "  {}", clean_line(line.as_bytes()));
        }
    }
    if let Some(command) = &step.for_agent {
        let _ = writeln!(
            text,
            "If you are an AI agent, you have to be credited; then run this instead, with your name and \
             model:\n  {command}"
        );
    }
    if !refusal.is_exact {
        let _ = writeln!(
            text,
            "Use the same options and paths as before (--amend, -a, --only, --author)."
        );
    }
    let _ = writeln!(
        text,
        "Nothing is lost: your message is in {file}, and your changes are where they were."
    );
}

/// The message could not be saved anywhere: it is shown whole, so that it is not lost.
fn push_message(text: &mut String, refusal: &MessageRefusal, error: &str, style: Style) {
    let _ = writeln!(
        text,
        "{}: the message could not be saved ({error}); copy it from here before you commit again:",
        style.careful("note")
    );
    for line in &refusal.lines {
        let _ = writeln!(text, "  {}", clean_line(line.as_bytes()));
    }
}

/// What `message check` has found.
#[must_use]
pub(crate) fn checked(lines: &[String], findings: &[Finding], style: Style) -> String {
    let head = if crate::model::finding::refuses(findings) {
        style.strong(&format!(
            "gatekeeper: the message would be refused: {}",
            problems(findings)
        ))
    } else {
        format!("{}: the message follows every rule", style.good("passed"))
    };
    let mut text = format!("{head}\n");
    for finding in findings {
        text.push('\n');
        findings::push(&mut text, lines, finding, style);
    }
    if findings.iter().any(|finding| finding.remedy.is_fix()) {
        text.push_str("\nto fix mechanical problems, run `gatekeeper message fix`\n");
    }
    text
}

/// What `message fix` has done, and what it leaves to do.
#[must_use]
pub(crate) fn fixed(
    name: &str,
    changes: &[String],
    lines: &[String],
    findings: &[Finding],
    style: Style,
) -> String {
    let mut text = String::new();
    if changes.is_empty() {
        // In a pipe that handles each commit of a range it would only be noise.
        if name != "-" {
            let _ = writeln!(text, "{name}: nothing to fix");
        }
    } else {
        let _ = writeln!(text, "{name}: {}", style.good("fixed"));
    }
    for change in changes {
        let _ = writeln!(text, "  {}", clean_line(change.as_bytes()));
    }
    if crate::model::finding::refuses(findings) {
        let _ = writeln!(text, "left to do: {}", problems(findings));
        for finding in findings
            .iter()
            .filter(|finding| finding.severity == Severity::Error)
        {
            findings::push(&mut text, lines, finding, style);
        }
    }
    text
}

/// Trailers as git prints them.
#[must_use]
pub(crate) fn trailers(reading: &Reading, settings: &MessageSettings) -> String {
    let entries = reading.trailers.iter().map(|entry| {
        let line = entry.reported(settings);
        // Tabs stay: what is printed is compared with what git prints.
        let parts = line.split('\t').map(|part| clean_line(part.as_bytes()));
        parts.collect::<Vec<_>>().join("\t") + "\n"
    });
    entries.collect()
}

/// The agents that are defined, a line each.
#[must_use]
pub(crate) fn agents(registry: &Registry) -> String {
    let definitions = registry.definitions();
    let widest = definitions
        .iter()
        .map(|definition| definition.name.chars().count())
        .max()
        .unwrap_or(0);
    let mut text = String::new();
    for definition in definitions {
        let name = clean_line(definition.name.as_bytes());
        let path = show_path(&definition.path);
        let remark = if definition.can_be_credited() {
            ""
        } else {
            "  (cannot be credited: a name must be one word of letters, digits, `.`, `_` and `-`)"
        };
        let _ = writeln!(
            text,
            "{name:<widest$}  {}  {path}{remark}",
            definition.short_hash()
        );
    }
    text
}

/// The hashes alone, a line each.
#[must_use]
pub(crate) fn hashes(registry: &Registry) -> String {
    let hashes: Vec<&str> = registry
        .definitions()
        .iter()
        .map(Definition::short_hash)
        .collect();
    hashes.join("\n") + "\n"
}
