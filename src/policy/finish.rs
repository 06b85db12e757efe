//! The command that finishes a commit whose message was refused.
//!
//! It repeats what the user typed, so that the same paths, the same author and `--amend` count
//! again, with the message taken from the file in which it is kept. No editor and no `-v`: neither
//! comments nor a diff can get into history that way.

use std::ffi::OsString;
use std::path::Path;

use crate::text::shell_word;

/// What the commit belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Occasion {
    /// A commit, or the end of a merge or cherry-pick.
    Commit,
    /// A message that is reworded in a rebase, which then waits.
    Rebase,
    /// A patch that `git am` has not applied yet.
    Patch,
}

/// Options of git-commit(1) that give or change the message, and take a value.
const MESSAGE_OPTIONS: [&str; 9] = [
    "--message",
    "--file",
    "--reuse-message",
    "--reedit-message",
    "--template",
    "--fixup",
    "--squash",
    "--trailer",
    "--cleanup",
];

/// The same, without a value.
const MESSAGE_FLAGS: [&str; 8] = [
    "--edit",
    "--no-edit",
    "--verbose",
    "--no-verbose",
    "--signoff",
    "--no-signoff",
    "--status",
    "--no-status",
];

/// Other options that take a value in the next argument.
const VALUE_OPTIONS: [&str; 3] = ["--author", "--date", "--pathspec-from-file"];

/// The command. `parent` is what git was called with, if that is known.
#[must_use]
pub fn command(
    parent: Option<&[OsString]>,
    occasion: Occasion,
    file: &Path,
    sign_off: bool,
) -> String {
    let mut words: Vec<OsString> = vec!["git".into()];
    match occasion {
        Occasion::Patch => {
            return "git am --abort, then `git am --signoff` with the same patches".into();
        }
        Occasion::Rebase => words.extend(["commit", "--amend"].map(OsString::from)),
        Occasion::Commit => match parent.and_then(kept_arguments) {
            Some((before, after)) => {
                words.extend(before);
                words.push("commit".into());
                let end = after
                    .iter()
                    .position(|word| word == "--")
                    .unwrap_or(after.len());
                let (options, paths) = after.split_at(end);
                words.extend(options.iter().cloned());
                push_message(&mut words, file, sign_off);
                words.extend(paths.iter().cloned());
                return shown(&words);
            }
            None => words.push("commit".into()),
        },
    }
    push_message(&mut words, file, sign_off);
    let line = shown(&words);
    match occasion {
        Occasion::Rebase => format!("{line} && git rebase --continue"),
        _ => line,
    }
}

fn push_message(words: &mut Vec<OsString>, file: &Path, sign_off: bool) {
    if sign_off {
        words.push("-s".into());
    }
    words.push("-F".into());
    words.push(file.into());
}

fn shown(words: &[OsString]) -> String {
    words
        .iter()
        .map(|word| shell_word(word))
        .collect::<Vec<_>>()
        .join(" ")
}

/// The options before `commit` and the arguments behind it, without those about the message.
/// `None` if this is no `git commit`: an alias, or another command.
fn kept_arguments(parent: &[OsString]) -> Option<(Vec<OsString>, Vec<OsString>)> {
    let program = Path::new(parent.first()?).file_name()?;
    if program != "git" {
        return None;
    }
    let mut rest = parent[1..].iter();
    let mut before = Vec::new();
    loop {
        let word = rest.next()?;
        match word.to_str() {
            Some("commit") => break,
            // git(1): these take a value.
            Some("-C" | "-c" | "--git-dir" | "--work-tree" | "--namespace") => {
                before.push(word.clone());
                before.push(rest.next()?.clone());
            }
            Some(option) if option.starts_with('-') => before.push(word.clone()),
            _ => return None,
        }
    }
    Some((before, without_message(rest.cloned())))
}

fn without_message(arguments: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let mut kept = Vec::new();
    let mut rest = arguments;
    while let Some(word) = rest.next() {
        let text = word.to_string_lossy().into_owned();
        if text == "--" {
            kept.push(word);
            kept.extend(rest);
            break;
        }
        if let Some(long) = text.strip_prefix("--") {
            let name = long.split('=').next().unwrap_or_default();
            let option = format!("--{name}");
            let has_value = text.contains('=');
            if is_abbreviated(&option, &MESSAGE_OPTIONS) {
                if !has_value {
                    rest.next();
                }
            } else if !is_abbreviated(&option, &MESSAGE_FLAGS) {
                kept.push(word);
                if !has_value && is_abbreviated(&option, &VALUE_OPTIONS) {
                    kept.extend(rest.next());
                }
            }
        } else if text.len() > 1 && text.starts_with('-') {
            let (short, takes_next) = without_message_letters(&text[1..]);
            if takes_next {
                rest.next();
            }
            if !short.is_empty() {
                kept.push(OsString::from(format!("-{short}")));
            }
        } else {
            kept.push(word);
        }
    }
    kept
}

/// Whether an option is one of these, perhaps abbreviated as git allows. `--amend` and `--all` are
/// beginnings of none.
fn is_abbreviated(option: &str, known: &[&str]) -> bool {
    option.len() > 3 && known.iter().any(|known| known.starts_with(option))
}

/// The letters of a cluster such as `-am` that are not about the message, and whether the value of
/// one that is stands in the next argument.
fn without_message_letters(cluster: &str) -> (String, bool) {
    let mut kept = String::new();
    for (at, letter) in cluster.char_indices() {
        match letter {
            'm' | 'F' | 'C' | 'c' | 't' => {
                return (kept, at + letter.len_utf8() == cluster.len());
            }
            'e' | 'v' | 's' => {}
            // These take the rest of the cluster as their value.
            'S' | 'u' => {
                kept.push_str(&cluster[at..]);
                return (kept, false);
            }
            _ => kept.push(letter),
        }
    }
    (kept, false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_repeats_what_was_typed_without_the_message() {
        let cases = [
            (&["git", "commit"][..], "git commit -s -F f"),
            (&["git", "commit", "-m", "x"], "git commit -s -F f"),
            (&["git", "commit", "-am", "x"], "git commit -a -s -F f"),
            (&["git", "commit", "-amx"], "git commit -a -s -F f"),
            (&["git", "commit", "-av"], "git commit -a -s -F f"),
            (
                &["git", "commit", "--amend", "--no-edit"],
                "git commit --amend -s -F f",
            ),
            (
                &["git", "commit", "--message=x", "--all"],
                "git commit --all -s -F f",
            ),
            (
                &["git", "commit", "--mess", "x", "-o", "a b"],
                "git commit -o 'a b' -s -F f",
            ),
            (
                &["git", "commit", "-m", "x", "--", "-m"],
                "git commit -s -F f -- -m",
            ),
            (
                &["git", "commit", "--author", "A <a@b>"],
                "git commit --author 'A <a@b>' -s -F f",
            ),
            (
                &["git", "-c", "a.b=c", "commit", "-F", "-"],
                "git -c 'a.b=c' commit -s -F f",
            ),
            (
                &["/usr/bin/git", "commit", "-Skey", "-e"],
                "git commit -Skey -s -F f",
            ),
            (&["git", "ci", "-am", "x"], "git commit -s -F f"),
            (&["sh", "-c", "x"], "git commit -s -F f"),
        ];
        for (typed, expected) in cases {
            let typed: Vec<OsString> = typed.iter().map(OsString::from).collect();
            let command = command(Some(&typed), Occasion::Commit, Path::new("f"), true);
            assert_eq!(command, expected, "{typed:?}");
        }
        let rebase = command(None, Occasion::Rebase, Path::new("f"), false);
        assert_eq!(rebase, "git commit --amend -F f && git rebase --continue");
    }
}
