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
use crate::model::comparison::Comparison;

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
    /// Unless the second value is known to be at least as strict. Both values are shown.
    Compared(fn(&T, &T) -> Comparison),
    /// If there is something to say. The day decides which dates have passed.
    Says(fn(&T, &T, Date) -> Vec<Weakness>),
}

/// Something about a key that is weaker than before, or may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Weakness {
    /// The keys that lead to it, from the table outwards: the last one is the key itself.
    pub(crate) keys: Vec<String>,
    /// What is weaker or changed, as a fragment.
    pub(crate) what: String,
    /// Whether it is known to be weaker; otherwise this cannot be known.
    pub(crate) is_known: bool,
}

impl Weakness {
    /// A weakness of the key that it is said of, by how the values compare; `None` if there is none.
    pub(super) fn by(comparison: Comparison, what: impl FnOnce() -> String) -> Option<Self> {
        let is_known = match comparison {
            Comparison::AtLeastAsStrict => return None,
            Comparison::Weaker => true,
            Comparison::Unknown => false,
        };
        Some(Self {
            keys: Vec::new(),
            what: what(),
            is_known,
        })
    }

    /// Whether it is about a key of the table itself.
    pub(super) fn is_of(&self, key: &str) -> bool {
        self.keys.first().is_some_and(|first| first == key)
    }

    /// The same, of a key within the key that it is said of.
    pub(super) fn within(mut self, key: &str) -> Self {
        self.keys.insert(0, key.to_owned());
        self
    }
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
) -> Vec<Weakness> {
    let mut weaknesses: Vec<Weakness> = Vec::new();
    for key in keys {
        let differs = || (key.show)(before) != (key.show)(after);
        let one = |comparison, what: &dyn Fn() -> String| {
            Weakness::by(comparison, what).into_iter().collect()
        };
        let weaker: Vec<Weakness> = match key.weaker {
            Weaker::Changed(what) if differs() => one(Comparison::Unknown, &|| what.to_owned()),
            Weaker::If(what, holds) if holds(before, after) => {
                one(Comparison::Weaker, &|| what.to_owned())
            }
            Weaker::Compared(compare) if differs() => one(compare(before, after), &|| {
                let [earlier, now] = [before, after].map(|value| (key.show)(value).in_words());
                format!("`{}` is {now} instead of {earlier}", key.name)
            }),
            Weaker::Says(say) => say(before, after, today),
            Weaker::Never(_) | Weaker::Changed(_) | Weaker::If(..) | Weaker::Compared(_) => {
                Vec::new()
            }
        };
        for weakness in weaker {
            // Several keys can have the same effect.
            if !weaknesses.iter().any(|known| known.what == weakness.what) {
                weaknesses.push(weakness.within(key.name));
            }
        }
    }
    weaknesses
}

/// Why no value of a key is weaker than another; `None` if one is.
#[cfg(test)]
pub(super) fn never_weaker<T: 'static>(
    keys: impl IntoIterator<Item = &'static Key<T>>,
    name: &str,
) -> Option<&'static str> {
    let mut keys = keys.into_iter();
    match keys.find(|key| key.name == name).expect(name).weaker {
        Weaker::Never(reason) => Some(reason),
        Weaker::Changed(_) | Weaker::If(..) | Weaker::Compared(_) | Weaker::Says(_) => None,
    }
}
