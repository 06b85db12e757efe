//! Reads what the tools of gates have found: from the lines that they print, or from the reports that
//! they write.
//!
//! Everything here is made by programs that check what anybody may have written. So every line, text
//! and list is bounded, paths lead nowhere but to files of the work tree, and what is shown is cleaned.
//! Findings that are read from lines are for people; only those of a report have a say in an outcome.

pub(crate) mod cargo_json;
pub(crate) mod collection;
mod formatted;
pub(crate) mod junit;
mod lines;
mod linter_suite;
pub(crate) mod paths;
mod phrase;
mod position;
pub(crate) mod raw;
pub(crate) mod report_file;
mod report_text;
pub(crate) mod sarif;
pub(crate) mod summary;
pub(crate) mod tests_run;
pub(crate) mod text;
mod trace;

#[cfg(test)]
mod text_tests;
