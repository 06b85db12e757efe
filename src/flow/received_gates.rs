//! The gates of what was pushed: each tip is checked out in a temporary directory, where gatekeeper runs
//! as it does in CI. It executes what was pushed, and trusts no receipt.

use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use super::deadline::within;
use super::self_path;
use crate::base::environment::{Environment, Variables};
use crate::base::fault::{Fault, Result};
use crate::base::object_id::ObjectId;
use crate::base::scratch::Scratch;
use crate::git::Repository;
use crate::report;

/// How long gates that are told to end may take for it.
const GRACE: Duration = Duration::from_secs(5);

/// How the gates of a commit have ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TipOutcome {
    /// All have let it through.
    Passed,
    /// Not all have.
    Failed,
    /// There was no time left.
    Late,
}

/// Runs every gate of a commit.
pub(super) fn run(
    environment: &Environment,
    commit: ObjectId,
    deadline: Instant,
) -> Result<TipOutcome> {
    let cannot = |error: std::io::Error| {
        Fault::unable("cannot create a directory for the pushed commits").because(&error)
    };
    let scratch = Scratch::new().map_err(cannot)?;
    let dir = scratch.join("tree");
    std::fs::create_dir(&dir).map_err(cannot)?;
    let (ours, top) = (environment.clone(), dir.clone());
    let export = move || match Repository::open_bare(&ours)? {
        Some(repository) => repository.export(commit, &top),
        None => Err(Fault::bug("the repository is no longer bare")),
    };
    let Some(variables) = within(deadline, export)? else {
        return Ok(TipOutcome::Late);
    };
    report::say(&format!("gatekeeper: the gates of {}:\n", commit.short()));
    let child = start(&dir, &variables)?;
    let ended = wait(child, deadline)?;
    Ok(match ended {
        Some(status) if status.success() => TipOutcome::Passed,
        Some(_) => TipOutcome::Failed,
        None => TipOutcome::Late,
    })
}

fn start(dir: &Path, variables: &Variables) -> Result<Child> {
    let cannot = |error: std::io::Error| {
        Fault::unable("cannot start the gates of the pushed commits")
            .because(&error)
            .hint_at_limit(&error)
    };
    Command::new(self_path::executable()?)
        .arg("run")
        .current_dir(dir)
        .env_clear()
        .envs(variables)
        .stdin(Stdio::null())
        .spawn()
        .map_err(cannot)
}

/// Waits for the end, or makes one; `None` if there was no time left.
fn wait(mut child: Child, deadline: Instant) -> Result<Option<ExitStatus>> {
    let pid = Pid::from_child(&child);
    let (send, ended) = channel();
    let cannot = |error: std::io::Error| {
        Fault::unable("cannot wait for the gates of the pushed commits").because(&error)
    };
    thread::Builder::new()
        .spawn(move || {
            let _ = send.send(child.wait());
        })
        .map_err(cannot)?;
    let left = deadline.saturating_duration_since(Instant::now());
    match ended.recv_timeout(left) {
        Ok(status) => return status.map(Some).map_err(cannot),
        Err(RecvTimeoutError::Timeout) => {}
        Err(RecvTimeoutError::Disconnected) => {
            return Err(Fault::bug("no thread waits for the gates"));
        }
    }
    // It tells its gates to end, too; what it cannot, its guard does.
    for signal in [Signal::TERM, Signal::KILL] {
        let _ = kill_process(pid, signal);
        if ended.recv_timeout(GRACE).is_ok() {
            break;
        }
    }
    Ok(None)
}
