//! The guard at the hosts of agents: whether they run it.

use super::complaint::Complaint;
use super::facts::Facts;
use super::rule::DoctorRule;
use super::set_up::rule;
use crate::indirection::Place;
use crate::model::severity::Severity;

pub(super) const RULES: &[DoctorRule] = &[
    rule(
        "doctor.agent-guard-outdated",
        Severity::Warning,
        "the files with which the host of an agent runs the guard are not as this gatekeeper writes them",
        "Run `gatekeeper install --agent NAME`, and commit what it has written.",
        outdated_guards,
    ),
    rule(
        "doctor.agent-guard-missing",
        Severity::Error,
        "the host of an agent starts `gatekeeper guard`, and there is no `gatekeeper` on PATH, so the commands of the agent are not checked, or all of them are refused",
        "Install gatekeeper where PATH leads to it: `uv tool install gatekeeper-git`.",
        missing_guards,
    ),
    rule(
        "doctor.agent-guard-off",
        Severity::Error,
        "a setting switches the hooks of an agent's host off, and the guard with them",
        "Remove the setting.",
        guards_off,
    ),
    rule(
        "doctor.agent-guard-untrusted",
        Severity::Note,
        "the host of an agent runs hooks of a project only after a person has trusted them, and no such trust is recorded",
        "Start the agent here, and trust the project and its hooks (`/hooks` in Codex).",
        untrusted_guards,
    ),
];

fn outdated_guards(facts: &Facts) -> Vec<Complaint> {
    let agents = facts.set_up.agents.iter();
    agents
        .filter(|agent| !agent.is_current)
        .map(|agent| {
            Complaint::new(
                Place {
                    path: agent.file.clone(),
                    line: 0,
                },
                format!(
                    "the guard in {} is not as this gatekeeper writes it",
                    agent.name
                ),
                format!(
                    "Run `gatekeeper install --agent {}`, and commit the files.",
                    agent.name
                ),
            )
        })
        .collect()
}

fn missing_guards(facts: &Facts) -> Vec<Complaint> {
    let is_lost = !facts.set_up.is_guard_found && !facts.set_up.is_ci;
    let agents = facts.set_up.agents.iter().filter(|_| is_lost);
    agents
        .map(|agent| {
            Complaint::new(
                Place {
                    path: agent.file.clone(),
                    line: 0,
                },
                format!(
                    "{} cannot start `gatekeeper guard`, because there is no `gatekeeper` on PATH: {}",
                    agent.name,
                    if agent.fails_closed {
                        "it refuses every command"
                    } else {
                        "its commands are not checked"
                    }
                ),
                "Install gatekeeper where PATH leads to it: `uv tool install gatekeeper-git`.",
            )
        })
        .collect()
}

fn guards_off(facts: &Facts) -> Vec<Complaint> {
    let agents = facts.set_up.agents.iter();
    let off = agents.filter_map(|agent| Some((agent, agent.off.as_ref()?)));
    off.map(|(agent, (file, setting))| {
        Complaint::new(
            Place {
                path: file.clone(),
                line: 0,
            },
            format!("`{setting}` keeps {} from running the guard", agent.name),
            "Remove the setting.",
        )
    })
    .collect()
}

fn untrusted_guards(facts: &Facts) -> Vec<Complaint> {
    let agents = facts.set_up.agents.iter();
    let untrusted = agents.filter_map(|agent| Some((agent, agent.untrusted.as_ref()?)));
    untrusted
        .map(|(agent, why)| {
            Complaint::new(
                Place {
                    path: agent.file.clone(),
                    line: 0,
                },
                format!("{} does not run the guard yet: {why}", agent.name),
                "Start the agent here, and trust the project and its hooks.",
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::machine::{GuardedAgent, SetUp};

    #[test]
    fn a_guard_that_waits_for_trust_is_noted() {
        let agent = |untrusted: Option<&str>| GuardedAgent {
            name: "codex",
            file: ".codex/hooks.json".into(),
            is_current: true,
            fails_closed: false,
            off: None,
            untrusted: untrusted.map(str::to_owned),
        };
        let facts = |agent| Facts {
            set_up: SetUp {
                agents: vec![agent],
                is_guard_found: true,
                ..SetUp::default()
            },
            ..Facts::default()
        };
        let ids = |facts: &Facts| -> Vec<&str> {
            let found = crate::doctor::diagnose(facts);
            found.iter().map(|one| one.rule.id).collect()
        };
        let untrusted = facts(agent(Some("why")));
        assert_eq!(ids(&untrusted), ["doctor.agent-guard-untrusted"]);
        assert_eq!(ids(&facts(agent(None))), [""; 0]);
    }
}
