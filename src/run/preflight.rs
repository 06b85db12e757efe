//! Before anything runs: can every gate's program be started at all?

use std::ffi::{OsStr, OsString};
use std::fmt;
use std::fs;
use std::io::{ErrorKind, Read as _};
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use rustix::fs::{Access, access};

use super::{Surroundings, environment};
use crate::environment::Variables;
use crate::outcome::{StartFlaw, StartHelp};
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
) -> Vec<Result<Prepared, StartFlaw>> {
    plan.gates
        .iter()
        .map(|planned| prepare_gate(planned, surroundings))
        .collect()
}

fn prepare_gate(
    planned: &PlannedGate,
    surroundings: &Surroundings<'_>,
) -> Result<Prepared, StartFlaw> {
    let gate = &planned.gate;
    let dir = surroundings.top.join(&gate.dir);
    let flaw = |help| move |cause| StartFlaw { cause, help };
    if !dir.is_dir() {
        let what = if dir.exists() {
            "is no folder"
        } else {
            "does not exist"
        };
        return Err(flaw(StartHelp::Dir)(format!(
            "its `dir` {} {what}",
            show_path(&gate.dir)
        )));
    }
    let variables = environment::for_gate(gate, surroundings);
    let path = variables
        .get(OsStr::new("PATH"))
        .cloned()
        .unwrap_or_default();
    let program = match planned.calls.first() {
        Some(Call::Program { program, .. }) => find(program, &dir, &path).map_err(|cause| {
            match environment::missing_environment(surroundings.top, &dir) {
                Some(names) if !program.as_bytes().contains(&b'/') => {
                    format!("{cause}, and no Python environment ({names}) is here")
                }
                _ => cause,
            }
        }),
        Some(Call::Shell { .. }) => {
            Ok(find(OsStr::new("sh"), &dir, &path).unwrap_or_else(|_| SHELL.into()))
        }
        None => Err("there is no call to make".into()),
    };
    Ok(Prepared {
        program: program.map_err(flaw(StartHelp::Program))?,
        dir,
        variables,
    })
}

/// Finds a program as execvp(3) does and makes sure that it can be executed.
fn find(program: &OsStr, dir: &Path, path: &OsStr) -> Result<PathBuf, String> {
    let shown = show_os(program);
    if program.as_bytes().contains(&b'/') {
        let file = dir.join(program);
        return examine(&file, dir, path)
            .map(|()| file)
            .map_err(|flaw| format!("{shown} {flaw}"));
    }
    let mut flawed = None;
    for folder in std::env::split_paths(path) {
        let file = dir.join(folder).join(program);
        match examine(&file, dir, path) {
            Ok(()) => return Ok(file),
            Err(Flaw::Missing) => {}
            Err(flaw) => {
                flawed.get_or_insert_with(|| format!("{} {flaw}", show_path(&file)));
            }
        }
    }
    Err(flawed.unwrap_or_else(|| format!("{shown} is not installed: it is in no folder of PATH")))
}

/// Why a file cannot be executed.
#[derive(Debug, PartialEq, Eq)]
enum Flaw {
    Missing,
    Unreachable(String),
    Directory,
    NotExecutable,
    NoInterpreter(OsString),
    NotOnPath(OsString),
    Text,
    Empty,
}

impl fmt::Display for Flaw {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => formatter.write_str("does not exist"),
            Self::Unreachable(error) => write!(formatter, "cannot be reached: {error}"),
            Self::Directory => formatter.write_str("is a directory"),
            Self::NotExecutable => {
                formatter.write_str("is not executable (`chmod +x` makes it so)")
            }
            Self::NoInterpreter(name) if name.as_bytes().ends_with(b"\r") => {
                formatter.write_str("has Windows line ends, so that its interpreter is not found")
            }
            Self::NoInterpreter(name) => write!(
                formatter,
                "needs {}, which does not exist; was its environment moved, or its interpreter removed?",
                show_os(name)
            ),
            Self::NotOnPath(name) => {
                write!(
                    formatter,
                    "needs {}, which is in no folder of PATH",
                    show_os(name)
                )
            }
            Self::Text => formatter.write_str(
                "is a text without a first line that names its interpreter (`#!/bin/sh`)",
            ),
            Self::Empty => formatter.write_str("is empty, or has lost its contents"),
        }
    }
}

fn examine(file: &Path, dir: &Path, path: &OsStr) -> Result<(), Flaw> {
    let metadata = fs::metadata(file).map_err(|error| match error.kind() {
        ErrorKind::PermissionDenied => Flaw::NotExecutable,
        ErrorKind::NotFound | ErrorKind::NotADirectory => Flaw::Missing,
        _ => Flaw::Unreachable(error.to_string()),
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
    match beginning.strip_prefix(b"#!") {
        Some(line) => examine_interpreter(line, dir, path),
        None if beginning.iter().all(|byte| *byte == 0) => Err(Flaw::Empty),
        None if !beginning.contains(&0) => Err(Flaw::Text),
        None => Ok(()),
    }
}

/// Looks at what follows `#!`, as execve(2) reads it: an interpreter and at most one argument,
/// with blanks and tabs between.
fn examine_interpreter(line: &[u8], dir: &Path, path: &OsStr) -> Result<(), Flaw> {
    let line = line.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let mut words = line
        .split(|byte| matches!(byte, b' ' | b'\t'))
        .filter(|word| !word.is_empty())
        .map(OsStr::from_bytes);
    let Some(interpreter) = words.next() else {
        return Err(Flaw::Text);
    };
    if !dir.join(interpreter).exists() {
        return Err(Flaw::NoInterpreter(interpreter.to_owned()));
    }
    // `#!/usr/bin/env python3` finds its interpreter as we find programs.
    let named = words
        .next()
        .filter(|_| Path::new(interpreter).ends_with("env"));
    let is_plain = |word: &&OsStr| {
        let bytes = word.as_bytes();
        !bytes.contains(&b'/') && !bytes.contains(&b'=') && !bytes.starts_with(b"-")
    };
    if let Some(name) = named.filter(is_plain) {
        let mut folders = std::env::split_paths(path).map(|folder| dir.join(folder).join(name));
        if !folders.any(|file| file.is_file()) {
            return Err(Flaw::NotOnPath(name.to_owned()));
        }
    }
    Ok(())
}
