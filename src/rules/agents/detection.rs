//! Which AI coding agent is at work. Tables are data, and gates.toml can correct them.

use crate::base::environment::Environment;
use crate::config;

/// Names an agent, no matter what set it. It can name an agent but never deny one.
const OWN: &str = "GATEKEEPER_AGENT";

/// Names the model that the agent uses; the first that is set counts.
const MODELS: [&str; 2] = ["GATEKEEPER_MODEL", "ANTHROPIC_MODEL"];

/// Variables that agents set for the commands they run, and the agent that each stands for. The
/// first that is set and not empty counts; some agents also set a variable of another agent, so the
/// order matters.
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

/// Addresses that only an AI's credit has, in lower case, and the agent that each stands for.
const ADDRESSES: [(&str, &str); 16] = [
    ("noreply@anthropic.com", "claude"),
    ("copilot@users.noreply.github.com", "copilot"),
    ("copilot@github.com", "copilot"),
    ("cursoragent@cursor.com", "cursor"),
    ("noreply@openai.com", "codex"),
    ("codex@openai.com", "codex"),
    ("aider@aider.chat", "aider"),
    ("noreply@aider.chat", "aider"),
    ("crush@charm.land", "crush"),
    ("junie@jetbrains.com", "junie"),
    ("qwen-coder@alibabacloud.com", "qwen"),
    ("amp@ampcode.com", "amp"),
    ("noreply@opencode.ai", "opencode"),
    (
        "devin-ai-integration[bot]@users.noreply.github.com",
        "devin",
    ),
    ("google-labs-jules[bot]@users.noreply.github.com", "jules"),
    (
        "gemini-code-assist[bot]@users.noreply.github.com",
        "gemini-code-assist",
    ),
];

/// Names that agents leave in a message besides trailers, in lower case: `Generated with [Claude
/// Code]`.
const GENERATORS: [(&str, &str); 9] = [
    ("claude code", "claude"),
    ("crush", "crush"),
    ("codex", "codex"),
    ("cursor", "cursor"),
    ("gemini", "gemini"),
    ("copilot", "copilot"),
    ("aider", "aider"),
    ("opencode", "opencode"),
    ("amp", "amp"),
];

/// A sign that an agent is at work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sign {
    /// The agent.
    pub(crate) agent: String,
    /// What gives it away.
    pub(crate) evidence: Evidence,
}

/// How an agent was detected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Evidence {
    /// This environment variable is set.
    Variable(String),
    /// A credit in the message has this address.
    Address(String),
    /// The author or committer has this name.
    Name(String),
    /// A note about the commit says so.
    Note,
    /// This line is in the message.
    Line(usize),
}

/// The agent whose environment we run in, if we do.
#[must_use]
pub(crate) fn in_environment(environment: &Environment, tables: &config::Agents) -> Option<Sign> {
    let value = |name: &str| {
        let value = environment.get(name)?.to_string_lossy().trim().to_owned();
        Some(value).filter(|value| !value.is_empty())
    };
    let sign = |variable: &str, agent: String| Sign {
        agent,
        evidence: Evidence::Variable(variable.to_owned()),
    };
    let announced = value(OWN).map(|agent| sign(OWN, agent));
    announced
        .or_else(|| {
            let configured = tables.variables.iter();
            configured
                .filter_map(|(variable, agent)| Some((variable, agent.clone()?)))
                .find(|(variable, _)| value(variable).is_some())
                .map(|(variable, agent)| sign(variable, agent))
        })
        .or_else(|| {
            let is_asked = |name: &str| !tables.variables.contains_key(name);
            let named = value("AI_AGENT").filter(|_| is_asked("AI_AGENT"));
            if let Some(agent) = named {
                return Some(sign("AI_AGENT", agent));
            }
            if is_asked("AGENT") && value("AGENT").as_deref() == Some("amp") {
                return Some(sign("AGENT", "amp".into()));
            }
            VARIABLES
                .iter()
                .find(|(variable, _)| is_asked(variable) && value(variable).is_some())
                .map(|(variable, agent)| sign(variable, (*agent).to_owned()))
        })
}

/// The model that the environment names.
#[must_use]
pub(crate) fn model_in(environment: &Environment) -> Option<String> {
    let named = MODELS.iter().find(|name| environment.is_set(name))?;
    let model = environment.get(named)?.to_string_lossy().trim().to_owned();
    let is_model = !model.is_empty() && !model.contains(['/', '(', ')', '\n', '\r']);
    is_model.then_some(model)
}

/// The agent that an address belongs to, with or without the number that GitHub puts before it.
#[must_use]
pub(crate) fn by_address(address: &str, tables: &config::Agents) -> Option<String> {
    let lower = address.trim().to_lowercase();
    let plain = match lower.split_once('+') {
        Some((number, login)) if number.bytes().all(|byte| byte.is_ascii_digit()) => login,
        _ => lower.as_str(),
    };
    let built_in = |address: &str| ADDRESSES.iter().find(|(listed, _)| *listed == address);
    let configured = tables.addresses.get(&lower);
    match configured.or_else(|| tables.addresses.get(plain)) {
        Some(false) => None,
        Some(true) => {
            let local = plain.split('@').next().unwrap_or_default();
            Some(built_in(plain).map_or(local, |(_, agent)| agent).to_owned())
        }
        None => built_in(plain).map(|(_, agent)| (*agent).to_owned()),
    }
}

/// The agent that a name says took part: aider adds itself to the names of author and committer
/// (`--attribute-author`).
#[must_use]
pub(crate) fn by_name(name: &str) -> Option<String> {
    name.trim_end()
        .ends_with(" (aider)")
        .then(|| "aider".to_owned())
}

/// The agent that a line of a message says it was generated with.
#[must_use]
pub(crate) fn by_line(line: &str) -> Option<String> {
    let lower = line.to_lowercase();
    let at = ["generated with ", "generated by "]
        .iter()
        .find_map(|words| Some(lower.find(words)? + words.len()))?;
    // Only a robot symbol may stand before it.
    let begins = lower[..at]
        .trim_end()
        .trim_start_matches(|c: char| !c.is_ascii_alphanumeric());
    if !begins.starts_with("generated") {
        return None;
    }
    let name = lower[at..].trim_start_matches('[');
    let ends = |rest: &str| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '-');
    GENERATORS
        .iter()
        .find(|(word, _)| name.strip_prefix(word).is_some_and(ends))
        .map(|(_, agent)| (*agent).to_owned())
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::base::environment::ColorChoice;

    fn environment(variables: &[(&str, &str)]) -> Environment {
        Environment {
            variables: variables
                .iter()
                .map(|(n, v)| (n.into(), v.into()))
                .collect(),
            current_dir: PathBuf::new(),
            color: ColorChoice::Auto,
            parent: None,
        }
    }

    fn agent(variables: &[(&str, &str)]) -> Option<String> {
        let tables = config::Agents {
            variables: [
                ("MY_AGENT".to_owned(), Some("mine".to_owned())),
                ("CLINE_ACTIVE".to_owned(), None),
            ]
            .into(),
            ..config::Agents::default()
        };
        in_environment(&environment(variables), &tables).map(|sign| sign.agent)
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
            (&[("MY_AGENT", "1"), ("OPENCODE", "1")], Some("mine")),
            (&[("CLINE_ACTIVE", "1")], None),
            (&[("GATEKEEPER_AGENT", "me"), ("MY_AGENT", "1")], Some("me")),
        ];
        for (variables, expected) in cases {
            assert_eq!(agent(variables).as_deref(), expected, "{variables:?}");
        }
        let model = |value| model_in(&environment(&[("GATEKEEPER_MODEL", value)]));
        assert_eq!(model("m-4").as_deref(), Some("m-4"));
        assert_eq!(model("a/b"), None);
        assert_eq!(model(""), None);
    }

    #[test]
    fn addresses_and_not_names_tell_an_ai() {
        let tables = config::Agents {
            addresses: [
                ("bot@example.com".to_owned(), true),
                ("noreply@openai.com".to_owned(), false),
            ]
            .into(),
            ..config::Agents::default()
        };
        let agent_of = |address| by_address(address, &tables);
        assert_eq!(agent_of("noreply@anthropic.com").as_deref(), Some("claude"));
        let copilot = agent_of("223556219+Copilot@users.noreply.github.com");
        assert_eq!(copilot.as_deref(), Some("copilot"));
        assert_eq!(agent_of("Bot@example.com").as_deref(), Some("bot"));
        assert_eq!(agent_of("noreply@openai.com"), None);
        assert_eq!(agent_of("claude@example.com"), None);
        assert_eq!(agent_of("jane+anthropic@example.com"), None);
    }

    #[test]
    fn aider_adds_itself_to_names() {
        assert_eq!(by_name("Jane Doe (aider)").as_deref(), Some("aider"));
        assert_eq!(by_name("Jane Doe"), None);
        assert_eq!(by_name("(aider)"), None);
    }

    #[test]
    fn a_line_may_tell_of_its_generator() {
        for (line, agent) in [
            (
                "\u{1f916} Generated with [Claude Code](https://example.com)",
                Some("claude"),
            ),
            ("Generated by Crush", Some("crush")),
            ("Files generated with codex", None),
            ("Generated with ampersand", None),
            ("Generated with protoc", None),
        ] {
            assert_eq!(by_line(line).as_deref(), agent, "{line}");
        }
    }
}
