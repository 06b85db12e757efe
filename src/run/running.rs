//! One gate that was started: where it stands, and how it is stopped.

use std::process::ExitStatus;
use std::time::{Duration, Instant};

use super::output::Collector;
use super::process::Process;
use super::said::Said;
use crate::model::outcome::Outcome;
use crate::plan::PlannedGate;
use crate::platform::Signal;

/// What a gate gets between being asked to end and being killed.
const GRACE: Duration = Duration::from_secs(2);

/// A gate that was started.
pub(super) struct Running {
    pub(super) process: Process,
    pub(super) call: usize,
    pub(super) begun: Instant,
    /// How long it may take.
    pub(super) limit: Option<Duration>,
    pub(super) deadline: Option<Instant>,
    /// Set when we asked it to end: the outcome it will have, and when it is killed.
    pub(super) stopping: Option<Stopping>,
    /// Set when its leader has ended.
    pub(super) ended: Option<GateEnd>,
    pub(super) output_closed: bool,
    /// The first call that did not end well.
    pub(super) failure: Option<Outcome>,
    pub(super) left_processes: bool,
    /// What the calls that have ended have said, if the tool is known.
    pub(super) said: Vec<Said>,
    /// Whether a call has failed in another way than by finding something.
    pub(super) is_unsound: bool,
}

pub(super) struct Stopping {
    pub(super) outcome: Outcome,
    pub(super) kill_at: Option<Instant>,
}

pub(super) struct GateEnd {
    pub(super) status: Option<ExitStatus>,
    pub(super) drain_until: Instant,
}

/// A gate that has ended, before it is known what it has written.
pub(super) struct EndedGate {
    pub(super) outcome: Outcome,
    pub(super) begun: Instant,
    pub(super) collector: Box<Collector>,
    pub(super) left_processes: bool,
    /// The line by which its tool says that all is well.
    pub(super) evidence: Option<String>,
    /// Whether a call has failed in another way than by finding something.
    pub(super) is_unsound: bool,
}

impl Running {
    pub(super) fn new(process: Process, begun: Instant, limit: Option<Duration>) -> Self {
        Self {
            process,
            call: 0,
            begun,
            limit,
            deadline: limit.and_then(|limit| begun.checked_add(limit)),
            stopping: None,
            ended: None,
            output_closed: false,
            failure: None,
            left_processes: false,
            said: Vec::new(),
            is_unsound: false,
        }
    }

    /// Whether calls are left after this one.
    pub(super) fn has_more(&self, planned: &PlannedGate) -> bool {
        self.call + 1 < planned.calls.len()
    }

    /// Asks the gate to end, and sees to it that it makes no more calls.
    pub(super) fn stop(&mut self, outcome: Outcome, now: Instant) {
        let is_running = self.ended.is_none();
        if is_running {
            self.process.terminate();
        }
        self.stopping = Some(Stopping {
            outcome,
            kill_at: now.checked_add(GRACE).filter(|_| is_running),
        });
    }

    /// Sends a signal to the gate's group, unless its number may be somebody else's by now.
    pub(super) fn signal(&self, signal: Signal) {
        if self.ended.is_none() {
            self.process.signal(signal);
        }
    }
}
