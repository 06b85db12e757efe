//! Calls git.

use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;

use super::Repository;
use crate::base::environment::Variables;
use crate::base::fault::{Fault, Result};
use crate::base::text::clean_line;

/// Options for every call: no hook and no daemon of the user's is started by our questions.
/// Hooks in the configuration need a word of their own, as far as what we ask would start any.
const QUIETLY: [&str; 10] = [
    "-c",
    "core.hooksPath=/dev/null",
    "-c",
    "core.fsmonitor=false",
    "-c",
    "hook.post-index-change.enabled=false",
    "-c",
    "hook.reference-transaction.enabled=false",
    // git 2.54 knows only the names of hooks, not of events.
    "-c",
    "hook.gatekeeper-reference-transaction.enabled=false",
];

/// What git printed, and whether it succeeded.
pub(super) struct Answer {
    pub(super) code: Option<i32>,
    pub(super) output: Vec<u8>,
    pub(super) complaint: String,
}

/// Runs git and returns what it printed, whatever its exit code.
pub(super) fn ask<S: AsRef<OsStr>>(
    variables: &Variables,
    dir: &Path,
    arguments: impl IntoIterator<Item = S>,
) -> Result<Answer> {
    let quietly = QUIETLY.iter().map(OsString::from);
    let arguments = arguments
        .into_iter()
        .map(|argument| argument.as_ref().to_owned());
    start(variables, dir, quietly.chain(arguments), None)
}

fn command(
    variables: &Variables,
    dir: &Path,
    arguments: impl IntoIterator<Item = OsString>,
) -> Command {
    let mut command = Command::new(program(variables));
    command
        .args(arguments)
        .current_dir(dir)
        .env_clear()
        .envs(variables);
    // The index is read, never refreshed, so that nobody else finds it locked; and what git says
    // can be recognised.
    command.env("GIT_OPTIONAL_LOCKS", "0").env("LC_ALL", "C");
    // Nothing stands in for an object that nobody else has (`git replace`).
    command.env("GIT_NO_REPLACE_OBJECTS", "1");
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Where git is. With its path the standard library need not fork, which takes the longer the more
/// memory we have; where PATH has directories that depend on the current one, it has to.
fn program(variables: &Variables) -> PathBuf {
    let search = variables
        .get(OsStr::new("PATH"))
        .map_or(OsStr::new(""), OsString::as_os_str);
    let mut dirs = std::env::split_paths(search).take_while(|dir| dir.is_absolute());
    let is_program = |file: &PathBuf| {
        file.is_file() && rustix::fs::access(file, rustix::fs::Access::EXEC_OK).is_ok()
    };
    dirs.find_map(|dir| Some(dir.join("git")).filter(is_program))
        .unwrap_or_else(|| "git".into())
}

fn cannot_start(error: &io::Error) -> Fault {
    let fault = Fault::unable("git cannot be started").because(error);
    match error.kind() {
        io::ErrorKind::NotFound => fault.hint("install git, or put it on PATH"),
        _ => fault,
    }
}

/// Starts git for a conversation on its standard input and output.
pub(super) fn piped<'a>(
    variables: &Variables,
    dir: &Path,
    arguments: impl IntoIterator<Item = &'a str>,
) -> Result<Child> {
    let all = QUIETLY.into_iter().chain(arguments).map(OsString::from);
    let mut command = command(variables, dir, all);
    // Nobody would read its complaints; its answers say what is wrong.
    command.stdin(Stdio::piped()).stderr(Stdio::null());
    command.spawn().map_err(|error| cannot_start(&error))
}

fn start(
    variables: &Variables,
    dir: &Path,
    arguments: impl IntoIterator<Item = OsString>,
    input: Option<&[u8]>,
) -> Result<Answer> {
    let mut command = command(variables, dir, arguments);
    command.stdin(if input.is_some() {
        Stdio::piped()
    } else {
        Stdio::null()
    });
    let mut child = command.spawn().map_err(|error| cannot_start(&error))?;
    let pipe = child.stdin.take();
    let output = thread::scope(|scope| {
        // Both pipes may fill up. What git does not read it does not need.
        if let (Some(mut pipe), Some(input)) = (pipe, input) {
            scope.spawn(move || pipe.write_all(input));
        }
        child.wait_with_output()
    })
    .map_err(|error| cannot_start(&error))?;
    let lines = output.stderr.split(|byte| *byte == b'\n');
    let complaint: Vec<String> = lines.map(clean_line).collect();
    Ok(Answer {
        code: output.status.code(),
        output: output.stdout,
        complaint: complaint.join("\n").trim().to_owned(),
    })
}

/// Runs git, which must succeed, and returns what it printed.
pub(super) fn capture<S: AsRef<OsStr>>(
    variables: &Variables,
    dir: &Path,
    arguments: impl IntoIterator<Item = S>,
) -> Result<Vec<u8>> {
    let arguments: Vec<S> = arguments.into_iter().collect();
    let answer = ask(variables, dir, &arguments)?;
    succeeded(answer, &arguments)
}

/// Runs git with something on its standard input; it must succeed.
pub(super) fn tell<S: AsRef<OsStr>>(
    variables: &Variables,
    dir: &Path,
    arguments: impl IntoIterator<Item = S>,
    input: &[u8],
) -> Result<Vec<u8>> {
    let quietly = QUIETLY.iter().map(OsString::from);
    let arguments: Vec<OsString> = arguments
        .into_iter()
        .map(|argument| argument.as_ref().to_owned())
        .collect();
    let all = quietly.chain(arguments.iter().cloned());
    let answer = start(variables, dir, all, Some(input))?;
    succeeded(answer, &arguments)
}

/// Runs git with something on its standard input, whatever its exit code.
fn answer<S: AsRef<OsStr>>(
    variables: &Variables,
    dir: &Path,
    arguments: impl IntoIterator<Item = S>,
    input: &[u8],
) -> Result<Answer> {
    let quietly = QUIETLY.iter().map(OsString::from);
    let arguments = arguments
        .into_iter()
        .map(|argument| argument.as_ref().to_owned());
    start(variables, dir, quietly.chain(arguments), Some(input))
}

fn succeeded<S: AsRef<OsStr>>(answer: Answer, arguments: &[S]) -> Result<Vec<u8>> {
    if answer.code == Some(0) {
        return Ok(answer.output);
    }
    let words: Vec<_> = arguments
        .iter()
        .map(|argument| argument.as_ref().to_string_lossy())
        .collect();
    let code = answer
        .code
        .map_or("a signal".to_owned(), |code| format!("exit code {code}"));
    let fault = Fault::unable(format!("`git {}` ended with {code}", words.join(" ")));
    Err(fault.detail(answer.complaint))
}

impl Repository {
    /// Runs git with something on its standard input; see [`ask`].
    pub(super) fn answer_to<S: AsRef<OsStr>>(
        &self,
        arguments: impl IntoIterator<Item = S>,
        input: &[u8],
    ) -> Result<Answer> {
        answer(&self.variables, &self.work_tree, arguments, input)
    }

    /// Runs git at the top of the work tree; see [`capture`].
    pub(super) fn git<S: AsRef<OsStr>>(
        &self,
        arguments: impl IntoIterator<Item = S>,
    ) -> Result<Vec<u8>> {
        capture(&self.variables, &self.work_tree, arguments)
    }

    /// Runs git with the user's configuration as it is, to ask about that.
    pub(super) fn ask_as_the_user<S: AsRef<OsStr>>(
        &self,
        arguments: impl IntoIterator<Item = S>,
    ) -> Result<Answer> {
        let arguments = arguments
            .into_iter()
            .map(|argument| argument.as_ref().to_owned());
        start(&self.variables, &self.work_tree, arguments, None)
    }

    /// The environment in which git reads commits as they are stored: nothing stands in for them
    /// (grafts) that nobody else has.
    pub(super) fn variables_for_stored(&self) -> Variables {
        let mut variables = self.variables.clone();
        variables.insert("GIT_GRAFT_FILE".into(), "/dev/null".into());
        // Else git advises against grafts whenever it complains of something else.
        variables.insert("GIT_ADVICE".into(), "0".into());
        variables
    }

    /// The environment for git in another repository.
    pub(super) fn variables_elsewhere(&self) -> Variables {
        let mut variables = self.variables.clone();
        for name in [
            "GIT_DIR",
            "GIT_WORK_TREE",
            "GIT_COMMON_DIR",
            "GIT_INDEX_FILE",
            "GIT_OBJECT_DIRECTORY",
            "GIT_ALTERNATE_OBJECT_DIRECTORIES",
            "GIT_PREFIX",
            "GIT_SHALLOW_FILE",
        ] {
            variables.remove(OsStr::new(name));
        }
        variables
    }

    /// A setting of git's that is true unless somebody says otherwise. Each is asked for once.
    pub(super) fn is_set(&self, name: &'static str) -> bool {
        let known = |settings: &HashMap<_, _>| settings.get(name).copied();
        if let Some(value) = self.settings.lock().ok().as_deref().and_then(known) {
            return value;
        }
        let answer = self.ask(["config", "--type=bool", "--get", name]);
        let value = answer.map_or(true, |answer| answer.output != b"false\n");
        if let Ok(mut settings) = self.settings.lock() {
            settings.insert(name, value);
        }
        value
    }

    /// Whether files may be executable here (`core.fileMode`).
    #[must_use]
    pub(crate) fn counts_modes(&self) -> bool {
        self.is_set("core.fileMode")
    }

    /// Runs git on commits as they are stored; see [`ask`].
    pub(super) fn ask_stored<S: AsRef<OsStr>>(
        &self,
        arguments: impl IntoIterator<Item = S>,
    ) -> Result<Answer> {
        ask(&self.variables_for_stored(), &self.work_tree, arguments)
    }

    /// Runs git on commits as they are stored, with something on its standard input; see [`ask`].
    pub(super) fn answer_stored<S: AsRef<OsStr>>(
        &self,
        arguments: impl IntoIterator<Item = S>,
        input: &[u8],
    ) -> Result<Answer> {
        let variables = self.variables_for_stored();
        answer(&variables, &self.work_tree, arguments, input)
    }

    /// Runs git at the top of the work tree; see [`ask`].
    pub(super) fn ask<S: AsRef<OsStr>>(
        &self,
        arguments: impl IntoIterator<Item = S>,
    ) -> Result<Answer> {
        ask(&self.variables, &self.work_tree, arguments)
    }
}
