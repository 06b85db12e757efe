//! A message's subject, body and trailers, as git's own commands see them.

use std::borrow::Cow;
use std::ops::Range;

use super::block;
use super::bytes::{before_nul, is_blank, is_space, lines, trim, trim_end};
use super::settings::MessageSettings;

/// A message and its parts. All ranges are of bytes of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParsedMessage<'m> {
    /// The message up to the first NUL, where it ends for git.
    pub text: &'m [u8],
    /// The first paragraph, without blank lines before it and white space at its end.
    pub subject: Range<usize>,
    /// Everything below the subject and the blank lines after it, trailers included
    /// (`pretty.c: parse_commit_message`, `%b`).
    pub body: Range<usize>,
    /// The trailer block. Without one it is empty and stands where git would add one: before
    /// comments and the cut line at the end.
    pub block: Range<usize>,
    /// The trailers of the block. The block may also hold lines that are not trailers.
    pub trailers: Vec<Trailer<'m>>,
}

/// One trailer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trailer<'m> {
    /// The key as it is written; see [`MessageSettings::reported_key`] for the key that git would
    /// print.
    pub key: &'m [u8],
    /// The character between key and value.
    pub(crate) separator: u8,
    /// The value without white space at its ends, continued lines joined by single blanks; it may
    /// be empty.
    pub value: Cow<'m, [u8]>,
    /// The line that it begins on, counted from one.
    pub(crate) line: usize,
    /// Its lines, with the last line feed.
    pub(crate) range: Range<usize>,
}

impl ParsedMessage<'_> {
    /// The subject in one line, as `git log --format=%s` shows it (`pretty.c: format_subject`).
    #[must_use]
    pub fn subject_line(&self) -> Vec<u8> {
        let subject = &self.text[self.subject.clone()];
        let lines: Vec<_> = lines(subject)
            .map(|range| trim_end(&subject[range]))
            .collect();
        lines.join(&b' ')
    }
}

impl Trailer<'_> {
    /// Whether it has this key. Case does not count.
    #[must_use]
    pub(crate) fn has_key(&self, key: &str) -> bool {
        self.key.eq_ignore_ascii_case(key.as_bytes())
    }
}

/// Finds the parts of a cleaned or stored message.
///
/// The trailers are those of `trailer.c: parse_trailers` without a divider: `---` ends a mail, not
/// the message of a commit. `git interpret-trailers` completes an unfinished last line first, since
/// a version after 2.39; `git log` does not, and neither does this.
#[must_use]
pub fn parse<'m>(message: &'m [u8], settings: &MessageSettings) -> ParsedMessage<'m> {
    let text = before_nul(message);
    let (subject, body) = paragraphs(text);
    let block = block::find(text, settings);
    ParsedMessage {
        text,
        subject,
        body,
        trailers: trailers(text, &block, settings),
        block,
    }
}

/// Subject and body.
fn paragraphs(text: &[u8]) -> (Range<usize>, Range<usize>) {
    let mut remaining = lines(text).skip_while(|range| is_blank(&text[range.clone()]));
    let Some(first) = remaining.next() else {
        return (text.len()..text.len(), text.len()..text.len());
    };
    let mut end = first.end;
    let mut body = text.len();
    let mut in_subject = true;
    for range in remaining {
        if is_blank(&text[range.clone()]) {
            in_subject = false;
        } else if in_subject {
            end = range.end;
        } else {
            body = range.start;
            break;
        }
    }
    let subject = trim_end(&text[first.start..end]).len();
    (first.start..first.start + subject, body..text.len())
}

/// The trailers of a block (`trailer.c: trailer_info_get`, `parse_trailers`).
fn trailers<'m>(
    text: &'m [u8],
    block: &Range<usize>,
    settings: &MessageSettings,
) -> Vec<Trailer<'m>> {
    let comment = settings.comment_in_stored();
    let mut trailers: Vec<Trailer<'m>> = Vec::new();
    // The line that an indented line continues: the number and range of a line with a separator.
    let mut open: Option<(usize, Range<usize>)> = None;
    let mut close = |open: Option<(usize, Range<usize>)>| {
        // A comment may look like a trailer, if its comment string does, and take lines with it.
        open.filter(|(_, range)| !text[range.clone()].starts_with(comment))
            .and_then(|(line, range)| trailer(text, line, range, settings))
            .map(|trailer| trailers.push(trailer))
    };
    let first = lines(&text[..block.start]).count() + 1;
    for (number, range) in lines(&text[block.clone()]).enumerate() {
        let range = range.start + block.start..range.end + block.start;
        let line = &text[range.clone()];
        match &mut open {
            Some((_, whole)) if is_space(line[0]) => whole.end = range.end,
            _ => {
                close(open.take());
                open = block::separator(line, settings).map(|_| (first + number, range));
            }
        }
    }
    close(open);
    trailers
}

/// A trailer from all of its lines (`trailer.c: parse_trailer`).
fn trailer<'m>(
    text: &'m [u8],
    line: usize,
    range: Range<usize>,
    settings: &MessageSettings,
) -> Option<Trailer<'m>> {
    let whole = &text[range.clone()];
    let at = block::separator(whole, settings)?;
    Some(Trailer {
        key: trim(&whole[..at]),
        separator: whole[at],
        value: unfold(trim(&whole[at + 1..])),
        line,
        range,
    })
}

/// Line feeds and the white space after them become single blanks (`trailer.c: unfold_value`).
fn unfold(value: &[u8]) -> Cow<'_, [u8]> {
    if !value.contains(&b'\n') {
        return Cow::Borrowed(value);
    }
    let mut unfolded = Vec::with_capacity(value.len());
    let mut after_feed = false;
    for byte in value {
        if after_feed && is_space(*byte) {
            continue;
        }
        after_feed = *byte == b'\n';
        unfolded.push(if after_feed { b' ' } else { *byte });
    }
    Cow::Owned(unfolded)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::settings::Editor;

    fn show(bytes: &[u8]) -> String {
        String::from_utf8_lossy(bytes).into_owned()
    }

    /// Each trailer as `line|key|separator|value`.
    fn listed(message: &ParsedMessage<'_>) -> Vec<String> {
        let line = |trailer: &Trailer<'_>| {
            let (key, value) = (show(trailer.key), show(&trailer.value));
            let separator = char::from(trailer.separator);
            format!("{}|{key}|{separator}|{value}", trailer.line)
        };
        message.trailers.iter().map(line).collect()
    }

    #[track_caller]
    fn check(paragraph: &str, entries: &[(&str, &str)], expected: &[&str]) {
        let entries = entries.iter().map(|(key, value)| (key, Some(value)));
        let settings = MessageSettings::from_config(entries, Editor::NotUsed);
        let text = format!("title\n\n{paragraph}");
        let message = parse(text.as_bytes(), &settings);
        assert_eq!(listed(&message), expected, "{paragraph}");
        for trailer in &message.trailers {
            assert!(message.block.start <= trailer.range.start);
            assert!(trailer.range.end <= message.block.end);
        }
    }

    #[test]
    fn keys_and_values_are_trimmed() {
        check("Key: v\n", &[], &["3|Key|:|v"]);
        check("Key :\t v \r\n", &[], &["3|Key|:|v"]);
        check("Key:v: w", &[], &["3|Key|:|v: w"]);
        check("Key:\nOther: v\n", &[], &["3|Key|:|", "4|Other|:|v"]);
        check(
            "a: 1\nA: 1\na: 1\n",
            &[],
            &["3|a|:|1", "4|A|:|1", "5|a|:|1"],
        );
        check("https://x\n", &[], &["3|https|:|//x"]);
        check("Key:\x0cv\n", &[], &["3|Key|:|\x0cv"]);
    }

    #[test]
    fn indented_lines_continue_a_trailer() {
        check("Key: a\n  b\n\tc\n", &[], &["3|Key|:|a b c"]);
        check("Key:\n  b\nNext: c\n", &[], &["3|Key|:|b", "5|Next|:|c"]);
        check("Key: a \r\n b\r\n", &[], &["3|Key|:|a \r b"]);
        check("Key: a\n \n", &[], &["3|Key|:|a"]);
        check("Key: a\n\n \n", &[], &["3|Key|:|a"]);
        // Only lines that could be trailers are continued, neither prose nor a comment.
        check(
            "Signed-off-by: A\nprose\n b: c\n",
            &[],
            &["3|Signed-off-by|:|A"],
        );
        check(
            "Signed-off-by: A\n# x\n b: c\nKey: v\n",
            &[],
            &["3|Signed-off-by|:|A", "6|Key|:|v"],
        );
    }

    #[test]
    fn other_lines_are_no_trailers() {
        check(
            "(cherry picked from commit 1)\nRefs #133\n# Key: v\nSigned-off-by: A\n: x\n",
            &[],
            &["6|Signed-off-by|:|A"],
        );
        check("Signed-off-by: A\n\nprose\n", &[], &[]);
        check("    Signed-off-by: A\n", &[], &[]);
    }

    #[test]
    fn settings_decide() {
        let percent = [("trailer.separators", "%=")];
        check("Key: v\n", &percent, &[]);
        check("Key% v\nKey = w\n", &percent, &["3|Key|%|v", "4|Key|=|w"]);
        let sign = [("trailer.sign.key", "Signed-off-by")];
        check("S: foo\nprose\n", &sign, &["3|S|:|foo"]);
        let note = [("core.commentString", "note")];
        check("Key: a\n# x\n", &note, &[]);
        // The comment looks like a trailer and takes the indented line with it.
        let paragraph = "Key: a\nnote: x\n b\nSigned-off-by: c\n";
        check(paragraph, &note, &["3|Key|:|a", "6|Signed-off-by|:|c"]);
        // A separator that ends the line: the continued lines are the value.
        let feed = [("trailer.separators", "\n")];
        check("Key\n v\n", &feed, &["3|Key|\n|v"]);
    }

    #[test]
    fn keys_compare_without_case() {
        let message = parse(b"t\n\nsigned-OFF-by: A\n", &MessageSettings::default());
        assert!(message.trailers[0].has_key("Signed-off-by"));
        assert!(!message.trailers[0].has_key("Signed-off"));
    }

    #[test]
    fn subject_and_body_are_those_of_git_log() {
        for (text, subject, body) in [
            ("", "", ""),
            ("\n \n", "", ""),
            ("title", "title", ""),
            ("title\n", "title", ""),
            ("one \r\n two\n\nbody\n", "one  two", "body\n"),
            ("\n\ntitle\n \n\nbody\n\nmore", "title", "body\n\nmore"),
            ("title\n\n", "title", ""),
            ("# title\n\nbody\n", "# title", "body\n"),
            ("title\0\n\nbody\n", "title", ""),
            ("\u{feff}title\n\n\x0c\n", "\u{feff}title", "\x0c\n"),
        ] {
            let message = parse(text.as_bytes(), &MessageSettings::default());
            assert_eq!(show(&message.subject_line()), subject, "{text:?}");
            assert_eq!(show(&message.text[message.body.clone()]), body, "{text:?}");
        }
    }

    #[test]
    fn without_trailers_the_block_is_where_one_would_go() {
        let block = |text: &[u8]| parse(text, &MessageSettings::default()).block;
        assert_eq!(block(b"title\n"), 6..6);
        assert_eq!(block(b"title\n\nbody\n\n# x\n"), 12..12);
        assert_eq!(block(b"title\n\nKey: v\n# x\n"), 7..14);
        assert_eq!(block(b"title\0\n\nKey: v\n"), 5..5);
    }
}
