//! Where a git directory is, so that its receipts are not mistaken for those of another one.

use std::io;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use fs_err as fs;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::base::hex::hex;
use crate::platform;

/// Where a git directory is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Place {
    /// The digest of its path.
    path: String,
    /// The number of the directory in its file system.
    inode: u64,
    /// When the directory was created, in nanoseconds since 1970; `None` if the file system does not
    /// say.
    created: Option<u64>,
}

impl Place {
    pub(super) fn of(git_dir: &Path) -> io::Result<Self> {
        let real = git_dir.canonicalize()?;
        let data = fs::metadata(&real)?;
        let created = platform::birth_time(&real);
        Ok(Self {
            path: hex(&Sha256::digest(real.as_os_str().as_bytes())[..16]),
            inode: data.ino(),
            created,
        })
    }

    /// A name for the path that can be that of a file.
    pub(super) fn name(&self) -> &str {
        &self.path
    }

    /// Whether this is the place of the same git directory: it is still there, was moved within its
    /// file system, or is seen under another path.
    pub(super) fn is(&self, other: &Self) -> bool {
        self.path == other.path || self.is_same_dir(other)
    }

    /// Whether the directory is the same, and not only one under the same path.
    pub(super) fn is_same_dir(&self, other: &Self) -> bool {
        self.inode == other.inode
            && self.created == other.created
            && (self.created.is_some() || self.path == other.path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_is_the_same_where_it_lies_and_once_it_was_moved() {
        let dir = tempfile::tempdir().unwrap();
        let [one, other, moved] = ["one", "other", "moved"].map(|name| dir.path().join(name));
        fs::create_dir(&one).unwrap();
        fs::create_dir(&other).unwrap();
        let here = Place::of(&one).unwrap();
        assert!(here.is(&Place::of(&one).unwrap()));
        assert!(!here.is(&Place::of(&other).unwrap()));
        let has_times = here.created.is_some();
        fs::rename(&one, &moved).unwrap();
        assert_eq!(here.is(&Place::of(&moved).unwrap()), has_times);
        // Another directory under its path may be what was copied back.
        fs::create_dir(&one).unwrap();
        let again = Place::of(&one).unwrap();
        assert!(here.is(&again));
        assert!(!here.is_same_dir(&again));
    }
}
