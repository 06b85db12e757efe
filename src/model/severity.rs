//! How grave a finding is, and how grave gates.toml makes the findings of a rule.

use serde::{Deserialize, Serialize};

/// How grave a finding is. What that means for the verdict is said of a rule's findings; those of a gate
/// have the severity that its tool gives them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// It explains something.
    Note,
    /// It is shown, but does not stop anything.
    Warning,
    /// The checked commit or message is refused.
    Error,
}

impl Severity {
    /// The word for it, the same in every report.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// How grave the findings of a rule are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// A finding refuses the commit unless it is justified.
    Error,
    /// A finding is only shown.
    Warn,
    /// A finding explains something. Only rules that gates.toml cannot change have this level.
    Note,
    /// The rule is off.
    Off,
}

impl Level {
    /// Every value that gates.toml may have.
    pub(crate) const ALL: [Self; 3] = [Self::Error, Self::Warn, Self::Off];

    /// The word for it in gates.toml.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warn => "warn",
            Self::Note => "note",
            Self::Off => "off",
        }
    }

    /// The severity of a finding at this level; `None` if the rule is off.
    #[must_use]
    pub fn severity(self) -> Option<Severity> {
        match self {
            Self::Error => Some(Severity::Error),
            Self::Warn => Some(Severity::Warning),
            Self::Note => Some(Severity::Note),
            Self::Off => None,
        }
    }
}
