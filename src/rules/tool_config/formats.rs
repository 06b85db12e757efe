//! The content of configuration files in any format: TOML, INI, JSON or lines.

use std::rc::Rc;

use toml::de::{DeTable, DeValue};

use super::node::{Node, Value};
use super::{ini, json};
use crate::base::yaml;
use crate::tools::ConfigurationFormat;

/// The largest file that is read, in bytes: a larger one was not written by hand, and lists are
/// compared entry with entry.
const LARGEST: usize = 256 << 10;

/// Reads a file; `None` if it is damaged or too large.
pub(crate) fn read(format: ConfigurationFormat, bytes: &[u8]) -> Option<Node> {
    if bytes.len() > LARGEST {
        return None;
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = String::from_utf8_lossy(bytes);
    match format {
        ConfigurationFormat::Toml => toml(std::str::from_utf8(bytes).ok()?),
        ConfigurationFormat::Ini => ini::read(&text),
        ConfigurationFormat::Json => json::read(std::str::from_utf8(bytes).ok()?),
        ConfigurationFormat::Lines => Some(lines(&text)),
        ConfigurationFormat::Yaml => {
            let mut left = LARGEST_YAML;
            yaml(yaml::parse(&text)?.as_ref(), &text, &mut left)
        }
    }
}

/// A node of YAML, whose place is the beginning of its line.
/// `None` if it is larger than what is `left`: aliases can make a small file a large tree.
fn yaml(node: &yaml::Node, text: &str, left: &mut usize) -> Option<Node> {
    *left = left.checked_sub(1)?;
    let at = line_start(text, node.line);
    let value = match &node.value {
        yaml::Value::Scalar(text) => yaml_scalar(text),
        yaml::Value::List(items) => {
            let nodes = items.iter().map(|item| yaml(item, text, left));
            Value::List(nodes.collect::<Option<_>>()?)
        }
        yaml::Value::Map(entries) => {
            let entry = |(key, value): &(String, Rc<yaml::Node>)| {
                Some((key.clone(), yaml(value, text, left)?))
            };
            Value::Table(entries.iter().map(entry).collect::<Option<_>>()?)
        }
    };
    Some(Node { value, at })
}

/// The most nodes of a configuration in YAML.
const LARGEST_YAML: usize = 50_000;

fn yaml_scalar(text: &str) -> Value {
    match text {
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        "" | "null" | "~" => Value::Null,
        text => match text.parse::<f64>() {
            Ok(number) if !text.starts_with(['.', '+', 'i', 'n', 'I', 'N']) => {
                Value::Number(number)
            }
            _ => Value::Text(text.to_owned()),
        },
    }
}

fn line_start(text: &str, line: usize) -> usize {
    let mut lines = text.split_inclusive('\n').take(line.saturating_sub(1));
    lines.by_ref().map(str::len).sum()
}

fn toml(text: &str) -> Option<Node> {
    let document = DeTable::parse(text).ok()?;
    Some(Node {
        value: toml_table(document.get_ref()),
        at: 0,
    })
}

fn toml_table(table: &DeTable<'_>) -> Value {
    let entries = table.iter().map(|(key, item)| {
        let node = Node {
            value: toml_value(item.get_ref()),
            at: key.span().start,
        };
        (key.get_ref().to_string(), node)
    });
    Value::Table(entries.collect())
}

fn toml_value(value: &DeValue<'_>) -> Value {
    match value {
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Boolean(truth) => Value::Bool(*truth),
        DeValue::Integer(number) => {
            // A number that is too large counts as infinite.
            let parsed = i64::from_str_radix(number.as_str(), number.radix());
            let number = parsed
                .ok()
                .and_then(|number| number.to_string().parse().ok());
            Value::Number(number.unwrap_or(f64::INFINITY))
        }
        DeValue::Float(number) => number.as_str().parse().map_or(Value::Null, Value::Number),
        DeValue::Datetime(_) => Value::Null,
        DeValue::Array(items) => {
            let nodes = items.iter().map(|item| Node {
                value: toml_value(item.get_ref()),
                at: item.span().start,
            });
            Value::List(nodes.collect())
        }
        DeValue::Table(table) => toml_table(table),
    }
}

/// The lines that are neither empty nor comments, as a list of the name `lines`.
fn lines(text: &str) -> Node {
    let mut at = 0;
    let mut nodes = Vec::new();
    for line in text.split_inclusive('\n') {
        let entry = line.trim();
        if !entry.is_empty() && !entry.starts_with('#') {
            let value = Value::Text(entry.to_owned());
            nodes.push(Node { value, at });
        }
        at += line.len();
    }
    let at = nodes.first().map_or(0, |node| node.at);
    let list = Node {
        value: Value::List(nodes),
        at,
    };
    Node {
        value: Value::Table(vec![("lines".to_owned(), list)]),
        at: 0,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ALL: [ConfigurationFormat; 5] = [
        ConfigurationFormat::Yaml,
        ConfigurationFormat::Toml,
        ConfigurationFormat::Ini,
        ConfigurationFormat::Json,
        ConfigurationFormat::Lines,
    ];

    #[test]
    fn toml_keeps_places() {
        let text = "[a]\nb = [1, 'x']\nc.d = true\n";
        let node = read(ConfigurationFormat::Toml, text.as_bytes()).unwrap();
        let a = node.get("a").unwrap();
        assert_eq!(a.get("b").unwrap().at, 4);
        assert_eq!(
            a.get("c").unwrap().get("d").unwrap().value,
            Value::Bool(true)
        );
        assert_eq!(read(ConfigurationFormat::Toml, b"a = "), None);
        assert_eq!(read(ConfigurationFormat::Toml, b"a = '\xff'"), None);
        let big = read(ConfigurationFormat::Toml, b"a = 0x7f\nb = 1_000\nc = 2.5\n").unwrap();
        assert_eq!(big.get("a").unwrap().value, Value::Number(127.0));
        assert_eq!(big.get("b").unwrap().value, Value::Number(1000.0));
        assert_eq!(big.get("c").unwrap().value, Value::Number(2.5));
    }

    #[test]
    fn what_is_too_large_is_not_read() {
        let text = "[a]\n".repeat(LARGEST / 4 + 1);
        for format in ALL {
            assert_eq!(read(format, text.as_bytes()), None);
        }
        let many: Vec<String> = (0..20_000).map(|n| format!("[{n}]\n")).collect();
        let many = many.concat();
        assert_eq!(read(ConfigurationFormat::Ini, many.as_bytes()), None);
    }

    #[test]
    fn lines_are_a_list() {
        let node = read(ConfigurationFormat::Lines, b"# x\n\ndist/\n a \n").unwrap();
        let Value::List(entries) = &node.get("lines").unwrap().value else {
            panic!("no list");
        };
        let entries: Vec<_> = entries.iter().map(|node| (node.text(), node.at)).collect();
        assert_eq!(entries, [(Some("dist/"), 5), (Some("a"), 11)]);
    }

    fn piece() -> impl Strategy<Value = &'static str> {
        prop::sample::select(vec![
            "[",
            "]",
            "{",
            "}",
            "\"",
            "'",
            "=",
            ":",
            ",",
            "\n",
            " ",
            "#",
            "//",
            "/*",
            "*/",
            "\\",
            "\\u12",
            "a",
            "b",
            "1",
            "-",
            ".",
            "e",
            "true",
            "null",
            "[a]\n",
            "a = 1\n",
            "[[",
            "]]",
            "\u{feff}",
            "\u{e9}",
            ";",
            "\t",
            "\r\n",
            "\"\"\"",
            "DEFAULT",
            "[DEFAULT]\n",
            "  x\n",
        ])
    }

    proptest! {
        #[test]
        fn readers_never_panic(pieces in prop::collection::vec(piece(), 0..60)) {
            let text = pieces.concat();
            for format in ALL {
                let _ = read(format, text.as_bytes());
            }
        }

        #[test]
        fn whatever_the_bytes_are(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            for format in ALL {
                let _ = read(format, &bytes);
            }
        }
    }

    #[test]
    fn what_is_nested_without_end_does_no_harm() {
        for format in ALL {
            for piece in ["[", "{\"a\":", "a.", "[a]\nb=", "{a=", "/*"] {
                let _ = read(format, piece.repeat(20_000).as_bytes());
            }
            let _ = read(format, format!("a = {}", "[".repeat(20_000)).as_bytes());
        }
    }
}
