//! Text: making bytes from outside fit for a terminal, and small pieces of English.
//!
//! Everything that a gate prints, every path and every name passes through here before it is shown,
//! so that no output can move the cursor, set the title or hide other output.

use std::ffi::OsStr;
use std::fmt::Write as _;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::time::Duration;

/// One line of output, fit for a terminal: escape sequences removed, tabs expanded, every other
/// control or direction-changing character made visible, bytes that are not UTF-8 replaced.
#[must_use]
pub(crate) fn clean_line(line: &[u8]) -> String {
    let text = String::from_utf8_lossy(line);
    let text = console::strip_ansi_codes(&text);
    let mut clean = String::with_capacity(text.len());
    // A progress bar rewrites its line with carriage returns; what counts is the last state.
    let text = text.trim_end_matches(['\r', '\n']);
    let text = text.rsplit('\r').next().unwrap_or_default();
    for character in text.chars() {
        match character {
            '\t' => clean.push_str("    "),
            c if is_harmful(c) => push_escaped(&mut clean, c),
            c => clean.push(c),
        }
    }
    clean
}

/// The same with the colours that the line has, and nothing else that steers a terminal. They end with
/// the line.
#[must_use]
pub(crate) fn clean_line_in_color(line: &[u8]) -> String {
    let line = line.trim_ascii_end();
    let line = line
        .rsplit(|byte| *byte == b'\r')
        .next()
        .unwrap_or_default();
    let text = String::from_utf8_lossy(line);
    let mut clean = String::with_capacity(text.len());
    let mut has_color = false;
    let mut rest = text.as_ref();
    while let Some((before, color, after)) = next_color(rest) {
        clean.push_str(&clean_line(before.as_bytes()));
        clean.push_str(color);
        has_color = true;
        rest = after;
    }
    clean.push_str(&clean_line(rest.as_bytes()));
    if has_color {
        clean.push_str("\x1b[0m");
    }
    clean
}

/// The next sequence that sets a colour or its like (ECMA-48, SGR), with the text on both sides of it.
fn next_color(text: &str) -> Option<(&str, &str, &str)> {
    let mut from = 0;
    while let Some(at) = text[from..].find("\x1b[") {
        let begin = from + at;
        let inner = &text[begin + 2..];
        let end = inner.find(|c: char| !(c.is_ascii_digit() || matches!(c, ';' | ':')))?;
        if inner[end..].starts_with('m') {
            let (sequence, after) = text[begin..].split_at(2 + end + 1);
            return Some((&text[..begin], sequence, after));
        }
        from = begin + 2;
    }
    None
}

/// A path as shown to people: as it is, or quoted with escapes where it holds anything odd.
#[must_use]
pub(crate) fn show_path(path: &Path) -> String {
    show_os(path.as_os_str())
}

/// Any string of the system as shown to people; see [`show_path`].
#[must_use]
pub(crate) fn show_os(value: &OsStr) -> String {
    match std::str::from_utf8(value.as_bytes()) {
        Ok(text) if !text.is_empty() && !text.chars().any(|c| is_harmful(c) || c == '"') => {
            text.to_owned()
        }
        _ => {
            let mut quoted = String::from("\"");
            for chunk in value.as_bytes().utf8_chunks() {
                for character in chunk.valid().chars() {
                    match character {
                        '"' | '\\' => quoted.extend(['\\', character]),
                        c if is_harmful(c) => push_escaped(&mut quoted, c),
                        c => quoted.push(c),
                    }
                }
                for byte in chunk.invalid() {
                    let _ = write!(quoted, "\\x{byte:02x}");
                }
            }
            quoted.push('"');
            quoted
        }
    }
}

/// A string as one word of a shell command line that a person can paste.
#[must_use]
pub(crate) fn shell_word(value: &OsStr) -> String {
    match value.to_str() {
        Some(text) if !has_harmful(text) => shell_words::quote(text).into_owned(),
        _ => {
            // `$'...'` is understood by bash, zsh, ksh and POSIX.1-2024 shells.
            let mut quoted = String::from("$'");
            for byte in value.as_bytes() {
                match byte {
                    b'\'' | b'\\' => quoted.extend(['\\', char::from(*byte)]),
                    b'\n' => quoted.push_str("\\n"),
                    b'\t' => quoted.push_str("\\t"),
                    b' '..=b'~' => quoted.push(char::from(*byte)),
                    _ => {
                        let _ = write!(quoted, "\\x{byte:02x}");
                    }
                }
            }
            quoted.push('\'');
            quoted
        }
    }
}

/// Whether showing the text as it is could change how other text is shown.
#[must_use]
pub(crate) fn has_harmful(text: &str) -> bool {
    text.chars().any(is_harmful)
}

/// A duration as a person reads it: `0.08s`, `12.3s`, `2m 05s`.
#[must_use]
pub(crate) fn duration(duration: Duration) -> String {
    let seconds = duration.as_secs_f64();
    if seconds < 9.995 {
        format!("{seconds:.2}s")
    } else if seconds < 59.95 {
        format!("{seconds:.1}s")
    } else {
        let whole = duration.as_secs();
        if whole < 3600 {
            format!("{}m {:02}s", whole / 60, whole % 60)
        } else {
            format!("{}h {:02}m", whole / 3600, whole % 3600 / 60)
        }
    }
}

/// A limit as it was configured: `60s`, `2m`, `1h 30m`.
#[must_use]
pub(crate) fn limit(limit: Duration) -> String {
    humantime::format_duration(limit).to_string()
}

/// `1 file`, `2 files`.
#[must_use]
pub(crate) fn count(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}

/// The first `limit` items joined by commas, and how many more there are.
#[must_use]
pub(crate) fn some_of<T: AsRef<str>>(items: &[T], limit: usize) -> String {
    let mut text = items
        .iter()
        .take(limit)
        .map(AsRef::as_ref)
        .collect::<Vec<_>>()
        .join(", ");
    if items.len() > limit {
        let _ = write!(text, " and {} more", items.len() - limit);
    }
    text
}

/// The candidate that was probably meant by `word`, if one is similar enough.
#[must_use]
pub(crate) fn nearest<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let lower = word.to_lowercase().replace('_', "-");
    candidates
        .into_iter()
        .map(|candidate| {
            let distance = strsim::osa_distance(&lower, &candidate.to_lowercase());
            (distance, candidate)
        })
        .filter(|(distance, candidate)| {
            let longest = lower.chars().count().max(candidate.chars().count());
            // A third of the word may differ; of a very short one, a single letter.
            *distance <= (longest / 3).max(1) && *distance < longest
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Whether showing the character could change how other text is shown.
fn is_harmful(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
        )
}

fn push_escaped(text: &mut String, character: char) {
    let code = u32::from(character);
    let _ = match character {
        '\n' => write!(text, "\\n"),
        '\t' => write!(text, "\\t"),
        '\r' => write!(text, "\\r"),
        _ if code < 0x100 => write!(text, "\\x{code:02x}"),
        _ => write!(text, "\\u{{{code:x}}}"),
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_but_colours_stays_of_what_steers_a_terminal() {
        let cases = [
            ("plain\tx", "plain    x"),
            ("\x1b[31mred\x1b[0m", "\x1b[31mred\x1b[0m\x1b[0m"),
            ("\x1b[38;5;9mred", "\x1b[38;5;9mred\x1b[0m"),
            ("\x1b[2J\x1b[1mbold\x1b[K", "\x1b[1mbold\x1b[0m"),
            ("\x1b]0;title\x07text", "text"),
            ("10%\r\x1b[32m100%\r\n", "\x1b[32m100%\x1b[0m"),
            ("a\u{202e}b\x1b[", "a\\u{202e}b\\x1b["),
        ];
        for (line, expected) in cases {
            assert_eq!(clean_line_in_color(line.as_bytes()), expected, "{line:?}");
        }
    }

    #[test]
    fn output_cannot_steer_the_terminal() {
        let cases: [(&[u8], &str); 9] = [
            (b"plain", "plain"),
            (b"\x1b[31mred\x1b[0m", "red"),
            (b"\x1b]0;title\x07after", "after"),
            (b"10%\r50%\r100%\r\n", "100%"),
            (b"a\tb", "a    b"),
            (b"\x07bell\x00", "\\x07bell\\x00"),
            (b"\xff\xfe", "\u{fffd}\u{fffd}"),
            ("a\u{202e}b".as_bytes(), "a\\u{202e}b"),
            (b"", ""),
        ];
        for (line, expected) in cases {
            assert_eq!(clean_line(line), expected);
        }
        assert!(!clean_line(b"\x1b[2J\x1b\x9b5A\x1b").contains('\x1b'));
    }

    #[test]
    fn odd_paths_are_quoted() {
        let cases: [(&[u8], &str); 5] = [
            (b"src/a b.py", "src/a b.py"),
            ("sch\u{f6}n.py".as_bytes(), "sch\u{f6}n.py"),
            (b"new\nline", "\"new\\nline\""),
            (b"\xff\"x", "\"\\xff\\\"x\""),
            (b"", "\"\""),
        ];
        for (path, expected) in cases {
            assert_eq!(show_os(OsStr::from_bytes(path)), expected);
        }
    }

    #[test]
    fn words_can_be_pasted_into_a_shell() {
        let cases = [
            ("src/a.py", "src/a.py"),
            ("a b", "'a b'"),
            ("$(x)", "'$(x)'"),
            ("a\nb", "$'a\\nb'"),
            ("", "''"),
        ];
        for (word, expected) in cases {
            assert_eq!(shell_word(OsStr::new(word)), expected);
        }
        let latin = OsStr::from_bytes(b"caf\xe9's");
        assert_eq!(shell_word(latin), "$'caf\\xe9\\'s'");
    }

    #[test]
    fn durations_keep_three_digits() {
        let cases = [
            (0, "0.00s"),
            (83, "0.08s"),
            (9_994, "9.99s"),
            (12_340, "12.3s"),
            (59_949, "59.9s"),
            (125_000, "2m 05s"),
            (3_725_000, "1h 02m"),
        ];
        for (millis, expected) in cases {
            assert_eq!(duration(Duration::from_millis(millis)), expected);
        }
    }

    #[test]
    fn the_nearest_word_is_near() {
        let candidates = ["timeout", "files", "fix", "run", "success-codes"];
        assert_eq!(nearest("timout", candidates), Some("timeout"));
        assert_eq!(nearest("file", candidates), Some("files"));
        assert_eq!(nearest("success_codes", candidates), Some("success-codes"));
        assert_eq!(nearest("colour", candidates), None);
        assert_eq!(nearest("x", candidates), None);
    }
}
