//! `gatekeeper list`.

use super::arguments::FormatArguments;
use crate::base::environment::Environment;
use crate::base::exit_code::ExitCode;
use crate::base::fault::Result;
use crate::config::{self, source};
use crate::git::Repository;
use crate::report::terminal::print;
use crate::report::{self, Detail, Format, Style};

pub(super) fn list(environment: &Environment, arguments: &FormatArguments) -> Result<ExitCode> {
    let repository = Repository::open_from_env(environment)?;
    let mut config = source::work_tree_config(&repository)?;
    let own = config::local_gates(&repository, &*repository.index()?, &config)?;
    config.gates.extend(own);
    print(&match arguments.format() {
        Format::Text => {
            let style = Style::for_output(environment, Detail::Normal);
            report::gates_as_text(&config.gates, style)
        }
        Format::Json => report::gates_as_json(&config.gates),
    })?;
    Ok(ExitCode::Passed)
}
