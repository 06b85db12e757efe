//! Chaining: a hook that was there before ours is kept, runs first, and is restored unchanged.
//!
//! It is kept in a directory next to the directory of hooks, under its own name and at the same
//! depth: hooks learn from their name what they are, and from their place where other files are.
//! Other files among the hooks are linked there too. At every instant there is a hook: the old one
//! gets its second name before ours takes the first, and is restored by a rename.

use std::ffi::{OsStr, OsString};
use std::os::unix::fs::{MetadataExt as _, symlink};
use std::path::{Path, PathBuf};
use std::{fs, io};

use crate::base::replace::PREFIX;
use crate::model::trigger::Hook;

/// The suffix of the directory of kept hooks.
const SUFFIX: &str = ".before-gatekeeper";

/// The file in which the hook that was there before ours is kept. `file` is our own hook's file.
#[must_use]
pub(crate) fn kept(file: &Path, hook: Hook) -> PathBuf {
    kept_name(file, hook.name())
}

/// As [`kept`], for a hook of any name.
pub(super) fn kept_name(file: &Path, name: &str) -> PathBuf {
    let hooks = file.parent().filter(|parent| *parent != Path::new(""));
    dir(hooks.unwrap_or(Path::new("."))).join(name)
}

/// The directory of the hooks that were there before ours.
fn dir(hooks: &Path) -> PathBuf {
    // `..` and `.` are not names; the real path has one.
    let real = hooks.canonicalize().unwrap_or_else(|_| hooks.to_owned());
    let mut name = real.file_name().unwrap_or(OsStr::new("hooks")).to_owned();
    name.push(SUFFIX);
    real.with_file_name(name)
}

/// Whether something is kept there, even a link that leads nowhere.
pub(super) fn exists(kept: &Path) -> bool {
    fs::symlink_metadata(kept).is_ok()
}

/// Whether something is kept there that is not merely a link to what is still in place.
pub(super) fn is_kept(file: &Path, kept: &Path) -> bool {
    exists(kept) && !is_neighbour_link(file, kept)
}

/// Whether this is a link of [`link_neighbours`]. To it, a hook that gatekeeper does not implement was
/// a file like any other.
fn is_neighbour_link(file: &Path, kept: &Path) -> bool {
    let expected = file
        .parent()
        .and_then(Path::file_name)
        .zip(file.file_name());
    let expected = expected.map(|(hooks, name)| Path::new("..").join(hooks).join(name));
    expected.is_some() && fs::read_link(kept).ok() == expected
}

/// Whether the hook in place is the one that is kept: an installation was interrupted, or the
/// hook's owner has written it once more.
pub(super) fn is_same(file: &Path, kept: &Path) -> bool {
    let (Ok(a), Ok(b)) = (fs::symlink_metadata(file), fs::symlink_metadata(kept)) else {
        return false;
    };
    if (a.dev(), a.ino()) == (b.dev(), b.ino()) {
        return true;
    }
    if a.is_symlink() || b.is_symlink() {
        return a.is_symlink()
            && b.is_symlink()
            && fs::read_link(file).ok() == fs::read_link(kept).ok();
    }
    matches!((fs::read(file), fs::read(kept)), (Ok(a), Ok(b)) if a == b)
}

/// Gives the hook in `file` a second name, under which it is kept. It also stays where it is.
pub(super) fn keep(file: &Path, kept: &Path) -> io::Result<()> {
    if let Some(dir) = kept.parent() {
        fs::create_dir_all(dir)?;
    }
    if is_neighbour_link(file, kept) {
        fs::remove_file(kept)?;
    }
    if exists(kept) {
        // It is the same hook; see `is_same`.
        return Ok(());
    }
    fs::hard_link(file, kept).or_else(|_| {
        // A file system without links of this kind.
        if file.is_symlink() {
            symlink(fs::read_link(file)?, kept)
        } else {
            fs::copy(file, kept).map(drop)
        }
    })
}

/// Links to everything among the hooks that is not a hook: the kept hooks may need it.
///
/// # Errors
///
/// A directory cannot be read or written.
pub(crate) fn link_neighbours(file: &Path, kept: &Path) -> io::Result<()> {
    let (Some(hooks), Some(dir)) = (file.parent(), kept.parent()) else {
        return Ok(());
    };
    let hooks = if hooks.as_os_str().is_empty() {
        Path::new(".")
    } else {
        hooks
    };
    let real = hooks.canonicalize()?;
    let Some(name) = real.file_name() else {
        return Ok(());
    };
    for entry in fs::read_dir(hooks)? {
        let neighbour = entry?.file_name();
        let link = dir.join(&neighbour);
        if is_left_alone(&neighbour, &hooks.join(&neighbour)) || exists(&link) {
            continue;
        }
        match symlink(Path::new("..").join(name).join(&neighbour), &link) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

/// Whether a file is not linked: hooks, git's samples and our own files.
fn is_left_alone(name: &OsString, file: &Path) -> bool {
    let text = name.to_string_lossy();
    crate::install::place::every_hook().any(|hook| text == hook.name())
        || text.ends_with(".sample")
        || text.starts_with(".git")
        || text.starts_with(PREFIX)
        || matches!(
            crate::install::shim::owner(file),
            Ok(crate::install::shim::Owner::Ours(_) | crate::install::shim::Owner::Changed)
        )
}

/// Puts the kept hook back in place of ours.
pub(super) fn give_back(kept: &Path, file: &Path) -> io::Result<()> {
    if is_same(file, kept) {
        // It never went away.
        return fs::remove_file(kept);
    }
    fs::rename(kept, file)
}

/// Removes the directory of kept hooks once it no longer contains a hook.
pub(super) fn tidy(hooks: &Path) {
    let dir = dir(hooks);
    if crate::install::place::every_hook().any(|hook| exists(&dir.join(hook.name()))) {
        return;
    }
    for entry in fs::read_dir(&dir).into_iter().flatten().flatten() {
        // Older versions, which also wrote into the work tree, had git ignore the directory.
        if entry.path().is_symlink() || entry.file_name() == ".gitignore" {
            let _ = fs::remove_file(entry.path());
        } else if entry.file_name() == "__pycache__" {
            // Python leaves it wherever it imports from.
            let _ = fs::remove_dir_all(entry.path());
        }
    }
    // Any other file in it stays, and so does the directory.
    let _ = fs::remove_dir(dir);
}
