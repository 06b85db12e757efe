//! Protected branches, in words.

use crate::base::object_id::ObjectId;
use crate::base::text::clean_line;
use crate::git::Unfinished;
use crate::report::style::Style;

/// The message about a commit made directly on a protected branch.
#[must_use]
pub(crate) fn protected_branch(
    branch: &str,
    unfinished: Option<Unfinished>,
    style: Style,
) -> String {
    let branch = clean_line(branch.as_bytes());
    let next = match unfinished {
        None => {
            "create a branch with `git switch -c NAME`, which keeps what is staged, and commit \
             again"
                .to_owned()
        }
        // git does not switch branches while an operation is in progress.
        Some(unfinished) => {
            let undo = unfinished.undo();
            format!(
                "run `{undo}`, create a branch with `git switch -c NAME` and repeat the \
                command there"
            )
        }
    };
    format!(
        "{}: {branch} is protected: it does not accept direct commits (`protected-branches` in \
         gates.toml)\n{}: {next}\n",
        style.bad("error"),
        style.strong("next"),
    )
}

/// The message about a protected branch that was to be moved. `is_made`: to a commit that no branch has; otherwise,
/// its commits were to be replaced.
#[must_use]
pub(crate) fn protected_move(branch: &str, to: ObjectId, is_made: bool, style: Style) -> String {
    let branch = clean_line(branch.as_bytes());
    let (what, next) = if is_made {
        (
            "it does not accept a commit that is on no other branch",
            format!("run `git branch NAME {to}`, and merge that branch as usual"),
        )
    } else {
        (
            "its commits cannot be replaced by those of another branch",
            format!("run `git switch -c NAME {to}`, and merge that branch as usual"),
        )
    };
    format!(
        "{}: {branch} is protected: {what} (`protected-branches` in gates.toml)\n{}: {next}\n",
        style.bad("error"),
        style.strong("next"),
    )
}

/// The message about a protected branch that was to become another name of a reference.
#[must_use]
pub(crate) fn protected_link(branch: &str, target: &str, style: Style) -> String {
    let [branch, target] = [branch, target].map(|name| clean_line(name.as_bytes()));
    format!(
        "{}: {branch} is protected: it cannot become another name of {target}, which accepts direct commits \
         (`protected-branches` in gates.toml)\n{}: to bring {branch} to what {target} has, run `git switch {branch}` and \
         `git merge --ff-only {target}`\n",
        style.bad("error"),
        style.strong("next"),
    )
}

/// The message that a commit would be refused here, whatever the gates say.
#[must_use]
pub(crate) fn would_be_refused(branch: &str) -> String {
    let branch = clean_line(branch.as_bytes());
    format!(
        "{branch} is protected, so a commit here is refused; create a branch with `git switch -c \
         NAME`"
    )
}
