//! What happens during a run: the only bridge from doing to telling.

use std::time::Duration;

use crate::outcome::{Ending, Outcome, Verdict};
use crate::plan::Plan;

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A gate was started; the number is its place in [`Plan::gates`].
    Started(usize),
    /// A gate has its outcome; the number is its place in [`Plan::gates`].
    Finished(usize, Box<GateResult>),
}

/// How one gate ended, and what it left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GateResult {
    /// How it ended.
    pub outcome: Outcome,
    /// From the start of its first call to its end; zero if it was not started.
    pub duration: Duration,
    /// What it printed.
    pub output: Output,
    /// A process that it left behind held its output open after it had ended.
    pub left_processes: bool,
}

impl GateResult {
    /// The result of a gate that was not started.
    #[must_use]
    pub fn not_started(outcome: Outcome) -> Self {
        Self {
            outcome,
            duration: Duration::ZERO,
            output: Output::default(),
            left_processes: false,
        }
    }
}

/// What a gate printed, both streams in the order in which they came: the beginning and the end,
/// if it was much.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Output {
    /// The beginning.
    pub head: Vec<u8>,
    /// How many bytes between the two were not kept.
    pub omitted: u64,
    /// The end.
    pub tail: Vec<u8>,
}

impl Output {
    /// Whether nothing was printed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.head.is_empty() && self.tail.is_empty() && self.omitted == 0
    }

    /// How many bytes were printed.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.head.len() as u64 + self.omitted + self.tail.len() as u64
    }
}

/// A run that is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunResult {
    /// One for each gate of the plan, in its order.
    pub results: Vec<GateResult>,
    /// From the beginning to the end of the last gate.
    pub duration: Duration,
    /// What the run says.
    pub verdict: Verdict,
}

impl RunResult {
    /// Sums up: what the results mean for the plan.
    #[must_use]
    pub fn new(
        plan: &Plan,
        results: Vec<GateResult>,
        duration: Duration,
        ended_by: Option<Ending>,
    ) -> Self {
        let pairs = plan.gates.iter().zip(&results);
        let blocking = pairs.filter(|(planned, _)| planned.blocking);
        let verdict = Verdict::over(blocking.map(|(_, result)| &result.outcome), ended_by);
        let verdict = match verdict {
            Verdict::Passed if plan.refused_messages > 0 => Verdict::Failed,
            other => other,
        };
        Self {
            results,
            duration,
            verdict,
        }
    }
}
