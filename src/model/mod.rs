//! The vocabulary, without input and output: gates, outcomes, triggers, findings.

pub(crate) mod finding;
pub(crate) mod gate;
pub(crate) mod outcome;
pub(crate) mod trigger;
