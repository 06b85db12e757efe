//! The rules about what a change does: to added lines, tests, the configuration of tools,
//! gatekeeper itself, and the files that decide what gates say.

mod baseline;
mod before_and_after;
pub(crate) mod by_policies;
mod comment_lines;
pub(crate) mod gate_exception;
mod gate_files;
mod git_ignored;
mod led;
pub(crate) mod linked_programs;
mod moved_files;
mod protected_paths;
pub(crate) mod range;
pub(crate) mod received;
pub mod removed_tests;
pub(crate) mod single_change;
mod strengthened;
pub(crate) mod weakenings;
