//! Lines of files, for those who look at a few of them.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::Path;

/// How much of a line is looked at, in bytes.
const LONGEST_LINE: usize = 4 << 10;

/// How much of a file is looked at, in bytes: what is beyond has no text.
const LONGEST_FILE: u64 = 64 << 20;

/// The wanted lines of a file, by their numbers; those that are not there are missing.
pub(super) fn read(path: &Path, wanted: impl Iterator<Item = u32>) -> BTreeMap<u32, Vec<u8>> {
    let mut lines: BTreeMap<u32, Vec<u8>> = wanted.map(|number| (number, Vec::new())).collect();
    let last = lines.keys().next_back().copied().unwrap_or_default();
    // A named pipe would never end.
    let is_file = std::fs::metadata(path).is_ok_and(|metadata| metadata.is_file());
    let file = File::open(path).ok().filter(|_| is_file);
    let Some(file) = file else {
        return BTreeMap::new();
    };
    let mut from = BufReader::new(std::io::Read::take(file, LONGEST_FILE));
    let (mut number, mut is_open) = (1, false);
    while number <= last {
        let Ok(chunk) = from.fill_buf() else { break };
        if chunk.is_empty() {
            break;
        }
        let end = chunk.iter().position(|byte| *byte == b'\n');
        let part = &chunk[..end.unwrap_or(chunk.len())];
        if let Some(line) = lines.get_mut(&number) {
            let room = LONGEST_LINE.saturating_sub(line.len());
            line.extend_from_slice(&part[..part.len().min(room)]);
        }
        let used = end.map_or(chunk.len(), |end| end + 1);
        from.consume(used);
        is_open = end.is_none();
        number += u32::from(end.is_some());
    }
    let known = if is_open { number } else { number - 1 };
    lines.retain(|number, _| *number <= known);
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_wanted_lines_are_kept_and_only_their_beginnings() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a");
        let long = "x".repeat(LONGEST_LINE + 9);
        std::fs::write(&path, format!("one\n{long}\r\n\nfour")).unwrap();
        let lines = read(&path, [0, 1, 2, 3, 4, 5].into_iter());
        let length = |number| lines.get(&number).map(Vec::len);
        assert_eq!(lines[&1], b"one");
        assert_eq!(lines[&4], b"four");
        assert_eq!(
            [length(2), length(3), length(5)],
            [Some(LONGEST_LINE), Some(0), None]
        );
        assert!(read(dir.path(), [1].into_iter()).is_empty());
    }
}
