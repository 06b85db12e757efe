//! Paths in the source text of Python, as strings.

use std::ffi::OsStr;
use std::fmt::Write as _;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

/// A string that is an absolute path.
pub(super) struct Literal {
    /// Where it begins and ends, with its quotes.
    pub(super) range: std::ops::Range<usize>,
    pub(super) path: PathBuf,
}

/// The strings of a text that are absolute paths. What is no string, but looks like one, is found as
/// well: whoever asks knows which paths mean something.
pub(super) fn paths(text: &[u8]) -> Vec<Literal> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        let begins = matches!(byte, b'\'' | b'"') && text.get(at + 1) == Some(&b'/');
        match begins.then(|| read(text, at)).flatten() {
            Some(literal) => {
                at = literal.range.end;
                found.push(literal);
            }
            None => at += 1,
        }
    }
    found
}

/// Reads the string that begins at a place, unless it has no end in its line.
fn read(text: &[u8], start: usize) -> Option<Literal> {
    let quote = text[start];
    let mut path = Vec::new();
    let mut at = start + 1;
    loop {
        match *text.get(at)? {
            b'\n' => return None,
            b'\\' => {
                // Python writes these two in paths, and everything else as it is.
                path.push(*text.get(at + 1)?);
                at += 2;
            }
            byte if byte == quote => break,
            byte => {
                path.push(byte);
                at += 1;
            }
        }
    }
    Some(Literal {
        range: start..at + 1,
        path: PathBuf::from(OsStr::from_bytes(&path)),
    })
}

/// A path as a string of Python's, whatever the encoding of the file.
pub(super) fn quote(path: &Path) -> String {
    let mut text = String::from("'");
    let mut rest = path.as_os_str().as_bytes();
    while !rest.is_empty() {
        let (valid, invalid) = match std::str::from_utf8(rest) {
            Ok(valid) => (valid, &rest[rest.len()..]),
            Err(error) => {
                let (valid, invalid) = rest.split_at(error.valid_up_to());
                (std::str::from_utf8(valid).unwrap_or_default(), invalid)
            }
        };
        for letter in valid.chars() {
            let is_plain = matches!(letter, ' '..='~') && !matches!(letter, '\'' | '"' | '\\');
            if is_plain {
                text.push(letter);
            } else {
                let _ = write!(text, "\\U{:08x}", u32::from(letter));
            }
        }
        // How Python shows a byte that is no text (PEP 383).
        if let Some((byte, after)) = invalid.split_first() {
            let _ = write!(text, "\\udc{byte:02x}");
            rest = after;
        } else {
            rest = invalid;
        }
    }
    text.push('\'');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_found_and_quoted() {
        let text = b"it's\nM = {'a': '/w/a', \"b\": \"/w/it's\", 'c': '/w/\\'\"'}\n'/no end\n'/w'";
        let all = paths(text);
        let found: Vec<&str> = all.iter().filter_map(|one| one.path.to_str()).collect();
        assert_eq!(found, ["/w/a", "/w/it's", "/w/'\"", "/w"]);
        assert_eq!(&text[all[0].range.clone()], b"'/w/a'");
        let odd = Path::new(OsStr::from_bytes(b"/a'b\\\xff\xc3\xa9c"));
        assert_eq!(quote(odd), r"'/a\U00000027b\U0000005c\udcff\U000000e9c'");
    }
}
