//! Answers in the dialects of hosts. None of them allows anything.

use serde_json::{Value, json};

use super::host::Dialect;
use super::payload::Payload;
use crate::base::exit_code::ExitCode;

/// What is printed, and how the process ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    /// For standard output.
    pub(crate) output: String,
    /// For standard error.
    pub(crate) error: String,
    /// The exit code.
    pub(crate) code: ExitCode,
}

impl Answer {
    /// No objection.
    #[must_use]
    pub(crate) fn silence(dialect: Dialect) -> Self {
        Self {
            // Cline reads an empty output as a broken hook.
            output: if dialect == Dialect::Cline {
                "{}\n".to_owned()
            } else {
                String::new()
            },
            error: String::new(),
            code: ExitCode::Passed,
        }
    }

    /// The tool is not to be called.
    #[must_use]
    pub(crate) fn deny(payload: Option<&Payload>, dialect: Dialect, reason: &str) -> Self {
        let reason = reason.trim_end();
        let is_claude_shaped = payload.is_some_and(|payload| payload.is_claude_shaped);
        match dialect {
            Dialect::Copilot if !is_claude_shaped => Self::json(&json!({
                "permissionDecision": "deny",
                "permissionDecisionReason": reason,
            })),
            Dialect::Cursor if !is_claude_shaped => Self::json(&json!({
                "permission": "deny",
                "user_message": reason,
                "agent_message": reason,
            })),
            Dialect::Antigravity => Self::json(&json!({ "decision": "deny", "reason": reason })),
            Dialect::Cline => Self::json(&json!({ "cancel": true, "errorMessage": reason })),
            // Exit code 2 with a reason is a no for each of these; the reason must not be empty.
            Dialect::Claude
            | Dialect::Codex
            | Dialect::Gemini
            | Dialect::Windsurf
            | Dialect::Copilot
            | Dialect::Cursor
            | Dialect::Plugin => Self {
                output: String::new(),
                error: format!("{reason}\n"),
                code: ExitCode::Denied,
            },
        }
    }

    /// Advice about a tool that may be called; silence where the host has no place for it.
    #[must_use]
    pub(crate) fn advise(payload: &Payload, advice: &str) -> Self {
        match payload.dialect {
            Dialect::Claude => Self::json(&json!({
                "hookSpecificOutput": { "hookEventName": "PreToolUse", "additionalContext": advice },
            })),
            other => Self::silence(other),
        }
    }

    /// Context for a session that begins. `variables` are for the environment of the agent's commands.
    #[must_use]
    pub(crate) fn context(dialect: Dialect, text: &str, variables: &[(&str, &str)]) -> Self {
        let value = match dialect {
            Dialect::Claude | Dialect::Codex | Dialect::Gemini => json!({
                "hookSpecificOutput": { "hookEventName": "SessionStart", "additionalContext": text },
            }),
            Dialect::Cursor => {
                let env: Value = variables
                    .iter()
                    .map(|(name, value)| (*name, *value))
                    .collect();
                json!({ "env": env, "additional_context": text })
            }
            Dialect::Copilot => json!({ "additionalContext": text }),
            Dialect::Cline => json!({ "cancel": false, "contextModification": text }),
            Dialect::Windsurf | Dialect::Antigravity | Dialect::Plugin => {
                return Self::silence(dialect);
            }
        };
        Self::json(&value)
    }

    /// The agent is not to stop yet, for this reason; silence where the host cannot be told.
    #[must_use]
    pub(crate) fn keep_on(dialect: Dialect, reason: &str) -> Self {
        let reason = reason.trim_end();
        match dialect {
            Dialect::Claude | Dialect::Codex | Dialect::Copilot => {
                Self::json(&json!({ "decision": "block", "reason": reason }))
            }
            Dialect::Gemini => Self::json(&json!({ "decision": "deny", "reason": reason })),
            Dialect::Cursor => Self::json(&json!({ "followup_message": reason })),
            other => Self::silence(other),
        }
    }

    fn json(value: &Value) -> Self {
        Self {
            output: format!("{value}\n"),
            error: String::new(),
            code: ExitCode::Passed,
        }
    }
}
