//! The skill that is installed with the guard: how to work with gates.

/// `SKILL.md`.
pub(super) const TEXT: &str = include_str!("skill.md");
