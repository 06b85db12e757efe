//! A run in the background: it goes on when the one who has started it is gone.
//!
//! The new process has an open, locked file as its standard input. The lock is held as long as any
//! process of the run lives that has it, whatever becomes of the one who started it; nothing has to be
//! cleaned up after a kill or a restart.

use std::process::{Command, Stdio};

use super::self_path;
use crate::base::environment::Environment;
use crate::base::exit_code::ExitCode;
use crate::base::fault::{Fault, Result};
use crate::git::Repository;
use crate::platform;
use crate::receipt::{RecordedRuns, RunId};
use crate::report::terminal::print;

/// The flag that starts a run in the background, and the one that gives it its id.
const FLAG: &str = "--background";
const ID: &str = "--run-id";

/// Starts the run that the command line asks for, and prints its id.
///
/// # Errors
///
/// It cannot be started.
pub(crate) fn start(environment: &Environment, repository: &Repository) -> Result<ExitCode> {
    let runs = RecordedRuns::of(repository);
    let run = RunId::new();
    let cannot = |error: &std::io::Error| {
        Fault::unable("cannot start a run in the background").because(error)
    };
    let begun = runs.begin(&run).map_err(|error| cannot(&error))?;
    let mut arguments = std::env::args_os().skip(1);
    // What follows may begin with `--`, after which nothing is a flag.
    let subcommand = arguments.next();
    let output = begun.log.try_clone().map_err(|error| cannot(&error))?;
    let mut command = Command::new(self_path::program(environment)?);
    command
        .args(subcommand)
        .arg(format!("{ID}={run}"))
        .args(arguments.filter(|word| word != FLAG))
        .stdin(Stdio::from(begun.lock))
        .stdout(Stdio::from(output))
        .stderr(Stdio::from(begun.log));
    if let Err(error) = platform::start_detached(&mut command) {
        runs.forget(&run);
        return Err(cannot(&error).hint_at_limit(&error));
    }
    let program = self_path::call(environment);
    print(&format!(
        "{run}\nwait for it with `{program} report --wait {run}`\n"
    ))?;
    Ok(ExitCode::Passed)
}
