//! What becomes of a gate whose command has ended.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use super::super::exit_verdict::{
    check, check_findings, check_writing, failure_of, no_report, of_launched, unread,
    unread_writing,
};
use super::super::found::FindingReader;
use super::super::known_findings;
use super::super::mailbox::{CallId, Mailbox};
use super::super::output::Collector;
use super::super::running::{EndedGate, GateEnd, Running};
use super::super::said::said as said_by_call;
use super::{Scheduler, SchedulerState};
use crate::event::{FileWrites, FindingsDoubt, GateResult, KnownFindings};
use crate::model::gate_finding::TestCounts;
use crate::model::outcome::Outcome;

/// How long the output of a gate that has ended may stay open.
const DRAIN: Duration = Duration::from_millis(200);

impl Scheduler<'_> {
    pub(super) fn call_mut(&mut self, id: CallId) -> Option<&mut Running> {
        match self.states.get_mut(id.gate) {
            Some(SchedulerState::Running(running)) if running.call == id.call => Some(running),
            _ => None,
        }
    }

    pub(super) fn exited(&mut self, id: CallId) {
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

    pub(super) fn output_closed(&mut self, id: CallId) {
        if let Some(running) = self.call_mut(id) {
            running.output_closed = true;
        }
    }

    pub(super) fn finish_what_has_ended(&mut self, mailbox: &Mailbox) {
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
            fingerprints: Arc::new(found.fingerprints),
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
}
