//! What in the work tree corresponds to what in the snapshot.

use std::path::{Component, Path, PathBuf};

/// The work tree and the snapshot of it.
pub(crate) struct PathMapping<'a> {
    /// The top of the work tree.
    pub(super) top: &'a Path,
    /// What is ignored in it: no path to it leads to the project's code.
    pub(super) ignored: &'a [PathBuf],
    /// The top of the snapshot.
    pub(super) tree: &'a Path,
}

impl PathMapping<'_> {
    /// The path in the work tree of what may be tracked, however the work tree is spelled.
    pub(super) fn inside(&self, path: &Path) -> Option<PathBuf> {
        self.relative(path).filter(|inside| !self.ignores(inside))
    }

    /// As [`PathMapping::inside`], and what is ignored as well if the snapshot has it.
    pub(super) fn shown(&self, path: &Path) -> Option<PathBuf> {
        let is_shown = |inside: &PathBuf| !self.ignores(inside) || self.tree.join(inside).exists();
        self.relative(path).filter(is_shown)
    }

    /// Whether a path is that of something ignored in the work tree.
    pub(super) fn is_ignored(&self, path: &Path) -> bool {
        self.relative(path)
            .is_some_and(|inside| self.ignores(&inside))
    }

    fn ignores(&self, inside: &Path) -> bool {
        self.ignored.iter().any(|path| inside.starts_with(path))
    }

    fn relative(&self, path: &Path) -> Option<PathBuf> {
        match normal(path).strip_prefix(self.top) {
            Ok(inside) => Some(inside.to_owned()),
            Err(_) => real(path)?
                .strip_prefix(real(self.top)?)
                .ok()
                .map(Path::to_owned),
        }
    }
}

/// A path without `.` and `..`, as Python makes it.
pub(super) fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => drop(normal.pop()),
            Component::CurDir => {}
            other => normal.push(other),
        }
    }
    normal
}

/// A path without links. What does not exist lies in what does.
fn real(path: &Path) -> Option<PathBuf> {
    let existing = path.ancestors().find(|path| path.exists())?;
    let rest = path.strip_prefix(existing).ok()?;
    let real = existing.canonicalize().ok()?;
    // A slash at the end would make it another path.
    Some(if rest.as_os_str().is_empty() {
        real
    } else {
        real.join(rest)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_top_may_be_spelled_in_another_way() {
        let root = tempfile::tempdir().unwrap();
        let top = root.path().join("top");
        std::fs::create_dir_all(top.join("src")).unwrap();
        std::os::unix::fs::symlink("top", root.path().join("other")).unwrap();
        let ignored = [PathBuf::from("build")];
        for (top, other) in [("top", "other"), ("other", "top")] {
            let (top, other) = (root.path().join(top), root.path().join(other));
            let trees = PathMapping {
                top: &top,
                ignored: &ignored,
                tree: Path::new("/tree"),
            };
            let inside = |path: &str| trees.inside(&other.join(path));
            assert_eq!(inside("src"), Some("src".into()));
            assert_eq!(inside("src/../new/a.py"), Some("new/a.py".into()));
            assert_eq!(trees.inside(&other), Some(PathBuf::new()));
            assert_eq!(inside("build/x"), None);
            assert_eq!(trees.inside(root.path()), None);
            assert_eq!(trees.inside(&root.path().join("topper")), None);
        }
    }
}
