//! Configuration: `gates.toml` as typed, and what it means.
//!
//! [`text`] gets the bytes into memory, [`mod@file`] reads what was typed and remembers where,
//! [`resolve`] determines what it means. Everything that can be wrong is found before anything
//! runs, is collected, and is shown with file, line and caret.

mod bypass;
mod bypass_file;
pub(crate) mod cannot_fail;
mod command;
mod commit_msg;
mod commit_msg_file;
pub(crate) mod diff;
mod file;
mod problem;
mod reader;
mod resolve;
pub(crate) mod settings;
mod show;
mod show_bypass;
mod show_messages;
pub(crate) mod source;
mod text;
pub(crate) mod toml_text;
mod values;

use crate::base::fault::Result;

pub use bypass::Bypass;
pub(crate) use bypass::{CustomRule, DatedException, FilePart, SHORTEST_REASON, is_reason};
pub use commit_msg::{Agents, CommitMsg};
pub(crate) use commit_msg::{
    CreditRequired, Form, Matches, Remediation, SignOffRequired, Strictness, Values,
};
pub(crate) use settings::{Config, DEFAULT_BUDGET, DEFAULT_TIMEOUT, Enforcement, Partial, Rebase};
pub(crate) use show::show;
pub(crate) use source::{Policy, PolicySource};
pub use text::ConfigText;
pub(crate) use text::FILE_NAME;

/// Reads a configuration's text.
///
/// # Errors
///
/// Everything that is wrong with it, in one usage fault.
pub fn parse(text: &ConfigText) -> Result<Config> {
    let mut problems = problem::Problems::default();
    let config = file::read(&text.text, &mut problems)
        .map(|file| resolve::resolve(file, &text.text, &mut problems));
    match config {
        Some(config) if problems.is_empty() => Ok(config),
        _ => Err(problems.into_fault(text)),
    }
}
