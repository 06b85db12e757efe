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
}

impl ToolCall {
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
