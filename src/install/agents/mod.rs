//! The guard in the hosts of agents: which files each reads, and what we write into them.
//!
//! The command in an entry is always the same text, [`COMMAND`]: hosts that trust a hook by its hash, or by its name
//! and command, would switch it off with every change. It is also how our entries are found again. What others
//! have written stays byte for byte as it was, and nothing is written to a file that cannot be read.

mod block;
mod files;
mod hosts;
mod json;
mod probe;
mod skill;
mod system;

use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use crate::base::fault::{Fault, Result};
use crate::base::replace::{Durability, replace_file};
use crate::base::text::show_path;

pub(crate) use files::Content;
pub(crate) use hosts::{AgentHost, HOSTS};
pub(crate) use probe::{Probe, probe};
pub(crate) use system::managed;

/// The command of every entry.
pub(crate) const COMMAND: &str = "gatekeeper guard";

/// What is installed besides the guard itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct AgentOptions {
    /// Whether the agent is kept from stopping while its work is not checked.
    pub(crate) stop: bool,
}

/// A file of ours in the work tree of a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AgentFile {
    /// Where it is, relative to the top of the work tree.
    pub(crate) path: &'static str,
    /// What is in it.
    pub(crate) content: Content,
}

/// What happened to a file, or would.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FileChange {
    /// It has been written.
    Written,
    /// It was as it should be.
    Unchanged,
    /// Our part was taken out; the rest is as it was.
    Cleared,
    /// It was ours alone, and is gone.
    Removed,
    /// Nothing of ours was there.
    Absent,
}

/// Installs the guard in a host.
///
/// # Errors
///
/// A file cannot be read as what it should be, is another's, or cannot be written. Nothing has been written then.
pub(crate) fn install(
    top: &Path,
    host: AgentHost,
    options: AgentOptions,
) -> Result<Vec<(PathBuf, FileChange)>> {
    let mut planned = Vec::new();
    // Every file is read before the first is written.
    for file in host.files(options) {
        let path = top.join(file.path);
        let before = read(&path)?;
        let after = file
            .content
            .put(before.as_deref())
            .map_err(|why| cannot_merge(&path, &why))?;
        planned.push((path, before, after, file.content.is_executable()));
    }
    let mut done = Vec::new();
    for (path, before, after, is_executable) in planned {
        if before.as_deref() == Some(after.as_str()) {
            done.push((path, FileChange::Unchanged));
            continue;
        }
        write(&path, &after, is_executable)?;
        done.push((path, FileChange::Written));
    }
    Ok(done)
}

/// Takes the guard out of a host.
///
/// # Errors
///
/// A file cannot be read as what it should be, or cannot be written.
pub(crate) fn uninstall(top: &Path, host: AgentHost) -> Result<Vec<(PathBuf, FileChange)>> {
    let others: Vec<&str> = HOSTS
        .iter()
        .filter(|other| **other != host && is_installed(top, **other))
        .flat_map(|other| other.files(AgentOptions { stop: false }))
        .map(|file| file.path)
        .collect();
    let mut done = Vec::new();
    for file in host.files(AgentOptions { stop: true }) {
        let path = top.join(file.path);
        let Some(before) = read(&path)? else {
            done.push((path, FileChange::Absent));
            continue;
        };
        if others.contains(&file.path) {
            done.push((path, FileChange::Unchanged));
            continue;
        }
        let after = file
            .content
            .take(&before)
            .map_err(|why| cannot_merge(&path, &why))?;
        let change = match after {
            None => {
                fs::remove_file(&path).map_err(|error| cannot_write(&path, &error))?;
                remove_empty_dirs(top, &path);
                FileChange::Removed
            }
            Some(after) if after == before => FileChange::Absent,
            Some(after) => {
                write(&path, &after, false)?;
                FileChange::Cleared
            }
        };
        done.push((path, change));
    }
    Ok(done)
}

/// Whether the first file of a host has our part.
#[must_use]
pub(crate) fn is_installed(top: &Path, host: AgentHost) -> bool {
    let files = host.files(AgentOptions { stop: false });
    files.first().is_some_and(|file| {
        let text = fs::read_to_string(top.join(file.path)).unwrap_or_default();
        file.content.is_in(&text)
    })
}

/// Whether the files of a host are as [`install`] would write them now. A guard for the end of work may be there or not.
#[must_use]
pub(crate) fn is_current(top: &Path, host: AgentHost) -> bool {
    let is_as_with = |options: AgentOptions| {
        host.files(options).iter().all(|file| {
            let text = fs::read_to_string(top.join(file.path)).unwrap_or_default();
            file.content
                .put(Some(&text))
                .is_ok_and(|after| after == text)
        })
    };
    [true, false]
        .into_iter()
        .any(|stop| is_as_with(AgentOptions { stop }))
}

/// Removes the directories of a file that are empty without it, up to the top of the work tree.
fn remove_empty_dirs(top: &Path, file: &Path) {
    let dirs = file.ancestors().skip(1).take_while(|dir| *dir != top);
    for dir in dirs {
        if fs::remove_dir(dir).is_err() {
            break;
        }
    }
}

fn read(path: &Path) -> Result<Option<String>> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => {
            Err(Fault::unable(format!("cannot read {}", show_path(path))).because(&error))
        }
    }
}

/// Writes a file in one step, through a symbolic link if it is one.
fn write(path: &Path, text: &str, is_executable: bool) -> Result<()> {
    let path = &fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let write = || {
        fs::create_dir_all(path.parent().unwrap_or(Path::new(".")))?;
        let present = fs::metadata(path).map(|metadata| metadata.permissions().mode() & 0o7777);
        let mode = present.unwrap_or(0o644) | if is_executable { 0o111 } else { 0 };
        replace_file(path, text.as_bytes(), mode, Durability::Synced)
    };
    write().map_err(|error| cannot_write(path, &error))
}

fn cannot_write(path: &Path, error: &std::io::Error) -> Fault {
    Fault::unable(format!("cannot write {}", show_path(path))).because(error)
}

fn cannot_merge(path: &Path, why: &str) -> Fault {
    Fault::unable(format!("{} was left as it is: {why}", show_path(path)))
        .hint("correct the file, or move it away, and run the command again")
}
