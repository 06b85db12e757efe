//! Reads the text of a configuration into memory, whatever kind of file is in its place.

use std::fs;
use std::io::{ErrorKind, Read as _};
use std::path::{Component, Path, PathBuf};

use crate::base::fault::{Fault, Result};
use crate::base::text::show_path;

/// The fault about a missing configuration.
#[must_use]
pub(crate) fn missing(looked_in: &Path) -> Fault {
    Fault::usage(format!(
        "there is no {FILE_NAME} in {}",
        show_path(looked_in)
    ))
    .hint(
        "run `gatekeeper init` to find the project's checks and write the file; `gatekeeper config \
         example` prints every key",
    )
}

/// The name of the configuration file, at the top of the work tree.
pub(crate) const FILE_NAME: &str = "gates.toml";

/// Whether a path is that of a gates.toml, at the top or in a directory.
#[must_use]
pub(crate) fn is_gates_file(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name == FILE_NAME)
}

/// The largest configuration, in bytes. A larger file is not a configuration.
const MAX_SIZE: u64 = 1 << 20;

/// A configuration's text, and its name in messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigText {
    /// The file as messages name it.
    pub name: String,
    /// Its content, without a byte order mark.
    pub text: String,
}

/// The file that holds the configuration, relative to the work tree's top.
///
/// Symbolic links are followed, but not out of the work tree: files outside are not part of any
/// commit.
///
/// # Errors
///
/// There is no such file, it is not a regular file, or it cannot be reached.
pub(crate) fn find(top: &Path) -> Result<PathBuf> {
    let path = top.join(FILE_NAME);
    let metadata = match fs::symlink_metadata(&path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return Err(missing(top));
        }
        Err(error) => return Err(unreadable(FILE_NAME).because(&error)),
    };
    let relative = if metadata.is_symlink() {
        let shown = fs::read_link(&path).map_or_else(|_| "?".into(), |target| show_path(&target));
        let link = format!("{FILE_NAME} is a symbolic link to {shown}, which");
        let target = fs::canonicalize(&path)
            .map_err(|error| Fault::usage(format!("{link} does not exist")).because(&error))?;
        let top = fs::canonicalize(top).unwrap_or_else(|_| top.to_owned());
        let inside = target.strip_prefix(&top).map_err(|_| {
            Fault::usage(format!("{link} is outside the work tree")).hint(
                "a commit does not contain files outside the work tree; replace the link \
                    with the file",
            )
        })?;
        inside.to_owned()
    } else {
        PathBuf::from(FILE_NAME)
    };
    let metadata = fs::metadata(&path).map_err(|error| unreadable(FILE_NAME).because(&error))?;
    if metadata.is_file() {
        Ok(relative)
    } else if metadata.is_dir() {
        Err(
            Fault::usage(format!("{FILE_NAME} is a directory")).hint(format!(
                "{FILE_NAME} must be a TOML file; move the directory away"
            )),
        )
    } else {
        // Opening a named pipe would wait for ever.
        Err(Fault::usage(format!("{FILE_NAME} is not a regular file")))
    }
}

/// The target of a link in the work tree, relative to the top; `None` if it leads out.
#[must_use]
pub(crate) fn link_target(link: &Path, target: &Path) -> Option<PathBuf> {
    let mut inside = link.parent().unwrap_or(Path::new("")).to_owned();
    for component in target.components() {
        match component {
            Component::CurDir => {}
            Component::Normal(name) => inside.push(name),
            Component::ParentDir => {
                if !inside.pop() {
                    return None;
                }
            }
            Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    Some(inside)
}

impl ConfigText {
    /// Reads a file of the work tree.
    ///
    /// # Errors
    ///
    /// It cannot be read, is too large, or is not UTF-8.
    pub(crate) fn read(top: &Path, relative: &Path) -> Result<Self> {
        let name = show_path(relative);
        let mut bytes = Vec::new();
        fs::File::open(top.join(relative))
            .and_then(|file| file.take(MAX_SIZE + 1).read_to_end(&mut bytes))
            .map_err(|error| unreadable(&name).because(&error))?;
        from_bytes(name, bytes)
    }
}

/// Makes a configuration text from bytes.
///
/// # Errors
///
/// There are too many bytes, or they are not UTF-8.
pub(crate) fn from_bytes(name: String, bytes: Vec<u8>) -> Result<ConfigText> {
    if bytes.len() as u64 > MAX_SIZE {
        return Err(
            Fault::usage(format!("{name} is larger than {MAX_SIZE} bytes"))
                .hint("this is not a gatekeeper configuration"),
        );
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let valid = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = valid.split(|byte| *byte == b'\n').count();
        let column = 1 + valid
            .iter()
            .rev()
            .take_while(|byte| **byte != b'\n')
            .count();
        let fault = Fault::usage(format!("{name}:{line}:{column}: this is not valid UTF-8"));
        let utf16 =
            error.as_bytes().starts_with(b"\xff\xfe") || error.as_bytes().starts_with(b"\xfe\xff");
        fault.hint(if utf16 {
            "the file seems to be UTF-16; save it as UTF-8"
        } else {
            "save the file as UTF-8"
        })
    })?;
    let text = match text.strip_prefix('\u{feff}') {
        Some(without_mark) => without_mark.to_owned(),
        None => text,
    };
    Ok(ConfigText { name, text })
}

fn unreadable(name: &str) -> Fault {
    Fault::unable(format!("cannot read {name}"))
}
