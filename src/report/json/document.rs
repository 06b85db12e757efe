//! What every report for programs has in common: its version, and how it is written.

use serde::Serialize;

/// The version of the format. It changes when a field changes its meaning or goes away; new
/// fields may come at any time.
pub(super) const VERSION: u32 = 1;

/// Strings, numbers and lists of them always have a form in JSON, so there is no error to tell.
pub(super) fn write(report: &impl Serialize) -> String {
    let mut text = serde_json::to_string_pretty(report).unwrap_or_default();
    text.push('\n');
    text
}
