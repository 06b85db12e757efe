//! The command that finishes a commit whose message was refused.
//!
//! It repeats what the user typed, so that the same paths, the same author and `--amend` count
//! again, with the message taken from the file in which it is kept. No editor and no `-v`: neither
//! comments nor a diff can get into history that way.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::base::text::shell_word;
use crate::git::invocation::commit_args::CommitArgs;

/// What the commit belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum CommitKind {
    /// A commit that was typed like this, as far as that is known.
    Commit(Option<CommitArgs>),
    /// A message that is reworded in a rebase, which then waits.
    Reword,
    /// A patch that `git am` has not applied yet; its message is in a file of git's own, which is
    /// read again.
    Patch {
        /// The sign-off that is missing, as a person would add it.
        sign_off: Option<String>,
    },
}

/// What has to be said besides what was typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct RetryOptions {
    /// Trailers that are missing, in their order.
    pub(crate) trailers: Vec<String>,
    /// Signing off is what is missing.
    pub(crate) sign_off: bool,
    /// How the user can call gatekeeper, if it has to fix the message first.
    pub(crate) fix: Option<String>,
    /// The message has something in it that git would clean away.
    pub(crate) verbatim: bool,
    /// The author, if it is not whom git would take by itself.
    pub(crate) author: Option<String>,
    /// The author's date, likewise.
    pub(crate) date: Option<String>,
    /// Variables that tell git where it works, if it would not find there by itself.
    pub(crate) variables: Vec<(&'static str, PathBuf)>,
}

/// The command.
#[must_use]
pub(crate) fn command(occasion: &CommitKind, file: &Path, extras: &RetryOptions) -> String {
    let mut line = match occasion {
        CommitKind::Patch { sign_off } => {
            let shown = shell_word(file.as_os_str());
            let mut options = String::new();
            for line in extras.trailers.iter().chain(sign_off) {
                options = format!("{options} --trailer {}", shell_word(line.as_ref()));
            }
            let added =
                format!("git interpret-trailers --no-divider --in-place{options} {shown} && ");
            let added = Some(added).filter(|_| !options.is_empty());
            format!("{}git am --retry", added.unwrap_or_default())
        }
        CommitKind::Reword => {
            let amend = CommitArgs {
                options: vec!["--amend".into()],
                ..CommitArgs::default()
            };
            format!("{} && git rebase --continue", shown(&amend, file, extras))
        }
        CommitKind::Commit(typed) => shown(&typed.clone().unwrap_or_default(), file, extras),
    };
    let with_variables = |mut line: String| {
        for (name, value) in extras.variables.iter().rev() {
            line = format!("{name}={} {line}", shell_word(value.as_os_str()));
        }
        line
    };
    line = with_variables(line);
    match &extras.fix {
        Some(program) => {
            let fix = format!("{program} message fix {}", shell_word(file.as_os_str()));
            format!("{} && {line}", with_variables(fix))
        }
        None => line,
    }
}

/// Lets `--trailer` add before the trailers that are there: git signs off first, and credits stand before the
/// sign-off (git-interpret-trailers(1)).
const AT_START: &str = "trailer.where=start";

fn shown(typed: &CommitArgs, file: &Path, extras: &RetryOptions) -> String {
    let mut words: Vec<OsString> = vec!["git".into()];
    words.extend(typed.before.iter().cloned());
    if !extras.trailers.is_empty() && !typed.before.iter().any(|word| word == AT_START) {
        words.extend(["-c".into(), AT_START.into()]);
    }
    words.push("commit".into());
    // Without -C it would have nothing to reset.
    let resets = typed.reuses && !typed.has("--amend");
    let is_kept = |word: &&OsString| !(resets && *word == "--reset-author");
    words.extend(typed.options.iter().filter(is_kept).cloned());
    if let Some(author) = &extras.author {
        words.push(format!("--author={author}").into());
    }
    if let Some(date) = &extras.date {
        words.push(format!("--date={date}").into());
    }
    if extras.verbatim {
        words.push("--cleanup=verbatim".into());
    }
    if extras.sign_off {
        words.push("-s".into());
    }
    // Each is put before all others.
    for line in extras.trailers.iter().rev() {
        words.extend(["--trailer".into(), line.into()]);
    }
    words.push("-F".into());
    words.push(file.into());
    words.extend(typed.paths.iter().cloned());
    words
        .iter()
        .map(|word| shell_word(word))
        .collect::<Vec<_>>()
        .join(" ")
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
            (
                &["git", "commit", "-C", "HEAD", "--reset-author"],
                "git commit -s -F f",
            ),
            (&["git", "ci", "-am", "x"], "git commit -s -F f"),
            (&["sh", "-c", "x"], "git commit -s -F f"),
        ];
        let extras = RetryOptions {
            sign_off: true,
            ..RetryOptions::default()
        };
        for (typed, expected) in cases {
            let typed: Vec<OsString> = typed.iter().map(OsString::from).collect();
            let occasion = CommitKind::Commit(CommitArgs::find(&[typed]));
            assert_eq!(command(&occasion, Path::new("f"), &extras), expected);
        }
    }

    #[test]
    fn what_git_would_not_know_by_itself_is_said() {
        let extras = RetryOptions {
            author: Some("A B <a@b>".into()),
            date: Some("@1 +0000".into()),
            verbatim: true,
            variables: vec![("GIT_INDEX_FILE", "/x y".into())],
            ..RetryOptions::default()
        };
        assert_eq!(
            command(&CommitKind::Commit(None), Path::new("f"), &extras),
            "GIT_INDEX_FILE='/x y' git commit '--author=A B <a@b>' '--date=@1 +0000' '--cleanup=verbatim' -F f"
        );
        let rebase = command(
            &CommitKind::Reword,
            Path::new("f"),
            &RetryOptions::default(),
        );
        assert_eq!(rebase, "git commit --amend -F f && git rebase --continue");
    }
}
