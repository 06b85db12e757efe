//! Calls as shell command lines.

use std::path::{Path, PathBuf};

use crate::indirection::{TOP, plain};

/// A call as one shell command line, with `{files}` at its end if it takes files.
#[must_use]
pub(super) fn line(words: &[String], takes_files: bool) -> String {
    let words: Vec<String> = words.iter().map(|word| quoted(word)).collect();
    let mut line = words.join(" ");
    if takes_files {
        line.push_str(" {files}");
    }
    line
}

/// A word as a shell reads it, in quotes only if it needs them.
fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./=:,@%+^".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        word.to_owned()
    } else {
        shell_words::quote(word).into_owned()
    }
}

/// Takes a toolchain (`cargo +nightly`) out of the words.
pub(super) fn toolchain(words: &mut Vec<String>) -> Option<String> {
    let is_toolchain = words.first().is_some_and(|word| word == "cargo")
        && words.get(1).is_some_and(|word| word.starts_with('+'));
    is_toolchain.then(|| words.remove(1))
}

/// Puts a toolchain back. The stable one is that of every project that names no other.
pub(super) fn with_toolchain(mut words: Vec<String>, toolchain: Option<&str>) -> Vec<String> {
    if let Some(toolchain) = toolchain.filter(|toolchain| *toolchain != "+stable") {
        words.insert(1, toolchain.to_owned());
    }
    words
}

/// A word in which a script has named a file of the tree by its own place, `$(dirname "$0")/../src`, as
/// one for the directory in which it runs.
pub(super) fn from_dir(word: &str, dir: &Path) -> String {
    let (option, path) = match word.split_once('=') {
        Some((option, path)) if option.starts_with('-') => (Some(option), path),
        _ => (None, word),
    };
    if !path.starts_with(TOP) {
        return word.to_owned();
    }
    let path = plain(Path::new(path.trim_start_matches('/')));
    let up = dir.components().filter(|_| !path.starts_with(dir));
    let up: PathBuf = up.map(|_| "..").collect();
    let path = up.join(path.strip_prefix(dir).unwrap_or(&path));
    let path = match path.to_string_lossy() {
        path if path.is_empty() => ".".to_owned(),
        path => path.into_owned(),
    };
    option.map_or(path.clone(), |option| format!("{option}={path}"))
}
