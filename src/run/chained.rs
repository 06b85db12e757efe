//! Runs the hook that was there before ours: with its arguments, its input and git's environment.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::{Command, ExitStatus};

use rustix::fs::{Access, access};

use crate::base::environment::Environment;
use crate::base::exit_code::ExitCode;
use crate::base::fault::{Fault, Result};
use crate::base::text::show_path;
use crate::platform::whole_input;

/// Runs the kept hook, with what git has put on our standard input, if that was read.
///
/// Returns how it ended, or `None` if there is none or, as git has it, if it is not executable.
///
/// # Errors
///
/// It cannot be started, which is never a pass.
pub(crate) fn run_chained(
    environment: &Environment,
    kept: &Path,
    arguments: &[OsString],
    input: Option<&[u8]>,
) -> Result<Option<ExitCode>> {
    if !is_runnable(kept) {
        return Ok(None);
    }
    let program = with_slash(kept);
    let started = |mut command: Command| {
        let command = command.args(arguments).env_clear();
        let command = command.envs(&environment.variables);
        match input {
            None => command.status(),
            Some(input) => fed(command, input),
        }
    };
    let status = started(Command::new(&program)).or_else(|error| {
        if error.raw_os_error() != Some(libc::ENOEXEC) {
            return Err(error);
        }
        // A script without a first line that names its interpreter: git gives it to sh.
        let mut shell = Command::new("sh");
        shell.arg(&program);
        started(shell)
    });
    let status = status.map_err(|error: io::Error| {
        let shown = show_path(kept);
        Fault::unable(format!(
            "cannot start the earlier hook, which runs before gatekeeper: {shown}"
        ))
        .because(&error)
        .hint("fix the hook, or remove it if it is no longer needed")
    })?;
    Ok(Some(match (status.code(), status.signal()) {
        (Some(0), _) => ExitCode::Passed,
        (Some(code), _) => ExitCode::Chained(u8::try_from(code).unwrap_or(1).max(1)),
        (None, signal) => ExitCode::Signal(signal.unwrap_or(1)),
    }))
}

/// Whether a hook is there and executable; git skips one that is not.
#[must_use]
pub(crate) fn is_runnable(kept: &Path) -> bool {
    fs::symlink_metadata(kept).is_ok() && access(kept, Access::EXEC_OK).is_ok()
}

/// Runs a command with something on its standard input. What it does not read it does not need.
fn fed(command: &mut Command, input: &[u8]) -> io::Result<ExitStatus> {
    command.stdin(whole_input(input)?).status()
}

/// A path that no program takes for a name to be looked up on PATH.
fn with_slash(path: &Path) -> OsString {
    if path.as_os_str().as_bytes().contains(&b'/') {
        path.as_os_str().to_owned()
    } else {
        Path::new(".").join(path).into()
    }
}
