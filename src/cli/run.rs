//! `gatekeeper run`.

use super::arguments::RunArguments;
use crate::base::environment::Environment;
use crate::base::exit_code::ExitCode;
use crate::base::fault::Result;
use crate::flow::gate_run::check;
use crate::flow::request::RunRequest;
use crate::report::Style;

pub(crate) fn run(environment: &Environment, arguments: &RunArguments) -> Result<ExitCode> {
    let request = RunRequest {
        trigger: arguments.trigger(),
        gates: &arguments.gates,
        jobs: arguments.jobs,
        fail_fast: arguments.fail_fast,
        fixes: arguments.fix,
        cache: !arguments.no_cache,
        excepted: &[],
    };
    let style = Style::for_errors(environment, arguments.detail.detail());
    check(environment, &request, arguments.format.format(), style)
}
