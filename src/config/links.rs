//! Symbolic links from gates.toml to the file that holds it.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use super::text::{FILE_NAME, link_target};
use crate::base::fault::{Fault, Result};

/// How many symbolic links may lead to gates.toml.
const MAX_LINKS: usize = 8;

/// The longest target of a link, in bytes.
const LONGEST_TARGET: usize = 4096;

/// What a tree has at a path: a link with its target, or a file.
pub(super) enum Entry<T> {
    Link(Vec<u8>),
    File(T),
    /// Neither.
    Other,
}

/// The destination of the links from gates.toml.
pub(super) enum Destination<T> {
    Nothing,
    File(PathBuf, T),
    /// A link that cannot be followed, or something that is not a file, with the reason.
    Unusable(Fault),
}

/// Follows the links from gates.toml. `look` says what the tree has at a path, `bad_link` what is wrong
/// with a link, its target and what that is.
pub(super) fn follow<T>(
    mut look: impl FnMut(&Path) -> Result<Option<Entry<T>>>,
    bad_link: impl Fn(&Path, &Path, &str) -> Fault,
) -> Result<Destination<T>> {
    let first = Path::new(FILE_NAME);
    let mut path = first.to_owned();
    for _ in 0..=MAX_LINKS {
        let fault = match look(&path)? {
            None if path == first => return Ok(Destination::Nothing),
            None => bad_link(first, &path, "a missing file"),
            Some(Entry::File(file)) => return Ok(Destination::File(path, file)),
            Some(Entry::Link(target)) => {
                let target = Path::new(OsStr::from_bytes(&target));
                let is_short = target.as_os_str().len() <= LONGEST_TARGET;
                if let Some(inside) = link_target(&path, target).filter(|_| is_short) {
                    path = inside;
                    continue;
                }
                bad_link(&path, target, "a file outside the work tree")
            }
            Some(Entry::Other) => Fault::usage(format!("{FILE_NAME} is not a file")),
        };
        return Ok(Destination::Unusable(fault));
    }
    Ok(Destination::Unusable(Fault::usage(format!(
        "{FILE_NAME} leads through more than {MAX_LINKS} symbolic links"
    ))))
}

/// What a file of a policy may not be, besides the one at the top: it would have two names.
pub(super) const A_LINK: &str = "a symbolic link";

/// The same.
pub(super) const A_DIRECTORY: &str = "a directory";
