//! Findings: complaints as values. Rules return them, reporters word them.

use std::ops::RangeInclusive;

/// One complaint about something that is judged by a built-in rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The rule's stable id: the same in text, JSON and documents, and in configurations to come.
    pub rule: &'static str,
    /// What is wrong, as a fragment.
    pub message: String,
    /// The lines that it is about, counted from 1 in what the user wrote.
    pub lines: Option<RangeInclusive<usize>>,
    /// What to know, a line each.
    pub notes: Vec<String>,
    /// What to do about it.
    pub cure: Cure,
}

/// What to do about a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cure {
    /// Signing off mends it: `git commit -s`.
    SignOff,
    /// The text has to be changed; how, as a sentence.
    Edit(String),
}
