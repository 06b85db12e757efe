//! tox: the commands of its environments, in tox.ini, setup.cfg, tox.toml and pyproject.toml.

use std::path::{Path, PathBuf};

use super::ini::{self, IniKey};
use super::lead::{Lead, Line, Place, TOP, at};
use super::tox_environments::{Request, names_in, without_condition};
use super::tox_toml;
use super::tree::{Files, FoundFile};
use super::variables::GivenVariable;
use crate::base::fault::Result;

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

/// Where tox looks for its configuration, in this order.
const NAMES: [&str; 4] = ["tox.ini", "setup.cfg", "pyproject.toml", "tox.toml"];

/// What a call of tox leads to.
pub(super) fn lead(arguments: &[&str], dir: &Path, files: &mut Files<'_>) -> Result<Lead> {
    let request = Request::of(arguments);
    let mut found: Option<(FoundFile, PathBuf)> = None;
    if let Some(named) = request.file {
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
        tox_toml::lead(&file, &request, &top, &mut lead);
    } else {
        from_ini(
            &file.path,
            &ini::keys(&file.text),
            &request,
            &top,
            &mut lead,
        );
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

/// Adds what a configuration in INI says about the environments that run.
pub(super) fn from_ini(
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
            commands(path, key, &chosen, top, lead);
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

/// The lines of `commands`: each is a command without a shell; `-` before it ignores its failure.
fn commands(path: &Path, key: &IniKey, chosen: &[String], top: &Path, lead: &mut Lead) {
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
            .push(Line::new(without_braces(command), top, place).ignored(is_ignored));
    }
}

/// The directories that tox makes for what it runs.
const DIRECTORIES: [(&str, &str); 11] = [
    ("{envtmpdir}", ".tox/tmp"),
    ("{env_tmp_dir}", ".tox/tmp"),
    ("{temp_dir}", ".tox/tmp"),
    ("{envdir}", ".tox/env"),
    ("{env_dir}", ".tox/env"),
    ("{envlogdir}", ".tox/log"),
    ("{env_log_dir}", ".tox/log"),
    ("{distdir}", ".tox/dist"),
    ("{toxworkdir}", ".tox"),
    ("{tox_work_dir}", ".tox"),
    ("{work_dir}", ".tox"),
];

/// A command without tox's substitutions: `{toxinidir}/x` is `./x`, `{envpython}` is `python`, `{posargs:a}` is `a`.
pub(super) fn without_braces(command: &str) -> String {
    const KNOWN: [(&str, &str); 10] = [
        ("{toxinidir}", "."),
        ("{tox_root}", "."),
        ("{envpython}", "python"),
        ("{env_python}", "python"),
        ("{basepython}", "python"),
        ("{base_python}", "python"),
        ("{envbindir}/", ""),
        ("{env_bin_dir}/", ""),
        ("{/}", "/"),
        ("{:}", ":"),
    ];
    // An option whose value only tox knows: `--basetemp={env_tmp_dir}`.
    let is_only_for_tox = |word: &str| {
        let value = word.split_once('=').filter(|_| word.starts_with("--"));
        let begins = |value: &str| {
            DIRECTORIES
                .iter()
                .any(|(typed, _)| value.starts_with(typed))
        };
        value.is_some_and(|(_, value)| {
            begins(value) || value == "{envname}" || value == "{env_name}"
        })
    };
    let words = command.split(' ').filter(|word| !is_only_for_tox(word));
    let mut text = words.collect::<Vec<_>>().join(" ");
    for (typed, value) in KNOWN.iter().chain(&DIRECTORIES) {
        text = text.replace(typed, value);
    }
    // Those within others come first: `{env:OUT:{envtmpdir}}`.
    while let Some(end) = text.find('}') {
        let Some(begin) = text[..end].rfind('{') else {
            break;
        };
        let inside = &text[begin + 1..end];
        let default = match inside.strip_prefix("env:") {
            Some(variable) => variable.split_once(':'),
            None => inside.split_once(':'),
        };
        let value = default.map_or("", |(_, default)| default).to_owned();
        text.replace_range(begin..=end, &value);
    }
    text
}

/// The value of a variable without tox's names for its own directory. What only tox knows stays unknown.
pub(super) fn variable_value(typed: &str) -> String {
    let value = typed
        .trim()
        .replace("{toxinidir}", TOP)
        .replace("{tox_root}", TOP);
    value.replace(&format!("{TOP}/"), TOP).replace('{', "${")
}
