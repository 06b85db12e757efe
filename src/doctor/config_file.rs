//! A configuration file with its settings, each with its line.

use std::path::{Path, PathBuf};

use crate::indirection::Place;
use crate::rules::tool_config::{Node, Value, read_configuration};
use crate::tools::ConfigurationFormat;

/// A configuration file as it lies in the work tree.
#[derive(Debug)]
pub(crate) struct ConfigFile {
    /// Relative to the top of the work tree.
    pub(crate) path: PathBuf,
    /// Its text.
    pub(crate) text: String,
    /// What it holds; `None` if it is damaged, or a program.
    root: Option<Node>,
    /// The format; `None` if it is not one that is read.
    format: Option<ConfigurationFormat>,
}

/// A setting and its value.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Setting<'f> {
    file: &'f ConfigFile,
    node: &'f Node,
}

impl ConfigFile {
    /// Reads a text by the name of its file.
    pub(super) fn new(path: PathBuf, text: String) -> Self {
        let format = format(&path);
        Self {
            root: format.and_then(|format| read_configuration(format, text.as_bytes())),
            path,
            text,
            format,
        }
    }

    /// The name of the file.
    #[must_use]
    pub(crate) fn name(&self) -> &str {
        let name = self.path.file_name().and_then(|name| name.to_str());
        name.unwrap_or_default()
    }

    /// Whether its tool would not be able to read it.
    #[must_use]
    pub(crate) fn is_damaged(&self) -> bool {
        self.format.is_some() && self.root.is_none()
    }

    /// The setting at the end of a path of tables.
    #[must_use]
    pub(crate) fn get(&self, path: &[&str]) -> Option<Setting<'_>> {
        let root = self.root.as_ref()?;
        let node = path.iter().try_fold(root, |node, key| node.get(key))?;
        Some(Setting { file: self, node })
    }

    /// The file as a whole.
    #[must_use]
    pub(crate) fn whole(&self) -> Place {
        Place {
            path: self.path.clone(),
            line: 1,
        }
    }

    /// The text of a line, counted from 1.
    #[must_use]
    pub(crate) fn line(&self, number: usize) -> &str {
        let mut lines = self.text.lines();
        lines.nth(number.saturating_sub(1)).unwrap_or_default()
    }

    /// The number of the first line, counted from 1, that is a heading of this section.
    #[must_use]
    pub(crate) fn heading(&self, section: &str) -> Option<usize> {
        let is_heading = |line: &str| {
            let inner = line.trim().strip_prefix('[');
            let inner = inner.and_then(|line| line.split(']').next());
            inner.is_some_and(|inner| inner.trim() == section)
        };
        Some(self.text.lines().position(is_heading)? + 1)
    }

    /// The place of a line.
    #[must_use]
    pub(crate) fn at_line(&self, line: usize) -> Place {
        Place {
            path: self.path.clone(),
            line,
        }
    }
}

impl<'f> Setting<'f> {
    /// The setting at the end of a path below this one.
    #[must_use]
    pub(crate) fn get(self, path: &[&str]) -> Option<Self> {
        let node = path.iter().try_fold(self.node, |node, key| node.get(key))?;
        Some(Self { node, ..self })
    }

    /// Where it stands.
    #[must_use]
    pub(crate) fn place(self) -> Place {
        let before = self.file.text.get(..self.node.at).unwrap_or_default();
        self.file.at_line(1 + before.matches('\n').count())
    }

    /// The line on which it stands.
    #[must_use]
    pub(crate) fn line(self) -> &'f str {
        self.file.line(self.place().line)
    }

    /// The file and the setting's place as a sentence has them: `pyproject.toml:3`.
    #[must_use]
    pub(crate) fn shown(self) -> String {
        format!("{}:{}", self.file.name(), self.place().line)
    }

    /// The keys, if it is a table.
    pub(crate) fn keys(self) -> impl Iterator<Item = (&'f str, Self)> {
        let entries: &[(String, Node)] = match &self.node.value {
            Value::Table(entries) => entries,
            _ => &[],
        };
        let own = move |(key, node): &'f (String, Node)| {
            let file = self.file;
            (key.as_str(), Self { file, node })
        };
        entries.iter().map(own)
    }

    /// The text, if it is one; in INI files everything is.
    #[must_use]
    pub(crate) fn text(self) -> Option<&'f str> {
        self.node.text()
    }

    /// A number, if it is a whole one.
    #[must_use]
    pub(crate) fn number(self) -> Option<u32> {
        let text = match &self.node.value {
            Value::Text(text) => text.trim().to_owned(),
            Value::Number(number) => number.to_string(),
            _ => return None,
        };
        text.parse().ok()
    }

    /// Whether it is true.
    #[must_use]
    pub(crate) fn is_true(self) -> bool {
        match &self.node.value {
            Value::Bool(truth) => *truth,
            Value::Text(text) => {
                let text = text.trim().to_lowercase();
                matches!(text.as_str(), "true" | "yes" | "on" | "1")
            }
            _ => false,
        }
    }

    /// The items of a list; those of a text are divided by commas and white space.
    #[must_use]
    pub(crate) fn list(self) -> Vec<String> {
        match &self.node.value {
            Value::List(nodes) => {
                let texts = nodes.iter().filter_map(Node::text);
                texts.map(str::to_owned).collect()
            }
            Value::Text(text) => {
                let lines = text.lines().map(|line| {
                    let line = line.trim();
                    if line.starts_with('#') { "" } else { line }
                });
                let items = lines.flat_map(|line| line.split([',', ' ', '\t']));
                let items = items.filter(|item| !item.is_empty());
                items.map(str::to_owned).collect()
            }
            _ => Vec::new(),
        }
    }

    /// The items of a list, each as a setting.
    pub(crate) fn items(self) -> impl Iterator<Item = Self> {
        let nodes: &[Node] = match &self.node.value {
            Value::List(nodes) => nodes,
            _ => &[],
        };
        let file = self.file;
        nodes.iter().map(move |node| Self { file, node })
    }

    /// Whether it is an empty list or table.
    #[must_use]
    pub(crate) fn is_empty(self) -> bool {
        match &self.node.value {
            Value::List(nodes) => nodes.is_empty(),
            Value::Table(entries) => entries.is_empty(),
            _ => false,
        }
    }
}

/// The format of a configuration file by its name; `None` if it is a program.
fn format(path: &Path) -> Option<ConfigurationFormat> {
    let name = path.file_name()?.to_str()?;
    let extension = path.extension().and_then(|extension| extension.to_str());
    Some(match (name, extension) {
        ("uv.lock" | "poetry.lock" | "Cargo.lock" | "rust-toolchain", _) | (_, Some("toml")) => {
            ConfigurationFormat::Toml
        }
        (_, Some("cfg" | "ini")) | (".flake8" | ".coveragerc" | ".isort.cfg" | ".bandit", _) => {
            ConfigurationFormat::Ini
        }
        (_, Some("json" | "jsonc")) => ConfigurationFormat::Json,
        (_, Some("yaml" | "yml")) => ConfigurationFormat::Yaml,
        _ => return None,
    })
}
