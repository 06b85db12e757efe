//! The hosts that the guard can be installed in, as data.

use super::files::Content;
use super::json::{Entry, JsonFile};
use super::{AgentFile, AgentOptions, skill};

/// A host that the guard can be installed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AgentHost {
    Claude,
    Codex,
    Cursor,
    Copilot,
    Gemini,
    Windsurf,
    Cline,
    OpenCode,
    Amp,
    Aider,
    /// `AGENTS.md`, which many agents read.
    AgentsMd,
}

/// Every host.
pub(crate) const HOSTS: [AgentHost; 11] = [
    AgentHost::Claude,
    AgentHost::Codex,
    AgentHost::Cursor,
    AgentHost::Copilot,
    AgentHost::Gemini,
    AgentHost::Windsurf,
    AgentHost::Cline,
    AgentHost::OpenCode,
    AgentHost::Amp,
    AgentHost::Aider,
    AgentHost::AgentsMd,
];

const CLAUDE: JsonFile = JsonFile {
    version: None,
    entries: &[
        Entry::new(
            "PreToolUse",
            r#"{"matcher":"Bash|PowerShell|Monitor|Edit|Write|NotebookEdit|mcp__.*","hooks":[{"type":"command","command":"gatekeeper guard","timeout":10,"onFailure":"block"}]}"#,
        ),
        Entry::new(
            "SessionStart",
            r#"{"hooks":[{"type":"command","command":"gatekeeper guard","timeout":10}]}"#,
        ),
    ],
    stop: &[Entry::new(
        "Stop",
        r#"{"hooks":[{"type":"command","command":"gatekeeper guard","timeout":600}]}"#,
    )],
};

const CODEX: JsonFile = JsonFile {
    version: None,
    entries: &[
        Entry::new(
            "PreToolUse",
            r#"{"matcher":"Bash|apply_patch|mcp__.*","hooks":[{"type":"command","command":"gatekeeper guard","timeout":10}]}"#,
        ),
        Entry::new(
            "SessionStart",
            r#"{"hooks":[{"type":"command","command":"gatekeeper guard","timeout":10}]}"#,
        ),
    ],
    stop: &[Entry::new(
        "Stop",
        r#"{"hooks":[{"type":"command","command":"gatekeeper guard","timeout":600}]}"#,
    )],
};

/// Its times are in milliseconds.
const GEMINI: JsonFile = JsonFile {
    version: None,
    entries: &[
        Entry::new(
            "BeforeTool",
            r#"{"matcher":"run_shell_command|replace|write_file|mcp_.*","hooks":[{"name":"gatekeeper","type":"command","command":"gatekeeper guard","timeout":10000}]}"#,
        ),
        Entry::new(
            "SessionStart",
            r#"{"hooks":[{"name":"gatekeeper","type":"command","command":"gatekeeper guard","timeout":10000}]}"#,
        ),
    ],
    stop: &[Entry::new(
        "AfterAgent",
        r#"{"hooks":[{"name":"gatekeeper","type":"command","command":"gatekeeper guard","timeout":600000}]}"#,
    )],
};

const CURSOR: JsonFile = JsonFile {
    version: Some(1),
    entries: &[
        Entry::new(
            "beforeShellExecution",
            r#"{"command":"gatekeeper guard","timeout":10,"failClosed":true}"#,
        ),
        Entry::new(
            "beforeMCPExecution",
            r#"{"command":"gatekeeper guard","timeout":10,"failClosed":true}"#,
        ),
        Entry::new(
            "preToolUse",
            r#"{"command":"gatekeeper guard","timeout":10,"failClosed":true,"matcher":"Write|Delete"}"#,
        ),
        Entry::new(
            "sessionStart",
            r#"{"command":"gatekeeper guard","timeout":10}"#,
        ),
    ],
    stop: &[Entry::new(
        "stop",
        r#"{"command":"gatekeeper guard","timeout":600,"loop_limit":1}"#,
    )],
};

const COPILOT: JsonFile = JsonFile {
    version: Some(1),
    entries: &[
        Entry::new(
            "preToolUse",
            r#"{"type":"command","bash":"gatekeeper guard","powershell":"gatekeeper guard","timeoutSec":10}"#,
        ),
        Entry::new(
            "sessionStart",
            r#"{"type":"command","bash":"gatekeeper guard","powershell":"gatekeeper guard","timeoutSec":10}"#,
        ),
    ],
    stop: &[Entry::new(
        "agentStop",
        r#"{"type":"command","bash":"gatekeeper guard","powershell":"gatekeeper guard","timeoutSec":600}"#,
    )],
};

const WINDSURF: JsonFile = JsonFile {
    version: None,
    entries: &[
        Entry::new(
            "pre_run_command",
            r#"{"command":"gatekeeper guard","show_output":true}"#,
        ),
        Entry::new(
            "pre_write_code",
            r#"{"command":"gatekeeper guard","show_output":true}"#,
        ),
        Entry::new(
            "pre_mcp_tool_use",
            r#"{"command":"gatekeeper guard","show_output":true}"#,
        ),
    ],
    stop: &[],
};

const CLINE: &str = "#!/bin/sh
# Installed by `gatekeeper install --agent cline`.
exec gatekeeper guard --agent cline
";

const OPENCODE: &str = r#"// Installed by `gatekeeper install --agent opencode`.
import { spawnSync } from "node:child_process"

export const Gatekeeper = async ({ directory }: { directory: string }) => ({
  "tool.execute.before": async (input: { tool: string; sessionID: string }, output: { args: unknown }) => {
    const payload = JSON.stringify({ tool: input.tool, args: output.args, cwd: directory, session_id: input.sessionID })
    const done = spawnSync("gatekeeper", ["guard", "--agent", "opencode"], { input: payload, cwd: directory, encoding: "utf8" })
    if (done.status !== 0) throw new Error(done.stderr || `gatekeeper guard could not run: ${done.error}`)
  },
  "shell.env": async (_input: unknown, output: { env: Record<string, string> }) => {
    output.env.GATEKEEPER_AGENT = "opencode"
  },
})
"#;

const AMP: &str = r#"// Installed by `gatekeeper install --agent amp`.
import { spawnSync } from "node:child_process"
import type { PluginAPI } from "@ampcode/plugin"

export default function gatekeeper(amp: PluginAPI) {
  amp.on("tool.call", async (event) => {
    const payload = JSON.stringify({ tool: event.tool, args: event.input })
    const done = spawnSync("gatekeeper", ["guard", "--agent", "amp"], { input: payload, encoding: "utf8" })
    if (done.status === 0) return { action: "allow" }
    return { action: "reject-and-continue", message: done.stderr || `gatekeeper guard could not run: ${done.error}` }
  })
}
"#;

const AIDER: &str = "# Without this, aider commits with --no-verify.
git-commit-verify: true
test-cmd: gatekeeper run
";

const AGENTS_MD: &str = "## Gates

Every commit here is checked by gatekeeper: git hooks run the gates in gates.toml and check the message.

- `gatekeeper plan --staged` shows which gates a commit will run; `gatekeeper run --staged` runs them without a commit.
- Commit with `git commit -s`, and wait for its end: give the command a time limit of several minutes, and no pipe behind
  it, which would hide its exit status.
- A refused commit names the gate, the file and the next command. Fix the cause and commit again; a refused message is
  saved, and the command that finishes the commit is printed.
- Credit yourself with a line `Assisted-By: AGENT-NAME (MODEL)` before the sign-off; `gatekeeper agents` explains the form.
- Never use `--no-verify`, never set `core.hooksPath` or variables such as `SKIP` and `HUSKY`, and never change hooks or
  .git/gatekeeper. If a gate is wrong, stop and ask.
";

impl AgentHost {
    /// Its name, as it is typed.
    #[must_use]
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Claude => "claude",
            Self::Codex => "codex",
            Self::Cursor => "cursor",
            Self::Copilot => "copilot",
            Self::Gemini => "gemini",
            Self::Windsurf => "windsurf",
            Self::Cline => "cline",
            Self::OpenCode => "opencode",
            Self::Amp => "amp",
            Self::Aider => "aider",
            Self::AgentsMd => "agents-md",
        }
    }

    /// The files that are written for it; the first one has the guard.
    #[must_use]
    pub(crate) fn files(self, options: AgentOptions) -> Vec<AgentFile> {
        let json = |path, file| AgentFile {
            path,
            content: Content::Json {
                file,
                stop: options.stop,
            },
        };
        let whole = |path, text, is_executable| AgentFile {
            path,
            content: Content::Whole {
                text,
                is_executable,
            },
        };
        let first = match self {
            Self::Claude => json(".claude/settings.json", &CLAUDE),
            Self::Codex => json(".codex/hooks.json", &CODEX),
            Self::Cursor => json(".cursor/hooks.json", &CURSOR),
            Self::Copilot => json(".github/hooks/gatekeeper.json", &COPILOT),
            Self::Gemini => json(".gemini/settings.json", &GEMINI),
            Self::Windsurf => json(".windsurf/hooks.json", &WINDSURF),
            Self::Cline => whole(".clinerules/hooks/PreToolUse", CLINE, true),
            Self::OpenCode => whole(".opencode/plugin/gatekeeper.ts", OPENCODE, false),
            Self::Amp => whole(".amp/plugins/gatekeeper.ts", AMP, false),
            Self::Aider => AgentFile {
                path: ".aider.conf.yml",
                content: Content::Yaml { text: AIDER },
            },
            Self::AgentsMd => AgentFile {
                path: "AGENTS.md",
                content: Content::Markdown { text: AGENTS_MD },
            },
        };
        let skill = match self {
            Self::Claude => Some(".claude/skills/gatekeeper/SKILL.md"),
            Self::Codex
            | Self::Cursor
            | Self::Copilot
            | Self::Gemini
            | Self::OpenCode
            | Self::Amp => Some(".agents/skills/gatekeeper/SKILL.md"),
            Self::Windsurf | Self::Cline | Self::Aider | Self::AgentsMd => None,
        };
        let skill = skill.map(|path| whole(path, skill::TEXT, false));
        std::iter::once(first).chain(skill).collect()
    }

    /// Whether the host refuses a command if its hook cannot be started, as the files of ours tell it to.
    #[must_use]
    pub(crate) fn fails_closed(self) -> bool {
        match self {
            Self::Claude | Self::Cursor | Self::Copilot | Self::OpenCode | Self::Amp => true,
            Self::Codex
            | Self::Gemini
            | Self::Windsurf
            | Self::Cline
            | Self::Aider
            | Self::AgentsMd => false,
        }
    }

    /// What is still to do by hand, or cannot be known from here.
    #[must_use]
    pub(crate) fn remark(self) -> Option<&'static str> {
        match self {
            Self::Claude => Some("Claude Code reads hooks when a session starts: start a new one"),
            Self::Codex => Some(
                "Codex does not run a new hook until it is trusted, and does not say so outside of its terminal \
                 interface: open `/hooks` there and trust it; from here, trust cannot be seen",
            ),
            Self::Cursor => {
                Some("Cursor runs the hooks of a repository only in a trusted workspace")
            }
            Self::Copilot => Some(
                "Copilot runs the hooks of a repository only in a trusted folder; a hook that takes too long is no \
                 refusal there",
            ),
            Self::Gemini => Some("Gemini CLI runs the hooks of a project only in a trusted folder"),
            Self::Windsurf => {
                Some("Windsurf goes on after a hook that fails otherwise than with exit code 2")
            }
            Self::Cline => {
                Some("hooks have to be enabled in the settings of Cline; a refusal ends its task")
            }
            Self::OpenCode | Self::Amp => {
                Some("plugins are read when a session starts: start a new one")
            }
            Self::Aider => {
                Some("aider has no hooks: its commits are checked by git's, as far as it runs them")
            }
            Self::AgentsMd => None,
        }
    }
}
