//! The input of a tool: commands and paths in it, whatever its parameters are called.

use std::time::Duration;

use serde_json::{Map, Value};

use super::judge::Shell;
use super::paths::{Change, names_any};

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

/// What a text is that stands for the whole input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Takes {
    Patch,
    Command,
    Other,
}

/// What is read of a tool's input.
pub(super) struct ToolInput {
    change: Option<Change>,
    shell: Shell,
    takes: Takes,
    /// Whether an input is no JSON, although it begins so, and names git.
    pub(super) is_unreadable: bool,
    pub(super) commands: Vec<(String, Shell)>,
    pub(super) paths: Vec<(String, Change)>,
    pub(super) keys: Vec<String>,
    pub(super) skips_hooks: bool,
    pub(super) in_background: bool,
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

/// Names of what only describes a command that is an object.
const DESCRIBING: [&str; 6] = [
    "description",
    "explanation",
    "prompt",
    "reason",
    "summary",
    "title",
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
    /// `is_shell`: whether the tool runs commands, by its name.
    pub(super) fn new(tool: &str, is_shell: bool) -> Self {
        let lower = tool.to_ascii_lowercase();
        let is_powershell = lower.contains("powershell") || lower == "pwsh";
        let takes = if lower.contains("apply_patch") || lower.contains("applypatch") {
            Takes::Patch
        } else if is_shell {
            Takes::Command
        } else {
            Takes::Other
        };
        Self {
            change: change_of(tool),
            shell: if is_powershell {
                Shell::PowerShell
            } else {
                Shell::Posix
            },
            takes,
            is_unreadable: false,
            commands: Vec::new(),
            paths: Vec::new(),
            keys: Vec::new(),
            skips_hooks: false,
            in_background: false,
            limit: None,
        }
    }

    pub(super) fn value(&mut self, key: &str, value: &Value, depth: usize) {
        if depth > DEEPEST {
            return;
        }
        let lower = key.to_ascii_lowercase();
        match value {
            Value::Object(fields) if COMMANDS.contains(&lower.as_str()) => {
                self.command_in(&lower, fields, depth);
            }
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
            Value::Bool(true)
                if matches!(
                    lower.as_str(),
                    "run_in_background" | "is_background" | "isbackground"
                ) =>
            {
                self.in_background = true;
            }
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
            let has_space = |word: &&str| word.contains(char::is_whitespace);
            if words.iter().any(has_space) && key == "commands" || has_space(&words[0]) {
                let each = words.iter().map(|word| ((*word).to_owned(), self.shell));
                self.commands.extend(each);
                self.commands.push((words.join(" "), self.shell));
            } else {
                self.commands.push((shell_words::join(words), Shell::Posix));
            }
            return;
        }
        for value in values {
            self.value(key, value, depth + 1);
        }
    }

    /// A command that is an object: each text in it may be one, but for those that only describe it.
    fn command_in(&mut self, key: &str, fields: &Map<String, Value>, depth: usize) {
        const PROGRAM: [&str; 6] = ["program", "executable", "exe", "file", "command", "name"];
        let given = ["args", "arguments", "argv"].iter().find_map(|name| {
            let values = fields.get(*name)?.as_array()?.iter();
            Some(values.filter_map(Value::as_str).collect::<Vec<_>>())
        });
        let program = PROGRAM.iter().find_map(|name| fields.get(*name)?.as_str());
        if let (Some(program), Some(given)) = (program, given) {
            let words = [program].into_iter().chain(given);
            self.commands.push((shell_words::join(words), Shell::Posix));
        }
        for (name, value) in fields {
            let lower = name.to_ascii_lowercase();
            if DESCRIBING.contains(&lower.as_str()) {
                continue;
            }
            let is_nested = value.is_string() || value.is_array() || value.is_object();
            self.value(if is_nested { key } else { name }, value, depth + 1);
        }
    }

    /// Reads the input as JSON that stands in a string, as some hosts pass it; false if it does not look like that.
    fn json(&mut self, text: &str, depth: usize) -> bool {
        let start = text.trim_start();
        if !start.starts_with(['{', '[']) {
            return false;
        }
        match serde_json::from_str::<Value>(text) {
            Ok(value) => self.value("", &value, depth + 1),
            // `{ git commit; }` and `[ -f x ]` are commands.
            Err(error)
                if self.takes == Takes::Command && !error.is_eof() && !start.starts_with("{\"") =>
            {
                return false;
            }
            Err(_) => self.is_unreadable |= names_any(text.as_bytes()),
        }
        true
    }

    fn text(&mut self, key: &str, text: &str, depth: usize) {
        if (key.is_empty() || key == "arguments") && self.json(text, depth) {
            return;
        }
        let is_patch =
            self.takes == Takes::Patch || text.trim_start().starts_with("*** Begin Patch");
        if is_patch && (COMMANDS.contains(&key) || matches!(key, "input" | "patch" | "" | "diff")) {
            self.paths.extend(patched(text));
        } else if COMMANDS.contains(&key) || key.is_empty() && self.takes == Takes::Command {
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
