//! A reference that must not get unchecked commits, in words: what the refusal leaves behind, and every way
//! out of it.

use std::fmt::Write as _;

use super::bypass::{UngatedCommit, can_be_checked, push_commits, record_command};
use super::trust::accept_range_command;
use crate::base::object_id::ObjectId;
use crate::base::text::count;
use crate::report::style::Style;

/// What git has changed before it asked whether a reference may move.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum LeftBehind {
    /// Nothing that matters.
    Nothing,
    /// The files and the index are those of this commit.
    Files(ObjectId),
    /// The index is that of this commit.
    Index(ObjectId),
    /// The files and the index are those of this commit, which `git subtree add` has made.
    Subtree(ObjectId),
    /// A merge is under way that `git commit` finishes and this command takes back.
    Merge(&'static str),
    /// Something else is under way that this command takes back.
    UnderWay(&'static str),
}

/// An update of a reference that brings unchecked commits.
pub(crate) struct RefusedUpdate<'a> {
    /// The branch, or HEAD.
    pub(crate) name: &'a str,
    /// The commits, the newest first.
    pub(crate) commits: &'a [UngatedCommit],
    /// Whether the update is refused, and not only reported.
    pub(crate) is_refused: bool,
    /// Whether the commits are pushed into this repository.
    pub(crate) is_pushed: bool,
    /// Whether the commits seem to be imported history, which may be accepted.
    pub(crate) is_imported: bool,
    /// The commit since which imported history is to be accepted; without one, all of it is.
    pub(crate) accepts_since: Option<ObjectId>,
    /// How the branch can need no gates, if it has none.
    pub(crate) ungated: Option<String>,
    /// That hooks are missing, if any are.
    pub(crate) missing_hooks: Option<String>,
    /// What the refusal leaves behind.
    pub(crate) left: LeftBehind,
    /// How the user can call gatekeeper.
    pub(crate) program: &'a str,
}

/// The message about a reference that must not get commits with unchecked trees.
#[must_use]
pub(crate) fn refused_update(update: &RefusedUpdate<'_>, style: Style) -> String {
    let (word, what) = if update.is_refused {
        (style.bad("error"), "would get")
    } else {
        (style.careful("warning"), "now has")
    };
    let commits = update.commits;
    let mut text = format!(
        "{word}: {} {what} {}\n",
        update.name,
        count(commits.len(), "unchecked commit")
    );
    push_commits(&mut text, commits);
    let help = style.strong("help");
    let can_be_accepted = update.is_imported && !can_be_checked(commits);
    if update.is_pushed && update.is_refused && !can_be_accepted {
        // git keeps nothing of a push that is refused, so that there is nothing to check here.
        let _ = writeln!(
            text,
            "{help}: fix what is reported above where the commits were made, and push again; or fetch them \
             here, where they are from elsewhere: `git fetch PATH-OR-URL BRANCH:NAME`"
        );
        return text;
    }
    let record = record_command(update.program, commits);
    text.push_str(update.missing_hooks.as_deref().unwrap_or_default());
    // Without gates.toml there is nothing to check a commit with.
    if !can_be_checked(commits) {
        push_import(&mut text, update, style);
    } else if update.missing_hooks.is_some() {
        let _ = writeln!(
            text,
            "{help}: once the hooks are in place, commit with `git commit`; or check the existing commits: \
             `{record}`"
        );
    } else {
        let _ = writeln!(
            text,
            "{help}: commit with `git commit`, which runs the gates, or check the existing commits: `{record}`"
        );
    }
    if let Some(ungated) = &update.ungated {
        let _ = writeln!(text, "{help}: {ungated}");
    } else if can_be_checked(commits) {
        push_import(&mut text, update, style);
    }
    if update.is_refused {
        push_left(&mut text, update, style);
    }
    text
}

/// How to accept imported history, and how to get it then.
fn push_import(text: &mut String, update: &RefusedUpdate<'_>, style: Style) {
    let newest = update.commits.first().filter(|_| update.is_imported);
    let Some(newest) = newest else {
        return;
    };
    let accept = accept_range_command(update.program, update.accepts_since, newest.id);
    let then = match update.left {
        LeftBehind::Index(commit) | LeftBehind::Subtree(commit) => {
            format!("; then run `git reset -q {}`", commit.short())
        }
        // Repeated, `git subtree pull` would make other commits.
        LeftBehind::Merge(_) if update.is_refused => "; then run `git commit --no-edit`".to_owned(),
        _ if update.is_refused => "; then repeat the command".to_owned(),
        _ => String::new(),
    };
    let _ = writeln!(
        text,
        "{}: if this history need not follow the rules here (it is from elsewhere, or `git subtree` made it), \
         accept it, which is recorded: `{accept}`{then}",
        style.strong("help")
    );
}

/// What the refusal leaves behind, with the command that puts it right, and that no commit is lost.
fn push_left(text: &mut String, update: &RefusedUpdate<'_>, style: Style) {
    let note = style.careful("note");
    match &update.left {
        LeftBehind::Nothing => {}
        LeftBehind::Files(commit) | LeftBehind::Subtree(commit) => {
            let commit = commit.short();
            let _ = writeln!(
                text,
                "{note}: git has put the files of {commit} in place already, and HEAD stays where it was; to \
                 take that back, run `git read-tree -m -u {commit} HEAD`"
            );
        }
        LeftBehind::Index(commit) => {
            let _ = writeln!(
                text,
                "{note}: the index is that of {} already, and HEAD stays where it was; to take that back, run \
                 `git reset -q`",
                commit.short()
            );
        }
        LeftBehind::Merge(undo) | LeftBehind::UnderWay(undo) => {
            let _ = writeln!(text, "{note}: to take back what was begun, run `{undo}`");
        }
    }
    if let Some(last) = update.commits.first() {
        let _ = writeln!(
            text,
            "{note}: nothing is lost: keep the work with `git tag NAME {}`",
            last.id.short()
        );
    }
}
