//! Submodules in a snapshot: the files of their commits.

use std::path::Path;
use std::{fs, io};

use crate::base::fault::{Fault, Result};
use crate::git::FileMode;
use crate::view::checked_tree::Judged;

/// Writes the files of every submodule that is checked out in the work tree. Another one is an empty
/// folder, as it is there.
pub(super) fn write(judged: Judged<'_>, tree: &Path, folder: &Path) -> Result<()> {
    let cannot = |error: io::Error| Fault::unable("a submodule cannot be written").because(&error);
    let submodules = judged.index.tracked().into_iter();
    let mut submodules = submodules
        .filter(|file| file.mode == FileMode::Submodule)
        .peekable();
    if submodules.peek().is_none() {
        return Ok(());
    }
    let index = folder.join("submodule-index");
    let plain = judged.repository.plain_index(judged.index, &index)?;
    for submodule in submodules {
        let own = tree.join(&submodule.path);
        // What gates have done there is gone with this; a link leads nobody knows where.
        match fs::symlink_metadata(&own) {
            Ok(metadata) if metadata.is_dir() => fs::remove_dir_all(&own).map_err(cannot)?,
            Ok(_) => fs::remove_file(&own).map_err(cannot)?,
            Err(_) => {}
        }
        fs::create_dir_all(&own).map_err(cannot)?;
        judged
            .repository
            .export_submodule(&plain, &submodule.path, &own, &index)?;
    }
    Ok(())
}
