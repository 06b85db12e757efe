//! `gatekeeper run`.

use super::arguments::RunArguments;
use crate::base::environment::Environment;
use crate::base::exit_code::ExitCode;
use crate::base::fault::Result;
use crate::flow::gate_run::check;
use crate::flow::led_away;
use crate::git::Repository;
use crate::report::Style;

pub(crate) fn run(environment: &Environment, arguments: &RunArguments) -> Result<ExitCode> {
    led_away::notice(environment, &Repository::open_from_env(environment)?)?;
    let style = Style::for_errors(environment, arguments.detail.detail());
    let request = arguments.request();
    check(environment, &request, arguments.format.format(), style)
}
