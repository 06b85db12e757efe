//! The recorded runs of a work tree, for those who look later: reports, the history of gates, and the
//! verdict of a run in the background.

use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use super::reporting::tracked_file;
use crate::base::environment::Environment;
use crate::base::exit_code::ExitCode;
use crate::base::fault::{Fault, Result};
use crate::base::text::show_os;
use crate::git::Repository;
use crate::receipt::{RecordedRuns, RunId, RunState};
use crate::report::history::History;
use crate::report::record::{RunRecord, VERSION};
use crate::report::terminal::print;
use crate::report::{
    self, Destination, Detail, ReportFile, ReportFormat, ReportSpec, Style, recorded_as_text,
    recorded_runs,
};

/// How often a run in the background is looked at.
const LOOK: Duration = Duration::from_millis(50);

/// What is wanted of a recorded run.
pub(crate) struct Wanted<'a> {
    /// The id of the run, or the beginning of it; `None` for the last run.
    pub(crate) run: Option<&'a str>,
    /// The format; `None` for text.
    pub(crate) format: Option<ReportFormat>,
    /// Where the report goes.
    pub(crate) destination: Destination,
}

/// Reports a run that has ended.
///
/// # Errors
///
/// There is no such run, it has no verdict, or the report cannot be written.
pub(crate) fn report(environment: &Environment, wanted: &Wanted<'_>) -> Result<ExitCode> {
    let repository = Repository::open_from_env(environment)?;
    let runs = RecordedRuns::of(&repository);
    let run = find(&runs, wanted.run)?;
    match state(&runs, &run)? {
        RunState::Running => {
            report::say(&format!("run {run} has not ended\n"));
            Ok(ExitCode::Running)
        }
        RunState::Lost => Err(lost(&runs, &run)),
        RunState::Ended => {
            write(environment, &repository, wanted, &read(&runs, &run)?)?;
            Ok(ExitCode::Passed)
        }
    }
}

/// Waits for a run, and reports it.
///
/// # Errors
///
/// As [`report`].
pub(crate) fn wait(
    environment: &Environment,
    wanted: &Wanted<'_>,
    timeout: Option<Duration>,
) -> Result<ExitCode> {
    let repository = Repository::open_from_env(environment)?;
    let runs = RecordedRuns::of(&repository);
    let run = find(&runs, wanted.run)?;
    let begun = Instant::now();
    loop {
        match state(&runs, &run)? {
            RunState::Ended => break,
            RunState::Lost => return Err(lost(&runs, &run)),
            RunState::Running => {
                let left = timeout.map(|timeout| timeout.saturating_sub(begun.elapsed()));
                if left == Some(Duration::ZERO) {
                    report::say(&format!("run {run} has not ended\n"));
                    return Ok(ExitCode::Running);
                }
                thread::sleep(left.unwrap_or(LOOK).min(LOOK));
            }
        }
    }
    let record = read(&runs, &run)?;
    write(environment, &repository, wanted, &record)?;
    Ok(match record.exit_code {
        0 if record.is_passed() => ExitCode::Passed,
        0 => {
            return Err(Fault::unable(format!(
                "the record of run {run} contradicts itself"
            )));
        }
        code => ExitCode::Recorded(code),
    })
}

/// Lists the recorded runs, the last one first.
///
/// # Errors
///
/// The list cannot be printed.
pub(crate) fn list(environment: &Environment) -> Result<ExitCode> {
    let repository = Repository::open_from_env(environment)?;
    let runs = RecordedRuns::of(&repository);
    let style = Style::for_output(environment, Detail::Normal);
    let mut states = Vec::new();
    for run in ids(&runs)? {
        if let Some(state) = runs.state(&run).map_err(|error| unreadable(&error))? {
            states.push((run, state));
        }
    }
    let history = History::read(&runs);
    print(&recorded_runs(&states, &history, style))?;
    Ok(ExitCode::Passed)
}

/// Shows what the recorded runs say about each gate.
///
/// # Errors
///
/// It cannot be written, or not in this format.
pub(crate) fn history(environment: &Environment, wanted: &Wanted<'_>) -> Result<ExitCode> {
    let repository = Repository::open_from_env(environment)?;
    let history = History::read(&RecordedRuns::of(&repository));
    let text = match wanted.format {
        None => history.as_text(),
        Some(ReportFormat::Json) => history.as_json(),
        Some(other) => {
            return Err(Fault::usage(format!(
                "the history of gates cannot be written as {}",
                other.word()
            ))
            .hint("run `gatekeeper report --history --format json`, or leave the format out"));
        }
    };
    put(environment, &repository, wanted, ReportFormat::Json, &text)?;
    Ok(ExitCode::Passed)
}

/// Writes the report of a run as it is wanted.
fn write(
    environment: &Environment,
    repository: &Repository,
    wanted: &Wanted<'_>,
    record: &RunRecord,
) -> Result<()> {
    if let Some(format) = wanted.format {
        let text = report::report_as(format, record);
        return put(environment, repository, wanted, format, &text);
    }
    let style = match wanted.destination {
        Destination::Output => Style::for_output(environment, Detail::Normal),
        Destination::File(_) => Style::PLAIN,
    };
    let text = recorded_as_text(record, style);
    put(environment, repository, wanted, ReportFormat::Json, &text)
}

/// Writes a text to where the report goes.
fn put(
    environment: &Environment,
    repository: &Repository,
    wanted: &Wanted<'_>,
    format: ReportFormat,
    text: &str,
) -> Result<()> {
    if wanted.destination == Destination::Output {
        return print(text);
    }
    let spec = ReportSpec {
        format,
        destination: wanted.destination.clone(),
    };
    let index = repository.index()?;
    let is_tracked = |file: &Path| tracked_file(repository, &index, file);
    let files = ReportFile::open_all(&[spec], &environment.current_dir, is_tracked)?;
    for file in files {
        file.add(text)
            .map_err(|error| Fault::unable("cannot write the report").because(&error))?;
    }
    Ok(())
}

/// The run that is meant.
fn find(runs: &RecordedRuns, typed: Option<&str>) -> Result<RunId> {
    let ids = ids(runs)?;
    let Some(typed) = typed else {
        return ids.into_iter().next_back().ok_or_else(|| {
            Fault::unable("no run is recorded in this work tree").hint("run `gatekeeper run`")
        });
    };
    let mut meant = ids.into_iter().filter(|id| id.as_str().starts_with(typed));
    let shown = show_os(typed.as_ref());
    let list = "run `gatekeeper report --list`";
    match (meant.next(), meant.next()) {
        (Some(run), None) if !typed.is_empty() => Ok(run),
        (Some(_), _) => Err(Fault::usage(format!("several runs begin with `{shown}`")).hint(list)),
        (None, _) => {
            Err(Fault::usage(format!("no run `{shown}` is recorded in this work tree")).hint(list))
        }
    }
}

fn ids(runs: &RecordedRuns) -> Result<Vec<RunId>> {
    runs.ids().map_err(|error| unreadable(&error))
}

fn state(runs: &RecordedRuns, run: &RunId) -> Result<RunState> {
    let state = runs.state(run).map_err(|error| unreadable(&error))?;
    state.ok_or_else(|| Fault::unable(format!("run {run} is no longer recorded")))
}

fn unreadable(error: &std::io::Error) -> Fault {
    Fault::unable("cannot read the recorded runs").because(error)
}

/// A run that will never have a verdict.
fn lost(runs: &RecordedRuns, run: &RunId) -> Fault {
    Fault::unable(format!("no verdict: run {run} has ended without a record"))
        .detail(runs.log(run).trim_end())
        .hint("start it again")
}

/// The record of a run that has ended.
fn read(runs: &RecordedRuns, run: &RunId) -> Result<RunRecord> {
    let text = runs.read(run).map_err(|error| unreadable(&error))?;
    let text = text.ok_or_else(|| Fault::unable(format!("run {run} is no longer recorded")))?;
    let damaged = || Fault::unable(format!("the record of run {run} cannot be read"));
    let record: RunRecord =
        serde_json::from_str(&text).map_err(|error| damaged().because(error))?;
    if record.version != VERSION || record.run != run.as_str() {
        return Err(damaged().hint("it was written by another version of gatekeeper; run it again"));
    }
    Ok(record)
}
