//! Installations of Python's packages that lead to the work tree.

pub(crate) mod editable;
pub(crate) mod environments;
pub(crate) mod hatch;
pub(crate) mod string_literals;
