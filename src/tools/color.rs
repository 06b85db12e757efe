//! Variables by which a tool writes in colour although no terminal reads it.

/// A variable that has a tool write in colour. It must mean nothing to what the tool runs in turn: a test
/// that compares an output would fail.
pub(crate) struct ColorVariable {
    /// The name of the tool as a gate.
    pub(crate) tool: &'static str,
    /// The variable.
    pub(crate) name: &'static str,
    /// Its value.
    pub(crate) value: &'static str,
}

impl ColorVariable {
    pub(super) const fn new(tool: &'static str, name: &'static str, value: &'static str) -> Self {
        Self { tool, name, value }
    }
}
