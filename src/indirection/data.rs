//! TOML and JSON with the lines of their keys.

use toml::de::{DeArray, DeTable, DeValue};

/// A value, and the line of its key; in a list, its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Data {
    /// Counted from 1.
    pub(super) line: usize,
    pub(super) value: Value,
}

/// A value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    Text(String),
    /// A Boolean, a number, a date, or null, as it is written.
    Plain(String),
    List(Vec<Data>),
    /// In the order of the file, as far as that is known.
    Table(Vec<(String, Data)>),
}

impl Data {
    /// The value at a path of keys.
    pub(super) fn at(&self, keys: &[&str]) -> Option<&Self> {
        keys.iter().try_fold(self, |data, key| data.get(key))
    }

    /// The value of a key.
    pub(super) fn get(&self, key: &str) -> Option<&Self> {
        let mut entries = self.entries().iter();
        entries.find(|(name, _)| name == key).map(|(_, data)| data)
    }

    /// The entries, if it is a table.
    pub(super) fn entries(&self) -> &[(String, Self)] {
        match &self.value {
            Value::Table(entries) => entries,
            _ => &[],
        }
    }

    /// The values, if it is a list.
    pub(super) fn list(&self) -> &[Self] {
        match &self.value {
            Value::List(values) => values,
            _ => &[],
        }
    }

    /// The text, if it is one.
    pub(super) fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The texts: one, or those of a list.
    pub(super) fn texts(&self) -> Vec<&str> {
        let one = self.text().into_iter();
        one.chain(self.list().iter().filter_map(Self::text))
            .collect()
    }

    /// Whether it is `true`.
    pub(super) fn is_true(&self) -> bool {
        self.value == Value::Plain("true".to_owned())
    }

    /// The same value is the same text, however it is laid out.
    pub(super) fn shown(&self) -> String {
        match &self.value {
            Value::Text(text) | Value::Plain(text) => text.clone(),
            Value::List(values) => {
                let values: Vec<String> = values.iter().map(Self::quoted).collect();
                format!("[{}]", values.join(", "))
            }
            Value::Table(entries) => {
                let mut entries: Vec<String> = entries
                    .iter()
                    .map(|(key, data)| format!("{key} = {}", data.quoted()))
                    .collect();
                entries.sort();
                format!("{{ {} }}", entries.join(", "))
            }
        }
    }

    fn quoted(&self) -> String {
        match &self.value {
            Value::Text(text) => format!("{text:?}"),
            _ => self.shown(),
        }
    }
}

/// Reads TOML; `None` if it is damaged.
pub(super) fn toml(text: &str) -> Option<Data> {
    let document = DeTable::parse(text).ok()?;
    let lines = Lines::new(text);
    Some(Data {
        line: 1,
        value: table(document.get_ref(), &lines),
    })
}

fn table(entries: &DeTable<'_>, lines: &Lines) -> Value {
    let entries = entries.iter().map(|(key, value)| {
        let name: &str = key.get_ref();
        let data = Data {
            line: lines.of(key.span().start),
            value: toml_value(value.get_ref(), lines),
        };
        (name.to_owned(), data)
    });
    Value::Table(entries.collect())
}

fn array(values: &DeArray<'_>, lines: &Lines) -> Value {
    let values = values.iter().map(|value| Data {
        line: lines.of(value.span().start),
        value: toml_value(value.get_ref(), lines),
    });
    Value::List(values.collect())
}

fn toml_value(value: &DeValue<'_>, lines: &Lines) -> Value {
    match value {
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Integer(number) => Value::Plain(number.to_string()),
        DeValue::Float(number) => Value::Plain(number.to_string()),
        DeValue::Boolean(is) => Value::Plain(is.to_string()),
        DeValue::Datetime(date) => Value::Plain(date.to_string()),
        DeValue::Array(values) => array(values, lines),
        DeValue::Table(entries) => table(entries, lines),
    }
}

/// Reads JSON; `None` if it is damaged.
pub(super) fn json(text: &str) -> Option<Data> {
    let value = serde_json::from_str(text).ok()?;
    let lines = Lines::new(text);
    Some(json_value(&value, text, 0, &lines))
}

/// A value whose key is at a place; the parser does not say where keys are, so they are searched for.
fn json_value(value: &serde_json::Value, text: &str, at: usize, lines: &Lines) -> Data {
    let value = match value {
        serde_json::Value::String(text) => Value::Text(text.clone()),
        serde_json::Value::Array(values) => {
            let values = values
                .iter()
                .map(|value| json_value(value, text, at, lines));
            Value::List(values.collect())
        }
        serde_json::Value::Object(entries) => {
            let entries = entries.iter().map(|(key, value)| {
                let at = key_after(text, at, key).unwrap_or(at);
                (key.clone(), json_value(value, text, at, lines))
            });
            Value::Table(entries.collect())
        }
        plain => Value::Plain(plain.to_string()),
    };
    Data {
        line: lines.of(at),
        value,
    }
}

fn key_after(text: &str, at: usize, key: &str) -> Option<usize> {
    let quoted = format!("\"{key}\"");
    let rest = text.get(at..)?;
    let mut places = rest.match_indices(&quoted);
    let is_key = |place: &(usize, &str)| {
        let after = &rest[place.0 + quoted.len()..];
        after.trim_start().starts_with(':')
    };
    places.find(is_key).map(|(place, _)| at + place)
}

/// Where lines begin.
struct Lines(Vec<usize>);

impl Lines {
    fn new(text: &str) -> Self {
        let breaks = text.match_indices('\n').map(|(at, _)| at + 1);
        Self(std::iter::once(0).chain(breaks).collect())
    }

    /// The line of a place, counted from 1.
    fn of(&self, at: usize) -> usize {
        self.0.partition_point(|begin| *begin <= at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_have_lines() {
        let data = json("{\n\"test\": 1,\n\"scripts\": {\n  \"test\" : \"x\"\n}}").unwrap();
        let test = data.at(&["scripts", "test"]).unwrap();
        assert_eq!((test.line, test.text()), (4, Some("x")));
        let data = toml("[a]\nb = 1\n[tool.x]\ny = ['''\np''', 2]\n").unwrap();
        let list = data.at(&["tool", "x", "y"]).unwrap();
        assert_eq!((list.line, list.texts()), (4, vec!["p"]));
        assert_eq!(list.shown(), "[\"p\", 2]");
        assert_eq!(json("{"), None);
        assert_eq!(toml("a = "), None);
    }
}
