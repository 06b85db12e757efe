//! Asks a program who it is.

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::base::environment::Environment;

/// Whether the program can be started and its `--version` begins like this.
#[must_use]
pub(crate) fn probe_version(program: &Path, environment: &Environment, beginning: &str) -> bool {
    output(program.as_os_str(), environment, None).is_some_and(|output| {
        output.status.success() && output.stdout.starts_with(beginning.as_bytes())
    })
}

/// The version that a program prints for `--version`: the first word that looks like one. `path` is where it is looked
/// for.
#[must_use]
pub(crate) fn printed_version(
    program: &str,
    environment: &Environment,
    path: &OsStr,
) -> Option<String> {
    let output = output(program.as_ref(), environment, Some(path))?;
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut words = printed.split(|c: char| c.is_whitespace() || matches!(c, ',' | '(' | ')'));
    let version = words.find_map(|word| {
        let word = word.trim_start_matches('v');
        let is_version = word.starts_with(|c: char| c.is_ascii_digit()) && word.contains('.');
        is_version.then(|| word.to_owned())
    });
    version.filter(|_| output.status.success())
}

fn output(program: &OsStr, environment: &Environment, path: Option<&OsStr>) -> Option<Output> {
    let mut command = Command::new(program);
    command
        .arg("--version")
        .env_clear()
        .envs(&environment.variables)
        .stdin(Stdio::null());
    if let Some(path) = path {
        command.env("PATH", path);
    }
    command.output().ok()
}
