//! Runs the hook that was there before ours: with its arguments, its input and git's environment,
//! and as if it still stood in its place.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::{self, Read as _};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::Command;

use rustix::fs::{Access, access};

use crate::environment::Environment;
use crate::exit_code::ExitCode;
use crate::fault::{Fault, Result};
use crate::text::show_path;

/// Runs the kept hook. `place` is the path under which git started ours.
///
/// Returns how it ended, or `None` if there is none or, as git has it, if it is not executable.
///
/// # Errors
///
/// It cannot be started, which is never a pass.
pub fn run_chained(
    environment: &Environment,
    kept: &Path,
    place: &OsStr,
    arguments: &[OsString],
) -> Result<Option<ExitCode>> {
    if fs::symlink_metadata(kept).is_err() || access(kept, Access::EXEC_OK).is_err() {
        return Ok(None);
    }
    let cannot = |error: io::Error| {
        Fault::unable(format!(
            "the hook that was here before gatekeeper cannot be started: {}",
            show_path(kept)
        ))
        .because(&error)
        .hint("mend it, or remove it if it is not needed any more")
    };
    // A script of a shell's is read by its shell under the name of the place where it used to
    // stand: many find their other files from `$0`.
    let mut command = if let Some(shell) = shell_of(kept).map_err(cannot)? {
        let mut words = shell.into_iter();
        let mut command = Command::new(words.next().unwrap_or_default());
        command
            .args(words)
            .args(["-c", ". \"$GATEKEEPER_CHAINED\""])
            .arg(place);
        command.env("GATEKEEPER_CHAINED", with_slash(kept));
        command
    } else {
        Command::new(with_slash(kept))
    };
    command.args(arguments);
    let variables = environment.variables.iter();
    let status = command.envs(variables).status().map_err(cannot)?;
    Ok(Some(match (status.code(), status.signal()) {
        (Some(0), _) => ExitCode::Passed,
        (Some(code), _) => ExitCode::Chained(u8::try_from(code).unwrap_or(1).max(1)),
        (None, signal) => ExitCode::Signal(signal.unwrap_or(1)),
    }))
}

/// A path that no program takes for a name to be looked up on PATH.
fn with_slash(path: &Path) -> OsString {
    if path.as_os_str().as_bytes().contains(&b'/') {
        path.as_os_str().to_owned()
    } else {
        Path::new(".").join(path).into()
    }
}

/// The shell, with its options, that the first line names, if it is one.
fn shell_of(script: &Path) -> io::Result<Option<Vec<OsString>>> {
    const SHELLS: [&str; 6] = ["sh", "bash", "dash", "ksh", "zsh", "ash"];
    let mut beginning = Vec::new();
    fs::File::open(script)?
        .take(512)
        .read_to_end(&mut beginning)?;
    let Some(line) = beginning.strip_prefix(b"#!") else {
        return Ok(None);
    };
    let line = line.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let words: Vec<OsString> = line
        .split(|byte| matches!(byte, b' ' | b'\t'))
        .filter(|word| !word.is_empty())
        .map(|word| OsStr::from_bytes(word).to_owned())
        .collect();
    let is_named =
        |word: &OsString, name: &str| Path::new(word).file_name() == Some(OsStr::new(name));
    let is_shell = |word: &OsString| SHELLS.iter().any(|shell| is_named(word, shell));
    Ok(match words.as_slice() {
        [env, shell, ..] if is_named(env, "env") && is_shell(shell) => Some(words[1..].to_vec()),
        [shell, ..] if is_shell(shell) => Some(words),
        _ => None,
    })
}
