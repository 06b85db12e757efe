//! `gatekeeper run`.

use super::arguments::RunArguments;
use crate::base::environment::Environment;
use crate::base::exit_code::ExitCode;
use crate::base::fault::Result;
use crate::flow::gate_place::GatePlace;
use crate::flow::gate_run::check;
use crate::flow::led_away;
use crate::git::Repository;
use crate::model::trigger::Trigger;
use crate::report::Style;

pub(crate) fn run(environment: &Environment, arguments: &RunArguments) -> Result<ExitCode> {
    let request = arguments.request();
    let repository = match &request.trigger {
        // A range needs no files but its own.
        Trigger::Range { .. } => Repository::open_without_files(environment)?,
        _ => Repository::open_from_env(environment)?,
    };
    led_away::notice(environment, &repository)?;
    let style = Style::for_errors(environment, arguments.detail.detail());
    let place = GatePlace::of(environment, &repository, None)?;
    check(
        place.environment(),
        &request,
        arguments.format.format(),
        style,
    )
}
