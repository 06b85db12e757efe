//! Takes files out of a directory, and never goes through a link to do so: links lead to the user's own.

use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

use rustix::fs::{AtFlags, CWD, Dir, FileType, Mode, OFlags, openat, statat, unlinkat};
use rustix::io::Errno;

const DIRECTORY: OFlags = OFlags::RDONLY
    .union(OFlags::DIRECTORY)
    .union(OFlags::CLOEXEC);

/// The top of a tree.
pub(super) struct Top(OwnedFd);

impl Top {
    pub(super) fn open(tree: &Path) -> io::Result<Self> {
        Ok(Self(openat(
            CWD,
            tree,
            DIRECTORY | OFlags::NOFOLLOW,
            Mode::empty(),
        )?))
    }

    /// What is at a path; `None` if nothing is, or if it is beyond a link.
    pub(super) fn stat(&self, path: &Path) -> Option<rustix::fs::Stat> {
        let dir = self.parent(path).ok()?;
        statat(dir, path.file_name()?, AtFlags::SYMLINK_NOFOLLOW).ok()
    }

    /// Removes what is at a path, if something is; a directory only with `dirs`, and then with all
    /// that is in it. Then the directories above that have got empty, as long as those may go.
    pub(super) fn remove(
        &self,
        path: &Path,
        dirs: bool,
        may_go: impl Fn(&Path) -> bool,
    ) -> io::Result<()> {
        let (Ok(dir), Some(name)) = (self.parent(path), path.file_name()) else {
            return Ok(());
        };
        match statat(&dir, name, AtFlags::SYMLINK_NOFOLLOW) {
            Ok(found) if FileType::from_raw_mode(found.st_mode) == FileType::Directory => {
                if !dirs {
                    return Ok(());
                }
                remove_dir(&dir, name.as_bytes())?;
            }
            Ok(_) => unlinkat(&dir, name, AtFlags::empty())?,
            Err(Errno::NOENT) => {}
            Err(error) => return Err(error.into()),
        }
        for above in path.ancestors().skip(1) {
            let (Ok(dir), Some(name)) = (self.parent(above), above.file_name()) else {
                break;
            };
            if !may_go(above) || unlinkat(dir, name, AtFlags::REMOVEDIR).is_err() {
                break;
            }
        }
        Ok(())
    }

    /// The directory above a path.
    fn parent(&self, path: &Path) -> io::Result<OwnedFd> {
        let mut dir = self.0.try_clone()?;
        for part in path.parent().into_iter().flatten() {
            dir = openat(&dir, part, DIRECTORY | OFlags::NOFOLLOW, Mode::empty())?;
        }
        Ok(dir)
    }
}

fn remove_dir(above: impl AsFd, name: &[u8]) -> io::Result<()> {
    let dir = openat(&above, name, DIRECTORY | OFlags::NOFOLLOW, Mode::empty())?;
    for entry in Dir::read_from(&dir)? {
        let entry = entry?;
        let name = entry.file_name().to_bytes();
        if matches!(name, b"." | b"..") {
            continue;
        }
        match unlinkat(&dir, name, AtFlags::empty()) {
            // Linux says the one of a directory, POSIX the other.
            Err(Errno::ISDIR | Errno::PERM) => remove_dir(&dir, name)?,
            other => other?,
        }
    }
    unlinkat(above, name, AtFlags::REMOVEDIR)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn nothing_is_removed_through_a_link() {
        let root = tempfile::tempdir().unwrap();
        let (tree, own) = (root.path().join("tree"), root.path().join("own"));
        fs::create_dir_all(tree.join("a/b/c")).unwrap();
        fs::create_dir(&own).unwrap();
        fs::write(own.join("x"), "").unwrap();
        fs::write(tree.join("a/b/c/file"), "").unwrap();
        symlink(&own, tree.join("link")).unwrap();
        symlink(&own, tree.join("a/b/link")).unwrap();
        let top = Top::open(&tree).unwrap();
        let remove = |path: &str, dirs| top.remove(Path::new(path), dirs, |_| true).unwrap();
        remove("link/x", true);
        assert!(own.join("x").exists() && top.stat(Path::new("link/x")).is_none());
        remove("a/b/c", false);
        assert!(tree.join("a/b/c/file").exists());
        remove("a/b/c/file", false);
        assert!(tree.join("a/b").exists() && !tree.join("a/b/c").exists());
        remove("a", true);
        remove("none/of/these", true);
        assert!(own.join("x").exists() && !tree.join("a").exists());
        symlink(&tree, root.path().join("other")).unwrap();
        assert!(Top::open(&root.path().join("other")).is_err());
    }
}
