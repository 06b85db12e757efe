//! The lines that a change adds and takes away, file by file, read from one patch of git's.
//!
//! The patch is made by plumbing, which no setting of the user's about how diffs look concerns. An
//! attribute may still call a text binary, so that git would not show it: such a file is compared
//! here.

use std::collections::HashMap;
use std::io::{self, BufRead as _, Write as _};
use std::path::PathBuf;
use std::sync::PoisonError;

use bstr::ByteSlice as _;

use super::conversation::Conversation;
use super::paths::repository_path;
use super::process::id;
use super::{Objects, Repository};
use crate::base::fault::{Fault, Result};
use crate::base::object_id::ObjectId;

/// How the patch is made: no line of context, whole ids, and nothing that a program of the
/// user's has a say in. A rename is a deletion and an addition: a file that moves to where it is
/// looked at must not bring along what nobody has seen.
const PATCH: [&str; 11] = [
    "-p",
    "-U0",
    "--no-renames",
    "--full-index",
    "--no-color",
    "--no-ext-diff",
    "--no-textconv",
    "--inter-hunk-context=0",
    "--src-prefix=a/",
    "--dst-prefix=b/",
    "--submodule=short",
];

/// What the lines before a change are compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DiffTarget {
    /// The index.
    Index,
    /// A commit or a tree.
    Commit(ObjectId),
}

/// A file whose contents a change touches. Links and submodules have none.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FileDiff {
    /// Where it is, relative to the top of the work tree; where it was if it is gone.
    pub path: PathBuf,
    /// The id of what it was; `None` if it is new.
    pub before: Option<ObjectId>,
    /// The id of what it is; `None` if it is gone.
    pub after: Option<ObjectId>,
    /// The lines that are new, by their numbers after the change.
    pub added: Vec<Line>,
    /// The lines that are gone, by their numbers before the change.
    pub(crate) removed: Vec<Line>,
    /// Its mode before and after, as git writes it in octal digits: `100755`. `None` where it is not there.
    pub modes: (Option<u32>, Option<u32>),
}

impl FileDiff {
    /// The mode of a symbolic link.
    pub(crate) const LINK: u32 = 0o120_000;

    /// The mode of a submodule.
    pub(crate) const SUBMODULE: u32 = 0o160_000;

    /// Whether it is a link or a submodule, before or after.
    fn is_other(&self) -> bool {
        let is_other = |mode: Option<u32>| matches!(mode, Some(Self::LINK | Self::SUBMODULE));
        is_other(self.modes.0) || is_other(self.modes.1)
    }

    /// Whether it is a file, and its contents have changed. A file that is empty comes and goes without a
    /// line.
    #[must_use]
    pub fn has_contents(&self) -> bool {
        !self.is_other() && self.before != self.after
    }
}

/// One line of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its number, counted from 1.
    pub number: usize,
    /// What it says, without its line break. Bytes, not text.
    pub text: Vec<u8>,
}

impl Repository {
    /// The lines that change, from one or several commits or trees to another one or the index.
    /// Without any to compare with, everything is new. In a merge, with all its parents before,
    /// only what is new to each of them counts; the lines that are gone are then those of the first.
    ///
    /// # Errors
    ///
    /// git fails, or prints something unexpected.
    pub fn touched(&self, before: &[ObjectId], after: DiffTarget) -> Result<Vec<FileDiff>> {
        let mut files = self.touched_entries(before, after)?;
        files.retain(FileDiff::has_contents);
        Ok(files)
    }

    /// The same, with symbolic links, submodules, and files of which only the mode changes.
    ///
    /// # Errors
    ///
    /// See [`Self::touched`].
    pub fn touched_entries(&self, before: &[ObjectId], after: DiffTarget) -> Result<Vec<FileDiff>> {
        let Some((first, others)) = before.split_first() else {
            let empty = self
                .git()
                .output(["hash-object", "-t", "tree", "/dev/null"])?;
            return self.touched_from(id(&empty)?, after);
        };
        let mut files = self.touched_from(*first, after)?;
        for other in others {
            keep_common(&mut files, &self.touched_from(*other, after)?);
        }
        Ok(files)
    }

    fn touched_from(&self, before: ObjectId, after: DiffTarget) -> Result<Vec<FileDiff>> {
        let mut objects = self.objects();
        let patch = match after {
            DiffTarget::Index => {
                let from = before.to_string();
                let arguments = ["diff-index", "--cached"].into_iter().chain(PATCH);
                let arguments = arguments.chain([from.as_str(), "--"]);
                self.git_for_stored().output(arguments)?
            }
            DiffTarget::Commit(commit) => {
                let (from, to) = (objects.tree_of(before)?, objects.tree_of(commit)?);
                self.patch_between(from, to)?
            }
        };
        let mut files = Vec::new();
        let unexpected = || Fault::bug("git printed an invalid patch");
        for file in Patch::new(&patch).files().ok_or_else(unexpected)? {
            if file.is_hidden && file.touched.has_contents() {
                files.push(compared(&mut objects, file.touched)?);
            } else {
                files.push(file.touched);
            }
        }
        Ok(files)
    }
}

/// Ends each answer of `git diff-tree --stdin`, which repeats a line that is no id and then empties its buffer
/// (builtin/diff-tree.c). No line of a patch begins like it.
const END: &[u8] = b"end of this patch\n";

impl Repository {
    /// The patch from one tree to another. One git makes them all, since an audit asks for as many as there are
    /// commits.
    fn patch_between(&self, from: ObjectId, to: ObjectId) -> Result<Vec<u8>> {
        if from == to {
            return Ok(Vec::new());
        }
        let mut comparer = self.comparer.lock().unwrap_or_else(PoisonError::into_inner);
        let mut conversation = if let Some(conversation) = comparer.take() {
            conversation
        } else {
            let words = ["diff-tree", "--stdin", "-r"].into_iter().chain(PATCH);
            self.git_for_stored().spawn(&words.collect::<Vec<_>>())?
        };
        if let Ok(Some(patch)) = ask(&mut conversation, from, to) {
            *comparer = Some(conversation);
            return Ok(patch);
        }
        // It has ended. Another one says why.
        let (from, to) = (from.to_string(), to.to_string());
        let arguments = ["diff-tree", "-r"].into_iter().chain(PATCH);
        let arguments = arguments.chain([from.as_str(), to.as_str(), "--"]);
        self.git_for_stored().output(arguments)
    }
}

/// The patch between two trees; `None` if what is answered is not that.
fn ask(
    conversation: &mut Conversation,
    from: ObjectId,
    to: ObjectId,
) -> io::Result<Option<Vec<u8>>> {
    let question = format!("{from} {to}\n");
    conversation.asks.write_all(question.as_bytes())?;
    conversation.asks.write_all(END)?;
    conversation.asks.flush()?;
    let mut patch = Vec::new();
    loop {
        let begin = patch.len();
        if conversation.answers.read_until(b'\n', &mut patch)? == 0 {
            return Ok(None);
        }
        if &patch[begin..] == END {
            patch.truncate(begin);
            break;
        }
    }
    // The answer begins with the question.
    Ok(patch.strip_prefix(question.as_bytes()).map(<[u8]>::to_vec))
}

/// Leaves of the added lines only those that another comparison has, too.
fn keep_common(files: &mut Vec<FileDiff>, others: &[FileDiff]) {
    let others: HashMap<_, _> = others.iter().map(|file| (&file.path, file)).collect();
    files.retain_mut(|file| {
        let Some(other) = others.get(&file.path) else {
            return false;
        };
        let numbers: Vec<usize> = other.added.iter().map(|line| line.number).collect();
        file.added
            .retain(|line| numbers.binary_search(&line.number).is_ok());
        !file.added.is_empty() || file.is_other() || file.before.is_none() && file.after.is_none()
    });
}

/// The largest file that is compared here, in bytes: no text that somebody has written is larger.
const LARGEST: usize = 4 << 20;

/// A file that git holds for binary, with its lines: none if git is right.
fn compared(objects: &mut Objects, mut file: FileDiff) -> Result<FileDiff> {
    let mut read = |id: Option<ObjectId>| id.map_or(Ok(Vec::new()), |id| objects.blob(id));
    let (before, after) = (read(file.before)?, read(file.after)?);
    let is_text = |content: &[u8]| content.len() <= LARGEST && !content.contains(&0);
    if !is_text(&before) || !is_text(&after) {
        return Ok(file);
    }
    file.added = without(&after, &before);
    file.removed = without(&before, &after);
    Ok(file)
}

/// The lines of one text that another one has not, or not as often.
fn without(text: &[u8], other: &[u8]) -> Vec<Line> {
    let mut known: HashMap<&[u8], usize> = HashMap::new();
    for line in lines(other) {
        *known.entry(line).or_default() += 1;
    }
    let mut found = Vec::new();
    for (index, line) in lines(text).enumerate() {
        match known.get_mut(line) {
            Some(count) if *count > 0 => *count -= 1,
            _ => found.push(Line {
                number: index + 1,
                text: line.to_owned(),
            }),
        }
    }
    found
}

fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let text = text.strip_suffix(b"\n").unwrap_or(text);
    text.split_str("\n")
}

/// A file as the patch shows it.
#[derive(Default)]
struct PatchedFile {
    touched: FileDiff,
    /// Whether git holds it for binary, and so shows no line.
    is_hidden: bool,
}

/// The lines of a patch.
type PatchLines<'p> = std::slice::Split<'p, u8, fn(&u8) -> bool>;

/// A patch that is being read.
struct Patch<'p> {
    lines: std::iter::Peekable<PatchLines<'p>>,
}

impl<'p> Patch<'p> {
    fn new(patch: &'p [u8]) -> Self {
        let is_break: fn(&u8) -> bool = |byte| *byte == b'\n';
        Self {
            lines: patch.split(is_break).peekable(),
        }
    }

    /// The files that change; `None` if this is no patch.
    fn files(mut self) -> Option<Vec<PatchedFile>> {
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

    #[test]
    fn texts_are_compared_line_by_line() {
        let found = without(b"a\nb\nb\nc", b"b\na\n");
        assert_eq!(shown(&found), [(3, "b".to_owned()), (4, "c".to_owned())]);
        assert_eq!(without(b"", b""), []);
    }
}
