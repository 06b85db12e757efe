//! Forgets what is remembered of a repository, for `gatekeeper uninstall --forget`.

use std::io;
use std::path::Path;

use fs_err as fs;

use super::record::outside_dir;
use super::store::{Store, remembered_in};
use crate::git::Repository;

/// What the names of saved messages have before their id; they are the user's and stay.
const MESSAGES: &str = "message-";

/// Removes receipts, the ledger, recorded runs and the record of trusted history, in every work tree and beside the
/// key. Saved messages stay. If no other repository is remembered beside the key, the key goes as well.
///
/// Returns whether it did.
///
/// # Errors
///
/// Something could not be removed.
pub(crate) fn forget(store: &Store, repository: &Repository) -> io::Result<bool> {
    clear(&remembered_in(repository))?;
    let linked = repository.common_dir.join("worktrees");
    for work_tree in entries(&linked)? {
        clear(&work_tree.join("gatekeeper"))?;
    }
    let Some(dir) = outside_dir(&store.key) else {
        return Ok(false);
    };
    for file in entries(&dir)? {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let is_ours = name
            .strip_prefix(store.here.name())
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
        if is_ours {
            fs::remove_file(&file)?;
        }
    }
    if !entries(&dir)?.is_empty() {
        return Ok(false);
    }
    if dir.is_dir() {
        fs::remove_dir(&dir)?;
    }
    store.key.remove()?;
    Ok(true)
}

/// Removes everything in a directory but saved messages, and the directory if it is empty then.
fn clear(dir: &Path) -> io::Result<()> {
    let mut is_empty = true;
    for path in entries(dir)? {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let is_message = name
            .strip_prefix(MESSAGES)
            .is_some_and(|id| id.bytes().all(|byte| byte.is_ascii_hexdigit()));
        if is_message {
            is_empty = false;
        } else if path.is_dir() && !path.is_symlink() {
            fs::remove_dir_all(&path)?;
        } else {
            fs::remove_file(&path)?;
        }
    }
    if is_empty && dir.is_dir() {
        fs::remove_dir(dir)?;
    }
    Ok(())
}

/// What is in a directory; nothing if there is none.
fn entries(dir: &Path) -> io::Result<Vec<std::path::PathBuf>> {
    match fs::read_dir(dir) {
        Ok(entries) => entries.map(|entry| Ok(entry?.path())).collect(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}
