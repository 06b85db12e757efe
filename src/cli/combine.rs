//! `gatekeeper combine`.

use super::arguments::CombineArguments;
use crate::base::environment::Environment;
use crate::base::exit_code::ExitCode;
use crate::base::fault::Result;
use crate::flow::shards;
use crate::report::Style;

pub(super) fn combine(environment: &Environment, arguments: &CombineArguments) -> Result<ExitCode> {
    let format = arguments.format.format();
    let style = Style::for_errors(environment, arguments.detail.detail());
    let attest = arguments.attest.iter();
    let reports: Vec<_> = arguments.reports.iter().chain(attest).cloned().collect();
    shards::combine(
        environment,
        &arguments.plan,
        &arguments.parts,
        &reports,
        (format, style),
    )
}
