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

use crate::base::word_search::{Letters, WordSearch};
use crate::git::Line;

/// How much of a line is searched, in bytes.
const LONGEST_LINE: usize = 64 << 10;

/// How many lines around the id of a key of AWS may have the key.
const AROUND: usize = 4;

/// What lines with tokens of providers have.
static FORM_HINTS: LazyLock<WordSearch> = LazyLock::new(|| {
    let hints = forms::FORMS.iter().flat_map(|form| form.hints);
    WordSearch::new(hints, Letters::AsTheyAre)
});

/// What lines with values that are named as secrets have.
static NAME_HINTS: LazyLock<WordSearch> =
    LazyLock::new(|| WordSearch::new(random::hints(), Letters::OfAnyCase));

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
    if FORM_HINTS.is_in(text) {
        let around = || text.split(|byte| *byte == b'\n');
        spans.extend(forms::found(text, around).map(|(_, span)| span));
    }
    if NAME_HINTS.is_in(text) {
        spans.extend(random::spans(text));
    }
    spans.sort_by_key(|span| span.start);
    spans
}

/// What secret one of some lines has.
pub(super) fn find(path: &Path, lines: &[Line], at: usize) -> Option<&'static str> {
    let text = lines.get(at)?.text.as_slice();
    let text = &text[..text.len().min(LONGEST_LINE)];
    let around = || {
        let first = at.saturating_sub(AROUND);
        let last = lines.len().min(at + AROUND + 1);
        lines[first..last].iter().map(|line| line.text.as_slice())
    };
    let of_provider = FORM_HINTS
        .is_in(text)
        .then(|| forms::find(text, around))
        .flatten();
    of_provider.or_else(|| NAME_HINTS.is_in(text).then(|| random::find(path, text))?)
}
