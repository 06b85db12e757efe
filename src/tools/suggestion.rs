//! What the output of a tool suggests, although the rules refuse it.

use crate::model::rule::Rule;

/// A directive that a tool's own output suggests in place of a solution.
pub(crate) struct Suggestion {
    /// An expression for the words in the output.
    pub(crate) pattern: &'static str,
    /// The directive, as people write it.
    pub(crate) directive: &'static str,
    /// The rule about it.
    pub(crate) rule: &'static Rule,
    /// What to do instead, as an imperative.
    pub(crate) instead: &'static str,
}
