//! `gatekeeper config`.

use std::fmt::Write as _;

use super::arguments::{ConfigArguments, ConfigCommand};
use crate::base::environment::Environment;
use crate::base::exit_code::ExitCode;
use crate::base::fault::Result;
use crate::base::text::{count, show_path, some_of};
use crate::config::{self, Config, LOCAL_NAME, source};
use crate::detect;
use crate::flow::decision;
use crate::git::Repository;
use crate::indirection::{DirectoryTree, Files, resolve};
use crate::report;
use crate::report::terminal::print;
use crate::run;

/// How many files are named besides the one at the top.
const FILES_SHOWN: usize = 5;

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

/// That the files of a configuration are valid.
fn valid(config: &Config, gates: &str) -> String {
    let top = show_path(&config.top);
    let others: Vec<String> = config
        .files
        .iter()
        .filter(|file| **file != config.top)
        .map(|file| show_path(file))
        .collect();
    if others.is_empty() {
        return format!("{top} is valid: {gates}\n");
    }
    let others = some_of(&others, FILES_SHOWN);
    format!("{top} is valid, with {others}: {gates}\n")
}

/// Reads everything that a run would read before it starts a gate.
fn check(environment: &Environment) -> Result<String> {
    let repository = Repository::open_from_env(environment)?;
    let mut config = source::work_tree_config(&repository)?;
    let mut tree = DirectoryTree::new(&repository.work_tree);
    let own = config::local_gates(&repository, &*repository.index()?, &config)?;
    let gates = count(config.gates.len(), "gate");
    let mut said = valid(&config, &gates);
    if !own.is_empty() {
        let _ = writeln!(said, "{LOCAL_NAME} is valid: {}", count(own.len(), "gate"));
    }
    config.gates.extend(own);
    config::refuse_unfailing(&config.gates, &mut Files::new(&mut tree))?;
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
