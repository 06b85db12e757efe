//! git's own idea of characters and lines: ASCII, whatever the locale.

use std::ops::Range;

/// Whether git takes a byte for white space (`ctype.c`): form feed and vertical tab are not.
pub(super) fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

/// Without white space at the end.
pub(super) fn trim_end(bytes: &[u8]) -> &[u8] {
    let end = bytes.iter().rposition(|byte| !is_space(*byte));
    &bytes[..end.map_or(0, |last| last + 1)]
}

/// Without white space at either end (`strbuf.c: strbuf_trim`).
pub(super) fn trim(bytes: &[u8]) -> &[u8] {
    let bytes = trim_end(bytes);
    let start = bytes.iter().position(|byte| !is_space(*byte));
    &bytes[start.unwrap_or(bytes.len())..]
}

/// Whether a line holds nothing but white space.
pub(super) fn is_blank(line: &[u8]) -> bool {
    line.iter().all(|byte| is_space(*byte))
}

/// The part before the first NUL, which is all that git's functions on C strings see.
pub(super) fn before_nul(bytes: &[u8]) -> &[u8] {
    let end = bytes.iter().position(|byte| *byte == 0);
    &bytes[..end.unwrap_or(bytes.len())]
}

/// The ranges of all lines, each with the line feed that ends it.
pub(super) fn lines(bytes: &[u8]) -> impl Iterator<Item = Range<usize>> {
    let mut end = 0;
    bytes
        .split_inclusive(|byte| *byte == b'\n')
        .map(move |line| {
            let start = end;
            end += line.len();
            start..end
        })
}

/// Like [`lines`], but from the last line to the first.
pub(super) fn lines_backwards(bytes: &[u8]) -> impl Iterator<Item = Range<usize>> {
    let mut start = bytes.len();
    std::iter::from_fn(move || {
        let end = start;
        let before = bytes[..end].split_last()?.1;
        let feed = before.iter().rposition(|byte| *byte == b'\n');
        start = feed.map_or(0, |feed| feed + 1);
        Some(start..end)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_is_four_characters() {
        let spaces: Vec<u8> = (0..=255).filter(|byte| is_space(*byte)).collect();
        assert_eq!(spaces, b"\t\n\r ");
        assert_eq!(trim(b" \t\x0ca\x0b \r\n"), b"\x0ca\x0b");
        assert_eq!(trim(b" \n"), b"");
        assert_eq!(trim_end(b" a\r\n"), b" a");
        assert!(is_blank(b" \r\n") && is_blank(b"") && !is_blank(b"\x0c\n"));
    }

    #[test]
    fn lines_keep_their_ends() {
        let ranges = |bytes: &[u8]| {
            let mut backwards: Vec<_> = lines_backwards(bytes).collect();
            backwards.reverse();
            let forwards: Vec<_> = lines(bytes).collect();
            assert_eq!(backwards, forwards);
            forwards
        };
        assert_eq!(ranges(b"\n\na"), [0..1, 1..2, 2..3]);
        assert_eq!(ranges(b"a\n\nbc"), [0..2, 2..3, 3..5]);
        assert_eq!(ranges(b"a\n\n"), [0..2, 2..3]);
        assert!(ranges(b"").is_empty());
        assert_eq!(before_nul(b"a\0b"), b"a");
        assert_eq!(before_nul(b"a"), b"a");
    }
}
