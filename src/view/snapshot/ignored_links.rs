//! Links in the snapshot that lead to the work tree. They are the only way from the one to the other,
//! so none is ever gone through: a directory in between that is a link is left alone.

use std::collections::HashSet;
use std::ffi::OsString;
use std::io;
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use fs_err as fs;

/// What a path of the snapshot is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Made {
    /// A link to this.
    Link(PathBuf),
    /// A copy of this file, which finds other files from where it lies.
    Copy(PathBuf),
}

/// The links of a snapshot, and the file in which they are written down.
pub(super) struct Links {
    list: PathBuf,
    tree: PathBuf,
}

impl Links {
    pub(super) fn new(list: PathBuf, tree: PathBuf) -> Self {
        Self { list, tree }
    }

    /// Removes those of the run before: what they stood for may be tracked by now, or gone.
    pub(super) fn remove(&self) {
        if !fs::symlink_metadata(&self.tree).is_ok_and(|metadata| metadata.is_dir()) {
            return;
        }
        for path in self.listed() {
            let is_copy = path.as_os_str().as_bytes().ends_with(b"/");
            let path: PathBuf = path.components().collect();
            let made = self.tree.join(&path);
            let is_ours = made.is_symlink() || is_copy && made.is_file();
            if self.is_reached_by_dirs(&path) && is_ours {
                let _ = fs::remove_file(made);
            }
        }
    }

    /// What was written down; a copy has a slash at its end.
    fn listed(&self) -> Vec<PathBuf> {
        let list = fs::read(&self.list).unwrap_or_default();
        let paths = list
            .split(|byte| *byte == 0)
            .filter(|path| !path.is_empty());
        let paths = paths.map(|path| PathBuf::from(OsString::from_vec(path.to_vec())));
        paths.collect()
    }

    /// Makes links, and writes them down before.
    pub(super) fn place(&self, links: &[(PathBuf, Made)]) -> io::Result<()> {
        self.remove_dirs(links)?;
        let mut list = Vec::new();
        for (path, made) in links {
            list.extend_from_slice(path.as_os_str().as_bytes());
            list.extend_from_slice(if matches!(made, Made::Copy(_)) {
                b"/"
            } else {
                b""
            });
            list.push(0);
        }
        fs::write(&self.list, list)?;
        for (path, made) in links {
            if self.make_dirs(path)? {
                let place = self.tree.join(path);
                let done = match made {
                    Made::Link(target) => symlink(target, place),
                    Made::Copy(_) if place.symlink_metadata().is_ok() => Ok(()),
                    Made::Copy(original) => fs::copy(original, place).map(drop),
                };
                match done {
                    // What is tracked, or what a tool has made, comes first.
                    Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                    other => other?,
                }
            }
        }
        Ok(())
    }

    /// Removes directories that were made for links, where one link is to be.
    fn remove_dirs(&self, links: &[(PathBuf, Made)]) -> io::Result<()> {
        let before = self.listed();
        let mut made: Vec<&Path> = before.iter().filter_map(|path| path.parent()).collect();
        made.dedup();
        let made: HashSet<&Path> = made.into_iter().flat_map(Path::ancestors).collect();
        for (path, _) in links {
            let dir = self.tree.join(path);
            let is_dir = || fs::symlink_metadata(&dir).is_ok_and(|found| found.is_dir());
            if made.contains(path.as_path()) && self.is_reached_by_dirs(path) && is_dir() {
                fs::remove_dir_all(dir)?;
            }
        }
        Ok(())
    }

    /// Whether every directory above a path is one, and no link.
    fn is_reached_by_dirs(&self, path: &Path) -> bool {
        let mut dir = self.tree.clone();
        path.parent().into_iter().flatten().all(|part| {
            dir.push(part);
            fs::symlink_metadata(&dir).is_ok_and(|metadata| metadata.is_dir())
        })
    }

    /// Makes the directories above a path. Returns whether all of them are directories.
    fn make_dirs(&self, path: &Path) -> io::Result<bool> {
        let mut dir = self.tree.clone();
        for part in path.parent().into_iter().flatten() {
            dir.push(part);
            match fs::symlink_metadata(&dir) {
                Ok(metadata) if metadata.is_dir() => {}
                Ok(_) => return Ok(false),
                Err(error) if error.kind() == io::ErrorKind::NotFound => fs::create_dir(&dir)?,
                Err(error) => return Err(error),
            }
        }
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_link_is_gone_through() {
        let root = tempfile::tempdir().unwrap();
        let (tree, work) = (root.path().join("tree"), root.path().join("work"));
        for dir in [&tree, &work.join("build")] {
            fs::create_dir_all(dir).unwrap();
        }
        symlink("elsewhere", work.join("build/own.log")).unwrap();
        let links = Links::new(root.path().join("list"), tree.clone());
        let link = |path: &str| (PathBuf::from(path), Made::Link(work.join(path)));
        links.place(&[link("build")]).unwrap();
        // The directory that was linked has single links now: nothing of the user's is touched.
        links.place(&[link("build/own.log")]).unwrap();
        links.remove();
        let own = fs::read_link(work.join("build/own.log")).unwrap();
        assert_eq!(own, Path::new("elsewhere"));
        fs::remove_file(tree.join("build")).unwrap();
        links
            .place(&[link("build/own.log"), link("deep/er/x")])
            .unwrap();
        assert_eq!(
            fs::read_link(tree.join("build/own.log")).unwrap(),
            work.join("build/own.log")
        );
        assert!(tree.join("deep/er/x").is_symlink());
        // A tree that is a link itself is nobody's.
        let other = Links::new(root.path().join("list"), root.path().join("other"));
        symlink(&tree, root.path().join("other")).unwrap();
        other.remove();
        assert!(tree.join("deep/er/x").is_symlink());
        links.remove();
        assert!(!tree.join("build/own.log").is_symlink() && !tree.join("deep/er/x").is_symlink());
    }

    #[test]
    fn a_dir_of_links_becomes_a_link_and_copies_are_taken_back() {
        let root = tempfile::tempdir().unwrap();
        let (tree, work) = (root.path().join("tree"), root.path().join("work"));
        for dir in [&tree.join("src"), &work.join("modules/bin")] {
            fs::create_dir_all(dir).unwrap();
        }
        fs::write(work.join("modules/bin/run"), "").unwrap();
        fs::write(tree.join("src/own"), "").unwrap();
        let links = Links::new(root.path().join("list"), tree.clone());
        let copy = Made::Copy(work.join("modules/bin/run"));
        links.place(&[("modules/bin/run".into(), copy)]).unwrap();
        assert!(tree.join("modules/bin/run").is_file());
        links.remove();
        assert!(!tree.join("modules/bin/run").exists());
        // What lies there besides was made by a tool, in a directory that is ours.
        fs::write(tree.join("modules/cache"), "").unwrap();
        let link = |path: &str| (PathBuf::from(path), Made::Link(work.join("modules")));
        links.place(&[link("modules"), link("src")]).unwrap();
        assert!(tree.join("modules").is_symlink());
        assert!(tree.join("src/own").is_file() && !tree.join("src").is_symlink());
    }
}
