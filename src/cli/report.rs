//! `gatekeeper report`.

use super::arguments::{ReportArguments, SchemaName};
use crate::base::environment::Environment;
use crate::base::exit_code::ExitCode;
use crate::base::fault::Result;
use crate::flow::reported_runs::{self, Wanted};
use crate::report::Destination;
use crate::report::schema::{event_schema, run_schema};
use crate::report::terminal::print;

pub(super) fn report(environment: &Environment, arguments: &ReportArguments) -> Result<ExitCode> {
    if let Some(schema) = arguments.schema {
        print(&match schema {
            SchemaName::Json => run_schema(),
            SchemaName::Jsonl => event_schema(),
        })?;
        return Ok(ExitCode::Passed);
    }
    let wanted = Wanted {
        run: arguments.run.as_deref(),
        format: arguments.format,
        destination: match &arguments.output {
            Some(file) => Destination::File(file.clone()),
            None => Destination::Output,
        },
    };
    if arguments.history {
        reported_runs::history(environment, &wanted)
    } else if arguments.list {
        reported_runs::list(environment)
    } else if arguments.wait {
        reported_runs::wait(environment, &wanted, arguments.timeout)
    } else {
        reported_runs::report(environment, &wanted)
    }
}
