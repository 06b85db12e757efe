//! The end of a gate's output, fit to be shown.

use crate::base::text::{clean_line, clean_line_in_color};
use crate::event::Output;
use crate::report::style::Style;

/// The longest line of output that is shown, in characters.
const LINE_LENGTH: usize = 400;

/// The last lines, cleaned, and whether there is more. Their colours stay where colours are shown.
pub(crate) fn tail(output: &Output, limit: usize, style: Style) -> (Vec<String>, bool) {
    let mut bytes = Vec::new();
    let split = output.omitted > 0;
    if !split {
        bytes.extend_from_slice(&output.head);
    }
    bytes.extend_from_slice(&output.tail);
    let text = bytes.trim_ascii_end();
    let lines: Vec<&[u8]> = text.split(|byte| *byte == b'\n').collect();
    let from = lines.len().saturating_sub(limit);
    let mut cut = false;
    let shown = lines[from..].iter().map(|line| {
        // Cleaning an endless line would take time proportional to its length.
        let beginning = &line[..line.len().min(LINE_LENGTH * 8)];
        let clean = clean_line(beginning);
        let short = shorten(&clean, LINE_LENGTH);
        let is_cut = beginning.len() < line.len() || short != clean;
        cut |= is_cut;
        if style.color && !is_cut {
            return clean_line_in_color(beginning);
        }
        short
    });
    let shown = shown.collect();
    (shown, split || from > 0 || cut)
}

/// The beginning of a text, with a sign that there is more.
pub(super) fn shorten(text: &str, limit: usize) -> String {
    match text.char_indices().nth(limit) {
        Some((at, _)) => format!("{}\u{2026}", &text[..at]),
        None => text.to_owned(),
    }
}
