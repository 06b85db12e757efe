//! Which commands read a configuration: those that gates run, as far as they are known.

use std::path::{Path, PathBuf};

use super::files::is_named;
use crate::commands::started::started_names;
use crate::tools::{Configuration, Reach, configurations, families};

/// A command that a gate runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToolCall {
    /// The command.
    pub text: String,
    /// The directory that it runs in, relative to the top.
    pub dir: PathBuf,
}

/// The commands that gates run, those in scripts as well.
#[derive(Debug, Clone, Default)]
pub struct ToolCalls {
    calls: Vec<(ToolCall, Vec<String>)>,
}

impl ToolCalls {
    /// Finds the programs that commands start.
    #[must_use]
    pub fn new(calls: impl IntoIterator<Item = ToolCall>) -> Self {
        let started = |call: ToolCall| {
            let names = started_names(&call.text).into_iter();
            let names = names.map(|started| started.name).collect();
            (call, names)
        };
        Self {
            calls: calls.into_iter().map(started).collect(),
        }
    }

    /// Whether one of the commands starts a program of these names.
    pub(crate) fn start_any(&self, names: &[&str]) -> bool {
        let mut started = self.calls.iter().flat_map(|(_, names)| names);
        started.any(|name| names.contains(&name.as_str()))
    }

    /// Whether a file may configure a tool that one of the commands starts.
    pub(crate) fn may_read(&self, path: &Path) -> bool {
        let dir = path.parent().unwrap_or(Path::new(""));
        let reads = |configuration: &Configuration| {
            let mut files = configuration.files.iter();
            files.any(|file| is_named(path, file.name))
                && !self.readers(configuration, dir).is_empty()
        };
        configurations().any(reads)
            || families()
                .flat_map(|family| family.uncompared)
                .any(|files| {
                    let mut names = files.names.iter();
                    names.any(|name| is_named(path, name)) && self.start_any(files.read_by)
                })
    }

    /// The commands that read a configuration in a directory.
    pub(super) fn readers(&self, configuration: &Configuration, dir: &Path) -> Readers<'_> {
        let reads = |(call, names): &&(ToolCall, Vec<String>)| {
            let mut names = names.iter();
            names.any(|name| configuration.read_by.contains(&name.as_str()))
                && (configuration.reach != Reach::Above || call.is_below(dir))
        };
        Readers {
            calls: self
                .calls
                .iter()
                .filter(reads)
                .map(|(call, _)| call)
                .collect(),
        }
    }
}

impl ToolCall {
    /// Whether it runs in a directory or below it, or is given a path there.
    fn is_below(&self, dir: &Path) -> bool {
        let words = shell_words::split(&self.text).unwrap_or_default();
        let given = words.iter().map(|word| self.dir.join(word));
        let mut places = given.chain([self.dir.clone()]);
        places.any(|place| {
            let parts = place.components();
            let plain: PathBuf = parts
                .filter(|part| matches!(part, std::path::Component::Normal(_)))
                .collect();
            plain.starts_with(dir)
        })
    }
}

/// Commands that read a configuration.
#[derive(Default)]
pub(super) struct Readers<'c> {
    calls: Vec<&'c ToolCall>,
}

impl Readers<'_> {
    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.calls.is_empty()
    }

    /// Whether one of them has an option, as a part of a word.
    pub(super) fn have_option(&self, option: &str) -> bool {
        let has = |text: &str| {
            let mut words = text.split([' ', '=', '\n', '"', '\'']);
            words.any(|word| word == option || word.trim_start_matches('-').ends_with(option))
        };
        self.calls.iter().any(|call| has(&call.text))
    }
}
