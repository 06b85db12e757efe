//! The hosts of agents, by the dialect in which they tell what is about to happen.
//!
//! What a payload looks like comes from the hosts' documentation and published types; docs/agents.md has a table.

use serde_json::{Map, Value};

/// How a host speaks with its hooks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Dialect {
    /// Claude Code, and those that took over its shape: Qwen Code, Factory Droid, Grok, VS Code.
    Claude,
    Codex,
    Gemini,
    Cursor,
    Copilot,
    Windsurf,
    Antigravity,
    Cline,
    /// A plugin of ours in `OpenCode` or Amp, which passes the exit code and the reason on.
    Plugin,
}

/// The name under which a host is installed and credited, and its dialect.
pub(crate) type Host = (&'static str, Dialect);

/// The hosts that can be named with `--agent`.
pub(crate) const HOSTS: [Host; 11] = [
    ("claude", Dialect::Claude),
    ("codex", Dialect::Codex),
    ("gemini", Dialect::Gemini),
    ("cursor", Dialect::Cursor),
    ("copilot", Dialect::Copilot),
    ("windsurf", Dialect::Windsurf),
    ("antigravity", Dialect::Antigravity),
    ("cline", Dialect::Cline),
    ("opencode", Dialect::Plugin),
    ("amp", Dialect::Plugin),
    ("qwen", Dialect::Claude),
];

impl Dialect {
    /// The dialect of a host by its name.
    #[must_use]
    pub(crate) fn of_host(name: &str) -> Option<Self> {
        let known = HOSTS.iter().find(|(known, _)| *known == name);
        known.map(|(_, dialect)| *dialect)
    }

    /// The name of the agent, if the dialect is spoken by one alone.
    #[must_use]
    pub(crate) fn agent(self) -> Option<&'static str> {
        let mut speaking = HOSTS.iter().filter(|(_, dialect)| *dialect == self);
        let first = speaking.next().map(|(name, _)| *name);
        first.filter(|_| speaking.next().is_none())
    }

    /// The dialect that the fields of a payload tell; `None` if they fit none.
    #[must_use]
    pub(super) fn of_fields(fields: &Map<String, Value>) -> Option<Self> {
        let has = |name: &str| fields.contains_key(name);
        // VS Code's documentation writes the names of the general fields in the other case.
        let event = fields
            .get("hook_event_name")
            .or_else(|| fields.get("hookEventName"))
            .and_then(Value::as_str);
        // The first that fits counts: Cursor's payloads have fields of Claude's, say.
        if has("agent_action_name") {
            Some(Self::Windsurf)
        } else if has("toolCall") {
            Some(Self::Antigravity)
        } else if has("clineVersion") || has("hookName") {
            Some(Self::Cline)
        } else if has("cursor_version") || has("conversation_id") && has("generation_id") {
            Some(Self::Cursor)
        } else if has("toolName") || has("sessionId") && event.is_none() && !has("tool_name") {
            Some(Self::Copilot)
        } else if matches!(
            event,
            Some("BeforeTool" | "AfterAgent" | "BeforeAgent" | "AfterTool" | "BeforeModel")
        ) || event == Some("SessionStart") && has("timestamp")
        {
            Some(Self::Gemini)
        } else if has("turn_id") {
            Some(Self::Codex)
        } else if event.is_some() || has("tool_name") {
            Some(Self::Claude)
        } else {
            None
        }
    }
}
