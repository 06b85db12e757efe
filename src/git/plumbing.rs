//! Calls git.

use std::ffi::{OsStr, OsString};
use std::path::Path;

use super::Repository;
use crate::environment::Variables;
use crate::fault::{Fault, Result};
use crate::text::clean_line;

/// Options for every call: no hook and no daemon of the user's is started by our questions.
const QUIETLY: [&str; 4] = [
    "-c",
    "core.hooksPath=/dev/null",
    "-c",
    "core.fsmonitor=false",
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
    start(variables, dir, quietly.chain(arguments))
}

fn start(
    variables: &Variables,
    dir: &Path,
    arguments: impl IntoIterator<Item = OsString>,
) -> Result<Answer> {
    let mut variables = variables.clone();
    // The index is read, never refreshed, so that nobody else finds it locked; and what git says
    // can be recognised.
    variables.insert("GIT_OPTIONAL_LOCKS".into(), "0".into());
    variables.insert("LC_ALL".into(), "C".into());
    let output = duct::cmd("git", arguments)
        .dir(dir)
        .full_env(variables)
        .stdin_null()
        .stdout_capture()
        .stderr_capture()
        .unchecked()
        .run()
        .map_err(|error| {
            Fault::unable("git cannot be started")
                .because(&error)
                .hint("install git, or put it on PATH")
        })?;
    let complaint: Vec<String> = output
        .stderr
        .split(|b| *b == b'\n')
        .map(clean_line)
        .collect();
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
    Err(
        Fault::unable(format!("`git {}` ended with {code}", words.join(" ")))
            .detail(answer.complaint),
    )
}

impl Repository {
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
        start(&self.variables, &self.work_tree, arguments)
    }

    /// Runs git at the top of the work tree; see [`ask`].
    pub(super) fn ask<S: AsRef<OsStr>>(
        &self,
        arguments: impl IntoIterator<Item = S>,
    ) -> Result<Answer> {
        ask(&self.variables, &self.work_tree, arguments)
    }
}
