//! Puts the hooks into a repository, and takes them out again.

mod shim;

use std::fs;
use std::io::{self, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use crate::fault::{Fault, Result};
use crate::git::Repository;
use crate::text::show_path;
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
    /// There is one that is not ours, or not as we wrote it; it stays.
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

/// Installs every hook, or none: a hook of somebody else's, or one of ours that somebody has
/// changed, is never touched.
///
/// # Errors
///
/// There is such a hook, git looks for hooks somewhere else, or a file cannot be written.
pub fn install(repository: &Repository, program: &Path) -> Result<Vec<Done>> {
    let folder = repository.usual_hooks_folder();
    must_be_used(repository, &folder)?;
    for hook in Hook::ALL {
        let file = folder.join(hook.name());
        let whose = match owner(&file)? {
            Owner::Nobody | Owner::Ours(_) => continue,
            Owner::Foreign => format!("there is another {hook} hook already"),
            Owner::Changed => format!("somebody has changed the {hook} hook of gatekeeper's"),
        };
        return Err(Fault::unable(format!("{whose}: {}", show_path(&file)))
            .detail("it was left as it is, and nothing was installed")
            .hint(
                "make what it does a gate in gates.toml, move the file away, then run \
                 `gatekeeper install` again",
            ));
    }
    fs::create_dir_all(&folder).map_err(|error| cannot_write(&folder, &error))?;
    let mut done = Vec::new();
    for hook in Hook::ALL {
        let file = folder.join(hook.name());
        let text = shim::text(hook, program);
        let before = owner(&file)?;
        let change = match before {
            Owner::Ours(present) if present == text && is_executable(&file) => Change::Unchanged,
            Owner::Nobody => Change::Installed,
            Owner::Ours(_) => Change::Updated,
            // Somebody has put it there since we looked.
            Owner::Foreign | Owner::Changed => Change::Foreign,
        };
        if matches!(change, Change::Installed | Change::Updated) {
            write(&folder, &file, &text).map_err(|error| cannot_write(&file, &error))?;
        }
        done.push(Done { hook, file, change });
    }
    Ok(done)
}

/// Takes our hooks away; those of others stay, and those that somebody has changed.
///
/// # Errors
///
/// A file cannot be removed.
pub fn uninstall(repository: &Repository) -> Result<Vec<Done>> {
    let folder = repository.usual_hooks_folder();
    let mut done = Vec::new();
    for hook in Hook::ALL {
        let file = folder.join(hook.name());
        let change = match owner(&file)? {
            Owner::Nobody => Change::Absent,
            Owner::Foreign | Owner::Changed => Change::Foreign,
            Owner::Ours(_) => {
                fs::remove_file(&file).map_err(|error| {
                    let fault = Fault::unable(format!("{} cannot be removed", show_path(&file)));
                    fault.because(&error)
                })?;
                Change::Removed
            }
        };
        done.push(Done { hook, file, change });
    }
    Ok(done)
}

/// Makes sure that git looks for hooks in this folder, and that it is this repository's alone.
fn must_be_used(repository: &Repository, folder: &Path) -> Result<()> {
    if folder.is_symlink() {
        return Err(Fault::unable(format!(
            "{} is a symbolic link, so other repositories may use its hooks as well",
            show_path(folder)
        ))
        .hint("make it a folder of its own, then run `gatekeeper install` again"));
    }
    let used = repository.hooks_folder()?;
    let is_same = used == folder
        || matches!((used.canonicalize(), folder.canonicalize()), (Ok(a), Ok(b)) if a == b);
    if is_same {
        return Ok(());
    }
    Err(Fault::unable(format!(
        "core.hooksPath makes git look for hooks in {}, not in {}",
        show_path(&used),
        show_path(folder)
    ))
    .hint(
        "`git config --show-origin core.hooksPath` tells where it is set; take it out there, \
         then run `gatekeeper install` again",
    ))
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
