//! Which files are searched, and which rules are on.

use std::path::Path;

use crate::config::Bypass;
use crate::model::severity::Level;

/// Whether a built-in rule looks at a file at all.
pub(crate) fn is_looked_at(bypass: &Bypass, path: &Path) -> bool {
    !bypass.exclude.matches(path) && !bypass.documentation.matches(path)
}

/// Whether a rule of this level is searched for at all.
pub(crate) fn is_on(level: Level) -> bool {
    level != Level::Off
}
