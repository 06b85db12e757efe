//! Variables of the user that do not work here as they do elsewhere, in words.

use std::fmt::Write as _;

use crate::report::style::Style;
use crate::rules::skip_variables::SkipSetting;
use crate::run::RemovedVariable;

/// Which variables gates did not get.
pub(super) fn weakenings(removed: &[RemovedVariable], style: Style) -> String {
    let mut text = String::new();
    for variable in removed {
        let _ = writeln!(
            text,
            "\n{}: {}={} was removed from the gates' environment, because it weakens {}; to set a \
             variable for a gate, use its `env` in gates.toml",
            style.careful("note"),
            variable.name,
            variable.value,
            variable.tool
        );
    }
    text
}

/// The message that a switch of another hook manager is set, in one line.
#[must_use]
pub(crate) fn switch_in_words(switch: &SkipSetting) -> String {
    format!("{} (for {}) is set", switch.setting, switch.tool)
}

/// The message to a user who has set such switches, with the command that makes one commit although a gate
/// fails, if a commit is being made.
#[must_use]
pub(crate) fn switches(settings: &[SkipSetting], way_out: Option<&str>, style: Style) -> String {
    let mut text = String::new();
    for setting in settings {
        let _ = writeln!(
            text,
            "{}: {}; it has no effect on gatekeeper",
            style.careful("note"),
            switch_in_words(setting)
        );
    }
    if let Some(command) = way_out {
        let _ = writeln!(
            text,
            "{}: to make one commit although a gate fails, give the reason in place of REASON: {command}",
            style.strong("help")
        );
    }
    text
}
