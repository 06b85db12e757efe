//! `[[bypass.patterns]]`: a custom rule of the project.

use crate::base::words::words;
use crate::config::problem::{Problem, Problems};
use crate::config::reader::{Item, Table, choice, filled_string, word};
use crate::config::toml_text::{paths, table, value};
use crate::config::values::{globs, pattern};
use crate::model::gate::{PathSet, Pattern};
use crate::model::severity::Level;

/// A custom rule of the project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CustomRule {
    /// Its id.
    pub(crate) id: String,
    /// What a line must not hold.
    pub(crate) pattern: Pattern,
    /// The files that it applies to; if empty, all.
    pub(crate) files: PathSet,
    /// The part of a file in which it counts.
    pub(crate) place: FilePart,
    /// Its level.
    pub(crate) level: Level,
    /// What is wrong, as a fragment.
    pub(crate) message: String,
    /// What to do about it.
    pub(crate) help: String,
}

words! {
    /// The part of a file in which a rule counts.
    pub(crate) enum FilePart {
        /// In code: neither in comments nor in strings.
        Code = "code",
        /// In comments.
        Comment = "comment",
        /// In strings.
        Text = "string",
        /// Anywhere; the only choice in files of an unknown language.
        Anywhere = "anywhere",
    }
}

pub(super) fn read(table: &mut Table<'_, '_>, p: &mut Problems) -> Option<CustomRule> {
    let id = table.take_needed("id", p, rule_id);
    let pattern = table.take_needed("pattern", p, pattern);
    let files = table.take_or(PathSet::default(), "files", p, globs);
    let place = table.take_or(FilePart::Anywhere, "in", p, word);
    let level = table.take_or(Level::Error, "level", p, level);
    let message = table.take_needed("message", p, filled_string);
    let help = table.take_needed("help", p, filled_string);
    Some(CustomRule {
        id: id?,
        pattern: pattern?,
        files,
        place,
        level,
        message: message?,
        help: help?,
    })
}

pub(super) fn show(rule: &CustomRule) -> String {
    let lines = [
        ("id", value(rule.id.as_str())),
        ("pattern", value(rule.pattern.text.as_str())),
        ("files", paths(&rule.files, "all")),
        ("in", value(rule.place.name())),
        ("level", value(rule.level.name())),
        ("message", value(rule.message.as_str())),
        ("help", value(rule.help.as_str())),
    ];
    table("\n[[bypass.patterns]]", lines)
}

pub(super) fn level(item: &Item<'_>) -> Result<Level, Problem> {
    choice(item, &Level::ALL.map(|level| (level, level.name())))
}

/// The id of a rule: words with dots and hyphens.
fn rule_id(item: &Item<'_>) -> Result<String, Problem> {
    let text = filled_string(item)?;
    let is_part = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '-');
    if text.starts_with(|c: char| c.is_ascii_lowercase()) && text.chars().all(is_part) {
        return Ok(text);
    }
    Err(Problem::new(
        item.span(),
        format!("`{}` is not a valid rule id", text.escape_debug()),
    )
    .label("not an id")
    .help("use lowercase letters, digits, `.` and `-`, as in \"our.no-print\""))
}
