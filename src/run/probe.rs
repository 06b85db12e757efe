//! Asks a program who it is.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::base::environment::Environment;

/// Whether the program can be started and its `--version` begins like this.
#[must_use]
pub(crate) fn probe_version(program: &Path, environment: &Environment, beginning: &str) -> bool {
    let output = Command::new(program)
        .arg("--version")
        .env_clear()
        .envs(&environment.variables)
        .stdin(Stdio::null())
        .output();
    output.is_ok_and(|output| {
        output.status.success() && output.stdout.starts_with(beginning.as_bytes())
    })
}
