//! A run of gates, from a request to an exit code: candidate, decision, preparation, run, receipt. Each
//! is a value that the next step takes, and none is changed afterwards.

use std::sync::Arc;

use super::candidate::{self, Candidate};
use super::decision::decide;
use super::fix_run::{self, Fixing};
use super::prepared_run::PreparedRun;
use super::request::RunRequest;
use super::{protected_branch, published_unchecked, reporting};
use crate::base::disk;
use crate::base::environment::Environment;
use crate::base::exit_code::ExitCode;
use crate::base::fault::{Fault, Result};
use crate::event::RunResult;
use crate::model::outcome::Verdict;
use crate::model::trigger::Trigger;
use crate::plan::Plan;
use crate::receipt::RunId;
use crate::report::{self, Attempt, Format, Reporting, Style};
use crate::view::PreparedViews;

/// Why only a snapshot will do in the second run.
const OVERTAKEN: &str = "something changed while it was being checked";

/// Checks, and says so where the disk is full.
pub(crate) fn check(
    environment: &Environment,
    request: &RunRequest<'_>,
    format: Format,
    style: Style,
) -> Result<ExitCode> {
    let code = check_until_still(environment, request, format, style)?;
    if code != ExitCode::Passed
        && let Some(dir) = disk::full([environment.current_dir.as_path(), &std::env::temp_dir()])
    {
        // What a gate has said of a disk that is full is seldom what is shown of it.
        report::say(&report::full_disk(&dir, style));
    }
    Ok(code)
}

/// Checks, and once more if the work tree or the index has changed meanwhile: then in a snapshot, in
/// which nobody else writes.
fn check_until_still(
    environment: &Environment,
    request: &RunRequest<'_>,
    format: Format,
    style: Style,
) -> Result<ExitCode> {
    let is_hook = matches!(request.trigger, Trigger::Hook(_));
    let repository = candidate::open(environment)?;
    if is_hook && let Some(refused) = protected_branch::refuse(environment, &repository, None)? {
        return Ok(refused);
    }
    let reporting = reporting::open(environment, request, &repository, (format, style))?;
    let run = request.run.clone().unwrap_or_else(RunId::new);
    let asked = (&reporting, &run);
    let candidate = Candidate::of(environment, repository, &request.trigger)?;
    if let Some(store) = candidate.store.as_ref().filter(|_| is_hook) {
        published_unchecked::notice(environment, &candidate.repository, store, style)?;
    }
    let index = Arc::clone(&candidate.index);
    let attempt = match request.trigger {
        Trigger::Run | Trigger::Files { .. } => Attempt::Only,
        _ => Attempt::First,
    };
    let is_repeated = attempt == Attempt::First;
    let (verdict, overtaken) = check_once(environment, request, candidate, asked, attempt)?;
    let Some(overtaken) = overtaken.filter(|_| is_repeated) else {
        return Ok(verdict.exit_code());
    };
    let repository = candidate::open(environment)?;
    let candidate = Candidate::of(environment, repository, &request.trigger)?;
    if is_hook
        && !request.trigger.commits_index_of_afterwards()
        && !candidate.index.commits_the_same(&index)
    {
        return Err(Fault::unable(
            "the index was changed in the meantime, but git will commit its earlier contents",
        )
        .hint("try again once no program is writing to the index"));
    }
    let attempt = Attempt::Second { overtaken };
    let (verdict, _) = check_once(environment, request, candidate, asked, attempt)?;
    Ok(verdict.exit_code())
}

/// Checks a candidate: decides, fixes if that is wanted, prepares, runs and remembers. Returns the verdict, and what
/// has changed meanwhile if that is why there is none.
fn check_once(
    environment: &Environment,
    request: &RunRequest<'_>,
    candidate: Candidate,
    (reporting, run): (&Reporting, &RunId),
    attempt: Attempt,
) -> Result<(Verdict, Option<String>)> {
    let overtaken = matches!(attempt, Attempt::Second { .. }).then_some(OVERTAKEN);
    let decision = decide(environment, request, &candidate, overtaken)?;
    // Where git would not look at what is fixed, the gates must not see it either.
    let can_fix = request.trigger.commits_index_of_afterwards();
    let is_fixing = can_fix && (request.fixes || decision.config.settings.fix_on_commit);
    let mut fixed = Vec::new();
    if is_fixing {
        let asked = (reporting, run);
        fixed = match fix_run::before_gates(environment, &candidate, &decision, asked)? {
            Fixing::Done(fixed) => fixed,
            Fixing::Stopped(verdict) => return Ok((verdict, None)),
        };
    }
    let (candidate, decision) = if fixed.is_empty() {
        (candidate, decision)
    } else {
        let candidate = candidate.fixed_by(&fixed, &request.trigger)?;
        let decision = decide(environment, request, &candidate, overtaken)?;
        (candidate, decision)
    };
    let prepared = PreparedRun::new(environment, request, candidate, decision)?;
    let ended = prepared.run(environment, &fixed, (reporting, run), attempt)?;
    let overtaken = ended.overtaken();
    Ok((ended.recorded(reporting.style), overtaken))
}

/// Runs once, whatever happens meanwhile, and remembers nothing.
pub(super) fn try_out(
    environment: &Environment,
    request: &RunRequest<'_>,
    style: Style,
) -> Result<(Arc<Plan>, RunResult)> {
    let repository = candidate::open(environment)?;
    let candidate = Candidate::of(environment, repository, &request.trigger)?;
    let decision = decide(environment, request, &candidate, None)?;
    let prepared = PreparedRun::new(environment, request, candidate, decision)?;
    let reporting = Reporting::only(Format::Text, style);
    let asked = (&reporting, &RunId::new());
    let ended = prepared.run(environment, &[], asked, Attempt::Only)?;
    Ok(ended.result())
}

/// What would run, and in which views.
pub(crate) fn plan(
    environment: &Environment,
    request: &RunRequest<'_>,
) -> Result<(Plan, PreparedViews)> {
    let repository = candidate::open(environment)?;
    let candidate = Candidate::of(environment, repository, &request.trigger)?;
    let plan = decide(environment, request, &candidate, None)?.plan;
    let views = PreparedViews::new(&plan, candidate.checked(), environment);
    Ok((plan, views))
}
