//! The other hooks, as seen by one of them that refuses something: where git does not run them all, the way
//! out that is usually named leads back to the same refusal.

use crate::git::Repository;
use crate::install;
use crate::report::{self, Style};

/// Says which hooks git does not run; `None` if it runs them all, or that cannot be found out.
pub(crate) fn missing(repository: &Repository, style: Style) -> Option<String> {
    let missing = install::missing(repository).unwrap_or_default();
    (!missing.is_empty()).then(|| report::missing_hooks(&missing, style))
}

/// Says so, if that is the case.
pub(crate) fn notice(repository: &Repository, style: Style) {
    report::say(&missing(repository, style).unwrap_or_default());
}
