//! Which runner a call is for.

use std::path::Path;

use super::calls::{ShellCall, Start, calls};
use super::lead::Lead;
use super::programs::LoadVariables;
use super::tree::Files;
use super::variables::Variables;
use super::{
    cargo, go_generate, hatch, just, make, node, node_exec, node_workspaces, nx, packages, pixi,
    programs, python_tasks, scripts, task_files, tox, whole_files,
};
use crate::base::fault::Result;
use crate::shell::parse;
use crate::tools::{SHELLS, base_name, program};

/// Programs that take what they run from files.
const RUNNERS: [&str; 40] = [
    "bun",
    "bunx",
    "composer",
    "concurrently",
    "cross-env-shell",
    "deno",
    "dotenv",
    "dotenvx",
    "env-cmd",
    "gmake",
    "gnumake",
    "hatch",
    "just",
    "lage",
    "lerna",
    "lint-staged",
    "make",
    "mise",
    "nlx",
    "npm",
    "npm-run-all",
    "npm-run-all2",
    "npx",
    "nr",
    "nx",
    "pdm",
    "pipenv",
    "pixi",
    "pnpm",
    "pnpx",
    "poe",
    "poetry",
    "pre-commit",
    "prek",
    "run-p",
    "run-s",
    "rushx",
    "rye",
    "tox",
    "turbo",
];

/// Whether a command may take what it runs from files; it may if it cannot be read. Whatever cargo runs, its
/// configuration may change that.
#[must_use]
pub(crate) fn may_lead(command: &str) -> bool {
    let Ok(script) = parse(command) else {
        return true;
    };
    let start = Start {
        dir: Path::new(""),
        file: None,
        arguments: &[],
        variables: &Variables::default(),
    };
    let calls = calls(&script, &start, &mut |_| None);
    let runs_package = |call: &ShellCall| {
        let words = call.words.iter().map(|word| word.text.as_str());
        let mut words = words.skip_while(|word| base_name(word) != "cargo").skip(1);
        let command = words.find(|word| !word.starts_with(['-', '+']));
        command.is_some_and(cargo::may_run_package)
    };
    if calls.iter().any(runs_package) {
        return true;
    }
    let mut words = calls.iter().flat_map(|call| &call.words);
    words.any(|word| {
        let name = base_name(&word.text);
        let known = program(name);
        let reads = known.is_some_and(|known| known.is_interpreter || known.reads_files());
        reads
            || word.text.contains('/')
            || [
                ".",
                "source",
                "yarn",
                "alias",
                "eval",
                "parallel",
                "run-parts",
                "trap",
            ]
            .contains(&name)
            || SHELLS.contains(&name)
            || RUNNERS.contains(&name)
    })
}

/// What a call leads to by way of files; `None` if it is an ordinary program. The first word names the
/// program.
pub(super) fn lead(
    words: &[&str],
    dir: &Path,
    variables: &LoadVariables,
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
        "npx" | "pnpx" | "bunx" | "nlx" => {
            if let Some(lead) = node_exec::called(node_exec::own_options(arguments), dir) {
                return Ok(Some(lead));
            }
        }
        "nr" | "rushx" => return node::nr(arguments, dir, files),
        "node" => {
            if let Some(lead) = node::run_by_node(arguments, dir, files)? {
                return Ok(Some(lead));
            }
        }
        "cross-env-shell" => return Ok(Some(node_exec::after_variables(arguments, dir))),
        "dotenv" | "dotenvx" | "env-cmd" => {
            return Ok(Some(node_exec::with_variables(arguments, dir)));
        }
        "nx" => return nx::lead(arguments, dir, files),
        "lint-staged" => {
            let mut lead = packages::by_key(name, dir, files)?;
            lead.extend(whole_files::lead(name, arguments, dir, files)?.unwrap_or_default());
            let is_nothing = lead.pieces.is_empty() && lead.whole.is_empty();
            return Ok((!is_nothing).then(|| Lead {
                unresolved: Some(format!("gatekeeper does not read what {name} runs")),
                ..lead
            }));
        }
        "run-s" | "run-p" | "npm-run-all" | "npm-run-all2" | "concurrently" => {
            return node::several(name, arguments, dir, files).map(Some);
        }
        "lage" | "lerna" | "turbo" => return node_workspaces::everywhere(arguments, dir, files),
        "make" | "gmake" | "gnumake" => {
            return make::lead(arguments, variables, dir, files).map(Some);
        }
        "just" => return just::lead(arguments, dir, files).map(Some),
        "tox" => return tox::lead(arguments, dir, files).map(Some),
        "poetry" if arguments.first() == Some(&"poe") => {
            return python_tasks::poe(&arguments[1..], dir, files);
        }
        "task" => {
            if let Some(lead) = python_tasks::taskipy(arguments, dir, files)? {
                return Ok(Some(lead));
            }
        }
        "go" if arguments.first() == Some(&"generate") => {
            return go_generate::lead(&arguments[1..], dir, files);
        }
        "poe" => return python_tasks::poe(arguments, dir, files),
        "hatch" => return hatch::lead(arguments, dir, files),
        "pixi" => return pixi::lead(arguments, dir, files),
        "pdm" | "rye" | "pipenv" => {
            return python_tasks::scripts(name, arguments, dir, files);
        }
        "cargo" if arguments.first() == Some(&"make") => {
            return whole_files::lead("cargo-make", &arguments[1..], dir, files);
        }
        "cargo" => return cargo::lead(arguments, dir, files),
        "go" => {
            if let Some(lead) = programs::go(arguments, dir, files)? {
                return Ok(Some(lead));
            }
        }
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
    let script = scripts::lead(words, dir, variables, files)?;
    let whole = whole_files::lead(name, arguments, dir, files)?;
    // A wrapper, `./gradlew`, is a script, and reads what the program reads.
    Ok(match (script, whole) {
        (Some(mut lead), Some(whole)) => {
            lead.extend(whole);
            Some(lead)
        }
        (script, whole) => script.or(whole),
    })
}
