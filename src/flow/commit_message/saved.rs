//! Keeps a refused message, so that nothing typed is ever lost.

use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// How the name of a message's file begins.
const PREFIX: &str = "message-";

/// How many messages are kept at least.
const KEPT: usize = 5;

/// How long every message is kept, however many there are: the command that was printed for it may
/// still be used.
const AGE: Duration = Duration::from_hours(24);

/// Writes a message into a file of its own in the folder, and returns that. It is named after the
/// message, so that no later refusal, and no other one at the same time, changes what a printed
/// command commits.
///
/// # Errors
///
/// The folder cannot be written.
pub(crate) fn keep(folder: &Path, message: &[u8]) -> io::Result<PathBuf> {
    fs::create_dir_all(folder)?;
    let mut hasher = DefaultHasher::new();
    message.hash(&mut hasher);
    let name = format!("{PREFIX}{:07x}", hasher.finish() >> 36);
    let mut file = folder.join(&name);
    let mut number = 1;
    // Somebody may have edited it since, and then it is not the same any more.
    while let Ok(present) = fs::read(&file) {
        if present == message {
            touch(&file);
            return Ok(file);
        }
        number += 1;
        file = folder.join(format!("{name}-{number}"));
    }
    let mut new = tempfile::NamedTempFile::new_in(folder)?;
    new.write_all(message)?;
    new.as_file().sync_all()?;
    new.persist(&file)?;
    tidy(folder);
    Ok(file)
}

/// A message that is refused again is as new as any.
fn touch(file: &Path) {
    if let Ok(file) = fs::File::options().append(true).open(file) {
        let _ = file.set_modified(SystemTime::now());
    }
}

/// Removes messages that are old, but for the newest ones.
fn tidy(folder: &Path) {
    let mut messages: Vec<(SystemTime, PathBuf)> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .filter(|entry| entry.file_name().to_string_lossy().starts_with(PREFIX))
        .filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.path())))
        .collect();
    messages.sort();
    let spare = messages.len().saturating_sub(KEPT);
    for (modified, file) in messages.into_iter().take(spare) {
        if modified.elapsed().is_ok_and(|age| age > AGE) {
            let _ = fs::remove_file(file);
        }
    }
}

/// Keeps a message where temporary files go, for want of a better place.
///
/// # Errors
///
/// That cannot be written either.
pub(crate) fn keep_elsewhere(message: &[u8]) -> io::Result<PathBuf> {
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
    fn each_message_has_a_file_of_its_own() {
        let folder = tempfile::tempdir().unwrap();
        let keep = |text: &str| keep(folder.path(), text.as_bytes()).unwrap();
        let one = keep("one");
        let two = keep("two");
        assert_ne!(one, two);
        assert_eq!(keep("one"), one);
        assert_eq!(fs::read_to_string(&one).unwrap(), "one");
        // What somebody has edited is not written over.
        fs::write(&one, "edited").unwrap();
        let again = keep("one");
        assert_ne!(again, one);
        assert_eq!(fs::read_to_string(&one).unwrap(), "edited");
        assert_eq!(fs::read_to_string(&again).unwrap(), "one");
    }

    #[test]
    fn old_messages_go_but_for_five() {
        let folder = tempfile::tempdir().unwrap();
        let long_ago = SystemTime::now() - 3 * AGE;
        for number in 0..8 {
            let file = keep(folder.path(), format!("message {number}").as_bytes()).unwrap();
            let file = fs::File::options().append(true).open(file).unwrap();
            file.set_modified(long_ago + Duration::from_secs(number))
                .unwrap();
        }
        keep(folder.path(), b"new").unwrap();
        let mut left: Vec<String> = fs::read_dir(folder.path())
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
