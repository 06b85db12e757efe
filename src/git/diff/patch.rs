//! What a patch of git's says: gitformat-diff, "Generating patch text with -p".

use bstr::ByteSlice as _;

use super::file::{FileDiff, Line};
use crate::base::object_id::ObjectId;
use crate::git::paths::repository_path;

/// A file as the patch shows it.
#[derive(Default)]
pub(super) struct PatchedFile {
    pub(super) touched: FileDiff,
    /// Whether git holds it for binary, and so shows no line.
    pub(super) is_hidden: bool,
}

/// The lines of a patch.
type PatchLines<'p> = std::slice::Split<'p, u8, fn(&u8) -> bool>;

/// A patch that is being read.
pub(super) struct Patch<'p> {
    lines: std::iter::Peekable<PatchLines<'p>>,
}

impl<'p> Patch<'p> {
    pub(super) fn new(patch: &'p [u8]) -> Self {
        let is_break: fn(&u8) -> bool = |byte| *byte == b'\n';
        Self {
            lines: patch.split(is_break).peekable(),
        }
    }

    /// The files that change; `None` if this is no patch.
    pub(super) fn files(mut self) -> Option<Vec<PatchedFile>> {
        let mut files = Vec::new();
        while let Some(line) = self.lines.next() {
            if let Some(names) = line.strip_prefix(b"diff --git ") {
                files.push(self.file(names)?);
            } else if !(line.is_empty() || line.starts_with(b"* Unmerged path ")) {
                return None;
            }
        }
        Some(files)
    }

    /// One file, up to the next.
    fn file(&mut self, names: &[u8]) -> Option<PatchedFile> {
        let mut shown = PatchedFile::default();
        let mut path = same_name(names);
        let is_next = |line: &&[u8]| line.starts_with(b"diff --git ") || line.is_empty();
        while let Some(line) = self.lines.next_if(|line| !is_next(line)) {
            if let Some(header) = line.strip_prefix(b"@@ -") {
                self.hunk(header, &mut shown)?;
            } else if let Some(ids) = line.strip_prefix(b"index ") {
                read_ids(ids, &mut shown)?;
            } else if let Some(name) = line.strip_prefix(b"--- ") {
                path = side(name).or(path);
            } else if let Some(name) = line.strip_prefix(b"+++ ") {
                path = side(name).or(path);
            } else if line.starts_with(b"Binary files ") {
                shown.is_hidden = true;
            } else {
                let mode = |start: &[u8]| line.strip_prefix(start).map(octal);
                let modes = &mut shown.touched.modes;
                if let Some(new) = mode(b"new file mode ").or_else(|| mode(b"new mode ")) {
                    modes.1 = Some(new?);
                } else if let Some(old) = mode(b"old mode ").or_else(|| mode(b"deleted file mode "))
                {
                    modes.0 = Some(old?);
                }
            }
        }
        shown.touched.path = repository_path(&path?);
        Some(shown)
    }

    /// The lines of a hunk: as many as its header says, whatever they begin with.
    fn hunk(&mut self, header: &[u8], shown: &mut PatchedFile) -> Option<()> {
        let mut words = header.split_str(" ");
        let (mut old, mut removed) = numbers(words.next()?)?;
        let (mut new, mut added) = numbers(words.next()?.strip_prefix(b"+")?)?;
        while removed + added > 0 {
            let (sign, text) = self.lines.next()?.split_first()?;
            let (number, left, list) = match sign {
                b'-' => (&mut old, &mut removed, &mut shown.touched.removed),
                b'+' => (&mut new, &mut added, &mut shown.touched.added),
                b'\\' => continue,
                _ => return None,
            };
            *left = left.checked_sub(1)?;
            list.push(Line {
                number: *number,
                text: text.to_owned(),
            });
            *number += 1;
        }
        Some(())
    }
}

/// Where a side of a hunk begins and how many lines it has: `12,3`, or `12` for one.
fn numbers(text: &[u8]) -> Option<(usize, usize)> {
    let text = std::str::from_utf8(text).ok()?;
    let (start, count) = text.split_once(',').unwrap_or((text, "1"));
    Some((start.parse().ok()?, count.parse().ok()?))
}

/// Reads `before..after`, with the mode behind it if that has not changed.
fn read_ids(text: &[u8], shown: &mut PatchedFile) -> Option<()> {
    let text = std::str::from_utf8(text).ok()?;
    let (ids, mode) = text.split_once(' ').unwrap_or((text, ""));
    let (before, after) = ids.split_once("..")?;
    shown.touched.before = ObjectId::parse_or_none(before).ok()?;
    shown.touched.after = ObjectId::parse_or_none(after).ok()?;
    if !mode.is_empty() {
        let mode = octal(mode.as_bytes())?;
        shown.touched.modes = (Some(mode), Some(mode));
    }
    Some(())
}

/// A mode in octal digits.
fn octal(text: &[u8]) -> Option<u32> {
    u32::from_str_radix(std::str::from_utf8(text).ok()?.trim_end(), 8).ok()
}

/// The name in a `---` or `+++` line; `None` if there is no file on that side.
fn side(name: &[u8]) -> Option<Vec<u8>> {
    // git ends a name with a tab where it holds a blank.
    let name = name.strip_suffix(b"\t").unwrap_or(name);
    if name == b"/dev/null" {
        return None;
    }
    let name = unquoted(name);
    let name = name.strip_prefix(b"a/").or(name.strip_prefix(b"b/"))?;
    Some(name.to_owned())
}

/// The name in `a/name b/name`, if both are the same. Where they are not, other lines name it.
fn same_name(names: &[u8]) -> Option<Vec<u8>> {
    if names.starts_with(b"\"") {
        let second = names.find(" \"b/")?;
        return side(&names[second + 1..]);
    }
    let half = names.len().checked_sub(1)? / 2;
    let (first, second) = (names.get(2..half)?, names.get(half + 3..)?);
    (first == second).then(|| first.to_owned())
}

/// A name as git quotes it like a string of C, if it does.
fn unquoted(name: &[u8]) -> Vec<u8> {
    let inside = name.strip_prefix(b"\"").and_then(|n| n.strip_suffix(b"\""));
    let Some(inside) = inside else {
        return name.to_owned();
    };
    let mut plain = Vec::with_capacity(inside.len());
    let mut bytes = inside.iter().copied();
    while let Some(byte) = bytes.next() {
        if byte != b'\\' {
            plain.push(byte);
            continue;
        }
        match bytes.next() {
            Some(first @ b'0'..=b'3') => {
                let digits = [Some(first), bytes.next(), bytes.next()];
                let value = digits.into_iter().flatten();
                let value = value.fold(0u32, |sum, digit| sum * 8 + u32::from(digit & 7));
                plain.push(u8::try_from(value).unwrap_or(b'?'));
            }
            Some(b'a') => plain.push(7),
            Some(b'b') => plain.push(8),
            Some(b't') => plain.push(b'\t'),
            Some(b'n') => plain.push(b'\n'),
            Some(b'v') => plain.push(11),
            Some(b'f') => plain.push(12),
            Some(b'r') => plain.push(b'\r'),
            Some(other) => plain.push(other),
            None => {}
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    /// Reads a patch in which ids are abbreviated to two digits.
    fn read(patch: &str) -> Vec<FileDiff> {
        let ids = regex::Regex::new(r"index (..)\.\.(..)").unwrap();
        let patch = ids.replace_all(patch, |found: &regex::Captures<'_>| {
            format!("index {}..{}", found[1].repeat(20), found[2].repeat(20))
        });
        let files = Patch::new(patch.as_bytes()).files().unwrap();
        let files = files.into_iter().map(|shown| shown.touched);
        files.filter(FileDiff::has_contents).collect()
    }

    fn shown(lines: &[Line]) -> Vec<(usize, String)> {
        let text = |line: &Line| String::from_utf8_lossy(&line.text).into_owned();
        lines.iter().map(|line| (line.number, text(line))).collect()
    }

    #[test]
    fn lines_that_look_like_headers_are_lines() {
        let files = read(
            "diff --git a/x.sql b/x.sql\nindex 11..22 100644\n--- a/x.sql\n+++ b/x.sql\n\
             @@ -3 +3,2 @@ diff --git a/q b/q\n--- old\n\\ No newline at end of file\n+++ \
             new\n+diff --git a/y b/y\n",
        );
        assert_eq!(files.len(), 1);
        assert_eq!(shown(&files[0].removed), [(3, "-- old".to_owned())]);
        let expected = [
            (3, "++ new".to_owned()),
            (4, "diff --git a/y b/y".to_owned()),
        ];
        assert_eq!(shown(&files[0].added), expected);
        assert_eq!(files[0].before, ObjectId::from_bytes(&[0x11; 20]));
    }

    #[test]
    fn names_are_read_whatever_is_in_them() {
        let patch = |names: &str, minus: &str, plus: &str| {
            format!(
                "diff --git {names}\nindex 00..22\n--- {minus}\n+++ {plus}\n@@ -0,0 +1 @@\n+x\n"
            )
        };
        for (names, plus, expected) in [
            ("a/a b b/a b", "b/a b\t", "a b"),
            (
                "\"a/\\303\\244\\t\" \"b/\\303\\244\\t\"",
                "\"b/\\303\\244\\t\"",
                "\u{e4}\t",
            ),
            ("a/x b/y b/x b/y", "b/x b/y\t", "x b/y"),
            ("a/\r b/\r", "b/\r", "\r"),
        ] {
            let files = read(&patch(names, "/dev/null", plus));
            assert_eq!(files[0].path, PathBuf::from(expected));
            assert_eq!(files[0].before, None);
        }
        let binary = read(
            "diff --git a/a b.py b/a b.py\nindex 11..22 100644\nBinary files a/a b.py and b/a \
             b.py differ\n\
             diff --git \"a/\\001.py\" \"b/\\001.py\"\nindex 11..22 100644\nBinary files differ\n",
        );
        assert_eq!(binary[0].path, PathBuf::from("a b.py"));
        assert_eq!(binary[1].path, PathBuf::from("\u{1}.py"));
    }

    #[test]
    fn what_is_no_file_or_the_same_is_left_out() {
        let files = read(
            "diff --git a/s b/s\nindex 11..22 160000\n--- a/s\n+++ b/s\n@@ -1 +1 @@\n-Subproject \
             commit 1\n+Subproject commit 2\n\
             diff --git a/l b/l\nnew file mode 120000\nindex 00..22\n--- /dev/null\n+++ b/l\n@@ -0,0 +1 @@\n+x\n\\ No newline at end of file\n\
             diff --git a/m b/m\nold mode 100644\nnew mode 100755\n\
             diff --git a/e b/e\nnew file mode 100644\nindex 00..e6\n",
        );
        // A file that is empty has no line, and is there all the same.
        let paths: Vec<_> = files.iter().map(|file| file.path.clone()).collect();
        assert_eq!(paths, [PathBuf::from("e")]);
        assert!(files[0].added.is_empty());
    }

    #[test]
    fn what_is_no_patch_is_refused() {
        for text in ["hello\n", "diff --git a/x b/x\n@@ -1 +1 @@\n-x\n"] {
            assert!(Patch::new(text.as_bytes()).files().is_none(), "{text}");
        }
    }
}
