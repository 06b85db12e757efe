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
    let module = call.position("-m")?;
    let (in_front, from_module) = call.arguments.split_at(module);
    if in_front.iter().any(|word| !word.text.starts_with('-')) {
        return None;
    }
    Some(&from_module[1..])
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
