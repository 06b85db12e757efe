//! Runs a command after something that git has done: quietly, and not for ever.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io;
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use super::chained::wait_for;
use super::{environment, recursion_guard};
use crate::base::environment::Environment;
use crate::base::text::limit;
use crate::model::gate::{CommandArgument, CommandForm, GateCommand};

/// A command after an event.
pub(crate) struct EventCall<'a> {
    pub(crate) command: &'a GateCommand,
    /// Where it runs.
    pub(crate) dir: &'a Path,
    /// The file that gets its output.
    pub(crate) log: &'a Path,
    /// How long it may take.
    pub(crate) limit: Duration,
    /// The git directory that all work trees share: within the command, no such command runs there.
    pub(crate) common_dir: &'a Path,
}

/// Runs the command, and calls `waiting` if it takes long. Returns why it did not succeed, as a fragment, if
/// it did not.
///
/// # Errors
///
/// It cannot be started.
pub(crate) fn run_after_event(
    ours: &Environment,
    call: &EventCall<'_>,
    waiting: impl FnOnce(),
) -> io::Result<Option<String>> {
    if let Some(dir) = call.log.parent() {
        fs::create_dir_all(dir)?;
    }
    let output = File::create(call.log)?;
    let mut variables = environment::kept(&ours.variables);
    let active = variables.get(OsStr::new(recursion_guard::VARIABLE));
    let active = recursion_guard::value_for(active.map(OsString::as_os_str), call.common_dir);
    variables.insert(recursion_guard::VARIABLE.into(), active);
    let words: Vec<OsString> = match &call.command.form {
        CommandForm::Shell(text) => ["sh", "-e", "-c", text].map(Into::into).into(),
        CommandForm::Words(words) => words.iter().filter_map(word).collect(),
    };
    let (program, arguments) = words
        .split_first()
        .ok_or_else(|| io::Error::other("the command is empty"))?;
    let child = Command::new(program)
        .args(arguments)
        .env_clear()
        .envs(&variables)
        .current_dir(call.dir)
        .stdin(Stdio::null())
        .stdout(output.try_clone()?)
        .stderr(output)
        .spawn()?;
    let Some(status) = wait_for(child, Some(call.limit), waiting)? else {
        let limit = limit(call.limit);
        return Ok(Some(format!("it was stopped at its timeout of {limit}")));
    };
    Ok(match (status.code(), status.signal()) {
        (Some(0), _) => None,
        (Some(code), _) => Some(format!("exit code {code}")),
        (None, signal) => Some(format!("signal {}", signal.unwrap_or_default())),
    })
}

/// A word of the command; what stands for files stands for nothing.
fn word(argument: &CommandArgument) -> Option<OsString> {
    match argument {
        CommandArgument::Word(word) => Some(word.into()),
        CommandArgument::Files => None,
    }
}
