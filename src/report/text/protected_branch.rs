//! Protected branches, in words.

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

/// The message that a commit would be refused here, whatever the gates say.
#[must_use]
pub(crate) fn would_be_refused(branch: &str) -> String {
    let branch = clean_line(branch.as_bytes());
    format!(
        "{branch} is protected, so a commit here is refused; create a branch with `git switch -c \
         NAME`"
    )
}
