//! Commands of git that remove files of the work tree, or put them back as they were in another commit.

use super::state::Walk;
use crate::git::invocation::command_line::GitCommandLine;
use crate::guard::paths::Change;
use crate::guard::refusal::Refusal;

/// Files that a directory stands for if it is put back.
pub(super) const INSIDE: [&str; 4] = [
    "hooks.json",
    "hooks/PreToolUse",
    "pre-commit",
    "settings.json",
];

/// Options of `git update-index` by which the index no longer follows a file.
const HIDING: [&str; 3] = ["--assume-unchanged", "--force-remove", "--skip-worktree"];

/// Why a command is refused that changes files which are protected.
pub(super) fn refusal(called: &GitCommandLine<'_>, walk: &Walk<'_>) -> Option<Refusal> {
    let (paths, change) = changed(called)?;
    let mut paths = paths.into_iter();
    paths.find_map(|path| {
        let inside = || {
            let mut names = INSIDE
                .iter()
                .filter(|_| change == Change::Write && path.starts_with('.') && path.len() > 2);
            names.find_map(|name| walk.path_refusal(&format!("{path}/{name}"), change))
        };
        walk.path_refusal(path, change).or_else(inside)
    })
}

/// The paths that a command changes, and how.
fn changed<'c>(called: &GitCommandLine<'c>) -> Option<(Vec<&'c str>, Change)> {
    let words: Vec<&str> = called
        .arguments
        .iter()
        .filter_map(|word| word.to_str())
        .collect();
    let plain = |words: &[&'c str]| -> Vec<&'c str> {
        words
            .iter()
            .copied()
            .filter(|word| !word.starts_with('-'))
            .collect()
    };
    match called.command {
        "rm" | "mv" if is_trial(&words) => None,
        // With `--cached`, the next commit is without the file, although the work tree has it.
        "rm" => Some((plain(&words), Change::Remove)),
        "mv" => {
            let mut paths = plain(&words);
            paths.pop();
            Some((paths, Change::Remove))
        }
        "clean" => {
            let is_forced = words.iter().any(|word| {
                let is_short = word.starts_with('-') && !word.starts_with("--");
                *word == "--force" || is_short && word.contains('f')
            });
            let is_trial = words.iter().any(|word| {
                let is_short = word.starts_with('-') && !word.starts_with("--");
                *word == "--dry-run" || is_short && word.contains('n')
            });
            // What stands behind `-e` stays.
            let mut cleaned = Vec::new();
            let mut rest = words.iter();
            while let Some(word) = rest.next() {
                match *word {
                    "-e" | "--exclude" => {
                        rest.next();
                    }
                    word if word.starts_with('-') => {}
                    word => cleaned.push(word),
                }
            }
            (is_forced && !is_trial).then_some((cleaned, Change::Remove))
        }
        "checkout" => {
            let (commits, paths) = if let Some(at) = words.iter().position(|word| *word == "--") {
                (plain(&words[..at]), words[at + 1..].to_vec())
            } else {
                let mut commits = plain(&words);
                let paths = commits.split_off(1.min(commits.len()));
                (commits, paths)
            };
            let is_other = commits.last().is_some_and(|commit| !is_present(commit));
            is_other.then_some((paths, Change::Write))
        }
        "restore" => {
            let source = words
                .iter()
                .enumerate()
                .find_map(|(at, word)| match *word {
                    "-s" | "--source" => words.get(at + 1).copied(),
                    word => word
                        .strip_prefix("--source=")
                        .or_else(|| word.strip_prefix("-s")),
                })?;
            (!is_present(source)).then(|| (plain(&words), Change::Write))
        }
        "update-index" if words.contains(&"--chmod=-x") => Some((plain(&words), Change::Write)),
        "update-index" if words.iter().any(|word| HIDING.contains(word)) => {
            Some((plain(&words), Change::Remove))
        }
        _ => None,
    }
}

/// Whether `git rm` or `git mv` only says what it would do.
fn is_trial(words: &[&str]) -> bool {
    let mut options = words.iter().take_while(|word| **word != "--");
    options.any(|word| matches!(*word, "-n" | "--dry-run"))
}

/// Whether a commit is the present one, so that files become what they are in it already.
fn is_present(commit: &str) -> bool {
    matches!(commit, "HEAD" | "@")
}
