//! Which files and rules are looked at.

use std::path::Path;

use crate::config::Bypass;
use crate::rules::catalogue::Level;

/// Whether a built-in rule looks at a file at all.
pub(crate) fn is_looked_at(bypass: &Bypass, path: &Path) -> bool {
    !bypass.exclude.matches(path) && !bypass.documentation.matches(path)
}

/// The level of a rule that is off is no reason to look.
pub(crate) fn is_on(level: Level) -> bool {
    level != Level::Off
}
