//! `gatekeeper plan`.

use super::arguments::RunArguments;
use crate::base::environment::Environment;
use crate::base::exit_code::ExitCode;
use crate::base::fault::Result;
use crate::flow::prepare;
use crate::flow::request::RunRequest;
use crate::report::terminal::print;
use crate::report::{self, Format, Style};

pub(super) fn plan(environment: &Environment, arguments: &RunArguments) -> Result<ExitCode> {
    let case = prepare::prepare(
        environment,
        &RunRequest {
            trigger: arguments.trigger(),
            gates: &arguments.gates,
            jobs: arguments.jobs,
            fail_fast: arguments.fail_fast,
            fixes: arguments.fix,
            cache: !arguments.no_cache,
            excepted: &[],
        },
        None,
    )?;
    let text = match arguments.format.format() {
        Format::Text => {
            let style = Style::for_output(environment, arguments.detail.detail());
            report::plan_as_text(&case.plan, style)
        }
        Format::Json => report::plan_as_json(&case.plan),
    };
    print(&text)?;
    Ok(ExitCode::Passed)
}
