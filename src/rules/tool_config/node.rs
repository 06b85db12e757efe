//! A value of a configuration, with its place.

/// A value with the place of its key; in a list, with its own place.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Node {
    /// The value.
    pub(crate) value: Value,
    /// The place, in bytes from the beginning of the text.
    pub(crate) at: usize,
}

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    /// Null, or a value that no rule looks at.
    Null,
    /// A Boolean.
    Bool(bool),
    /// A number.
    Number(f64),
    /// A text.
    Text(String),
    /// Several values, in order.
    List(Vec<Node>),
    /// Several values, by name and in order.
    Table(Vec<(String, Node)>),
}

impl Node {
    /// The value of a key, if this is a table and has it. If there are several, the last one
    /// counts.
    pub(crate) fn get(&self, key: &str) -> Option<&Self> {
        match &self.value {
            Value::Table(entries) => {
                let last = entries.iter().rev().find(|(name, _)| name == key);
                last.map(|(_, node)| node)
            }
            _ => None,
        }
    }

    /// The text, if it is one.
    pub(crate) fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }
}
