//! The common part of all reports for programs: the version, and how they are written.

use serde::Serialize;

/// The version of the format. It changes when a field changes its meaning or is removed; new fields
/// may be added at any time.
pub(super) const VERSION: u32 = 1;

/// Strings, numbers and lists of them always have a form in JSON, so there is no error to report.
pub(super) fn write(report: &impl Serialize) -> String {
    let mut text = serde_json::to_string_pretty(report).unwrap_or_default();
    text.push('\n');
    text
}
