//! tox: the commands of its environments, in tox.ini, setup.cfg, tox.toml and pyproject.toml.

use std::path::{Path, PathBuf};

use super::data::{self, Data};
use super::ini::{self, IniKey};
use super::lead::{Lead, Line, Place, TOP, at};
use super::tree::{Files, FoundFile};
use super::variables::GivenVariable;
use crate::base::fault::Result;

/// Keys that say what is installed or shown, not what runs.
const BESIDE: [&str; 8] = [
    "dependency_groups",
    "deps",
    "description",
    "extras",
    "min_version",
    "minversion",
    "requires",
    "labels",
];

/// Where tox looks for its configuration, in this order.
const NAMES: [&str; 4] = ["tox.ini", "setup.cfg", "pyproject.toml", "tox.toml"];

/// What a call of tox leads to.
pub(super) fn lead(arguments: &[&str], dir: &Path, files: &mut Files<'_>) -> Result<Lead> {
    let (mut wanted, mut named) = (Vec::new(), None);
    let mut words = arguments.iter().copied();
    while let Some(word) = words.next() {
        let (option, own) = match word.split_once('=') {
            Some((option, value)) => (option, Some(value)),
            None => (word, None),
        };
        match option {
            "--" => break,
            "-e" | "--env" => wanted.extend(own.or_else(|| words.next())),
            "-c" | "--conf" => named = own.or_else(|| words.next()),
            option if option.starts_with("-e") && option.len() > 2 => wanted.push(&word[2..]),
            _ => {}
        }
    }
    let wanted: Vec<&str> = wanted.iter().flat_map(|names| names.split(',')).collect();
    let mut found: Option<(FoundFile, PathBuf)> = None;
    if let Some(named) = named {
        let path = at(dir, named);
        let dir = path.parent().unwrap_or(Path::new("")).to_owned();
        found = files.file(&path)?.map(|file| (file, dir));
    } else {
        for above in dir.ancestors() {
            for name in NAMES {
                if let Some(file) = files.file(&above.join(name))?
                    && configures(&file)
                    && found.is_none()
                {
                    found = Some((file, above.to_owned()));
                }
            }
        }
    }
    let Some((file, top)) = found else {
        return Ok(Lead {
            whole: NAMES[..1].iter().map(|name| dir.join(name)).collect(),
            unresolved: Some("tox is not configured here".to_owned()),
            ..Lead::default()
        });
    };
    let mut lead = Lead::default();
    lead.links(&file);
    // A plugin, which tox loads before anything runs.
    if let Some(plugin) = files.file(&top.join("toxfile.py"))? {
        lead.count(&plugin);
    }
    if file.path.extension().is_some_and(|end| end == "toml") {
        from_toml(&file, &wanted, &top, &mut lead);
    } else {
        from_ini(&file, &wanted, &top, &mut lead);
    }
    Ok(lead)
}

/// Whether a file holds tox's configuration.
fn configures(file: &FoundFile) -> bool {
    match file.path.file_name().and_then(|name| name.to_str()) {
        Some("setup.cfg") => file.text.contains("[tox:tox]"),
        Some("pyproject.toml") => file.text.contains("[tool.tox"),
        _ => true,
    }
}

fn from_ini(file: &FoundFile, wanted: &[&str], top: &Path, lead: &mut Lead) {
    let keys = ini::keys(&file.text);
    let mut sections = vec!["tox".to_owned(), "tox:tox".to_owned(), "testenv".to_owned()];
    let is_wanted = |section: &str| {
        let Some(names) = section.strip_prefix("testenv:") else {
            return false;
        };
        // Names in braces are generated; without a name, every environment may run.
        wanted.is_empty()
            || names.contains('{')
            || wanted.contains(&names)
            || wanted.contains(&"ALL")
    };
    for key in &keys {
        if is_wanted(&key.section) && !sections.contains(&key.section) {
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
    let lists_all = [
        "envlist",
        "env_list",
        "skipsdist",
        "no_package",
        "isolated_build",
    ];
    for key in keys.iter().filter(|key| sections.contains(&key.section)) {
        let is_beside = BESIDE.contains(&key.key.as_str())
            || lists_all.contains(&key.key.as_str()) && !wanted.is_empty();
        if is_beside || is_replaced(key, &keys, wanted) {
            continue;
        }
        let name = format!("[{}] {}", key.section, key.key);
        let line = key.lines.first().map_or(1, |(line, _)| *line);
        lead.piece(&file.path, &name, line, &key.text());
        if key.key.starts_with("commands") {
            let begin = lead.lines.len();
            commands(file, key, top, lead);
            let given = given(&keys, &key.section);
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

/// Whether every environment that is asked for has commands of its own in place of the common ones.
fn is_replaced(key: &IniKey, all: &[IniKey], wanted: &[&str]) -> bool {
    let has_own = |name: &&str| {
        let section = format!("testenv:{name}");
        all.iter()
            .any(|own| own.section == section && own.key == key.key)
    };
    key.section == "testenv"
        && key.key.starts_with("commands")
        && !wanted.is_empty()
        && wanted.iter().all(has_own)
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

/// The lines of `commands`: each is a command without a shell; `-` before it ignores its failure.
fn commands(file: &FoundFile, key: &IniKey, top: &Path, lead: &mut Lead) {
    let mut pending = String::new();
    for (number, text) in &key.lines {
        if let Some(open) = text.strip_suffix('\\') {
            pending.push_str(open);
            continue;
        }
        let whole = std::mem::take(&mut pending) + text;
        // A condition stands before the command: `py312: pytest`.
        let command = match whole.split_once(": ") {
            Some((factor, command)) if !factor.contains(' ') => command,
            _ => whole.as_str(),
        };
        let (command, is_ignored) = match command.trim_start().strip_prefix('-') {
            Some(rest) => (rest.trim_start(), true),
            None => (command.trim_start(), false),
        };
        if command.is_empty() || command.starts_with("{[") {
            continue;
        }
        let place = Place {
            path: file.path.clone(),
            line: *number,
        };
        lead.lines
            .push(Line::new(without_braces(command), top, place).ignored(is_ignored));
    }
}

/// A command without tox's substitutions: `{toxinidir}/x` is `./x`, `{envpython}` is `python`, `{posargs:a}` is `a`.
pub(super) fn without_braces(command: &str) -> String {
    const KNOWN: [(&str, &str); 6] = [
        ("{toxinidir}", "."),
        ("{tox_root}", "."),
        ("{envpython}", "python"),
        ("{env_python}", "python"),
        ("{envbindir}/", ""),
        ("{env_bin_dir}/", ""),
    ];
    let mut text = command.to_owned();
    for (typed, value) in KNOWN {
        text = text.replace(typed, value);
    }
    while let Some(begin) = text.find('{') {
        let Some(length) = text[begin..].find('}') else {
            break;
        };
        let inside = &text[begin + 1..begin + length];
        let value = inside
            .split_once(':')
            .map_or("", |(_, default)| default)
            .to_owned();
        text.replace_range(begin..=begin + length, value.trim_end_matches('}'));
    }
    if !command.contains("={") {
        return text;
    }
    // An option whose value only tox knows: `--basetemp={env_tmp_dir}`.
    let words = text.split(' ');
    let known = words.filter(|word| !(word.starts_with("--") && word.ends_with('=')));
    known.collect::<Vec<_>>().join(" ")
}

fn from_toml(file: &FoundFile, wanted: &[&str], top: &Path, lead: &mut Lead) {
    let Some(data) = data::toml(&file.text) else {
        lead.give_up(file, "tox's configuration is damaged");
        return;
    };
    let table = match file.path.file_name().and_then(|name| name.to_str()) {
        Some("pyproject.toml") => data.at(&["tool", "tox"]),
        _ => Some(&data),
    };
    match table.and_then(|table| commands_of_toml(file, table, wanted, top)) {
        Some(lines) => lead.lines.extend(lines),
        // What refers to another place is compared, and not followed.
        None => lead.unresolved = Some("tox's commands are lists with references".to_owned()),
    }
    for (key, value) in table.map_or(&[][..], Data::entries) {
        if BESIDE.contains(&key.as_str()) || key == "env_list" && !wanted.is_empty() {
            continue;
        }
        if key == "env" && !wanted.is_empty() {
            for (name, value) in value.entries() {
                // Another environment may be referred to.
                if wanted.contains(&name.as_str()) || table_refers(table, name) {
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

/// The commands of the environments that run; `None` if it is not known which, or what they run.
fn commands_of_toml(
    file: &FoundFile,
    table: &Data,
    wanted: &[&str],
    top: &Path,
) -> Option<Vec<Line>> {
    let base = table.get("env_run_base");
    let listed = table.get("env_list").map_or(Vec::new(), Data::texts);
    let names = if wanted.is_empty() {
        &listed[..]
    } else {
        wanted
    };
    let is_computed = table
        .get("env_list")
        .is_some_and(|list| list.list().len() != listed.len());
    if names.is_empty() || names.contains(&"ALL") || wanted.is_empty() && is_computed {
        return None;
    }
    let mut lines: Vec<Line> = Vec::new();
    for name in names {
        let own = table.at(&["env", name]);
        if own.or(base)?.get("ignore_outcome").is_some() {
            return None;
        }
        for key in ["commands_pre", "commands", "commands_post"] {
            let value = own.and_then(|own| own.get(key));
            let value = value.or_else(|| base.and_then(|base| base.get(key)));
            for command in value.map_or(&[][..], Data::list) {
                let mut line = line_of_toml(file, command, top)?;
                line.given = given_of_toml(own, base);
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
fn given_of_toml(own: Option<&Data>, base: Option<&Data>) -> Vec<GivenVariable> {
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

/// The value of a variable without tox's names for its own directory. What only tox knows stays unknown.
fn variable_value(typed: &str) -> String {
    let value = typed
        .trim()
        .replace("{toxinidir}", TOP)
        .replace("{tox_root}", TOP);
    value.replace(&format!("{TOP}/"), TOP).replace('{', "${")
}

/// A command as a list of words, among which may be a place for the arguments of the call. `-` before it
/// ignores its failure.
fn line_of_toml(file: &FoundFile, command: &Data, top: &Path) -> Option<Line> {
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
