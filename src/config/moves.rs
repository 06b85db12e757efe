//! Files that a change has moved, and gates that follow them.

use std::path::{Path, PathBuf};

use super::gate::Gate;
use super::text::is_gates_file;
use crate::commands::strictness::{with_paths, with_plain_paths};
use crate::indirection::may_lead;
use crate::model::gate::PathSet;

/// Directories and files that were moved as a whole: nothing is left in their old place.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Moves {
    /// From where to where, relative to the top, with `/` between names.
    pub(crate) paths: Vec<(String, String)>,
    /// The same of each file.
    pub(crate) files: Vec<(PathBuf, PathBuf)>,
}

impl Moves {
    /// A gate with what was moved in its new place, if another gate still looks at all of its files there.
    #[must_use]
    pub(super) fn follow(&self, before: &Gate, after: &Gate) -> Option<Gate> {
        // Each gates.toml may have become the one of any other directory that was renamed.
        let is_seen = |(from, to): &(PathBuf, PathBuf)| {
            is_gates_file(from) || !before.looks_at(from) || after.looks_at(to)
        };
        if self.paths.is_empty() || !self.files.iter().all(is_seen) {
            return None;
        }
        let mut moved = before.clone();
        for set in [&mut moved.files, &mut moved.exclude, &mut moved.widen] {
            self.move_globs(set);
        }
        let dir = before.dir.to_string_lossy();
        if let Some(dir) = self.path(&dir) {
            moved.dir = PathBuf::from(dir);
        }
        // A path in a command is relative to where it runs.
        if before.dir == Path::new("") {
            moved.run.text = with_paths(&before.run.text, |path| self.path(path))?;
            // The word after a program that reads other files may be a name in one of them.
            if !may_lead(&moved.run.text) {
                moved.run.text = with_plain_paths(&moved.run.text, |path| self.path(path))?;
            }
        }
        Some(moved)
    }

    /// Where a path is now, if it was moved.
    fn path(&self, path: &str) -> Option<String> {
        let plain = path.strip_prefix("./").unwrap_or(path);
        let start = &path[..path.len() - plain.len()];
        self.paths.iter().find_map(|(from, to)| {
            let rest = plain.strip_prefix(from.as_str())?;
            let is_inside = rest.is_empty() || rest.starts_with('/');
            is_inside.then(|| format!("{start}{to}{rest}"))
        })
    }

    /// Only the texts: they are what is compared.
    fn move_globs(&self, set: &mut PathSet) {
        for glob in &mut set.patterns {
            if let Some(moved) = self.path(glob) {
                *glob = moved;
            }
        }
    }
}
