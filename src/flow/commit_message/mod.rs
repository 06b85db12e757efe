//! What becomes of a commit message: checked, saved if it is refused, and the command that finishes the
//! commit.

pub(crate) mod accepted;
pub(crate) mod check;
pub(crate) mod gate_names;
pub(crate) mod hook;
pub(crate) mod retry_command;
pub(crate) mod saved;
pub(crate) mod undeclared;
