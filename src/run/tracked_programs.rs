//! Programs that git tracks in directories in which the programs of a gate are looked for, whether or not
//! the gate's command names them.
//!
//! No reading shows everything that a program starts. So where gatekeeper itself puts a
//! directory in front of PATH, git must not track any program. In the directories that the user has put on
//! PATH, tracked programs are ordinary; there it counts whether a script names one.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::environment::tool_dirs;
use super::lookups::StandIn;
use super::tree_tools::{NOT_A_TOOL, TreeTools};
use crate::base::text::{show_os, show_path};
use crate::commands::started::StartedName;

impl TreeTools<'_> {
    /// A program that git tracks in a directory that gatekeeper puts in front of PATH, unless gates.toml
    /// names it by its path.
    pub(super) fn in_front(&self) -> Option<StandIn> {
        let dirs = tool_dirs(&self.place.look, &self.place.look.join(&self.place.dir));
        let mut tracked = dirs.iter().flat_map(|dir| self.programs_in(dir));
        let is_named = |file: &Path| {
            let beside = file.strip_prefix(&self.place.dir).unwrap_or(file);
            let names = [file, beside].map(|path| path.to_string_lossy().into_owned());
            let mut texts = self.named.iter();
            texts.any(|text| names.iter().any(|name| text.contains(name)))
        };
        let file = tracked.find(|file| !is_named(file))?;
        let dir = file.parent().unwrap_or(Path::new(""));
        let name = file.file_name().unwrap_or_default();
        Some(StandIn {
            cause: format!(
                "{} is in front of PATH, and git tracks {} in it: {NOT_A_TOOL}",
                show_path(dir),
                show_os(name)
            ),
            tracked: file,
        })
    }

    /// The programs that git tracks in the directories of PATH and that a script in a language that is not
    /// read seems to start: `subprocess.run(["ruff", ...])`.
    pub(super) fn quoted(&self, texts: &[String]) -> Vec<StartedName> {
        if texts.is_empty() {
            return Vec::new();
        }
        let on_path = std::env::split_paths(&self.place.path);
        let dirs = on_path.map(|dir| self.place.top.join(&self.place.dir).join(dir));
        let tracked = dirs.flat_map(|dir| self.programs_in(&dir));
        let names: BTreeSet<String> = tracked
            .filter_map(|file| Some(file.file_name()?.to_str()?.to_owned()))
            .collect();
        let quoted = names
            .into_iter()
            .filter(|name| texts.iter().any(|text| starts_quoted(text, name)));
        quoted
            .map(|name| StartedName {
                name,
                dir: PathBuf::new(),
                path: None,
                is_launched: false,
                is_module: false,
            })
            .collect()
    }

    /// The programs directly in a directory that git tracks.
    fn programs_in(&self, dir: &Path) -> Vec<PathBuf> {
        let Some(dir) = self.inside(dir).filter(|dir| !dir.as_os_str().is_empty()) else {
            return Vec::new();
        };
        let mut tracked = self.index.below(&dir);
        tracked.retain(|file| {
            file.parent() == Some(&dir) && self.is_program(&self.place.top.join(file))
        });
        tracked
    }
}

/// Whether a string in a text begins with a program's name, and is where a call of it would be.
fn starts_quoted(text: &str, name: &str) -> bool {
    text.match_indices(name).any(|(at, _)| {
        let before = text[..at].trim_end_matches(['"', '\'', '`']);
        let after = text[at + name.len()..].chars().next();
        let is_first = before.len() < at && before.trim_end().ends_with(['(', '[', '=', ',']);
        is_first && after.is_some_and(|c| matches!(c, '"' | '\'' | '`' | ' '))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_where_a_call_would_be() {
        for (text, expected) in [
            ("subprocess.run([\"ruff\", \"check\"])", true),
            ("os.system('ruff check .')", true),
            ("TOOL = 'ruff'", true),
            ("execSync(`ruff check`)", true),
            ("subprocess.run([\n    'ruff',\n])", true),
            ("# runs ruff", false),
            ("print('we like ruff')", false),
            ("run(['ruff-lsp'])", false),
            ("import ruff", false),
        ] {
            assert_eq!(starts_quoted(text, "ruff"), expected, "{text}");
        }
    }
}
