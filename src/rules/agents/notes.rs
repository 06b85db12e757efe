//! What a note of git-ai says of the agents that took part in a commit.

use serde_json::Value;

use super::detection::{Evidence, Sign};

/// The names that git-ai has for agents, and ours.
const NAMES: [(&str, &str); 4] = [
    ("claude-code", "claude"),
    ("gemini-cli", "gemini"),
    ("github-copilot", "copilot"),
    ("codex-cli", "codex"),
];

/// The agent of a note, and its model. `None` if no line of an agent was taken over, or the note is not understood.
#[must_use]
pub(crate) fn credited(note: &str) -> Option<(Sign, Option<String>)> {
    // Lines about files come first; what they refer to is JSON, after a line of dashes.
    let (_, json) = note.split_once("\n---\n").unwrap_or(("", note));
    let value: Value = serde_json::from_str(json.trim_start_matches("---\n")).ok()?;
    let prompts = value.get("prompts")?.as_object()?;
    let is_taken =
        |prompt: &&Value| prompt.get("accepted_lines").and_then(Value::as_u64) != Some(0);
    let agent = prompts.values().find(is_taken)?.get("agent_id")?;
    let tool = agent.get("tool")?.as_str()?;
    let known = NAMES.iter().find(|(name, _)| *name == tool);
    let model = agent.get("model").and_then(Value::as_str);
    let model = model.filter(|model| !model.is_empty() && *model != "unknown");
    let sign = Sign {
        agent: known.map_or(tool, |(_, name)| name).to_owned(),
        evidence: Evidence::Note,
    };
    Some((sign, model.map(str::to_owned)))
}

#[cfg(test)]
mod tests {
    use super::credited;

    #[test]
    fn notes_name_agents_and_models() {
        let note = |accepted: &str| {
            format!(
                "src/a.rs\n  d9978a8 1-4\n---\n{{\"schema_version\":\"authorship/3.0.0\",\"prompts\":{{\"d9978a8\":{{\"agent_id\":{{\"tool\":\"claude-code\",\"id\":\"x\",\"model\":\"claude-opus-4-5\"}}{accepted}}}}}}}\n"
            )
        };
        let (sign, model) = credited(&note("")).unwrap();
        assert_eq!(
            (sign.agent.as_str(), model.as_deref()),
            ("claude", Some("claude-opus-4-5"))
        );
        assert!(credited(&note(",\"accepted_lines\":3")).is_some());
        assert_eq!(credited(&note(",\"accepted_lines\":0")), None);
        for text in [
            "",
            "text",
            "---\n{}",
            "---\n{\"prompts\":{}}",
            "---\n{\"prompts\":[1]}",
        ] {
            assert_eq!(credited(text), None, "{text}");
        }
    }
}
