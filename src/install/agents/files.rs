//! What is in a file of ours, and how it is merged with what others have in it.

use super::block::{MARKDOWN, YAML};
use super::json::{self, JsonFile};

/// What is in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Content {
    /// Entries in a JSON file that others write, too.
    Json {
        /// The entries.
        file: &'static JsonFile,
        /// Whether those for the end of work are among them.
        stop: bool,
    },
    /// The whole file.
    Whole {
        /// Its text.
        text: &'static str,
        /// Whether the host runs it.
        is_executable: bool,
    },
    /// A marked part of a YAML file.
    Yaml {
        /// The part.
        text: &'static str,
    },
    /// A marked part of a Markdown file.
    Markdown {
        /// The part.
        text: &'static str,
    },
}

/// What every file of ours as a whole says of itself.
const SIGN: &str = "gatekeeper";

impl Content {
    /// The text of the file with our part.
    ///
    /// # Errors
    ///
    /// Why it cannot be merged with, in words.
    pub(super) fn put(&self, before: Option<&str>) -> Result<String, String> {
        match self {
            Self::Json { file, stop } => json::put(file, *stop, before),
            Self::Whole { text, .. } => match before.filter(|before| !before.trim().is_empty()) {
                Some(before) if !is_whole_of_ours(before) => {
                    Err("it was not written by gatekeeper, and cannot be merged with".to_owned())
                }
                _ => Ok((*text).to_owned()),
            },
            Self::Yaml { text } => {
                YAML.put(before, &without_set(before.unwrap_or_default(), text)?)
            }
            Self::Markdown { text } => MARKDOWN.put(before, text),
        }
    }

    /// The text of the file without our part; `None` if it was ours alone.
    ///
    /// # Errors
    ///
    /// Why our part cannot be taken out, in words.
    pub(super) fn take(&self, before: &str) -> Result<Option<String>, String> {
        match self {
            Self::Json { .. } => json::take(before),
            Self::Whole { .. } if is_whole_of_ours(before) => Ok(None),
            Self::Whole { .. } => Ok(Some(before.to_owned())),
            Self::Yaml { .. } => YAML.take(before),
            Self::Markdown { .. } => MARKDOWN.take(before),
        }
    }

    /// Whether our part is in a text.
    pub(super) fn is_in(&self, text: &str) -> bool {
        match self {
            Self::Json { .. } => json::is_in(text),
            Self::Whole { .. } => is_whole_of_ours(text),
            Self::Yaml { .. } => YAML.is_in(text),
            Self::Markdown { .. } => MARKDOWN.is_in(text),
        }
    }

    /// Whether our hook for the end of work is in a text.
    pub(super) fn has_stop(&self, text: &str) -> bool {
        match self {
            Self::Json { file, .. } => json::has_stop(file, text),
            Self::Whole { .. } | Self::Yaml { .. } | Self::Markdown { .. } => false,
        }
    }

    /// The command of our first entry, as it stands in a text.
    pub(super) fn command(&self, text: &str) -> Option<String> {
        match self {
            Self::Json { file, .. } => json::command(file, text),
            Self::Whole { .. } | Self::Yaml { .. } | Self::Markdown { .. } => None,
        }
    }

    /// Whether the host runs the file.
    pub(super) fn is_executable(&self) -> bool {
        matches!(
            self,
            Self::Whole {
                is_executable: true,
                ..
            }
        )
    }
}

/// Whether a file as a whole is one of ours: its first lines say so.
fn is_whole_of_ours(text: &str) -> bool {
    let head: Vec<&str> = text.lines().take(4).collect();
    head.iter().any(|line| {
        line.contains(&format!("Installed by `{SIGN}")) || line.trim() == format!("name: {SIGN}")
    })
}

/// The settings that a YAML file does not have yet outside of our part.
///
/// # Errors
///
/// It is not a mapping in block style, or has another value for a setting of ours.
fn without_set(before: &str, text: &str) -> Result<String, String> {
    let others = YAML.others(before);
    must_be_settings(&others)?;
    let mut missing = String::new();
    for line in text.lines() {
        let Some((key, value)) = line.split_once(": ").filter(|_| !line.starts_with('#')) else {
            missing.push_str(line);
            missing.push('\n');
            continue;
        };
        let present = others
            .lines()
            .find_map(|line| line.strip_prefix(key)?.strip_prefix(':'));
        match present.map(str::trim) {
            None => {
                missing.push_str(line);
                missing.push('\n');
            }
            Some(present) if present == value || key == "test-cmd" => {}
            Some(present) => {
                return Err(format!(
                    "it has `{key}: {present}`, and needs `{key}: {value}`"
                ));
            }
        }
    }
    Ok(missing)
}

/// Refuses what cannot be read as YAML, or is not a mapping in block style, to which lines can be added.
fn must_be_settings(text: &str) -> Result<(), String> {
    use saphyr_parser::{Event, Parser};
    let mut depth = 0_usize;
    let mut is_mapping = true;
    for event in Parser::new_from_str(text) {
        let (event, _) = event.map_err(|error| format!("it is not valid YAML: {error}"))?;
        if depth == 0 {
            is_mapping &= match &event {
                Event::SequenceStart(..) | Event::Alias(..) => false,
                Event::Scalar(value, ..) => value.is_empty() || value == "~",
                _ => true,
            };
        }
        match event {
            Event::MappingStart(..) | Event::SequenceStart(..) => depth += 1,
            Event::MappingEnd | Event::SequenceEnd => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    let is_flow = text.trim_start().starts_with('{');
    if is_mapping && !is_flow {
        Ok(())
    } else {
        Err("it is not a mapping in block style".to_owned())
    }
}
