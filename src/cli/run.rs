//! `gatekeeper run`.

use super::arguments::RunCommandArguments;
use crate::base::environment::Environment;
use crate::base::exit_code::ExitCode;
use crate::base::fault::Result;
use crate::flow::gate_place::GatePlace;
use crate::flow::gate_run::check;
use crate::flow::{background, last_commit, led_away};
use crate::git::Repository;
use crate::model::trigger::Trigger;
use crate::report::Style;

pub(crate) fn run(environment: &Environment, arguments: &RunCommandArguments) -> Result<ExitCode> {
    let mut request = arguments.run.request();
    let repository = match &request.trigger {
        // A range needs no files but its own.
        Trigger::Range { .. } => Repository::open_without_files(environment)?,
        _ => Repository::open_from_env(environment)?,
    };
    if arguments.background {
        return background::start(environment, &repository);
    }
    led_away::notice(environment, &repository)?;
    let style = Style::for_errors(environment, arguments.run.detail.detail());
    request.reports = &arguments.reports;
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
