//! One line of a file, as the rules see it.

use std::cell::OnceCell;

use bstr::ByteSlice as _;
use regex::bytes::Regex;

use super::exceptions::{MatchLocation, Reason, reason};
use super::language::LineJoint;
use super::lexer::{PartKind, Spans};
use crate::tools::{ReasonStyle, Silencer, SourcePart};

/// How many lines that end with a backslash belong to one command at most.
const LONGEST_COMMAND: usize = 20;

/// How far brackets are followed, in bytes.
const LONGEST_BRACKETS: usize = 4000;

/// How many lines an attribute is followed back at most.
const LONGEST_ATTRIBUTE: usize = 60;

/// A silencer's expressions.
pub(super) struct Compiled {
    pub(super) pattern: Regex,
    pub(super) unless: Option<Regex>,
    pub(super) inside: Option<Regex>,
}

/// A line of a file, and what each of its parts is.
pub(super) struct FileLine<'t> {
    text: &'t [u8],
    pub(super) spans: &'t Spans,
    /// Where the command begins that the line is a part of.
    command: usize,
    start: usize,
    end: usize,
    masks: [OnceCell<Vec<u8>>; SourcePart::ALL.len()],
}

impl<'t> FileLine<'t> {
    /// The line between two places. Those before it may belong to it.
    pub(super) fn new(
        text: &'t [u8],
        spans: &'t Spans,
        (start, end): (usize, usize),
        joint: LineJoint,
    ) -> Self {
        let command = match joint {
            LineJoint::None => start,
            LineJoint::Backslash => command_start(text, start),
            LineJoint::Attribute => attribute_start(text, spans, start),
        };
        Self {
            text,
            spans,
            command,
            start,
            end,
            masks: std::array::from_fn(|_| OnceCell::new()),
        }
    }

    /// Its bytes.
    pub(super) fn raw(&self) -> &'t [u8] {
        &self.text[self.start..self.end]
    }

    /// Where in the line a part of the file begins, in bytes.
    pub(super) fn column(&self, start: usize) -> usize {
        start.saturating_sub(self.start)
    }

    /// The inside of the list of an attribute that began on a line before this one, where a silencer
    /// is found that ends on this line.
    pub(super) fn list_before(
        &self,
        silencer: &Silencer,
        (start, end): (usize, usize),
    ) -> Option<usize> {
        let is_list = silencer.reason == ReasonStyle::Named && !self.text[..end].ends_with(b"(");
        let open = self.text[start..end].rfind_byte(b'(')?;
        let inside = start + open + 1;
        (is_list && inside <= self.start).then_some(inside)
    }

    /// The part of the line up to a place.
    pub(super) fn part_here(&self, end: usize) -> String {
        self.part(self.start.min(end), end)
    }

    /// A part of the file.
    pub(super) fn part(&self, start: usize, end: usize) -> String {
        String::from_utf8_lossy(&self.text[start..end]).into_owned()
    }

    /// The line in which a silencer is looked for, with the lines before it that belong to the same
    /// command: parts that do not count are blanked out. A string that does not count is still a
    /// word.
    fn masked(&self, part: SourcePart) -> &[u8] {
        self.masks[part as usize].get_or_init(|| {
            let byte = |at: usize| {
                let original = self.text[at];
                if at < self.start && matches!(original, b'\\' | b'\n' | b'\r') {
                    return b' ';
                }
                match (part, self.spans.kind(at)) {
                    (SourcePart::Anywhere, _)
                    | (SourcePart::Comment | SourcePart::CommentStart, PartKind::Comment)
                    | (SourcePart::Code, PartKind::Code)
                    | (SourcePart::Text, PartKind::Text)
                    | (
                        SourcePart::NotComment | SourcePart::CodeStart | SourcePart::WholeText,
                        PartKind::Code | PartKind::Text,
                    ) => original,
                    (SourcePart::Code, PartKind::Text) => b'"',
                    _ => b' ',
                }
            };
            (self.command..self.end).map(byte).collect()
        })
    }

    /// The line alone in which a silencer is looked for, and where it begins in the file.
    pub(super) fn masked_alone(&self, part: SourcePart) -> (&[u8], usize) {
        (&self.masked(part)[self.start - self.command..], self.start)
    }

    /// Where a silencer is found that ends on this line.
    pub(super) fn find(&self, silencer: &Silencer, compiled: &Compiled) -> Option<(usize, usize)> {
        // Only commands continue across lines; a directive in a comment does not.
        let (masked, base) = match silencer.part {
            place if place.is_comment() => self.masked_alone(place),
            _ => (self.masked(silencer.part), self.command),
        };
        compiled.pattern.find_iter(masked).find_map(|matched| {
            let (start, end) = (base + matched.start(), base + matched.end());
            let following = &masked[matched.end()..];
            let is_free = compiled
                .unless
                .as_ref()
                .is_none_or(|unless| !unless.is_match(following));
            let is_inside = compiled.inside.as_ref().is_none_or(|inside| {
                let close = self.brackets_end(end);
                close.is_some_and(|close| inside.is_match(&self.text[end..close]))
            });
            let is_whole = match silencer.part {
                SourcePart::WholeText => {
                    self.spans.kind(start) == PartKind::Text && self.begins(start)
                }
                SourcePart::CommentStart => self.begins(start) || self.is_first(start),
                SourcePart::CodeStart => {
                    let word = (start..end).find(|at| self.text[*at].is_ascii_alphanumeric());
                    word.is_some_and(|at| self.spans.kind(at) == PartKind::Code)
                }
                _ => true,
            };
            // A quoted directive in a comment is only mentioned, unless there is code on the line: what looks for
            // it anywhere in a comment, as flake8, bandit and pylint do, takes it for one.
            let before = matched.start().checked_sub(1).map(|at| masked[at]);
            let is_quoted = silencer.part.is_comment()
                && before.is_some_and(|byte| matches!(byte, b'`' | b'"' | b'\''))
                && self.is_first(self.spans.start(start));
            let is_here = end > self.start;
            let counts = is_here && is_free && is_inside && is_whole && !is_quoted;
            counts.then_some((start, end))
        })
    }

    /// Whether a comment or a string begins there.
    fn begins(&self, at: usize) -> bool {
        self.spans.start(at) == at
    }

    /// Whether nothing but blanks stands before, on the line.
    fn is_first(&self, at: usize) -> bool {
        self.text[self.start.min(at)..at].trim_ascii().is_empty()
    }

    /// The end of the brackets whose inside begins here.
    pub(super) fn brackets_end(&self, inside: usize) -> Option<usize> {
        if self.text.get(inside.checked_sub(1)?) != Some(&b'(') {
            return None;
        }
        let mut depth = 1_usize;
        let last = self.text.len().min(inside + LONGEST_BRACKETS);
        let in_code = (inside..last).filter(|at| self.spans.kind(*at) == PartKind::Code);
        for at in in_code {
            match self.text[at] {
                b'(' | b'[' | b'{' => depth += 1,
                b')' | b']' | b'}' => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                return Some(at);
            }
        }
        None
    }

    /// The reason that the line gives for a match that ends at `end`.
    pub(super) fn reason(
        &self,
        style: ReasonStyle,
        end: usize,
        brackets_end: Option<usize>,
        in_comment: bool,
    ) -> Reason {
        let location = MatchLocation {
            text: self.text,
            spans: self.spans,
            end,
            line_end: self.end,
            brackets_end,
        };
        reason(location, style, in_comment)
    }
}

/// The start of the command that this line belongs to, if the lines before it end with a backslash.
fn command_start(text: &[u8], start: usize) -> usize {
    let mut begin = start;
    for _ in 0..LONGEST_COMMAND {
        let Some(before) = text[..begin].strip_suffix(b"\n") else {
            break;
        };
        let before = before.strip_suffix(b"\r").unwrap_or(before);
        if !before.ends_with(b"\\") {
            break;
        }
        begin = before.rfind_byte(b'\n').map_or(0, |at| at + 1);
    }
    begin
}

/// The start of the attribute of Rust that this line is in, if it is in one: the line of its `#[`.
fn attribute_start(text: &[u8], spans: &Spans, start: usize) -> usize {
    let mut depth = 0_usize;
    let mut lines = 0;
    for at in (0..start).rev() {
        let is_code = spans.kind(at) == PartKind::Code;
        match text[at] {
            b'\n' => {
                lines += 1;
                if lines > LONGEST_ATTRIBUTE {
                    break;
                }
            }
            b']' if is_code => depth += 1,
            // Code ends before this line, so the line is not in an attribute.
            b';' | b'{' | b'}' if is_code && depth == 0 => break,
            b'[' if is_code && depth > 0 => depth -= 1,
            b'[' if is_code => {
                let before = text[..at].trim_ascii_end();
                let before = before.strip_suffix(b"!").unwrap_or(before);
                if !before.trim_ascii_end().ends_with(b"#") {
                    break;
                }
                let mark = before.rfind_byte(b'#').unwrap_or(at);
                return text[..mark].rfind_byte(b'\n').map_or(0, |end| end + 1);
            }
            _ => {}
        }
    }
    start
}
