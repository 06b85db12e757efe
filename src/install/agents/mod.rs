//! The guard in the hosts of agents: which files each reads, and what we write into them.
//!
//! The command in an entry is always the same text, [`COMMAND`]: hosts that trust a hook by its hash, or by its name
//! and command, would switch it off with every change. It is also how our entries are found again. What others
//! have written stays byte for byte as it was, and nothing is written to a file that cannot be read.

mod block;
mod files;
mod hosts;
mod json;
mod original;
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
pub(crate) use original::Originals;
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

/// A repository whose files have the guard put in.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Project<'p> {
    /// The top of its work tree.
    pub(crate) top: &'p Path,
    /// What its files were before.
    pub(crate) originals: &'p Originals,
}

/// Installs the guard in a host. A hook for the end of work that is there already stays, whatever is asked for.
///
/// # Errors
///
/// A file cannot be read as what it should be, is another's, lies outside of the work tree, or cannot be written. Nothing
/// has been written then.
pub(crate) fn install(
    project: Project<'_>,
    host: AgentHost,
    options: AgentOptions,
) -> Result<Vec<(PathBuf, FileChange)>> {
    let options = AgentOptions {
        stop: options.stop || has_stop(project.top, host),
    };
    let mut planned = Vec::new();
    // Every file is read before the first is written.
    for file in host.files(options) {
        let path = project.top.join(file.path);
        must_be_inside(project.top, &path)?;
        let before = read(&path)?;
        let after = file
            .content
            .put(before.as_deref())
            .map_err(|why| cannot_merge(&path, &why))?;
        planned.push((file, path, before, after));
    }
    let mut done = Vec::new();
    for (file, path, before, after) in planned {
        if before.as_deref() == Some(after.as_str()) {
            done.push((path, FileChange::Unchanged));
            continue;
        }
        write(&path, &after, file.content.is_executable())?;
        let before = before.as_deref();
        let is_first = before.is_none_or(|before| !file.content.is_in(before));
        project.originals.note(file.path, is_first, before, &after);
        done.push((path, FileChange::Written));
    }
    Ok(done)
}

/// Takes the guard out of a host.
///
/// # Errors
///
/// A file cannot be read as what it should be, lies outside of the work tree, or cannot be written.
pub(crate) fn uninstall(
    project: Project<'_>,
    host: AgentHost,
) -> Result<Vec<(PathBuf, FileChange)>> {
    let top = project.top;
    let others: Vec<&str> = HOSTS
        .iter()
        .filter(|other| **other != host && is_installed(top, **other))
        .flat_map(|other| other.files(AgentOptions { stop: false }))
        .map(|file| file.path)
        .collect();
    let mut done = Vec::new();
    for file in host.files(AgentOptions { stop: true }) {
        let path = top.join(file.path);
        must_be_inside(top, &path)?;
        let Some(before) = read(&path)? else {
            project.originals.forget(file.path);
            done.push((path, FileChange::Absent));
            continue;
        };
        if others.contains(&file.path) {
            done.push((path, FileChange::Unchanged));
            continue;
        }
        let after = match project.originals.before(file.path, &before) {
            Some(original) => original,
            None => file
                .content
                .take(&before)
                .map_err(|why| cannot_merge(&path, &why))?,
        };
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
        project.originals.forget(file.path);
        done.push((path, change));
    }
    Ok(done)
}

/// Whether the files of a host have our hook for the end of work.
#[must_use]
pub(crate) fn has_stop(top: &Path, host: AgentHost) -> bool {
    host.files(AgentOptions { stop: true }).iter().any(|file| {
        let text = fs::read_to_string(top.join(file.path)).unwrap_or_default();
        file.content.has_stop(&text)
    })
}

/// Refuses a path that leads out of the work tree by a link: what is written there would be another's.
fn must_be_inside(top: &Path, path: &Path) -> Result<()> {
    let real_top = fs::canonicalize(top).unwrap_or_else(|_| top.to_owned());
    // Of what is not there yet, the nearest directory that is; a link that leads nowhere is there.
    let present = path
        .ancestors()
        .find(|path| fs::symlink_metadata(path).is_ok());
    let Some(present) = present else {
        return Ok(());
    };
    let leads = fs::canonicalize(present);
    if leads.as_ref().is_ok_and(|real| real.starts_with(&real_top)) {
        return Ok(());
    }
    let shown = show_path(present.strip_prefix(top).unwrap_or(present));
    let to = leads
        .or_else(|_| fs::read_link(present))
        .unwrap_or_default();
    Err(Fault::unable(format!(
        "{shown} is a link that leads out of the repository, to {}",
        show_path(&to)
    ))
    .hint("replace the link with a directory of its own, and run the command again"))
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

/// The first file of a host, if [`install`] has put our part into it and it is not there any more.
#[must_use]
pub(crate) fn lost_from(project: Project<'_>, host: AgentHost) -> Option<&'static str> {
    let files = host.files(AgentOptions { stop: false });
    let path = files.first()?.path;
    let is_lost = project.originals.is_noted(path) && !is_installed(project.top, host);
    is_lost.then_some(path)
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
