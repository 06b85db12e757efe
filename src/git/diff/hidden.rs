//! Texts that an attribute calls binary, so that git shows no line of them.

use std::collections::HashMap;

use bstr::ByteSlice as _;

use super::file::{FileDiff, Line};
use crate::base::fault::Result;
use crate::base::object_id::ObjectId;
use crate::git::Objects;

/// The largest file that is compared here, in bytes: no text that somebody has written is larger.
const LARGEST: usize = 4 << 20;

/// A file that git holds for binary, with its lines: none if git is right.
pub(super) fn compared(objects: &mut Objects, mut file: FileDiff) -> Result<FileDiff> {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(lines: &[Line]) -> Vec<(usize, String)> {
        let text = |line: &Line| String::from_utf8_lossy(&line.text).into_owned();
        lines.iter().map(|line| (line.number, text(line))).collect()
    }

    #[test]
    fn texts_are_compared_line_by_line() {
        let found = without(b"a\nb\nb\nc", b"b\na\n");
        assert_eq!(shown(&found), [(3, "b".to_owned()), (4, "c".to_owned())]);
        assert_eq!(without(b"", b""), []);
    }
}
