//! A value of a configuration, with its place.

/// A value with the place where its key stands; in a list its own place.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Node {
    /// What it is.
    pub(super) value: Value,
    /// Where, in bytes from the beginning of the text.
    pub(super) at: usize,
}

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    /// Nothing, or nothing that a rule looks at.
    Null,
    /// A truth.
    Bool(bool),
    /// A number.
    Number(f64),
    /// A text.
    Text(String),
    /// Several, in order.
    List(Vec<Node>),
    /// Several, by name and in order.
    Table(Vec<(String, Node)>),
}

impl Node {
    /// The value of a key, if this is a table and has it. Of several the last one counts.
    pub(super) fn get(&self, key: &str) -> Option<&Self> {
        match &self.value {
            Value::Table(entries) => {
                let found = entries.iter().rev().find(|(name, _)| name == key);
                found.map(|(_, node)| node)
            }
            _ => None,
        }
    }

    /// The text, if it is one.
    pub(super) fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }
}
