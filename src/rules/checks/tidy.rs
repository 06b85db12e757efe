//! What the checks of form find, corrected: blanks at the ends of lines, the end of a file, line endings, and byte
//! order marks. Only what has one right form is corrected; everything else in the file stays as it is, byte for byte.

use std::collections::HashSet;
use std::path::Path;

use bstr::ByteSlice as _;
use time::Date;

use crate::config::Config;
use crate::model::rule::Rule;
use crate::model::severity::Level;
use crate::rules::catalogue::checks::{
    BYTE_ORDER_MARK, FINAL_NEWLINE, LINE_ENDING, TRAILING_BLANK,
};

/// The largest file whose contents are looked at as a whole, in bytes.
pub(super) const LARGEST: usize = 4 << 20;

/// A byte order mark in UTF-8.
pub(super) const BOM: &[u8] = b"\xef\xbb\xbf";

/// Files in which two blanks at the end of a line are a line break.
const MARKDOWN: [&str; 6] = ["md", "markdown", "mdx", "mkd", "qmd", "Rmd"];

/// Files in which a blank may be all that an unchanged empty line has.
const PATCHES: [&str; 2] = ["patch", "diff"];

/// The contents of a file after corrections.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tidied {
    /// The new contents.
    pub(crate) content: Vec<u8>,
    /// The ids of the checks that had something to correct.
    pub(crate) checks: Vec<&'static str>,
}

/// Corrects the contents of a file by the checks that are on for it and have no exception. `before` is what the last
/// commit has of it: blanks in its lines are nobody's doing and stay. `None` if there is nothing to correct, or if it
/// is not text.
#[must_use]
pub(crate) fn tidied(
    config: &Config,
    path: &Path,
    (before, content): (&[u8], &[u8]),
    today: Date,
) -> Option<Tidied> {
    let checks = &config.checks;
    if checks.exclude.matches(path) || content.len() > LARGEST || content.contains(&0) {
        return None;
    }
    let is_on = |rule: &Rule| {
        let mut exceptions = config.bypass.exceptions.iter();
        checks.level_at(rule, path) != Level::Off
            && !exceptions.any(|exception| {
                exception.rule == rule.id
                    && exception.files.matches(path)
                    && today <= exception.until
            })
    };
    let mut tidied = Tidied {
        content: content.to_owned(),
        checks: Vec::new(),
    };
    if is_on(&BYTE_ORDER_MARK) {
        let content = tidied.content.strip_prefix(BOM).map(<[u8]>::to_vec);
        tidied.take(&BYTE_ORDER_MARK, content);
    }
    if is_on(&TRAILING_BLANK) {
        let content = without_blanks(path, before, &tidied.content);
        tidied.take(&TRAILING_BLANK, Some(content));
    }
    if is_on(&LINE_ENDING) {
        let content = with_one_ending(&tidied.content);
        tidied.take(&LINE_ENDING, content);
    }
    if is_on(&FINAL_NEWLINE) {
        let content = with_final_newline(&tidied.content);
        tidied.take(&FINAL_NEWLINE, Some(content));
    }
    (!tidied.checks.is_empty()).then_some(tidied)
}

impl Tidied {
    fn take(&mut self, rule: &'static Rule, content: Option<Vec<u8>>) {
        if let Some(content) = content.filter(|content| *content != self.content) {
            self.content = content;
            self.checks.push(rule.id);
        }
    }
}

/// A line, without its line break, up to the blanks at its end.
pub(super) fn without_trailing_blanks<'l>(path: &Path, line: &'l [u8]) -> &'l [u8] {
    let is_one_of = |names: &[&str]| {
        let name = path.extension().and_then(|name| name.to_str());
        name.is_some_and(|name| names.contains(&name))
    };
    if is_one_of(&PATCHES) {
        return line;
    }
    let end = line.trim_end_with(|character| matches!(character, ' ' | '\t'));
    let is_break = line[end.len()..].starts_with(b"  ") && !end.is_empty();
    if is_break && is_one_of(&MARKDOWN) {
        return &line[..end.len() + 2];
    }
    end
}

/// Whether a file's lines end with CR LF rather than with LF alone: most of them.
fn is_of_windows(content: &[u8]) -> bool {
    let windows = content.find_iter(b"\r\n").count();
    windows * 2 > content.find_iter(b"\n").count()
}

fn without_blanks(path: &Path, before: &[u8], content: &[u8]) -> Vec<u8> {
    let body = |line: &[u8]| -> usize {
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        line.strip_suffix(b"\r").unwrap_or(line).len()
    };
    let before: HashSet<&[u8]> = before
        .lines_with_terminator()
        .map(|line| &line[..body(line)])
        .collect();
    let mut text = Vec::with_capacity(content.len());
    for line in content.lines_with_terminator() {
        let (line, ending) = line.split_at(body(line));
        let is_known = before.contains(line);
        text.extend_from_slice(if is_known {
            line
        } else {
            without_trailing_blanks(path, line)
        });
        text.extend_from_slice(ending);
    }
    text
}

/// The same text with the line ending that most lines have; `None` if all have the same.
fn with_one_ending(content: &[u8]) -> Option<Vec<u8>> {
    let windows = content.find_iter(b"\r\n").count();
    if windows == 0 || windows == content.find_iter(b"\n").count() {
        return None;
    }
    let plain = content.replace(b"\r\n", b"\n");
    Some(if is_of_windows(content) {
        plain.replace(b"\n", b"\r\n")
    } else {
        plain
    })
}

/// The same text with one line break at its end.
fn with_final_newline(content: &[u8]) -> Vec<u8> {
    if content.is_empty() {
        return Vec::new();
    }
    let end = content.trim_end_with(|character| matches!(character, '\r' | '\n'));
    let rest = &content[end.len()..];
    let breaks = rest.find_byte(b'\n');
    // What ends with a carriage return alone is not touched beyond it.
    let first = match breaks {
        Some(at) if rest[..at].iter().all(|byte| *byte == b'\r') && at <= 1 => &rest[..=at],
        _ => {
            let mut text = content.to_owned();
            if !content.ends_with(b"\n") {
                text.extend_from_slice(if is_of_windows(content) {
                    b"\r\n"
                } else {
                    b"\n"
                });
            }
            return text;
        }
    };
    [end, first].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(checks: &str) -> Config {
        let text = format!("[gates.a]\nrun = \"a\"\n[checks]\n{checks}");
        let name = "gates.toml".to_owned();
        crate::config::parse(&crate::config::ConfigText { name, text }).unwrap()
    }

    fn tidy(checks: &str, path: &str, before: &str, content: &str) -> Option<(String, String)> {
        let texts = (before.as_bytes(), content.as_bytes());
        let tidied = tidied(&config(checks), Path::new(path), texts, Date::MIN)?;
        Some((
            String::from_utf8(tidied.content).unwrap(),
            tidied.checks.join(" "),
        ))
    }

    #[test]
    fn only_what_a_check_finds_is_corrected() {
        let all = "trailing-blanks = \"error\"\nfinal-newline = \"error\"\nline-endings = \"error\"\n\
                   byte-order-mark = \"error\"\n";
        for (path, before, content, expected) in [
            ("a", "", "a \nb\t\n", "a\nb\n"),
            ("a", "a \n", "a \nb \n", "a \nb\n"),
            ("a", "a \r\n", "a \nb\n", "a \nb\n"),
            ("a", "", "a\n\u{c}\n", "a\n\u{c}\n"),
            ("a.md", "", "a  \nb   \nc \n  \n#\n", "a  \nb  \nc\n\n#\n"),
            ("a.patch", "", " \n", " \n"),
            ("a", "", "a", "a\n"),
            ("a", "", "a\r\nb", "a\r\nb\r\n"),
            ("a", "", "a\n\n\n", "a\n"),
            ("a", "", "a\r\n\r\n", "a\r\n"),
            ("a", "", "\n\n", "\n"),
            ("a", "", "", ""),
            ("a", "", "a\rb\r", "a\rb\r\n"),
            ("a", "", "a\r\nb\nc\r\n", "a\r\nb\r\nc\r\n"),
            ("a", "", "a\r\nb\nc\n", "a\nb\nc\n"),
            ("a", "", "a\r\nb\n", "a\nb\n"),
            ("a", "", "\u{feff}a\n", "a\n"),
            ("a", "", "a\0 \n\n", "a\0 \n\n"),
            ("a", "", "a\nb\n", "a\nb\n"),
        ] {
            let found = tidy(all, path, before, content);
            let found = found.map_or_else(|| content.to_owned(), |(text, _)| text);
            assert_eq!(found, expected, "{path}: {content:?}");
            // Nothing is left to correct.
            assert_eq!(tidy(all, path, before, &found), None, "{path}: {content:?}");
        }
        assert_eq!(tidy("", "a", "", "\u{feff}a \r\nb\n\n"), None);
    }

    #[test]
    fn paths_and_exceptions_decide_where() {
        let text = "a \n";
        for (checks, path, is_corrected) in [
            ("trailing-blanks = { exclude = [\"v/**\"] }", "v/a", false),
            ("trailing-blanks = { exclude = [\"v/**\"] }", "a", true),
            ("trailing-blanks = { files = [\"**/*.py\"] }", "a", false),
            (
                "trailing-blanks = { files = [\"**/*.py\"] }",
                "x/a.py",
                true,
            ),
            (
                "trailing-blanks = \"error\"\nexclude = [\"v/**\"]",
                "v/a",
                false,
            ),
            (
                "trailing-blanks = \"error\"\n[[bypass.exceptions]]\nrule = \"check.trailing-blank\"\n\
                 files = [\"a\"]\nreason = \"the blanks are data\"\nuntil = 2099-01-01\n",
                "a",
                false,
            ),
        ] {
            assert_eq!(
                tidy(checks, path, "", text).is_some(),
                is_corrected,
                "{checks} {path}"
            );
        }
    }
}
