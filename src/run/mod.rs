//! Doing: runs the gates of a plan, and sees to it that nobody survives.
//!
//! One thread, the caller's, owns all state and makes all decisions ([`scheduler`]). Others
//! wait for what can only be waited for: one for each process that runs, for its end and its output
//! ([`attendant`]), one for signals. They send messages to the one. Reporters live on a thread of their own, so that a terminal that
//! nobody reads delays no time limit.

mod after_event;
mod attendant;
mod base_decides;
mod chained;
pub(crate) mod context;
mod empty_search;
mod environment;
pub(crate) mod exit_verdict;
mod fingerprint;
mod found;
mod known_findings;
mod lookups;
mod mailbox;
mod output;
mod preflight;
pub(crate) mod probe;
mod process;
mod program_search;
pub(crate) mod recursion_guard;
mod running;
mod said;
mod scheduler;
mod slots;
mod tool_versions;
mod tracked_programs;
mod tree_tools;
mod weakening;

use std::os::fd::AsFd as _;
use std::panic::{self, AssertUnwindSafe};
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};
use std::{io, thread};

use crate::base::environment::Variables;
use crate::base::fault::{Fault, Result};
use crate::event::{Event, GateResult, PostRunChecks, RunResult};
use crate::model::outcome::{Cancellation, Ending, Outcome, StartFlaw, Verdict};
use crate::plan::Plan;
use crate::platform::watch::Watch;
use context::PARENT_CHECK;
use mailbox::{Mailbox, SchedulerMessage};
use scheduler::Scheduler;

pub(crate) use after_event::{EventCall, run_after_event};
pub(crate) use chained::{EarlierHook, is_runnable, run_chained};
pub(crate) use context::{Excused, Purpose, RunContext};
pub(crate) use environment::{kept as kept_variables, managed_tool_dirs, tool_dirs, unset_in};
pub(crate) use fingerprint::Fingerprints;
pub(crate) use probe::{printed_version, probe_version};
pub(crate) use recursion_guard::refuse_nested;
pub(crate) use slots::HostSlots;
pub(crate) use tool_versions::ToolVersions;
pub(crate) use weakening::{RemovedVariable, weakenings};

/// How long the reports of a run that was told to end may take.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// A run that has ended, with what became of its reports.
pub(crate) struct ReportedRun {
    /// How the run ended.
    pub(crate) run: RunResult,
    /// Whether the reports could be written.
    pub(crate) told: io::Result<()>,
}

/// How many bytes the variables of a gate take, out of the system's limit for a new process.
#[must_use]
pub(crate) fn size_of_variables(variables: &Variables) -> usize {
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
pub(crate) fn run<S, T>(
    plan: &Plan,
    surroundings: &RunContext<'_>,
    settle: S,
    tell: T,
) -> Result<ReportedRun>
where
    S: FnOnce(&mut [GateResult]) -> Result<PostRunChecks>,
    T: FnOnce(&Receiver<Event>, &Receiver<RunResult>) -> io::Result<()> + Send + 'static,
{
    let prepared = preflight::prepare(plan, surroundings);
    // The guard is a fork: it must be there before the first gate.
    let guard = crate::platform::start_guard(surroundings.checked.watch.map(Watch::as_fd))
        .map_err(|error| {
            Fault::unable("cannot start the guard process")
                .because(&error)
                .hint_at_limit(&error)
        })?;
    let mailbox = Mailbox::open().map_err(|error| {
        Fault::unable("cannot receive signals")
            .because(&error)
            .hint_at_limit(&error)
    })?;
    let (events, heard) = mpsc::channel();
    let (result, summary) = mpsc::channel();
    let post = mailbox.sender();
    thread::Builder::new()
        .name("reports".into())
        .spawn(move || {
            let told = said_by(|| tell(&heard, &summary));
            // Whoever has stopped listening too early waits until somebody asks what came of it.
            while summary.recv().is_ok() {}
            let _ = post.send(SchedulerMessage::Reported(told));
        })
        .map_err(|error| {
            Fault::unable("cannot start a thread")
                .because(&error)
                .hint_at_limit(&error)
        })?;

    let begun = Instant::now();
    let cannot_start = prepared
        .iter()
        .zip(&plan.gates)
        .any(|(prepared, planned)| prepared.is_err() && planned.blocking);
    let (mut results, ended_by) = if cannot_start && !plan.is_tentative {
        (refuse(prepared, &events), None)
    } else {
        Scheduler::new(plan, surroundings, prepared, events.clone(), guard).run(&mailbox)
    };
    let duration = begun.elapsed();
    let post_run = match ended_by {
        None => settle(&mut results)?,
        Some(_) => PostRunChecks::default(),
    };
    let run = RunResult::new(
        plan,
        surroundings.rules,
        results,
        duration,
        ended_by,
        post_run,
    );
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
    surroundings: &RunContext<'_>,
) -> ReportedRun {
    let is_ended = matches!(run.verdict, Verdict::Cancelled(_));
    let patience = is_ended.then(|| Instant::now() + LAST_WORDS);
    let unread = || Err(io::ErrorKind::TimedOut.into());
    loop {
        let look = surroundings.watched.map(|_| Instant::now() + PARENT_CHECK);
        match mailbox.receive(patience.or(look)) {
            Some(SchedulerMessage::Reported(told)) => return ReportedRun { run, told },
            Some(SchedulerMessage::Signal(signal)) if mailbox::is_ending(signal) => {
                run.verdict = Verdict::Cancelled(Ending::Signal(signal));
                return ReportedRun {
                    run,
                    told: unread(),
                };
            }
            Some(SchedulerMessage::Signal(_)) => crate::platform::stop_self(),
            None if is_ended || surroundings.is_abandoned() => {
                if !is_ended {
                    run.verdict = Verdict::Cancelled(Ending::ParentGone);
                }
                return ReportedRun {
                    run,
                    told: unread(),
                };
            }
            // Late news of gates that are over.
            Some(SchedulerMessage::Exited(_) | SchedulerMessage::OutputClosed(_)) | None => {}
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
