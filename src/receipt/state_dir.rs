//! The directory in the git directory that holds what is remembered, and how its files are written.

use std::fs::Permissions;
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use fs_err as fs;
use fs_err::{File, OpenOptions};

use crate::base::replace::{Durability, FOR_GROUP, PRIVATE, replace_file};

/// The permissions of a directory of such files; what is created in it belongs to the same group.
const DIR_FOR_GROUP: u32 = 0o2770;

/// Who may read and write what is remembered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sharing {
    /// The user who wrote it.
    Private,
    /// The group of the repository, too: `core.sharedRepository`.
    Group,
}

/// The directory.
#[derive(Debug, Clone)]
pub(super) struct StateDir {
    dir: PathBuf,
    pub(super) sharing: Sharing,
}

impl StateDir {
    pub(super) fn new(dir: PathBuf, sharing: Sharing) -> Self {
        Self { dir, sharing }
    }

    pub(super) fn path(&self) -> &Path {
        &self.dir
    }

    /// A file or directory in it.
    pub(super) fn join(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }

    /// Creates the directory, or one in it.
    pub(super) fn create(&self, dir: &Path) -> io::Result<()> {
        let new: Vec<&Path> = [self.dir.as_path(), dir]
            .into_iter()
            .filter(|dir| !dir.is_dir())
            .collect();
        if new.is_empty() {
            return Ok(());
        }
        fs::create_dir_all(dir)?;
        if self.sharing == Sharing::Group {
            for dir in new {
                fs::set_permissions(dir, Permissions::from_mode(DIR_FOR_GROUP))?;
            }
        }
        Ok(())
    }

    /// Replaces a file in one step.
    pub(super) fn replace(
        &self,
        file: &Path,
        contents: &[u8],
        durability: Durability,
    ) -> io::Result<()> {
        self.create(file.parent().unwrap_or(&self.dir))?;
        let mode = match self.sharing {
            Sharing::Private => PRIVATE,
            Sharing::Group => FOR_GROUP,
        };
        replace_file(file, contents, mode, durability)
    }

    /// Opens a file to add to it, and creates it if there is none.
    pub(super) fn open_to_add(&self, file: &Path) -> io::Result<File> {
        self.create(&self.dir)?;
        let is_new = !file.exists();
        let opened = OpenOptions::new()
            .read(true)
            .append(true)
            .create(true)
            .open(file)?;
        if is_new && self.sharing == Sharing::Group {
            opened.set_permissions(Permissions::from_mode(FOR_GROUP))?;
        }
        Ok(opened)
    }

    /// Waits until no other process holds this lock. It is held until the file is dropped.
    pub(super) fn lock(&self, name: &str) -> io::Result<File> {
        let lock = self.open_to_add(&self.dir.join(name))?;
        lock.lock()?;
        Ok(lock)
    }
}
