//! gates.local.toml: gates that one person adds in one work tree. It is in no commit, so it can add gates and
//! change nothing else, and nothing that it says is evidence for anyone.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::document::Config;
use super::gate::Gate;
use super::parse_more;
use super::policy_file::{Origin, PolicyFile, Role};
use super::text::{ConfigText, FILE_NAME};
use crate::base::fault::{Fault, Result};
use crate::base::text::some_of;
use crate::git::{Index, Repository};

/// The name of the file, at the top of the work tree.
pub(crate) const LOCAL_NAME: &str = "gates.local.toml";

/// The tables that it may have.
const TABLES: [&str; 2] = ["required-version", "gates"];

/// How many tables are named.
const NAMED: usize = 4;

/// The gates that it adds to those of gates.toml. None, if there is no such file.
///
/// # Errors
///
/// It cannot be read or used, git tracks it, or it is about something else than new gates.
pub(crate) fn local_gates(
    repository: &Repository,
    index: &Index,
    shared: &Config,
) -> Result<Vec<Gate>> {
    let path = Path::new(LOCAL_NAME);
    match std::fs::symlink_metadata(repository.work_tree.join(path)) {
        Ok(metadata) if metadata.is_file() => {}
        Ok(_) => {
            return Err(Fault::usage(format!("{LOCAL_NAME} is not a regular file"))
                .hint("put a file in its place, or remove it"));
        }
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => {
            return Err(Fault::unable(format!("cannot inspect {LOCAL_NAME}")).because(&error));
        }
    }
    if repository.staged_file(index, path)?.is_some() {
        return Err(Fault::usage(format!("{LOCAL_NAME} is tracked by git")).hint(format!(
            "move its gates to {FILE_NAME}, or take it out of git with `git rm --cached {LOCAL_NAME}`"
        )));
    }
    let text = ConfigText::read(&repository.work_tree, path)?;
    // What is no TOML is refused by the parser below, with its place.
    if let Ok(table) = text.text.parse::<toml::Table>() {
        refuse_other_tables(&table)?;
        // The last gate was taken out; those of gates.toml are still there.
        if !table.contains_key("gates") {
            return Ok(Vec::new());
        }
    }
    let file = PolicyFile {
        role: Role::Included,
        origin: Origin {
            file: path.to_owned(),
            dir: PathBuf::new(),
        },
        text,
    };
    Ok(parse_more(&[file], shared)?.gates)
}

/// Refuses what could change the gates of others, or seem to.
fn refuse_other_tables(table: &toml::Table) -> Result<()> {
    let others: Vec<&str> = table
        .keys()
        .map(String::as_str)
        .filter(|key| !TABLES.contains(key))
        .collect();
    if others.is_empty() {
        return Ok(());
    }
    Err(Fault::usage(format!(
        "{LOCAL_NAME} has `{}`, but it can only add gates",
        some_of(&others, NAMED)
    ))
    .hint(format!(
        "keep nothing but [gates.NAME] tables in it; what holds for all is in {FILE_NAME}"
    )))
}
