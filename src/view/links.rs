//! Links in the snapshot that lead to the work tree. They are the only way from the one to the other,
//! so none is ever gone through: a folder in between that is a link is left alone.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

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
        let list = fs::read(&self.list).unwrap_or_default();
        for path in list
            .split(|byte| *byte == 0)
            .filter(|path| !path.is_empty())
        {
            let path = PathBuf::from(OsString::from_vec(path.to_vec()));
            let link = self.tree.join(&path);
            if self.is_reached_by_folders(&path) && link.is_symlink() {
                let _ = fs::remove_file(link);
            }
        }
    }

    /// Makes links, each a path and what it leads to, and writes them down before.
    pub(super) fn place(&self, links: &[(PathBuf, PathBuf)]) -> io::Result<()> {
        let mut list = Vec::new();
        for (path, _) in links {
            list.extend_from_slice(path.as_os_str().as_bytes());
            list.push(0);
        }
        fs::write(&self.list, list)?;
        for (path, original) in links {
            if self.make_folders(path)? {
                match symlink(original, self.tree.join(path)) {
                    // What is tracked, or what a tool has made, comes first.
                    Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                    other => other?,
                }
            }
        }
        Ok(())
    }

    /// Whether every folder above a path is one, and no link.
    fn is_reached_by_folders(&self, path: &Path) -> bool {
        let mut folder = self.tree.clone();
        path.parent().into_iter().flatten().all(|part| {
            folder.push(part);
            fs::symlink_metadata(&folder).is_ok_and(|metadata| metadata.is_dir())
        })
    }

    /// Makes the folders above a path. Returns whether all of them are folders.
    fn make_folders(&self, path: &Path) -> io::Result<bool> {
        let mut folder = self.tree.clone();
        for part in path.parent().into_iter().flatten() {
            folder.push(part);
            match fs::symlink_metadata(&folder) {
                Ok(metadata) if metadata.is_dir() => {}
                Ok(_) => return Ok(false),
                Err(error) if error.kind() == io::ErrorKind::NotFound => fs::create_dir(&folder)?,
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
        for folder in [&tree, &work.join("build")] {
            fs::create_dir_all(folder).unwrap();
        }
        symlink("elsewhere", work.join("build/own.log")).unwrap();
        let links = Links::new(root.path().join("list"), tree.clone());
        let link = |path: &str| (PathBuf::from(path), work.join(path));
        links.place(&[link("build")]).unwrap();
        // The folder that was linked has single links now: nothing of the user's is touched.
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
}
