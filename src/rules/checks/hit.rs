//! What a check finds, and what all of them ask of a change.

use std::collections::HashMap;
use std::path::Path;

use crate::git::{FileDiff, Line};
use crate::model::rule::Rule;

/// Something that a check has found.
pub(super) struct Hit<'f> {
    pub(super) rule: &'static Rule,
    pub(super) path: &'f Path,
    /// Counted from 1; `None` if it is about the file as a whole.
    pub(super) line: Option<usize>,
    /// The line as it may be shown; empty if it must not be.
    pub(super) text: Vec<u8>,
    pub(super) message: String,
    pub(super) help: &'static str,
}

/// Directories of tests and of what they use.
const OF_TESTS: [&str; 16] = [
    "test",
    "tests",
    "__tests__",
    "spec",
    "specs",
    "fixture",
    "fixtures",
    "__fixtures__",
    "testdata",
    "test-data",
    "test_data",
    "snapshots",
    "__snapshots__",
    "corpus",
    "bench",
    "benches",
];

/// Whether a file is in a directory of tests.
pub(super) fn is_of_tests(path: &Path) -> bool {
    path.iter().any(|part| {
        let part = part.to_string_lossy().to_lowercase();
        OF_TESTS.contains(&part.as_str())
    })
}

/// Lines that a change takes away: one that is added elsewhere has only moved.
pub(super) struct MovedLines<'f> {
    gone: HashMap<&'f [u8], usize>,
}

impl<'f> MovedLines<'f> {
    pub(super) fn new(entries: &'f [FileDiff]) -> Self {
        let mut gone: HashMap<&[u8], usize> = HashMap::new();
        for line in entries.iter().flat_map(|entry| &entry.removed) {
            *gone.entry(line.text.as_slice()).or_default() += 1;
        }
        Self { gone }
    }

    /// Whether a line has only moved; it counts once.
    pub(super) fn take(&mut self, line: &Line) -> bool {
        match self.gone.get_mut(line.text.as_slice()) {
            Some(left) if *left > 0 => {
                *left -= 1;
                true
            }
            _ => false,
        }
    }
}
