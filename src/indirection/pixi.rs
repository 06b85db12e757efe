//! Tasks of pixi, in pixi.toml and pyproject.toml (its documentation, "Advanced Tasks" and "Multi Environment").

use std::path::Path;

use super::data::Data;
use super::lead::{Lead, Line, at};
use super::python_tasks::{Tasks, nearest, some};
use super::tree::Files;
use super::variables::GivenVariable;
use crate::base::fault::Result;

/// Options that are followed by a value.
const VALUED: [&str; 8] = [
    "-e",
    "--environment",
    "--manifest-path",
    "-m",
    "--color",
    "--auth-file",
    "--pypi-keyring-provider",
    "--concurrent-downloads",
];

/// How many tasks may need each other.
const MOST_TASKS: usize = 100;

/// What a call of pixi leads to; `None` if it names no task.
pub(super) fn lead(arguments: &[&str], dir: &Path, files: &mut Files<'_>) -> Result<Option<Lead>> {
    let ["run" | "r", rest @ ..] = arguments else {
        return Ok(None);
    };
    let mut environment = "default";
    let mut at = 0;
    while let Some(word) = rest.get(at).filter(|word| word.starts_with('-')) {
        let value = rest.get(at + 1).copied().filter(|_| VALUED.contains(word));
        if matches!(*word, "-e" | "--environment") {
            environment = value.unwrap_or(environment);
        }
        if let Some(typed) = word.strip_prefix("--environment=") {
            environment = typed;
        }
        at += if value.is_some() { 2 } else { 1 };
    }
    let Some((task, own)) = rest.get(at..).and_then(<[_]>::split_first) else {
        return Ok(None);
    };
    let mut lead = Lead::default();
    let places: [(&str, &[&str]); 2] = [("pixi.toml", &[]), ("pyproject.toml", &["tool", "pixi"])];
    let Some(tasks) = nearest(dir, &places, files, &mut lead)? else {
        return Ok(some(lead));
    };
    let mut open = vec![((*task).to_owned(), own.join(" "))];
    let mut seen: Vec<String> = Vec::new();
    while let Some((name, own)) = open.pop() {
        let Some((keys, data)) = find(&tasks, environment, &name) else {
            continue;
        };
        if seen.contains(&name) || seen.len() > MOST_TASKS {
            continue;
        }
        seen.push(name);
        tasks.piece(&keys, data, &mut lead);
        let before = lead.lines.len();
        one(&tasks, data, &own, &mut lead, &mut open);
        // What a task needs runs before it.
        let added = lead.lines.len() - before;
        lead.lines.rotate_right(added);
    }
    if seen.is_empty() {
        // What is no task is a command.
        return Ok(None);
    }
    tasks.data.get("environments").into_iter().for_each(|all| {
        if let Some(own) = all.get(environment) {
            tasks.piece(&format!("environments.{environment}"), own, &mut lead);
        }
    });
    Ok(some(lead))
}

/// A task that an environment has, with its keys: of its features, of all, or of any feature that has one.
fn find<'t>(tasks: &'t Tasks, environment: &str, name: &str) -> Option<(String, &'t Data)> {
    let of = |feature: &str| {
        let data = tasks.data.at(&["feature", feature, "tasks", name])?;
        Some((format!("feature.{feature}.tasks.{name}"), data))
    };
    let environment = tasks.data.at(&["environments", environment]);
    let features = environment.map(|own| own.get("features").unwrap_or(own));
    let features = features.map_or(Vec::new(), Data::texts);
    let common = || {
        let data = tasks.data.at(&["tasks", name])?;
        Some((format!("tasks.{name}"), data))
    };
    let any = || {
        let all = tasks.data.get("feature").map_or(&[][..], Data::entries);
        all.iter().find_map(|(feature, _)| of(feature))
    };
    features
        .into_iter()
        .find_map(of)
        .or_else(common)
        .or_else(any)
}

/// Adds the command of a task, and what it needs to `open`.
fn one(tasks: &Tasks, data: &Data, own: &str, lead: &mut Lead, open: &mut Vec<(String, String)>) {
    let text = |command: &Data| match command.text() {
        Some(text) => text.to_owned(),
        None => shell_words::join(command.texts()),
    };
    let command = match data.get("cmd") {
        Some(command) => Some(text(command)),
        None => (data.entries().is_empty()).then(|| text(data)),
    };
    if let Some(command) = command {
        let command = format!("{command} {own}");
        let mut line: Line = tasks.line(command.trim_end(), data);
        if let Some(dir) = data.get("cwd").and_then(Data::text) {
            line.dir = at(&tasks.dir, dir);
        }
        let env = data.get("env").map_or(&[][..], Data::entries).iter();
        line.given = env
            .filter_map(|(name, value)| {
                Some(GivenVariable {
                    name: name.clone(),
                    value: value.text()?.to_owned(),
                    is_exported: true,
                })
            })
            .collect();
        lead.lines.push(line);
    }
    let needed = data.get("depends-on").or_else(|| data.get("depends_on"));
    for one in needed.into_iter().flat_map(|needed| {
        let names = needed.texts().into_iter();
        let tables = needed
            .list()
            .iter()
            .filter_map(|one| one.get("task")?.text());
        names.chain(tables)
    }) {
        open.push((one.to_owned(), String::new()));
    }
}
