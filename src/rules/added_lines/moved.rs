//! Lines that are not new: they stood elsewhere before, or keep the silencer they had.

use std::collections::HashMap;
use std::path::PathBuf;

use super::scope::is_looked_at;
use super::search::Hit;
use crate::config::Bypass;
use crate::git::FileDiff;

/// The lines that a change removes, from any file, and how often. Whitespace around them does not
/// count.
pub(super) struct RemovedLines<'f> {
    left: HashMap<&'f [u8], usize>,
    taken: HashMap<Vec<u8>, usize>,
}

impl<'f> RemovedLines<'f> {
    /// The lines removed from files that the rules look at: a line moved out of a document or an
    /// excluded file counts as new.
    pub(super) fn new(bypass: &Bypass, files: &'f [FileDiff]) -> Self {
        let mut left: HashMap<&[u8], usize> = HashMap::new();
        for file in files {
            if is_looked_at(bypass, &file.path) {
                for line in &file.removed {
                    *left.entry(line.text.trim_ascii()).or_default() += 1;
                }
            }
        }
        Self {
            left,
            taken: HashMap::new(),
        }
    }

    /// Whether this line is one of the removed lines; each counts once.
    pub(super) fn has_moved(&mut self, line: &[u8]) -> bool {
        let line = line.trim_ascii();
        let Some(count) = self.left.get_mut(line).filter(|count| **count > 0) else {
            return false;
        };
        *count -= 1;
        *self.taken.entry(line.to_owned()).or_default() += 1;
        true
    }

    /// Whether a removed line is one that has moved; each counts once.
    pub(super) fn was_taken(&mut self, line: &[u8]) -> bool {
        match self.taken.get_mut(line.trim_ascii()) {
            Some(count) if *count > 0 => {
                *count -= 1;
                true
            }
            _ => false,
        }
    }
}

/// What was found in removed lines, and how often: the lines in their place may keep it.
#[derive(Default)]
pub(super) struct Carried(HashMap<Held, usize>);

/// A rule, what it has found, and in which file. There is no file if it was removed: any new file
/// may hold what it held, since it may be the same file under a new name.
type Held = (Option<PathBuf>, String, String);

impl Carried {
    /// Adds what a removed line held.
    pub(super) fn add(&mut self, file: &FileDiff, hit: Hit) {
        let path = file.after.is_some().then(|| file.path.clone());
        *self
            .0
            .entry((path, hit.rule.to_string(), hit.mark))
            .or_default() += 1;
    }

    /// Whether a line keeps what was there before; each counts once.
    pub(super) fn take(&mut self, file: &FileDiff, hit: &Hit) -> bool {
        let path = file.before.is_some().then(|| file.path.clone());
        let held = (path, hit.rule.to_string(), hit.mark.clone());
        match self.0.get_mut(&held) {
            Some(count) if *count > 0 => {
                *count -= 1;
                true
            }
            _ => false,
        }
    }
}
