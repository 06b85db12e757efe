//! What a work tree has to be like for a view of it to be right.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::os::unix::ffi::OsStringExt as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Component, Path, PathBuf};

/// Whether a view can be right at all.
pub(super) fn check_place(view: &Path, top: &Path, gits: &[PathBuf]) -> io::Result<()> {
    if top == Path::new("/") {
        return Err(io::Error::other("it is the root directory"));
    }
    if view.starts_with(top) {
        return Err(invalid(view, "is inside the work tree"));
    }
    // An overlay shows what is beneath a mount, not what is mounted.
    let table = fs::read("/proc/self/mountinfo")?;
    let covered = mount_points(&table).find(|point| {
        let below = |dir: &PathBuf| point != dir && point.starts_with(dir);
        below(&top.to_path_buf()) || gits.iter().any(below)
    });
    match covered {
        Some(point) => Err(invalid(
            &point,
            "is another file system that is mounted inside it",
        )),
        None => Ok(()),
    }
}

/// In a user namespace with nobody but us, nothing of anybody else's can be written to: the
/// kernel could not note down to whom the changed file belongs.
pub(super) fn check_owner<'a>(dirs: impl Iterator<Item = &'a PathBuf>) -> io::Result<()> {
    let own = (
        rustix::process::geteuid().as_raw(),
        rustix::process::getegid().as_raw(),
    );
    for dir in dirs {
        let found = fs::metadata(dir)?;
        if (found.uid(), found.gid()) != own {
            return Err(invalid(dir, "belongs to another user or group"));
        }
    }
    Ok(())
}

/// The fifth field of each line, in which `proc_pid_mountinfo(5)` has blanks and the like as
/// octal numbers.
fn mount_points(table: &[u8]) -> impl Iterator<Item = PathBuf> {
    let fields = table
        .split(|byte| *byte == b'\n')
        .filter_map(|line| line.split(|byte| *byte == b' ').nth(4));
    fields.map(|field| {
        let mut bytes = Vec::new();
        let mut rest = field;
        while let Some((first, behind)) = rest.split_first() {
            let digits = behind
                .get(..3)
                .and_then(|digits| str::from_utf8(digits).ok());
            let escaped = digits.and_then(|digits| u8::from_str_radix(digits, 8).ok());
            match escaped {
                Some(byte) if *first == b'\\' => {
                    bytes.push(byte);
                    rest = &behind[3..];
                }
                _ => {
                    bytes.push(*first);
                    rest = behind;
                }
            }
        }
        PathBuf::from(OsString::from_vec(bytes))
    })
}

/// A path that stays where it is told to.
pub(super) fn check_relative(path: &Path) -> io::Result<()> {
    let normal = |part| matches!(part, Component::Normal(_));
    if path.components().all(normal) {
        Ok(())
    } else {
        Err(invalid(path, "is outside the work tree"))
    }
}

/// An error about a path.
pub(super) fn invalid(path: &Path, what: &str) -> io::Error {
    let text = format!("{} {what}", path.display());
    io::Error::new(io::ErrorKind::InvalidInput, text)
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::mount_points;

    #[test]
    fn mount_points_are_read_as_they_are() {
        let table = br"22 27 0:21 / /proc rw - proc proc rw
23 27 0:22 /x /a\040b\134c rw - sysfs sysfs rw
";
        let found: Vec<PathBuf> = mount_points(table).collect();
        assert_eq!(found, [PathBuf::from("/proc"), PathBuf::from(r"/a b\c")]);
    }
}
