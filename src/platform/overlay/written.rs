//! Reading what an overlay has noted down in its upper directory.

use std::fs;
use std::io;
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};

use super::{UpperEntry, UpperKind};

/// A directory of the upper one that is still to be read.
struct Open {
    path: PathBuf,
    /// Whether the base's directory of that name is merged into it.
    has_base: bool,
    /// Whether the work tree's is.
    has_work: bool,
}

/// Lists what an upper directory holds, without the directories that are there only because something
/// below them was written.
pub(super) fn walk(
    upper: &Path,
    base: &Path,
    work: &Path,
    opaque: &str,
) -> io::Result<Vec<UpperEntry>> {
    let mut found = Vec::new();
    let mut open = vec![Open {
        path: PathBuf::new(),
        has_base: true,
        has_work: true,
    }];
    while let Some(dir) = open.pop() {
        let here = upper.join(&dir.path);
        for entry in fs::read_dir(&here).map_err(about(&dir.path))? {
            let path = dir.path.join(entry?.file_name());
            let there = upper.join(&path);
            let data = fs::symlink_metadata(&there).map_err(about(&path))?;
            let kind = data.file_type();
            let mut is_opaque = false;
            let kind = if kind.is_dir() {
                is_opaque = has_mark(&there, opaque)?;
                let below = if is_opaque {
                    Open {
                        path: path.clone(),
                        has_base: false,
                        has_work: false,
                    }
                } else {
                    merged(&dir, &path, base, work, opaque)?
                };
                let is_new = !below.has_base && !below.has_work;
                open.push(below);
                if !is_new {
                    continue;
                }
                UpperKind::Directory
            } else if kind.is_file() {
                UpperKind::File
            } else if kind.is_symlink() {
                UpperKind::Link
            } else if kind.is_char_device() && data.rdev() == 0 {
                UpperKind::Gone
            } else {
                UpperKind::Other
            };
            found.push(UpperEntry {
                path,
                kind,
                is_opaque,
            });
        }
    }
    Ok(found)
}

/// Which of the layers below have a directory at a path of the upper one.
fn merged(parent: &Open, path: &Path, base: &Path, work: &Path, opaque: &str) -> io::Result<Open> {
    let mut here = Open {
        path: path.to_owned(),
        has_base: false,
        has_work: false,
    };
    let base = base.join(path);
    let in_base = if parent.has_base { kind(&base)? } else { None };
    if let Some(is_dir) = in_base {
        here.has_base = is_dir;
        // Anything else hides the work tree's, a whiteout above all.
        if !is_dir || has_mark(&base, opaque)? {
            return Ok(here);
        }
    }
    here.has_work = parent.has_work && kind(&work.join(path))? == Some(true);
    Ok(here)
}

/// Whether a path is a directory, if there is anything.
fn kind(path: &Path) -> io::Result<Option<bool>> {
    match fs::symlink_metadata(path) {
        Ok(found) => Ok(Some(found.is_dir())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Whether a directory is marked as opaque.
fn has_mark(dir: &Path, opaque: &str) -> io::Result<bool> {
    let mut value = [0_u8; 1];
    match rustix::fs::lgetxattr(dir, opaque, &mut value) {
        Ok(length) => Ok(length == 1 && value == *b"y"),
        Err(rustix::io::Errno::NODATA) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Says what an error is about, by the path that the user knows.
fn about(path: &Path) -> impl Fn(io::Error) -> io::Error {
    move |error| io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}
