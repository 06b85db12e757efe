//! What a host says of an event: the tool that is to be called with its commands and paths, or the beginning or end
//! of work.

use std::path::PathBuf;
use std::time::Duration;

use serde_json::{Map, Value};

use super::host::Dialect;
use super::judge::Shell;
use super::paths::Change;
use super::tool_input::ToolInput;

/// How long Claude Code lets a command run that names no limit (its `Bash` tool).
const CLAUDE_LIMIT: Duration = Duration::from_mins(2);

/// What was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Payload {
    /// The dialect in which it came.
    pub(crate) dialect: Dialect,
    /// What happens.
    pub(crate) event: Event,
    /// The directory of the agent.
    pub(crate) dir: Option<PathBuf>,
    /// The model that the host names.
    pub(crate) model: Option<String>,
    /// The definition of the agent that the host names, if it is not the usual one.
    pub(crate) agent: Option<String>,
    /// The session.
    pub(crate) session: Option<String>,
    /// Whether the event has a name as Claude Code would give it, although the host is another one.
    pub(crate) is_claude_shaped: bool,
}

/// What happens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Event {
    /// A tool is about to be called.
    Tool(ToolCall),
    /// A session begins.
    SessionStart,
    /// The agent is about to stop; `again` says that a hook has kept it from that before.
    Stop {
        /// Whether it was kept from stopping before.
        again: bool,
    },
    /// Something else, which needs no answer.
    Other,
}

/// A tool with what it is called with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ToolCall {
    /// Its name.
    pub(crate) name: String,
    /// The MCP server that it belongs to, if the host says so.
    pub(crate) server: String,
    /// Commands, each in its language.
    pub(crate) commands: Vec<(String, Shell)>,
    /// Paths that it changes.
    pub(crate) paths: Vec<(String, Change)>,
    /// Whether it has a parameter that asks for no hooks.
    pub(crate) skips_hooks: bool,
    /// The names of its parameters.
    pub(crate) keys: Vec<String>,
    /// What of its input cannot be read.
    pub(crate) unread: Option<Unread>,
    /// Whether the host runs it in the background.
    pub(crate) in_background: bool,
    /// How long the host lets it run, if that is known.
    pub(crate) limit: Option<Duration>,
}

/// What of a tool's input cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unread {
    /// It is a tool for commands, of which none was found.
    Command,
    /// An input names git, and is not whole JSON.
    Json,
}

/// A payload that cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Malformed;

impl Payload {
    /// Reads a payload. `named` is the dialect of the host that called us, which counts where the fields fit none.
    ///
    /// # Errors
    ///
    /// It is not a JSON object.
    pub(crate) fn read(bytes: &[u8], named: Option<Dialect>) -> Result<Self, Malformed> {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let value: Value = serde_json::from_slice(bytes).map_err(|_| Malformed)?;
        let Value::Object(fields) = value else {
            return Err(Malformed);
        };
        let dialect = Dialect::of_fields(&fields)
            .or(named)
            .unwrap_or(Dialect::Claude);
        let text = |names: &[&str]| names.iter().find_map(|name| text_of(fields.get(*name)?));
        let event = event(dialect, &fields);
        let name = text(&["hook_event_name"]).unwrap_or_default();
        Ok(Self {
            dialect,
            event,
            dir: text(&["cwd", "workspace"])
                .or_else(|| first_root(&fields))
                .map(PathBuf::from),
            model: text(&["model", "model_id", "modelName", "model_name"])
                .or_else(|| model_slug(&fields)),
            agent: text(&["agent_type"]),
            session: text(&[
                "session_id",
                "sessionId",
                "conversation_id",
                "conversationId",
                "trajectory_id",
                "taskId",
            ]),
            is_claude_shaped: name.starts_with(|c: char| c.is_ascii_uppercase()),
        })
    }
}

/// A text, or that of an object that has an id.
fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Object(fields) => fields.get("id").and_then(Value::as_str).map(str::to_owned),
        _ => None,
    }
}

fn first_root(fields: &Map<String, Value>) -> Option<String> {
    let names = ["workspace_roots", "workspaceRoots", "workspacePaths"];
    let roots = names.iter().find_map(|name| fields.get(*name)?.as_array());
    roots?.first()?.as_str().map(str::to_owned)
}

fn model_slug(fields: &Map<String, Value>) -> Option<String> {
    let slug = fields.get("model")?.get("slug")?.as_str()?;
    Some(slug.to_owned())
}

/// What happens, by the name of the event or, where there is none, by the fields.
fn event(dialect: Dialect, fields: &Map<String, Value>) -> Event {
    let names = [
        "hook_event_name",
        "hookName",
        "agent_action_name",
        "hookEventName",
    ];
    let name = names.iter().find_map(|name| fields.get(*name)?.as_str());
    let plain: String = name
        .unwrap_or_default()
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .collect();
    let is_true = |name: &str| fields.get(name).and_then(Value::as_bool) == Some(true);
    let again = is_true("stop_hook_active")
        || is_true("stopHookActive")
        || fields
            .get("loop_count")
            .and_then(Value::as_u64)
            .is_some_and(|count| count > 0);
    match plain.as_str() {
        "sessionstart" | "taskstart" => Event::SessionStart,
        "stop" | "agentstop" | "afteragent" => Event::Stop { again },
        "pretooluse"
        | "beforetool"
        | "beforeshellexecution"
        | "beforemcpexecution"
        | "permissionrequest"
        | "preruncommand"
        | "prewritecode"
        | "premcptooluse"
        | "preskillshellcommand" => Event::Tool(tool(dialect, &plain, fields)),
        "" if fields.contains_key("toolName")
            || fields.contains_key("toolCall")
            || fields.contains_key("tool_name")
            || fields.contains_key("tool")
            || fields.contains_key("tool_input")
            || UNNAMED.iter().any(|name| fields.contains_key(*name)) =>
        {
            Event::Tool(tool(dialect, &plain, fields))
        }
        "" if fields.contains_key("stopReason") => Event::Stop { again },
        "" if fields.contains_key("source") || fields.contains_key("initialPrompt") => {
            Event::SessionStart
        }
        _ => Event::Other,
    }
}

/// Names of commands that stand beside the other fields, whatever host it is.
const UNNAMED: [&str; 4] = ["command", "cmd", "commands", "script"];

fn tool(dialect: Dialect, event: &str, fields: &Map<String, Value>) -> ToolCall {
    let inside = |name: &str| fields.get(name).and_then(Value::as_object);
    let call = inside("toolCall")
        .or_else(|| inside("preToolUse"))
        .unwrap_or(fields);
    let text = |names: &[&str]| {
        let found = names.iter().find_map(|name| call.get(*name)?.as_str());
        found.unwrap_or_default().to_owned()
    };
    let info = inside("tool_info");
    let server = info
        .and_then(|info| info.get("mcp_server_name"))
        .and_then(Value::as_str);
    let tool_of_server = info
        .and_then(|info| info.get("mcp_tool_name"))
        .and_then(Value::as_str);
    let name = match (event, tool_of_server) {
        ("beforeshellexecution" | "preruncommand", _) => "shell".to_owned(),
        ("prewritecode", _) => "write".to_owned(),
        (_, Some(name)) => name.to_owned(),
        _ => text(&["tool_name", "toolName", "name", "tool"]),
    };
    let is_shell = is_shell_tool(&name);
    let mut read = ToolInput::new(&name, is_shell);
    let inputs = [
        "tool_input",
        "toolArgs",
        "args",
        "parameters",
        "tool_info",
        "input",
    ];
    let mut is_found = false;
    for input in inputs
        .iter()
        .filter_map(|name| call.get(*name).or_else(|| fields.get(*name)))
    {
        read.value("", input, 0);
        is_found = true;
    }
    // Cursor has the command beside the other fields; for a server of MCP, it is the one that started the server.
    if dialect == Dialect::Cursor && event == "beforeshellexecution" || !is_found {
        for name in UNNAMED.into_iter().chain(["path", "file_path"]) {
            if let Some(value) = fields.get(name) {
                read.value(name, value, 0);
            }
        }
    }
    ToolCall {
        unread: match () {
            () if read.is_unreadable => Some(Unread::Json),
            () => (is_shell && read.commands.is_empty()).then_some(Unread::Command),
        },
        server: server.map_or_else(|| text(&["mcp_server_name", "mcp_server"]), str::to_owned),
        limit: read
            .limit
            .or((dialect == Dialect::Claude && name == "Bash").then_some(CLAUDE_LIMIT)),
        name,
        commands: read.commands,
        paths: read.paths,
        skips_hooks: read.skips_hooks,
        in_background: read.in_background,
        keys: read.keys,
    }
}

/// Whether a tool runs commands, by its name.
fn is_shell_tool(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let names = [
        "bash",
        "shell",
        "powershell",
        "pwsh",
        "execute",
        "execute_command",
        "run_shell_command",
        "run_command",
        "runcommand",
        "runinterminal",
        "run_in_terminal",
        "runterminalcommand",
        "terminal",
        "exec",
        "local_shell",
        "container.exec",
        "unified_exec",
        "exec_command",
    ];
    names.contains(&lower.as_str())
}
