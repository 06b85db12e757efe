//! A session of an agent begins: what it should know, and who it is.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use super::commit_message::check;
use super::self_path;
use crate::base::environment::Environment;
use crate::base::fault::Result;
use crate::base::text::{count, duration, shell_word, some_of};
use crate::config::{Agents, Config, CreditRequired, source};
use crate::git::Repository;
use crate::guard::{Answer, Payload};
use crate::install;
use crate::receipt::RecordedRuns;
use crate::report::history::History;
use crate::rules::agents::detection;
use crate::rules::agents::registry::Registry;
use crate::rules::agents::wanted::Wanted;

/// The files that hosts name, to which lines of sh can be added that set variables for every command of the agent.
const ENVIRONMENT_FILES: [&str; 2] = ["CODEX_ENV_FILE", "CLAUDE_ENV_FILE"];

/// How many gates are named.
const NAMED: usize = 8;

/// The answer to the beginning of a session. Silence where there is nothing to know: no repository, or one without
/// gates.
#[must_use]
pub(super) fn answer(payload: &Payload, dir: &Path) -> Answer {
    let Ok(environment) = Environment::read() else {
        return Answer::silence(payload.dialect);
    };
    let environment = environment.in_repository(dir);
    let who = Who::of(payload, &environment);
    who.write_variables(&environment);
    let context = Repository::open_if_there(&environment).and_then(|repository| {
        repository.map_or(Ok(None), |repository| {
            context(&environment, &repository, &who)
        })
    });
    match context {
        Ok(Some(text)) => Answer::context(payload.dialect, &text, &who.variables()),
        // A session is not the place for a fault of ours.
        Ok(None) | Err(_) => Answer::silence(payload.dialect),
    }
}

/// The agent, first-hand.
struct Who {
    agent: Option<String>,
    /// What the host calls the definition of the agent.
    definition: Option<String>,
    model: Option<String>,
}

impl Who {
    fn of(payload: &Payload, environment: &Environment) -> Self {
        let is_word = |text: &String| {
            text.chars()
                .all(|c| c.is_ascii_alphanumeric() || "._-".contains(c))
        };
        Self {
            agent: Some(agent(payload, environment)).filter(is_word),
            definition: payload.agent.clone().filter(is_word),
            model: payload.model.as_deref().and_then(model_name),
        }
    }

    /// The variables by which hooks know the agent.
    fn variables(&self) -> Vec<(&'static str, &str)> {
        let agent = self
            .agent
            .as_deref()
            .map(|agent| ("GATEKEEPER_AGENT", agent));
        let model = self
            .model
            .as_deref()
            .map(|model| ("GATEKEEPER_MODEL", model));
        agent.into_iter().chain(model).collect()
    }

    /// Adds the variables to the file that the host names. That they are there already does no harm.
    fn write_variables(&self, environment: &Environment) {
        let file = ENVIRONMENT_FILES
            .iter()
            .find_map(|name| environment.get(name));
        let Some(file) = file.map(PathBuf::from) else {
            return;
        };
        let mut lines = String::new();
        for (name, value) in self.variables() {
            let _ = writeln!(lines, "export {name}={}", shell_word(value.as_ref()));
        }
        let open = std::fs::OpenOptions::new()
            .append(true)
            .create(true)
            .open(file);
        // Without it, the agent is recognized by its own variables.
        let _ = open.and_then(|mut file| file.write_all(lines.as_bytes()));
    }

    /// The name under which it is credited: that of its definition, where it is one of the repository's.
    fn credited(&self, registry: &Registry) -> Option<&str> {
        let defined = self
            .definition
            .as_deref()
            .filter(|name| registry.of(name).next().is_some());
        defined.or(self.agent.as_deref())
    }
}

/// The agent that the payload is of. Codex begins a session as Claude Code does.
fn agent(payload: &Payload, environment: &Environment) -> String {
    if let Some(agent) = payload.dialect.agent() {
        return agent.to_owned();
    }
    let is_codex = environment.is_set("CODEX_ENV_FILE")
        || payload
            .model
            .as_deref()
            .is_some_and(|model| model.starts_with("gpt-"));
    if is_codex {
        return "codex".to_owned();
    }
    let sign = detection::in_environment(environment, &Agents::default());
    sign.map_or_else(|| "claude".to_owned(), |sign| sign.agent)
}

/// The name of a model, without its provider; `None` if it cannot stand in a credit.
fn model_name(text: &str) -> Option<String> {
    let name = text.rsplit('/').next().unwrap_or(text).trim();
    let is_name = !name.is_empty()
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || " ._-:[]".contains(c));
    is_name.then(|| name.to_owned())
}

/// Five lines: what is gated, how long that takes, and what a message has to have.
fn context(
    environment: &Environment,
    repository: &Repository,
    who: &Who,
) -> Result<Option<String>> {
    if source::is_missing(repository) {
        return Ok(None);
    }
    let config = check::config(repository)?;
    let hooks = install::status(repository, environment)?;
    let mut lines = vec![gated(&config)];
    lines.push(if hooks.iter().all(install::HookStatus::is_gated) {
        "The hooks are in the git directory that all work trees share, so linked work trees are checked, too.".to_owned()
    } else {
        format!(
            "The hooks are not in place here, so commits are not checked: run `{} install`.",
            self_path::call(environment)
        )
    });
    lines.push(time_needed(repository));
    lines.push(message(repository, &config, who)?);
    lines.push(
        "If a commit is refused, fix what it names and run the command that it prints. Do not skip hooks; if a gate \
         is wrong, stop and ask the user."
            .to_owned(),
    );
    Ok(Some(lines.join("\n")))
}

fn gated(config: &Config) -> String {
    let names: Vec<&str> = config.gates.iter().map(|gate| gate.name.as_str()).collect();
    format!(
        "Every commit here is checked by gatekeeper: {} ({}).",
        count(names.len(), "gate"),
        some_of(&names, NAMED)
    )
}

/// How long gates take from which on a time limit is named, in milliseconds.
const NOTABLE_MS: u64 = 10_000;

fn time_needed(repository: &Repository) -> String {
    let history = History::read(&RecordedRuns::of(repository));
    let runs = history.runs.iter().rev().map(|run| run.duration_ms);
    match runs.take(NAMED).max().filter(|longest| *longest > 0) {
        // Every host waits that long anyway.
        Some(longest) if longest < NOTABLE_MS => {
            "Run `git commit` in the foreground, without a pipe behind it.".to_owned()
        }
        Some(longest) => {
            let longest = std::time::Duration::from_millis(longest);
            format!(
                "The gates took up to {}: give `git commit` a time limit of at least {}, in the foreground, without a pipe \
                 behind it.",
                duration(longest),
                duration(longest.saturating_mul(2))
            )
        }
        None => "How long a commit takes is not known yet: give `git commit` a time limit of several minutes, in the \
                 foreground, without a pipe behind it."
            .to_owned(),
    }
}

/// The end of a message, as this agent has to write it.
fn message(repository: &Repository, config: &Config, who: &Who) -> Result<String> {
    let rules = &config.commit_msg.assisted_by;
    let registry = check::registry(repository, config)?;
    let wanted = Wanted {
        forms: &rules.forms,
        registry: &registry,
    };
    let agent = who.credited(&registry);
    let credit = agent.and_then(|agent| wanted.credit(agent, who.model.as_deref()));
    let credit = credit.or_else(|| wanted.template(agent));
    let is_credited = !matches!(
        rules.required,
        CreditRequired::Never | CreditRequired::Forbidden
    );
    Ok(match credit.filter(|_| is_credited) {
        Some(credit) => format!(
            "Messages: a subject, a blank line, why, a blank line, then `{}: {credit}`; commit with `git commit -s`.",
            rules.key
        ),
        None => "Messages: a subject, a blank line, why; no credit of an AI; commit with `git commit -s`.".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::model_name;

    #[test]
    fn models_are_named_without_their_provider() {
        for (text, name) in [
            ("claude-opus-4-5", Some("claude-opus-4-5")),
            ("anthropic/claude-opus-4-5", Some("claude-opus-4-5")),
            ("claude-opus-4-5[1m]", Some("claude-opus-4-5[1m]")),
            ("", None),
            ("a (b)", None),
            ("a\nexport X=1", None),
        ] {
            assert_eq!(model_name(text).as_deref(), name, "{text}");
        }
    }
}
