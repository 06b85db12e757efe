//! Files for a whole machine, which an administrator puts in place: agents cannot change them, and users cannot switch
//! their hooks off.

use super::files::Content;
use super::hosts::AgentHost;
use super::{AgentOptions, COMMAND};

/// What an administrator is to write for a host: the path, and the text. `None` if the host has no such file.
#[must_use]
pub(crate) fn managed(host: AgentHost, options: AgentOptions) -> Option<(&'static str, String)> {
    let of_project = || {
        let file = host.files(options).into_iter().next()?;
        match file.content {
            Content::Json { .. } => file.content.put(None).ok(),
            _ => None,
        }
    };
    match host {
        AgentHost::Claude => {
            let text = of_project()?;
            // Only hooks of this file then run, so no other file can take part.
            let text = text.replacen('{', "{\n  \"allowManagedHooksOnly\": true,", 1);
            Some(("/etc/claude-code/managed-settings.json", text))
        }
        AgentHost::Codex => Some(("/etc/codex/requirements.toml", codex())),
        AgentHost::Cursor => Some(("/etc/cursor/hooks.json", of_project()?)),
        AgentHost::Copilot => Some((
            "/etc/github-copilot/policy.d/gatekeeper.json",
            of_project()?,
        )),
        AgentHost::Windsurf => Some(("/etc/windsurf/hooks.json", of_project()?)),
        AgentHost::Gemini => Some(("/etc/gemini-cli/settings.json", of_project()?)),
        AgentHost::Cline
        | AgentHost::OpenCode
        | AgentHost::Amp
        | AgentHost::Aider
        | AgentHost::AgentsMd => None,
    }
}

/// Managed hooks of Codex are exempt from trust.
fn codex() -> String {
    format!(
        "allow_managed_hooks_only = true\n\n[features]\nhooks = true\n\n[hooks]\nmanaged_dir = \"/usr/local/bin\"\n\n\
         [[hooks.PreToolUse]]\nmatcher = \"Bash|apply_patch|mcp__.*\"\n\n[[hooks.PreToolUse.hooks]]\ntype = \"command\"\n\
         command = \"{COMMAND}\"\ntimeout = 10\n"
    )
}
