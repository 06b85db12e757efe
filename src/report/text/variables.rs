//! Variables of the user's that do not do here what they do elsewhere, in words.

use std::fmt::Write as _;

use crate::report::style::Style;
use crate::rules::skip_variables::SkipSetting;
use crate::run::RemovedVariable;

/// Which variables gates did not get.
pub(super) fn weakenings(all: &[RemovedVariable], style: Style) -> String {
    let mut text = String::new();
    for one in all {
        let _ = writeln!(
            text,
            "\n{}: {}={} was taken out of the gates' environment: it weakens {}; what a gate is to have \
             stands in its `env` in gates.toml",
            style.careful("note"),
            one.name,
            one.value,
            one.tool
        );
    }
    text
}

/// That a switch of another manager of hooks is set, in one line.
#[must_use]
pub(crate) fn switch_in_words(switch: &SkipSetting) -> String {
    format!("{} (for {}) is set", switch.setting, switch.tool)
}

/// What somebody is told who has set such a switch.
#[must_use]
pub(crate) fn switches(all: &[SkipSetting], style: Style) -> String {
    let mut text = String::new();
    for switch in all {
        let _ = writeln!(
            text,
            "{}: {}; it has no effect on gatekeeper",
            style.careful("note"),
            switch_in_words(switch)
        );
    }
    text
}
