//! Finds the program of a gate, and makes sure that it can be executed.

use std::ffi::{OsStr, OsString};
use std::io::{ErrorKind, Read as _};
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::{fmt, fs};

use rustix::fs::{Access, access};

use super::environment::{Lacking, is_led_out};
use super::lookups::{Lookups, SearchPlace};
use crate::base::text::{show_os, show_path};
use crate::model::outcome::{StartFlaw, StartHelp};
use crate::plan::GateCall;

/// The shell, where PATH has none.
const SHELL: &str = "/bin/sh";

/// How many interpreters may stand behind each other.
const MAX_INTERPRETERS: usize = 4;

/// Where programs are looked for.
pub(super) struct ProgramSearch<'a> {
    /// The directory of the gate, as the gate knows it.
    pub(super) dir: &'a Path,
    /// What the search depends on.
    pub(super) place: &'a SearchPlace,
    /// What other gates have found.
    pub(super) lookups: &'a Lookups,
}

impl ProgramSearch<'_> {
    /// The program of a gate's calls: the tool, or the shell.
    ///
    /// # Errors
    ///
    /// There is none, or it cannot be executed.
    pub(super) fn program_of(
        &self,
        call: Option<&GateCall>,
        missing_environment: impl Fn(&OsStr) -> Option<Lacking>,
    ) -> Result<PathBuf, StartFlaw> {
        let flaw = |cause| StartFlaw {
            cause,
            help: StartHelp::Program,
        };
        match call {
            Some(GateCall::Program { program, .. }) => self.found(program).map_err(|cause| {
                let is_name = !program.as_bytes().contains(&b'/');
                match missing_environment(program).filter(|_| is_name) {
                    Some(Lacking::Declared(environment)) => StartFlaw {
                        cause: format!(
                            "{} is not installed: there is no {} here",
                            show_os(program),
                            environment.names
                        ),
                        help: StartHelp::Environment(environment),
                    },
                    Some(Lacking::Python(names)) => flaw(format!(
                        "{cause}, and there is no Python environment ({names}) here"
                    )),
                    None => flaw(cause),
                }
            }),
            Some(GateCall::Shell { .. }) => Ok(self
                .found(OsStr::new("sh"))
                .unwrap_or_else(|_| SHELL.into())),
            None => Err(flaw("there is no command to run".into())),
        }
    }

    /// What [`Self::find`] finds, once for all gates that look in the same places.
    fn found(&self, program: &OsStr) -> Result<PathBuf, String> {
        let asked = (self.place.clone(), program.to_owned());
        self.lookups.programs.get(asked, || self.find(program, 0))
    }

    /// Finds a program as execvp(3) does, and makes sure that it can be executed. One that is
    /// there and damaged is not passed over for another one of the same name further on: that
    /// would be another tool than the project's.
    fn find(&self, program: &OsStr, depth: usize) -> Result<PathBuf, String> {
        let shown = show_os(program);
        if program.as_bytes().contains(&b'/') {
            let file = self.dir.join(program);
            let examined = self.examine(&file, depth);
            return examined
                .map(|()| file)
                .map_err(|flaw| format!("{shown} {flaw}"));
        }
        let mut passed_over = None;
        for dir in std::env::split_paths(&self.place.path) {
            let file = self.dir.join(dir).join(program);
            match self.examine(&file, depth) {
                Ok(()) => return Ok(file),
                Err(Flaw::Missing | Flaw::Directory) => {}
                Err(flaw @ Flaw::NotExecutable) => {
                    passed_over.get_or_insert_with(|| format!("{} {flaw}", show_path(&file)));
                }
                Err(flaw) => return Err(format!("{} {flaw}", show_path(&file))),
            }
        }
        Err(passed_over.unwrap_or_else(|| {
            format!(
                "{shown} is not installed: it is not in any directory of \
                PATH"
            )
        }))
    }

    /// Where a file is for us that the gate knows by this path.
    fn as_found_here(&self, file: &Path) -> PathBuf {
        match file.strip_prefix(&self.place.top) {
            Ok(inside) if !is_led_out(&self.place.look, inside) => self.place.look.join(inside),
            _ => file.to_owned(),
        }
    }

    fn examine(&self, file: &Path, depth: usize) -> Result<(), Flaw> {
        let file = &self.as_found_here(file);
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
            Some(line) => self.examine_interpreter(line, depth),
            None if beginning.iter().all(|byte| *byte == 0) => Err(Flaw::Empty),
            None if !beginning.contains(&0) => Err(Flaw::Text),
            None => Ok(()),
        }
    }

    /// Looks at what follows `#!`, as execve(2) reads it: an interpreter and at most one
    /// argument, with blanks and tabs between. What `env` is told to start counts as well.
    fn examine_interpreter(&self, line: &[u8], depth: usize) -> Result<(), Flaw> {
        let line = line.split(|byte| *byte == b'\n').next().unwrap_or_default();
        let mut words = line
            .split(|byte| matches!(byte, b' ' | b'\t'))
            .filter(|word| !word.is_empty())
            .map(OsStr::from_bytes);
        let Some(interpreter) = words.next() else {
            return Err(Flaw::Text);
        };
        let file = self.dir.join(interpreter);
        if !self.as_found_here(&file).exists() {
            return Err(Flaw::NoInterpreter(interpreter.to_owned()));
        }
        let broken = |cause| Flaw::BrokenInterpreter(cause);
        if depth >= MAX_INTERPRETERS {
            return Err(broken("too many interpreters in a chain".into()));
        }
        if file.file_name() != Some(OsStr::new("env")) {
            let flaw = |flaw| broken(format!("{} {flaw}", show_path(&file)));
            return self.examine(&file, depth + 1).map_err(flaw);
        }
        let is_name =
            |word: &&OsStr| !word.as_bytes().contains(&b'=') && !word.as_bytes().starts_with(b"-");
        match words.find(is_name) {
            Some(name) => self.find(name, depth + 1).map(drop).map_err(broken),
            None => Ok(()),
        }
    }
}

/// Why a file cannot be executed.
#[derive(Debug, PartialEq, Eq)]
enum Flaw {
    Missing,
    Unreachable(String),
    Directory,
    NotExecutable,
    NoInterpreter(OsString),
    BrokenInterpreter(String),
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
                formatter.write_str("is not executable (make it so with `chmod +x`)")
            }
            Self::NoInterpreter(name) if name.as_bytes().ends_with(b"\r") => {
                formatter.write_str("has Windows line endings, so its interpreter is not found")
            }
            Self::NoInterpreter(name) => write!(
                formatter,
                "needs {}, which does not exist; its environment may have been moved, or its \
                 interpreter removed",
                show_os(name)
            ),
            Self::BrokenInterpreter(cause) => write!(formatter, "cannot run: {cause}"),
            Self::Text => formatter.write_str(
                "is a text file whose first line does not name an interpreter (such as \
                 `#!/bin/sh`)",
            ),
            Self::Empty => formatter.write_str("is empty or was truncated"),
        }
    }
}
