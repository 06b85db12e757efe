//! Programs in other languages that are given on the command line or piped in: `python -c`, `node -e`. They are not
//! read as programs; what counts is whether they start something or write files, and what they name.

use super::state::Walk;
use crate::guard::paths::{Change, protected};
use crate::guard::refusal::{GuardRule, Refusal};

/// Interpreters, each with the options after which a program stands.
const INTERPRETERS: [(&str, &[&str]); 12] = [
    ("python", &["-c"]),
    ("node", &["-e", "--eval", "-p", "--print"]),
    ("perl", &["-e", "-E"]),
    ("ruby", &["-e"]),
    ("php", &["-r"]),
    ("deno", &["eval"]),
    ("bun", &["-e", "--eval"]),
    ("tsx", &["-e", "--eval"]),
    ("lua", &["-e"]),
    ("osascript", &["-e"]),
    ("awk", &[]),
    ("pypy", &["-c"]),
];

/// What starts a program.
const STARTING: [&str; 16] = [
    "subprocess",
    "os.system",
    "system(",
    "popen",
    "Popen",
    "exec",
    "spawn",
    "execSync",
    "shell_exec",
    "passthru",
    "Deno.Command",
    "Bun.spawn",
    "`git",
    "%x",
    "Kernel",
    "do shell script",
];

/// What writes, moves or removes files.
const WRITING: [&str; 24] = [
    "'w'",
    "\"w\"",
    "'a'",
    "\"a\"",
    "write",
    "unlink",
    "remove",
    "rmtree",
    "rename",
    "replace(",
    "chmod",
    "copy",
    "move(",
    "truncate",
    "symlink",
    "appendFile",
    "rmSync",
    "rmdir",
    "File.delete",
    "FileUtils",
    "'wb'",
    "\"wb\"",
    "'w+'",
    "file_put_contents",
];

impl Walk<'_> {
    /// Judges a program for an interpreter.
    pub(super) fn code(&mut self, name: &str, arguments: &[String], input: Option<&str>) {
        judge(name, arguments, input, self);
    }
}

fn judge(name: &str, arguments: &[String], input: Option<&str>, walk: &mut Walk<'_>) {
    let is_named = |known: &str| {
        let rest = name.strip_prefix(known);
        rest.is_some_and(|rest| rest.chars().all(|c| c.is_ascii_digit() || c == '.'))
    };
    let Some((_, options)) = INTERPRETERS.iter().find(|(known, _)| is_named(known)) else {
        return;
    };
    let mut programs: Vec<&str> = Vec::new();
    for (at, word) in arguments.iter().enumerate() {
        let bundled = |option: &&str| {
            option.len() == 2
                && word.starts_with('-')
                && !word.starts_with("--")
                && word.ends_with(&option[1..])
        };
        if options.contains(&word.as_str()) || options.iter().any(bundled) {
            programs.extend(arguments.get(at + 1).map(String::as_str));
        }
    }
    if options.is_empty() {
        programs.extend(
            arguments
                .iter()
                .map(String::as_str)
                .filter(|word| word.contains("system(")),
        );
    }
    let has_file = arguments.iter().any(|word| !word.starts_with('-'));
    if !has_file {
        programs.extend(input);
    }
    for program in programs {
        if let Some(refusal) = refusal(program, walk) {
            walk.refuse(refusal);
        }
    }
}

fn refusal(program: &str, walk: &Walk<'_>) -> Option<Refusal> {
    let starts = STARTING.iter().any(|word| program.contains(word));
    if starts && program.contains("git") && skips(program) {
        let what = "a program that starts git without its hooks";
        return Some(Refusal::new(
            GuardRule::NoVerify,
            what,
            "git commit or git push, without these options",
        ));
    }
    if !WRITING.iter().any(|word| program.contains(word)) {
        return None;
    }
    let is_part = |c: char| c.is_alphanumeric() || "._-/~\\$*".contains(c);
    let mut paths = program
        .split(|c| !is_part(c))
        .filter(|path| path.contains(['/', '.']));
    let path = paths.find(|path| protected(path, &walk.state.dir, Change::Write).is_some())?;
    let what = format!("a program that names {path} and changes files");
    Some(Refusal::new(
        GuardRule::Tampering,
        what,
        "gatekeeper status",
    ))
}

/// Whether a program names an option or setting by which hooks are skipped.
fn skips(program: &str) -> bool {
    let lower = program.to_ascii_lowercase();
    let quotes = |c: char| matches!(c, '\'' | '"' | '`' | ',' | '[' | ']' | '(' | ')');
    let has_n = || {
        let words = lower.split(|c: char| c.is_whitespace() || quotes(c));
        let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
        let commit = words.iter().position(|word| *word == "commit");
        commit.is_some_and(|at| {
            let short = |word: &&str| matches!(*word, "-n" | "-nm" | "-an" | "-anm" | "-nam");
            words[at..].iter().any(short)
        })
    };
    lower.contains("--no-veri")
        || lower.contains("core.hookspath")
        || lower.contains("update-ref")
        || lower.contains("send-pack")
        || has_n()
}
