//! `gatekeeper run`.

use super::arguments::{RunCommandArguments, ShardName};
use crate::base::environment::Environment;
use crate::base::exit_code::ExitCode;
use crate::base::fault::{Fault, Result};
use crate::base::text::count;
use crate::flow::gate_place::GatePlace;
use crate::flow::gate_run::check;
use crate::flow::request::RunRequest;
use crate::flow::{background, last_commit, led_away, shards};
use crate::git::Repository;
use crate::model::trigger::Trigger;
use crate::report::{Destination, ReportSpec, Style, say};
use crate::shard::document::ShardCount;
use crate::shard::environment::this_runner;

pub(crate) fn run(environment: &Environment, arguments: &RunCommandArguments) -> Result<ExitCode> {
    if let Some(shard) = arguments.shard {
        return run_shard(environment, arguments, shard);
    }
    let mut request = arguments.run.request();
    let repository = match &request.trigger {
        // A range needs no files but its own.
        Trigger::Range { .. } => Repository::open_without_files(environment)?,
        _ => Repository::open_from_env(environment)?,
    };
    if arguments.background {
        refuse_output(&all_reports(arguments))?;
        return background::start(environment, &repository);
    }
    led_away::notice(environment, &repository)?;
    let style = Style::for_errors(environment, arguments.run.detail.detail());
    let reports = all_reports(arguments);
    request.reports = &reports;
    request.run.clone_from(&arguments.run_id);
    let excepted = if arguments.run.is_last_commit() {
        last_commit::excepted(&repository)?
    } else {
        Vec::new()
    };
    request.excepted = &excepted;
    let place = GatePlace::of(environment, &repository, None)?;
    let format = arguments.run.format.format();
    check(place.environment(), &request, format, style)
}

/// Refuses a report on standard output, which has no reader once this process has ended.
fn refuse_output(reports: &[ReportSpec]) -> Result<()> {
    let is_output = |report: &&ReportSpec| report.destination == Destination::Output;
    let Some(report) = reports.iter().find(is_output) else {
        return Ok(());
    };
    let format = report.format.word();
    Err(Fault::usage(format!(
        "with `--background`, `--report {format}=-` would be printed where no one reads it"
    ))
    .hint(format!(
        "name a file, or print it later with `gatekeeper report --format {format}`"
    )))
}

/// Runs one shard of a plan: of the one that is named, or of one that every runner makes alike.
fn run_shard(
    environment: &Environment,
    arguments: &RunCommandArguments,
    shard: ShardName,
) -> Result<ExitCode> {
    let (number, runners) = match shard {
        ShardName::Number(number) => (number, None),
        ShardName::Auto => {
            let (number, runners) = this_runner(environment)?;
            (number, Some(runners))
        }
    };
    let plan = match (&arguments.plan, runners) {
        (Some(plan), _) => shards::read_plan(environment, plan)?,
        (None, Some(runners)) => {
            let count = ShardCount::Exactly(usize::try_from(runners).unwrap_or(1));
            let request = arguments.run.request();
            shards::plan(environment, &request, count, &arguments.durations)?
        }
        (None, None) => {
            return Err(
                Fault::usage("--shard needs the plan that the shard belongs to").hint(
                    "add `--plan FILE`; `gatekeeper plan --shards N --output FILE` writes it",
                ),
            );
        }
    };
    let Some(own) = shards::shard_run(environment, &plan, number, runners)? else {
        say(&format!(
            "nothing to check: the plan has {}, and this is runner {number}\n",
            count(plan.shards.len(), "shard")
        ));
        return Ok(ExitCode::Passed);
    };
    let style = Style::for_errors(environment, arguments.run.detail.detail());
    let reports = all_reports(arguments);
    let request = RunRequest {
        jobs: arguments.run.jobs,
        fail_fast: arguments.run.fail_fast,
        reports: &reports,
        run: arguments.run_id.clone(),
        shard: Some(&own),
        ..shards::request(&plan)
    };
    check(environment, &request, arguments.run.format.format(), style)
}

/// The reports that are asked for, however they are.
fn all_reports(arguments: &RunCommandArguments) -> Vec<ReportSpec> {
    let attest = arguments.attest.iter();
    arguments.reports.iter().chain(attest).cloned().collect()
}
