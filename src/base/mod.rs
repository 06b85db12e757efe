//! The basis of everything else: text, faults, exit codes, and the environment.

pub(crate) mod disk;
pub(crate) mod environment;
pub(crate) mod exit_code;
pub(crate) mod fault;
pub(crate) mod parallel;
pub(crate) mod scratch;
pub(crate) mod text;
