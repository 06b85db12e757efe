//! Index against HEAD, work tree against index: one `git status`, which reads every form of
//! index and repository.

use std::path::{Path, PathBuf};

use super::Repository;
use super::changes::{Change, ChangeKind, FileMode};
use super::open::repository_path;
use crate::fault::{Fault, Result};

/// What `git status` says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Status {
    /// What the index changes in HEAD. Paths that are only intended to be added are not in it.
    pub staged: Vec<Change>,
    /// Paths with an unresolved conflict.
    pub unmerged: Vec<PathBuf>,
    /// What lies in the work tree and is not in the index.
    pub beside: Beside,
}

/// What lies in the work tree and would not be in the commit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Beside {
    /// Tracked paths whose contents in the work tree are not those of the index.
    pub unstaged: Vec<PathBuf>,
    /// Those of them that are not in the work tree at all.
    pub missing: Vec<PathBuf>,
    /// Paths that git does not know and does not ignore; a folder stands for all in it.
    pub untracked: Vec<PathBuf>,
}

impl Beside {
    /// Whether the work tree is exactly the index.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.unstaged.is_empty() && self.untracked.is_empty()
    }

    /// Whether the work tree's file may differ from the index's.
    #[must_use]
    pub fn concerns(&self, path: &Path) -> bool {
        self.unstaged.iter().any(|unstaged| unstaged == path)
            || self
                .untracked
                .iter()
                .any(|untracked| path.starts_with(untracked))
    }
}

impl Repository {
    /// What is ignored and lies in the work tree; a folder stands for all in it.
    ///
    /// # Errors
    ///
    /// git fails.
    pub fn ignored(&self) -> Result<Vec<PathBuf>> {
        let output = self.git([
            "ls-files",
            "--others",
            "--ignored",
            "--exclude-standard",
            "--directory",
            "-z",
        ])?;
        let entries = output
            .split(|byte| *byte == 0)
            .filter(|entry| !entry.is_empty());
        let without_slash = |entry: &[u8]| entry.strip_suffix(b"/").unwrap_or(entry).to_vec();
        Ok(entries
            .map(|entry| repository_path(&without_slash(entry)))
            .collect())
    }

    /// Compares HEAD, index and work tree.
    ///
    /// Every setting of the user's that would hide something is overruled on the command line.
    ///
    /// # Errors
    ///
    /// git fails, or prints what we do not understand.
    pub fn status(&self) -> Result<Status> {
        let output = self.git([
            "status",
            "--porcelain=v2",
            "-z",
            "--no-renames",
            "--untracked-files=normal",
            // A submodule's commit counts; what lies in its folder is its own repository's affair.
            "--ignore-submodules=dirty",
        ])?;
        parse(&output).ok_or_else(|| Fault::bug("git status printed something unexpected"))
    }
}

/// Reads the format of git-status(1), "Porcelain Format Version 2", with `-z`.
fn parse(output: &[u8]) -> Option<Status> {
    let mut status = Status::default();
    let entries = output.split(|byte| *byte == 0);
    for entry in entries {
        match entry {
            // A heading, or what follows the last NUL.
            [] | [b'#', ..] => {}
            [b'?', b' ', path @ ..] => status.beside.untracked.push(repository_path(path)),
            // `1 XY sub mH mI mW hH hI path`
            [b'1', b' ', rest @ ..] => {
                let fields: Vec<&[u8]> = rest.splitn(8, |byte| *byte == b' ').collect();
                let [[staged, unstaged], _, _, mode, _, _, _, path] = fields[..] else {
                    return None;
                };
                let path = repository_path(path);
                if *staged != b'.' {
                    let mode = FileMode::parse(mode);
                    status.staged.push(Change {
                        path: path.clone(),
                        kind: mode.map_or(ChangeKind::Deleted, ChangeKind::Present),
                        differs_from_every_parent: true,
                    });
                }
                if *unstaged == b'D' {
                    status.beside.missing.push(path.clone());
                }
                if *unstaged != b'.' {
                    status.beside.unstaged.push(path);
                }
            }
            // `u XY sub m1 m2 m3 mW h1 h2 h3 path`
            [b'u', b' ', rest @ ..] => {
                let path = rest.splitn(10, |byte| *byte == b' ').nth(9)?;
                status.unmerged.push(repository_path(path));
            }
            // Among these are renames, which --no-renames rules out.
            _ => return None,
        }
    }
    Some(status)
}

#[cfg(test)]
mod tests {
    use std::os::unix::ffi::OsStrExt as _;

    use super::*;

    #[test]
    fn every_kind_of_entry_is_understood() {
        let output = b"1 M. N... 100644 100644 100644 aa bb a file\0\
            1 .A N... 000000 000000 100644 00 00 intended\0\
            1 D. N... 100644 000000 000000 aa 00 gone\0\
            1 T. N... 100644 120000 120000 aa bb link\0\
            1 .D N... 100644 100644 000000 aa aa lost\0\
            1 MM S.M. 160000 160000 160000 aa bb sub\0\
            u UU N... 100644 100644 100644 100644 aa bb cc both ways\0\
            ? new\nline\xff\0? folder/\0";
        let status = parse(output).unwrap();
        let staged: Vec<_> = status
            .staged
            .iter()
            .map(|change| (change.path.to_str().unwrap(), change.kind))
            .collect();
        assert_eq!(
            staged,
            [
                ("a file", ChangeKind::Present(FileMode::File)),
                ("gone", ChangeKind::Deleted),
                ("link", ChangeKind::Present(FileMode::Link)),
                ("sub", ChangeKind::Present(FileMode::Submodule)),
            ]
        );
        assert_eq!(status.unmerged, [Path::new("both ways")]);
        assert_eq!(
            status.beside.unstaged,
            [Path::new("intended"), Path::new("lost"), Path::new("sub")]
        );
        assert_eq!(status.beside.missing, [Path::new("lost")]);
        assert_eq!(
            status.beside.untracked[0].as_os_str().as_bytes(),
            b"new\nline\xff"
        );
        assert!(status.beside.concerns(Path::new("folder/x")));
        assert!(!status.beside.concerns(Path::new("folderx")));
    }

    #[test]
    fn what_is_not_understood_is_not_guessed() {
        for output in [&b"1 M. short\0"[..], b"2 R. x\0y\0", b"x\0", b"u UU\0"] {
            assert_eq!(parse(output), None);
        }
        assert_eq!(parse(b""), Some(Status::default()));
    }
}
