//! Tasks in files of their own: mise, deno, composer, pre-commit.

use std::path::Path;

use super::data::{self, Data};
use super::lead::{Lead, Line, Place, at};
use super::tree::{Files, FoundFile};
use crate::base::fault::Result;

/// Where mise looks for its configuration in a directory.
const MISE: [&str; 8] = [
    "mise.local.toml",
    "mise.toml",
    ".mise.local.toml",
    ".mise.toml",
    "mise/config.toml",
    ".mise/config.toml",
    ".config/mise.toml",
    ".config/mise/config.toml",
];

/// Where mise looks for tasks that are programs.
const MISE_TASKS: [&str; 5] = [
    "mise-tasks",
    ".mise-tasks",
    "mise/tasks",
    ".mise/tasks",
    ".config/mise/tasks",
];

/// What a call of mise leads to.
pub(super) fn mise(arguments: &[&str], dir: &Path, files: &mut Files<'_>) -> Result<Option<Lead>> {
    let (mut dir, mut words) = (dir.to_owned(), Vec::new());
    let mut rest = arguments.iter().copied();
    while let Some(word) = rest.next() {
        match word {
            "-C" | "--cd" => dir = at(&dir, rest.next().unwrap_or_default()),
            "-j" | "--jobs" | "-E" | "--env" => {
                rest.next();
            }
            option if option.starts_with('-') => {}
            word => words.push(word),
        }
    }
    let named = match words.as_slice() {
        ["run" | "r", named @ ..] | ["tasks" | "task" | "t", "run" | "r", named @ ..] => named,
        // `mise lint` runs the task of that name.
        _ => &words,
    };
    let mut lead = Lead::default();
    // `:::` separates tasks; every other word may be one, or an argument of one.
    for name in named {
        mise_task(name, &dir, files, &mut lead)?;
    }
    let is_nothing = lead.lines.is_empty() && lead.whole.is_empty();
    Ok((!is_nothing).then_some(lead))
}

fn mise_task(name: &str, dir: &Path, files: &mut Files<'_>, lead: &mut Lead) -> Result<()> {
    for above in dir.ancestors() {
        for config in MISE {
            let Some(file) = files.file(&above.join(config))? else {
                continue;
            };
            let Some(data) = data::toml(&file.text) else {
                lead.give_up(&file, "the file is damaged");
                continue;
            };
            let Some(task) = data.at(&["tasks", name]) else {
                continue;
            };
            lead.links(&file);
            lead.value(&file.path, &format!("tasks.{name}"), task);
            for key in ["env", "task_config", "settings", "vars"] {
                if let Some(value) = data.get(key) {
                    lead.value(&file.path, key, value);
                }
            }
            table(task, &file, above, lead, files)?;
        }
        for tasks in MISE_TASKS {
            let path = above.join(tasks).join(name.replace(':', "/"));
            if let Some(file) = files.file(&path)? {
                program(&path, above, &file, lead);
            }
        }
    }
    Ok(())
}

/// A task that is a program of its own.
fn program(path: &Path, dir: &Path, file: &FoundFile, lead: &mut Lead) {
    lead.count(file);
    let place = Place {
        path: file.path.clone(),
        line: 1,
    };
    let text = format!("{}{}", super::lead::TOP, path.display());
    lead.lines.push(Line::new(text, dir, place));
}

/// The commands of a task of mise: a text, a list, or a table.
fn table(
    task: &Data,
    file: &FoundFile,
    dir: &Path,
    lead: &mut Lead,
    files: &mut Files<'_>,
) -> Result<()> {
    let dir = match task.get("dir").and_then(Data::text) {
        Some(typed) if !typed.contains("{{") => at(dir, typed),
        _ => dir.to_owned(),
    };
    let run = task.get("run").unwrap_or(task);
    let place = Place {
        path: file.path.clone(),
        line: run.line,
    };
    for key in ["depends", "wait_for", "depends_post"] {
        let needs = task.get(key).map_or(Vec::new(), Data::texts);
        let call = |need: &&str| format!("mise run {}", need.replace('*', "_"));
        lead.lines.extend(
            needs
                .iter()
                .map(|need| Line::new(call(need), &dir, place.clone())),
        );
        if needs.iter().any(|need| need.contains('*')) {
            lead.give_up(file, "the task names the tasks that it needs by a pattern");
        }
    }
    if let Some(typed) = task.get("file").and_then(Data::text) {
        let path = at(&dir, typed);
        if let Some(found) = files.file(&path)? {
            program(&path, &dir, &found, lead);
        }
    }
    let texts = run.texts();
    // A script is a whole, a list is one command after the other. mise sets `-e`.
    lead.lines.extend(texts.iter().map(|text| Line {
        errexit: true,
        ..Line::new(*text, &dir, place.clone())
    }));
    if texts.iter().any(|text| text.starts_with("#!")) || task.get("shell").is_some() {
        let why = "the task does not run in the usual shell".to_owned();
        lead.unresolved.get_or_insert(why);
    }
    Ok(())
}

/// What `deno task` leads to.
pub(super) fn deno(arguments: &[&str], dir: &Path, files: &mut Files<'_>) -> Result<Option<Lead>> {
    let mut words = arguments.iter().filter(|word| !word.starts_with('-'));
    let (Some(&"task"), Some(name)) = (words.next(), words.next()) else {
        return Ok(None);
    };
    let names = ["deno.json", "deno.jsonc", "package.json"];
    let Some(file) = files.upwards(dir, &names)? else {
        return Ok(None);
    };
    let Some(data) = data::json(&file.text) else {
        return Ok(Some(Lead::whole(
            &file,
            "the file has comments, or is damaged",
        )));
    };
    let task = data
        .at(&["tasks", name])
        .or_else(|| data.at(&["scripts", name]));
    let Some(task) = task else {
        return Ok(Some(Lead::whole(&file, "there is no such task")));
    };
    let mut lead = Lead::default();
    lead.links(&file);
    lead.value(&file.path, &format!("tasks.{name}"), task);
    let place = Place {
        path: file.path.clone(),
        line: task.line,
    };
    let top = file.path.parent().unwrap_or(Path::new(""));
    let needs = task.get("dependencies").map_or(Vec::new(), Data::texts);
    let needs = needs.iter().map(|need| format!("deno task {need}"));
    let command = task.get("command").unwrap_or(task).text();
    let texts = needs.chain(command.map(str::to_owned));
    lead.lines
        .extend(texts.map(|text| Line::new(text, top, place.clone())));
    Ok(Some(lead))
}

/// What a call of composer leads to: `@name` in a script runs another one.
pub(super) fn composer(
    arguments: &[&str],
    dir: &Path,
    files: &mut Files<'_>,
) -> Result<Option<Lead>> {
    let mut words = arguments.iter().filter(|word| !word.starts_with('-'));
    let name = match words.next() {
        Some(&"run" | &"run-script") => words.next(),
        other => other,
    };
    let (Some(name), Some(file)) = (name, files.first(dir, &["composer.json"])?) else {
        return Ok(None);
    };
    let Some(data) = data::json(&file.text) else {
        return Ok(Some(Lead::whole(&file, "the file is damaged")));
    };
    let Some(script) = data.at(&["scripts", name]) else {
        return Ok(None);
    };
    let mut lead = Lead::default();
    lead.links(&file);
    lead.value(&file.path, &format!("scripts.{name}"), script);
    let place = Place {
        path: file.path.clone(),
        line: script.line,
    };
    for text in script.texts() {
        let text = match text.strip_prefix('@') {
            Some(php) if php.starts_with("php ") => php.to_owned(),
            Some(other) => format!("composer run {other}"),
            None => text.to_owned(),
        };
        lead.lines.push(Line::new(text, dir, place.clone()));
    }
    Ok(Some(lead))
}

/// What `pre-commit run` leads to: the hooks, whatever their versions.
pub(super) fn pre_commit(
    arguments: &[&str],
    dir: &Path,
    files: &mut Files<'_>,
) -> Result<Option<Lead>> {
    if !arguments.contains(&"run") {
        return Ok(None);
    }
    let names = [
        ".pre-commit-config.yaml",
        ".pre-commit-config.yml",
        "prek.toml",
    ];
    let mut found = files.upwards(dir, &names)?;
    for pair in arguments.windows(2) {
        if matches!(pair[0], "-c" | "--config") {
            found = files.file(&at(dir, pair[1]))?;
        }
    }
    let Some(file) = found else {
        return Ok(None);
    };
    let mut lead = Lead::default();
    lead.links(&file);
    let is_beside = |line: &&str| {
        let line = line.trim_start().trim_start_matches("- ");
        line.starts_with('#') || line.starts_with("rev:") || line.starts_with("rev =")
    };
    let lines = file.text.lines().filter(|line| !is_beside(line));
    let lines = lines.filter(|line| !line.trim().is_empty());
    lead.piece(
        &file.path,
        "hooks",
        1,
        &lines.collect::<Vec<_>>().join("\n"),
    );
    let top = file.path.parent().unwrap_or(Path::new(""));
    for (line, text) in entries(&file.text) {
        let place = Place {
            path: file.path.clone(),
            line,
        };
        lead.beside.push(Line::new(text, top, place));
    }
    lead.unresolved = Some("its hooks are programs from other repositories".to_owned());
    Ok(Some(lead))
}

/// The commands of hooks, each with its line: the values of `entry`, in one line or below it.
fn entries(text: &str) -> Vec<(usize, String)> {
    let mut entries: Vec<(usize, String)> = Vec::new();
    // How far the key of the last entry is indented, while lines below may belong to it.
    let mut open: Option<usize> = None;
    for (at, line) in text.lines().enumerate() {
        let bare = line.trim_start_matches([' ', '-']);
        let indent = line.len() - bare.len();
        if let Some(value) = bare.strip_prefix("entry:").or(bare.strip_prefix("entry =")) {
            let value = value.trim().trim_start_matches(['>', '|', '-', '+']);
            entries.push((at + 1, value.trim_matches(['"', '\'', ' ']).to_owned()));
            open = Some(indent);
        } else if let (Some(of_key), Some((_, text))) = (open, entries.last_mut())
            && indent > of_key
            && !bare.is_empty()
        {
            text.push(' ');
            text.push_str(bare);
        } else if !bare.is_empty() {
            open = None;
        }
    }
    entries
}
