//! Chaining: a hook that was there before us is kept, runs first, and is given back unchanged.
//!
//! It is kept in a folder beside the hooks, under its own name, since hooks find out from their
//! name what they are. At no instant is there no hook: the old one is linked to its new place
//! before ours takes the old place, and comes back by a rename.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use crate::trigger::Hook;

/// The folder of the hooks that were there before us, inside the folder of hooks.
const FOLDER: &str = "before-gatekeeper";

/// Where the hook that was there before us is kept. `file` is our own hook's file.
#[must_use]
pub fn kept(file: &Path, hook: Hook) -> PathBuf {
    let hooks = file.parent().unwrap_or(Path::new(""));
    hooks.join(FOLDER).join(hook.name())
}

/// Whether something is kept there, be it a link that leads nowhere.
pub(super) fn exists(kept: &Path) -> bool {
    fs::symlink_metadata(kept).is_ok()
}

/// Gives the hook in `file` a second name, where it is kept. It stays where it is as well.
pub(super) fn keep(file: &Path, kept: &Path) -> io::Result<()> {
    if let Some(folder) = kept.parent() {
        fs::create_dir_all(folder)?;
    }
    if file.is_symlink() {
        // One level deeper, a relative link has to lead up once more.
        let target = fs::read_link(file)?;
        return symlink(deeper(&target), kept);
    }
    fs::hard_link(file, kept).or_else(|_| {
        // A file system without links: a copy, with its mode.
        fs::copy(file, kept).map(drop)
    })
}

/// Puts the hook back in our place.
pub(super) fn give_back(kept: &Path, file: &Path) -> io::Result<()> {
    if kept.is_symlink() {
        let target = higher(&fs::read_link(kept)?);
        let aside = file.with_extension("gatekeeper-new");
        let _ = fs::remove_file(&aside);
        symlink(target, &aside)?;
        fs::rename(&aside, file)?;
        fs::remove_file(kept)?;
    } else {
        fs::rename(kept, file)?;
    }
    Ok(())
}

/// Removes the folder of kept hooks once nothing is in it.
pub(super) fn tidy(hooks: &Path) {
    // Whatever else is in it stays, and so does the folder.
    let _ = fs::remove_dir(hooks.join(FOLDER));
}

fn deeper(target: &Path) -> PathBuf {
    if target.is_absolute() {
        target.to_owned()
    } else {
        Path::new("..").join(target)
    }
}

fn higher(target: &Path) -> PathBuf {
    let mut parts = target.components();
    match parts.next() {
        Some(first) if first.as_os_str() == OsStr::new("..") => parts.as_path().to_owned(),
        _ => target.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_come_back_as_they_were() {
        for target in ["../../hook.sh", "hook.sh", "/usr/bin/hook", "../x/../y"] {
            let target = Path::new(target);
            assert_eq!(higher(&deeper(target)), target);
        }
    }
}
