//! JSON as tools of JavaScript read it: with comments and last commas, and some of them with single
//! quotes, bare keys and the numbers of JSON5. A file that a tool reads has to be compared.

use jsonc_parser::common::Ranged as _;
use jsonc_parser::{CollectOptions, ParseOptions, ast, parse_to_ast};

use super::node::{Node, Value};

/// Reads a file; `None` if it is damaged.
pub(super) fn read(text: &str) -> Option<Node> {
    let parsed = parse_to_ast(text, &CollectOptions::default(), &ParseOptions::default());
    parsed.ok()?.value.map(node)
}

fn node(read: ast::Value<'_>) -> Node {
    let at = read.start();
    let value = match read {
        ast::Value::NullKeyword(_) => Value::Null,
        ast::Value::BooleanLit(truth) => Value::Bool(truth.value),
        ast::Value::NumberLit(number) => number.value.parse().map_or(Value::Null, Value::Number),
        ast::Value::StringLit(text) => Value::Text(text.value.into_owned()),
        ast::Value::Array(list) => Value::List(list.elements.into_iter().map(node).collect()),
        ast::Value::Object(table) => {
            let entries = table.properties.into_iter().map(|entry| {
                let at = entry.start();
                let value = node(entry.value);
                (entry.name.into_string(), Node { at, ..value })
            });
            Value::Table(entries.collect())
        }
    };
    Node { value, at }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_last_commas_are_skipped() {
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
    fn what_only_some_tools_read_is_read() {
        let node = read("{a: 'x', \"b\": [.5 +1] c: 0xff}").unwrap();
        assert_eq!(node.get("a").unwrap().text(), Some("x"));
        let Value::List(numbers) = &node.get("b").unwrap().value else {
            panic!("no list");
        };
        let numbers: Vec<&Value> = numbers.iter().map(|node| &node.value).collect();
        assert_eq!(numbers, [&Value::Number(0.5), &Value::Number(1.0)]);
        assert_eq!(node.get("c").unwrap().value, Value::Null);
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
            "a",
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
