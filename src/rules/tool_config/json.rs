//! JSON as tools of JavaScript write it: with comments, and a comma after the last entry.
//!
//! It is read here rather than by a library because a finding names the line of a key.

use super::node::{Node, Value};

/// The deepest nesting of lists and tables.
const DEEPEST: usize = 100;

/// Reads a file; `None` if it is damaged.
pub(super) fn read(text: &str) -> Option<Node> {
    let mut reader = Reader { text, at: 0 };
    let node = reader.node(0)?;
    reader.space()?;
    (reader.at == text.len()).then_some(node)
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
}

impl Reader<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Skips a byte if it comes next.
    fn takes(&mut self, byte: u8) -> bool {
        let is_next = self.peek() == Some(byte);
        self.at += usize::from(is_next);
        is_next
    }

    /// Skips whitespace and comments; `None` if a comment does not end.
    fn space(&mut self) -> Option<()> {
        loop {
            let rest = self.rest();
            let length = if rest.starts_with("//") {
                rest.find('\n').unwrap_or(rest.len())
            } else if rest.starts_with("/*") {
                rest.get(2..)?.find("*/")? + 4
            } else {
                let blank = |c: char| matches!(c, ' ' | '\t' | '\r' | '\n');
                rest.len() - rest.trim_start_matches(blank).len()
            };
            if length == 0 {
                return Some(());
            }
            self.at += length;
        }
    }

    fn node(&mut self, depth: usize) -> Option<Node> {
        self.space()?;
        let at = self.at;
        let value = match self.peek()? {
            _ if depth > DEEPEST => return None,
            b'{' => self.table(depth)?,
            b'[' => self.list(depth)?,
            b'"' => Value::Text(self.string()?),
            _ => self.word()?,
        };
        Some(Node { value, at })
    }

    fn table(&mut self, depth: usize) -> Option<Value> {
        self.at += 1;
        let mut entries = Vec::new();
        loop {
            self.space()?;
            if self.takes(b'}') {
                return Some(Value::Table(entries));
            }
            let at = self.at;
            let key = self.string()?;
            self.space()?;
            if !self.takes(b':') {
                return None;
            }
            let node = self.node(depth + 1)?;
            entries.push((key, Node { at, ..node }));
            self.space()?;
            if !self.takes(b',') && self.peek() != Some(b'}') {
                return None;
            }
        }
    }

    fn list(&mut self, depth: usize) -> Option<Value> {
        self.at += 1;
        let mut nodes = Vec::new();
        loop {
            self.space()?;
            if self.takes(b']') {
                return Some(Value::List(nodes));
            }
            nodes.push(self.node(depth + 1)?);
            self.space()?;
            if !self.takes(b',') && self.peek() != Some(b']') {
                return None;
            }
        }
    }

    fn string(&mut self) -> Option<String> {
        let rest = self.rest().strip_prefix('"')?;
        let mut is_escaped = false;
        let end = rest.bytes().position(|byte| {
            let ends = byte == b'"' && !is_escaped;
            is_escaped = byte == b'\\' && !is_escaped;
            ends
        })?;
        let whole = &self.rest()[..end + 2];
        let text = serde_json::from_str(whole).ok()?;
        self.at += end + 2;
        Some(text)
    }

    /// A number, a Boolean or null.
    fn word(&mut self) -> Option<Value> {
        let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '+' | '.');
        let rest = self.rest();
        let word = &rest[..rest.len() - rest.trim_start_matches(is_part).len()];
        let value = match word {
            "" => return None,
            "null" => Value::Null,
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            number => Value::Number(serde_json::from_str(number).ok()?),
        };
        self.at += word.len();
        Some(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_commas_are_passed_over() {
        let text = "// a\n{ /* b: \"*/ \"x\\u0041\": [1, -2.5e1, \"//\",], \"y\": {\"z\": null,}, // c\n}\n";
        let node = read(text).unwrap();
        let list = node.get("xA").unwrap();
        assert_eq!(list.at, 17);
        let Value::List(nodes) = &list.value else {
            panic!("no list");
        };
        let values: Vec<&Value> = nodes.iter().map(|node| &node.value).collect();
        let expected = [
            Value::Number(1.0),
            Value::Number(-25.0),
            Value::Text("//".to_owned()),
        ];
        assert_eq!(values, expected.iter().collect::<Vec<_>>());
        assert_eq!(node.get("y").unwrap().get("z").unwrap().value, Value::Null);
    }

    #[test]
    fn what_is_damaged_is_refused() {
        for text in [
            "",
            "{",
            "[1",
            "{\"a\" 1}",
            "{\"a\":}",
            "[,]",
            "{} x",
            "/*",
            "\"\\",
            "nul",
            "[1 2]",
            "'a'",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn the_last_of_two_keys_counts() {
        let node = read("{\"a\": 1, \"a\": 2}").unwrap();
        assert_eq!(node.get("a").unwrap().value, Value::Number(2.0));
    }
}
