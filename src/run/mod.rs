//! Doing: runs the gates of a plan, and sees to it that nobody survives.
//!
//! One thread, the caller's, owns all state and makes all decisions ([`scheduler`]). Small
//! threads wait for what can only be waited for: a process's end, its output, a signal. They
//! send messages to the one. Reporters live on a thread of their own, so that a terminal that
//! nobody reads delays no time limit.

mod ask;
mod chained;
mod environment;
mod fingerprint;
mod judge;
mod mailbox;
mod nesting;
mod output;
mod preflight;
mod process;
mod running;
mod scheduler;
mod weakening;

use std::io;
use std::os::fd::AsFd as _;
use std::os::unix::ffi::OsStrExt as _;
use std::panic::{self, AssertUnwindSafe};
use std::path::Path;
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::Pid;

use crate::environment::Variables;
use crate::event::{Aftermath, Event, GateResult, Output, RunResult};
use crate::fault::{Fault, Result};
use crate::outcome::{Cancellation, Ending, Outcome, StartFlaw, Verdict};
use crate::plan::Plan;
use crate::platform::watch::Watch;
use crate::view::{Judged, Views};
use mailbox::{Mailbox, Message};
use scheduler::Scheduler;

pub use ask::answers_as;
pub use chained::run_chained;
pub use environment::tool_folders;
pub use fingerprint::fingerprint;
pub use nesting::refuse_nested;
pub use weakening::{Weakening, weakenings};

/// How often to look whether git is still there.
const PARENT_CHECK: Duration = Duration::from_millis(250);

/// How long the reports of a run that was told to end may take.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// Where gates run.
pub struct Surroundings<'a> {
    /// What the gates see.
    pub views: &'a Views,
    /// The tree that is judged.
    pub judged: Judged<'a>,
    /// The git directory shared by all work trees: what makes two repositories the same one.
    pub common_dir: &'a Path,
    /// The variables that we were started with.
    pub variables: &'a Variables,
    /// The git that called us, if one did: once it is gone, the run is pointless.
    pub watched: Option<Pid>,
}

impl Surroundings<'_> {
    /// What a gate printed, with the paths as the user knows them.
    fn as_shown(&self, gate: usize, mut output: Output) -> Output {
        let seen = self.views.seen(gate);
        if let Some(work_tree) = seen.shown_as {
            let (from, to) = (seen.top.as_os_str(), work_tree.as_os_str());
            for part in [&mut output.head, &mut output.tail] {
                *part = output::replaced(part, from.as_bytes(), to.as_bytes());
            }
        }
        output
    }

    /// Whether the git that called us is gone.
    #[must_use]
    pub fn is_abandoned(&self) -> bool {
        self.watched.is_some() && crate::platform::parent_process() != self.watched
    }
}

/// What came of running and of telling.
pub struct Ended {
    /// How the run ended.
    pub run: RunResult,
    /// Whether the reports could be written.
    pub told: io::Result<()>,
}

/// How many bytes the variables of a gate take, out of the system's limit for a new process.
#[must_use]
pub fn size_of_variables(variables: &Variables) -> usize {
    environment::size(variables)
}

/// Runs the plan while `tell` hears about it on another thread, and waits for both.
///
/// `settle` looks at the files once the gates have ended; it may change results.
/// `tell` gets the events until there are no more, then the whole result.
///
/// # Errors
///
/// gatekeeper itself cannot go on: no guard, no threads, no way to settle. Gates that fail are no
/// error.
pub fn run<S, T>(plan: &Plan, surroundings: &Surroundings<'_>, settle: S, tell: T) -> Result<Ended>
where
    S: FnOnce(&mut [GateResult]) -> Result<Aftermath>,
    T: FnOnce(&Receiver<Event>, &Receiver<RunResult>) -> io::Result<()> + Send + 'static,
{
    let prepared = preflight::prepare(plan, surroundings);
    // The guard is a fork: it must be there before the first gate.
    let guard = crate::platform::start_guard(surroundings.judged.watch.map(Watch::as_fd))
        .map_err(|error| Fault::unable("the guard process cannot be started").because(&error))?;
    let mailbox = Mailbox::open()
        .map_err(|error| Fault::unable("signals cannot be received").because(&error))?;
    let (events, heard) = mpsc::channel();
    let (result, summary) = mpsc::channel();
    let post = mailbox.sender();
    thread::Builder::new()
        .name("reports".into())
        .spawn(move || {
            let told = said_by(|| tell(&heard, &summary));
            // Whoever has stopped listening too early waits until somebody asks what came of it.
            while summary.recv().is_ok() {}
            let _ = post.send(Message::Told(told));
        })
        .map_err(|error| Fault::unable("a thread cannot be started").because(&error))?;

    let begun = Instant::now();
    let cannot_start = prepared
        .iter()
        .zip(&plan.gates)
        .any(|(prepared, planned)| prepared.is_err() && planned.blocking);
    let (mut results, ended_by) = if cannot_start {
        (refuse(prepared, &events), None)
    } else {
        Scheduler::new(plan, surroundings, prepared, events.clone(), guard).run(&mailbox)
    };
    let duration = begun.elapsed();
    let aftermath = match ended_by {
        None => settle(&mut results)?,
        Some(_) => Aftermath::default(),
    };
    let run = RunResult::new(plan, results, duration, ended_by, aftermath);
    drop(events);
    let _ = result.send(run.clone());
    drop(result);
    Ok(wait_for_reports(run, &mailbox, surroundings))
}

/// Nothing runs, because a blocking gate could not: no verdict is possible.
fn refuse(
    prepared: Vec<std::result::Result<preflight::Prepared, StartFlaw>>,
    events: &mpsc::Sender<Event>,
) -> Vec<GateResult> {
    let results: Vec<GateResult> = prepared
        .into_iter()
        .map(|prepared| {
            GateResult::not_started(match prepared {
                Err(flaw) => Outcome::CouldNotStart(flaw),
                Ok(_) => Outcome::Cancelled(Cancellation::NotStarted),
            })
        })
        .collect();
    for (index, result) in results.iter().enumerate() {
        let _ = events.send(Event::Finished(index, Box::new(result.clone())));
    }
    results
}

/// What came of telling. A report that breaks off with a panic is over too; nobody may wait for it.
fn said_by(tell: impl FnOnce() -> io::Result<()>) -> io::Result<()> {
    let bug = |_| Err(io::Error::other("a bug in gatekeeper ended it"));
    panic::catch_unwind(AssertUnwindSafe(tell)).unwrap_or_else(bug)
}

/// Reports may take as long as their reader likes, unless a signal or the end of git ends the
/// wait. The gates are gone.
fn wait_for_reports(
    mut run: RunResult,
    mailbox: &Mailbox,
    surroundings: &Surroundings<'_>,
) -> Ended {
    let is_ended = matches!(run.verdict, Verdict::Cancelled(_));
    let patience = is_ended.then(|| Instant::now() + LAST_WORDS);
    let unread = || Err(io::ErrorKind::TimedOut.into());
    loop {
        let look = surroundings.watched.map(|_| Instant::now() + PARENT_CHECK);
        match mailbox.receive(patience.or(look)) {
            Some(Message::Told(told)) => return Ended { run, told },
            Some(Message::Signal(signal)) if mailbox::is_ending(signal) => {
                run.verdict = Verdict::Cancelled(Ending::Signal(signal));
                return Ended {
                    run,
                    told: unread(),
                };
            }
            Some(Message::Signal(_)) => crate::platform::stop_self(),
            None if is_ended || surroundings.is_abandoned() => {
                if !is_ended {
                    run.verdict = Verdict::Cancelled(Ending::ParentGone);
                }
                return Ended {
                    run,
                    told: unread(),
                };
            }
            // Late news of gates that are over.
            Some(Message::Exited(_) | Message::OutputClosed(_)) | None => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_that_panics_is_over_and_not_well() {
        assert!(said_by(|| Ok(())).is_ok());
        assert!(said_by(|| panic!("on purpose")).is_err());
    }
}
