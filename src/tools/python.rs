//! Python's interpreter.

use super::artifact::{Artifact, ArtifactKind};
use super::call::{Call, after_options};
use super::family::Family;
use super::program::{PACKAGE_OPTIONS, Program};
use super::variable::WeakeningVariable;
use crate::shell::Word;

pub(super) const FAMILY: Family = Family {
    variables: VARIABLES,
    programs: PROGRAMS,
    artifacts: ARTIFACTS,
    ..Family::NONE
};

const VARIABLES: &[WeakeningVariable] = &[WeakeningVariable::by_value(
    "PYTHONOPTIMIZE",
    "python",
    removes_assertions,
)];

/// Whether assertions are removed: without them tests check nothing.
fn removes_assertions(level: &str) -> bool {
    level != "0"
}

const PROGRAMS: &[Program] = &[
    Program {
        is_versioned: true,
        is_interpreter: true,
        starts: module,
        ..Program::new(&["python", "python3"])
    },
    Program {
        starts: run,
        is_wrapper: true,
        ..Program::new(&["pdm", "pipenv", "poetry", "uv"])
    },
    Program {
        starts: run,
        ..Program::new(&["hatch", "pipx", "rye"])
    },
    Program {
        starts: |call| Some(after_options(call.arguments, &PACKAGE_OPTIONS)),
        ..Program::new(&["uvx"])
    },
];

/// The module that `python -m` runs.
fn module<'w>(call: &Call<'w>) -> Option<&'w [Word]> {
    let texts: Vec<&str> = call
        .arguments
        .iter()
        .map(|word| word.text.as_str())
        .collect();
    let (at, name) = module_option(&texts)?;
    // A name that is joined to the option is no word of its own.
    (name.is_empty()).then(|| call.arguments.get(at + 1..))?
}

/// The place of the option by which Python runs a module, among its arguments, and the name that is
/// joined to it: `-m NAME`, `-Bm NAME`, `-mNAME`. The options `-X` and `-W` take the next word
/// (python(1)).
pub(crate) fn module_option<'w>(arguments: &[&'w str]) -> Option<(usize, &'w str)> {
    let mut at = 0;
    while let Some(option) = arguments.get(at) {
        let letters = option.strip_prefix('-')?;
        if letters.is_empty() || letters.starts_with('c') {
            return None;
        }
        at += 1;
        if letters.starts_with('-') {
            continue;
        }
        match letters.find(['m', 'c', 'X', 'W']) {
            Some(found) if letters[found..].starts_with('m') => {
                return Some((at - 1, &letters[found + 1..]));
            }
            Some(found) if letters[found..].starts_with('c') => return None,
            // Its value is joined to it, or the next word.
            Some(found) if found + 1 == letters.len() => at += 1,
            _ => {}
        }
    }
    None
}

/// The command that `uv run` and similar ones run.
fn run<'w>(call: &Call<'w>) -> Option<&'w [Word]> {
    let is_run = call.begins_with("run");
    is_run.then(|| after_options(&call.arguments[1..], &RUN_OPTIONS))
}

/// Options of `uv run` and similar commands that are followed by a value.
const RUN_OPTIONS: [&str; 14] = [
    "--with",
    "--with-requirements",
    "--extra",
    "--group",
    "--only-group",
    "--no-group",
    "--python",
    "-p",
    "--package",
    "--project",
    "--directory",
    "-C",
    "--env-file",
    "--spec",
];

const ARTIFACTS: &[Artifact] = &[
    Artifact::new(".conda", ArtifactKind::Installed),
    Artifact::new(".direnv", ArtifactKind::Installed),
    Artifact::new(".env", ArtifactKind::Installed),
    Artifact::new(".pixi", ArtifactKind::Installed),
    Artifact::new(".venv", ArtifactKind::Installed),
    Artifact::new("__pypackages__", ArtifactKind::Installed),
    Artifact::new("env", ArtifactKind::Installed),
    Artifact::new("venv", ArtifactKind::Installed),
    Artifact::new("__pycache__", ArtifactKind::Product),
    Artifact::new(".eggs", ArtifactKind::Product),
];
