//! `gatekeeper agents`: the registry that credits are checked against.

use super::arguments::{AgentsArguments, AgentsCommand};
use crate::base::environment::Environment;
use crate::base::exit_code::ExitCode;
use crate::base::fault::{Fault, Result};
use crate::base::text::some_of;
use crate::config;
use crate::flow::commit_message::check;
use crate::git::Repository;
use crate::report::terminal::print;
use crate::report::{self, Format};
use crate::rules::agents::registry::Registry;
use crate::rules::agents::wanted::Wanted;

/// How many agents are named in an error.
const NAMED: usize = 20;

pub(super) fn agents(environment: &Environment, arguments: &AgentsArguments) -> Result<ExitCode> {
    let repository = Repository::open_from_env(environment)?;
    let config = check::config(&repository)?;
    let patterns = &config.agents.definitions.patterns;
    if patterns.is_empty() {
        let rules = &config.commit_msg.assisted_by;
        let wanted = Wanted {
            forms: &rules.forms,
            registry: &Registry::default(),
        };
        return Err(Fault::usage(format!(
            "this repository defines no agents, because {} has no `definitions` in [agents]",
            config::FILE_NAME
        ))
        .hint(format!(
            "credit an agent by the name that it has itself, in this form: {}: {}",
            rules.key,
            wanted.form()
        )));
    }
    let registry = check::registry(&repository, &config)?;
    if registry.is_empty() {
        return Err(Fault::unable(format!(
            "no file in the index matches {}",
            patterns.join(", ")
        ))
        .hint("`git add` the definitions: only tracked files count"));
    }
    let text = match &arguments.command {
        Some(AgentsCommand::Hash(agent)) => {
            let registry = of(&registry, &agent.name)?;
            let formats = [arguments.format.format(), agent.format.format()];
            if formats.contains(&Format::Json) {
                report::agents_as_json(&registry)
            } else {
                report::hashes_as_text(&registry)
            }
        }
        None => match arguments.format.format() {
            Format::Json => report::agents_as_json(&registry),
            Format::Text => report::agents_as_text(&registry),
        },
    };
    print(&text)?;
    Ok(ExitCode::Passed)
}

/// The definitions of one agent.
fn of(registry: &Registry, name: &str) -> Result<Registry> {
    let definitions = registry
        .of(name)
        .map(|definition| (definition.path.clone(), definition.id.clone()));
    let of_name = Registry::new(definitions);
    if !of_name.is_empty() {
        return Ok(of_name);
    }
    let names = registry.names();
    let fault = Fault::unable(format!("the agent `{name}` is not defined"));
    let fault = match registry.nearest(name) {
        Some(near) => fault.detail(format!("did you mean `{near}`?")),
        None => fault,
    };
    Err(fault.hint(format!("known agents: {}", some_of(&names, NAMED))))
}
