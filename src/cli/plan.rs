//! `gatekeeper plan`.

use super::arguments::RunArguments;
use crate::base::environment::Environment;
use crate::base::exit_code::ExitCode;
use crate::base::fault::Result;
use crate::flow::gate_run;
use crate::report::terminal::print;
use crate::report::{self, Format, Style};

pub(super) fn plan(environment: &Environment, arguments: &RunArguments) -> Result<ExitCode> {
    let (plan, views) = gate_run::plan(environment, &arguments.request())?;
    let text = match arguments.format.format() {
        Format::Text => {
            let style = Style::for_output(environment, arguments.detail.detail());
            report::plan_as_text(&plan, views.choices(), style)
        }
        Format::Json => report::plan_as_json(&plan, views.choices()),
    };
    print(&text)?;
    Ok(ExitCode::Passed)
}
