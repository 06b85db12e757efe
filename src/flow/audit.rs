//! The gates of an audit: on the last commit of a range, or on each.

use std::sync::Arc;
use std::time::SystemTime;

use clap::ValueEnum;

use super::gate_place::GatePlace;
use super::request::RunRequest;
use super::{gate_run, reporting, self_path};
use crate::base::environment::Environment;
use crate::base::exit_code::ExitCode;
use crate::base::fault::{Fault, Result};
use crate::git::Repository;
use crate::model::trigger::Trigger;
use crate::receipt::RunId;
use crate::report::{
    self, Detail, Events, Format, GatesRun, Redactor, ReportSpec, Reporting, RunOrigin, Style,
};
use crate::rules::message::range::Audit;

/// The commits of a range on which gates run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum GatedCommits {
    /// The last commit, with all changes of the range
    Tip,
    /// Each commit, with its own changes
    Each,
}

/// The exit code: a signal ends everything, what fails comes before what could not be done.
pub(crate) fn worst(audit: &Audit, runs: &[GatesRun]) -> ExitCode {
    let codes = || runs.iter().map(|run| run.code);
    let is_signal = |code: &ExitCode| matches!(code, ExitCode::Signal(_));
    let bad = |code: &ExitCode| *code != ExitCode::Passed;
    codes()
        .find(is_signal)
        .or_else(|| Some(ExitCode::passed_if(audit.is_passed())).filter(bad))
        .or_else(|| codes().find(bad))
        .unwrap_or(ExitCode::Passed)
}

/// Writes the reports of an audit without gates that were asked for, and those for GitHub Actions.
pub(crate) fn write_reports(
    environment: &Environment,
    reporting: &Reporting,
    audit: &Audit,
    began: SystemTime,
) -> Result<()> {
    let run = RunId::new();
    let origin = RunOrigin {
        run: run.clone(),
        started: began,
        tree: None,
        commit: Some(audit.commits.tip),
        configuration: None,
        policy: None,
        base: audit.commits.base.into_iter().collect(),
    };
    let program = self_path::call(environment);
    let duration = began.elapsed().unwrap_or_default();
    let record = report::audit_run(audit, &program, &origin, duration);
    let redactor = Redactor {
        values: report::secret_values(&environment.variables),
    };
    report::write_reports(reporting, &run, &redactor.record(record), Events::Missing)
        .map_err(|error| Fault::unable("cannot write the report").because(&error))
}

/// Opens what an audit is reported to besides the terminal.
pub(crate) fn open_reports(
    environment: &Environment,
    repository: &Repository,
    specs: &[ReportSpec],
    format: Format,
) -> Result<Reporting> {
    let style = Style::for_errors(environment, Detail::Normal);
    let files = reporting::open_files(environment, specs, repository, format)?;
    Ok(Reporting {
        files: Arc::new(files),
        actions: reporting::actions(environment),
        // The report for the user is printed elsewhere.
        ..Reporting::only(Format::Text, style)
    })
}

/// Runs every gate: on the range's end, with what the range changes, or on each commit, with what it
/// changes. Nothing that is remembered counts, and nothing is.
pub(crate) fn gates(
    environment: &Environment,
    repository: &Repository,
    audit: &Audit,
    which: GatedCommits,
    detail: Detail,
) -> Result<Vec<GatesRun>> {
    let style = Style::for_errors(environment, detail);
    let commits = &audit.commits;
    let wanted = match which {
        GatedCommits::Each => commits.ids.as_slice(),
        GatedCommits::Tip if commits.ids.is_empty() => &[],
        GatedCommits::Tip => std::slice::from_ref(&commits.tip),
    };
    let mut runs = Vec::new();
    for &commit in wanted {
        let since = match which {
            GatedCommits::Each => repository.parents_of(commit)?,
            GatedCommits::Tip => commits.base.into_iter().collect(),
        };
        let request = RunRequest {
            cache: false,
            ..RunRequest::new(Trigger::Audit { commit, since })
        };
        let place = GatePlace::of(environment, repository, Some(commit))?;
        let code = match gate_run::check(place.environment(), &request, Format::Text, style) {
            Ok(code) => code,
            // The other commits are checked all the same.
            Err(fault) => {
                report::say(&report::fault(&fault, style));
                fault.exit_code()
            }
        };
        runs.push(GatesRun { commit, code });
        if matches!(code, ExitCode::Signal(_)) {
            break;
        }
    }
    Ok(runs)
}
