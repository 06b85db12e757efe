//! What the text of a script tells, besides its calls.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::path::Path;

use super::evidence::UNKNOWN;
use crate::indirection::ANY;

/// The ids of hooks that a call of pre-commit names.
pub(super) fn hook_ids(words: &[&str]) -> Vec<String> {
    const VALUED: [&str; 7] = [
        "-c",
        "--config",
        "--hook-stage",
        "--from-ref",
        "--to-ref",
        "--color",
        "--files",
    ];
    let mut ids = Vec::new();
    let mut rest = words.iter();
    while let Some(word) = rest.next() {
        if VALUED.contains(word) {
            rest.next();
        } else if !word.starts_with('-') && !word.contains(UNKNOWN) {
            ids.push((*word).to_owned());
        }
    }
    ids
}

/// A text in which known variables that are used plainly are replaced by their values.
pub(super) fn with_variables(text: &str, env: &BTreeMap<String, String>) -> String {
    let mut text = text.to_owned();
    for (name, value) in env {
        // In quotes, a value of several words is one word. That cannot be expressed here, so the
        // first use decides.
        for form in [
            format!("\"${{{name}}}\""),
            format!("\"${name}\""),
            format!("${{{name}}}"),
        ] {
            text = text.replace(&form, value);
        }
        text = replace_plain(&text, name, value);
    }
    text
}

/// `$NAME`, unless more of a name follows.
fn replace_plain(text: &str, name: &str, value: &str) -> String {
    let plain = format!("${name}");
    let mut replaced = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(&plain) {
        let after = &rest[at + plain.len()..];
        replaced.push_str(&rest[..at]);
        if after.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_') {
            replaced.push_str(&plain);
        } else {
            replaced.push_str(value);
        }
        rest = after;
    }
    replaced.push_str(rest);
    replaced
}

/// Turns a call of nox for a session whose name only CI knows into one for the sessions that it runs by default, and
/// in a call of tox, puts [`ANY`] in the place of what only CI knows of a name.
pub(super) fn without_unknown_environments(text: &str) -> String {
    let lines = text.lines().map(|line| {
        let is_call = |word: &str| line.split_whitespace().any(|other| other == word);
        if !is_call("tox") && !is_call("nox") {
            return line.to_owned();
        }
        let Ok(words) = shell_words::split(&without_substitutions(line)) else {
            return line.to_owned();
        };
        // Of `nox -s tests-VERSION`, the session is known.
        let is_session = |word: &str| {
            let known = word.split([UNKNOWN, '$']).next().unwrap_or_default();
            is_call("nox") && known.ends_with('-') && !known.starts_with('-')
        };
        let is_unknown = |word: &str| word.contains([UNKNOWN, '$']) && !is_session(word);
        if !words.iter().any(|word| is_unknown(word)) {
            return line.to_owned();
        }
        let mut kept: Vec<String> = Vec::new();
        for word in &words {
            let is_choice = |word: &str| matches!(word, "-e" | "--env" | "-f");
            let chooses = is_call("tox")
                && (word.starts_with("-e") || kept.last().is_some_and(|last| is_choice(last)));
            if is_unknown(word) && chooses {
                kept.push(with_any(word));
            } else if is_unknown(word) {
                if kept
                    .last()
                    .is_some_and(|last| last.starts_with('-') && last != "--")
                {
                    kept.pop();
                }
            } else {
                kept.push(word.clone());
            }
        }
        shell_words::join(kept)
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// A word with [`ANY`] in the place of what is not known of it: variables, and values that only CI has.
fn with_any(word: &str) -> String {
    let mut known = String::new();
    let mut letters = word.chars().peekable();
    while let Some(letter) = letters.next() {
        if letter != '$' && letter != UNKNOWN {
            known.push(letter);
            continue;
        }
        if letter == '$' {
            let is_braced = letters.next_if_eq(&'{').is_some();
            let is_name = |c: &char| {
                if is_braced {
                    *c != '}'
                } else {
                    c.is_ascii_alphanumeric() || *c == '_'
                }
            };
            while letters.next_if(is_name).is_some() {}
            letters.next_if(|c| is_braced && *c == '}');
        }
        if !known.ends_with(ANY) {
            known.push(ANY);
        }
    }
    known
}

/// A line with something unknown in the place of each `$( ... )`.
fn without_substitutions(line: &str) -> String {
    let mut kept = String::new();
    let mut depth = 0_usize;
    let mut letters = line.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '$' if letters.peek() == Some(&'(') => {
                letters.next();
                if depth == 0 {
                    kept.push(UNKNOWN);
                }
                depth += 1;
            }
            '(' if depth > 0 => depth += 1,
            ')' if depth > 0 => depth -= 1,
            _ if depth > 0 => {}
            letter => kept.push(letter),
        }
    }
    kept
}

/// Whether a script goes on, and succeeds, if this call in it fails.
pub(super) fn swallows(script: &str, words: &[String]) -> bool {
    let is_call = |line: &&str| words.iter().all(|word| line.contains(word.as_str()));
    let mut lines = script.lines().filter(is_call);
    let ends_well = |line: &str| {
        let after = line.rsplit_once("||").map(|(_, after)| after.trim());
        after.is_some_and(|after| {
            after == "true" || after == ":" || after == "exit 0" || after.starts_with("echo ")
        })
    };
    lines.any(ends_well)
}

/// Whether a call only asks a program for its version, or for help.
pub(super) fn says_its_version(words: &[String]) -> bool {
    let asks = ["--version", "-V", "-vV", "--help", "version", "-v"];
    matches!(words, [_, last] if asks.contains(&last.as_str()))
        || words.iter().skip(1).any(|word| word == "--version")
}

/// How many lines of a text come before the one that begins with these words.
pub(super) fn line_of(text: &str, words: &[String]) -> Option<usize> {
    let first = words.first()?;
    let has_all = |line: &str| {
        words
            .iter()
            .take(3)
            .all(|word| line.contains(word.as_str()))
    };
    text.lines()
        .position(|line| line.contains(first.as_str()) && has_all(line))
}

pub(super) fn first_line(text: &str) -> String {
    let line = text.lines().find(|line| !line.trim().is_empty());
    line.unwrap_or_default().trim().replace(UNKNOWN, "...")
}

/// Whether a file lists calls by names: the scripts of a package, targets, environments.
pub(super) fn lists_calls(path: &Path) -> bool {
    const NAMES: [&str; 12] = [
        "GNUmakefile",
        "Justfile",
        "Makefile",
        "Taskfile.yaml",
        "Taskfile.yml",
        "justfile",
        "makefile",
        "package.json",
        "pyproject.toml",
        "setup.cfg",
        "tox.ini",
        "tox.toml",
    ];
    let name = path.file_name().and_then(OsStr::to_str);
    name.is_some_and(|name| NAMES.contains(&name))
}

/// Whether a call contains a word by which checks are usually named.
pub(super) fn may_check(call: &str) -> bool {
    const NAMES: [&str; 15] = [
        "lint",
        "test",
        "check",
        "format",
        "fmt",
        "typecheck",
        "types",
        "verify",
        "forbid",
        "audit",
        "validate",
        "spell",
        "tox",
        "nox",
        "hakari",
    ];
    let call = call.to_ascii_lowercase();
    NAMES.iter().any(|name| call.contains(name))
}

/// Whether a text that cannot be read names a tool that checks.
pub(super) fn looks_like_a_check(text: &str) -> bool {
    let words: BTreeSet<&str> = text.split_whitespace().collect();
    crate::tools::checkers().any(|checker| {
        checker
            .calls
            .iter()
            .filter_map(|call| call.first())
            .any(|program| *program != "cargo" && *program != "go" && words.contains(program))
    })
}
