//! Who has had enough time, and who must stop.

use std::time::Instant;

use super::super::context::PARENT_CHECK;
use super::{Scheduler, SchedulerState};
use crate::model::outcome::{Cancellation, Ending, Limit, Outcome};
use crate::platform::{self, Signal};

impl Scheduler<'_> {
    /// Nothing more is started, and what runs is asked to end.
    pub(super) fn close(&mut self, why: &Cancellation) {
        if self.closed.is_none() {
            self.closed = Some(why.clone());
        }
        self.stop_running(&Outcome::Cancelled(why.clone()));
    }

    pub(super) fn stop_running(&mut self, outcome: &Outcome) {
        let now = Instant::now();
        for (state, planned) in self.states.iter_mut().zip(&self.plan.gates) {
            if let SchedulerState::Running(running) = state
                && running.stopping.is_none()
                && (running.ended.is_none() || running.has_more(planned))
            {
                running.stop(outcome.clone(), now);
            }
        }
    }

    pub(super) fn cancel(&mut self, signal: i32) {
        if self.ended_by.is_some() {
            // Asked twice: no more grace.
            for running in self.running_mut() {
                if let Some(stopping) = &mut running.stopping {
                    stopping.kill_at = None;
                    running.signal(Signal::KILL);
                }
            }
            return;
        }
        self.end(Ending::Signal(signal));
    }

    pub(super) fn end(&mut self, ending: Ending) {
        self.ended_by = Some(ending);
        self.close(&Cancellation::Ended(ending));
    }

    pub(super) fn look_at_the_clock(&mut self) {
        let now = Instant::now();
        let standstill = self.slots.standstill(now);
        self.budget_end = self.budget_end.and_then(|end| end.checked_add(standstill));
        if self.ended_by.is_none() && self.surroundings.is_abandoned() {
            self.end(Ending::ParentGone);
        }
        if let (Some(budget), Some(end)) = (self.plan.budget, self.budget_end)
            && now >= end
            && self.closed.is_none()
        {
            self.closed = Some(Cancellation::Budget(budget));
            self.stop_running(&Outcome::TimedOut(Limit::Budget(budget)));
        }
        for (index, state) in self.states.iter_mut().enumerate() {
            let SchedulerState::Running(running) = state else {
                continue;
            };
            if running.ended.is_some() && !running.has_more(&self.plan.gates[index]) {
                continue;
            }
            let is_due = |at: Option<Instant>| at.is_some_and(|at| now >= at);
            match &mut running.stopping {
                None if is_due(running.deadline) => {
                    let timeout = running.limit.unwrap_or_default();
                    running.stop(Outcome::TimedOut(Limit::Timeout(timeout)), now);
                }
                Some(stopping) if is_due(stopping.kill_at) => {
                    stopping.kill_at = None;
                    running.signal(Signal::KILL);
                }
                _ => {}
            }
        }
    }

    pub(super) fn next_deadline(&self) -> Option<Instant> {
        let of_gates =
            self.running()
                .filter_map(|(_, running)| match (&running.ended, &running.stopping) {
                    (Some(ended), _) => Some(ended.drain_until),
                    (None, Some(stopping)) => stopping.kill_at,
                    (None, None) => running.deadline,
                });
        let budget = self.budget_end.filter(|_| self.closed.is_none());
        let parent = self
            .surroundings
            .watched
            .map(|_| Instant::now() + PARENT_CHECK);
        let slot = self.slots.next_look();
        of_gates.chain(budget).chain(parent).chain(slot).min()
    }

    /// Ctrl-Z: the gates' own sessions do not hear of it, so they are stopped by hand; and the
    /// time that passes meanwhile is nobody's.
    pub(super) fn pause(&mut self) {
        for running in self.running_mut() {
            running.signal(Signal::STOP);
        }
        let begun = Instant::now();
        platform::stop_self();
        let pause = begun.elapsed();
        let shift = |at: &mut Option<Instant>| {
            *at = at.and_then(|at| at.checked_add(pause));
        };
        shift(&mut self.budget_end);
        self.slots.shift(pause);
        for running in self.running_mut() {
            shift(&mut running.deadline);
            running.begun += pause;
            if let Some(stopping) = &mut running.stopping {
                shift(&mut stopping.kill_at);
            }
            running.signal(Signal::CONT);
        }
    }
}
