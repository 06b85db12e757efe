//! Which known tool a command runs in the end, if it runs one and nothing else that has a say.

use std::borrow::Cow;
use std::path::PathBuf;

use super::command_line::toolchain;
use super::launchers::started;
use crate::indirection::{Place, Resolved};
use crate::model::gate::GateKind;
use crate::tools::{self, Checker, FixStep};

/// The one known tool that a command runs.
#[derive(Clone, Copy)]
pub(crate) struct KnownTool {
    /// The tool.
    pub(crate) checker: &'static Checker,
    /// Where its exit code is found.
    pub(crate) code: ToolCode,
    /// An expression for the line that it prints if it has checked something, if its call asks for it.
    pub(crate) proof: Option<&'static str>,
}

/// The call of the one known tool that a command runs.
pub(crate) struct KnownCall {
    /// The tool.
    pub(crate) tool: KnownTool,
    /// The words after those that name the tool.
    pub(crate) arguments: Vec<String>,
    /// Where it runs, relative to the top.
    pub(crate) dir: PathBuf,
}

/// Where a tool's exit code is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ToolCode {
    /// It is the exit code of the command.
    OfCommand,
    /// make has a code of its own, and says the tool's in its last line.
    InWords,
    /// It is not known, except whether it is 0.
    Hidden,
}

/// Programs and built-in commands of a shell that have no say: their output is not taken for a verdict.
const SILENT: [&str; 13] = [
    ":", "[", "cat", "cd", "echo", "export", "mkdir", "printf", "rm", "set", "tee", "test", "true",
];

/// Of these, those that nearly never fail.
const SURE: [&str; 6] = [":", "echo", "export", "printf", "set", "true"];

/// Runners that end with the exit code of what they run.
const PASS_ON: [&str; 8] = ["bash", "bun", "dash", "just", "npm", "pnpm", "sh", "yarn"];

/// Words and signs of a shell by which a script decides itself what becomes of an exit code.
const DECIDES: [&str; 9] = [
    "|", "! ", "if ", "while ", "until ", "for ", "case ", "trap ", "cd ",
];

/// The call of the known tool that a command runs, if it is a single one. What else it runs must not have a say.
#[must_use]
pub(crate) fn known_call(resolved: &Resolved) -> Option<KnownCall> {
    let mut found = None;
    let mut is_sure = true;
    for command in resolved.commands() {
        let mut words = started(&command.typed).words;
        toolchain(&mut words);
        let mut words = tools::without_daemon(&words).unwrap_or(words);
        let first = words.first().map_or("", String::as_str);
        if let Some((checker, length)) = checker(&words) {
            if found.is_some() || command.is_ignored {
                return None;
            }
            found = Some((checker, words.split_off(length), command));
            continue;
        }
        if !SILENT.contains(&first) || command.unresolved.is_some() {
            return None;
        }
        is_sure &= SURE.contains(&first);
    }
    let (checker, arguments, command) = found?;
    let decides = |(text, ..): (&str, _, _)| DECIDES.iter().any(|sign| text.contains(sign));
    let runners = || command.chain.iter().map(|call| runner(call));
    let code = if !is_sure || resolved.texts().into_iter().any(decides) {
        ToolCode::Hidden
    } else if runners().all(|runner| PASS_ON.contains(&runner) || runner.is_empty()) {
        ToolCode::OfCommand
    } else if runners().all(|runner| PASS_ON.contains(&runner) || is_make(runner))
        && runners().filter(|runner| is_make(runner)).count() == 1
    {
        ToolCode::InWords
    } else {
        ToolCode::Hidden
    };
    let proof = checker.proof.as_ref();
    let proof = proof.filter(|proof| arguments.iter().any(|own| own == proof.option));
    Some(KnownCall {
        tool: KnownTool {
            checker,
            code,
            proof: proof.map(|proof| proof.line),
        },
        arguments,
        dir: command.dir,
    })
}

/// A call of a known tool, whatever else the command runs.
pub(crate) struct CalledTool {
    /// The tool.
    pub(crate) checker: &'static Checker,
    /// The words after those that name the tool.
    pub(crate) arguments: Vec<String>,
    /// The whole call, with the programs that start it.
    pub(crate) typed: Vec<String>,
    /// Where it runs, relative to the top.
    pub(crate) dir: PathBuf,
    /// Where it is written; `None` for the command itself.
    pub(crate) place: Option<Place>,
}

/// Every call of a known tool that a command leads to.
#[must_use]
pub(crate) fn called_tools(resolved: &Resolved) -> Vec<CalledTool> {
    let commands = resolved.commands().into_iter();
    let called = commands
        .filter(|command| !command.is_guess)
        .filter_map(|command| {
            let (checker, arguments) = called_tool(&command.typed)?;
            Some(CalledTool {
                checker,
                arguments,
                typed: command.typed,
                dir: command.dir,
                place: command.place,
            })
        });
    called.collect()
}

/// The tool that a call starts to check something, and the words after those that name it.
#[must_use]
pub(crate) fn called_tool(typed: &[String]) -> Option<(&'static Checker, Vec<String>)> {
    let mut words = started(typed).words;
    toolchain(&mut words);
    let mut words = tools::without_daemon(&words).unwrap_or(words);
    let (checker, length) = checker(&words)?;
    Some((checker, words.split_off(length)))
}

/// When a command fixes, among others: by its tool, or else by the kind of its gate.
#[must_use]
pub(crate) fn fix_step(command: &str, kind: GateKind) -> FixStep {
    let words = shell_words::split(command).unwrap_or_default();
    let known = checker(&started(&words).words);
    let step = known.and_then(|(checker, _)| checker.fix_step);
    step.unwrap_or(FixStep::of_kind(kind))
}

/// The tool that these words call to check something, and how many of them say so.
#[must_use]
pub(crate) fn checker(words: &[String]) -> Option<(&'static Checker, usize)> {
    let (words, skipped) = without_inner_options(words);
    tools::checkers()
        .filter_map(|checker| Some((checker, checker.matches(&words)? + skipped)))
        .max_by_key(|(_, length)| *length)
}

/// The words of a call without the options between those that name the tool, and how many these are: `coverage run
/// --branch -m pytest`, `node --import tsx --test`.
fn without_inner_options(words: &[String]) -> (Cow<'_, [String]>, usize) {
    const OF_COVERAGE: &[&str] = &[
        "--concurrency",
        "--context",
        "--data-file",
        "--debug",
        "--include",
        "--omit",
        "--rcfile",
        "--save-signal",
        "--source",
        "--source-dirs",
        "--source-pkgs",
    ];
    const OF_NODE: &[&str] = &[
        "-C",
        "-r",
        "--conditions",
        "--env-file",
        "--experimental-loader",
        "--import",
        "--loader",
        "--require",
    ];
    let texts: Vec<&str> = words.iter().map(String::as_str).collect();
    let (start, end, valued) = match texts.as_slice() {
        ["coverage", "run", ..] => (2, "-m", OF_COVERAGE),
        ["node", ..] => (1, "--test", OF_NODE),
        _ => return (Cow::Borrowed(words), 0),
    };
    let mut at = start;
    while let Some(word) = texts.get(at).filter(|word| word.starts_with('-')) {
        if *word == end {
            let kept = [&words[..start], &words[at..]].concat();
            return (Cow::Owned(kept), at - start);
        }
        at += if valued.contains(word) { 2 } else { 1 };
    }
    (Cow::Borrowed(words), 0)
}

/// The argument with which a call of a known tool checks nothing.
pub(super) fn idle_argument(words: &[String]) -> Option<&str> {
    if checker(words).is_some() {
        return None;
    }
    (1..words.len()).find_map(|at| {
        let others = [&words[..at], &words[at + 1..]].concat();
        checker(&others).map(|_| words[at].as_str())
    })
}

/// The program of a call; empty for a script that is named by its path.
fn runner(call: &str) -> &str {
    match call.split_whitespace().next() {
        Some(program) if program.contains('/') => "",
        Some(program) => program,
        None => "",
    }
}

fn is_make(runner: &str) -> bool {
    matches!(runner, "make" | "gmake")
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::indirection::{DirectoryTree, Files, resolve};

    fn known(command: &str) -> Option<(&'static str, ToolCode)> {
        let top = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| std::fs::write(top.path().join(name), text).unwrap();
        write(
            "package.json",
            r#"{"scripts": {"lint": "eslint .", "all": "eslint . && tsc"}}"#,
        );
        write(
            "Makefile",
            "lint:\n\t@echo lint\n\truff check .\n\nweb:\n\tnpm run lint\n",
        );
        write("outer.mk", "lint:\n\tmake -f Makefile lint\n");
        write("tox.ini", "[testenv]\ncommands = pytest\n");
        write("check.sh", "#!/bin/sh\nset -e\nexport A=1\nmypy src\n");
        let mut tree = DirectoryTree::new(top.path());
        let mut files = Files::new(&mut tree);
        let resolved = resolve(command, Path::new(""), &mut files).unwrap();
        known_call(&resolved).map(|call| (call.tool.checker.name, call.tool.code))
    }

    #[test]
    fn a_command_that_runs_one_known_tool_is_known() {
        use ToolCode::{Hidden, InWords, OfCommand};
        for (command, expected) in [
            ("ruff check .", Some(("ruff", OfCommand))),
            (
                "uv run --locked python -m pytest -q",
                Some(("pytest", OfCommand)),
            ),
            (".venv/bin/mypy src", Some(("mypy", OfCommand))),
            ("npm run lint", Some(("eslint", OfCommand))),
            ("make lint", Some(("ruff", InWords))),
            ("make web", Some(("eslint", InWords))),
            // Where make starts make, the code in the last line is a make's.
            ("make -f outer.mk lint", Some(("ruff", Hidden))),
            ("./check.sh", Some(("mypy", OfCommand))),
            ("tox", Some(("pytest", Hidden))),
            ("cd src && pytest", Some(("pytest", Hidden))),
            ("pytest | tee log", Some(("pytest", Hidden))),
            ("echo begin; cargo test", Some(("cargo-test", OfCommand))),
            // More than one has a say.
            ("npm run all", None),
            ("ruff check . && ruff format --check .", None),
            ("./own && pytest", None),
            ("pytest && ./own", None),
            // What it runs is not known, or is not a check.
            ("./own", None),
            ("make nosuch", None),
            ("pytest --collect-only", None),
            ("ruff --version", None),
            (
                "coverage run --source x --branch -m pytest",
                Some(("coverage", OfCommand)),
            ),
            ("coverage run x.py -m pytest", None),
            (
                "node --import tsx --test x.ts",
                Some(("node-test", OfCommand)),
            ),
            ("node x.js --test", None),
        ] {
            assert_eq!(known(command), expected, "{command}");
        }
    }
}
