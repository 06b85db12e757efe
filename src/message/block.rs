//! Where the trailers of a message are, if it has any.

use std::ops::Range;

use super::bytes::{is_blank, is_space, lines, lines_backwards};
use super::clean::cut;
use super::settings::MessageSettings;

/// The prefixes of lines that git itself writes among trailers (`trailer.c:
/// git_generated_prefixes`). Blanks and case count.
const GENERATED: [&[u8]; 2] = [b"Signed-off-by: ", b"(cherry picked from commit "];

/// The heading of the list of conflicts that git wrote without comment signs before 2014.
const CONFLICTS: &[u8] = b"Conflicts:\n";

/// The range of the trailer block, empty at the end of the message if there is none.
///
/// The text must not contain NUL.
pub(super) fn find(text: &[u8], settings: &MessageSettings) -> Range<usize> {
    let end = end_of_message(text, settings.comment_in_stored());
    start(text, end, settings).unwrap_or(end)..end
}

/// The position of the separator, if the line begins with what could be a key: letters, digits and
/// hyphens, then blanks (`trailer.c: find_separator`). No key is empty.
#[must_use]
pub(crate) fn separator(line: &[u8], settings: &MessageSettings) -> Option<usize> {
    let mut blank = false;
    for (at, byte) in line.iter().enumerate() {
        if settings.separators().contains(byte) {
            return (at > 0).then_some(at);
        }
        match byte {
            b' ' | b'\t' if at > 0 => blank = true,
            b'-' if !blank => {}
            letter if !blank && letter.is_ascii_alphanumeric() => {}
            _ => return None,
        }
    }
    None
}

/// The start of trailing comments, empty lines and an old list of conflicts, or of the cut line
/// (`commit.c: ignored_log_message_bytes`).
fn end_of_message(text: &[u8], comment: &[u8]) -> usize {
    let end = cut(text, comment);
    // git marks "nothing to ignore so far" with position 0, so that a line that could be ignored is
    // not if it is the message's very first line.
    let mut ignored = 0;
    let mut in_conflicts = false;
    for range in lines(&text[..end]) {
        let at = range.start;
        let line = &text[range];
        if line.starts_with(comment) || line[0] == b'\n' {
            ignored = if ignored == 0 { at } else { ignored };
        } else if line == CONFLICTS {
            in_conflicts = true;
            ignored = if ignored == 0 { at } else { ignored };
        } else if in_conflicts && line[0] == b'\t' {
            // A path of the list.
        } else if ignored > 0 {
            ignored = 0;
            in_conflicts = false;
        }
    }
    if ignored > 0 { ignored } else { end }
}

/// The start of the block (`trailer.c: find_trailer_block_start`): the last paragraph, unless it is
/// the first, if every line of it is a trailer or continues one; or if at least one in four is and
/// at least one of these is known.
fn start(text: &[u8], end: usize, settings: &MessageSettings) -> Option<usize> {
    let comment = settings.comment_in_stored();
    let title = end_of_title(&text[..end], comment);
    let mut count = Count::default();
    let mut only_blank = true;
    for range in lines_backwards(&text[..end]) {
        if range.start < title {
            break;
        }
        let line = &text[range.clone()];
        if line.starts_with(comment) {
            count.no_continuation();
        } else if is_blank(line) {
            if !only_blank {
                return count.is_block().then_some(range.end);
            }
        } else {
            only_blank = false;
            count.line(line, settings);
        }
    }
    None
}

/// The start of the first blank line. Comments do not count, even blank ones.
fn end_of_title(text: &[u8], comment: &[u8]) -> usize {
    let blank = lines(text).find(|range| {
        let line = &text[range.clone()];
        !line.starts_with(comment) && is_blank(line)
    });
    blank.map_or(text.len(), |range| range.start)
}

/// The lines of a paragraph, counted from the last to the first.
#[derive(Default)]
struct Count {
    trailers: usize,
    non_trailers: usize,
    /// Indented lines below a line that is still to come: they count as it does.
    indented: usize,
    has_known_trailer: bool,
}

impl Count {
    fn line(&mut self, line: &[u8], settings: &MessageSettings) {
        if GENERATED.iter().any(|prefix| line.starts_with(prefix)) {
            self.trailers += 1;
            self.indented = 0;
            self.has_known_trailer = true;
        } else if is_space(line[0]) {
            self.indented += 1;
        } else if let Some(at) = separator(line, settings) {
            self.trailers += 1;
            self.indented = 0;
            self.has_known_trailer = self.has_known_trailer || settings.knows(&line[..at]);
        } else {
            self.non_trailers += 1;
            self.no_continuation();
        }
    }

    fn no_continuation(&mut self) {
        self.non_trailers += std::mem::take(&mut self.indented);
    }

    /// Whether the counted lines are a paragraph of trailers.
    fn is_block(&self) -> bool {
        let non_trailers = self.non_trailers + self.indented;
        self.has_known_trailer && 3 * self.trailers >= non_trailers
            || self.trailers > 0 && non_trailers == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::settings::Editor;

    const SCISSORS: &str = "# ------------------------ >8 ------------------------\n";

    fn settings(entries: &[(&str, &str)]) -> MessageSettings {
        let entries = entries.iter().map(|(key, value)| (key, Some(value)));
        MessageSettings::from_config(entries, Editor::NotUsed)
    }

    /// The block of a message with this last paragraph.
    fn block(paragraph: &str, entries: &[(&str, &str)]) -> String {
        let text = format!("title\n\n{paragraph}");
        text[find(text.as_bytes(), &settings(entries))].to_owned()
    }

    #[track_caller]
    fn is_block(paragraph: &str) {
        assert_eq!(block(paragraph, &[]), paragraph);
    }

    #[track_caller]
    fn is_no_block(paragraph: &str) {
        assert_eq!(block(paragraph, &[]), "", "{paragraph}");
    }

    #[test]
    fn a_separator_follows_a_key() {
        for (line, expected) in [
            ("Key: value", Some(3)),
            ("Key:value", Some(3)),
            ("Key : value", Some(4)),
            ("K-1\t :", Some(5)),
            ("-:", Some(1)),
            ("https://x", Some(5)),
            ("Two words: v", None),
            ("BREAKING CHANGE: v", None),
            ("Hash-in-v6.11: v", None),
            ("a_b: v", None),
            (": v", None),
            (" Key: v", None),
            ("Key", None),
            ("Key\n", None),
            ("Key\r: v", None),
            ("", None),
            ("Sch\u{f6}n: v", None),
        ] {
            let position = separator(line.as_bytes(), &MessageSettings::default());
            assert_eq!(position, expected, "{line}");
        }
        let odd = settings(&[("trailer.separators", "=% ")]);
        assert_eq!(separator(b"Key: v", &odd), None);
        assert_eq!(separator(b"Key=v", &odd), Some(3));
        assert_eq!(separator(b"Key v", &odd), Some(3));
        assert_eq!(separator(b" Key=v", &odd), None);
        let none = settings(&[("trailer.separators", "")]);
        assert_eq!(separator(b"Key: v", &none), None);
    }

    #[test]
    fn every_line_is_a_trailer() {
        is_block("Key: v\n");
        is_block("Key: v");
        is_block("Key:\nOther: v\n");
        is_block("https://example.com\n");
        is_block("Key: v\n  continued\n\tagain\nKey: v\n");
        is_block("Key: v\r\nKey: v\r\n");
        is_no_block("Key: v\nprose\n");
        is_no_block("  Key: v\n");
        is_no_block("  indented\nKey: v\n");
        is_no_block("\u{1f916} Generated with x\nCo-authored-by: A <a@b>\n");
        is_no_block("BREAKING CHANGE: x\nCo-authored-by: A <a@b>\n");
        is_no_block("* Key: v\nKey: v\n");
    }

    #[test]
    fn one_line_in_four_is_enough_beside_a_known_one() {
        is_block("Signed-off-by: A\na\nb\nc\n");
        is_no_block("Signed-off-by: A\na\nb\nc\nd\n");
        is_block("a\nb\nc\nd\nKey: v\nSigned-off-by: A\n");
        is_block("BREAKING CHANGE: x\n(cherry picked from commit 1)\n");
        // Neither in another case nor without its blank is it known.
        is_no_block("Signed-Off-By: A\na\n");
        is_no_block("Signed-off-by:A\na\n");
        is_no_block("(cherry picked\na\n");
        // Indented lines belong to what stands above them.
        is_block("Signed-off-by: A\n b\n c\n d\n e\n");
        is_no_block("Signed-off-by: A\na\n b\n c\n d\n");
        is_no_block("Signed-off-by: A\n# x\n b\n c\n d\n e\n");
    }

    #[test]
    fn configured_trailers_are_known() {
        let mixed = "Reviewed-by: A\na\n";
        assert_eq!(block(mixed, &[("trailer.rev.key", "Reviewed-by")]), mixed);
        assert_eq!(block(mixed, &[("trailer.REVIEWED-BY.where", "end")]), mixed);
        assert_eq!(
            block(mixed, &[("trailer.reviewed-by-all.where", "end")]),
            mixed
        );
        assert_eq!(block(mixed, &[("trailer.reviewed.where", "end")]), "");
        let blank = "Reviewed-by : A\na\n";
        assert_eq!(block(blank, &[("trailer.reviewed-by.where", "end")]), "");
    }

    #[test]
    fn only_the_last_paragraph_is_looked_at_and_never_the_first() {
        let block_of = |text: &str| find(text.as_bytes(), &MessageSettings::default());
        for text in [
            "Key: v\n",
            "Key: v",
            "a\nKey: v\n",
            "a\n#\nKey: v\n",
            "\nKey: v\n\n",
            "",
        ] {
            let range = block_of(text);
            // A title that is empty leaves the next paragraph to be one.
            let expected = if text.starts_with('\n') { 7 } else { 0 };
            assert_eq!(range.len(), expected, "{text:?}");
        }
        is_no_block("Signed-off-by: A\n\nprose\n");
        assert_eq!(block("Key: v\n\nOther: v\n", &[]), "Other: v\n");
        assert_eq!(block("Key: v\n \t\r\nOther: v\n", &[]), "Other: v\n");
        assert_eq!(block("Key: v\n\x0c\nOther: v\n", &[]), "");
        // A comment does not end the title, a blank line among comments does.
        assert_eq!(block_of("title\n# x\n\nKey: v\n"), 11..18);
    }

    #[test]
    fn what_follows_the_message_is_ignored() {
        let block_in = |tail: &str| block(&format!("Key: v\n{tail}"), &[]);
        for tail in [
            "\n\n",
            "# a\n\n# b",
            "\nConflicts:\n\ta\n\tb\n",
            "\nConflicts:\n\ta\n# c\n\n",
        ] {
            assert_eq!(block_in(tail), "Key: v\n", "{tail}");
        }
        assert_eq!(block_in(&format!("{SCISSORS}diff\n")), "Key: v\n");
        assert_eq!(block_in(&format!("\n# x\n{SCISSORS}diff\n")), "Key: v\n");
        // A line of white space is not empty, but it does not hide the block.
        assert_eq!(block_in(" \n"), "Key: v\n \n");
        assert_eq!(block_in("\nConflicts:\n\ta\ntext\n"), "");
        assert_eq!(block_in("\nConflicts: \n\ta\n"), "Conflicts: \n\ta\n");
        assert_eq!(block_in("\n---\nx\n"), "");
        let slashes = [("core.commentString", "//")];
        assert_eq!(block("Key: v\n// x\n", &slashes), "Key: v\n");
        assert_eq!(block("Key: v\n# x\n", &slashes), "");
    }

    #[test]
    fn a_very_first_line_is_never_ignored() {
        for (text, end) in [("# a\n", 4), ("# a\n# b\n", 4), ("\n", 1), ("\n\n", 1)] {
            assert_eq!(end_of_message(text.as_bytes(), b"#"), end, "{text:?}");
        }
        assert_eq!(end_of_message(b"Conflicts:\n\ta\n", b"#"), 14);
        assert_eq!(end_of_message(SCISSORS.as_bytes(), b"#"), 0);
    }
}
