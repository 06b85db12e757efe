//! A rule about a set-up, and what it says.

use super::complaint::Complaint;
use super::facts::{Facts, Project};
use crate::model::severity::Severity;

/// A rule about a set-up: a value, with everything that its page says.
#[derive(Debug)]
pub(crate) struct DoctorRule {
    /// The id, which never changes.
    pub(crate) id: &'static str,
    /// What it is about.
    pub(crate) area: Area,
    /// An error makes the command fail.
    pub(crate) severity: Severity,
    /// What it finds, as a sentence without its full stop.
    pub(crate) finds: &'static str,
    /// What to do about it, as sentences.
    pub(crate) remedy: &'static str,
    /// How it looks.
    pub(super) look: Look,
}

/// What a rule is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Area {
    /// Two settings or tools that contradict each other, or a setting that has no effect.
    Tools,
    /// What git and gates need to run: hooks, programs, versions, records.
    SetUp,
    /// Differences between gates.toml and what the project runs elsewhere.
    Drift,
}

impl Area {
    /// Every area, in the order of the pages.
    pub(crate) const ALL: [Self; 3] = [Self::Tools, Self::SetUp, Self::Drift];

    /// What its rules are about, after "a rule about".
    #[must_use]
    pub(crate) fn about(self) -> &'static str {
        match self {
            Self::Tools => "the configuration of tools",
            Self::SetUp => "the set-up of the repository and the machine",
            Self::Drift => "gates.toml and what the project runs elsewhere",
        }
    }

    /// Its section in docs/doctor.md.
    #[must_use]
    pub(crate) fn section(self) -> &'static str {
        match self {
            Self::Tools => "tools",
            Self::SetUp => "set-up",
            Self::Drift => "drift",
        }
    }
}

/// How a rule looks: a pure function of facts.
#[derive(Debug, Clone, Copy)]
pub(super) enum Look {
    /// At each project of the repository by itself: a directory in which tools are configured.
    Project(fn(&Project<'_>) -> Vec<Complaint>),
    /// At the repository as a whole.
    Repository(fn(&Facts) -> Vec<Complaint>),
}

/// A rule and what it says.
#[derive(Debug, Clone)]
pub(crate) struct Diagnosis {
    /// The rule.
    pub(crate) rule: &'static DoctorRule,
    /// What it says.
    pub(crate) complaint: Complaint,
}
