//! Whether what is installed in a host works: its command is run with a bypass, and has to refuse it.

use std::fs;
use std::io::{ErrorKind, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};

use super::hosts::AgentHost;
use super::{AgentOptions, COMMAND};

/// How a trial ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Probe {
    /// The bypass was refused.
    Refuses,
    /// It was not; what the command said.
    LetsPass(String),
    /// The command could not be started, because there is no gatekeeper on PATH.
    Missing,
    /// The host runs no command of ours.
    NoCommand,
}

/// A payload with a bypass, as the host would send it.
fn payload(host: AgentHost) -> &'static str {
    match host {
        AgentHost::Codex => {
            r#"{"session_id":"probe","turn_id":"probe","hook_event_name":"PreToolUse","tool_name":"Bash","tool_input":{"command":"git commit --no-verify"}}"#
        }
        AgentHost::Gemini => {
            r#"{"session_id":"probe","hook_event_name":"BeforeTool","timestamp":"","tool_name":"run_shell_command","tool_input":{"command":"git commit --no-verify"}}"#
        }
        AgentHost::Cursor => {
            r#"{"conversation_id":"probe","generation_id":"probe","cursor_version":"probe","hook_event_name":"beforeShellExecution","command":"git commit --no-verify"}"#
        }
        AgentHost::Copilot => {
            r#"{"sessionId":"probe","timestamp":0,"toolName":"bash","toolArgs":{"command":"git commit --no-verify"}}"#
        }
        AgentHost::Windsurf => {
            r#"{"agent_action_name":"pre_run_command","tool_info":{"command_line":"git commit --no-verify"}}"#
        }
        AgentHost::Cline => {
            r#"{"clineVersion":"probe","hookName":"PreToolUse","preToolUse":{"toolName":"execute_command","parameters":{"command":"git commit --no-verify"}}}"#
        }
        _ => {
            r#"{"session_id":"probe","hook_event_name":"PreToolUse","tool_name":"Bash","tool_input":{"command":"git commit --no-verify"}}"#
        }
    }
}

/// Runs the command that is installed in a host, as the host would, with a bypass.
#[must_use]
pub(crate) fn probe(top: &Path, host: AgentHost) -> Probe {
    let mut command = match host {
        AgentHost::Aider | AgentHost::AgentsMd => return Probe::NoCommand,
        AgentHost::Cline => Command::new(top.join(".clinerules/hooks/PreToolUse")),
        AgentHost::OpenCode | AgentHost::Amp => {
            let mut command = Command::new("gatekeeper");
            command.args(["guard", "--agent", host.name()]);
            command
        }
        _ => {
            let installed = installed_command(top, host);
            let mut command = Command::new("sh");
            command.args(["-c", installed.as_deref().unwrap_or(COMMAND)]);
            command
        }
    };
    command
        .current_dir(top)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut run = || -> std::io::Result<Probe> {
        let mut child = command.spawn()?;
        if let Some(mut input) = child.stdin.take() {
            // What it says without having read everything counts just as well.
            let _ = input.write_all(payload(host).as_bytes());
        }
        let output = child.wait_with_output()?;
        let said = String::from_utf8_lossy(&output.stdout);
        let is_refusal = match host {
            AgentHost::Cursor => said.contains("\"permission\":\"deny\""),
            AgentHost::Copilot => said.contains("\"permissionDecision\":\"deny\""),
            AgentHost::Cline => said.contains("\"cancel\":true"),
            _ => output.status.code() == Some(2) && !output.stderr.is_empty(),
        };
        let error = String::from_utf8_lossy(&output.stderr);
        let first = error.lines().next().unwrap_or("it said nothing").to_owned();
        // What a shell says of a program that it does not find.
        let is_missing = output.status.code() == Some(127);
        Ok(if is_refusal {
            Probe::Refuses
        } else if is_missing {
            Probe::Missing
        } else {
            Probe::LetsPass(first)
        })
    };
    run().unwrap_or_else(|error| match error.kind() {
        ErrorKind::NotFound => Probe::Missing,
        _ => Probe::LetsPass(error.to_string()),
    })
}

/// The command that the file of a host runs before tools, as it stands there.
fn installed_command(top: &Path, host: AgentHost) -> Option<String> {
    let file = host
        .files(AgentOptions { stop: false })
        .into_iter()
        .next()?;
    let text = fs::read_to_string(top.join(file.path)).ok()?;
    file.content.command(&text)
}
