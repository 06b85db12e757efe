//! What can be wrong with a credit, as a value.

use crate::model::rule::Rule;

/// What is wrong with a credit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CreditFault {
    /// The rule's id.
    pub(crate) rule: &'static Rule,
    /// What is wrong, as a fragment.
    pub message: String,
    /// The words to mark.
    pub(crate) marks: Vec<String>,
    /// Notes, a line each.
    pub(crate) notes: Vec<String>,
    /// The value that would be right, if only one could be.
    pub(crate) right: Option<String>,
}

impl CreditFault {
    pub(super) fn new(rule: &'static Rule, message: impl Into<String>) -> Self {
        Self {
            rule,
            message: message.into(),
            marks: Vec::new(),
            notes: Vec::new(),
            right: None,
        }
    }

    pub(super) fn mark(mut self, word: &str) -> Self {
        self.marks.push(word.to_owned());
        self
    }

    pub(super) fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }
}
