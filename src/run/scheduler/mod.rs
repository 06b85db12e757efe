//! Decides, while the gates run: who starts next, who has had enough time, who must stop.
//!
//! Owns all state. Nothing here prints or waits for anything but the mailbox.

mod ending;
mod stopping;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::time::Instant;

use signal_hook::consts::SIGTSTP;

use super::attendant::Attendants;
use super::context::{Purpose, RunContext};
use super::exit_verdict::refused;
use super::found::FindingReader;
use super::mailbox::{CallId, Mailbox, SchedulerMessage, is_ending};
use super::output::Collector;
use super::preflight::{GateTool, Prepared};
use super::process::{Care, Process};
use super::running::Running;
use super::slots::{RunSlots, Turn};
use crate::base::scratch::Scratch;
use crate::event::{Event, GateResult};
use crate::findings::paths::{PathFinder, ViewPaths};
use crate::launch::Mark;
use crate::model::gate::{FindingsFormat, GateName};
use crate::model::outcome::{Cancellation, Ending, Outcome, StartFlaw, StartHelp};
use crate::plan::{Plan, PlannedGate};
use crate::platform::{self, GuardLine};

/// Descriptors that a running gate needs, and those that we need besides.
const DESCRIPTORS: (usize, usize) = (8, 24);

/// One gate of the plan.
enum SchedulerState {
    Waiting,
    Running(Box<Running>),
    Done(Box<GateResult>),
}

/// Runs the gates of one plan.
pub(super) struct Scheduler<'a> {
    plan: &'a Plan,
    prepared: Vec<Result<Prepared, StartFlaw>>,
    states: Vec<SchedulerState>,
    /// The places in the plan of those that wait, in the order in which they start.
    waiting: Vec<usize>,
    /// The places in the plan of those that run, sorted.
    active: Vec<usize>,
    events: Sender<Event>,
    guard: GuardLine,
    attendants: Attendants,
    jobs: usize,
    budget_end: Option<Instant>,
    /// Why nothing is started any more.
    closed: Option<Cancellation>,
    ended_by: Option<Ending>,
    surroundings: &'a RunContext<'a>,
    /// For each gate, the places in the plan of those that it waits for.
    needs: Vec<Vec<usize>>,
    /// The slots of heavy gates.
    slots: RunSlots<'a>,
    /// Where gates write their reports, if any does; or why there is no such place.
    reports: Option<Result<Scratch, String>>,
}

impl<'a> Scheduler<'a> {
    pub(super) fn new(
        plan: &'a Plan,
        surroundings: &'a RunContext<'a>,
        prepared: Vec<Result<Prepared, StartFlaw>>,
        events: Sender<Event>,
        guard: GuardLine,
    ) -> Self {
        let (each, ours) = DESCRIPTORS;
        let mut formats = plan
            .gates
            .iter()
            .filter_map(|planned| planned.gate.findings);
        let reports = formats.any(FindingsFormat::is_in_file);
        let by_descriptors = platform::open_files_limit().saturating_sub(ours) / each;
        Self {
            plan,
            states: plan.gates.iter().map(|_| SchedulerState::Waiting).collect(),
            waiting: plan.start_order(),
            active: Vec::new(),
            prepared,
            events,
            guard,
            attendants: Attendants::default(),
            jobs: plan
                .jobs
                .get()
                .min(by_descriptors)
                .clamp(1, platform::GUARDED),
            budget_end: plan
                .budget
                .and_then(|budget| Instant::now().checked_add(budget)),
            closed: None,
            ended_by: None,
            surroundings,
            slots: RunSlots::new(surroundings.slots.as_ref()),
            needs: plan.needs(),
            reports: reports.then(|| Scratch::new().map_err(|error| error.to_string())),
        }
    }

    /// Runs all gates. Returns their results in the order of the plan, and the signal that ended
    /// the run, if one did.
    pub(super) fn run(mut self, mailbox: &Mailbox) -> (Vec<GateResult>, Option<Ending>) {
        loop {
            self.start_what_can_start(mailbox);
            if self.running().next().is_none() && !self.slots.is_awaited() {
                break;
            }
            match mailbox.receive(self.next_deadline()) {
                Some(SchedulerMessage::Exited(id)) => self.exited(id),
                Some(SchedulerMessage::OutputClosed(id)) => self.output_closed(id),
                Some(SchedulerMessage::Signal(SIGTSTP)) => self.pause(),
                Some(SchedulerMessage::Signal(signal)) if is_ending(signal) => self.cancel(signal),
                Some(SchedulerMessage::Signal(_) | SchedulerMessage::Reported(_)) | None => {}
            }
            self.look_at_the_clock();
            self.finish_what_has_ended(mailbox);
        }
        self.guard.forget_all();
        let results = self.states.into_iter().map(|state| match state {
            SchedulerState::Done(result) => *result,
            // Whatever was not reached is no pass.
            SchedulerState::Waiting | SchedulerState::Running(_) => {
                GateResult::not_started(Outcome::Cancelled(Cancellation::NotStarted))
            }
        });
        (results.collect(), self.ended_by)
    }

    fn running(&self) -> impl Iterator<Item = (usize, &Running)> {
        let states = self
            .active
            .iter()
            .map(|index| (*index, &self.states[*index]));
        states.filter_map(|(index, state)| match state {
            SchedulerState::Running(running) => Some((index, running.as_ref())),
            _ => None,
        })
    }

    fn running_mut(&mut self) -> impl Iterator<Item = &mut Running> {
        self.states.iter_mut().filter_map(|state| match state {
            SchedulerState::Running(running) => Some(running.as_mut()),
            _ => None,
        })
    }

    fn done(&mut self, index: usize, mut result: GateResult) {
        result.waited = self.slots.release(index);
        let blocked = !result.outcome.lets_through() && self.plan.gates[index].blocking;
        let was_stopped = matches!(result.outcome, Outcome::Cancelled(_));
        let _ = self
            .events
            .send(Event::Finished(index, Box::new(result.clone())));
        self.states[index] = SchedulerState::Done(Box::new(result));
        self.active.retain(|active| *active != index);
        if blocked && !was_stopped && self.plan.fail_fast && self.closed.is_none() {
            let failed = self.plan.gates[index].gate.name.clone();
            self.close(&Cancellation::FailFast(failed));
        }
    }

    // Starting.

    fn start_what_can_start(&mut self, mailbox: &Mailbox) {
        // The end of one gate without a process can be what another one waits for.
        loop {
            let mut progress = false;
            for index in self.waiting.clone() {
                // With many gates, most wait for room.
                if self.active.len() >= self.jobs && self.closed.is_none() {
                    break;
                }
                progress |= self.consider(index, mailbox);
            }
            if !progress {
                return;
            }
            let states = &self.states;
            self.waiting
                .retain(|index| matches!(states[*index], SchedulerState::Waiting));
        }
    }

    /// Starts a waiting gate, or gives it its outcome, if its time has come. Returns whether.
    fn consider(&mut self, index: usize, mailbox: &Mailbox) -> bool {
        if let Some(why) = &self.closed {
            let outcome = Outcome::Cancelled(why.clone());
            self.done(index, GateResult::not_started(outcome));
            return true;
        }
        let planned = &self.plan.gates[index];
        if let Some(need) = self.broken_need(index) {
            let outcome = Outcome::Cancelled(Cancellation::Need(need));
            self.done(index, GateResult::not_started(outcome));
            return true;
        }
        if !self.needs_are_done(index) || !self.has_room_for(planned) {
            return false;
        }
        match self.turn(index) {
            Turn::Now => self.start(index, mailbox),
            Turn::Waits => {
                let _ = self.events.send(Event::Waits(index));
                return false;
            }
            Turn::Waited(waited) => {
                let Some(budget) = self.plan.budget.filter(|budget| waited >= *budget) else {
                    return false;
                };
                let outcome = Outcome::Cancelled(Cancellation::NoSlot(budget));
                self.done(index, GateResult::not_started(outcome));
            }
        }
        true
    }

    /// Whether it is the turn of a gate, among the heavy ones of the whole machine.
    fn turn(&mut self, index: usize) -> Turn {
        let is_heavy = self.plan.gates[index].gate.is_heavy() && self.prepared[index].is_ok();
        if is_heavy {
            self.slots.turn(index, Instant::now())
        } else {
            Turn::Now
        }
    }

    /// The first of its needs that ended badly. One that only warns stops nobody.
    fn broken_need(&self, index: usize) -> Option<GateName> {
        let broken = |need: &&usize| match &self.states[**need] {
            SchedulerState::Done(result) => {
                self.plan.gates[**need].blocking && !result.outcome.lets_through()
            }
            _ => false,
        };
        let need = self.needs[index].iter().find(broken)?;
        Some(self.plan.gates[*need].gate.name.clone())
    }

    fn needs_are_done(&self, index: usize) -> bool {
        let done = |need: &usize| matches!(self.states[*need], SchedulerState::Done(_));
        self.needs[index].iter().all(done)
    }

    fn has_room_for(&self, planned: &PlannedGate) -> bool {
        let mut count = 0;
        let mut locks = BTreeSet::new();
        for (index, _) in self.running() {
            let gate = &self.plan.gates[index].gate;
            if gate.exclusive || planned.gate.exclusive {
                return false;
            }
            count += 1;
            locks.extend(gate.lock.as_deref());
        }
        let lock_is_free = planned
            .gate
            .lock
            .as_deref()
            .is_none_or(|lock| !locks.contains(lock));
        count < self.jobs && lock_is_free
    }

    fn start(&mut self, index: usize, mailbox: &Mailbox) {
        let planned = &self.plan.gates[index];
        let gate = &planned.gate;
        let found = self.finding_reader(index);
        let (expect, forbid) = (gate.expect.clone(), gate.forbid.clone());
        let collector = Box::new(Collector::new(expect, forbid, found));
        let begun = Instant::now();
        let _ = self.events.send(Event::Started(index));
        match self.start_call(index, 0, collector, mailbox) {
            Ok(process) => {
                // A tool that has lost its cache needs the time of a first run.
                let limit = if self.starts_cold(index) {
                    self.plan.budget
                } else {
                    planned.timeout
                };
                let running = Running::new(process, begun, limit);
                self.states[index] = SchedulerState::Running(Box::new(running));
                let at = self.active.partition_point(|active| *active < index);
                self.active.insert(at, index);
            }
            Err((outcome, _)) => self.done(index, GateResult::not_started(outcome)),
        }
    }

    /// Whether a gate has more time than it usually has, because its tool has nothing in its cache.
    fn starts_cold(&self, index: usize) -> bool {
        let prepared = self.prepared[index].as_ref().ok();
        let tool = prepared.and_then(|prepared| prepared.tool);
        tool.is_some_and(|tool| tool.starts_cold)
    }

    fn start_call(
        &self,
        index: usize,
        call: usize,
        mut collector: Box<Collector>,
        mailbox: &Mailbox,
    ) -> Result<Process, (Outcome, Box<Collector>)> {
        let prepared = match &self.prepared[index] {
            Ok(prepared) => prepared,
            Err(flaw) => return Err((Outcome::CouldNotStart(flaw.clone()), collector)),
        };
        let id = CallId { gate: index, call };
        let planned = &self.plan.gates[index];
        let mut started = planned.calls[call].clone();
        match self.report_path(id) {
            Ok(None) => {}
            Ok(Some(path)) => started = started.with_report(&planned.gate.run, &path),
            Err(flaw) => return Err((Outcome::CouldNotStart(flaw), collector)),
        }
        if let Some(launch) = &prepared.launch {
            let mark = Mark::unique();
            started = launch.around(&started, planned, &prepared.dir, &mark);
            collector.begin_launched(mark);
        }
        let care = Care {
            id,
            post: mailbox.sender(),
            attendants: &self.attendants,
            guard: &self.guard,
        };
        Process::start(&started, prepared, care, collector).map_err(|(error, collector)| {
            (Outcome::CouldNotStart(refused(prepared, &error)), collector)
        })
    }

    /// The known tool of a gate.
    fn tool(&self, index: usize) -> Option<GateTool> {
        self.prepared[index].as_ref().ok()?.tool
    }

    /// What reads the findings of a gate. What fixers print is not read.
    fn finding_reader(&self, index: usize) -> Option<FindingReader> {
        if self.surroundings.purpose == Purpose::Fix {
            return None;
        }
        let gate = &self.plan.gates[index].gate;
        let seen = self.surroundings.views.seen(index);
        let paths = ViewPaths {
            top: seen.top.to_owned(),
            look: seen.look.to_owned(),
            work_tree: self.surroundings.checked.repository.work_tree.clone(),
            dir: gate.dir.clone(),
        };
        let tool = self.tool(index).map(|tool| tool.known.checker);
        let index = Arc::clone(self.surroundings.checked.index);
        let finder = PathFinder::new(paths, Box::new(move || index.paths()));
        Some(FindingReader::new(gate, tool, finder))
    }

    /// The file for the report of a call, if it is to write one.
    fn report_path(&self, id: CallId) -> Result<Option<PathBuf>, StartFlaw> {
        let gate = &self.plan.gates[id.gate].gate;
        let is_in_file = gate.findings.is_some_and(FindingsFormat::is_in_file);
        if !is_in_file || self.surroundings.purpose == Purpose::Fix {
            return Ok(None);
        }
        match &self.reports {
            Some(Ok(dir)) => Ok(Some(dir.join(&format!("report-{}-{}", id.gate, id.call)))),
            Some(Err(cause)) => Err(StartFlaw {
                cause: format!("cannot create a directory for its report: {cause}"),
                help: StartHelp::System,
            }),
            None => Ok(None),
        }
    }
}
