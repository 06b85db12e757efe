//! The configuration of tox in TOML.

use std::path::Path;

use super::data::{self, Data, Value};
use super::ini;
use super::lead::{Lead, Line, Place};
use super::tox_environments::{Request, names_in};
use super::tox_ini::{self, BESIDE};
use super::tox_substitution::{below, variable_value, without_braces};
use super::tree::FoundFile;
use super::variables::GivenVariable;

/// Adds what a file in TOML says about the environments that run.
pub(super) fn lead(file: &FoundFile, request: &Request<'_>, top: &Path, lead: &mut Lead) {
    let Some(data) = data::toml(&file.text) else {
        lead.give_up(file, "tox's configuration is damaged");
        return;
    };
    let table = match file.path.file_name().and_then(|name| name.to_str()) {
        Some("pyproject.toml") => data.at(&["tool", "tox"]),
        _ => Some(&data),
    };
    let inner = table.and_then(|table| table.get("legacy_tox_ini"));
    if let Some((inner, text)) = inner.and_then(|inner| Some((inner, inner.text()?))) {
        let mut keys = ini::keys(text);
        // The text begins in the line of its quotes if that has more, and otherwise in the next.
        let quotes = file
            .text
            .lines()
            .nth(inner.line - 1)
            .unwrap_or_default()
            .trim_end();
        let above = if quotes.ends_with(['"', '\'']) {
            inner.line
        } else {
            inner.line - 1
        };
        for (line, _) in keys.iter_mut().flat_map(|key| &mut key.lines) {
            *line += above;
        }
        tox_ini::lead(&file.path, &keys, request, top, lead);
        return;
    }
    let chosen = table
        .and_then(|table| chosen(table, request))
        .unwrap_or_default();
    match table.and_then(|table| commands(file, table, &chosen, top)) {
        Some(lines) => lead.lines.extend(lines),
        // What refers to another place is compared, and not followed.
        None => lead.unresolved = Some("tox's commands are lists with references".to_owned()),
    }
    for (key, value) in table.map_or(&[][..], Data::entries) {
        let is_beside = match key.as_str() {
            "labels" => !request.is_by_label(),
            "env_list" => request.is_by_name(),
            name => BESIDE.contains(&name),
        };
        if is_beside {
            continue;
        }
        if key == "env" {
            for (name, value) in value.entries() {
                // Another environment may be referred to.
                if chosen.contains(name) || table_refers(table, name) {
                    listed(file, value, top, lead);
                    without_beside(&file.path, &format!("env.{name}"), value, lead);
                }
            }
        } else {
            listed(file, value, top, lead);
            without_beside(&file.path, key, value, lead);
        }
    }
}

/// The names of the environments that run; `None` if they are computed in a way that is not known.
fn chosen(table: &Data, request: &Request<'_>) -> Option<Vec<String>> {
    let items = table.get("env_list").map_or(&[][..], Data::list);
    if !request.is_by_name() && items.iter().any(|item| names_of(item).is_empty()) {
        return None;
    }
    let listed: Vec<String> = items.iter().flat_map(names_of).collect();
    let labels = table.get("labels").map_or(&[][..], Data::entries).iter();
    let labels = labels.map(|(label, names)| {
        let names = names.list().iter().flat_map(names_of);
        (label.clone(), names.collect())
    });
    let defined = table.get("env").map_or(&[][..], Data::entries).iter();
    let defined: Vec<String> = defined.map(|(name, _)| name.clone()).collect();
    Some(request.chosen(&listed, &labels.collect(), &defined))
}

/// The names that an item of a list of environments stands for: one, or those that `product` makes.
fn names_of(item: &Data) -> Vec<String> {
    if let Some(text) = item.text() {
        return names_in(text);
    }
    let mut names: Vec<String> = Vec::new();
    for (at, group) in item
        .get("product")
        .map_or(&[][..], Data::list)
        .iter()
        .enumerate()
    {
        let factors = factors(group);
        names = if at == 0 {
            factors
        } else {
            let joined = names
                .iter()
                .flat_map(|name| factors.iter().map(move |factor| format!("{name}-{factor}")));
            joined.collect()
        };
    }
    names
}

/// The factors of a group: a list, or `{ prefix = "3.", start = 10, stop = 12 }`.
fn factors(group: &Data) -> Vec<String> {
    let number = |key: &str| match group.get(key).map(|data| &data.value) {
        Some(Value::Plain(number)) => number.parse::<u16>().ok(),
        _ => None,
    };
    match (number("start"), number("stop")) {
        (Some(start), Some(stop)) => {
            let prefix = group.get("prefix").and_then(Data::text).unwrap_or_default();
            (start..=stop)
                .map(|number| format!("{prefix}{number}"))
                .collect()
        }
        _ => group.texts().into_iter().map(str::to_owned).collect(),
    }
}

/// The commands of the environments that run; `None` if it is not known what they run.
fn commands(file: &FoundFile, table: &Data, names: &[String], top: &Path) -> Option<Vec<Line>> {
    let base = table.get("env_run_base");
    let mut lines: Vec<Line> = Vec::new();
    for name in names {
        let own = table.at(&["env", name.as_str()]);
        if own.or(base)?.get("ignore_outcome").is_some() {
            return None;
        }
        let set = |table: Option<&Data>| {
            let names = ["change_dir", "changedir"].into_iter();
            let mut values = names.filter_map(|name| table?.get(name)?.text());
            values.next().map(str::to_owned)
        };
        let dir = set(own).or_else(|| set(base));
        let dir = dir.map_or_else(|| top.to_owned(), |typed| below(top, &typed));
        for key in ["commands_pre", "commands", "commands_post"] {
            let value = own.and_then(|own| own.get(key));
            let value = value.or_else(|| base.and_then(|base| base.get(key)));
            for command in value.map_or(&[][..], Data::list) {
                let mut line = line_of(file, command, &dir)?;
                line.given = given_of(own, base);
                if !lines.contains(&line) {
                    lines.push(line);
                }
            }
        }
    }
    (!lines.is_empty()).then_some(lines)
}

/// The variables that an environment sets, or those of the common one if it sets none. What refers to another
/// place is not known.
fn given_of(own: Option<&Data>, base: Option<&Data>) -> Vec<GivenVariable> {
    let of = |table: Option<&'_ Data>| table.and_then(|table| table.get("set_env")).cloned();
    let Some(set) = of(own).or_else(|| of(base)) else {
        return Vec::new();
    };
    let named = set.entries().iter();
    let named = named.filter(|(name, _)| !matches!(name.as_str(), "file" | "replace"));
    named
        .map(|(name, value)| GivenVariable {
            name: name.clone(),
            value: value.text().map_or("${}".to_owned(), variable_value),
            is_exported: true,
        })
        .collect()
}

/// A command as a list of words, among which may be a place for the arguments of the call. `-` before it
/// ignores its failure.
fn line_of(file: &FoundFile, command: &Data, top: &Path) -> Option<Line> {
    let mut words: Vec<&str> = Vec::new();
    for word in command.list() {
        match (word.text(), word.get("replace").and_then(Data::text)) {
            (Some(text), _) => words.push(text),
            (None, Some("posargs")) => {
                words.extend(word.get("default").map_or(Vec::new(), Data::texts));
            }
            _ => return None,
        }
    }
    let is_ignored = words.first() == Some(&"-");
    if is_ignored {
        words.remove(0);
    }
    if words.first() == Some(&"!") {
        return None;
    }
    let place = Place {
        path: file.path.clone(),
        line: command.line,
    };
    let words = words.into_iter().map(without_braces);
    let text = shell_words::join(words.filter(|word| !word.is_empty()));
    Some(Line::new(text, top, place).ignored(is_ignored))
}

/// The commands in a table of environments, or of one: lists of words.
fn listed(file: &FoundFile, data: &Data, top: &Path, lead: &mut Lead) {
    for (key, value) in data.entries() {
        listed(file, value, top, lead);
        if !key.starts_with("commands") {
            continue;
        }
        for command in value.list() {
            let place = Place {
                path: file.path.clone(),
                line: command.line,
            };
            let words = without_braces(&shell_words::join(command.texts()));
            lead.beside.push(Line::new(words, top, place));
        }
    }
}

/// Whether something in the configuration refers to an environment.
fn table_refers(table: Option<&Data>, name: &str) -> bool {
    let all = table.map_or_else(String::new, Data::shown);
    all.contains("replace = \"ref\"") && all.contains(&format!("\"{name}\""))
}

fn without_beside(path: &Path, name: &str, value: &Data, lead: &mut Lead) {
    if value.entries().is_empty() {
        lead.value(path, name, value);
    }
    for (key, value) in value.entries() {
        if !BESIDE.contains(&key.as_str()) {
            lead.value(path, &format!("{name}.{key}"), value);
        }
    }
}
