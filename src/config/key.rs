//! A key of gates.toml as one value: how it is read, what `config show` prints of it, and which
//! change of it is a weakening.
//!
//! The keys of a table are a list of these, and every traversal of a table uses its list, so
//! that nothing about a key can be forgotten. `tests.rs` compares what the keys claim
//! with what the program does.

use std::fmt::Write as _;

use time::Date;
use toml::de::DeTable;

use super::problem::Problems;
use super::reader::{Item, Table};
use super::shape::{Property, Shape};
use super::toml_text::{self, Shown};
use crate::model::gate::PathSet;

/// A key of a table that means a `T`.
pub(super) struct Key<T: 'static> {
    /// The key itself.
    pub(super) name: &'static str,
    /// What it means, in sentences, for the schema. The default is not part of it, if there is one that
    /// `config show` prints.
    pub(super) about: &'static str,
    /// What its value may be, as far as a schema can say it.
    pub(super) shape: Shape,
    /// Replaces the default by what was typed, or reports what is wrong with it. The keys before
    /// this one in the list have already been read.
    pub(super) read: fn(&mut T, &Item<'_>, &mut Problems),
    /// What `config show` prints.
    pub(super) show: fn(&T) -> Shown,
    /// Whether the second of two tables is weaker in this.
    pub(super) weaker: Weaker<T>,
}

/// When a table is weaker than the one before it.
pub(super) enum Weaker<T> {
    /// Never, for this reason.
    #[cfg_attr(not(test), expect(dead_code, reason = "for people and for the tests"))]
    Never(&'static str),
    /// If the two values differ, since it cannot be known which is weaker. The text says what is
    /// weaker, as a fragment.
    Changed(&'static str),
    /// If this holds of the two. The text is like that of `Changed`.
    If(&'static str, fn(&T, &T) -> bool),
    /// If there is something to say. The day decides which dates have passed.
    Says(fn(&T, &T, Date) -> Vec<String>),
}

/// Reads a table, whose value holds the defaults. `name` is the table as messages name it.
pub(super) fn read<T: 'static>(
    name: impl Into<String>,
    keys: impl IntoIterator<Item = &'static Key<T>>,
    entries: &DeTable<'_>,
    value: &mut T,
    problems: &mut Problems,
) {
    let mut table = Table::new(name, entries);
    for key in keys {
        if let Some(item) = table.item(key.name) {
            (key.read)(value, item, problems);
        }
    }
    table.finish(problems);
}

/// A table as `config show` prints it.
pub(super) fn show<T: 'static>(
    header: &str,
    keys: impl IntoIterator<Item = &'static Key<T>>,
    value: &T,
) -> String {
    let lines = keys.into_iter().map(|key| (key.name, (key.show)(value)));
    toml_text::table(header, lines)
}

/// The keys of a table as a schema describes them, with the defaults that `value` has.
pub(super) fn properties<T: 'static>(
    keys: impl IntoIterator<Item = &'static Key<T>>,
    value: &T,
) -> Vec<Property> {
    let property = |key: &'static Key<T>| {
        let mut about = key.about.to_owned();
        let default = match (key.show)(value) {
            Shown::Value(default) => Some(default),
            Shown::Note(meaning) => {
                let _ = write!(about, " Default: {meaning}.");
                None
            }
            Shown::Pairs(_) | Shown::Tables(_) | Shown::Nothing => None,
        };
        Property {
            name: key.name,
            about,
            default,
            shape: &key.shape,
            is_required: false,
        }
    };
    keys.into_iter().map(property).collect()
}

/// What is weaker in a table than in the one before it.
pub(super) fn weaknesses<T: 'static>(
    keys: impl IntoIterator<Item = &'static Key<T>>,
    before: &T,
    after: &T,
    today: Date,
) -> Vec<String> {
    let mut weaknesses = Vec::new();
    for key in keys {
        let weaker = match key.weaker {
            Weaker::Changed(what) if (key.show)(before) != (key.show)(after) => {
                vec![what.to_owned()]
            }
            Weaker::If(what, holds) if holds(before, after) => vec![what.to_owned()],
            Weaker::Says(say) => say(before, after, today),
            Weaker::Never(_) | Weaker::Changed(_) | Weaker::If(..) => Vec::new(),
        };
        for what in weaker {
            // Several keys can have the same effect.
            if !weaknesses.contains(&what) {
                weaknesses.push(what);
            }
        }
    }
    weaknesses
}

/// Whether a set of patterns lacks one that another set has.
pub(super) fn lacks(set: &PathSet, other: &PathSet) -> bool {
    let mut patterns = other.patterns.iter();
    patterns.any(|pattern| !set.patterns.contains(pattern))
}
