//! Hook entries in a JSON file that others write, too. Only our entries change; the rest of the text stays as it is.

use std::collections::BTreeSet;

use jsonc_parser::ParseOptions;
use jsonc_parser::cst::{CstArray, CstInputValue, CstNode, CstObject, CstRootNode};
use serde_json::Value;

use super::COMMAND;

/// An entry: an event, and what is in its list.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Entry {
    event: &'static str,
    /// As JSON.
    value: &'static str,
}

impl Entry {
    pub(super) const fn new(event: &'static str, value: &'static str) -> Self {
        Self { event, value }
    }
}

/// What a file has of ours, below `hooks`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct JsonFile {
    /// The `version` that the host asks for.
    pub(super) version: Option<u32>,
    /// The entries.
    pub(super) entries: &'static [Entry],
    /// Those for the end of work.
    pub(super) stop: &'static [Entry],
}

/// What is read: JSON, in which some hosts allow comments.
fn options() -> ParseOptions {
    ParseOptions {
        allow_comments: true,
        allow_loose_object_property_names: false,
        allow_trailing_commas: true,
        allow_missing_commas: false,
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        allow_bare_decimal_point_numbers: false,
        allow_extended_string_escapes: false,
        allow_non_finite_numbers: false,
    }
}

/// Our entries in the text of a file; `None` stands for a file that is not there.
///
/// # Errors
///
/// Why the text cannot be merged with, in words.
pub(super) fn put(file: &JsonFile, stop: bool, before: Option<&str>) -> Result<String, String> {
    let text = before
        .filter(|text| !text.trim().is_empty())
        .unwrap_or("{}\n");
    let root = parse(text)?;
    let object = top(&root)?;
    if let Some(version) = file.version.filter(|_| object.get("version").is_none()) {
        object.insert(0, "version", CstInputValue::Number(version.to_string()));
    }
    let hooks = match object.get("hooks") {
        None => object.object_value_or_set("hooks"),
        Some(property) => property.object_value().ok_or("`hooks` is not an object")?,
    };
    must_be_distinct(&object)?;
    must_be_distinct(&hooks)?;
    let wanted = file.entries.iter().chain(file.stop.iter().filter(|_| stop));
    for entry in wanted {
        let list = match hooks.get(entry.event) {
            None => hooks.array_value_or_set(entry.event),
            Some(property) => property
                .array_value()
                .ok_or_else(|| format!("`hooks.{}` is not a list", entry.event))?,
        };
        put_entry(&list, entry)?;
    }
    let stale = file.stop.iter().filter(|_| !stop);
    for entry in stale {
        take_entry(&hooks, entry.event);
    }
    Ok(root.to_string())
}

/// The text without our entries; `None` if nothing else was in it.
///
/// # Errors
///
/// Why the text cannot be read, in words.
pub(super) fn take(before: &str) -> Result<Option<String>, String> {
    let root = parse(before)?;
    let object = top(&root)?;
    let mut is_changed = false;
    if let Some(hooks) = object.object_value("hooks") {
        let events: Vec<String> = hooks
            .properties()
            .iter()
            .filter_map(|property| property.name()?.decoded_value().ok())
            .collect();
        for event in events {
            is_changed |= take_entry(&hooks, &event);
        }
        if is_changed && hooks.properties().is_empty() {
            hooks.remove();
            if let Some(property) = object.get("hooks") {
                property.remove();
            }
        }
    }
    if !is_changed {
        return Ok(Some(before.to_owned()));
    }
    let names: Vec<String> = object
        .properties()
        .iter()
        .filter_map(|property| property.name()?.decoded_value().ok())
        .collect();
    let is_ours_alone = names.iter().all(|name| name == "version");
    Ok((!is_ours_alone).then(|| root.to_string()))
}

/// Whether a text has an entry of ours for the end of work.
pub(super) fn has_stop(file: &JsonFile, text: &str) -> bool {
    let read = |event: &str| {
        let root = parse(text).ok()?;
        let list = root
            .object_value()?
            .object_value("hooks")?
            .array_value(event)?;
        Some(list.elements().iter().any(is_ours))
    };
    file.stop
        .iter()
        .any(|entry| read(entry.event).unwrap_or(false))
}

/// The command of our entry for the first event, as it stands in a text.
pub(super) fn command(file: &JsonFile, text: &str) -> Option<String> {
    let root = parse(text).ok()?;
    let event = file.entries.first()?.event;
    let list = root
        .object_value()?
        .object_value("hooks")?
        .array_value(event)?;
    let entry = list.elements().into_iter().find(is_ours)?;
    command_of(&value_of(&entry)?)
}

fn command_of(value: &Value) -> Option<String> {
    let mut typed = ["command", "bash"]
        .iter()
        .filter_map(|name| value.get(*name)?.as_str());
    let ours = typed.find(|text| is_command(text)).map(str::to_owned);
    ours.or_else(|| value.get("hooks")?.as_array()?.iter().find_map(command_of))
}

/// Whether an entry runs the guard by this command.
fn is_command(text: &str) -> bool {
    text == COMMAND || text.starts_with("gatekeeper guard ")
}

/// Whether a text has an entry of ours.
pub(super) fn is_in(text: &str) -> bool {
    let read = || {
        let root = parse(text).ok()?;
        let hooks = root.object_value()?.object_value("hooks")?;
        let mut lists = hooks
            .properties()
            .into_iter()
            .filter_map(|property| property.array_value());
        Some(lists.any(|list| list.elements().iter().any(is_ours)))
    };
    read().unwrap_or(false)
}

/// Of a key that is there twice, hosts read the last one.
fn must_be_distinct(object: &CstObject) -> Result<(), String> {
    let mut seen = BTreeSet::new();
    for property in object.properties() {
        let name = property.name().and_then(|name| name.decoded_value().ok());
        if let Some(name) = name
            && !seen.insert(name.clone())
        {
            return Err(format!("`{name}` is there twice"));
        }
    }
    Ok(())
}

fn parse(text: &str) -> Result<CstRootNode, String> {
    CstRootNode::parse(text, &options()).map_err(|error| format!("it is not valid JSON: {error}"))
}

fn top(root: &CstRootNode) -> Result<CstObject, String> {
    root.object_value()
        .ok_or_else(|| "it is not a JSON object".to_owned())
}

/// Puts an entry into a list, in place of an older one of ours.
fn put_entry(list: &CstArray, entry: &Entry) -> Result<(), String> {
    let wanted: Value = serde_json::from_str(entry.value).map_err(|error| error.to_string())?;
    let mut is_there = false;
    for element in list.elements() {
        let Some(value) = value_of(&element) else {
            continue;
        };
        if value == wanted && !is_there {
            is_there = true;
        } else if is_ours(&element) {
            take_element(element);
        }
    }
    if !is_there {
        list.append(input(entry.value).ok_or("an entry is not valid JSON")?);
        list.ensure_multiline();
    }
    Ok(())
}

/// Takes our entries out of the list of an event, and the list itself if it is empty then.
fn take_entry(hooks: &CstObject, event: &str) -> bool {
    let Some(list) = hooks.array_value(event) else {
        return false;
    };
    let mut is_changed = false;
    for element in list.elements() {
        if is_ours(&element) {
            take_element(element);
            is_changed = true;
        }
    }
    if is_changed
        && list.elements().is_empty()
        && let Some(property) = hooks.get(event)
    {
        property.remove();
    }
    is_changed
}

/// Takes our command out of an entry; what others have in the same entry stays.
fn take_element(element: CstNode) {
    let inner = element
        .as_object()
        .and_then(|object| object.array_value("hooks"));
    if let Some(inner) = inner {
        let (ours, others): (Vec<CstNode>, Vec<CstNode>) =
            inner.elements().into_iter().partition(is_ours);
        if !others.is_empty() {
            for one in ours {
                one.remove();
            }
            return;
        }
    }
    element.remove();
}

/// Whether an entry, or a hook in it, calls the guard.
fn is_ours(element: &CstNode) -> bool {
    value_of(element).is_some_and(|value| calls_guard(&value))
}

fn calls_guard(value: &Value) -> bool {
    let is_command = |value: &Value| value.as_str().is_some_and(is_command);
    let mut names = ["command", "bash", "powershell"].iter();
    if names.any(|name| value.get(*name).is_some_and(is_command)) {
        return true;
    }
    let inner = value.get("hooks").and_then(Value::as_array);
    inner.is_some_and(|hooks| hooks.iter().any(calls_guard))
}

/// What a part of the text means; `None` if it has comments in it.
fn value_of(node: &CstNode) -> Option<Value> {
    serde_json::from_str(&node.to_string()).ok()
}

/// A value to be put in, with its fields in their order.
fn input(text: &str) -> Option<CstInputValue> {
    let root = CstRootNode::parse(text, &options()).ok()?;
    input_of(&root.value()?)
}

fn input_of(node: &CstNode) -> Option<CstInputValue> {
    if let Some(object) = node.as_object() {
        let fields = object.properties().into_iter().map(|property| {
            let name = property.name()?.decoded_value().ok()?;
            Some((name, input_of(&property.value()?)?))
        });
        return Some(CstInputValue::Object(fields.collect::<Option<_>>()?));
    }
    if let Some(array) = node.as_array() {
        let values = array.elements();
        return Some(CstInputValue::Array(
            values.iter().map(input_of).collect::<Option<_>>()?,
        ));
    }
    if let Some(text) = node.as_string_lit() {
        return Some(CstInputValue::String(text.decoded_value().ok()?));
    }
    if let Some(value) = node.as_boolean_lit() {
        return Some(CstInputValue::Bool(value.value()));
    }
    let number = node.as_number_lit()?;
    Some(CstInputValue::Number(number.to_string()))
}
