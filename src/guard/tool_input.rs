//! The input of a tool: commands and paths in it, whatever its parameters are called.

use std::time::Duration;

use serde_json::Value;

use super::judge::Shell;
use super::paths::Change;

/// How deeply the input may be nested.
const DEEPEST: usize = 8;

/// What a tool does to the paths that it names; `None` if it only reads.
fn change_of(name: &str) -> Option<Change> {
    let lower = name.to_ascii_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    if has(&["delete", "remove", "move", "rename", "trash"]) {
        return Some(Change::Remove);
    }
    let writes = [
        "write", "edit", "create", "replace", "patch", "update", "insert", "append", "notebook",
        "copy", "save", "truncate", "modify", "put_",
    ];
    (has(&writes) && !has(&["read", "view"])).then_some(Change::Write)
}

/// What is read of a tool's input.
pub(super) struct ToolInput {
    change: Option<Change>,
    shell: Shell,
    is_patch: bool,
    pub(super) commands: Vec<(String, Shell)>,
    pub(super) paths: Vec<(String, Change)>,
    pub(super) keys: Vec<String>,
    pub(super) skips_hooks: bool,
    pub(super) limit: Option<Duration>,
}

/// Names of parameters that hold commands.
const COMMANDS: [&str; 12] = [
    "command",
    "cmd",
    "script",
    "command_line",
    "commandline",
    "shell_command",
    "bash",
    "commands",
    "cmdline",
    "shellcommand",
    "powershell",
    "argv",
];

/// Names of parameters that hold paths.
const PATHS: [&str; 20] = [
    "file_path",
    "filepath",
    "path",
    "paths",
    "notebook_path",
    "notebookpath",
    "targetfile",
    "target_file",
    "absolutepath",
    "absolute_path",
    "filename",
    "file",
    "files",
    "destination",
    "source",
    "new_path",
    "old_path",
    "uri",
    "relative_workspace_path",
    "relative_path",
];

/// Names of parameters that ask for no hooks.
const SKIPPING: [&str; 6] = [
    "noverify",
    "no_verify",
    "skiphooks",
    "skip_hooks",
    "no-verify",
    "skip-hooks",
];

impl ToolInput {
    pub(super) fn new(tool: &str) -> Self {
        let lower = tool.to_ascii_lowercase();
        let is_powershell = lower.contains("powershell") || lower == "pwsh";
        Self {
            change: change_of(tool),
            shell: if is_powershell {
                Shell::PowerShell
            } else {
                Shell::Posix
            },
            is_patch: lower.contains("apply_patch") || lower.contains("applypatch"),
            commands: Vec::new(),
            paths: Vec::new(),
            keys: Vec::new(),
            skips_hooks: false,
            limit: None,
        }
    }

    pub(super) fn value(&mut self, key: &str, value: &Value, depth: usize) {
        if depth > DEEPEST {
            return;
        }
        let lower = key.to_ascii_lowercase();
        match value {
            Value::Object(fields) => {
                if depth == 0 {
                    self.keys.extend(fields.keys().cloned());
                }
                for (key, value) in fields {
                    self.value(key, value, depth + 1);
                }
            }
            Value::Array(values) => self.values(&lower, values, depth),
            Value::String(text) => self.text(&lower, text, depth),
            Value::Bool(true) if SKIPPING.contains(&lower.as_str()) => self.skips_hooks = true,
            Value::Number(number) if matches!(lower.as_str(), "timeout" | "timeout_ms") => {
                self.limit = number.as_u64().map(Duration::from_millis);
            }
            _ => {}
        }
    }

    fn values(&mut self, key: &str, values: &[Value], depth: usize) {
        let texts: Option<Vec<&str>> = values.iter().map(Value::as_str).collect();
        if let Some(words) = texts.filter(|words| COMMANDS.contains(&key) && !words.is_empty()) {
            // The words of one command, or several commands.
            if words.iter().any(|word| word.contains(' ')) && key == "commands" {
                self.commands
                    .extend(words.iter().map(|word| ((*word).to_owned(), self.shell)));
            } else {
                self.commands.push((shell_words::join(words), Shell::Posix));
            }
            return;
        }
        for value in values {
            self.value(key, value, depth + 1);
        }
    }

    fn text(&mut self, key: &str, text: &str, depth: usize) {
        // Some hosts pass the input as JSON in a string.
        if (key.is_empty() || key == "arguments") && text.trim_start().starts_with('{') {
            if let Ok(value) = serde_json::from_str::<Value>(text) {
                self.value("", &value, depth);
            }
            return;
        }
        let is_patch = self.is_patch || text.trim_start().starts_with("*** Begin Patch");
        if is_patch && (COMMANDS.contains(&key) || matches!(key, "input" | "patch" | "" | "diff")) {
            self.paths.extend(patched(text));
        } else if COMMANDS.contains(&key) {
            self.commands.push((text.to_owned(), self.shell));
        } else if PATHS.contains(&key)
            && let Some(change) = self.change
        {
            let path = text.strip_prefix("file://").unwrap_or(text);
            self.paths.push((path.to_owned(), change));
        }
    }
}

/// The paths that a patch changes: in the form of `apply_patch`, or as a unified diff.
pub(super) fn patched(text: &str) -> Vec<(String, Change)> {
    const HEADERS: [(&str, Change); 4] = [
        ("*** Add File: ", Change::Write),
        ("*** Update File: ", Change::Write),
        ("*** Move to: ", Change::Write),
        ("*** Delete File: ", Change::Remove),
    ];
    let mut found = Vec::new();
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        let header = HEADERS
            .iter()
            .find_map(|(header, change)| Some((line.strip_prefix(header)?, *change)));
        if let Some((path, change)) = header {
            found.push((path.trim().to_owned(), change));
        } else if let (Some(before), Some(after)) = (
            line.strip_prefix("--- "),
            lines.peek().and_then(|next| next.strip_prefix("+++ ")),
        ) {
            let name = |path: &str| {
                let path = path.split('\t').next().unwrap_or_default().trim();
                path.strip_prefix("a/")
                    .or_else(|| path.strip_prefix("b/"))
                    .unwrap_or(path)
                    .to_owned()
            };
            if name(after) == "/dev/null" {
                found.push((name(before), Change::Remove));
            } else {
                found.push((name(after), Change::Write));
            }
        }
    }
    found
}
