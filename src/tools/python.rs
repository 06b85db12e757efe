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

/// What Python is told to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PythonStart<'w> {
    /// What it reads from its input, or nothing.
    Nothing,
    /// Code among the arguments.
    Code(&'w str),
    /// A module.
    Module(&'w str),
    /// A file, or a directory with `__main__.py`.
    Script(&'w str),
}

/// A call of Python.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PythonCall<'w> {
    /// What it runs.
    pub(crate) start: PythonStart<'w>,
    /// The place of the option or the file that says so, among the arguments.
    at: usize,
    /// Whether the code or the module is joined to its option: `-mNAME`.
    is_joined: bool,
    /// Whether it does not look for modules beside the script or in its directory: `-P`, `-I`.
    pub(crate) is_path_safe: bool,
    /// Whether variables such as PYTHONPATH do not count: `-E`, `-I`.
    pub(crate) ignores_environment: bool,
}

/// What the arguments of Python mean. The options `-X` and `-W` take the next word (python(1)).
pub(crate) fn python_call<'w>(arguments: &[&'w str]) -> PythonCall<'w> {
    let mut call = PythonCall {
        start: PythonStart::Nothing,
        at: 0,
        is_joined: false,
        is_path_safe: false,
        ignores_environment: false,
    };
    let mut at = 0;
    while let Some(word) = arguments.get(at) {
        let letters = match word.strip_prefix('-') {
            None => {
                return PythonCall {
                    start: PythonStart::Script(word),
                    at,
                    ..call
                };
            }
            Some("") => return call,
            Some(letters) => letters,
        };
        at += 1;
        if letters.starts_with('-') {
            continue;
        }
        let valued = letters.find(['m', 'c', 'X', 'W']);
        let flags = &letters[..valued.unwrap_or(letters.len())];
        call.is_path_safe |= flags.contains(['P', 'I']);
        call.ignores_environment |= flags.contains(['E', 'I']);
        let Some(found) = valued else { continue };
        let joined = &letters[found + 1..];
        let next = arguments.get(at).copied().unwrap_or_default();
        let value = if joined.is_empty() { next } else { joined };
        let start = match &letters[found..=found] {
            "m" => PythonStart::Module(value),
            "c" => PythonStart::Code(value),
            _ => {
                at += usize::from(joined.is_empty());
                continue;
            }
        };
        return PythonCall {
            start,
            at: at - 1,
            is_joined: !joined.is_empty(),
            ..call
        };
    }
    call
}

/// The place of the option by which Python runs a module, among its arguments, and the name that is
/// joined to it: `-m NAME`, `-Bm NAME`, `-mNAME`.
pub(crate) fn module_option<'w>(arguments: &[&'w str]) -> Option<(usize, &'w str)> {
    let call = python_call(arguments);
    match call.start {
        PythonStart::Module(name) if call.is_joined => Some((call.at, name)),
        PythonStart::Module(_) => Some((call.at, "")),
        _ => None,
    }
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
