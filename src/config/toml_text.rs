//! Lines of TOML, as `config show` prints them.

use std::fmt::Write as _;

use toml::Value;

use crate::base::text::has_harmful;
use crate::model::gate::{PathSet, Pattern};

/// What is printed of a key.
#[derive(PartialEq)]
pub(super) enum Shown {
    /// Its value.
    Value(Value),
    /// A table in one line.
    Pairs(Vec<String>),
    /// A comment, since the key has no value: what holds then.
    Note(String),
    /// Tables of their own, below the lines of this one.
    Tables(String),
    /// Nothing, since the key has no meaning beside another one.
    Nothing,
}

impl Shown {
    /// What it is, within a sentence.
    pub(super) fn in_words(&self) -> String {
        match self {
            Self::Value(value) => shown(value),
            Self::Pairs(pairs) if pairs.is_empty() => "{}".to_owned(),
            Self::Pairs(pairs) => format!("{{ {} }}", pairs.join(", ")),
            Self::Note(meaning) => format!("not set ({meaning})"),
            Self::Tables(_) | Self::Nothing => "not set".to_owned(),
        }
    }
}

pub(super) fn value(value: impl Into<Value>) -> Shown {
    Shown::Value(value.into())
}

pub(super) fn note(meaning: impl Into<String>) -> Shown {
    Shown::Note(meaning.into())
}

/// A value, or what holds without one.
pub(super) fn value_or(some: Option<impl Into<Value>>, none: &str) -> Shown {
    some.map_or_else(|| note(none), value)
}

pub(super) fn values<T: Into<Value>>(elements: impl IntoIterator<Item = T>) -> Shown {
    Shown::Value(Value::Array(elements.into_iter().map(Into::into).collect()))
}

/// A list, or what it means that it is empty.
pub(super) fn list<T: Into<Value>>(
    elements: impl IntoIterator<Item = T>,
    when_empty: &str,
) -> Shown {
    match values(elements) {
        Shown::Value(Value::Array(elements)) if elements.is_empty() => note(when_empty),
        shown => shown,
    }
}

pub(super) fn paths(set: &PathSet, when_empty: &str) -> Shown {
    list(set.patterns.iter().map(String::as_str), when_empty)
}

pub(super) fn pattern(pattern: Option<&Pattern>) -> Shown {
    value_or(pattern.map(|pattern| pattern.text.as_str()), "nothing")
}

/// One pair of a table in one line, whose key may be any text.
pub(super) fn pair(key: &str, value: impl Into<Value>) -> String {
    format!("{} = {}", shown(&key.into()), shown(&value.into()))
}

/// A table with its header; the tables that belong to it come last.
pub(super) fn table<'a>(header: &str, lines: impl IntoIterator<Item = (&'a str, Shown)>) -> String {
    let mut text = format!("{header}\n");
    let mut tables = String::new();
    for (key, shown) in lines {
        match shown {
            Shown::Tables(more) => tables.push_str(&more),
            other => text.push_str(&line(key, &other)),
        }
    }
    text + &tables
}

/// The line about a key.
pub(super) fn line(key: &str, shown_value: &Shown) -> String {
    match shown_value {
        Shown::Value(value) => format!("{key} = {}\n", shown(value)),
        Shown::Pairs(pairs) if pairs.is_empty() => format!("{key} = {{}}\n"),
        Shown::Pairs(pairs) => format!("{key} = {{ {} }}\n", pairs.join(", ")),
        Shown::Note(meaning) => format!("# {key}: {meaning}\n"),
        Shown::Tables(text) => text.clone(),
        Shown::Nothing => String::new(),
    }
}

/// A value as TOML without characters that would control a terminal.
pub(super) fn shown(value: &Value) -> String {
    match value {
        Value::String(text) if has_harmful(text) => {
            let mut quoted = String::from("\"");
            for character in text.chars() {
                match character {
                    '"' | '\\' => quoted.extend(['\\', character]),
                    c if has_harmful(c.encode_utf8(&mut [0; 4])) => {
                        let _ = write!(quoted, "\\U{:08X}", u32::from(c));
                    }
                    c => quoted.push(c),
                }
            }
            quoted.push('"');
            quoted
        }
        Value::Array(values) => {
            let values: Vec<String> = values.iter().map(shown).collect();
            format!("[{}]", values.join(", "))
        }
        other => other.to_string(),
    }
}
