//! Before anything runs: can every gate's program be started at all?

use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::Read as _;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use rustix::fs::{Access, access};

use super::{Surroundings, environment};
use crate::environment::Variables;
use crate::plan::{Call, Plan, PlannedGate};
use crate::text::{show_os, show_path};

/// The shell, where PATH has none.
const SHELL: &str = "/bin/sh";

/// What a gate needs to be started.
pub(super) struct Prepared {
    /// The folder that it runs in.
    pub(super) dir: PathBuf,
    /// All of its environment.
    pub(super) variables: Variables,
    /// The program of its calls: the tool, or the shell.
    pub(super) program: PathBuf,
}

/// For each gate of the plan: what it needs, or why it cannot start.
pub(super) fn prepare(
    plan: &Plan,
    surroundings: &Surroundings<'_>,
) -> Vec<Result<Prepared, String>> {
    plan.gates
        .iter()
        .map(|planned| prepare_gate(planned, surroundings))
        .collect()
}

fn prepare_gate(
    planned: &PlannedGate,
    surroundings: &Surroundings<'_>,
) -> Result<Prepared, String> {
    let gate = &planned.gate;
    let dir = surroundings.top.join(&gate.dir);
    if !dir.is_dir() {
        return Err(format!(
            "its folder {} does not exist",
            show_path(&gate.dir)
        ));
    }
    let variables = environment::for_gate(gate, surroundings);
    let path = variables
        .get(OsStr::new("PATH"))
        .cloned()
        .unwrap_or_default();
    let program = match planned.calls.first() {
        Some(Call::Program { program, .. }) => find(program, &dir, &path)?,
        Some(Call::Shell { .. }) => {
            find(OsStr::new("sh"), &dir, &path).unwrap_or_else(|_| SHELL.into())
        }
        None => return Err("there is no call to make".into()),
    };
    Ok(Prepared {
        dir,
        variables,
        program,
    })
}

/// Finds a program as execvp(3) does and makes sure that it can be executed.
fn find(program: &OsStr, dir: &Path, path: &OsStr) -> Result<PathBuf, String> {
    let shown = show_os(program);
    if program.as_bytes().contains(&b'/') {
        let file = dir.join(program);
        return examine(&file)
            .map(|()| file)
            .map_err(|flaw| format!("{shown} {flaw}"));
    }
    let mut flawed = None;
    for folder in std::env::split_paths(path) {
        let file = dir.join(folder).join(program);
        match examine(&file) {
            Ok(()) => return Ok(file),
            Err(Flaw::Missing) => {}
            Err(flaw) => {
                flawed.get_or_insert_with(|| format!("{} {flaw}", show_path(&file)));
            }
        }
    }
    Err(flawed.unwrap_or_else(|| {
        format!(
            "{shown} is not installed: it is in no folder of PATH ({})",
            show_os(path)
        )
    }))
}

/// Why a file cannot be executed.
#[derive(Debug, PartialEq, Eq)]
enum Flaw {
    Missing,
    Directory,
    NotExecutable,
    NoInterpreter(OsString),
    Text,
}

impl std::fmt::Display for Flaw {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Missing => formatter.write_str("does not exist"),
            Self::Directory => formatter.write_str("is a directory"),
            Self::NotExecutable => {
                formatter.write_str("is not executable (`chmod +x` makes it so)")
            }
            Self::NoInterpreter(interpreter) => write!(
                formatter,
                "needs {}, which does not exist; was its environment moved, or its interpreter removed?",
                show_os(interpreter)
            ),
            Self::Text => formatter.write_str(
                "is a text without a first line that names its interpreter (`#!/bin/sh`)",
            ),
        }
    }
}

fn examine(file: &Path) -> Result<(), Flaw> {
    let metadata = fs::metadata(file).map_err(|error| match error.kind() {
        std::io::ErrorKind::PermissionDenied => Flaw::NotExecutable,
        _ => Flaw::Missing,
    })?;
    if metadata.is_dir() {
        return Err(Flaw::Directory);
    }
    if !metadata.is_file() || access(file, Access::EXEC_OK).is_err() {
        return Err(Flaw::NotExecutable);
    }
    // Who may execute a program need not be allowed to read it.
    let mut beginning = Vec::new();
    let read = fs::File::open(file).and_then(|file| file.take(512).read_to_end(&mut beginning));
    if read.is_err() {
        return Ok(());
    }
    let Some(line) = beginning.strip_prefix(b"#!") else {
        let is_text = !beginning.contains(&0) && std::str::from_utf8(&beginning).is_ok();
        return if is_text { Err(Flaw::Text) } else { Ok(()) };
    };
    let line = line.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let word = line
        .trim_ascii()
        .split(u8::is_ascii_whitespace)
        .next()
        .unwrap_or_default();
    let interpreter = OsStr::from_bytes(word);
    if Path::new(interpreter).is_absolute() && !Path::new(interpreter).exists() {
        return Err(Flaw::NoInterpreter(interpreter.to_owned()));
    }
    Ok(())
}
