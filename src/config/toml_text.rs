//! Lines of TOML, as `config show` prints them.

use std::fmt::Write as _;

use toml::Value;

use crate::base::text::has_harmful;
use crate::model::gate::{PathSet, Pattern};

/// A table in one line.
pub(super) fn table(text: &mut String, key: &str, pairs: &[String]) {
    let inside = if pairs.is_empty() {
        String::new()
    } else {
        format!(" {} ", pairs.join(", "))
    };
    let _ = writeln!(text, "{key} = {{{inside}}}");
}

pub(crate) fn integer(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

pub(super) fn line(text: &mut String, key: &str, value: impl Into<Value>) {
    let _ = writeln!(text, "{key} = {}", shown(&value.into()));
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

pub(super) fn note(text: &mut String, key: &str, meaning: &str) {
    let _ = writeln!(text, "# {key}: {meaning}");
}

pub(super) fn paths(text: &mut String, key: &str, set: &PathSet, when_empty: &str) {
    if set.is_empty() {
        note(text, key, when_empty);
    } else {
        line(text, key, set.patterns.clone());
    }
}

pub(crate) fn pattern(text: &mut String, key: &str, pattern: Option<&Pattern>) {
    match pattern {
        Some(pattern) => line(text, key, pattern.text.as_str()),
        None => note(text, key, "nothing"),
    }
}
