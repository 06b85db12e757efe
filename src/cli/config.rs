//! `gatekeeper config`.

use std::fmt::Write as _;

use super::arguments::{ConfigArguments, ConfigCommand};
use crate::base::environment::Environment;
use crate::base::exit_code::ExitCode;
use crate::base::fault::Result;
use crate::base::text::count;
use crate::config::{self, source};
use crate::detect;
use crate::flow::decision;
use crate::git::Repository;
use crate::indirection::{DirectoryTree, Files, resolve};
use crate::report;
use crate::report::terminal::print;
use crate::run;

pub(super) fn config(environment: &Environment, arguments: &ConfigArguments) -> Result<ExitCode> {
    let text = match arguments.command {
        ConfigCommand::Check => check(environment)?,
        ConfigCommand::Show => {
            let repository = Repository::open_from_env(environment)?;
            let config = source::work_tree_config(&repository)?;
            config::show(&config, decision::default_jobs().get())
        }
        ConfigCommand::Example => config::EXAMPLE.to_owned(),
        ConfigCommand::Schema => config::schema(),
    };
    print(&text)?;
    Ok(ExitCode::Passed)
}

/// Reads everything that a run would read before it starts a gate.
fn check(environment: &Environment) -> Result<String> {
    let repository = Repository::open_from_env(environment)?;
    let text = source::work_tree_text(&repository)?;
    let config = config::parse(&text)?;
    let mut tree = DirectoryTree::new(&repository.work_tree);
    config::refuse_unfailing(&config.gates, &mut Files::new(&mut tree))?;
    let gates = count(config.gates.len(), "gate");
    let mut said = format!("{} is valid: {gates}\n", text.name);
    let mut files = Files::new(&mut tree);
    for gate in &config.gates {
        let resolved = resolve(&gate.run.text, &gate.dir, &mut files)?;
        let found = detect::rewriting(&resolved);
        said.extend(found.map(|found| report::rewriting(&gate.name, &gate.run.text, &found)));
        for (name, value) in &gate.env {
            for unset in run::unset_in((name, value), |named| environment.is_set(named)) {
                let _ = writeln!(
                    said,
                    "note: `{name}` in `env` of {} names {unset}, which is not set here: the gate could not start; \
                     `${{{unset}:-}}` stands for nothing where it is not set",
                    gate.name
                );
            }
        }
    }
    Ok(said)
}
