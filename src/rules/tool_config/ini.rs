//! INI files as Python's `configparser` reads them, in which most tools of Python are configured.
//!
//! A section `[coverage:run]` is a table `run` in a table `coverage`. Input that Python refuses is
//! refused: a line without a section or without a value, and a duplicate key or section.

use super::node::{Node, Value};

/// The most sections, and keys per section: each is searched for among all others.
const MOST: usize = 10_000;

/// A section as it is read.
struct Section {
    name: String,
    at: usize,
    keys: Vec<(String, Node)>,
}

/// Reads a file; `None` if Python would refuse it or it is too large.
pub(super) fn read(text: &str) -> Option<Node> {
    let mut sections: Vec<Section> = Vec::new();
    let mut level = 0;
    let mut is_in_value = false;
    let mut at = 0;
    for whole in text.split_inclusive('\n') {
        let start = at;
        at += whole.len();
        let line = whole.trim();
        if line.starts_with(['#', ';']) {
            continue;
        }
        let indent = whole.chars().take_while(|c| c.is_whitespace()).count();
        let is_more = is_in_value && (line.is_empty() || indent > level);
        if is_more {
            push_line(&mut sections, line);
            continue;
        }
        if line.is_empty() {
            continue;
        }
        level = indent;
        let place = start + (whole.len() - whole.trim_start().len());
        if let Some(name) = header(line) {
            let is_known = sections.iter().any(|section| section.name == name);
            if (is_known && name != "DEFAULT") || sections.len() == MOST {
                return None;
            }
            is_in_value = false;
            sections.push(Section {
                name: name.to_owned(),
                at: place,
                keys: Vec::new(),
            });
            continue;
        }
        let section = sections.last_mut()?;
        let (key, value) = line.split_once(['=', ':'])?;
        let key = key.trim_end().to_lowercase();
        if key.is_empty()
            || section.keys.len() == MOST
            || section.keys.iter().any(|(existing, _)| *existing == key)
        {
            return None;
        }
        let value = Value::Text(value.trim().to_owned());
        section.keys.push((key, Node { value, at: place }));
        is_in_value = true;
    }
    Some(tables(sections))
}

fn header(line: &str) -> Option<&str> {
    let inner = line.strip_prefix('[')?;
    let name = &inner[..inner.find(']')?];
    (!name.is_empty()).then_some(name)
}

/// Adds a line to the value that was read last.
fn push_line(sections: &mut [Section], line: &str) {
    let last = sections
        .last_mut()
        .and_then(|section| section.keys.last_mut());
    if let Some((_, node)) = last
        && let Value::Text(text) = &mut node.value
    {
        text.push('\n');
        text.push_str(line);
    }
}

/// The sections as nested tables; the keys of `[DEFAULT]` apply to each of them.
fn tables(mut sections: Vec<Section>) -> Node {
    let defaults: Vec<(String, Node)> = sections
        .extract_if(.., |section| section.name == "DEFAULT")
        .flat_map(|section| section.keys)
        .collect();
    let mut top: Vec<(String, Node)> = Vec::new();
    for mut section in sections {
        for (key, node) in &defaults {
            if !section.keys.iter().any(|(existing, _)| existing == key) {
                section.keys.push((key.clone(), node.clone()));
            }
        }
        for (_, node) in &mut section.keys {
            if let Value::Text(text) = &mut node.value {
                text.truncate(text.trim_end().len());
            }
        }
        let Section { name, at, keys } = section;
        match name.split_once(':') {
            None => extend(&mut top, &name, at, keys),
            Some((outer, inner)) => {
                let value = Value::Table(keys);
                let keys = vec![(inner.trim().to_owned(), Node { value, at })];
                extend(&mut top, outer.trim(), at, keys);
            }
        }
    }
    Node {
        value: Value::Table(top),
        at: 0,
    }
}

/// Adds keys to the table of that name, which is created if it is missing.
fn extend(entries: &mut Vec<(String, Node)>, name: &str, at: usize, keys: Vec<(String, Node)>) {
    let table = entries
        .iter_mut()
        .filter(|(key, _)| key == name)
        .find_map(|(_, node)| match &mut node.value {
            Value::Table(inner) => Some(inner),
            _ => None,
        });
    if let Some(inner) = table {
        inner.extend(keys);
        return;
    }
    let value = Value::Table(keys);
    entries.push((name.to_owned(), Node { value, at }));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value<'n>(node: &'n Node, path: &[&str]) -> Option<&'n str> {
        let node = path.iter().try_fold(node, |node, key| node.get(key));
        node.and_then(Node::text)
    }

    #[test]
    fn sections_keys_and_values() {
        let text = "; first\n[mypy]\nStrict = True\nexclude: a\n\n[coverage:run]\nomit =\n    a\n    # no\n\n    b\n\n[mypy-x.*]\nignore_errors=1\n";
        let node = read(text).unwrap();
        for (path, expected) in [
            (&["mypy", "strict"][..], Some("True")),
            (&["mypy", "exclude"], Some("a")),
            (&["mypy", "Strict"], None),
            (&["coverage", "run", "omit"], Some("\na\n\nb")),
            (&["mypy-x.*", "ignore_errors"], Some("1")),
        ] {
            assert_eq!(value(&node, path), expected, "{path:?}");
        }
        assert_eq!(node.get("mypy").unwrap().get("strict").unwrap().at, 15);
    }

    #[test]
    fn a_value_goes_on_where_it_is_indented() {
        let node = read("[a]\n  b = 1\n   = 2\n  c: x = y\nd = [z]\n\n  [e]\n").unwrap();
        assert_eq!(value(&node, &["a", "b"]), Some("1\n= 2"));
        assert_eq!(value(&node, &["a", "c"]), Some("x = y"));
        assert_eq!(value(&node, &["a", "d"]), Some("[z]\n\n[e]"));
    }

    #[test]
    fn defaults_hold_for_each_section() {
        let node = read("[a]\nx=1\n[DEFAULT]\nx=2\ny=3\n[b]\n").unwrap();
        for (path, expected) in [
            (["a", "x"], Some("1")),
            (["a", "y"], Some("3")),
            (["b", "x"], Some("2")),
            (["DEFAULT", "x"], None),
        ] {
            assert_eq!(value(&node, &path), expected, "{path:?}");
        }
    }

    #[test]
    fn what_python_refuses_is_refused() {
        for text in [
            "a = 1\n",
            "[a]\nb\n",
            "[a]\nb=1\nB=2\n",
            "[a]\n[a]\n",
            "[a]\n= 1\n",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
        assert!(read("").is_some());
        assert!(read("[a]\n[a:b]\nc=1\n").is_some());
    }
}
