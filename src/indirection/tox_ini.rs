//! The configuration of tox in INI.

use std::path::{Path, PathBuf};

use super::ini::IniKey;
use super::lead::{Lead, Line, Place};
use super::tox_environments::{Request, names_in, without_condition};
use super::tox_substitution::{below, variable_value, without_braces};
use super::variables::GivenVariable;

/// Keys that say what is installed or shown, not what runs.
pub(super) const BESIDE: [&str; 7] = [
    "dependency_groups",
    "deps",
    "description",
    "extras",
    "min_version",
    "minversion",
    "requires",
];

/// Keys about all environments, which do not matter if some are asked for by name.
const LISTS: [&str; 5] = [
    "envlist",
    "env_list",
    "skipsdist",
    "no_package",
    "isolated_build",
];

/// Adds what a configuration in INI says about the environments that run.
pub(super) fn lead(
    path: &Path,
    keys: &[IniKey],
    request: &Request<'_>,
    top: &Path,
    lead: &mut Lead,
) {
    let chosen = chosen(keys, request);
    let sections = sections(keys, &chosen);
    for key in keys.iter().filter(|key| sections.contains(&key.section)) {
        let is_beside = match key.key.as_str() {
            "labels" => !request.is_by_label(),
            name => BESIDE.contains(&name) || LISTS.contains(&name) && request.is_by_name(),
        };
        if is_beside || is_replaced(key, keys, &chosen) {
            continue;
        }
        let name = format!("[{}] {}", key.section, key.key);
        let line = key.lines.first().map_or(1, |(line, _)| *line);
        lead.piece(path, &name, line, &key.text());
        if key.key.starts_with("commands") {
            let begin = lead.lines.len();
            commands(
                path,
                key,
                &chosen,
                &directory(keys, &key.section, top),
                lead,
            );
            let given = given(keys, &key.section);
            for line in &mut lead.lines[begin..] {
                line.given.clone_from(&given);
            }
        }
        // `file|vars.env` among the variables names a file with more.
        for (_, text) in &key.lines {
            if let Some(name) = text.trim().strip_prefix("file|") {
                let path = super::plain(&top.join(without_braces(name)));
                lead.whole.insert(path);
            }
        }
    }
    if keys
        .iter()
        .any(|key| key.key == "ignore_outcome" && key.text() == "true")
    {
        let why = "tox may ignore an outcome".to_owned();
        lead.unresolved.get_or_insert(why);
    }
}

/// The names of the environments that run.
fn chosen(keys: &[IniKey], request: &Request<'_>) -> Vec<String> {
    let core = |names: &[&str]| {
        let is_core = |key: &&IniKey| matches!(key.section.as_str(), "tox" | "tox:tox");
        let mut core = keys.iter().filter(is_core);
        core.find(|key| names.contains(&key.key.as_str()))
    };
    let listed = core(&["envlist", "env_list"]).map(|key| names_in(&key.text()));
    let labels = core(&["labels"]).into_iter().flat_map(|key| &key.lines);
    let labels = labels.filter_map(|(_, text)| {
        let (label, names) = text.split_once('=')?;
        Some((label.trim().to_owned(), names_in(names)))
    });
    let defined = keys.iter().flat_map(|key| environments(&key.section));
    let defined: Vec<String> = defined.collect();
    request.chosen(&listed.unwrap_or_default(), &labels.collect(), &defined)
}

/// The environments that a section is about, if not about all.
fn environments(section: &str) -> Vec<String> {
    names_in(section.strip_prefix("testenv:").unwrap_or_default())
}

/// The sections that say what the chosen environments are and run.
fn sections(keys: &[IniKey], chosen: &[String]) -> Vec<String> {
    let mut sections = vec!["tox".to_owned(), "tox:tox".to_owned(), "testenv".to_owned()];
    for key in keys {
        let is_chosen = || {
            environments(&key.section)
                .iter()
                .any(|name| chosen.contains(name))
        };
        if !sections.contains(&key.section) && is_chosen() {
            sections.push(key.section.clone());
        }
    }
    // A value may refer to a section: `{[testenv:lint]commands}`.
    let mut at = 0;
    while at < sections.len() {
        let section = sections[at].clone();
        for key in keys.iter().filter(|key| key.section == section) {
            let text = key.text();
            for part in text.split("{[").skip(1) {
                let name = part.split(']').next().unwrap_or_default().to_owned();
                if !sections.contains(&name) {
                    sections.push(name);
                }
            }
        }
        at += 1;
    }
    sections
}

/// Whether every environment that runs has commands of its own in place of the common ones.
fn is_replaced(key: &IniKey, all: &[IniKey], chosen: &[String]) -> bool {
    let has_own = |name: &String| {
        all.iter()
            .any(|own| own.key == key.key && environments(&own.section).contains(name))
    };
    key.section == "testenv" && key.key.starts_with("commands") && chosen.iter().all(has_own)
}

/// The variables that an environment sets, or those of all if it sets none.
fn given(keys: &[IniKey], section: &str) -> Vec<GivenVariable> {
    let of = |section: &str| {
        let mut own = keys.iter().filter(|key| key.section == section);
        own.find(|key| matches!(key.key.as_str(), "setenv" | "set_env"))
    };
    let lines = of(section).or_else(|| of("testenv")).into_iter();
    let lines = lines.flat_map(|key| &key.lines);
    lines
        .filter_map(|(_, text)| {
            let (name, value) = text.split_once('=')?;
            // After a condition, it is set in some environments only.
            let name = name.trim();
            let is_name = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
            is_name.then(|| GivenVariable {
                name: name.to_owned(),
                value: variable_value(value),
                is_exported: true,
            })
        })
        .collect()
}

/// Where the commands of a section run.
fn directory(keys: &[IniKey], section: &str, top: &Path) -> PathBuf {
    let of = |section: &str| {
        let mut own = keys.iter().filter(|key| key.section == section);
        own.find(|key| matches!(key.key.as_str(), "changedir" | "change_dir"))
    };
    let set = of(section).or_else(|| of("testenv"));
    set.map_or_else(|| top.to_owned(), |key| below(top, &key.text()))
}

/// The lines of `commands`: each is a command without a shell; `-` before it ignores its failure.
fn commands(path: &Path, key: &IniKey, chosen: &[String], dir: &Path, lead: &mut Lead) {
    let mut pending = String::new();
    for (number, text) in &key.lines {
        if let Some(open) = text.strip_suffix('\\') {
            pending.push_str(open);
            continue;
        }
        let whole = std::mem::take(&mut pending) + text;
        let Some(command) = without_condition(&whole, chosen) else {
            continue;
        };
        let (command, is_ignored) = match command.trim_start().strip_prefix('-') {
            Some(rest) => (rest.trim_start(), true),
            None => (command.trim_start(), false),
        };
        if command.is_empty() || command.starts_with("{[") {
            continue;
        }
        let place = Place {
            path: path.to_owned(),
            line: *number,
        };
        lead.lines
            .push(Line::new(without_braces(command), dir, place).ignored(is_ignored));
    }
}
