//! `[[bypass.patterns]]`: a custom rule of the project.

use crate::base::words::words;
use crate::config::glob_cover::covers;
use crate::config::policy_file::Origin;
use crate::config::problem::{Problem, Problems};
use crate::config::reader::{Item, Table, choice, filled_string, word};
use crate::config::shape::{
    FILLED, Field, GLOB, LINE_PATTERN, Property, RULE_ID, Shape, filled, words as words_of,
};
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

impl CustomRule {
    /// Whether this rule finds whatever another one finds. What it says about it does not count.
    pub(super) fn is_as_strict_as(&self, other: &Self) -> bool {
        let has_files =
            self.files.is_empty() || !other.files.is_empty() && covers(&self.files, &other.files);
        let has_place = self.place == other.place || self.place == FilePart::Anywhere;
        self.id == other.id
            && self.pattern == other.pattern
            && self.level.severity() >= other.level.severity()
            && has_files
            && has_place
    }
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

const ID: Field = Field {
    name: "id",
    about: "The id of the rule, which no other rule may have.",
    shape: RULE_ID,
    is_required: true,
};

const PATTERN: Field = Field {
    name: "pattern",
    about: "A regular expression that no added line may match.",
    shape: LINE_PATTERN,
    is_required: true,
};

const FILES: Field = Field {
    name: "files",
    about: "The files to check, as globs. Default: all files, including documentation.",
    shape: filled(&GLOB),
    is_required: false,
};

const IN: Field = Field {
    name: "in",
    about: "Where to search. Default: anywhere, which files in an unknown language need.",
    shape: words_of::<FilePart>(),
    is_required: false,
};

const LEVEL: Field = Field {
    name: "level",
    about: "The level of a finding. Default: error.",
    shape: LEVELS,
    is_required: false,
};

const MESSAGE: Field = Field {
    name: "message",
    about: "What is wrong, as a fragment.",
    shape: FILLED,
    is_required: true,
};

const HELP: Field = Field {
    name: "help",
    about: "What to do about it.",
    shape: FILLED,
    is_required: true,
};

/// The levels of a rule.
pub(super) const LEVELS: Shape = Shape::Words(|| Level::ALL.map(Level::name).into());

/// The keys for the schema.
pub(super) fn properties() -> Vec<Property> {
    let fields = [&ID, &PATTERN, &FILES, &IN, &LEVEL, &MESSAGE, &HELP];
    fields.map(Field::property).into()
}

pub(super) fn read(table: &mut Table<'_, '_>, p: &mut Problems) -> Option<CustomRule> {
    let id = table.take(&ID, p, rule_id);
    let pattern = table.take(&PATTERN, p, pattern);
    let files = table.take_or(PathSet::default(), &FILES, p, |item| {
        globs(item, &Origin::top())
    });
    let place = table.take_or(FilePart::Anywhere, &IN, p, word);
    let level = table.take_or(Level::Error, &LEVEL, p, level);
    let message = table.take(&MESSAGE, p, filled_string);
    let help = table.take(&HELP, p, filled_string);
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

pub(crate) fn level(item: &Item<'_>) -> Result<Level, Problem> {
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
