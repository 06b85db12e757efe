//! Justified exceptions: the reason that stands on the line or in its brackets.

use bstr::ByteSlice as _;

use super::lexer::{PartKind, Spans};
use crate::config::is_reason;
use crate::tools::ReasonStyle;

/// The reason that a line gives for an exception.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Reason {
    /// Nothing.
    None,
    /// A text that does not explain anything.
    Weak(String),
    /// A text that explains why the exception is right.
    Good(String),
}

/// The beginnings of comments that address tools and tell people nothing.
const DIRECTIVES: [&str; 17] = [
    "noqa", "type:", "pragma", "nosec", "pylint:", "fmt:", "isort:", "pyright:", "mypy:", "ruff:",
    "flake8:", "nolint", "eslint", "@ts-", "prettier", "rubocop", "black:",
];

/// A place in a file where a rule matched.
#[derive(Clone, Copy)]
pub(super) struct MatchLocation<'t> {
    pub(super) text: &'t [u8],
    pub(super) spans: &'t Spans,
    /// Where it ends.
    pub(super) end: usize,
    /// Where its line ends.
    pub(super) line_end: usize,
    /// The end of the brackets that it opens, if it opens any.
    pub(super) brackets_end: Option<usize>,
}

/// The reason that the line gives.
pub(super) fn reason(location: MatchLocation<'_>, style: ReasonStyle, in_comment: bool) -> Reason {
    let in_brackets = location.brackets_end.and_then(|end| match style {
        ReasonStyle::Named => named(location, end),
        ReasonStyle::Argument => named(location, end).or_else(|| argument(location, end)),
        _ => None,
    });
    let in_brackets = in_brackets.or_else(|| {
        let value = (style == ReasonStyle::Value).then(|| following_text(location))?;
        (!value.is_empty()).then_some(value)
    });
    let comment = if in_comment {
        rest_of_comment(location)
    } else {
        comment_on_line(location)
    };
    let second = in_comment && style == ReasonStyle::SecondComment;
    let reason = in_brackets
        .or_else(|| dashed(&comment))
        .or_else(|| second.then(|| second_comment(&comment)).flatten())
        .or_else(|| {
            (in_comment && style == ReasonStyle::Rest)
                .then(|| remainder(&comment))
                .flatten()
        });
    match reason {
        Some(reason) if is_reason(&reason) => Reason::Good(reason),
        Some(reason) if !reason.is_empty() => Reason::Weak(reason),
        _ => Reason::None,
    }
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).trim().to_owned()
}

/// The text that follows in the comment, up to the end of the line.
fn rest_of_comment(location: MatchLocation<'_>) -> String {
    let mut end = location.end;
    while end < location.line_end && location.spans.kind(end) == PartKind::Comment {
        end += 1;
    }
    let rest = lossy(&location.text[location.end.min(end)..end]);
    without_close(&rest).to_owned()
}

/// The comments that follow on the line.
fn comment_on_line(location: MatchLocation<'_>) -> String {
    let end = location
        .brackets_end
        .map_or(location.end, |end| end.max(location.end));
    let rest = &location.text[end..];
    let line_end = end + rest.find_byte(b'\n').unwrap_or(rest.len());
    let is_comment = |at: &usize| location.spans.kind(*at) == PartKind::Comment;
    let bytes: Vec<u8> = (end..line_end)
        .filter(is_comment)
        .map(|at| location.text[at])
        .collect();
    without_close(&lossy(&bytes)).to_owned()
}

fn without_close(comment: &str) -> &str {
    let comment = comment.trim_end();
    comment.strip_suffix("*/").unwrap_or(comment).trim_end()
}

/// The text after `--` in a comment.
fn dashed(comment: &str) -> Option<String> {
    for dash in ["--", "\u{2014}", "\u{2013}"] {
        for (at, _) in comment.match_indices(dash) {
            let before = comment[..at].chars().next_back();
            let is_free = before.is_none_or(|c| c.is_whitespace() || matches!(c, '#' | '/' | '*'));
            let after = &comment[at + dash.len()..];
            if is_free && after.starts_with(char::is_whitespace) {
                return Some(after.trim().to_owned());
            }
        }
    }
    None
}

/// A second comment inside the comment, unless it addresses a tool, too.
fn second_comment(comment: &str) -> Option<String> {
    let is_free = |at: usize| {
        comment[..at].chars().all(char::is_whitespace)
            || comment[..at].ends_with(char::is_whitespace)
    };
    let marks = ["#", "//"]
        .into_iter()
        .flat_map(|mark| comment.match_indices(mark));
    let at = marks.map(|(at, _)| at).filter(|at| is_free(*at)).min()?;
    let text = comment[at..].trim_start_matches(['#', '/', ' ']);
    let is_directive = DIRECTIVES.iter().any(|start| text.starts_with(start));
    (!is_directive).then(|| text.to_owned())
}

/// Everything that follows.
fn remainder(comment: &str) -> Option<String> {
    let text = comment.trim_start_matches([' ', ':', '-', '(']);
    let is_directive = DIRECTIVES.iter().any(|start| text.starts_with(start));
    (!is_directive && !text.is_empty()).then(|| text.to_owned())
}

/// The value of `reason = ...` in the brackets.
fn named(location: MatchLocation<'_>, end: usize) -> Option<String> {
    let inside = &location.text[location.end..end];
    let mut from = 0;
    while let Some(at) = inside[from..].find("reason") {
        let start = from + at;
        from = start + b"reason".len();
        let rest = inside[from..].trim_ascii_start();
        if location.spans.kind(location.end + start) != PartKind::Code
            || rest.first() != Some(&b'=')
        {
            continue;
        }
        let value = location.text.len() - location.text[location.end + from..].len();
        let reason = texts(location, value, end);
        return if reason.is_empty() {
            constant(&rest[1..])
        } else {
            Some(reason)
        };
    }
    None
}

/// A name in place of a reason: its text is defined elsewhere.
fn constant(text: &[u8]) -> Option<String> {
    let is_word = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(**byte, b'_' | b'.');
    let name = text.trim_ascii_start();
    let length = name.iter().take_while(is_word).count();
    (length > 0).then(|| format!("reason = {}", lossy(&name[..length])))
}

/// The strings in the brackets, or the name that is all that stands there.
fn argument(location: MatchLocation<'_>, end: usize) -> Option<String> {
    let reason = texts(location, location.end, end);
    if !reason.is_empty() {
        return Some(reason);
    }
    let inside = location.text[location.end..end].trim_ascii();
    if matches!(inside, b"True" | b"False" | b"None") {
        return None;
    }
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.');
    inside.iter().all(is_name).then(|| constant(inside))?
}

/// The contents of the string that follows, on as many lines as it takes.
fn following_text(location: MatchLocation<'_>) -> String {
    let length = location.text.len();
    let is_before = |at: &usize| matches!(location.text[*at], b'=' | b' ' | b'\t' | b'\r' | b'\n');
    let start = (location.end..length)
        .find(|at| !is_before(at))
        .unwrap_or(length);
    let end = (start..length).find(|at| location.spans.kind(*at) != PartKind::Text);
    texts(location, start, end.unwrap_or(length))
}

/// The contents of the strings in a part of a text, one after the other.
fn texts(location: MatchLocation<'_>, start: usize, end: usize) -> String {
    let mut words = Vec::new();
    let mut from = start;
    while from < end {
        let kind = location.spans.kind(from);
        let mut to = from + 1;
        while to < end && location.spans.kind(to) == kind {
            to += 1;
        }
        if kind == PartKind::Text {
            let text = lossy(&location.text[from..to]);
            let text = text.trim_matches(['"', '\'', '`', '#', 'r', '{', '}']);
            words.push(text.to_owned());
        }
        from = to;
    }
    words.join(" ").trim().to_owned()
}
