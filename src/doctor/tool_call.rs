//! A call of a known tool, and its options.

use std::path::PathBuf;

use crate::indirection::Place;

/// A call of a known tool.
#[derive(Debug, Clone)]
pub(crate) struct ToolCall {
    /// The name of the gate.
    pub(crate) gate: String,
    /// The tool's name, as docs/tools.md has it.
    pub(crate) tool: &'static str,
    /// The words after those that name the tool.
    pub(crate) arguments: Vec<String>,
    /// The whole call, with the programs that start it.
    pub(crate) typed: Vec<String>,
    /// The directory in which it runs, relative to the top.
    pub(crate) dir: PathBuf,
    /// Where it is written.
    pub(crate) place: Place,
    /// Whether it is handed the changed files.
    pub(crate) takes_files: bool,
    /// The files that whoever calls it leaves out, as globs.
    pub(crate) exclude: Vec<String>,
}

/// The options by which a tool is told which file configures it, by the tool's name.
const NAMING_OPTIONS: [(&str, &[&str]); 20] = [
    ("bandit", &["-c", "--configfile", "--config"]),
    ("basedpyright", &["-p", "--project"]),
    ("biome", &["--config-path"]),
    ("black", &["--config"]),
    ("clippy", &["--config-path"]),
    ("coverage", &["--rcfile"]),
    ("eslint", &["-c", "--config"]),
    ("flake8", &["--config"]),
    (
        "isort",
        &["--settings", "--settings-path", "--settings-file", "--sp"],
    ),
    ("mypy", &["--config-file"]),
    ("prettier", &["--config"]),
    ("pylint", &["--rcfile"]),
    ("pyright", &["-p", "--project"]),
    ("pytest", &["-c", "--config-file"]),
    ("ruff", &["--config"]),
    ("ruff-format", &["--config"]),
    ("rustfmt", &["--config-path"]),
    ("tsc", &["-p", "--project"]),
    ("vitest", &["-c", "--config"]),
    ("vue-tsc", &["-p", "--project"]),
];

impl ToolCall {
    /// The configuration file that it names, as it is typed: `--config setup/flake8.ini`.
    #[must_use]
    pub(crate) fn configuration(&self) -> Option<&str> {
        let known = NAMING_OPTIONS.iter().find(|(tool, _)| *tool == self.tool);
        self.value(known?.1)
    }

    /// Whether it has one of these options, alone or with a value after `=`.
    #[must_use]
    pub(crate) fn has(&self, options: &[&str]) -> bool {
        let is_option = |word: &String| {
            options.iter().any(|option| {
                let rest = word.strip_prefix(option);
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('='))
            })
        };
        self.arguments.iter().any(is_option)
    }

    /// The value of the last one of these options, after `=` or as the next word.
    #[must_use]
    pub(crate) fn value(&self, options: &[&str]) -> Option<&str> {
        let words = self.arguments.iter().enumerate();
        let values = words.filter_map(|(at, word)| {
            options.iter().find_map(|option| {
                let rest = word.strip_prefix(option)?;
                match rest.strip_prefix('=') {
                    Some(value) => Some((at, value)),
                    None if rest.is_empty() => {
                        let next = self.arguments.get(at + 1)?;
                        Some((at, next.as_str()))
                    }
                    None => None,
                }
            })
        });
        values.max_by_key(|(at, _)| *at).map(|(_, value)| value)
    }

    /// The call as it is typed.
    #[must_use]
    pub(crate) fn shown(&self) -> String {
        self.typed.join(" ")
    }
}
