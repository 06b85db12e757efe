//! Checks that a project has written in the language of the shell, and that only read: `diff a b`, a script that
//! compares two versions. What they do is known, although no tool does it.

use std::collections::BTreeSet;
use std::path::Path;

use super::bash_text::{tests_start_programs, without_lists, writes_nothing};
use super::evidence::UNKNOWN;
use super::project::Project;
use crate::shell::{CommandKind, Pipeline, Script, ShellCommand, Simple, parse, substitutions};

/// Programs and built-in commands that only read, and print.
const READING: [&str; 42] = [
    ":", "[", "awk", "basename", "cat", "cd", "cmp", "comm", "cut", "declare", "diff", "dirname",
    "echo", "exit", "export", "expr", "false", "find", "git", "grep", "head", "jq", "local", "ls",
    "printf", "pwd", "readonly", "realpath", "return", "rg", "sed", "set", "shift", "sort", "tail",
    "test", "tr", "true", "uniq", "wc", "which", "xargs",
];

/// What makes some of them do more: the beginnings of options, and what code has in it.
const MORE: [(&str, &[&str], &[&str]); 6] = [
    (
        "awk",
        &[
            "-f",
            "--file",
            "-i",
            "-l",
            "-E",
            "--load",
            "--exec",
            "--include",
        ],
        &["system", "getline", "|", ">", "@"],
    ),
    ("find", &["-exec", "-delete", "-ok", "-fprint", "-fls"], &[]),
    (
        "git",
        &["-O", "--open", "--output", "--ext-diff", "--textconv"],
        &[],
    ),
    ("rg", &["--pre", "--hostname-bin"], &[]),
    ("sed", &["-i", "-f", "--in-place", "--file"], &[]),
    ("sort", &["-o", "--output", "--compress-program"], &[]),
];

/// The subcommands of git that only read.
const GIT_READS: [&str; 9] = [
    "cat-file",
    "describe",
    "grep",
    "log",
    "ls-files",
    "ls-tree",
    "merge-base",
    "rev-parse",
    "show",
];

/// Programs whose exit code is a verdict.
const DECIDING: [&str; 5] = ["cmp", "diff", "grep", "rg", "sort"];

/// The name of a check, if a script in the configuration of CI is one: it only reads files of the tree.
#[must_use]
pub(super) fn inline(text: &str, dir: &Path, project: &Project<'_>) -> Option<&'static str> {
    let is_of_ci = text.contains(UNKNOWN) || text.contains("GITHUB_");
    if is_of_ci || !writes_nothing(text) || tests_start_programs(text) {
        return None;
    }
    let script = parse(text).ok()?;
    let mut reader = Reader::default();
    // What git says of the history, only CI may know.
    if !reader.script(&script) || reader.asks_git {
        return None;
    }
    let name = reader.deciding?;
    reader.reads_tree(dir, project).then_some(name)
}

/// Whether the text of a script is a check that only reads.
#[must_use]
pub(super) fn is_reading_script(text: &str, dir: &Path, project: &Project<'_>) -> bool {
    let first = text.lines().next().unwrap_or_default();
    let is_shell =
        !first.starts_with("#!") || first.trim_end().ends_with("sh") || first.contains("sh -");
    let can_fail = ["exit 1", "exit 2", "return 1"]
        .iter()
        .any(|word| text.contains(word));
    if !is_shell || !writes_nothing(text) || tests_start_programs(text) {
        return false;
    }
    let Ok(script) = parse(&without_lists(text)) else {
        return false;
    };
    let mut reader = Reader::default();
    let stops = text.contains("set -e") || first.contains(" -e");
    reader.script(&script)
        && (can_fail || stops && reader.deciding.is_some())
        && reader.reads_tree(dir, project)
}

#[derive(Default)]
struct Reader {
    functions: BTreeSet<String>,
    /// A program whose exit code decides.
    deciding: Option<&'static str>,
    /// Whether git is asked for anything.
    asks_git: bool,
    /// Whether git searches or lists the files that it tracks.
    searches_index: bool,
    /// The words of all commands.
    words: Vec<String>,
}

impl Reader {
    /// Whether it names a file of the tree, or searches all of it.
    fn reads_tree(&self, dir: &Path, project: &Project<'_>) -> bool {
        self.searches_index
            || self.words.iter().any(|word| {
                let file = word.trim_matches(['"', '\'']).trim_start_matches("./");
                self.deciding.is_some() && matches!(file, "." | "")
                    || project.has(dir.join(file))
                    || self.deciding.is_some()
                        && !file.is_empty()
                        && project.has_dir(dir.join(file))
            })
    }

    /// Whether everything in a script only reads.
    fn script(&mut self, script: &Script) -> bool {
        script.steps.iter().all(|step| {
            step.background.is_none()
                && self.pipeline(&step.first)
                && step
                    .rest
                    .iter()
                    .all(|(_, pipeline)| self.pipeline(pipeline))
        })
    }

    fn pipeline(&mut self, pipeline: &Pipeline) -> bool {
        pipeline
            .commands
            .iter()
            .all(|command| self.command(command))
    }

    fn command(&mut self, command: &ShellCommand) -> bool {
        match &command.kind {
            CommandKind::Simple(simple) => self.simple(simple),
            CommandKind::Group(script) | CommandKind::Subshell(script) => self.script(script),
            CommandKind::If { arms, otherwise } => {
                arms.iter()
                    .all(|(condition, body)| self.script(condition) && self.script(body))
                    && otherwise.as_ref().is_none_or(|script| self.script(script))
            }
            CommandKind::Loop {
                over,
                condition,
                body,
            } => {
                let words = over.iter().flat_map(|(_, words)| words);
                { words }.all(|word| self.substituted(&word.text))
                    && condition.as_ref().is_none_or(|script| self.script(script))
                    && self.script(body)
            }
            CommandKind::Case(branches) => branches.iter().all(|branch| self.script(branch)),
            CommandKind::Test => true,
            CommandKind::Function(name, body) => {
                self.functions.insert(name.clone());
                self.command(body)
            }
        }
    }

    fn simple(&mut self, simple: &Simple) -> bool {
        let mut texts = simple.assignments.iter().chain(&simple.words);
        if !texts.all(|word| self.substituted(&word.text)) {
            return false;
        }
        // Such a variable can have any program of the tree run in place of one that only reads.
        let mut words = simple.assignments.iter().chain(&simple.words);
        if words.any(|word| {
            word.text
                .split_once('=')
                .is_some_and(|(name, _)| leads(name))
        }) {
            return false;
        }
        let values = simple.assignments.iter();
        let values = values.filter_map(|word| word.text.split_once('='));
        self.words.extend(values.map(|(_, value)| value.to_owned()));
        let words: Vec<&str> = simple.words.iter().map(|word| word.text.as_str()).collect();
        let Some((first, rest)) = words.split_first() else {
            return true;
        };
        if self.functions.contains(*first) {
            return true;
        }
        if !READING.contains(first) {
            return false;
        }
        let does_more = MORE.iter().any(|(name, options, code)| {
            name == first
                && rest.iter().any(|word| {
                    options.iter().any(|option| word.starts_with(option))
                        || code.iter().any(|code| word.contains(code))
                })
        });
        let operands = rest.iter().filter(|word| !word.starts_with('-')).count();
        self.asks_git |= *first == "git";
        self.searches_index |= matches!(words.as_slice(), ["git", "grep" | "ls-files", ..]);
        if does_more
            // Alone, it starts `echo`.
            || *first == "xargs" && !rest.is_empty()
            || *first == "uniq" && operands > 1
            || *first == "sed" && !is_plain_sed(rest)
            || *first == "git" && !rest.first().is_some_and(|word| GIT_READS.contains(word))
        {
            return false;
        }
        let checks_order = || {
            rest.iter().any(|word| {
                *word == "--check"
                    || word.starts_with('-') && !word.starts_with("--") && word.contains('c')
            })
        };
        if let Some(name) = DECIDING.iter().find(|name| *name == first)
            && (*first != "sort" || checks_order())
        {
            self.deciding = Some(name);
        }
        self.words
            .extend(rest.iter().map(|word| (*word).to_owned()));
        true
    }

    /// Whether the substitutions in a word only read.
    fn substituted(&mut self, word: &str) -> bool {
        let is_process = word.starts_with(">(");
        !is_process
            && substitutions(word).into_iter().all(|text| {
                let file = text.trim_start().strip_prefix('<');
                let text = file.map_or(text.to_owned(), |file| format!("cat {file}"));
                let before = self.deciding;
                let reads = parse(&text).is_ok_and(|script| self.script(&script));
                self.deciding = before;
                reads
            })
    }
}

/// Whether a variable of this name decides which programs, libraries or settings are used.
fn leads(name: &str) -> bool {
    let begins = ["LD_", "DYLD_", "GIT_", "RIPGREP_"];
    matches!(name, "PATH" | "BASH_ENV" | "ENV" | "IFS")
        || begins.iter().any(|word| name.starts_with(word))
}

/// Whether a call of sed has only commands that print, delete, quit or replace: others write files and start
/// programs.
fn is_plain_sed(arguments: &[&str]) -> bool {
    let mut codes = Vec::new();
    let mut rest = arguments.iter();
    while let Some(word) = rest.next() {
        match *word {
            "-e" | "--expression" => codes.extend(rest.next()),
            "-n" | "-E" | "-r" | "-nE" | "-nr" | "-En" => {}
            option if option.starts_with('-') => return false,
            _ if codes.is_empty() => codes.push(word),
            _ => {}
        }
    }
    codes.iter().all(|code| {
        let code = code.trim_matches(['"', '\'']);
        if let Some(replaced) = code.strip_prefix('s')
            && let Some(divider) = replaced.chars().next()
        {
            let parts: Vec<&str> = replaced.split(divider).collect();
            return parts.len() == 4 && parts[3].chars().all(|flag| "gpI0123456789".contains(flag));
        }
        let mut command = code;
        loop {
            let rest = match command.strip_prefix('/') {
                Some(expression) => expression.split_once('/').map(|(_, rest)| rest),
                None => command.strip_prefix(|c: char| c.is_ascii_digit() || ",$!".contains(c)),
            };
            match rest {
                Some(rest) => command = rest,
                None => break,
            }
        }
        matches!(command, "p" | "d" | "q")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::indirection::DirectoryTree;

    #[test]
    fn scripts_that_only_read_are_checks() {
        let top = tempfile::tempdir().unwrap();
        std::fs::write(top.path().join("a"), "").unwrap();
        let mut tree = DirectoryTree::new(top.path());
        let project = Project::new(vec!["a".into()], &mut tree);
        for (text, expected) in [
            (
                "#!/bin/sh -e\nA=$(grep -o x a | sort -V | tail -1)\nif [ \"$A\" != y ]; then\n  echo \"no -> $A\"\n  exit 1\nfi\n",
                true,
            ),
            ("#!/bin/sh\nset -e\ndiff a b\n", true),
            ("f() { grep -q x a; }\nf || exit 1\n", true),
            ("f() { grep -q x y; }\nf || exit 1\n", false),
            ("diff a b >/dev/null 2>&1 || exit 1\n", true),
            // It cannot fail, or does more than reading.
            ("#!/bin/sh\ngrep x y\n", false),
            ("#!/bin/sh\nset -e\ndiff a b > c\n", false),
            ("#!/bin/sh\nset -e\ndiff a b; rm c\n", false),
            ("#!/bin/sh\nset -e\ndiff a \"$(sh x)\"\n", false),
            ("#!/bin/sh\nsed -i s/a/b/ c || exit 1\n", false),
            ("#!/bin/sh\ngit push || exit 1\n", false),
            ("#!/bin/sh\n./x || exit 1\n", false),
            ("#!/usr/bin/env python3\nexit 1\n", false),
            ("PATH=.:$PATH\ngrep x a || exit 1\n", false),
            ("export PATH=.\ngrep x a || exit 1\n", false),
            ("LD_PRELOAD=./x.so grep x a || exit 1\n", false),
            ("[[ $(./x) = a ]] || exit 1\n", false),
            ("sed 1ex a || exit 1\n", false),
            ("sed 's/a/b/w x' a || exit 1\n", false),
            ("sed -n 's/a/b/p' a || exit 1\n", true),
            ("uniq a x || exit 1\n", false),
            ("git grep -O./x y a || exit 1\n", false),
            ("sed -n '/a/,$p' a || exit 1\n", true),
            ("sed '/a/!d' a || exit 1\n", true),
            ("sed '/a/w x' a || exit 1\n", false),
            ("sed '/a/e' a || exit 1\n", false),
            ("N=$(wc -l a | xargs) || exit 1\n", true),
            ("wc -l a | xargs sh || exit 1\n", false),
            ("X=(\n  $(./x)\n)\ngit grep y || exit 1\n", false),
            ("X=(\n  \"$(./x)\"\n)\ngit grep y || exit 1\n", false),
            (
                "T=x\nX=(\n  # it's a\n  \":(exclude)a\"\n)\nF=$(git grep \"$T\" -- \"${X[@]}\" || true)\nif [ -n \"$F\" ]; then\n  exit 1\nfi\n",
                true,
            ),
        ] {
            let found = is_reading_script(text, Path::new(""), &project);
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn commands_in_ci_that_only_read_the_tree_are_checks() {
        let top = tempfile::tempdir().unwrap();
        std::fs::write(top.path().join("a"), "").unwrap();
        let mut tree = DirectoryTree::new(top.path());
        let project = Project::new(vec!["a".into()], &mut tree);
        for (text, expected) in [
            ("diff a b", Some("diff")),
            ("sed 1d a | LC_ALL=C sort -uc", Some("sort")),
            ("! grep -n x a", Some("grep")),
            ("cat a", None),
            ("diff b c", None),
            ("git diff --exit-code a", None),
            ("git grep -q x a", None),
            (
                "if grep --exclude-dir=.git --exclude-dir=x -rne '\\s$' .\nthen\n  exit 1\nfi",
                Some("grep"),
            ),
            (
                "grep -q \"$(sed '/^v = /!d' a | head -n1)\" a",
                Some("grep"),
            ),
            ("diff a b > c", None),
            ("diff a $GITHUB_WORKSPACE/b", None),
        ] {
            assert_eq!(inline(text, Path::new(""), &project), expected, "{text}");
        }
    }
}
