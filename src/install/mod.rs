//! Puts the hooks into a repository, and takes them out again.

mod shim;

use std::fs;
use std::io::{self, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use crate::fault::{Fault, Result};
use crate::git::{HooksFolder, Repository};
use crate::text::{show_os, show_path};
use crate::trigger::Hook;
use shim::Owner;

/// What happened to one hook.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// It was put there.
    Installed,
    /// Another version of ours was replaced.
    Updated,
    /// It was there already, just as it should be.
    Unchanged,
    /// It was taken away.
    Removed,
    /// There is none.
    Absent,
    /// There is one that is not ours; it stays.
    Foreign,
}

/// One hook and what happened to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    /// The hook.
    pub hook: Hook,
    /// Its file.
    pub file: PathBuf,
    /// What happened.
    pub change: Change,
}

/// Installs every hook, or none: a hook of somebody else's is never touched.
///
/// # Errors
///
/// There is a foreign hook, git looks for hooks somewhere else, or a file cannot be written.
pub fn install(repository: &Repository, program: &Path) -> Result<Vec<Done>> {
    let folder = folder(repository)?;
    for hook in Hook::ALL {
        let file = folder.join(hook.name());
        if let Owner::Foreign = owner(&file)? {
            return Err(Fault::unable(format!(
                "there is another {hook} hook already: {}",
                show_path(&file)
            ))
            .detail("it was left as it is, and nothing was installed")
            .hint(format!(
                "make what it does a gate in gates.toml, move the file away, then run `gatekeeper install` again; \
                 `git rev-parse --git-path hooks/{hook}` tells where it is"
            )));
        }
    }
    fs::create_dir_all(&folder).map_err(|error| cannot_write(&folder, &error))?;
    let mut done = Vec::new();
    for hook in Hook::ALL {
        let file = folder.join(hook.name());
        let text = shim::text(hook, program);
        let change = match owner(&file)? {
            Owner::Ours(present) if present == text && is_executable(&file) => Change::Unchanged,
            before => {
                write(&folder, &file, &text).map_err(|error| cannot_write(&file, &error))?;
                match before {
                    Owner::Nobody => Change::Installed,
                    Owner::Ours(_) | Owner::Foreign => Change::Updated,
                }
            }
        };
        done.push(Done { hook, file, change });
    }
    Ok(done)
}

/// Takes our hooks away; those of others stay.
///
/// # Errors
///
/// A file cannot be removed.
pub fn uninstall(repository: &Repository) -> Result<Vec<Done>> {
    let folder = folder(repository)?;
    let mut done = Vec::new();
    for hook in Hook::ALL {
        let file = folder.join(hook.name());
        let change = match owner(&file)? {
            Owner::Nobody => Change::Absent,
            Owner::Foreign => Change::Foreign,
            Owner::Ours(_) => {
                fs::remove_file(&file).map_err(|error| {
                    Fault::unable(format!("{} cannot be removed", show_path(&file))).because(&error)
                })?;
                Change::Removed
            }
        };
        done.push(Done { hook, file, change });
    }
    Ok(done)
}

/// The folder of hooks of a plain repository.
fn folder(repository: &Repository) -> Result<PathBuf> {
    match repository.hooks_folder()? {
        HooksFolder::Usual(folder) => Ok(folder),
        HooksFolder::Configured(value) => Err(Fault::unable(format!(
            "core.hooksPath is set to {}, so git does not look for hooks in the repository",
            show_os(&value)
        ))
        .hint(
            "`git config --show-origin core.hooksPath` tells where it is set; take it out there, \
             then run `gatekeeper install` again",
        )),
    }
}

fn owner(file: &Path) -> Result<Owner> {
    shim::owner(file).map_err(|error| {
        Fault::unable(format!("{} cannot be read", show_path(file))).because(&error)
    })
}

fn is_executable(file: &Path) -> bool {
    fs::metadata(file).is_ok_and(|metadata| metadata.permissions().mode() & 0o111 == 0o111)
}

/// Writes a hook so that git sees either the whole of it or none.
fn write(folder: &Path, file: &Path, text: &[u8]) -> io::Result<()> {
    let mut new = tempfile::NamedTempFile::new_in(folder)?;
    new.write_all(text)?;
    new.as_file()
        .set_permissions(fs::Permissions::from_mode(0o755))?;
    new.as_file().sync_all()?;
    new.persist(file)?;
    Ok(())
}

fn cannot_write(path: &Path, error: &io::Error) -> Fault {
    Fault::unable(format!("{} cannot be written", show_path(path))).because(error)
}
