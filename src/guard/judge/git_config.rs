//! `git config`: settings that are written, and what they would switch off.

use std::ffi::OsStr;

use crate::git::invocation::command_line::GitCommandLine;
use crate::git::invocation::hook_bypass::skips_hooks;
use crate::guard::refusal::{GuardRule, Refusal};

/// What a `git config` does.
enum Write<'a> {
    /// It gives a key a value.
    Set(&'a str, &'a str),
    /// It takes a key or a section away, or renames one.
    Remove(&'a str),
}

/// Options of git-config(1) that take the next word as their value.
const VALUED: [&str; 8] = [
    "-f",
    "--file",
    "--blob",
    "--type",
    "--default",
    "--value",
    "--comment",
    "-t",
];

/// Why a `git config` is refused.
pub(super) fn refusal(called: &GitCommandLine<'_>, typed: &str) -> Option<Refusal> {
    let words = words(called)?;
    // What an agent writes in the editor is not seen.
    let edits =
        words.first() == Some(&"edit") || words.iter().any(|word| matches!(*word, "--edit" | "-e"));
    let is_refused = edits
        || match read(&words) {
            Some(Write::Set(key, value)) => {
                let lower = key.to_ascii_lowercase();
                lower == "core.hookspath" || is_ours(&lower) || leads_around(key, Some(value))
            }
            // To remove `core.hooksPath` leads git back to its own hooks.
            Some(Write::Remove(key)) => {
                let lower = key.to_ascii_lowercase();
                is_ours(&lower) || lower == "core"
            }
            None => false,
        };
    is_refused.then(|| {
        Refusal::new(
            GuardRule::HooksOff,
            format!("`{typed}`"),
            "gatekeeper status  (shows the hooks that git runs; `gatekeeper install` repairs them)",
        )
    })
}

/// Whether a setting leads around hooks or around the checks of CI: by itself, or by a file that it includes.
pub(super) fn leads_around(key: &str, value: Option<&str>) -> bool {
    let lower = key.to_ascii_lowercase();
    // `includeIf.CONDITION.path`, where the condition has dots of its own.
    let is_path = lower.rsplit('.').next() == Some("path");
    let includes = lower == "include.path" || lower.starts_with("includeif.") && is_path;
    let skips_ci = lower == "push.pushoption" && value.is_some_and(is_ci_skip);
    includes || skips_ci || skips_hooks(key, value.map(OsStr::new))
}

/// Whether an option of a push skips the checks of CI.
pub(super) fn is_ci_skip(option: &str) -> bool {
    matches!(option, "ci.skip" | "ci.skip=true" | "skip-ci" | "skip_ci")
}

/// The setting that is written, with its value.
pub(super) fn written(called: &GitCommandLine<'_>) -> Option<(String, String)> {
    let words = words(called)?;
    match read(&words)? {
        Write::Set(key, value) => Some((key.to_owned(), value.to_owned())),
        Write::Remove(_) => None,
    }
}

/// The value of an alias that is defined.
pub(super) fn written_alias(called: &GitCommandLine<'_>) -> Option<String> {
    let (key, value) = written(called)?;
    key.to_ascii_lowercase()
        .starts_with("alias.")
        .then_some(value)
}

/// Whether a key or section belongs to gatekeeper's hooks. `gatekeeper.path` is for users.
fn is_ours(key: &str) -> bool {
    let is_path = key == "gatekeeper.path";
    key.starts_with("hook.gatekeeper")
        || (key == "gatekeeper" || key.starts_with("gatekeeper.")) && !is_path
}

fn words<'a>(called: &GitCommandLine<'a>) -> Option<Vec<&'a str>> {
    let is_config = called.command == "config";
    is_config.then(|| {
        called
            .arguments
            .iter()
            .filter_map(|word| word.to_str())
            .collect()
    })
}

/// What is written; `None` if the command only reads.
fn read<'a>(words: &[&'a str]) -> Option<Write<'a>> {
    let mut plain = Vec::new();
    let mut flags = Vec::new();
    let mut rest = words.iter();
    while let Some(word) = rest.next() {
        if VALUED.contains(word) {
            rest.next();
        } else if word.starts_with('-') && word.len() > 1 && plain.is_empty() {
            flags.push(*word);
        } else {
            plain.push(*word);
        }
    }
    let has = |start: &str| flags.iter().any(|flag| flag.starts_with(start));
    if has("--get")
        || has("--list")
        || flags.contains(&"-l")
        || has("--edit")
        || flags.contains(&"-e")
    {
        return None;
    }
    let values: Vec<&str> = plain
        .iter()
        .copied()
        .filter(|word| !word.starts_with("--"))
        .collect();
    match (*plain.first()?, values.get(1), values.get(2)) {
        ("get" | "list" | "edit" | "get-color" | "get-colorbool", ..) => None,
        ("set", Some(key), Some(value)) => Some(Write::Set(key, value)),
        ("unset" | "rename-section" | "remove-section", Some(key), _) => Some(Write::Remove(key)),
        (key, ..) if has("--unset") || has("--rename-section") || has("--remove-section") => {
            Some(Write::Remove(key))
        }
        (key, Some(value), _) => Some(Write::Set(key, value)),
        _ => None,
    }
}
