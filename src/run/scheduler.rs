//! Decides, while the gates run: who starts next, who has had enough time, who must stop.
//!
//! Owns all state. Nothing here prints or waits for anything but the mailbox.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::time::{Duration, Instant, SystemTime};

use signal_hook::consts::SIGTSTP;

use super::attendant::Attendants;
use super::context::{PARENT_CHECK, Purpose, RunContext};
use super::exit_verdict::{
    check, check_findings, check_writing, failure_of, no_report, of_launched, refused, unread,
    unread_writing,
};
use super::found::FindingReader;
use super::known_findings;
use super::mailbox::{CallId, Mailbox, SchedulerMessage, is_ending};
use super::output::Collector;
use super::preflight::{GateTool, Prepared};
use super::process::{Care, Process};
use super::running::{EndedGate, GateEnd, Running};
use super::said::said as said_by_call;
use super::slots::{RunSlots, Turn};
use crate::base::scratch::Scratch;
use crate::event::{Event, FileWrites, FindingsDoubt, GateResult, KnownFindings};
use crate::findings::paths::{PathFinder, ViewPaths};
use crate::launch::Mark;
use crate::model::gate::{GateName, GateReport};
use crate::model::gate_finding::TestCounts;
use crate::model::outcome::{Cancellation, Ending, Limit, Outcome, StartFlaw, StartHelp};
use crate::plan::{Plan, PlannedGate};
use crate::platform::{self, GuardLine, Signal};

/// How long the output of a gate that has ended may stay open.
const DRAIN: Duration = Duration::from_millis(200);

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
        let reports = formats.any(GateReport::is_in_file);
        let by_descriptors = platform::open_files_limit().saturating_sub(ours) / each;
        Self {
            plan,
            states: plan.gates.iter().map(|_| SchedulerState::Waiting).collect(),
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
            for index in 0..self.plan.gates.len() {
                if matches!(self.states[index], SchedulerState::Waiting) {
                    progress |= self.consider(index, mailbox);
                }
            }
            if !progress {
                return;
            }
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
        let is_in_file = gate.findings.is_some_and(GateReport::is_in_file);
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

    // Ending.

    fn call_mut(&mut self, id: CallId) -> Option<&mut Running> {
        match self.states.get_mut(id.gate) {
            Some(SchedulerState::Running(running)) if running.call == id.call => Some(running),
            _ => None,
        }
    }

    fn exited(&mut self, id: CallId) {
        let Some(SchedulerState::Running(running)) = self.states.get_mut(id.gate) else {
            return;
        };
        if running.call == id.call && running.ended.is_none() {
            running.ended = Some(GateEnd {
                status: running.process.reap(&mut self.guard).ok(),
                drain_until: Instant::now() + DRAIN,
            });
        }
    }

    fn output_closed(&mut self, id: CallId) {
        if let Some(running) = self.call_mut(id) {
            running.output_closed = true;
        }
    }

    fn finish_what_has_ended(&mut self, mailbox: &Mailbox) {
        let now = Instant::now();
        for index in self.active.clone() {
            let over = match &self.states[index] {
                SchedulerState::Running(running) => running
                    .ended
                    .as_ref()
                    .is_some_and(|ended| running.output_closed || now >= ended.drain_until),
                _ => false,
            };
            if !over {
                continue;
            }
            // Something has to stand there while the state is taken apart.
            if let SchedulerState::Running(running) =
                std::mem::replace(&mut self.states[index], SchedulerState::Waiting)
            {
                self.finish(index, *running, mailbox);
            }
        }
    }

    fn finish(&mut self, index: usize, running: Running, mailbox: &Mailbox) {
        let planned = &self.plan.gates[index];
        let mut exit = running.process.finish();
        let status = running.ended.and_then(|ended| ended.status);
        let (status, unlaunched) = match exit.collector.launched() {
            Some(launched) => of_launched(launched, status, &planned.gate),
            None => (status, None),
        };
        let mut said = running.said;
        let tool = self.tool(index);
        let output = exit.collector.take_call();
        let known = tool.map(|tool| tool.known);
        said.extend(said_by_call(planned, known, status, &output));
        let own_failure =
            unlaunched.or_else(|| failure_of(status, &planned.gate, said.last(), tool));
        let is_unsound = running.is_unsound
            || exit.unread.is_some()
            || known_findings::is_unsound(own_failure.as_ref(), planned, known, said.last());
        let failure = running.failure.or(own_failure);
        let next = running.call + 1;
        let crashed = matches!(failure, Some(Outcome::ToolBroken(_)));
        let left_processes = running.left_processes || exit.left_processes;
        let failure = failure.or_else(|| exit.unread.as_ref().map(|cause| unread(cause)));
        let report = match running.stopping {
            None => self.read_report(index, running.call, &mut exit.collector),
            Some(_) => Ok(()),
        };
        let is_unsound = is_unsound || report.is_err();
        let failure = failure.or_else(|| report.err().map(no_report));
        if running.stopping.is_none() && !crashed && next < planned.calls.len() {
            let begun = running.begun;
            match self.start_call(index, next, exit.collector, mailbox) {
                Ok(process) => {
                    self.states[index] = SchedulerState::Running(Box::new(Running {
                        call: next,
                        failure,
                        left_processes,
                        said,
                        is_unsound,
                        ..Running::new(process, begun, running.limit)
                    }));
                }
                Err((outcome, collector)) => {
                    let ended = EndedGate {
                        evidence: None,
                        outcome,
                        begun,
                        collector,
                        left_processes,
                        is_unsound: true,
                    };
                    self.conclude(index, ended);
                }
            }
            return;
        }
        let outcome = match running.stopping {
            Some(stopping) => stopping.outcome,
            None => failure.unwrap_or_else(|| check(&exit.collector, &said, tool)),
        };
        let evidence = said.pop().and_then(|said| said.evidence);
        let ended = EndedGate {
            evidence: evidence.filter(|_| outcome == Outcome::Passed),
            outcome,
            begun: running.begun,
            collector: exit.collector,
            left_processes,
            is_unsound,
        };
        self.conclude(index, ended);
    }

    fn read_report(&self, gate: usize, call: usize, from: &mut Collector) -> Result<(), String> {
        let path = self.report_path(CallId { gate, call });
        let path = path.map_err(|flaw| flaw.cause)?;
        from.read_report(path.as_deref())
    }

    /// The known tool of a gate.
    fn tool(&self, index: usize) -> Option<GateTool> {
        self.prepared[index].as_ref().ok()?.tool
    }

    /// Gives a gate that has ended its result, in which also counts what it has written.
    fn conclude(&mut self, index: usize, gate: EndedGate) {
        let (duration, ended) = (gate.begun.elapsed(), SystemTime::now());
        let written = self
            .surroundings
            .views
            .written_by(index, self.surroundings.checked);
        let (written, outcome) = match written {
            Ok(written) => {
                let written = written.unwrap_or_default();
                let outcome = check_writing(gate.outcome, &written);
                (written, outcome)
            }
            Err(fault) => (FileWrites::default(), unread_writing(gate.outcome, &fault)),
        };
        let (output, found) = gate.collector.into_parts();
        let found = found.map(FindingReader::conclude).unwrap_or_default();
        let may_go_on = gate.is_unsound.then_some(FindingsDoubt::MayGoOn);
        let dependents = found.remarks.stopped_at_library
            && known_findings::may_have_dependents(self.surroundings.checked.index);
        let dependents = dependents.then_some(FindingsDoubt::Dependents);
        let doubt = may_go_on.or(dependents).or(found.doubt);
        let planned = &self.plan.gates[index];
        let outcome = check_findings(outcome, &planned.gate, &found);
        let mut found = found.collected;
        let (outcome, known) = if doubt.is_none() {
            known_findings::check(outcome, planned, &mut found, self.surroundings)
        } else {
            (outcome, None)
        };
        let tests = found.findings.tests.filter(|tests| tests.run > 0);
        let tests = tests.map(TestCounts::in_words);
        let result = GateResult {
            evidence: gate
                .evidence
                .or(tests)
                .or_else(|| known.as_ref().map(KnownFindings::in_words))
                .filter(|_| outcome == Outcome::Passed),
            outcome,
            duration,
            output: self.surroundings.as_shown(index, output),
            findings: found.findings,
            fingerprints: found.fingerprints,
            findings_doubt: doubt,
            known,
            left_processes: gate.left_processes,
            started_cold: self.starts_cold(index),
            waited: Duration::ZERO,
            written,
            ended: Some(ended),
        };
        self.done(index, result);
    }

    // Stopping.

    /// Nothing more is started, and what runs is asked to end.
    fn close(&mut self, why: &Cancellation) {
        if self.closed.is_none() {
            self.closed = Some(why.clone());
        }
        self.stop_running(&Outcome::Cancelled(why.clone()));
    }

    fn stop_running(&mut self, outcome: &Outcome) {
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

    fn cancel(&mut self, signal: i32) {
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

    fn end(&mut self, ending: Ending) {
        self.ended_by = Some(ending);
        self.close(&Cancellation::Ended(ending));
    }

    fn look_at_the_clock(&mut self) {
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

    fn next_deadline(&self) -> Option<Instant> {
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
    fn pause(&mut self) {
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
