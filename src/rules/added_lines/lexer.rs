//! Tells comment, string and code apart, for a whole file.
//!
//! Invariants: the spans cover each byte once, in order, whatever the text is; and a part that
//! cannot be classified is code. This is not a parser: where a language is ambiguous (the slash of
//! JavaScript and Ruby) it guesses as editors do, and recovers at the end of the line.

use bstr::ByteSlice as _;

use super::language::{QuoteStyle, Syntax};
use crate::tools::Language;

/// The deepest that strings and the code in them are followed into each other.
pub(super) const DEEPEST: usize = 24;

/// What a part of a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PartKind {
    /// Neither a comment nor a string.
    Code,
    /// A comment, with the marks around it.
    Comment,
    /// A string, with its quotes; code that is embedded in it counts as code.
    Text,
}

/// What each part of a text is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Spans(Vec<(usize, PartKind)>);

impl Spans {
    /// What the byte at a place is.
    #[must_use]
    pub fn kind(&self, at: usize) -> PartKind {
        let index = self.0.partition_point(|(end, _)| *end <= at);
        self.0.get(index).map_or(PartKind::Code, |(_, kind)| *kind)
    }

    /// Where the part that holds this byte begins.
    #[must_use]
    pub(crate) fn start(&self, at: usize) -> usize {
        let index = self.0.partition_point(|(end, _)| *end <= at);
        index.checked_sub(1).map_or(0, |before| self.0[before].0)
    }

    /// The parts in order, each with its end.
    #[must_use]
    #[cfg(test)]
    pub(super) fn parts(&self) -> &[(usize, PartKind)] {
        &self.0
    }

    fn push(&mut self, end: usize, kind: PartKind) {
        match self.0.last_mut() {
            Some((last, _)) if *last >= end => {}
            None if end == 0 => {}
            // Strings that follow each other at once stay two: each begins by itself.
            Some((last, before)) if *before == kind && kind == PartKind::Code => *last = end,
            _ => self.0.push((end, kind)),
        }
    }
}

/// A text that is being split into parts.
pub(super) struct Lexer<'t> {
    pub(super) text: &'t [u8],
    /// The end of the part that has been classified.
    pub(super) at: usize,
    pub(super) spans: Spans,
    /// How many bytes have been searched in vain.
    wasted: usize,
}

impl<'t> Lexer<'t> {
    pub(super) fn new(text: &'t [u8]) -> Self {
        Self {
            text,
            at: 0,
            spans: Spans::default(),
            wasted: 0,
        }
    }

    /// Measures a construct up to its end. A text in which nothing ends could make that take time
    /// quadratic in its length; once too many bytes were searched in vain, the search stops.
    pub(super) fn ahead(
        &mut self,
        measure: impl FnOnce(&'t [u8]) -> Option<usize>,
    ) -> Option<usize> {
        const ENOUGH: usize = 1 << 16;
        if self.wasted > 8 * self.text.len() + ENOUGH {
            return None;
        }
        let length = measure(self.rest());
        if length.is_none() {
            self.wasted += self.rest().len();
        }
        length
    }

    /// Like [`Lexer::ahead`], for a construct that ends on its line.
    pub(super) fn ahead_on_line(
        &mut self,
        measure: impl FnOnce(&'t [u8]) -> Option<usize>,
    ) -> Option<usize> {
        let before = self.wasted;
        let length = self.ahead(measure);
        if length.is_none() && self.wasted > before {
            self.wasted = before + self.line_end() - self.at;
        }
        length
    }

    /// Records what everything up to there is.
    pub(super) fn to(&mut self, end: usize, kind: PartKind) {
        self.at = end.clamp(self.at, self.text.len());
        self.spans.push(self.at, kind);
    }

    pub(super) fn rest(&self) -> &'t [u8] {
        &self.text[self.at..]
    }

    /// The byte before the current one.
    pub(super) fn previous(&self) -> Option<u8> {
        Some(self.text[self.at.checked_sub(1)?])
    }

    /// Where the current line ends.
    pub(super) fn line_end(&self) -> usize {
        self.at + self.rest().find_byte(b'\n').unwrap_or(self.rest().len())
    }

    /// Runs over a part of the text as if it were the whole.
    pub(super) fn within(&mut self, end: usize, run: impl FnOnce(&mut Self)) {
        let whole = self.text;
        self.text = &whole[..end.min(whole.len())];
        run(self);
        self.to(end, PartKind::Code);
        self.text = whole;
    }

    /// A comment, if one begins here.
    pub(super) fn comment(&mut self, syntax: &Syntax) -> bool {
        let begins = |mark: &&str| self.rest().starts_with(mark.as_bytes());
        if syntax.line_comments.iter().any(begins) {
            self.to(self.line_end(), PartKind::Comment);
            return true;
        }
        let Some((open, close)) = syntax.block_comment else {
            return false;
        };
        if !begins(&open) {
            return false;
        }
        let (open, close) = (open.as_bytes(), close.as_bytes());
        let mut at = self.at + open.len();
        let mut depth = 1;
        while depth > 0 && at < self.text.len() {
            if self.text[at..].starts_with(close) {
                depth -= 1;
                at += close.len();
            } else if syntax.nests && self.text[at..].starts_with(open) {
                depth += 1;
                at += open.len();
            } else {
                at += 1;
            }
        }
        self.to(at, PartKind::Comment);
        true
    }

    /// A slash that may begin a regular expression.
    pub(super) fn pattern(&mut self) {
        match self.ahead_on_line(pattern_end) {
            Some(length) => self.to(self.at + length, PartKind::Text),
            None => self.to(self.at + 1, PartKind::Code),
        }
    }

    /// Raw strings, and characters as distinct from lifetimes.
    pub(super) fn rust(&mut self) -> bool {
        let rest = self.rest();
        let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        if rest.starts_with(b"'") {
            match character_length(rest) {
                Some(length) => self.to(self.at + length, PartKind::Text),
                None => self.to(self.at + 1, PartKind::Code),
            }
            return true;
        }
        if self.previous().is_some_and(is_word) {
            return false;
        }
        let Some(prefix) = ["r", "br", "cr"]
            .iter()
            .find(|p| rest.starts_with(p.as_bytes()))
        else {
            return false;
        };
        let after = &rest[prefix.len()..];
        let hashes = after.iter().take_while(|byte| **byte == b'#').count();
        if after.get(hashes) != Some(&b'"') {
            return false;
        }
        let start = prefix.len() + hashes + 1;
        let close = [b"\"", &after[..hashes]].concat();
        let length = rest[start..]
            .find(&close)
            .map_or(rest.len(), |at| start + at + close.len());
        self.to(self.at + length, PartKind::Text);
        true
    }

    /// A string of this language with the prefix letters before it: they decide whether there are
    /// holes in it.
    pub(super) fn prefixed(&self, language: Language, quote: QuoteStyle) -> QuoteStyle {
        if language != Language::Python {
            return quote;
        }
        let letters: Vec<u8> = self.text[..self.at]
            .iter()
            .rev()
            .take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_')
            .take(3)
            .map(u8::to_ascii_lowercase)
            .collect();
        let is_formatted = matches!(
            letters.as_slice(),
            [b'f' | b't'] | [b'f' | b't', b'r'] | [b'r', b'f' | b't']
        );
        QuoteStyle {
            hole: is_formatted.then_some("{"),
            ..quote
        }
    }

    /// A string that begins here. If it should end on its line and does not, it is not a string.
    pub(super) fn string(
        &mut self,
        language: Language,
        syntax: &Syntax,
        quote: QuoteStyle,
        depth: usize,
    ) {
        let mark = quote.mark.as_bytes();
        let hole = quote.hole.filter(|_| depth < DEEPEST).map(str::as_bytes);
        if hole.is_none() {
            match self.ahead_on_line(|rest| string_length(rest, quote)) {
                Some(length) => self.to(self.at + length, PartKind::Text),
                None => self.to(self.at + mark.len(), PartKind::Code),
            }
            return;
        }
        let mut at = self.at + mark.len();
        while at < self.text.len() {
            let rest = &self.text[at..];
            if rest.starts_with(mark) {
                self.to(at + mark.len(), PartKind::Text);
                return;
            }
            if rest[0] == b'\n' && !quote.spans_lines {
                break;
            }
            let is_escaped = quote.escapes && rest[0] == b'\\';
            if is_escaped || (hole == Some(b"{") && rest.starts_with(b"{{")) {
                at += 2;
            } else if let Some(open) = hole.filter(|open| rest.starts_with(open)) {
                self.to(at + open.len(), PartKind::Text);
                self.code(language, syntax, depth + 1);
                at = self.at;
            } else {
                at += 1;
            }
        }
        self.to(at, PartKind::Text);
    }

    /// Whether a value stands before this place, after which a slash divides.
    pub(super) fn follows_value(&self) -> bool {
        let before = &self.text[..self.at];
        let is_blank = |byte: &u8| byte.is_ascii_whitespace();
        let end = before.iter().rposition(|byte| !is_blank(byte));
        let Some(end) = end else {
            return false;
        };
        let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$');
        if !is_word(&before[end]) {
            return matches!(before[end], b')' | b']' | b'}' | b'"' | b'\'' | b'`')
                || before[end] >= 0x80;
        }
        let start = before[..end].iter().rposition(|byte| !is_word(byte));
        let word = &before[start.map_or(0, |start| start + 1)..=end];
        !BEFORE_VALUES.contains(&word)
    }
}

/// Words that no value ends with: after them a slash begins a pattern.
const BEFORE_VALUES: [&[u8]; 22] = [
    b"return",
    b"typeof",
    b"case",
    b"in",
    b"of",
    b"do",
    b"else",
    b"void",
    b"delete",
    b"throw",
    b"new",
    b"await",
    b"yield",
    b"instanceof",
    b"if",
    b"unless",
    b"when",
    b"while",
    b"until",
    b"and",
    b"or",
    b"not",
];

/// How long a string without holes is, from its first quote; `None` if it does not end where it
/// must.
fn string_length(rest: &[u8], quote: QuoteStyle) -> Option<usize> {
    let mark = quote.mark.as_bytes();
    let mut at = mark.len();
    while at < rest.len() {
        if rest[at..].starts_with(mark) {
            return Some(at + mark.len());
        }
        match rest[at] {
            b'\\' if quote.escapes => at += 2,
            b'\n' if !quote.spans_lines => return None,
            _ => at += 1,
        }
    }
    quote.spans_lines.then_some(rest.len())
}

/// How long a regular expression between slashes is; `None` if none ends on this line.
fn pattern_end(rest: &[u8]) -> Option<usize> {
    let mut at = 1;
    let mut in_class = false;
    while let Some(byte) = rest.get(at) {
        match byte {
            b'\n' => return None,
            b'\\' => at += 1,
            b'[' => in_class = true,
            b']' => in_class = false,
            b'/' if !in_class => return Some(at + 1),
            _ => {}
        }
        at += 1;
    }
    None
}

/// How long a character of Rust's is, from its first quote; `None` if this is a lifetime.
fn character_length(rest: &[u8]) -> Option<usize> {
    const LONGEST: usize = 14;
    let inside = rest.get(1..)?;
    let end = if inside.first()? == &b'\\' {
        2 + inside
            .get(2..)?
            .iter()
            .take(LONGEST)
            .position(|byte| *byte == b'\'')?
    } else {
        let first = *inside
            .first()
            .filter(|byte| !matches!(**byte, b'\'' | b'\n'))?;
        let width = match first {
            0xf0.. => 4,
            0xe0.. => 3,
            0xc0.. => 2,
            _ => 1,
        };
        Some(width).filter(|width| inside.get(*width) == Some(&b'\''))?
    };
    Some(end + 2)
}

/// The length of a text up to the end of the first line that `is_right` accepts.
pub(super) fn length_to(text: &[u8], is_right: impl Fn(&[u8]) -> bool) -> Option<usize> {
    let mut at = 0;
    for line in text.split(|byte| *byte == b'\n') {
        at += line.len();
        if is_right(line) {
            return Some(at);
        }
        at += 1;
    }
    None
}
