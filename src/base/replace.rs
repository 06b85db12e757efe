//! Writing a file in one step: at every instant, either all of the new contents are in its place or
//! what was there before.

use std::fs::{File, Permissions};
use std::io::{self, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use tempfile::{NamedTempFile, PersistError};

/// How the name of a file begins that is about to take the place of another one. A process that is
/// killed leaves it behind.
pub(crate) const PREFIX: &str = ".gatekeeper-new-";

/// The permissions of a file that only its owner may read and write.
pub(crate) const PRIVATE: u32 = 0o600;

/// The permissions of a file that the group of a shared repository may read and replace.
pub(crate) const FOR_GROUP: u32 = 0o660;

/// The permissions of a file that everybody may read.
pub(crate) const READABLE: u32 = 0o644;

/// What a power cut leaves of a file that was replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Durability {
    /// The new contents: for what was typed, and what nothing can make again.
    Synced,
    /// The new contents, the old ones or a damaged file: for what is checked when it is read, or
    /// written again by the next run.
    Unsynced,
}

/// Replaces a file, or creates it.
pub(crate) fn replace_file(
    file: &Path,
    contents: &[u8],
    mode: u32,
    durability: Durability,
) -> io::Result<()> {
    put(file, contents, mode, durability, NamedTempFile::persist)
}

/// Creates a private file that outlives a power cut; an error if something is in its place.
pub(crate) fn create_file(file: &Path, contents: &[u8]) -> io::Result<()> {
    let persist = NamedTempFile::persist_noclobber;
    put(file, contents, PRIVATE, Durability::Synced, persist)
}

fn put<'a>(
    file: &'a Path,
    contents: &[u8],
    mode: u32,
    durability: Durability,
    persist: fn(NamedTempFile, &'a Path) -> Result<File, PersistError>,
) -> io::Result<()> {
    let dir = file.parent().unwrap_or(Path::new("/"));
    let mut new = tempfile::Builder::new().prefix(PREFIX).tempfile_in(dir)?;
    new.write_all(contents)?;
    if mode != PRIVATE {
        let permissions = Permissions::from_mode(mode);
        new.as_file().set_permissions(permissions)?;
    }
    if durability == Durability::Synced {
        new.as_file().sync_all()?;
    }
    persist(new, file)?;
    if durability == Durability::Synced {
        // The name. Some file systems cannot sync a directory, and the file is in place by now.
        let _ = File::open(dir).and_then(|dir| dir.sync_all());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_file_is_replaced_but_created_only_once() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("file");
        let mode = || fs::metadata(&file).unwrap().permissions().mode() & 0o777;
        create_file(&file, b"first").unwrap();
        assert_eq!(mode(), PRIVATE);
        let again = create_file(&file, b"second").unwrap_err();
        assert_eq!(again.kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read(&file).unwrap(), b"first");
        replace_file(&file, b"third", 0o755, Durability::Synced).unwrap();
        assert_eq!(
            (fs::read(&file).unwrap(), mode()),
            (b"third".to_vec(), 0o755)
        );
        replace_file(&file, b"", PRIVATE, Durability::Unsynced).unwrap();
        assert_eq!((fs::read(&file).unwrap(), mode()), (Vec::new(), PRIVATE));
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }
}
