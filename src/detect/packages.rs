//! Checks of Python packages that CI has built before: as a gate, one command builds and checks them.

use std::path::{Path, PathBuf};

use super::command_line::line;
use super::draft::Draft;
use super::evidence::UNKNOWN;

/// The calls that build packages, by the words with which they begin, and what runs before the others.
const BUILDS: [(&[&str], &[&str]); 7] = [
    (&["build"], &["python", "-m"]),
    (&["pyproject-build"], &[]),
    (&["uv", "build"], &[]),
    (&["poetry", "build"], &[]),
    (&["hatch", "build"], &[]),
    (&["flit", "build"], &[]),
    (&["pdm", "build"], &[]),
];

/// Whether a gate checks packages that have to be built first.
#[must_use]
pub(super) fn checks_packages(draft: &Draft) -> bool {
    matches!(draft.checker.name, "twine" | "check-wheel-contents")
}

/// The last call that has built packages.
#[derive(Default)]
pub(super) struct LastBuild {
    /// The file of CI in which it is, where it runs, and its words.
    call: Option<(PathBuf, PathBuf, Vec<String>)>,
}

impl LastBuild {
    /// Remembers a call in a file of CI, if it builds packages.
    pub(super) fn remember(&mut self, words: &[String], dir: &Path, file: &Path) {
        let begins = |known: &[&str]| {
            known.len() <= words.len() && known.iter().zip(words).all(|(known, word)| known == word)
        };
        let Some((_, before)) = BUILDS.iter().find(|(known, _)| begins(known)) else {
            return;
        };
        let is_known = |word: &&String| !word.contains([UNKNOWN, '$']);
        let own = words.iter().filter(is_known).cloned();
        let words = before.iter().map(|&word| word.to_owned()).chain(own);
        self.call = Some((file.to_owned(), dir.to_owned(), words.collect()));
    }

    /// The command that builds packages and checks them; `None` if nothing in the file builds them there.
    pub(super) fn script(&self, draft: &Draft, file: Option<&Path>) -> Option<String> {
        let (known, dir, build) = self.call.as_ref()?;
        if Some(known.as_path()) != file || *dir != draft.dir {
            return None;
        }
        // Their names are known only when they are built, so patterns stay patterns.
        let check: Vec<String> = draft
            .run
            .iter()
            .map(|word| {
                let is_pattern = |c: char| c.is_ascii_alphanumeric() || "-_./*".contains(c);
                if word.chars().all(is_pattern) {
                    word.clone()
                } else {
                    shell_words::quote(word).into_owned()
                }
            })
            .collect();
        Some(format!("{} && {}", line(build, false), check.join(" ")))
    }
}
