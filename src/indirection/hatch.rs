//! hatch: the scripts of its environments, in pyproject.toml and hatch.toml.

use std::path::Path;

use super::data::Data;
use super::lead::{Lead, Line, Place};
use super::python_tasks::{Tasks, nearest, some};
use super::tree::Files;
use crate::base::fault::Result;

/// What a call of hatch leads to.
pub(super) fn lead(arguments: &[&str], dir: &Path, files: &mut Files<'_>) -> Result<Option<Lead>> {
    let mut environment = None;
    let mut words = arguments.iter().copied();
    let command = loop {
        match words.next() {
            Some("-e" | "--env" | "-p" | "--project") => environment = words.next(),
            Some(option) if option.starts_with('-') => {}
            other => break other,
        }
    };
    let (environment, script) = match command {
        Some("test") => ("hatch-test", None),
        Some("fmt") => ("hatch-static-analysis", None),
        Some("run") => {
            let is_option = |word: &&str| word.starts_with(['-', '+']);
            let Some(named) = words.find(|word| !is_option(word)) else {
                return Ok(None);
            };
            match named.split_once(':') {
                Some((before, script)) => (before, Some(script)),
                None => (environment.unwrap_or("default"), Some(named)),
            }
        }
        _ => return Ok(None),
    };
    let mut lead = Lead::default();
    let places: [(&str, &[&str]); 2] = [
        ("hatch.toml", &["envs"]),
        ("pyproject.toml", &["tool", "hatch", "envs"]),
    ];
    let Some(tasks) = nearest(dir, &places, files, &mut lead)? else {
        return Ok(some(lead));
    };
    // Scripts of a matrix are named after its environment.
    let short = environment.split('.').next().unwrap_or_default();
    let mut found = false;
    for name in inherited(&tasks.data, short) {
        let Some(table) = tasks.data.get(name) else {
            continue;
        };
        for (key, value) in table.entries() {
            let is_installed = key.contains("dependencies") || key == "features" || key == "python";
            if key != "scripts" && key != "description" && !is_installed {
                tasks.piece(&format!("{name}.{key}"), value, &mut lead);
            }
            if key.ends_with("-commands") {
                let lines = value
                    .texts()
                    .into_iter()
                    .map(|text| tasks.line(text, value));
                lead.beside.extend(lines);
            }
        }
        match (script, table.get("scripts")) {
            (Some(script), Some(scripts)) if !found && scripts.get(script).is_some() => {
                found = true;
                hatch_script(&tasks, name, scripts, script, &mut lead, 0);
            }
            (None, Some(scripts)) => tasks.piece(&format!("{name}.scripts"), scripts, &mut lead),
            _ => {}
        }
    }
    if !found {
        // The word is a program, or hatch's own scripts run.
        let why = "hatch runs a command of its own".to_owned();
        lead.unresolved.get_or_insert(why);
    }
    // A program runs in the environment; what decides its result is not the text of the command.
    if let (false, Some(script)) = (found, script) {
        let place = Place {
            path: tasks.file.path.clone(),
            line: tasks.data.line,
        };
        let rest: Vec<&str> = std::iter::once(script).chain(words).collect();
        lead.lines
            .push(Line::new(shell_words::join(rest), &tasks.dir, place));
    }
    Ok(some(lead))
}

/// An environment of hatch and those that it inherits from, the default one last.
fn inherited<'d>(environments: &'d Data, name: &'d str) -> Vec<&'d str> {
    let mut names = vec![name];
    while let Some(last) = names.last() {
        let template = environments.at(&[last, "template"]).and_then(Data::text);
        match template.filter(|template| !names.contains(template)) {
            Some(template) => names.push(template),
            None => break,
        }
    }
    if !names.contains(&"default") {
        names.push("default");
    }
    names
}

/// The commands of a script; one that begins with the name of another script runs that.
fn hatch_script(
    tasks: &Tasks,
    environment: &str,
    scripts: &Data,
    name: &str,
    lead: &mut Lead,
    depth: usize,
) {
    let Some(data) = scripts.get(name).filter(|_| depth < 5) else {
        return;
    };
    tasks.piece(&format!("{environment}.scripts.{name}"), data, lead);
    for text in data.texts() {
        let (text, is_ignored) = match text.strip_prefix("- ") {
            Some(rest) => (rest, true),
            None => (text, false),
        };
        let first = text.split_whitespace().next().unwrap_or_default();
        if first != name && scripts.get(first).is_some() {
            let before = lead.lines.len();
            hatch_script(tasks, environment, scripts, first, lead, depth + 1);
            for line in &mut lead.lines[before..] {
                line.is_ignored |= is_ignored;
            }
        } else {
            let text = super::tox_substitution::without_braces(text);
            lead.lines.push(tasks.line(text, data).ignored(is_ignored));
        }
    }
}
