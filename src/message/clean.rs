//! git's clean-up: from the file that a person has saved to the text that git stores.

use super::bytes::{before_nul, is_blank, lines, trim_end};
use super::settings::{CUT_LINE, Cleanup, MessageSettings};

/// The start of a line that does not count when git decides whether a message is empty.
const SIGN_OFF: &[u8] = b"Signed-off-by: ";

/// A message as git will store it, and where its lines come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cleaned {
    /// The message.
    pub text: Vec<u8>,
    /// For each line of the text its number in the file, both counted from zero.
    origins: Vec<usize>,
    mode: Cleanup,
}

impl Cleaned {
    /// The number that a line of the text had in the file, both counted from one. A line that
    /// does not exist is taken for the last one.
    #[must_use]
    pub fn line_in_file(&self, line: usize) -> usize {
        let at = line.saturating_sub(1);
        let origin = self.origins.get(at).or(self.origins.last());
        origin.map_or(1, |origin| origin + 1)
    }

    /// Whether git takes the message for empty and gives up: it contains nothing but blank lines
    /// and sign-offs (`sequencer.c: message_is_empty`).
    #[must_use]
    pub fn is_empty(&self) -> bool {
        if self.mode == Cleanup::Verbatim && !self.text.is_empty() {
            return false;
        }
        lines(&self.text)
            .map(|range| &self.text[range])
            .all(|line| line.starts_with(SIGN_OFF) || is_blank(line))
    }
}

/// Does to a message what `git commit` does after the commit-msg hook
/// (`sequencer.c: cleanup_message`).
#[must_use]
pub fn clean(file: &[u8], settings: &MessageSettings) -> Cleaned {
    let comment = settings.comment_in_file(file);
    let mode = settings.cleanup;
    let cuts = settings.verbose || mode == Cleanup::Scissors;
    let message = if cuts {
        &file[..cut(file, comment)]
    } else {
        file
    };
    let (text, origins) = match mode {
        Cleanup::Verbatim => (message.to_vec(), (0..lines(message).count()).collect()),
        Cleanup::Strip => strip(message, Some(comment)),
        Cleanup::Whitespace | Cleanup::Scissors => strip(message, None),
    };
    Cleaned {
        text,
        origins,
        mode,
    }
}

/// The end of a message because of a cut line, in bytes; its length if there is none.
///
/// A cut line is exactly the comment string, a blank and the
/// scissors, and nothing but a line feed after them (`wt-status.c: wt_status_locate_end`).
#[must_use]
pub(crate) fn cut(message: &[u8], comment: &[u8]) -> usize {
    let is_cut = |line: &[u8]| {
        let after_comment = line.strip_prefix(comment);
        after_comment.and_then(|after_comment| after_comment.strip_prefix(b" ")) == Some(CUT_LINE)
    };
    // git looks for it with strstr, which a NUL stops.
    let cut_line = lines(before_nul(message)).find(|range| is_cut(&message[range.clone()]));
    cut_line.map_or(message.len(), |range| range.start)
}

/// Removes comments, white space at the ends of lines, and blank lines but for one between
/// paragraphs (`strbuf.c: strbuf_stripspace`).
fn strip(message: &[u8], comment: Option<&[u8]>) -> (Vec<u8>, Vec<usize>) {
    let mut text = Vec::with_capacity(message.len() + 1);
    let mut origins = Vec::new();
    let mut blank = None;
    for (number, range) in lines(message).enumerate() {
        let line = &message[range];
        if comment.is_some_and(|comment| line.starts_with(comment)) {
            continue;
        }
        let line = trim_end(line);
        if line.is_empty() {
            blank = blank.or(Some(number));
            continue;
        }
        if let Some(blank) = blank.take()
            && !text.is_empty()
        {
            text.push(b'\n');
            origins.push(blank);
        }
        text.extend_from_slice(line);
        text.push(b'\n');
        origins.push(number);
    }
    (text, origins)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::settings::Editor;

    const SCISSORS: &str = "# ------------------------ >8 ------------------------\n";

    fn in_mode(cleanup: Cleanup) -> MessageSettings {
        let mut settings = MessageSettings::default();
        settings.cleanup = cleanup;
        settings
    }

    #[track_caller]
    fn check(cleanup: Cleanup, file: impl AsRef<[u8]>, expected: impl AsRef<[u8]>) {
        let text = clean(file.as_ref(), &in_mode(cleanup)).text;
        let show = String::from_utf8_lossy;
        assert_eq!(show(&text), show(expected.as_ref()));
    }

    #[test]
    fn white_space_is_reduced() {
        for (file, expected) in [
            ("", ""),
            ("\n\n\n", ""),
            (" \t\r\n", ""),
            ("a", "a\n"),
            ("\n \na\n", "a\n"),
            ("a \t\r\n\n \n\nb\n\n", "a\n\nb\n"),
            ("a\r\n\r\nb\r\n", "a\n\nb\n"),
            (" a\n", " a\n"),
            ("a\x0c\n\x0b\nb\n", "a\x0c\n\x0b\nb\n"),
            ("\u{feff}a\n", "\u{feff}a\n"),
            ("a\0b \n\0\n", "a\0b\n\0\n"),
            ("# a\n", "# a\n"),
        ] {
            check(Cleanup::Whitespace, file, expected);
            check(Cleanup::Scissors, file, expected);
            check(Cleanup::Verbatim, file, file);
        }
        check(Cleanup::Whitespace, b"\xe9 \n", b"\xe9\n");
    }

    #[test]
    fn comments_go_without_a_trace() {
        for (file, expected) in [
            ("# a\n", ""),
            ("a\n#\nb\n", "a\nb\n"),
            ("a\n\n# x\n\nb\n", "a\n\nb\n"),
            ("# x\n\na\n", "a\n"),
            ("a\n # no comment\n", "a\n # no comment\n"),
            ("a\n# at the end", "a\n"),
            ("#42: fix\n\nx\n", "x\n"),
        ] {
            check(Cleanup::Strip, file, expected);
        }
        let entries = [("core.commentString", Some("//"))];
        let slashes = MessageSettings::from_config(entries, Editor::Used);
        let text = clean(b"a\n// b\n/ c\n# d\n", &slashes).text;
        assert_eq!(text, b"a\n/ c\n# d\n");
    }

    #[test]
    fn a_cut_line_is_exact() {
        let cut = |file: &str| clean(file.as_bytes(), &in_mode(Cleanup::Scissors)).text;
        assert_eq!(cut(&format!("a\n{SCISSORS}b\n")), b"a\n");
        assert_eq!(cut(&format!("{SCISSORS}b\n")), b"");
        assert_eq!(cut(&format!("a\n{SCISSORS}b\n{SCISSORS}")), b"a\n");
        let line = SCISSORS.trim_end();
        for near in [
            format!("a\n{line}\r\nb\n"),
            format!("a\n{line} \nb\n"),
            format!("a\n {SCISSORS}b\n"),
            format!("a\n#{SCISSORS}b\n"),
            format!("a\n;{}b\n", &SCISSORS[1..]),
            format!("a\0\n{SCISSORS}b\n"),
            format!("a\nb {SCISSORS}"),
            format!("a\nb\n{line}"),
        ] {
            let text = cut(&near);
            assert!(text.windows(2).any(|two| two == b">8"), "{near}");
        }
    }

    #[test]
    fn a_cut_line_counts_in_its_mode_and_when_verbose() {
        let file = format!("a\n{SCISSORS}b\n");
        check(Cleanup::Strip, &file, "a\nb\n");
        check(Cleanup::Whitespace, &file, &file);
        check(Cleanup::Verbatim, &file, &file);
        for cleanup in [
            Cleanup::Strip,
            Cleanup::Whitespace,
            Cleanup::Verbatim,
            Cleanup::Scissors,
        ] {
            let mut settings = in_mode(cleanup);
            settings.verbose = true;
            assert_eq!(clean(file.as_bytes(), &settings).text, b"a\n");
        }
    }

    #[test]
    fn lines_are_numbered_as_in_the_file() {
        let file = b"\n# x\na\n# y\nb\n\n\n# z\n\nc\n";
        let cleaned = clean(file, &in_mode(Cleanup::Strip));
        assert_eq!(cleaned.text, b"a\nb\n\nc\n");
        let numbers: Vec<_> = (1..=4).map(|line| cleaned.line_in_file(line)).collect();
        assert_eq!(numbers, [3, 5, 6, 10]);
        assert_eq!(cleaned.line_in_file(99), 10);
        let cleaned = clean(b"", &in_mode(Cleanup::Verbatim));
        assert_eq!((cleaned.line_in_file(0), cleaned.line_in_file(7)), (1, 1));
    }

    #[test]
    fn sign_offs_alone_are_no_message() {
        let empty = |file: &[u8], mode| clean(file, &in_mode(mode)).is_empty();
        for file in [
            "",
            "\n \n",
            "Signed-off-by: A\n",
            "\nSigned-off-by: A\n\nSigned-off-by: \n",
        ] {
            // White space at its end is removed, so the line is no longer a sign-off.
            let bare = file.ends_with(": \n");
            assert_eq!(empty(file.as_bytes(), Cleanup::Whitespace), !bare, "{file}");
            assert_eq!(empty(file.as_bytes(), Cleanup::Verbatim), file.is_empty());
        }
        for file in ["a\n", "signed-off-by: A\n", "Signed-off-by:\n", "\0\n"] {
            assert!(!empty(file.as_bytes(), Cleanup::Whitespace), "{file}");
        }
    }
}
