//! The vocabulary, without input and output: gates, outcomes, triggers, rules, findings.

pub(crate) mod column;
pub(crate) mod comparison;
pub(crate) mod finding;
pub(crate) mod fingerprint;
pub(crate) mod gate;
pub(crate) mod gate_finding;
pub(crate) mod launcher;
pub(crate) mod outcome;
pub(crate) mod rule;
pub(crate) mod severity;
pub(crate) mod trigger;
