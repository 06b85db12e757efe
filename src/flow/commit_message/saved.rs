//! Keeps a refused message, so that nothing typed is ever lost.

use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use crate::base::replace::{Durability, PRIVATE, replace_file};

/// Where refused messages are saved, below the git directory.
pub(crate) const DIR: &str = "gatekeeper";

/// How the name of a message's file begins.
const PREFIX: &str = "message-";

/// How many messages are kept at least.
const KEPT: usize = 5;

/// How long every message is kept, however many there are: the command that was printed for it may
/// still be used.
const AGE: Duration = Duration::from_hours(24);

/// Writes a message into a file of its own in the directory, and returns that. It is named after the
/// message, so that no later refusal, and no other one at the same time, changes what a printed
/// command commits.
///
/// # Errors
///
/// The directory cannot be written.
pub(crate) fn save(dir: &Path, message: &[u8]) -> io::Result<PathBuf> {
    fs::create_dir_all(dir)?;
    let mut hasher = DefaultHasher::new();
    message.hash(&mut hasher);
    let name = format!("{PREFIX}{:07x}", hasher.finish() >> 36);
    let mut file = dir.join(&name);
    let mut number = 1;
    // A file with another message stays: it may have been edited since. So does one that cannot be
    // read.
    while fs::symlink_metadata(&file).is_ok() {
        if fs::read(&file).is_ok_and(|present| present == message) {
            touch(&file);
            return Ok(file);
        }
        number += 1;
        file = dir.join(format!("{name}-{number}"));
    }
    replace_file(&file, message, PRIVATE, Durability::Synced)?;
    tidy(dir);
    Ok(file)
}

/// A message that is refused again is as new as any.
fn touch(file: &Path) {
    if let Ok(file) = fs::File::options().append(true).open(file) {
        let _ = file.set_modified(SystemTime::now());
    }
}

/// Removes messages that are old, but for the newest ones.
fn tidy(dir: &Path) {
    let messages = saved_in(dir);
    let spare = messages.len().saturating_sub(KEPT);
    for (modified, file) in messages.into_iter().take(spare) {
        if modified.elapsed().is_ok_and(|age| age > AGE) {
            let _ = fs::remove_file(file);
        }
    }
}

/// Removes the saved messages that a commit has now: every line of them is in its message, in the same order.
/// What a commit lacks stays, and so does what cannot be removed.
pub(crate) fn remove_committed(dir: &Path, committed: impl FnOnce() -> Option<Vec<u8>>) {
    let saved = saved_in(dir);
    if saved.is_empty() {
        return;
    }
    let Some(committed) = committed() else { return };
    for (_, file) in saved {
        if fs::read(&file).is_ok_and(|message| has_every_line(&committed, &message)) {
            let _ = fs::remove_file(file);
        }
    }
}

/// Whether a message has every line of another one, but blank ones, in the same order.
fn has_every_line(message: &[u8], other: &[u8]) -> bool {
    let lines = |text: &'_ [u8]| -> Vec<Vec<u8>> {
        let lines = text
            .split(|byte| *byte == b'\n')
            .map(<[u8]>::trim_ascii_end);
        let lines = lines.filter(|line| !line.is_empty());
        lines.map(<[u8]>::to_vec).collect()
    };
    let mut present = lines(message).into_iter();
    let wanted = lines(other);
    wanted.iter().all(|line| present.any(|one| one == *line))
}

/// The saved messages in a directory, the oldest first.
fn saved_in(dir: &Path) -> Vec<(SystemTime, PathBuf)> {
    let is_saved = |name: &str| name.strip_prefix(PREFIX).is_some_and(is_id);
    let mut messages: Vec<(SystemTime, PathBuf)> = fs::read_dir(dir)
        .into_iter()
        .flatten()
        .flatten()
        .filter(|entry| is_saved(&entry.file_name().to_string_lossy()))
        .filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.path())))
        .collect();
    messages.sort();
    messages
}

/// Whether a saved message can have this after the beginning of its name: other files begin in the same way.
fn is_id(id: &str) -> bool {
    let is_of_id = |byte: u8| byte.is_ascii_hexdigit() || byte == b'-';
    id.starts_with(|first: char| first.is_ascii_hexdigit()) && id.bytes().all(is_of_id)
}

/// Keeps a message where temporary files go, for want of a better place.
///
/// # Errors
///
/// That cannot be written either.
pub(crate) fn save_to_temp(message: &[u8]) -> io::Result<PathBuf> {
    let mut file = tempfile::Builder::new()
        .prefix("gatekeeper-message-")
        .tempfile()?;
    file.write_all(message)?;
    file.as_file().sync_all()?;
    let (_, path) = file.keep()?;
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_message_has_a_file_of_its_own() {
        let dir = tempfile::tempdir().unwrap();
        let saved = |text: &str| save(dir.path(), text.as_bytes()).unwrap();
        let one = saved("one");
        let two = saved("two");
        assert_ne!(one, two);
        assert_eq!(saved("one"), one);
        assert_eq!(fs::read_to_string(&one).unwrap(), "one");
        // What somebody has edited is not written over.
        fs::write(&one, "edited").unwrap();
        let again = saved("one");
        assert_ne!(again, one);
        assert_eq!(fs::read_to_string(&one).unwrap(), "edited");
        assert_eq!(fs::read_to_string(&again).unwrap(), "one");
        // Nor is what cannot be read.
        fs::remove_file(&two).unwrap();
        fs::create_dir(&two).unwrap();
        let again = saved("two");
        assert_eq!(fs::read_to_string(&again).unwrap(), "two");
        assert_eq!(again.parent(), Some(dir.path()));
    }

    #[test]
    fn a_message_goes_once_every_line_of_it_is_committed() {
        let dir = tempfile::tempdir().unwrap();
        let cases = [
            ("Add x\n\nBody.\n", true),
            ("Add x\n\nClosed: 1\n", true),
            ("Add x  \n", true),
            ("Add x\n\nBody, longer.\n", false),
            ("Body.\nAdd x\n", false),
            ("Add y\n", false),
        ];
        let other = dir.path().join("message-let-through");
        fs::write(&other, "Add x\n").unwrap();
        let files = cases.map(|(text, goes)| (save(dir.path(), text.as_bytes()).unwrap(), goes));
        remove_committed(dir.path(), || None);
        assert!(files.iter().all(|(file, _)| file.exists()));
        remove_committed(dir.path(), || {
            Some(b"Add x\n\nBody.\n\nClosed: 1\n".to_vec())
        });
        for (file, goes) in files {
            assert_eq!(
                !file.exists(),
                goes,
                "{}",
                fs::read_to_string(&file).unwrap_or_default()
            );
        }
        assert!(other.exists());
    }

    #[test]
    fn old_messages_go_but_for_five() {
        let dir = tempfile::tempdir().unwrap();
        let long_ago = SystemTime::now() - 3 * AGE;
        for number in 0..8 {
            let file = save(dir.path(), format!("message {number}").as_bytes()).unwrap();
            let file = fs::File::options().append(true).open(file).unwrap();
            file.set_modified(long_ago + Duration::from_secs(number))
                .unwrap();
        }
        save(dir.path(), b"new").unwrap();
        let mut left: Vec<String> = fs::read_dir(dir.path())
            .unwrap()
            .map(|entry| fs::read_to_string(entry.unwrap().path()).unwrap())
            .collect();
        left.sort();
        assert_eq!(
            left,
            ["message 4", "message 5", "message 6", "message 7", "new"]
        );
    }
}
