//! A configuration for an older version of its tool, as the newer version would have it, so that the two can be compared.

use super::node::{Node, Value};
use super::settings::{truth, word};
use crate::tools::{Migration, MovedValue, OldValue};

/// Reads both sides as the newer version has them, where a change goes from one version to the other.
pub(super) fn align<'c>(
    migration: &Migration,
    before: &mut Option<(&'c [u8], Node)>,
    after: &mut Option<(&'c [u8], Node)>,
) {
    let (Some((_, before)), Some((_, after))) = (before, after) else {
        return;
    };
    let is_new = |node: &Node| node.get(migration.marked_by).is_some();
    match (is_new(before), is_new(after)) {
        (false, true) => migrate(migration, before),
        (true, false) => migrate(migration, after),
        _ => {}
    }
}

fn migrate(migration: &Migration, document: &mut Node) {
    let old = document.clone();
    for moved in migration.moves {
        let Some(node) = find(&old, moved.from) else {
            continue;
        };
        match moved.value {
            MovedValue::Entries(entries) => leave_out(document, moved.from, entries),
            _ => remove(document, moved.from),
        }
        let Some(value) = moved_value(&moved.value, node) else {
            continue;
        };
        for to in moved.to {
            let node = Node {
                value: value.clone(),
                at: node.at,
            };
            add(document, to, node);
        }
    }
    for default in migration.defaults {
        let is_off =
            |setting: &&str| find(&old, setting).is_some_and(|node| truth(node) != Some(true));
        if default.unless.iter().any(is_off) {
            continue;
        }
        for to in default.to {
            let text = |text: &&str| Node {
                value: Value::Text((*text).to_owned()),
                at: document.at,
            };
            match default.value {
                OldValue::Entries(entries) => {
                    let value = Value::List(entries.iter().map(text).collect());
                    let at = document.at;
                    add(document, to, Node { value, at });
                }
                OldValue::Word(word) if find(document, to).is_none() => {
                    let node = text(&word);
                    add(document, to, node);
                }
                OldValue::Word(_) => {}
            }
        }
    }
    let (settings, names) = migration.names;
    for setting in settings {
        if let Some(node) = find_mut(document, setting) {
            rename(node, names);
        }
    }
}

/// What a value is in the new place; `None` if it says nothing there.
fn moved_value(how: &MovedValue, node: &Node) -> Option<Value> {
    let entries = |node: &Node| match &node.value {
        Value::List(nodes) => nodes.clone(),
        _ => Vec::new(),
    };
    match how {
        MovedValue::Same => Some(node.value.clone()),
        MovedValue::Word(word) => {
            (truth(node) == Some(true)).then(|| Value::Text((*word).to_owned()))
        }
        MovedValue::Entries(wanted) => {
            let mut nodes = entries(node);
            nodes.retain(|entry| is_one_of(entry, wanted));
            (!nodes.is_empty()).then_some(Value::List(nodes))
        }
        MovedValue::InTables(key) => {
            let table = |entry: Node| Node {
                at: entry.at,
                value: Value::Table(vec![((*key).to_owned(), entry)]),
            };
            Some(Value::List(entries(node).into_iter().map(table).collect()))
        }
        MovedValue::Of {
            key,
            list,
            entries: wanted,
        } => {
            let is_wanted = |table: &Node| {
                let listed = table.get(list).map(entries).unwrap_or_default();
                listed.iter().any(|entry| is_one_of(entry, wanted))
            };
            let tables = entries(node).into_iter().filter(is_wanted);
            let values = tables.filter_map(|table| table.get(key).cloned());
            Some(Value::List(values.collect()))
        }
    }
}

fn find<'n>(document: &'n Node, path: &str) -> Option<&'n Node> {
    path.split('.').try_fold(document, Node::get)
}

fn find_mut<'n>(document: &'n mut Node, path: &str) -> Option<&'n mut Node> {
    path.split('.').try_fold(document, |node, key| {
        let Value::Table(entries) = &mut node.value else {
            return None;
        };
        let mut entries = entries.iter_mut().rev();
        let (_, node) = entries.find(|(name, _)| name == key)?;
        Some(node)
    })
}

fn remove(document: &mut Node, path: &str) {
    let (table, key) = path.rsplit_once('.').unwrap_or(("", path));
    let table = if table.is_empty() {
        Some(document)
    } else {
        find_mut(document, table)
    };
    if let Some(Value::Table(entries)) = table.map(|table| &mut table.value) {
        entries.retain(|(name, _)| name != key);
    }
}

fn is_one_of(entry: &Node, words: &[&str]) -> bool {
    word(entry).is_some_and(|word| words.contains(&word.as_str()))
}

/// Takes entries out of a list.
fn leave_out(document: &mut Node, path: &str, entries: &[&str]) {
    if let Some(Value::List(nodes)) = find_mut(document, path).map(|node| &mut node.value) {
        nodes.retain(|entry| !is_one_of(entry, entries));
    }
}

/// Adds a value, behind the entries of a list that is there.
fn add(document: &mut Node, path: &str, node: Node) {
    let mut place = document;
    for key in path.split('.') {
        if !matches!(place.value, Value::Table(_)) {
            place.value = Value::Table(Vec::new());
        }
        let Value::Table(entries) = &mut place.value else {
            return;
        };
        let known = entries.iter().rposition(|(name, _)| name == key);
        let known = known.unwrap_or_else(|| {
            let empty = Node {
                value: Value::Null,
                at: node.at,
            };
            entries.push((key.to_owned(), empty));
            entries.len() - 1
        });
        place = &mut entries[known].1;
    }
    match (&mut place.value, node.value) {
        (Value::List(old), Value::List(more)) => old.extend(more),
        (old, value) => *old = value,
    }
}

/// Changes every text that is one of the names.
fn rename(node: &mut Node, names: &[(&str, &str)]) {
    match &mut node.value {
        Value::Text(text) => {
            if let Some((_, new)) = names.iter().find(|(old, _)| old == text) {
                (*new).clone_into(text);
            }
        }
        Value::List(nodes) => nodes.iter_mut().for_each(|node| rename(node, names)),
        Value::Table(entries) => {
            for (_, node) in entries {
                rename(node, names);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
