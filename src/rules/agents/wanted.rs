//! What a credit may look like here, by gates.toml and by the agents that are defined.

use super::registry::{Registry, is_agent_name};
use crate::config::Form;

/// What a credit may look like.
pub(crate) struct Wanted<'a> {
    /// The forms that gates.toml names; if empty, the forms that suit the registry.
    pub(crate) forms: &'a [Form],
    /// The agents that are defined.
    pub(crate) registry: &'a Registry,
}

impl Wanted<'_> {
    /// Whether the form of our template is accepted.
    pub(crate) fn takes_agents(&self) -> bool {
        self.forms.is_empty() || self.forms.contains(&Form::Agent)
    }

    pub(super) fn takes_kernels(&self) -> bool {
        self.forms.contains(&Form::Kernel) || self.forms.is_empty() && self.registry.is_empty()
    }

    /// Whether the form needs a hash: where agents are defined, and where the form was asked for.
    pub(super) fn needs_hash(&self) -> bool {
        !self.registry.is_empty() || self.forms.contains(&Form::Agent)
    }

    /// The form as it is explained.
    pub(crate) fn form(&self) -> String {
        if self.takes_agents() {
            let form = if self.needs_hash() {
                "agent-name (model / short-hash)"
            } else {
                "agent-name (model), or agent-name (model / short-hash)"
            };
            format!(
                "{form}; the hash is that of the file that defines the agent, as `git hash-object` \
                 prints it"
            )
        } else if self.takes_kernels() {
            "AGENT_NAME:MODEL_VERSION, optionally followed by tools".into()
        } else {
            let patterns = self.forms.iter().map(|form| match form {
                Form::Any => "anything".to_owned(),
                other => format!("a value that matches {}", other.name()),
            });
            patterns.collect::<Vec<_>>().join(", or ")
        }
    }

    /// A credit with words in capitals for what is not known; `None` if no form that is known is accepted.
    pub(crate) fn template(&self, agent: Option<&str>) -> Option<String> {
        let agent = agent.filter(|agent| is_agent_name(agent));
        if !self.takes_agents() {
            let name = agent.unwrap_or("AGENT_NAME");
            return self
                .takes_kernels()
                .then(|| format!("{name}:MODEL_VERSION"));
        }
        let name = agent.unwrap_or("AGENT-NAME");
        if let Some(credit) = agent.and_then(|agent| self.credit(agent, Some("MODEL"))) {
            return Some(credit);
        }
        Some(if self.needs_hash() {
            format!("{name} (MODEL / SHORT-HASH)")
        } else {
            format!("{name} (MODEL)")
        })
    }

    /// The credit of an agent, if its model is known and its hash is unambiguous.
    pub(crate) fn credit(&self, agent: &str, model: Option<&str>) -> Option<String> {
        let model = model?;
        if !self.takes_agents() {
            let words: Vec<&str> = model.split_whitespace().collect();
            let agent_is_word = !agent.contains(char::is_whitespace);
            return (self.takes_kernels() && agent_is_word)
                .then(|| format!("{agent}:{}", words.join("-")));
        }
        if !is_agent_name(agent) || model.contains(['/', '(', ')']) {
            return None;
        }
        if self.registry.is_empty() {
            return (!self.needs_hash()).then(|| format!("{agent} ({model})"));
        }
        let mut definitions = self.registry.of(agent);
        match (definitions.next(), definitions.next()) {
            (Some(definition), None) => {
                Some(format!("{agent} ({model} / {})", definition.short_hash()))
            }
            _ => None,
        }
    }
}
