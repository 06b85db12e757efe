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

/// That a command was not run, because it came with what it would run after.
#[must_use]
pub(crate) fn untrusted_command(command: &EventCommand, style: Style) -> String {
    format!(
        "{}: [on.{}] in gates.toml has just come or changed, so it was not run; if you trust it, run `{}`\n",
        style.careful("note"),
        command.name,
        shown(command)
    )
}

/// That a command is waited for.
#[must_use]
pub(crate) fn running_command(command: &EventCommand, style: Style) -> String {
    format!(
        "{}: running `{}` ([on.{}] in gates.toml)\n",
        style.strong("note"),
        shown(command),
        command.name
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
        "{}: `{}` ([on.{}] in gates.toml) failed: {}; its output is in {}\n",
        style.careful("warning"),
        shown(command),
        command.name,
        clean_line(why.as_bytes()),
        show_path(log)
    )
}
