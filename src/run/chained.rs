//! Runs the hook that was there before ours: with its arguments, its input and git's environment.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::{Child, Command, ExitStatus};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use rustix::fs::{Access, access};
use rustix::process::{Pid, kill_process};

use crate::base::environment::Environment;
use crate::base::exit_code::ExitCode;
use crate::base::fault::{Fault, Result};
use crate::base::text::{limit, show_path};
use crate::platform::{Signal, await_exit, descendants, whole_input};

/// How long a hook may run before it is said what is waited for.
const NOTICE: Duration = Duration::from_secs(2);

/// How long a hook that was told to end may take.
const GRACE: Duration = Duration::from_secs(2);

/// The hook that was there before ours.
pub(crate) struct EarlierHook<'a> {
    /// Its file.
    pub(crate) kept: &'a Path,
    /// git's arguments.
    pub(crate) arguments: &'a [OsString],
    /// What git has put on our standard input, if that was read.
    pub(crate) input: Option<&'a [u8]>,
    /// How long it may take; `None`: as long as it likes.
    pub(crate) limit: Option<Duration>,
}

/// Runs the kept hook, and calls `waiting` if it takes long.
///
/// Returns how it ended, or `None` if there is none or, as git has it, if it is not executable.
///
/// # Errors
///
/// It cannot be started, or did not end in time, which is never a pass.
pub(crate) fn run_chained(
    environment: &Environment,
    hook: &EarlierHook<'_>,
    waiting: impl FnOnce(),
) -> Result<Option<ExitCode>> {
    let kept = hook.kept;
    if !is_runnable(kept) {
        return Ok(None);
    }
    let program = with_slash(kept);
    let started = |mut command: Command| {
        command.args(hook.arguments).env_clear();
        command.envs(&environment.variables);
        // What it does not read of its input it does not need.
        if let Some(input) = hook.input {
            command.stdin(whole_input(input)?);
        }
        command.spawn()
    };
    let child = started(Command::new(&program)).or_else(|error| {
        if error.raw_os_error() != Some(libc::ENOEXEC) {
            return Err(error);
        }
        // A script without a first line that names its interpreter: git gives it to sh.
        let mut shell = Command::new("sh");
        shell.arg(&program);
        started(shell)
    });
    let status = child.and_then(|child| wait_for(child, hook.limit, waiting));
    let status = status.map_err(|error: io::Error| {
        let shown = show_path(kept);
        Fault::unable(format!(
            "cannot run the earlier hook, which runs before gatekeeper: {shown}"
        ))
        .because(&error)
        .hint("fix the hook, or remove it if it is no longer needed")
    })?;
    let Some(status) = status else {
        let budget = limit(hook.limit.unwrap_or_default());
        return Err(Fault::unable(format!(
            "the earlier hook, which runs before gatekeeper, was stopped at the budget of {budget}: {}",
            show_path(kept)
        ))
        .hint("make the hook faster, or raise `budget` in [settings] in gates.toml"));
    };
    Ok(Some(match (status.code(), status.signal()) {
        (Some(0), _) => ExitCode::Passed,
        (Some(code), _) => ExitCode::Chained(u8::try_from(code).unwrap_or(1).max(1)),
        (None, signal) => ExitCode::Signal(signal.unwrap_or(1)),
    }))
}

/// Waits for the end of a hook; `None` if its time was up, so that it was stopped.
///
/// It stays in our process group: it may ask its user something, which only the group in the foreground
/// of a terminal can do. So it is stopped process by process.
pub(super) fn wait_for(
    mut child: Child,
    limit: Option<Duration>,
    waiting: impl FnOnce(),
) -> io::Result<Option<ExitStatus>> {
    let pid = Pid::from_child(&child);
    let (send, ended) = mpsc::channel();
    // The process is not reaped there, so that its number stays its own.
    thread::Builder::new().spawn(move || send.send(await_exit(pid)))?;
    let is_over =
        |time: Duration| !matches!(ended.recv_timeout(time), Err(RecvTimeoutError::Timeout));
    let soon = limit.map_or(NOTICE, |limit| limit.min(NOTICE));
    if is_over(soon) {
        return child.wait().map(Some);
    }
    if limit.is_none_or(|limit| limit > soon) {
        waiting();
    }
    let Some(limit) = limit else {
        return child.wait().map(Some);
    };
    if is_over(limit.saturating_sub(soon)) {
        return child.wait().map(Some);
    }
    signal_all(pid, Signal::TERM);
    if !is_over(GRACE) {
        signal_all(pid, Signal::KILL);
    }
    child.wait().map(|_| None)
}

/// Sends a signal to a process that was not reaped, and to those that it has started.
fn signal_all(pid: Pid, signal: Signal) {
    for process in descendants(pid).into_iter().chain([pid]) {
        // One that has ended by itself needs no signal.
        let _ = kill_process(process, signal);
    }
}

/// Whether a hook is there and executable; git skips one that is not.
#[must_use]
pub(crate) fn is_runnable(kept: &Path) -> bool {
    fs::symlink_metadata(kept).is_ok() && access(kept, Access::EXEC_OK).is_ok()
}

/// A path that no program takes for a name to be looked up on PATH.
fn with_slash(path: &Path) -> OsString {
    if path.as_os_str().as_bytes().contains(&b'/') {
        path.as_os_str().to_owned()
    } else {
        Path::new(".").join(path).into()
    }
}
