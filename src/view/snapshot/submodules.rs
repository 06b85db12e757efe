//! Submodules in a snapshot: the files of their commits.

use std::io;
use std::path::Path;

use fs_err as fs;

use crate::base::fault::{Fault, Result};
use crate::git::FileMode;
use crate::view::checked_tree::CheckedTree;

/// Writes the files of every submodule that is checked out in the work tree. Another one is an empty
/// directory, as it is there.
pub(super) fn write(checked: CheckedTree<'_>, tree: &Path, dir: &Path) -> Result<()> {
    let cannot = |error: io::Error| Fault::unable("cannot write a submodule").because(&error);
    let submodules = checked.index.tracked().into_iter();
    let mut submodules = submodules
        .filter(|file| file.mode == FileMode::Submodule)
        .peekable();
    if submodules.peek().is_none() {
        return Ok(());
    }
    let index = dir.join("submodule-index");
    let plain = checked.repository.plain_index(checked.index, &index)?;
    for submodule in submodules {
        let own = tree.join(&submodule.path);
        // What gates have done there is gone with this; a link leads nobody knows where.
        match fs::symlink_metadata(&own) {
            Ok(metadata) if metadata.is_dir() => fs::remove_dir_all(&own).map_err(cannot)?,
            Ok(_) => fs::remove_file(&own).map_err(cannot)?,
            Err(_) => {}
        }
        fs::create_dir_all(&own).map_err(cannot)?;
        checked
            .repository
            .export_submodule(&plain, &submodule.path, &own, &index)?;
    }
    Ok(())
}
