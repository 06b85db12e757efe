//! Secrets in lines: tokens of providers, by their forms and checksums, and random values that are assigned
//! to names that say so.
//!
//! A secret is never returned, only what it is.

mod checksum;
mod forms;
pub(super) mod private_key;
mod random;

use std::ops::Range;
use std::path::Path;
use std::sync::LazyLock;

use regex::bytes::Regex;

use crate::git::Line;

/// How much of a line is searched, in bytes.
const LONGEST_LINE: usize = 64 << 10;

/// How many lines around the id of a key of AWS may have the key.
const AROUND: usize = 4;

/// Words that all secrets which are looked for have in their lines.
static HINT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let forms = forms::FORMS.iter().map(|form| regex::escape(form.hint));
    let forms: Vec<String> = forms.collect();
    let names = random::NAMES.join("|");
    Regex::new(&format!("(?-u){}|(?i:{names})", forms.join("|"))).ok()
});

/// What secret a line of a file has; `None` if none is found.
#[must_use]
pub fn secret_in_line(path: &Path, line: &[u8]) -> Option<&'static str> {
    let line = Line {
        number: 1,
        text: line.to_owned(),
    };
    find(path, &[line], 0)
}

/// Where a text that a tool has printed has secrets, in order: nothing is known of the file that it is about.
pub(crate) fn spans(text: &[u8]) -> Vec<Range<usize>> {
    let mut spans = Vec::new();
    if HINT.as_ref().is_some_and(|hint| hint.is_match(text)) {
        let around = || text.split(|byte| *byte == b'\n');
        spans.extend(forms::found(text, around).map(|(_, span)| span));
        spans.extend(random::spans(text));
        spans.sort_by_key(|span| span.start);
    }
    spans
}

/// What secret one of some lines has.
pub(super) fn find(path: &Path, lines: &[Line], at: usize) -> Option<&'static str> {
    let text = lines.get(at)?.text.as_slice();
    let text = &text[..text.len().min(LONGEST_LINE)];
    if !HINT.as_ref()?.is_match(text) {
        return None;
    }
    let around = || {
        let first = at.saturating_sub(AROUND);
        let last = lines.len().min(at + AROUND + 1);
        lines[first..last].iter().map(|line| line.text.as_slice())
    };
    forms::find(text, around).or_else(|| random::find(path, text))
}
