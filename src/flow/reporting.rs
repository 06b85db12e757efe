//! Where a run is reported besides the terminal: the files that were asked for, GitHub Actions, and the
//! records of the work tree.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher as _;
use std::path::Path;
use std::sync::Arc;

use super::request::RunRequest;
use crate::base::environment::Environment;
use crate::base::fault::{Fault, Result};
use crate::git::{Index, Repository};
use crate::model::trigger::Trigger;
use crate::receipt::RecordedRuns;
use crate::report::{
    Actions, Destination, Format, Order, ReportFile, ReportSpec, Reporting, Style,
};

/// Opens everything that the run is reported to.
///
/// # Errors
///
/// A file cannot be written, or two reports would be mixed.
pub(super) fn open(
    environment: &Environment,
    request: &RunRequest<'_>,
    repository: &Repository,
    (format, style): (Format, Style),
) -> Result<Reporting> {
    let is_by_hand = request.trigger.is_by_hand();
    let is_recorded =
        is_by_hand || matches!(request.trigger, Trigger::Hook(_) | Trigger::Push { .. });
    Ok(Reporting {
        format,
        style,
        order: order(environment, request, style),
        files: Arc::new(open_files(
            environment,
            request.reports,
            repository,
            format,
        )?),
        actions: is_by_hand.then(|| actions(environment)).flatten(),
        runs: is_recorded.then(|| RecordedRuns::of(repository)),
    })
}

/// When the report for people is printed. Who starts a run without a terminal reads it when it has ended, except in CI,
/// where its log is watched, and in the background, where it is what is left of a run that was killed.
fn order(environment: &Environment, request: &RunRequest<'_>, style: Style) -> Order {
    let is_by_hand = request.trigger.is_by_hand();
    let is_asked_for = is_by_hand && request.run.is_none() && !environment.is_ci();
    let is_of_git = request.trigger.stops().is_some();
    if (is_asked_for || is_of_git) && !style.is_terminal {
        Order::VerdictFirst
    } else {
        Order::AsItComes
    }
}

/// Opens the files that reports were asked for in.
pub(super) fn open_files(
    environment: &Environment,
    specs: &[ReportSpec],
    repository: &Repository,
    format: Format,
) -> Result<Vec<ReportFile>> {
    let to_output = |spec: &&ReportSpec| spec.destination == Destination::Output;
    if let (Format::Json, Some(spec)) = (format, specs.iter().find(to_output)) {
        return Err(Fault::usage(format!(
            "`--format json` and `--report {}=-` would both be written to standard output",
            spec.format.word()
        ))
        .hint("give the report a file of its own"));
    }
    if specs.is_empty() {
        return Ok(Vec::new());
    }
    let index = repository.index()?;
    ReportFile::open_all(specs, &environment.current_dir, |file| {
        tracked_file(repository, &index, file)
    })
}

/// Whether git tracks a file, by whatever path it is named.
pub(super) fn tracked_file(repository: &Repository, index: &Index, file: &Path) -> bool {
    let within = || {
        let top = repository.work_tree.canonicalize().ok()?;
        let real = file.canonicalize().ok()?;
        real.strip_prefix(top).ok().map(Path::to_owned)
    };
    within().is_some_and(|path| index.tracked().iter().any(|file| file.path == path))
}

/// GitHub Actions, which says that it is there.
pub(super) fn actions(environment: &Environment) -> Option<Actions> {
    let is_there = environment.get("GITHUB_ACTIONS")? == "true";
    // The standard library seeds its hashes at random.
    let random = RandomState::new();
    is_there.then(|| Actions {
        summary: environment
            .get("GITHUB_STEP_SUMMARY")
            .filter(|file| !file.is_empty())
            .map(Into::into),
        token: format!("{:016x}{:016x}", random.hash_one(0), random.hash_one(1)),
    })
}
