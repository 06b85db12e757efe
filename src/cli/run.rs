//! `gatekeeper run`.

use super::arguments::RunCommandArguments;
use crate::base::environment::Environment;
use crate::base::exit_code::ExitCode;
use crate::base::fault::Result;
use crate::flow::gate_run::check;
use crate::flow::{background, led_away};
use crate::git::Repository;
use crate::report::Style;

pub(crate) fn run(environment: &Environment, arguments: &RunCommandArguments) -> Result<ExitCode> {
    let repository = Repository::open_from_env(environment)?;
    if arguments.background {
        return background::start(environment, &repository);
    }
    led_away::notice(environment, &repository)?;
    let style = Style::for_errors(environment, arguments.run.detail.detail());
    let mut request = arguments.run.request();
    request.reports = &arguments.reports;
    request.run.clone_from(&arguments.run_id);
    let format = arguments.run.format.format();
    check(environment, &request, format, style)
}
