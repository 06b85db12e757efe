//! Reads the messages of `cargo --message-format=json`, a JSON object in each line. What people are to
//! see is in them too, and is what counts as the output.

use serde::Deserialize;

use super::phrase::severity;
use super::raw::{RawFinding, RawSpan};

#[derive(Deserialize)]
struct Line {
    reason: String,
    #[serde(default)]
    message: Option<Diagnostic>,
}

#[derive(Deserialize)]
struct Diagnostic {
    message: String,
    level: String,
    #[serde(default)]
    code: Option<Code>,
    #[serde(default)]
    spans: Vec<RustSpan>,
    #[serde(default)]
    rendered: Option<String>,
}

#[derive(Deserialize)]
struct Code {
    code: String,
}

#[derive(Deserialize)]
struct RustSpan {
    file_name: String,
    line_start: u32,
    line_end: u32,
    column_start: u32,
    column_end: u32,
    is_primary: bool,
}

/// What a line of cargo is.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum CargoLine {
    /// A line of something else, such as a test.
    Other,
    /// A message about the build, which nobody is to see.
    Progress,
    /// A message of the compiler: what people are to see, and the finding if it is one.
    Message(String, Option<RawFinding>),
}

/// What a line of cargo's output is.
#[must_use]
pub(crate) fn read(line: &[u8]) -> CargoLine {
    if !line.starts_with(b"{\"reason\":") {
        return CargoLine::Other;
    }
    let Ok(line) = serde_json::from_slice::<Line>(line) else {
        return CargoLine::Other;
    };
    let Some(diagnostic) = line.message.filter(|_| line.reason == "compiler-message") else {
        return CargoLine::Progress;
    };
    let rendered = diagnostic.rendered.clone().unwrap_or_default();
    CargoLine::Message(rendered, finding(diagnostic))
}

/// A message as a finding. What sums up other messages is none.
fn finding(diagnostic: Diagnostic) -> Option<RawFinding> {
    let text = &diagnostic.message;
    let sums_up = text.starts_with("aborting due to ")
        || text.ends_with(" emitted")
        || text.starts_with("For more information about ")
        || text.starts_with("Some errors have detailed explanations");
    if diagnostic.spans.is_empty() && sums_up {
        return None;
    }
    let level = diagnostic
        .level
        .split([':', '-'])
        .next()
        .unwrap_or_default();
    let span = diagnostic.spans.iter().find(|span| span.is_primary);
    let at = span.map_or_else(RawSpan::default, |span| RawSpan {
        line: Some(span.line_start),
        column: Some(span.column_start),
        end_line: Some(span.line_end),
        end_column: Some(span.column_end),
    });
    Some(RawFinding {
        severity: severity(level),
        rule: diagnostic.code.map(|code| code.code),
        message: diagnostic.message,
        ..RawFinding::at(span.map_or("", |span| &span.file_name), at)
    })
}
