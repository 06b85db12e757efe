//! Configuration: `gates.toml` as typed, and what it means.
//!
//! Each table is a module with its value, its defaults and a list of its keys; [`key`] is what there
//! is to say about a key. [`text`] gets the bytes into memory, [`document`] goes through the tables.
//! Everything that can be wrong is found before anything runs, is collected, and is shown with
//! file, line and caret.

mod agents;
mod baseline;
mod bypass;
mod checks;
mod commit_msg;
pub(crate) mod committed;
pub(crate) mod diff;
mod document;
mod gate;
mod glob_cover;
mod key;
mod key_place;
mod launcher;
mod links;
mod load;
mod local;
mod moves;
mod on;
mod policy_file;
mod problem;
mod reader;
mod receipts;
mod schema;
mod settings;
mod shape;
pub(crate) mod source;
#[cfg(test)]
mod tests;
mod text;
mod toml_text;
mod values;

use crate::base::fault::Result;

pub use agents::Agents;
pub(crate) use baseline::{BASELINE_NAME, Baseline};
pub use bypass::Bypass;
pub(crate) use bypass::{CustomRule, DatedException, FilePart, SHORTEST_REASON, is_reason};
pub(crate) use checks::Checks;
pub use commit_msg::CommitMsg;
pub(crate) use commit_msg::{
    CreditRequired, Form, Matches, Remediation, SignOffRequired, Strictness, Values,
};
pub(crate) use committed::{Policy, PolicySource};
pub(crate) use diff::redefined;
pub(crate) use document::{Config, show};
pub(crate) use gate::{
    DEFAULT_TIMEOUT, Gate, UnfailingGate, inputs, refuse_unfailing, unfailing_gates,
};
pub(crate) use key_place::line_of;
pub(crate) use local::{LOCAL_NAME, local_gates};
pub(crate) use moves::Moves;
pub(crate) use on::EventCommand;
pub(crate) use policy_file::{Origin, PolicyFile};
pub(crate) use receipts::ReceiptTrust;
pub use schema::schema;
pub(crate) use settings::{DEFAULT_BUDGET, Enforcement, EnforcementMode, Partial, Rebase};
pub use text::ConfigText;
pub(crate) use text::{FILE_NAME, is_gates_file};

/// An example of gates.toml with every key, each with its default and an explanation.
pub(crate) const EXAMPLE: &str = include_str!("../../gates.toml.example");

/// Reads a configuration that has only the file at the top.
///
/// # Errors
///
/// Everything that is wrong with it, in one usage fault.
pub fn parse(text: &ConfigText) -> Result<Config> {
    parse_files(&[PolicyFile {
        role: policy_file::Role::Top,
        origin: Origin::top(),
        text: text.clone(),
    }])
}

/// Reads the files of a configuration, the one at the top first.
///
/// # Errors
///
/// Everything that is wrong with them, in one usage fault.
pub(crate) fn parse_files(files: &[PolicyFile]) -> Result<Config> {
    read_files(files, None)
}

/// Reads files that add gates to a configuration.
///
/// # Errors
///
/// Like those of [`parse_files`].
fn parse_more(files: &[PolicyFile], base: &Config) -> Result<Config> {
    read_files(files, Some(base))
}

fn read_files(files: &[PolicyFile], base: Option<&Config>) -> Result<Config> {
    let mut problems = problem::Problems::default();
    match document::read(files, base, &mut problems) {
        Some(config) if problems.is_empty() => Ok(config),
        _ => Err(problems.into_fault(&files.iter().map(|file| &file.text).collect::<Vec<_>>())),
    }
}
