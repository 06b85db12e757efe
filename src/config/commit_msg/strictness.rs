//! How strictly a rule about messages is enforced.

use crate::base::words::words;
use crate::model::comparison::Comparison;
use crate::model::severity::Severity;

words! {
    /// How strictly a rule is enforced.
    pub(crate) enum Strictness {
        /// A violation refuses the message.
        Error = "error",
        /// A violation is shown.
        Warn = "warn",
        /// The rule is off.
        Allow = "allow",
    }
}

impl Strictness {
    /// How strict this is, compared with another one after it.
    #[must_use]
    pub(crate) fn compare(self, after: Self) -> Comparison {
        Comparison::by_rank(&self, &after, |strictness| match strictness {
            Self::Error => 2,
            Self::Warn => 1,
            Self::Allow => 0,
        })
    }

    /// The severity of a finding; `None` if the rule is off.
    #[must_use]
    pub(crate) fn severity(self) -> Option<Severity> {
        match self {
            Self::Error => Some(Severity::Error),
            Self::Warn => Some(Severity::Warning),
            Self::Allow => None,
        }
    }
}
