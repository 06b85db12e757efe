//! Files that decide what a gate says without being one: scripts that gates run, the configuration of
//! tools, workflows of CI, settings of agents.

use std::path::{Path, PathBuf};

use crate::config::{BASELINE_NAME, FILE_NAME};
use crate::indirection::plain;
use crate::rules::tool_config::{is_named, is_tool_configuration};
use crate::tools::{WORKFLOWS, programs};

/// Why a file is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Protection {
    /// gates.toml itself, and the findings that it may have.
    Gates,
    /// A gate runs it.
    Script,
    /// A tool is configured by it.
    Tool,
    /// CI is configured by it.
    Workflow,
    /// It configures an agent, or names the required reviewers.
    Agent,
}

/// Paths of files that configure agents, reviews and whom to trust, whole or as prefixes.
const AGENTS: [&str; 9] = [
    // Whose receipts count.
    ".gatekeeper/",
    ".claude/settings",
    ".codex/hooks.json",
    ".gemini/settings.json",
    ".cursor/hooks.json",
    ".github/hooks/",
    "CODEOWNERS",
    ".github/CODEOWNERS",
    "docs/CODEOWNERS",
];

/// Modules that every Python imports before it does anything else (`site` of its library).
const STARTUP_MODULES: [&str; 2] = ["sitecustomize.py", "usercustomize.py"];

/// What to do about a weakening.
pub(super) const HELP: &str = "restore it; if the change is intended, commit the configuration alone with \
    the trailer `Gate-Change: reason`";

/// What to do about a new file, or a new part of one.
pub(super) const HELP_NEW: &str = "remove it; if the change is intended, commit the configuration alone with \
    the trailer `Gate-Change: reason`";

/// Why a file is protected; `None` if it is not. `is_script`: whether a gate runs it.
#[must_use]
pub(super) fn protection(path: &Path, is_script: impl FnOnce(&Path) -> bool) -> Option<Protection> {
    if path == Path::new(FILE_NAME) || path == Path::new(BASELINE_NAME) {
        return Some(Protection::Gates);
    }
    let is_startup = STARTUP_MODULES.iter().any(|name| is_named(path, name));
    if is_startup || is_script(path) {
        return Some(Protection::Script);
    }
    let starts = |paths: &[&str]| {
        let text = path.to_string_lossy();
        paths.iter().any(|start| {
            if start.ends_with(['/', 's']) {
                text.starts_with(start)
            } else {
                text == *start
            }
        })
    };
    if starts(&WORKFLOWS) {
        return Some(Protection::Workflow);
    }
    if starts(&AGENTS) || path.file_name().is_some_and(|name| name == "CODEOWNERS") {
        return Some(Protection::Agent);
    }
    is_tool_configuration(path).then_some(Protection::Tool)
}

/// The files that a command runs in a directory, if they are there: by their paths, or by way of an
/// interpreter. The text is searched and not read, so that what no parser understands counts, too.
/// `by_reading`: whether what programs read on their own counts as well.
pub(super) fn files_run(text: &str, dir: &Path, by_reading: bool) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut spaced = String::new();
    // How many `${` are open: a `}` that closes one does not end a command.
    let mut open = 0_usize;
    let mut last = ' ';
    for c in text.chars() {
        let is_expansion = c == '{' && last == '$' || c == '}' && open > 0;
        if is_expansion {
            open = if c == '{' { open + 1 } else { open - 1 };
        }
        last = c;
        match c {
            _ if is_expansion => spaced.push(' '),
            '|' | '&' | ';' | '(' | ')' | '`' | '{' | '}' | '\n' => spaced.push_str(" ; "),
            '\'' | '"' | '$' | '<' | '>' => spaced.push(' '),
            c => spaced.push(c),
        }
    }
    // Whether the next word is a program, whether it is passed to an interpreter, and whether it is
    // a module that Python first looks for in this directory.
    let (mut is_program, mut is_handed, mut is_module) = (true, false, false);
    for word in spaced.split_whitespace() {
        if word == ";" {
            (is_program, is_handed, is_module) = (true, false, false);
            continue;
        }
        if is_module {
            let module = dir.join(word.replace('.', "/"));
            files.extend(["__init__.py", "__main__.py"].map(|file| module.join(file)));
            files.push(module.with_extension("py"));
        }
        is_module = is_handed && word == "-m";
        if is_handed || is_program && word.contains('/') {
            files.push(plain(&dir.join(word)));
        }
        let name = Path::new(word)
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default();
        let program = programs().find(|program| program.names.contains(&name));
        let read = program
            .filter(|_| is_program && by_reading)
            .map_or(&[][..], |program| program.files)
            .iter();
        files.extend(read.map(|file| dir.join(file)));
        let is_option = word.starts_with('-');
        is_handed = is_program && program.is_some_and(|program| program.is_interpreter)
            || is_handed && is_option;
        let is_wrapper = program.is_some_and(|program| program.is_wrapper);
        // `run` is the subcommand of `uv run` and similar tools.
        let leads_on = is_wrapper || name == "run" || word.contains('=') || word == "!";
        is_program = is_program && (leads_on || is_option);
    }
    files
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_that_gates_run_are_known() {
        let runs = |text: &str, path: &str| {
            files_run(text, Path::new(""), true).contains(&PathBuf::from(path))
        };
        for (text, path) in [
            ("sh scripts/check.sh", "scripts/check.sh"),
            ("bash -e scripts/check", "scripts/check"),
            ("./check {files}", "check"),
            ("tools/lint.py {files}", "tools/lint.py"),
            ("python -u tools/lint.py", "tools/lint.py"),
            ("make -s lint", "Makefile"),
            ("uv run python check.py", "check.py"),
            ("ruff check . && sh check.sh", "check.sh"),
            ("python3 -m mypy src", "mypy.py"),
            ("uv run python -m tools.check", "tools/check.py"),
        ] {
            assert!(runs(text, path), "{text}");
        }
        for (text, path) in [
            ("ruff check src", "src"),
            ("pytest tests/test_x.py::test_y", "tests/test_x.py"),
            ("pytest tests/test_x.py", "tests/test_x.py"),
            ("mypy main.py", "main.py"),
            ("cargo test", "Makefile"),
            ("pytest \"${ARGS[@]}\" tests/test_x.py", "tests/test_x.py"),
        ] {
            assert!(!runs(text, path), "{text}");
        }
        let below = files_run("sh check.sh", Path::new("sub"), true);
        assert_eq!(below, [PathBuf::from("sub/check.sh")]);
    }
}
