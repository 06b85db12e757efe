//! A run as JSON Lines: an event a line, each written as soon as it happens.

use std::io;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::context::ReportContext;
use super::files::ReportFile;
use super::format_name::ReportFormat;
use super::record::from_run::{gate_record, millis, without_gates};
use super::record::{GateRecord, Redactor, RunRecord, VERSION};
use crate::event::Event;
use crate::model::outcome::Verdict;
use crate::plan::Plan;

/// One line of a run as JSON Lines. Unknown events and fields may be added at any time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub(crate) enum RunEvent {
    /// The first line: what will run.
    Planned {
        /// The version of this format.
        version: u32,
        /// The version of the program.
        gatekeeper: String,
        /// The id of the run.
        run: String,
        /// When the gates are started, in UTC (RFC 3339).
        started: String,
        /// What started the run.
        trigger: String,
        /// The gates that will run, in the order of gates.toml.
        gates: Vec<String>,
    },
    /// A gate was started.
    Started {
        /// The gate.
        gate: String,
        /// When, in milliseconds after the run.
        at_ms: u64,
    },
    /// A gate has ended.
    Finished {
        /// The gate, as in the list `gates` of the report of the whole run.
        gate: Box<GateRecord>,
    },
    /// The files that were checked have changed meanwhile, so that everything is checked again in a snapshot;
    /// a new line `planned` follows.
    Repeated,
    /// The last line: the whole run. Without it, there is no verdict.
    Ended {
        /// The run, as `--format json` prints it.
        run: Box<RunRecord>,
    },
}

/// Writes the events of a run to reports that want them.
pub(super) struct EventWriter<'a> {
    plan: &'a Plan,
    context: &'a ReportContext,
    files: Vec<&'a ReportFile>,
    /// What became of the writing: the first error counts.
    written: io::Result<()>,
}

impl<'a> EventWriter<'a> {
    /// `None` if no report wants events.
    pub(super) fn new(
        plan: &'a Plan,
        context: &'a ReportContext,
        files: &'a [ReportFile],
    ) -> Option<Self> {
        let wants = |file: &&ReportFile| file.format() == ReportFormat::Jsonl;
        let files: Vec<&ReportFile> = files.iter().filter(wants).collect();
        (!files.is_empty()).then_some(Self {
            plan,
            context,
            files,
            written: Ok(()),
        })
    }

    /// What will run.
    pub(super) fn begin(&mut self) {
        let names = self.plan.gates.iter();
        let names = names.map(|planned| planned.gate.name.to_string());
        let trigger = self.plan.trigger.to_string();
        let run = without_gates(&trigger, &self.context.origin, Verdict::Unable);
        self.write(&planned(&run, names.collect()));
    }

    /// What has happened.
    pub(super) fn event(&mut self, event: &Event) {
        let happened = match event {
            Event::Waits(_) => return,
            Event::Started(place) => {
                let since = self.context.origin.started.elapsed().unwrap_or_default();
                RunEvent::Started {
                    gate: self.plan.gates[*place].gate.name.to_string(),
                    at_ms: millis(since),
                }
            }
            Event::Finished(place, result) => {
                let planned = (&self.plan.gates[*place], &self.context.views[*place]);
                let gate = gate_record(self.plan, planned, self.context, result);
                RunEvent::Finished {
                    gate: Box::new(gate),
                }
            }
        };
        self.write(&happened);
    }

    /// How the run has ended; without a record, it is repeated.
    pub(super) fn end(mut self, record: Option<&RunRecord>) -> io::Result<()> {
        match record {
            Some(record) => self.write(&RunEvent::Ended {
                run: Box::new(record.clone()),
            }),
            None => self.write(&RunEvent::Repeated),
        }
        self.written
    }

    fn write(&mut self, event: &RunEvent) {
        let line = line(event, &self.context.redactor);
        for file in &self.files {
            let written = file.add(&line);
            if self.written.is_ok() {
                self.written = written;
            }
        }
    }
}

/// A run that has ended, as the events that it consisted of.
pub(super) fn of_record(record: &RunRecord) -> String {
    let ran = || record.gates.iter().filter(|gate| gate.blocking.is_some());
    let mut events = vec![planned(
        record,
        ran().map(|gate| gate.name.clone()).collect(),
    )];
    events.extend(ran().map(|gate| RunEvent::Finished {
        gate: Box::new(gate.clone()),
    }));
    events.push(RunEvent::Ended {
        run: Box::new(record.clone()),
    });
    // What was recorded holds no secrets.
    let redactor = Redactor::default();
    events.iter().map(|event| line(event, &redactor)).collect()
}

fn planned(run: &RunRecord, gates: Vec<String>) -> RunEvent {
    RunEvent::Planned {
        version: VERSION,
        gatekeeper: run.gatekeeper.clone(),
        run: run.run.clone(),
        started: run.started.clone(),
        trigger: run.trigger.clone(),
        gates,
    }
}

fn line(event: &RunEvent, redactor: &Redactor) -> String {
    let mut line = redactor.json(event).to_string();
    line.push('\n');
    line
}
