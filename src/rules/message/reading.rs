//! A message as the rules see it: text, lines, and git's trailers with their places.

use std::ops::Range;

use super::keys::sign_off_key;
use crate::message::{Encoding, MessageSettings, ParsedMessage, cut, parse};

/// A message, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// Its lines, without line feeds.
    pub(crate) lines: Vec<String>,
    /// How many of them git takes for the message: anything below a cut line is not part of it.
    pub(super) reach: usize,
    /// Its trailers, as git sees them.
    pub(crate) trailers: Vec<TrailerEntry>,
    /// The lines of the trailer block, counted from 1; empty at the end of the message if git sees
    /// none.
    pub(super) block: Range<usize>,
    /// The encoding, if its bytes for ASCII may be other ones; see [`Encoding::without_ascii`].
    pub(super) without_ascii: Option<String>,
    /// Whether git takes `Key: value` for a trailer at all (`trailer.separators`).
    pub(super) reads_colons: bool,
    /// Whether a mail with this message would lose the trailers: `---` ends it before them.
    pub(super) is_divided: bool,
}

/// One trailer of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TrailerEntry {
    /// The key as it stands there.
    pub(crate) key: String,
    /// The value, unfolded.
    pub(crate) value: String,
    /// Its first line in the message, counted from 1.
    pub(crate) line: usize,
}

impl TrailerEntry {
    /// The key as git's own commands print it; see [`MessageSettings::reported_key`].
    pub(crate) fn reported_key(&self, settings: &MessageSettings) -> String {
        String::from_utf8_lossy(settings.reported_key(self.key.as_bytes())).into_owned()
    }

    /// The trailer as git's own commands print it (`trailer.c: format_trailers`): a configured key may
    /// end with a separator of its own.
    pub(crate) fn reported(&self, settings: &MessageSettings) -> String {
        let key = self.reported_key(settings);
        let separators = settings.separators();
        let last = key.trim_end().bytes().last();
        if last.is_some_and(|last| separators.contains(&last)) {
            return format!("{key}{}", self.value);
        }
        let separator = separators.first().map_or(':', |byte| char::from(*byte));
        format!("{key}{separator} {}", self.value)
    }
}

impl Reading {
    /// Reads a message that is clean or stored.
    #[must_use]
    pub fn new(text: &[u8], settings: &MessageSettings, encoding: &Encoding) -> Self {
        let message = parse(text, settings);
        let decode = |bytes: &[u8]| encoding.decode_part(bytes).into_owned();
        let trailers = message.trailers.iter().map(|trailer| TrailerEntry {
            key: decode(trailer.key),
            value: decode(&trailer.value),
            line: trailer.line,
        });
        Self {
            trailers: trailers.collect(),
            block: lines_of(&message, message.block.clone()),
            is_divided: is_divided(&message, settings),
            reach: {
                let end = cut(message.text, settings.comment_in_stored());
                lines_of(&message, 0..end).end - 1
            },
            lines: message
                .text
                .split_inclusive(|byte| *byte == b'\n')
                .map(|line| without_feed(&decode(line)))
                .collect(),
            without_ascii: encoding.without_ascii().map(str::to_owned),
            reads_colons: settings.separators().contains(&b':'),
        }
    }

    /// A line, counted from 1.
    #[must_use]
    pub(crate) fn line(&self, number: usize) -> &str {
        let index = number.wrapping_sub(1);
        self.lines.get(index).map_or("", String::as_str)
    }

    /// The lines of the message and their numbers.
    pub(super) fn numbered(&self) -> impl DoubleEndedIterator<Item = (usize, &str)> {
        let lines = self.lines.iter().take(self.reach).enumerate();
        lines.map(|(index, line)| (index + 1, line.as_str()))
    }

    /// The lines at the end, below the subject, that all are or are meant to be trailers, for
    /// example because each was given with its own `-m`.
    pub(crate) fn tail(&self) -> Range<usize> {
        let is_trailer = |line: &str| {
            let is_key = |c: char| c.is_ascii_alphanumeric() || c == '-';
            let key = line.split_once(':').map(|(key, _)| key.trim_end());
            line.starts_with([' ', '\t'])
                || key.is_some_and(|key| !key.is_empty() && key.chars().all(is_key))
                || sign_off_key(line).is_some()
        };
        let start = self.title().end;
        let end = self.block.end.max(start);
        let other = (start..end).rfind(|number| {
            let line = self.line(*number);
            !is_blank(line) && !is_trailer(line)
        });
        other.map_or(start, |other| other + 1)..end
    }

    /// Whether a line is so placed that it can be moved to the trailers without tearing prose
    /// apart: nothing but trailers comes after it, or it is glued to the subject.
    pub(crate) fn is_movable(&self, number: usize) -> bool {
        let title = self.title();
        let is_glued = self.block.is_empty()
            && self
                .last_paragraph()
                .is_some_and(|paragraph| paragraph.contains(&number));
        number > title.start && number < title.end || self.tail().contains(&number) || is_glued
    }

    /// The subject's paragraph, counted from 1.
    pub(super) fn title(&self) -> Range<usize> {
        let start = self
            .lines
            .iter()
            .position(|line| !is_blank(line))
            .unwrap_or(self.lines.len());
        let length = self.lines[start..].iter().position(|line| is_blank(line));
        start + 1..length.map_or(self.lines.len(), |length| start + length) + 1
    }

    /// The first line of the subject, which people take for all of it.
    pub(super) fn first_line(&self) -> &str {
        self.line(self.title().start)
    }

    /// The subject in one line.
    #[must_use]
    pub(crate) fn subject(&self) -> String {
        let lines: Vec<&str> = self
            .title()
            .map(|number| self.line(number).trim())
            .collect();
        lines.join(" ")
    }

    /// The paragraph in which a line stands.
    pub(super) fn paragraph(&self, number: usize) -> Range<usize> {
        let is_gap = |number: &usize| is_blank(self.line(*number));
        let start = (1..number).rev().find(is_gap);
        let end = (number..=self.lines.len()).find(is_gap);
        start.map_or(1, |blank| blank + 1)..end.unwrap_or(self.lines.len() + 1)
    }

    /// The last paragraph before the part that git ignores at the end, if it is not the subject's.
    pub(super) fn last_paragraph(&self) -> Option<Range<usize>> {
        let end = self.block.end;
        let last = (1..end)
            .rev()
            .find(|number| !is_blank(self.line(*number)))?;
        let paragraph = self.paragraph(last);
        (paragraph.start >= self.title().end).then_some(paragraph.start..last + 1)
    }
}

/// Whether a line ends a paragraph: git's white space is ASCII's, without form feeds.
fn is_blank(line: &str) -> bool {
    line.bytes()
        .all(|byte| matches!(byte, b' ' | b'\t' | b'\r'))
}

fn without_feed(line: &str) -> String {
    line.trim_end_matches(['\n', '\r']).to_owned()
}

fn lines_of(message: &ParsedMessage<'_>, range: Range<usize>) -> Range<usize> {
    let number = |at: usize| message.text[..at].split(|byte| *byte == b'\n').count();
    // The last line may have no line feed.
    let is_open = range.end > 0 && message.text[range.end - 1] != b'\n';
    let end = number(range.end) + usize::from(is_open);
    if range.is_empty() {
        return end..end;
    }
    number(range.start)..end
}

/// Whether git sees a sign-off in the message, and no sign-off before the first line that would end
/// a mail (`commit.c: ignored_log_message_bytes`, `trailer.c: find_end_of_log_message`).
fn is_divided(message: &ParsedMessage<'_>, settings: &MessageSettings) -> bool {
    let has_sign_off = |message: &ParsedMessage<'_>| {
        let mut trailers = message.trailers.iter();
        trailers.any(|trailer| trailer.has_key(crate::rules::message::keys::SIGNED_OFF_BY))
    };
    let text = message.text;
    let mut at = 0;
    let divider = text
        .split_inclusive(|byte| *byte == b'\n')
        .find_map(|line| {
            let start = at;
            at += line.len();
            let after = line.strip_prefix(b"---")?.first();
            after.is_none_or(u8::is_ascii_whitespace).then_some(start)
        });
    divider.is_some_and(|at| has_sign_off(message) && !has_sign_off(&parse(&text[..at], settings)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Reading {
        Reading::new(
            text.as_bytes(),
            &MessageSettings::default(),
            &Encoding::Utf8,
        )
    }

    #[test]
    fn places_are_lines() {
        let reading = read("title\nmore\n\nbody\n\nKey: v\nOther: w\n");
        assert_eq!(reading.title(), 1..3);
        assert_eq!(reading.subject(), "title more");
        assert_eq!(reading.block, 6..8);
        assert_eq!(reading.paragraph(4), 4..5);
        assert_eq!(reading.last_paragraph(), Some(6..8));
        let lines: Vec<usize> = reading.trailers.iter().map(|entry| entry.line).collect();
        assert_eq!(lines, [6, 7]);
        for text in ["title", "title\n", ""] {
            let reading = read(text);
            assert_eq!(reading.last_paragraph(), None, "{text:?}");
            assert!(reading.block.is_empty());
        }
        assert_eq!(read("t\n\nKey: v").block, 3..4);
        assert_eq!(read("t\n\nprose").last_paragraph(), Some(3..4));
        assert_eq!(read("t\n\nprose\n\n# x\n").last_paragraph(), Some(3..4));
    }

    #[test]
    fn a_divider_cuts_a_mail() {
        let signed = "Signed-off-by: A <a@b>\n";
        assert!(read(&format!("t\n\nx\n---\ny\n\n{signed}")).is_divided);
        assert!(!read(&format!("t\n\nx\n\n{signed}")).is_divided);
        assert!(!read(&format!("t\n\n---x\n\n{signed}")).is_divided);
        assert!(!read("t\n\nx\n---\ny\n").is_divided);
    }
}
