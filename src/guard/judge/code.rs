//! Programs in other languages that are given on the command line or piped in: `python -c`, `node -e`. They are not
//! read as programs; what counts is whether they start something or write files, and what they name.

use std::ffi::OsStr;

use super::clients;
use super::state::{Surroundings, Walk};
use crate::guard::paths::{Change, protected};
use crate::guard::refusal::{GuardRule, Refusal};
use crate::tools::skip_variable;

/// Interpreters, each with the options after which a program stands.
pub(super) const INTERPRETERS: [(&str, &[&str]); 28] = [
    ("Rscript", &["-e"]),
    ("julia", &["-e", "--eval"]),
    ("elixir", &["-e", "--eval"]),
    ("erl", &["-eval"]),
    ("groovy", &["-e"]),
    ("guile", &["-c"]),
    ("racket", &["-e"]),
    ("octave", &["--eval"]),
    ("clojure", &["-e"]),
    ("bb", &["-e"]),
    ("gawk", &[]),
    ("mawk", &[]),
    ("zx", &["-e", "--eval"]),
    ("expect", &["-c"]),
    ("tclsh", &[]),
    ("emacs", &["--eval", "-eval"]),
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
const STARTING: [&str; 33] = [
    "run(`",
    "System.cmd",
    "os:cmd",
    ".execute()",
    "ProcessBuilder",
    "shell ",
    "(sh \"",
    "system qw",
    "sh.git",
    "Repo(",
    "simpleGit",
    "simple-git",
    "shell-command",
    "call-process",
    "| getline",
    "| \"sh\"",
    "| \"bash\"",
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

/// What moves or removes files.
const REMOVING: [&str; 10] = [
    "File.delete",
    "move(",
    "os.remove",
    "rename",
    "rmSync",
    "rm_rf",
    "rmdir",
    "rmtree",
    "rm_r ",
    "unlink",
];

impl Walk<'_> {
    /// Judges a program for an interpreter.
    pub(super) fn code(&mut self, name: &str, arguments: &[String], input: Option<&str>) {
        judge(name, arguments, input, self);
    }
}

fn judge(name: &str, arguments: &[String], input: Option<&str>, walk: &mut Walk<'_>) {
    let Some(options) = options_of(name) else {
        return;
    };
    let mut programs = typed_programs(arguments, options);
    if options.is_empty() {
        programs.extend(
            arguments
                .iter()
                .map(String::as_str)
                .filter(|word| STARTING.iter().any(|sign| word.contains(sign))),
        );
    }
    let mut files = arguments
        .iter()
        .filter(|word| (!word.starts_with('-') || *word == "-") && *word != "run");
    match files.next() {
        Some(file) if file != "-" => programs.extend(walk.known_text(file)),
        _ => programs.extend(input),
    }
    let programs: Vec<String> = programs.into_iter().map(str::to_owned).collect();
    for program in &programs {
        if let Some(refusal) = refusal(program, walk) {
            walk.refuse(refusal);
        }
        for command in started_commands(program) {
            walk.script(command, &Surroundings::default());
        }
    }
}

/// The options of an interpreter after which a program stands.
fn options_of(name: &str) -> Option<&'static [&'static str]> {
    let is_named = |known: &str| {
        let rest = name.strip_prefix(known);
        rest.is_some_and(|rest| rest.chars().all(|c| c.is_ascii_digit() || c == '.'))
    };
    let found = INTERPRETERS.iter().find(|(known, _)| is_named(known));
    found.map(|(_, options)| *options)
}

/// Whether a program reads code in a language of its own.
pub(super) fn is_interpreter(name: &str) -> bool {
    options_of(name).is_some()
}

/// The programs that are typed after these options.
fn typed_programs<'w>(arguments: &'w [String], options: &[&str]) -> Vec<&'w str> {
    let mut programs = Vec::new();
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
    programs
}

/// What a program that is typed may print: the texts in it, each on a line.
pub(super) fn printed(name: &str, arguments: &[String]) -> Option<String> {
    let programs = typed_programs(arguments, options_of(name)?);
    let texts = programs
        .into_iter()
        .flat_map(literals)
        .map(|(_, text)| text);
    let texts: Vec<&str> = texts.filter(|text| !text.is_empty()).collect();
    (!texts.is_empty()).then(|| texts.join("\n"))
}

fn refusal(program: &str, walk: &Walk<'_>) -> Option<Refusal> {
    let starts = STARTING.iter().any(|word| program.contains(word));
    let skips_by_library = program.contains("skip_hooks=True");
    if skips_by_library || starts && program.contains("git") && skips(program) {
        let what = "a program that starts git without its hooks";
        return Some(Refusal::new(
            GuardRule::NoVerify,
            what,
            "git commit or git push, without these options",
        ));
    }
    if let Some(refusal) = other_client(program) {
        return Some(refusal);
    }
    if !WRITING.iter().any(|word| program.contains(word)) {
        return None;
    }
    let path = written_path(program, walk)?;
    let what = format!("a program that names {path} and changes files");
    Some(Refusal::new(
        GuardRule::Tampering,
        what,
        "gatekeeper status",
    ))
}

/// Libraries that commit without hooks, and the interfaces of forges.
fn other_client(program: &str) -> Option<Refusal> {
    const LIBRARIES: [&str; 6] = [
        "dulwich",
        "isomorphic-git",
        "libgit2",
        "nodegit",
        "pygit2",
        "rugged",
    ];
    let lower = program.to_ascii_lowercase();
    let has = |signs: &[&str]| signs.iter().any(|sign| lower.contains(sign));
    let commits = has(&LIBRARIES) && has(&["commit(", "push(", "create_commit", "createcommit"]);
    let writes = has(&[
        "put(", "post(", "patch(", "'put'", "'post'", "'patch'", "\"put\"", "\"post\"",
    ]);
    let is_forge = has(&["api.github.com", "/api/v4/"]) && writes && clients::is_content(&lower);
    (commits || is_forge).then(|| {
        let what = "a program that commits or pushes without git";
        Refusal::new(GuardRule::OtherClient, what, "git commit and git push")
    })
}

/// The texts in quotes of a program, each with what stands before it.
pub(super) fn literals(program: &str) -> Vec<(&str, &str)> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(begin) = program[at..].find(['\'', '"', '`']).map(|begin| at + begin) {
        let quote = &program[begin..=begin];
        let inside = begin + 1;
        let mut end = inside;
        loop {
            match program[end..].find([quote.chars().next().unwrap_or('"'), '\\']) {
                None => return found,
                Some(next) if program[end + next..].starts_with('\\') => {
                    let escaped = program[end + next + 1..].chars().next();
                    end += next + 1 + escaped.map_or(0, char::len_utf8);
                }
                Some(next) => {
                    end += next;
                    break;
                }
            }
        }
        found.push((&program[..begin], &program[inside..end]));
        at = end + 1;
    }
    found
}

/// The commands that a program passes to a shell as one text.
fn started_commands(program: &str) -> Vec<&str> {
    const CALLS: [&str; 13] = [
        "system(",
        "popen(",
        "run(",
        "call(",
        "check_call(",
        "check_output(",
        "Popen(",
        "exec(",
        "execSync(",
        "shell_exec(",
        "passthru(",
        "getoutput(",
        "system ",
    ];
    let literals = literals(program).into_iter();
    let started = literals.filter(|(before, text)| {
        let before = before.trim_end_matches(['f', 'r', ' ']);
        let is_call = CALLS.iter().any(|call| before.ends_with(call.trim_end()));
        is_call && text.contains(' ')
    });
    started.map(|(_, text)| text).collect()
}

/// A protected path that a program names: a whole text in quotes, or `.git` and `hooks` in two of them.
fn written_path(program: &str, walk: &Walk<'_>) -> Option<String> {
    let literals = literals(program);
    let mut texts = literals.iter().map(|(_, text)| *text);
    let place = walk.place();
    let is_path = |text: &str| text.contains(['/', '.']) && !text.contains(char::is_whitespace);
    let removes = REMOVING.iter().any(|word| program.contains(word));
    let is_protected = |text: &&str| {
        protected(text, &place, Change::Write).is_some()
            || removes && protected(text, &place, Change::Remove).is_some()
    };
    let named = texts
        .clone()
        .filter(|text| is_path(text))
        .find(is_protected);
    let has_git_dir = texts
        .clone()
        .any(|text| text.trim_end_matches('/') == ".git");
    let hooks = texts.find(|text| text.split('/').next() == Some("hooks") && has_git_dir);
    named
        .map(str::to_owned)
        .or_else(|| hooks.map(|hooks| format!(".git/{hooks}")))
}

/// Whether a program gives a variable a value by which a hook manager skips its checks: `{"HUSKY": "0"}`, `HUSKY="0"`.
fn sets_skip_variable(program: &str) -> bool {
    let literals = literals(program);
    let is_set =
        |name: &str, value: &str| skip_variable(OsStr::new(name), OsStr::new(value)).is_some();
    let by_text = literals.windows(2).any(|pair| is_set(pair[0].1, pair[1].1));
    by_text
        || literals.iter().any(|(before, value)| {
            let name = before.trim_end().trim_end_matches([':', '=']).trim_end();
            let begin = name.rfind(|c: char| !c.is_ascii_alphanumeric() && c != '_');
            is_set(&name[begin.map_or(0, |at| at + 1)..], value)
        })
}

/// Whether a program names an option or setting by which hooks are skipped.
fn skips(program: &str) -> bool {
    let lower = program.to_ascii_lowercase();
    let quotes = |c: char| matches!(c, '\'' | '"' | '`' | ',' | '[' | ']' | '(' | ')' | '.');
    let has_n = || {
        let words = lower.split(|c: char| c.is_whitespace() || quotes(c));
        let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
        let commit = words.iter().position(|word| *word == "commit");
        commit.is_some_and(|at| {
            let short = |word: &&str| matches!(*word, "-n" | "-nm" | "-an" | "-anm" | "-nam");
            words[at..].iter().any(short)
        })
    };
    let checked = [
        "commit", "push", "merge", "pull", "rebase", "'am'", "git am",
    ];
    let is_checked = checked.iter().any(|command| lower.contains(command));
    let says_no = lower.contains("--no-veri") || lower.contains("no_verify=true");
    is_checked && (says_no || sets_skip_variable(program))
        || lower.contains("core.hookspath")
        || lower.contains("update-ref")
        || lower.contains("send-pack")
        || has_n()
}
