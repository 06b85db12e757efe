//! Ignored directories that a launcher finds in the view: copies, which are kept from one run to the next and
//! brought up to date.

use std::collections::{BTreeSet, HashSet};
use std::io;
use std::os::unix::fs::{MetadataExt as _, symlink};
use std::path::{Path, PathBuf};

use fs_err as fs;
use rustix::fs::{AtFlags, CWD, Timespec, Timestamps, utimensat};

use crate::base::fault::{Fault, Result};
use crate::base::text::show_path;

/// Makes sure that each of them is a directory that git ignores.
///
/// # Errors
///
/// One is missing, or has files that git may track: copies of those would not be the ones that are checked.
pub(super) fn are_ignored(
    top: &Path,
    inputs: &BTreeSet<PathBuf>,
    ignored: &[PathBuf],
) -> Result<()> {
    for input in inputs {
        let flaw = if !top.join(input).is_dir() {
            "is not a directory of this work tree"
        } else if !ignored.iter().any(|one| input.starts_with(one)) {
            "is not ignored by git"
        } else {
            continue;
        };
        let fault = Fault::unable(format!(
            "`inputs` in gates.toml names {}, which {flaw}",
            show_path(input)
        ));
        return Err(fault.hint("create the directory, or remove it from `inputs`"));
    }
    Ok(())
}

/// Makes the directories in the view what they are in the work tree.
///
/// # Errors
///
/// One cannot be read or written.
pub(super) fn copy(top: &Path, tree: &Path, inputs: &BTreeSet<PathBuf>) -> Result<()> {
    for input in inputs {
        let copied =
            above(tree, input).and_then(|()| copy_dir(&top.join(input), &tree.join(input)));
        copied.map_err(|error| {
            Fault::unable(format!("cannot copy {} for a launcher", show_path(input)))
                .because(&error)
        })?;
    }
    Ok(())
}

/// Makes the directories above a path; none of them is a link.
fn above(tree: &Path, input: &Path) -> io::Result<()> {
    let mut dir = tree.to_owned();
    for part in input.parent().into_iter().flatten() {
        dir.push(part);
        make_dir(&dir)?;
    }
    Ok(())
}

/// Makes a directory, in place of anything else that is there.
fn make_dir(dir: &Path) -> io::Result<()> {
    match fs::symlink_metadata(dir) {
        Ok(there) if there.is_dir() => Ok(()),
        Ok(_) => {
            fs::remove_file(dir)?;
            fs::create_dir(dir)
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => fs::create_dir(dir),
        Err(error) => Err(error),
    }
}

fn copy_dir(from: &Path, to: &Path) -> io::Result<()> {
    make_dir(to)?;
    let mut names = HashSet::new();
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (source, place) = (entry.path(), to.join(entry.file_name()));
        let kind = entry.file_type()?;
        if kind.is_dir() {
            copy_dir(&source, &place)?;
        } else if kind.is_symlink() {
            copy_link(&source, &place)?;
        } else if kind.is_file() {
            copy_file(&source, &place)?;
        } else {
            // Sockets and pipes belong to programs of this machine.
            continue;
        }
        names.insert(entry.file_name());
    }
    for entry in fs::read_dir(to)? {
        let entry = entry?;
        if !names.contains(&entry.file_name()) {
            remove(&entry.path())?;
        }
    }
    Ok(())
}

fn copy_link(from: &Path, to: &Path) -> io::Result<()> {
    let target = fs::read_link(from)?;
    if fs::read_link(to).is_ok_and(|there| there == target) {
        return Ok(());
    }
    remove(to)?;
    symlink(target, to)
}

fn copy_file(from: &Path, to: &Path) -> io::Result<()> {
    let original = fs::metadata(from)?;
    let version =
        |data: &std::fs::Metadata| (data.len(), data.mtime(), data.mtime_nsec(), data.mode());
    let there = fs::symlink_metadata(to);
    if there.is_ok_and(|there| version(&there) == version(&original)) {
        return Ok(());
    }
    remove(to)?;
    fs::copy(from, to)?;
    let time = Timespec {
        tv_sec: original.mtime(),
        tv_nsec: original.mtime_nsec(),
    };
    let times = Timestamps {
        last_access: time,
        last_modification: time,
    };
    Ok(utimensat(CWD, to, &times, AtFlags::empty())?)
}

/// Removes what is there, if anything is.
fn remove(path: &Path) -> io::Result<()> {
    match fs::symlink_metadata(path) {
        Ok(there) if there.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_copy_is_brought_up_to_date() {
        let root = tempfile::tempdir().unwrap();
        let (top, tree) = (root.path().join("work"), root.path().join("tree"));
        fs::create_dir_all(top.join("a/modules/x")).unwrap();
        fs::create_dir(&tree).unwrap();
        let file = top.join("a/modules/x/tool");
        fs::write(&file, "one").unwrap();
        fs::set_permissions(&file, std::fs::Permissions::from_mode(0o755)).unwrap();
        symlink("x/tool", top.join("a/modules/link")).unwrap();
        let inputs = BTreeSet::from([PathBuf::from("a/modules")]);
        copy(&top, &tree, &inputs).unwrap();
        let copied = tree.join("a/modules/x/tool");
        assert_eq!(fs::read_to_string(&copied).unwrap(), "one");
        assert_eq!(fs::metadata(&copied).unwrap().mode() & 0o777, 0o755);
        assert_eq!(
            fs::read_link(tree.join("a/modules/link")).unwrap(),
            Path::new("x/tool")
        );
        let inode = fs::metadata(&copied).unwrap().ino();
        // What is the same stays, what a gate has left goes.
        fs::write(tree.join("a/modules/left"), "").unwrap();
        copy(&top, &tree, &inputs).unwrap();
        assert_eq!(fs::metadata(&copied).unwrap().ino(), inode);
        assert!(!tree.join("a/modules/left").exists());
        // Kinds change.
        fs::remove_dir_all(top.join("a/modules/x")).unwrap();
        fs::write(top.join("a/modules/x"), "file").unwrap();
        copy(&top, &tree, &inputs).unwrap();
        assert_eq!(
            fs::read_to_string(tree.join("a/modules/x")).unwrap(),
            "file"
        );
    }

    #[test]
    fn only_what_git_ignores_is_copied() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir_all(root.path().join("packages/a/modules/x")).unwrap();
        let ignored = [PathBuf::from("packages/a/modules")];
        let is_refused = |input: &str| {
            are_ignored(root.path(), &BTreeSet::from([input.into()]), &ignored).is_err()
        };
        assert!(!is_refused("packages/a/modules"));
        assert!(!is_refused("packages/a/modules/x"));
        assert!(is_refused("packages"));
        assert!(is_refused("gone"));
    }
}
