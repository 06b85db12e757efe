//! The registry of agents: the files that define them, in one commit or in the index.

use std::path::{Path, PathBuf};

use crate::base::text::{nearest, some_of};

/// How many digits of a hash are shown. Any prefix of four or more is accepted.
const SHOWN: usize = 7;

/// The agents that a tree defines.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Registry {
    definitions: Vec<Definition>,
}

/// One agent, as a file defines it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Definition {
    /// Its name: the file's, without the extension.
    pub(crate) name: String,
    /// The file, relative to the top of the work tree.
    pub(crate) path: PathBuf,
    /// The id of the file's blob.
    pub(crate) id: String,
}

impl Definition {
    /// Whether its name can stand in a credit: it is one word.
    #[must_use]
    pub(crate) fn can_be_credited(&self) -> bool {
        is_agent_name(&self.name)
    }

    /// The hash as it is written in a credit.
    #[must_use]
    pub(crate) fn short_hash(&self) -> &str {
        self.id.get(..SHOWN).unwrap_or(&self.id)
    }
}

impl Registry {
    /// The registry of these files and blob ids.
    #[must_use]
    pub(crate) fn new(files: impl IntoIterator<Item = (PathBuf, impl ToString)>) -> Self {
        let mut definitions: Vec<Definition> = files
            .into_iter()
            .filter_map(|(path, id)| {
                Some(Definition {
                    name: name_of(&path)?,
                    path,
                    id: id.to_string(),
                })
            })
            .collect();
        definitions.sort_by(|a, b| (&a.name, &a.path).cmp(&(&b.name, &b.path)));
        Self { definitions }
    }

    /// Some of the agents that can be credited, with their hashes.
    #[must_use]
    pub(crate) fn summary(&self) -> String {
        const SHOWN: usize = 8;
        let words: Vec<String> = self
            .creditable()
            .map(|definition| format!("{} {}", definition.name, definition.short_hash()))
            .collect();
        some_of(&words, SHOWN)
    }

    /// Whether no agent is defined, so that no hash can be trusted.
    #[must_use]
    pub(crate) fn is_empty(&self) -> bool {
        self.definitions.is_empty()
    }

    /// All definitions, sorted by name.
    #[must_use]
    pub(crate) fn definitions(&self) -> &[Definition] {
        &self.definitions
    }

    /// The names of the agents that can be credited, each once.
    #[must_use]
    pub(crate) fn names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self
            .creditable()
            .map(|definition| definition.name.as_str())
            .collect();
        names.dedup();
        names
    }

    fn creditable(&self) -> impl Iterator<Item = &Definition> {
        self.definitions
            .iter()
            .filter(|definition| definition.can_be_credited())
    }

    /// The definitions of an agent; files in several directories may define one of the same name.
    pub(crate) fn of<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Definition> {
        self.definitions
            .iter()
            .filter(move |definition| definition.name == name)
    }

    /// The defined agent that was probably meant.
    #[must_use]
    pub(crate) fn nearest(&self, name: &str) -> Option<&str> {
        let names = || self.definitions.iter().map(|d| d.name.as_str());
        let same = names().find(|defined| defined.eq_ignore_ascii_case(name));
        same.or_else(|| nearest(name, names()))
    }
}

/// Whether a text can be an agent's name: one word.
pub(super) fn is_agent_name(text: &str) -> bool {
    let inner = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    text.starts_with(|c: char| c.is_ascii_alphanumeric()) && text.chars().all(inner)
}

/// The name without the last extension; for a hidden file, the part after its leading dot.
fn name_of(path: &Path) -> Option<String> {
    let name = path.file_name()?.to_string_lossy();
    let name = name.strip_prefix('.').unwrap_or(&name);
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    Some(stem.to_owned()).filter(|stem| !stem.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agents_are_named_after_their_files() {
        let file = |path: &str, id: &str| (PathBuf::from(path), id.to_owned());
        let registry = Registry::new([
            file("agents/rust-reviewer.md", "a1b2c3d4e5"),
            file("agents/deep/rust-reviewer.md", "ffff00001111"),
            file("agents/v1.2.toml", "abcd"),
            file(".rules", "0123456789"),
        ]);
        let names: Vec<&str> = registry
            .definitions()
            .iter()
            .map(|definition| definition.name.as_str())
            .collect();
        assert_eq!(names, ["rules", "rust-reviewer", "rust-reviewer", "v1.2"]);
        let hashes: Vec<&str> = registry
            .of("rust-reviewer")
            .map(Definition::short_hash)
            .collect();
        assert_eq!(hashes, ["ffff000", "a1b2c3d"]);
        assert_eq!(registry.nearest("rust-revewer"), Some("rust-reviewer"));
        assert_eq!(registry.nearest("Rules"), Some("rules"));
        assert_eq!(registry.nearest("nothing-like-it"), None);
        assert!(Registry::default().is_empty());
    }
}
