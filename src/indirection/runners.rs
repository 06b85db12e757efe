//! Which runner a call is for.

use std::path::Path;

use super::calls::calls;
use super::lead::{Lead, Line, Place, at};
use super::tree::Files;
use super::{cargo, just, make, node, python_tasks, scripts, task_files, tox};
use crate::base::fault::Result;
use crate::shell::parse;
use crate::tools::{base_name, program};

/// Programs that take what they run from files.
const RUNNERS: [&str; 26] = [
    "pre-commit",
    "prek",
    "bun",
    "composer",
    "concurrently",
    "deno",
    "gmake",
    "gnumake",
    "hatch",
    "just",
    "lerna",
    "make",
    "mise",
    "npm",
    "npm-run-all",
    "npm-run-all2",
    "pdm",
    "pipenv",
    "pixi",
    "pnpm",
    "poe",
    "run-p",
    "run-s",
    "rye",
    "tox",
    "turbo",
];

/// Whether a command may take what it runs from files; it may if it cannot be read, and so may cargo,
/// through its configuration.
#[must_use]
pub(crate) fn may_lead(command: &str) -> bool {
    let Ok(script) = parse(command) else {
        return true;
    };
    let calls = calls(&script, Path::new(""), None);
    let mut words = calls.iter().flat_map(|call| &call.words);
    words.any(|word| {
        let name = base_name(&word.text);
        let known = program(name);
        let reads = known.is_some_and(|known| known.is_interpreter || !known.files.is_empty());
        reads
            || word.text.contains('/')
            || [".", "source", "yarn"].contains(&name)
            || RUNNERS.contains(&name)
    })
}

/// What a call leads to by way of files; `None` if it is an ordinary program. The first word names the
/// program; `variables` are set for it alone.
pub(super) fn lead(
    words: &[&str],
    variables: &[String],
    dir: &Path,
    files: &mut Files<'_>,
) -> Result<Option<Lead>> {
    let Some((first, arguments)) = words.split_first() else {
        return Ok(None);
    };
    let name = base_name(first);
    match name {
        "npm" | "pnpm" | "yarn" | "bun" => {
            if let Some(lead) = node::lead(name, arguments, dir, files)? {
                return Ok(Some(lead));
            }
        }
        "run-s" | "run-p" | "npm-run-all" | "npm-run-all2" | "concurrently" => {
            return node::several(name, arguments, dir, files).map(Some);
        }
        "turbo" | "lerna" => return node::everywhere(arguments, dir, files),
        "make" | "gmake" | "gnumake" => {
            return make::lead(arguments, variables, dir, files).map(Some);
        }
        "just" => return just::lead(arguments, dir, files).map(Some),
        "tox" => return tox::lead(arguments, dir, files).map(Some),
        "poe" => return python_tasks::poe(arguments, dir, files),
        "hatch" => return python_tasks::hatch(arguments, dir, files),
        "pdm" | "rye" | "pipenv" | "pixi" => {
            return python_tasks::scripts(name, arguments, dir, files);
        }
        "cargo" => return cargo::lead(arguments, dir, files),
        "mise" => return task_files::mise(arguments, dir, files),
        "pre-commit" | "prek" => return task_files::pre_commit(arguments, dir, files),
        "composer" => return task_files::composer(arguments, dir, files),
        "deno" => {
            if let Some(lead) = task_files::deno(arguments, dir, files)? {
                return Ok(Some(lead));
            }
        }
        _ => {}
    }
    if let Some(lead) = scripts::lead(words, dir, files)? {
        return Ok(Some(lead));
    }
    whole_files(name, arguments, dir, files)
}

/// A program whose files are not read: all of each counts.
fn whole_files(
    name: &str,
    arguments: &[&str],
    dir: &Path,
    files: &mut Files<'_>,
) -> Result<Option<Lead>> {
    let named = program(name).map_or(&[][..], |program| program.files);
    if named.is_empty() {
        return Ok(None);
    }
    let mut lead = Lead {
        unresolved: Some(format!("gatekeeper does not read what {name} runs")),
        ..Lead::default()
    };
    // An option may name another file: each argument that is one counts.
    let values = arguments.iter().flat_map(|word| word.rsplit('='));
    let mut found = Vec::new();
    for path in values.map(|value| at(dir, value)) {
        found.extend(files.file(&path)?);
    }
    match files.upwards(dir, named)? {
        Some(file) => found.push(file),
        None => lead.whole.extend(named.iter().map(|name| dir.join(name))),
    }
    for file in found {
        lead.count(&file);
        let place = Place {
            path: file.path.clone(),
            line: 1,
        };
        let above = file.path.parent().unwrap_or(Path::new(""));
        let text = commands_in(&file.text);
        lead.lines.push(Line::new(text, above, place));
    }
    Ok(Some(lead))
}

/// The text of a file in a language that is not read, so that the commands in it begin lines: what
/// they run counts as well. Whether anything else is a command does not matter.
fn commands_in(text: &str) -> String {
    let lines = text.lines().map(|line| {
        let line = line.trim_start().trim_start_matches("- ");
        // `session.run("sh", "check.sh")` is a call of a function, `cmd: sh check.sh` an entry.
        if let Some((_, words)) = line.split_once('(') {
            return words.replace(['"', '\'', ',', ')'], " ");
        }
        let value = line.split_once(": ").map_or(line, |(_, value)| value);
        value.replace(['[', ']', '{', '}', ',', '"', '\''], "\n")
    });
    lines.collect::<Vec<_>>().join("\n")
}
