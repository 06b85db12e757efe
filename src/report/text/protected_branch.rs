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
            "`git switch -c NAME` makes a branch and takes what is staged along; then commit again"
                .to_owned()
        }
        // git does not switch branches while an operation is in progress.
        Some(unfinished) => {
            let undo = unfinished.undo();
            format!("`{undo}`, then `git switch -c NAME` makes a branch; do it again there")
        }
    };
    format!(
        "{}: {branch} is protected: nothing is committed straight onto it (`protected-branches` in \
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
        "{branch} is protected, so a commit here is refused; `git switch -c NAME` makes a branch"
    )
}
