//! Commands that cannot fail: a gate whose exit code is a success whatever its check has found.
//!
//! [`exit_flow`] follows a command as the shell would and finds what swallows the status of a
//! check, [`simple`] does so for single commands, [`programs`] determines which program a command's
//! words start, [`started`] lists them all, [`strictness`] compares two commands; [`tools`](crate::tools) knows the options with which a tool succeeds in any case. A
//! gate is refused if nothing in its command can fail, or if its last part is such a tool: a script
//! that cannot be read, or an unknown program, is taken to be a check.

pub(crate) mod added_call;
pub(crate) mod exit_flow;
mod find_exec;
pub(crate) mod programs;
mod simple;
pub(crate) mod started;
pub(crate) mod strictness;
pub(crate) mod trap;
