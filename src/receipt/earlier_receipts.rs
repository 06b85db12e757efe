//! Receipts of an older version, which were sealed for every repository of the user: those that
//! were here when this version was first used remain valid here, and no others.

use std::io;
use std::path::Path;

use fs_err as fs;

use super::key::{RECEIPT, SealingKey};
use super::state_dir::StateDir;
use crate::base::object_id::ObjectId;
use crate::base::replace::Durability;

/// The name of the list, and the kind of what is sealed in it: their names and codes, one on a line.
const NAME: &str = "earlier-receipts";

/// Lists the receipts that are here, for a repository's id.
pub(super) fn keep(
    dir: &StateDir,
    key: &SealingKey,
    repository: &str,
    receipts: &Path,
) -> io::Result<()> {
    let mut list = String::new();
    for entry in fs::read_dir(receipts).into_iter().flatten().flatten() {
        let text = fs::read_to_string(entry.path()).unwrap_or_default();
        if let Some((code, _)) = key.unseal_earlier(RECEIPT, &text) {
            list.push_str(&line(&entry.file_name().to_string_lossy(), &code));
        }
    }
    if list.is_empty() {
        return Ok(());
    }
    let sealed = key.seal(NAME, repository, &list);
    dir.replace(&dir.join(NAME), sealed.as_bytes(), Durability::Synced)
}

/// Whether a receipt with this code was here.
pub(super) fn has(
    dir: &StateDir,
    key: &SealingKey,
    repository: &str,
    tree: ObjectId,
    code: &str,
) -> bool {
    let text = fs::read_to_string(dir.join(NAME)).unwrap_or_default();
    let list = key.unseal(NAME, repository, &text).unwrap_or_default();
    list.contains(&line(&tree.to_string(), code))
}

fn line(tree: &str, code: &str) -> String {
    format!("{tree} {code}\n")
}
