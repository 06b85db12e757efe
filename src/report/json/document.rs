//! How all reports for programs are written.

use serde::Serialize;

/// Strings, numbers and lists of them always have a form in JSON, so there is no error to report.
pub(crate) fn write(report: &impl Serialize) -> String {
    let mut text = serde_json::to_string_pretty(report).unwrap_or_default();
    text.push('\n');
    text
}
