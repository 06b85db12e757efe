//! Programs that write, move or remove files.

use std::path::Path;

use super::changes::changes;
use super::state::{TEXT_OF_FILE, Walk};
use super::words::braces;
use crate::guard::paths::{Change, Place, Protected, protected};
use crate::guard::refusal::{GuardRule, Refusal};
use crate::guard::tool_input;

impl Walk<'_> {
    /// Judges a program that may change files, by its name and arguments.
    pub(super) fn change_files(&mut self, name: &str, arguments: &[String]) {
        for (path, change) in changes(name, arguments) {
            self.change(&path, change);
        }
        self.note_links(name, arguments);
    }

    /// Judges the files that a patch changes.
    pub(super) fn apply_patch(&mut self, patch: &str) {
        for (path, change) in tool_input::patched(patch) {
            self.change(&path, change);
        }
    }

    /// Judges a file that is written.
    pub(super) fn write_file(&mut self, path: &str) {
        self.change(path, Change::Write);
    }

    /// Judges a file or directory that is removed.
    pub(super) fn remove_file(&mut self, path: &str) {
        self.change(path, Change::Remove);
    }

    fn change(&mut self, path: &str, change: Change) {
        // Braces beside a part in quotes are still there.
        for path in braces(path) {
            if let Some(refusal) = self.path_refusal(&path, change) {
                self.refuse(refusal);
            }
        }
    }

    /// What a path is that leads through links which the script itself has made.
    fn behind_own_links(&self, path: &str, change: Change) -> Option<Protected> {
        if self.state.links.is_empty() {
            return None;
        }
        let follows_last = change == Change::Write || path.ends_with('/');
        let led = self.led(path, follows_last).join("/");
        let place = Place {
            dir: Path::new(""),
            ..self.place()
        };
        protected(&led.replacen("//", "/", 1), &place, change)
    }

    /// Why a path may not be changed so.
    pub(super) fn path_refusal(&self, path: &str, change: Change) -> Option<Refusal> {
        if path.starts_with(TEXT_OF_FILE) {
            return None;
        }
        let protected = protected(path, &self.place(), change)
            .or_else(|| self.behind_own_links(path, change))?;
        let verb = match change {
            Change::Write => "changes",
            Change::Remove => "removes",
        };
        Some(Refusal::new(
            GuardRule::Tampering,
            format!("this {verb} {path}, {}", protected.name()),
            protected.instead(),
        ))
    }
}
