//! Commands that run after something that git has done, in words.

use std::path::Path;

use crate::base::text::{clean_line, shell_word, show_path};
use crate::config::EventCommand;
use crate::report::style::Style;

/// The command as a line for the user's shell, at the top of the work tree.
fn shown(command: &EventCommand) -> String {
    let text = clean_line(command.run.text.replace('\n', "; ").as_bytes());
    if command.dir.as_os_str().is_empty() {
        text
    } else {
        format!("(cd {} && {text})", shell_word(command.dir.as_os_str()))
    }
}

/// Why a command is not trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Untrusted {
    /// It came with what it would run after.
    Changed,
    /// It would run after the first checkout in a work tree, and no other work tree has it.
    NotElsewhere,
}

/// That a command was not run, because it was not in force before.
#[must_use]
pub(crate) fn untrusted_command(command: &EventCommand, why: Untrusted, style: Style) -> String {
    let why = match why {
        Untrusted::Changed => "has just come or changed",
        Untrusted::NotElsewhere => "is in this form in no other work tree",
    };
    format!(
        "{}: {} {why}, so it was not run; if you trust it, run `{}`\n",
        style.careful("note"),
        place(command),
        shown(command)
    )
}

/// The command's table and its file.
fn place(command: &EventCommand) -> String {
    let file = show_path(&command.origin.file);
    format!("[on.{}] in {file}", command.name.local())
}

/// That a command is waited for.
#[must_use]
pub(crate) fn running_command(command: &EventCommand, style: Style) -> String {
    format!(
        "{}: running `{}` ({})\n",
        style.strong("note"),
        shown(command),
        place(command)
    )
}

/// That a command has failed, which stops nothing.
#[must_use]
pub(crate) fn failed_command(
    command: &EventCommand,
    why: &str,
    log: &Path,
    style: Style,
) -> String {
    format!(
        "{}: `{}` ({}) failed: {}; its output is in {}\n",
        style.careful("warning"),
        shown(command),
        place(command),
        clean_line(why.as_bytes()),
        show_path(log)
    )
}
