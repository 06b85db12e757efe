//! Tasks in pyproject.toml and beside it: poe, pdm, rye, pipenv.

use std::path::{Path, PathBuf};

use super::data::{self, Data, Value};
use super::lead::{Lead, Line, Place, at};
use super::tree::{Files, FoundFile};
use crate::base::fault::Result;

/// A table of tasks, and where it is.
pub(super) struct Tasks {
    pub(super) file: FoundFile,
    /// Where the tasks run.
    pub(super) dir: PathBuf,
    /// What comes before a task's name in the file.
    prefix: String,
    pub(super) data: Data,
}

/// The nearest file that has a table, or is damaged.
pub(super) fn nearest(
    dir: &Path,
    names: &[(&str, &[&str])],
    files: &mut Files<'_>,
    lead: &mut Lead,
) -> Result<Option<Tasks>> {
    for above in dir.ancestors() {
        for (name, keys) in names {
            let Some(file) = files.file(&above.join(name))? else {
                continue;
            };
            let data = if file.text.trim_start().starts_with('{') {
                data::json(&file.text)
            } else {
                data::toml(&file.text)
            };
            let Some(data) = data else {
                lead.give_up(&file, "the file is damaged");
                return Ok(None);
            };
            if let Some(table) = data.at(keys) {
                lead.links(&file);
                return Ok(Some(Tasks {
                    data: table.clone(),
                    dir: above.to_owned(),
                    prefix: keys.join("."),
                    file,
                }));
            }
        }
    }
    Ok(None)
}

impl Tasks {
    fn place(&self, data: &Data) -> Place {
        Place {
            path: self.file.path.clone(),
            line: data.line,
        }
    }

    pub(super) fn line(&self, text: impl Into<String>, data: &Data) -> Line {
        Line::new(text, &self.dir, self.place(data))
    }

    pub(super) fn piece(&self, name: &str, data: &Data, lead: &mut Lead) {
        let name = if self.prefix.is_empty() {
            name.to_owned()
        } else {
            format!("{}.{name}", self.prefix)
        };
        lead.value(&self.file.path, &name, data);
    }
}

/// The lead of a call that names no task, or a missing one: nothing.
pub(super) fn some(lead: Lead) -> Option<Lead> {
    let is_nothing = lead.lines.is_empty() && lead.pieces.is_empty() && lead.whole.is_empty();
    (!is_nothing).then_some(lead)
}

/// What a call of poe (poethepoet) leads to.
pub(super) fn poe(arguments: &[&str], dir: &Path, files: &mut Files<'_>) -> Result<Option<Lead>> {
    let (mut dir, mut task) = (dir.to_owned(), None);
    let mut words = arguments.iter().copied();
    while let Some(word) = words.next() {
        match word {
            "-C" | "--directory" | "--root" => dir = at(&dir, words.next().unwrap_or_default()),
            "-e" | "--executor" | "-X" => {
                words.next();
            }
            option if option.starts_with('-') => {}
            name => {
                task = Some(name);
                break;
            }
        }
    }
    let mut lead = Lead::default();
    let places: [(&str, &[&str]); 3] = [
        ("pyproject.toml", &["tool", "poe"]),
        ("poe_tasks.toml", &[]),
        ("poe_tasks.json", &[]),
    ];
    let (Some(task), Some(tasks)) = (task, nearest(&dir, &places, files, &mut lead)?) else {
        return Ok(some(lead));
    };
    for (key, value) in tasks
        .data
        .entries()
        .iter()
        .filter(|(key, _)| key != "tasks")
    {
        tasks.piece(key, value, &mut lead);
        if key == "include" {
            // Their tasks are not told apart.
            let mut paths = value.texts();
            let tables = std::iter::once(value).chain(value.list());
            paths.extend(tables.filter_map(|entry| entry.get("path")?.text()));
            for path in paths {
                let Some(file) = files.file(&at(&tasks.dir, path))? else {
                    continue;
                };
                lead.give_up(&file, "an included file is not followed");
                let included = data::toml(&file.text);
                let included = included
                    .as_ref()
                    .map(|data| data.at(&["tool", "poe"]).unwrap_or(data));
                let named = included.and_then(|data| data.get("tasks"));
                for (_, data) in named.map_or(&[][..], Data::entries) {
                    let other = Tasks {
                        file: file.clone(),
                        dir: tasks.dir.clone(),
                        prefix: String::new(),
                        data: data.clone(),
                    };
                    let mut inner = Lead::default();
                    poe_task(&other, data, &mut inner, 0);
                    lead.beside.append(&mut inner.lines);
                    lead.beside.append(&mut inner.beside);
                }
            }
        }
        if key == "envfile" {
            let names = value
                .texts()
                .into_iter()
                .chain(value.entries().iter().flat_map(|(_, value)| value.texts()));
            lead.whole
                .extend(names.map(|name| super::plain(&at(&tasks.dir, name))));
        }
    }
    if let Some(data) = tasks.data.at(&["tasks", task]) {
        tasks.piece(&format!("tasks.{task}"), data, &mut lead);
        poe_task(&tasks, data, &mut lead, 0);
    } else {
        let why = format!("poe has no task `{task}`");
        lead.unresolved.get_or_insert(why);
    }
    Ok(Some(lead))
}

/// What a call of taskipy leads to; `None` if pyproject.toml has no such task.
pub(super) fn taskipy(
    arguments: &[&str],
    dir: &Path,
    files: &mut Files<'_>,
) -> Result<Option<Lead>> {
    let mut lead = Lead::default();
    let places: [(&str, &[&str]); 1] = [("pyproject.toml", &["tool", "taskipy"])];
    let task = arguments.iter().find(|word| !word.starts_with('-'));
    let (Some(task), Some(tasks)) = (task, nearest(dir, &places, files, &mut lead)?) else {
        return Ok(some(lead));
    };
    for name in [
        format!("pre_{task}"),
        (*task).to_owned(),
        format!("post_{task}"),
    ] {
        if let Some(data) = tasks.data.at(&["tasks", name.as_str()]) {
            tasks.piece(&format!("tasks.{name}"), data, &mut lead);
            let text = data.text().or_else(|| data.get("cmd")?.text());
            lead.lines.extend(text.map(|text| tasks.line(text, data)));
        }
    }
    for key in ["settings", "variables"] {
        if let Some(data) = tasks.data.get(key) {
            tasks.piece(key, data, &mut lead);
        }
    }
    Ok((!lead.lines.is_empty()).then_some(lead))
}

/// The commands of a task: a text, a list of other tasks, or a table.
fn poe_task(tasks: &Tasks, data: &Data, lead: &mut Lead, depth: usize) {
    let of_task = |name: &str| {
        let name = name.split_whitespace().next().unwrap_or_default();
        tasks.line(format!("poe {name}"), data)
    };
    if let Some(text) = data.text() {
        lead.lines.push(tasks.line(text, data));
        return;
    }
    for entry in data.list() {
        match entry.text() {
            Some(name) => lead.lines.push(of_task(name)),
            None if depth < 5 => poe_task(tasks, entry, lead, depth + 1),
            None => {}
        }
    }
    for name in ["deps", "uses"] {
        if let Some(needs) = data.get(name) {
            let tables = needs.entries().iter().filter_map(|(_, data)| data.text());
            let names = needs.texts().into_iter().chain(tables);
            lead.lines.extend(names.map(of_task));
        }
    }
    for (key, value) in data.entries() {
        match key.as_str() {
            "cmd" | "shell" => {
                let text = value.text().unwrap_or_default();
                lead.lines.push(tasks.line(text, value));
            }
            "ref" => lead.lines.extend(value.text().map(of_task)),
            "sequence" | "parallel" if depth < 5 => poe_task(tasks, value, lead, depth + 1),
            "script" | "expr" | "switch" | "sequence" | "parallel" => {
                if let Some((module, _)) = value.text().and_then(|text| text.split_once(':')) {
                    // Python would run it in this way, but for the function.
                    let text = format!("python -m {module}");
                    lead.beside.push(tasks.line(text, value));
                }
                let why = "the task is not a shell command".to_owned();
                lead.unresolved.get_or_insert(why);
            }
            "ignore_fail" if value.value != Value::Plain("false".to_owned()) => {
                for line in &mut lead.lines {
                    line.is_ignored = true;
                }
            }
            _ => {}
        }
    }
}

/// What a call of pdm, rye or pipenv leads to.
pub(super) fn scripts(
    name: &str,
    arguments: &[&str],
    dir: &Path,
    files: &mut Files<'_>,
) -> Result<Option<Lead>> {
    let mut words = arguments
        .iter()
        .copied()
        .filter(|word| !word.starts_with('-'));
    let task = match (name, words.next()) {
        (_, Some("run")) => words.next(),
        ("pdm", word) => word,
        _ => None,
    };
    let Some(task) = task else {
        return Ok(None);
    };
    let places: &[(&str, &[&str])] = match name {
        "pdm" => &[("pyproject.toml", &["tool", "pdm", "scripts"])],
        "rye" => &[("pyproject.toml", &["tool", "rye", "scripts"])],
        _ => &[("Pipfile", &["scripts"])],
    };
    let mut lead = Lead::default();
    let Some(tasks) = nearest(dir, places, files, &mut lead)? else {
        return Ok(some(lead));
    };
    if tasks.data.get(task).is_none() {
        return Ok(None);
    }
    if let Some(shared) = tasks.data.get("_") {
        tasks.piece("_", shared, &mut lead);
    }
    for script in [
        format!("pre_{task}"),
        task.to_owned(),
        format!("post_{task}"),
    ] {
        if let Some(data) = tasks.data.get(&script) {
            tasks.piece(&script, data, &mut lead);
            of_table(name, &tasks, data, &mut lead);
        }
    }
    Ok(some(lead))
}

/// The commands of a script: a text, or a table that says which kind it is.
fn of_table(name: &str, tasks: &Tasks, data: &Data, lead: &mut Lead) {
    if let Some(text) = data.text() {
        lead.lines.push(tasks.line(text, data));
        return;
    }
    if !data.list().is_empty() {
        let words = shell_words::join(data.texts());
        lead.lines.push(tasks.line(words, data));
    }
    for (key, value) in data.entries() {
        match key.as_str() {
            "cmd" | "shell" => {
                let text = match value.text() {
                    Some(text) => text.to_owned(),
                    None => shell_words::join(value.texts()),
                };
                lead.lines.push(tasks.line(text, value));
            }
            "composite" | "chain" | "depends-on" | "depends_on" => {
                for text in value.texts() {
                    let first = text.split_whitespace().next().unwrap_or_default();
                    let is_script = tasks.data.get(first).is_some();
                    let runner = if is_script {
                        format!("{name} run ")
                    } else {
                        String::new()
                    };
                    let text = format!("{runner}{text}");
                    lead.lines.push(tasks.line(text, value));
                }
            }
            "keep_going" if value.is_true() => {
                let why = "not every failure counts".to_owned();
                lead.unresolved.get_or_insert(why);
            }
            "call" => {
                let why = "the script is a Python function".to_owned();
                lead.unresolved.get_or_insert(why);
            }
            _ => {}
        }
    }
}
