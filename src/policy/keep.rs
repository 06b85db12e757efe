//! Keeps a refused message, so that nothing typed is ever lost.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// How many messages are kept.
const KEPT: usize = 5;

/// Writes a message into the folder as the newest one, and returns its file. Older ones move on;
/// the oldest goes. One that is the same as the newest is not kept twice.
///
/// # Errors
///
/// The folder cannot be written.
pub fn keep(folder: &Path, message: &[u8]) -> io::Result<PathBuf> {
    fs::create_dir_all(folder)?;
    let file = |age: usize| match age {
        0 => folder.join("message"),
        age => folder.join(format!("message-{}", age + 1)),
    };
    let newest = file(0);
    if fs::read(&newest).is_ok_and(|present| present == message) {
        return Ok(newest);
    }
    // Written whole before anything moves: a disk that is full costs no older message.
    let mut new = tempfile::NamedTempFile::new_in(folder)?;
    new.write_all(message)?;
    new.as_file().sync_all()?;
    for age in (0..KEPT - 1).rev() {
        match fs::rename(file(age), file(age + 1)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    new.persist(&newest)?;
    Ok(newest)
}

/// Keeps a message where temporary files go, for want of a better place. Nothing is moved on.
///
/// # Errors
///
/// That cannot be written either.
pub fn keep_elsewhere(message: &[u8]) -> io::Result<PathBuf> {
    let mut file = tempfile::Builder::new()
        .prefix("gatekeeper-message-")
        .tempfile()?;
    file.write_all(message)?;
    let (_, path) = file.keep()?;
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_five_are_kept() {
        let folder = tempfile::tempdir().unwrap();
        for number in 1..=7 {
            let text = format!("message {number}");
            for _ in 0..2 {
                let file = keep(folder.path(), text.as_bytes()).unwrap();
                assert_eq!(fs::read_to_string(file).unwrap(), text);
            }
        }
        let text = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
        assert_eq!(text("message"), "message 7");
        assert_eq!(text("message-2"), "message 6");
        assert_eq!(text("message-5"), "message 3");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 5);
    }
}
