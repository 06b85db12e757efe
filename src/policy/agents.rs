//! Which AI coding agent is at work. Tables are data.

use crate::environment::Environment;

/// Names an agent, whoever set it. It may name one, and never deny one.
const OWN: &str = "GATEKEEPER_AGENT";

/// Variables that agents set for the commands they run, and the agent each tells of. The first
/// that is set and not empty counts; some agents set a second one of another's, so the order
/// matters.
const VARIABLES: [(&str, &str); 13] = [
    ("CODEX_THREAD_ID", "codex"),
    ("CODEX_SANDBOX", "codex"),
    ("CODEX_SANDBOX_NETWORK_DISABLED", "codex"),
    ("CODEX_CI", "codex"),
    ("GEMINI_CLI", "gemini"),
    ("OPENCODE", "opencode"),
    ("CURSOR_AGENT", "cursor"),
    ("COPILOT_CLI", "copilot"),
    ("AUGMENT_AGENT", "augment"),
    ("ANTIGRAVITY_AGENT", "antigravity"),
    ("CLINE_ACTIVE", "cline"),
    ("CLAUDE_CODE_CHILD_SESSION", "claude"),
    ("CLAUDECODE", "claude"),
];

/// Addresses that only an AI's credit has, in lower case.
const ADDRESSES: [&str; 9] = [
    "noreply@anthropic.com",
    "copilot@users.noreply.github.com",
    "copilot@github.com",
    "cursoragent@cursor.com",
    "noreply@openai.com",
    "aider@aider.chat",
    "crush@charm.land",
    "amp@ampcode.com",
    "noreply@aider.chat",
];

/// What tells that an agent is at work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sign {
    /// This environment variable, which an agent of this name sets.
    Variable {
        /// The variable.
        variable: &'static str,
        /// The agent.
        agent: String,
    },
    /// A credit in the message with this address.
    Credit(String),
}

/// The agent whose environment we run in, if we do.
#[must_use]
pub fn in_environment(environment: &Environment) -> Option<Sign> {
    let value = |name: &str| {
        let value = environment.get(name)?.to_string_lossy().into_owned();
        Some(value).filter(|value| !value.trim().is_empty())
    };
    for variable in [OWN, "AI_AGENT"] {
        if let Some(agent) = value(variable) {
            return Some(Sign::Variable { variable, agent });
        }
    }
    if value("AGENT").as_deref() == Some("amp") {
        return Some(Sign::Variable {
            variable: "AGENT",
            agent: "amp".into(),
        });
    }
    VARIABLES
        .iter()
        .find(|(variable, _)| environment.is_set(variable))
        .map(|(variable, agent)| Sign::Variable {
            variable,
            agent: (*agent).to_owned(),
        })
}

/// Whether an address is an AI's, be it with the number that GitHub puts before it.
#[must_use]
pub fn is_address(address: &str) -> bool {
    let lower = address.trim().to_lowercase();
    let plain = match lower.split_once('+') {
        Some((number, rest)) if number.bytes().all(|byte| byte.is_ascii_digit()) => rest,
        _ => lower.as_str(),
    };
    ADDRESSES.contains(&plain)
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    fn agent(variables: &[(&str, &str)]) -> Option<String> {
        let environment = Environment {
            variables: variables
                .iter()
                .map(|(n, v)| (n.into(), v.into()))
                .collect(),
            current_dir: PathBuf::new(),
            parent: None,
        };
        match in_environment(&environment)? {
            Sign::Variable { agent, .. } => Some(agent),
            Sign::Credit(_) => None,
        }
    }

    #[test]
    fn agents_are_known_by_what_they_set() {
        assert_eq!(agent(&[]), None);
        let cases = [
            (&[("CLAUDECODE", "1")][..], Some("claude")),
            (&[("CLAUDECODE", "")], None),
            (
                &[("CLAUDECODE", "1"), ("CODEX_THREAD_ID", "x")],
                Some("codex"),
            ),
            (&[("AI_AGENT", "crush"), ("CLAUDECODE", "1")], Some("crush")),
            (
                &[("AI_AGENT", "claude-code/2.0"), ("GEMINI_CLI", "1")],
                Some("claude-code/2.0"),
            ),
            (&[("AGENT", "1")], None),
            (&[("AGENT", "amp")], Some("amp")),
            (
                &[("GATEKEEPER_AGENT", ""), ("OPENCODE", "1")],
                Some("opencode"),
            ),
        ];
        for (variables, expected) in cases {
            assert_eq!(agent(variables).as_deref(), expected, "{variables:?}");
        }
    }

    #[test]
    fn addresses_and_not_names_tell_an_ai() {
        assert!(is_address("noreply@anthropic.com"));
        assert!(is_address("223556219+Copilot@users.noreply.github.com"));
        assert!(!is_address("claude@example.com"));
        assert!(!is_address("jane+anthropic@example.com"));
    }
}
