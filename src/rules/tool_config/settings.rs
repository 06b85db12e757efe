//! The settings of one tool, flat: a path and a value for each.

use super::node::{Node, Value};
use crate::tools::SettingsRoot;

/// One setting of a tool.
#[derive(Debug, Clone)]
pub(super) struct FlatSetting<'n> {
    /// Its path below the tool's own table.
    pub(super) path: Vec<String>,
    /// Its name, as the file has it.
    pub(super) name: String,
    /// Its value.
    pub(super) node: &'n Node,
}

/// The settings of a file.
pub(super) fn settings(root: SettingsRoot, document: &Node) -> Vec<FlatSetting<'_>> {
    let mut settings = Vec::new();
    match root {
        SettingsRoot::Table(path) => {
            let mut keys = path.split('.').filter(|key| !key.is_empty());
            if let Some(node) = keys.try_fold(document, Node::get) {
                flatten(node, &[], path, &mut settings);
            }
        }
        SettingsRoot::MypySections => {
            for (name, node) in sections(document) {
                let place: &[String] = match name.strip_prefix("mypy-") {
                    _ if name == "mypy" => &[],
                    Some(modules) => &["overrides".to_owned(), modules.to_owned()],
                    None => continue,
                };
                flatten(node, place, name, &mut settings);
            }
        }
        SettingsRoot::PylintSections => {
            for (name, node) in sections(document) {
                if let Some(section) = name.strip_prefix("pylint") {
                    let section = section.trim_start_matches('.').to_owned();
                    flatten(node, &[section], name, &mut settings);
                }
            }
        }
    }
    settings
}

/// The start of the tool's table, for a finding about the whole table.
pub(super) fn begin(root: SettingsRoot, document: &Node) -> usize {
    let at = |node: Option<&Node>| node.map_or(0, |node| node.at);
    match root {
        SettingsRoot::Table(path) => {
            let mut keys = path.split('.').filter(|key| !key.is_empty());
            at(keys.try_fold(document, Node::get))
        }
        SettingsRoot::MypySections => at(document.get("mypy")),
        SettingsRoot::PylintSections => {
            let first = sections(document)
                .iter()
                .find(|(name, _)| name.starts_with("pylint"));
            at(first.map(|(_, node)| node))
        }
    }
}

fn sections(document: &Node) -> &[(String, Node)] {
    match &document.value {
        Value::Table(entries) => entries,
        _ => &[],
    }
}

fn flatten<'n>(node: &'n Node, path: &[String], name: &str, settings: &mut Vec<FlatSetting<'n>>) {
    let below = |key: &str| [path, &[key.to_owned()]].concat();
    let named = |key: &str| match name {
        "" => key.to_owned(),
        name => format!("{name}.{key}"),
    };
    match &node.value {
        Value::Table(entries) => {
            for (key, node) in entries {
                flatten(node, &below(key), &named(key), settings);
            }
        }
        Value::List(nodes) => {
            settings.push(FlatSetting {
                path: path.to_vec(),
                name: name.to_owned(),
                node,
            });
            let tables = nodes
                .iter()
                .filter(|node| matches!(node.value, Value::Table(_)));
            for (node, key) in tables.flat_map(|node| identities(node).map(move |key| (node, key)))
            {
                flatten(node, &below(key), &format!("{name}[{key}]"), settings);
            }
        }
        _ => settings.push(FlatSetting {
            path: path.to_vec(),
            name: name.to_owned(),
            node,
        }),
    }
}

/// The values that distinguish a table in a list from the others: what it applies to.
pub(super) fn identities(node: &Node) -> impl Iterator<Item = &str> {
    const KEYS: [&str; 12] = [
        "module", "files", "includes", "include", "id", "name", "crate", "spec", "root", "path",
        "triple", "filter",
    ];
    let identity = KEYS.iter().find_map(|key| node.get(key));
    let texts: Vec<&str> = match identity.map(|node| &node.value) {
        Some(Value::Text(text)) => vec![text],
        Some(Value::List(nodes)) => nodes.iter().filter_map(Node::text).collect(),
        _ => vec![""],
    };
    texts.into_iter()
}

/// If a pattern fits a path, the keys that its `*` stand for, which distinguish settings. `?` is
/// any key and distinguishes nothing.
pub(super) fn fits(pattern: &str, path: &[String]) -> Option<String> {
    let mut keys = path.iter();
    let mut apart = Vec::new();
    for part in pattern.split('.').filter(|part| !part.is_empty()) {
        let key = keys.next()?;
        // Most tools take a hyphen and an underscore for the same.
        let plain = key.replace('_', "-");
        match part.split_once('*') {
            _ if part == "?" => {}
            Some((start, end)) => {
                let remainder = plain.strip_prefix(start)?;
                remainder.strip_suffix(end)?;
                apart.push(key.as_str());
            }
            None if plain == part => {}
            None => return None,
        }
    }
    keys.next().is_none().then(|| apart.join("."))
}

/// The Boolean that a value stands for, if it does.
pub(super) fn truth(node: &Node) -> Option<bool> {
    match &node.value {
        Value::Bool(truth) => Some(*truth),
        Value::Text(text) => match text.to_lowercase().as_str() {
            "true" | "yes" | "on" | "1" => Some(true),
            "false" | "no" | "off" | "0" => Some(false),
            _ => None,
        },
        _ => None,
    }
}

/// The number that a value stands for, if it does.
pub(super) fn number(node: &Node) -> Option<f64> {
    match &node.value {
        Value::Number(number) => Some(*number),
        Value::Text(text) => text.parse().ok(),
        _ => None,
    }
}

/// A single value, as it is shown.
pub(super) fn word(node: &Node) -> Option<String> {
    match &node.value {
        Value::Bool(truth) => Some(truth.to_string()),
        Value::Number(number) => Some(number.to_string()),
        Value::Text(text) => Some(text.clone()),
        // ESLint's lists hold the level, then options.
        Value::List(nodes) => word(nodes.first()?),
        Value::Table(_) | Value::Null => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::tool_config::formats::read;
    use crate::tools::ConfigurationFormat;

    fn names(root: SettingsRoot, format: ConfigurationFormat, text: &str) -> Vec<(String, String)> {
        let document = read(format, text.as_bytes()).unwrap();
        settings(root, &document)
            .into_iter()
            .map(|setting| (setting.path.join("/"), setting.name))
            .collect()
    }

    #[test]
    fn settings_are_flat() {
        let text = "[tool.x]\na = 1\n[tool.x.b]\nc = [2]\n[[tool.x.overrides]]\nmodule = ['m', 'n.*']\nd = true\n";
        let expected = [
            ("a", "tool.x.a"),
            ("b/c", "tool.x.b.c"),
            ("overrides", "tool.x.overrides"),
            ("overrides/m/module", "tool.x.overrides[m].module"),
            ("overrides/m/d", "tool.x.overrides[m].d"),
            ("overrides/n.*/module", "tool.x.overrides[n.*].module"),
            ("overrides/n.*/d", "tool.x.overrides[n.*].d"),
        ];
        let names = names(
            SettingsRoot::Table("tool.x"),
            ConfigurationFormat::Toml,
            text,
        );
        let names: Vec<_> = names
            .iter()
            .map(|(a, b)| (a.as_str(), b.as_str()))
            .collect();
        assert_eq!(names, expected);
    }

    #[test]
    fn sections_are_tables_of_their_tool() {
        let text = "[mypy]\na=1\n[mypy-x.*]\nb=2\n[other]\nc=3\n[pylint.x]\nd=4\n";
        let of_mypy = names(SettingsRoot::MypySections, ConfigurationFormat::Ini, text);
        let paths: Vec<_> = of_mypy.iter().map(|(path, _)| path.as_str()).collect();
        assert_eq!(paths, ["a", "overrides/x.*/b"]);
        let of_pylint = names(SettingsRoot::PylintSections, ConfigurationFormat::Ini, text);
        assert_eq!(of_pylint, [("x/d".to_owned(), "pylint.x.d".to_owned())]);
    }

    #[test]
    fn patterns_fit_paths() {
        for (pattern, path, expected) in [
            ("a", "a", Some("")),
            ("fail-under", "fail_under", Some("")),
            ("a.*", "a/b", Some("b")),
            ("?.b", "a/b", Some("")),
            ("*.disallow-*", "x/disallow_y", Some("x.disallow_y")),
            ("a-*-b", "a-b", None),
            ("a", "a/b", None),
            ("a.b", "a", None),
        ] {
            let path: Vec<String> = path.split('/').map(str::to_owned).collect();
            assert_eq!(fits(pattern, &path).as_deref(), expected, "{pattern}");
        }
    }
}
