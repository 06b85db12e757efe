//! `gatekeeper config`.

use super::arguments::{ConfigArguments, ConfigCommand};
use super::{judge, print};
use crate::config;
use crate::environment::Environment;
use crate::exit_code::ExitCode;
use crate::fault::Result;
use crate::git::Repository;
use crate::text::count;

pub(super) fn config(environment: &Environment, arguments: &ConfigArguments) -> Result<ExitCode> {
    let repository = Repository::open_from_env(environment)?;
    let text = judge::work_tree_text(&repository)?;
    let config = config::parse(&text)?;
    match arguments.command {
        ConfigCommand::Check => {
            let gates = count(config.gates.len(), "gate");
            print(&format!("{} is right: {gates}\n", text.name))?;
        }
        ConfigCommand::Show => {
            print(&config::show(&config, judge::default_jobs().get()))?;
        }
    }
    Ok(ExitCode::Passed)
}
