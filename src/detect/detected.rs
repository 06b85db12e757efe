//! What was found in a project.

use std::path::PathBuf;

use super::draft::Draft;
use super::evidence::NotTaken;

/// What was found in a project.
#[derive(Default)]
pub(crate) struct Detected {
    /// The gates, in the order in which they are best read: formatting, linters, types, tests,
    /// security.
    pub(crate) gates: Vec<NamedDraft>,
    /// What was seen, and did not become a gate.
    pub(crate) not_taken: Vec<NotTaken>,
    /// Calls in CI of programs that are not known: they may be checks.
    pub(crate) unknown: Vec<NotTaken>,
    /// Files of CI and hook managers that could not be read.
    pub(crate) unreadable: Vec<PathBuf>,
}

/// A gate with its name.
#[derive(Clone)]
pub(crate) struct NamedDraft {
    /// Unique among the gates.
    pub(crate) name: String,
    /// The gate.
    pub(crate) draft: Draft,
}
