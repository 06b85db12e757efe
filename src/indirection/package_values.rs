//! What else in package.json decides what its scripts run: the values that they use as variables, and
//! the entries of Wireit.

use super::data::{Data, Value};
use super::lead::{Lead, Line, Place};
use super::packages::Package;

/// What begins the variables by which npm hands the values of package.json to scripts.
const VARIABLE: &str = "npm_package_";

/// The text of a script with the values of package.json that it uses; each of them counts, except for the
/// version.
pub(super) fn with_values(text: &str, package: &Package, lead: &mut Lead) -> String {
    let Some(data) = package.data.as_ref().filter(|_| text.contains(VARIABLE)) else {
        return text.to_owned();
    };
    let mut values = Vec::new();
    flattened(data, "", &mut values);
    // The longest name first: one may be the beginning of another.
    values.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
    let mut text = text.to_owned();
    for (name, value) in values {
        let variable = format!("{VARIABLE}{name}");
        if !text.contains(&variable) {
            continue;
        }
        if name != "version" {
            lead.value(&package.file.path, &variable, value);
        }
        let shown = value.shown();
        text = text.replace(&format!("${{{variable}}}"), &shown);
        text = text.replace(&format!("${variable}"), &shown);
    }
    text
}

/// The values of a table by the names that npm gives them.
fn flattened<'d>(data: &'d Data, prefix: &str, values: &mut Vec<(String, &'d Data)>) {
    for (key, value) in data.entries() {
        let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '_' };
        let name: String = key.chars().map(plain).collect();
        let name = if prefix.is_empty() {
            name
        } else {
            format!("{prefix}_{name}")
        };
        if let Value::Text(_) | Value::Plain(_) = value.value {
            values.push((name.clone(), value));
        }
        flattened(value, &name, values);
    }
}

/// What the script `wireit` runs instead: the command of the entry with its name, and what it needs.
pub(super) fn wireit(script: &str, package: &Package, lead: &mut Lead) {
    let entry = package
        .data
        .as_ref()
        .and_then(|data| data.at(&["wireit", script]));
    let Some(entry) = entry else { return };
    let path = &package.file.path;
    lead.value(path, &format!("wireit.{script}"), entry);
    let place = Place {
        path: path.clone(),
        line: entry.line,
    };
    let needs = entry.get("dependencies").map_or(&[][..], Data::list);
    for need in needs {
        let Some(named) = need.text().or_else(|| need.get("script")?.text()) else {
            continue;
        };
        let text = match named.rsplit_once(':') {
            Some((dir, script)) if dir.starts_with('.') => {
                format!("npm --prefix {dir} run {script}")
            }
            _ if named.starts_with(['$', '<']) => {
                let script = named.trim_start_matches(['$', '<', 'w', 's', '>', ':']);
                format!("npm run {script} --workspaces")
            }
            _ => format!("npm run {named}"),
        };
        lead.lines
            .push(Line::new(text, &package.dir, place.clone()));
    }
    if let Some(command) = entry.get("command").and_then(Data::text) {
        lead.lines.push(Line::new(command, &package.dir, place));
    }
}
