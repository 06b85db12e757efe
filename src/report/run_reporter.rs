//! Reports a run while it goes on and when it has ended, to everything that wants to hear of it: the user,
//! files, GitHub Actions, and the records of this work tree.

use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver};
use std::thread;

use super::Format;
use super::context::{Attempt, ReportContext};
use super::events::EventWriter;
use super::files::ReportFile;
use super::format_name::ReportFormat;
use super::formats::{annotations, markdown_within, report};
use super::history::History;
use super::json::document::write;
use super::order::Order;
use super::record::seal::seal;
use super::record::{RunRecord, RunSummary, reduced, run_record};
use super::style::Style;
use super::terminal::{say, write_output};
use super::text::{progress, reporter};
use crate::base::text::clean_line;
use crate::event::{Event, RunResult};
use crate::model::outcome::Verdict;
use crate::plan::Plan;
use crate::receipt::{RecordedRuns, RunId};

/// How many bytes of Markdown GitHub takes as the summary of a step, with something to spare.
const LARGEST_SUMMARY: u64 = 1_000_000;

/// How a run is reported, and where.
#[derive(Debug, Clone)]
pub(crate) struct Reporting {
    /// How it is reported to the user.
    pub(crate) format: Format,
    /// How that may look.
    pub(crate) style: Style,
    /// When it is printed.
    pub(crate) order: Order,
    /// Where else it is reported.
    pub(crate) files: Arc<Vec<ReportFile>>,
    /// GitHub Actions, if the run is part of a workflow there.
    pub(crate) actions: Option<Actions>,
    /// Where it is recorded; `None` if it is not.
    pub(crate) runs: Option<RecordedRuns>,
}

/// GitHub Actions, which reads what is printed.
#[derive(Debug, Clone)]
pub(crate) struct Actions {
    /// The file of the step's summary.
    pub(crate) summary: Option<PathBuf>,
    /// A word that no gate can know: what is printed between two lines with it is read for no command.
    pub(crate) token: String,
}

/// Whether the events of a run are in its reports already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Events {
    /// They were written while it went on.
    Written,
    /// No gate has run.
    Missing,
}

impl Reporting {
    /// To the user alone, as it comes.
    #[must_use]
    pub(crate) fn only(format: Format, style: Style) -> Self {
        Self {
            format,
            style,
            order: Order::AsItComes,
            files: Arc::default(),
            actions: None,
            runs: None,
        }
    }

    /// Whether somebody else reads the report, for whom the versions of tools are evidence.
    #[must_use]
    pub(crate) fn needs_versions(&self) -> bool {
        self.actions.is_some() || !self.files.is_empty()
    }

    fn wants_record(&self) -> bool {
        self.format == Format::Json
            || self.runs.is_some()
            || self.actions.is_some()
            || !self.files.is_empty()
    }
}

/// Reports a run from its first event to its result.
///
/// # Errors
///
/// A report for programs could not be written. A report for people is written as far as possible.
pub(crate) fn run_reporter(
    reporting: &Reporting,
    plan: &Arc<Plan>,
    context: &ReportContext,
    events: &Receiver<Event>,
    result: &Receiver<RunResult>,
) -> io::Result<()> {
    // This is read while the gates run.
    let history = reporting.runs.as_ref().map(History::read);
    if let Some(actions) = &reporting.actions {
        say(&format!("::stop-commands::{}\n", actions.token));
    }
    let mut writer = EventWriter::new(plan, context, &reporting.files);
    let told = listen(reporting, plan, context, events, writer.as_mut());
    let Ok(result) = result.recv() else {
        return match reporting.format {
            Format::Text => Ok(()),
            Format::Json => Err(io::ErrorKind::BrokenPipe.into()),
        };
    };
    // The report is that of the second run.
    let is_repeated = result.verdict == Verdict::Overtaken && context.attempt == Attempt::First;
    let record = (reporting.wants_record() && !is_repeated)
        .then(|| finished_record(plan, context, &result, history.as_ref()));
    if let Some(told) = told {
        told.end(&result, &record.as_ref().map_or_else(Vec::new, notes));
    }
    if let Some(actions) = &reporting.actions {
        say(&format!("::{}::\n", actions.token));
    }
    let written = writer.map_or(Ok(()), |writer| writer.end(record.as_ref()));
    match record {
        Some(record) => {
            written?;
            write_reports(reporting, &context.origin.run, &record, Events::Written)
        }
        None => written,
    }
}

/// Writes every report of a run that has ended, and records it at last: a run whose reports could not be
/// written has no verdict for those who wait for it.
///
/// # Errors
///
/// A report could not be written.
pub(crate) fn write_reports(
    reporting: &Reporting,
    run: &RunId,
    record: &RunRecord,
    events: Events,
) -> io::Result<()> {
    if reporting.format == Format::Json {
        write_output(&write(record))?;
    }
    for file in reporting.files.iter() {
        if file.format() == ReportFormat::InToto && record.tree.is_none() {
            return Err(io::Error::other(
                "there is nothing to attest: the work tree differs from the index, so it is not a tree of git",
            ));
        }
        if file.format() != ReportFormat::Jsonl || events == Events::Missing {
            file.add(&report(file.format(), record))?;
        }
    }
    if let Some(actions) = &reporting.actions {
        say(&annotations(record));
        summarise(actions, record, reporting.style);
    }
    if let Some(runs) = &reporting.runs {
        let heading = serde_json::to_string(&RunSummary::from(record))?;
        if let Err(error) = runs.write(run, &heading, &reduced(record)) {
            note(reporting.style, "cannot record this run", &error);
        }
    }
    Ok(())
}

/// The record of a run, without secrets and with what earlier runs say.
fn finished_record(
    plan: &Plan,
    context: &ReportContext,
    result: &RunResult,
    history: Option<&History>,
) -> RunRecord {
    let mut record = run_record(plan, context, result);
    if let Some(versions) = &context.versions {
        let mut versions = versions.wait();
        for gate in &mut record.gates {
            gate.tool_version = versions.remove(&gate.name);
        }
    }
    let mut record = context.redactor.record(record);
    if let Some(history) = history {
        history.annotate(&mut record);
    }
    seal(&mut record);
    record
}

/// What earlier runs say about the gates of this one, a line each. That a gate is stale is said by
/// `report --history`; at each commit it would be noise.
fn notes(record: &RunRecord) -> Vec<String> {
    let ran = record.gates.iter().filter(|gate| gate.has_run());
    let notes = ran.flat_map(|gate| gate.notes.iter().map(move |note| (gate, note)));
    notes
        .map(|(gate, note)| format!("{} is {note}", gate.name))
        .collect()
}

/// A report for people, and what is held of it until the run is over.
struct ToldRun {
    text: reporter::TextReporter,
    /// It is `None` if everything is printed as it comes.
    held: Option<String>,
}

impl ToldRun {
    fn begin(reporting: &Reporting, plan: &Arc<Plan>, context: &ReportContext) -> Self {
        let (style, order) = (reporting.style, reporting.order);
        let mut told = Self {
            text: reporter::TextReporter::new((style, order), plan, context),
            held: (order == Order::VerdictFirst).then(String::new),
        };
        let beginning = told.text.beginning();
        told.say(&beginning);
        told
    }

    fn say(&mut self, text: &str) {
        match &mut self.held {
            Some(held) => held.push_str(text),
            None => say(text),
        }
    }

    /// Reports events until there are no more.
    fn follow(&mut self, plan: &Plan, events: &Receiver<Event>) {
        if self.text.is_live() {
            progress::follow(&mut self.text, plan, events);
        }
        for event in events {
            let text = self.text.event(&event);
            self.say(&text);
        }
    }

    /// Reports how the run has ended; `notes` are what earlier runs say about gates, a line each.
    fn end(self, result: &RunResult, notes: &[String]) {
        let told = match self.held {
            Some(held) => self.text.whole(result, notes, &held),
            None => self.text.end(result, notes),
        };
        say(&told);
    }
}

/// Follows the run until there are no more events. Returns the report for people, if there is one.
fn listen(
    reporting: &Reporting,
    plan: &Arc<Plan>,
    context: &ReportContext,
    events: &Receiver<Event>,
    writer: Option<&mut EventWriter<'_>>,
) -> Option<ToldRun> {
    let mut told = match reporting.format {
        Format::Text => Some(ToldRun::begin(reporting, plan, context)),
        Format::Json => None,
    };
    let tell = |told: &mut Option<ToldRun>, events: &Receiver<Event>| match told {
        Some(told) => told.follow(plan, events),
        None => events.iter().for_each(drop),
    };
    let Some(writer) = writer else {
        tell(&mut told, events);
        return told;
    };
    writer.begin();
    let (forward, forwarded) = mpsc::channel();
    thread::scope(|scope| {
        let telling = scope.spawn(|| {
            let events = forwarded;
            tell(&mut told, &events);
        });
        for event in events {
            writer.event(&event);
            let _ = forward.send(event);
        }
        drop(forward);
        let _ = telling.join();
    });
    told
}

/// Adds the evidence of a run to the summary of the step. That it cannot be written changes no verdict.
fn summarise(actions: &Actions, record: &RunRecord, style: Style) {
    let Some(summary) = &actions.summary else {
        return;
    };
    let mut options = OpenOptions::new();
    let written = options
        .append(true)
        .create(true)
        .open(summary)
        .and_then(|mut file| {
            let there = file.metadata()?.len();
            let room = LARGEST_SUMMARY.saturating_sub(there);
            let text = markdown_within(record, usize::try_from(room).unwrap_or(0));
            file.write_all(text.as_bytes())
        });
    if let Err(error) = written {
        note(style, "cannot write the step summary", &error);
    }
}

/// Says that something could not be written that changes no verdict.
fn note(style: Style, what: &str, error: &io::Error) {
    let error = clean_line(error.to_string().as_bytes());
    say(&format!("{}: {what}: {error}\n", style.careful("note")));
}
