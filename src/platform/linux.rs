//! Linux.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt as _;

use rustix::process::{Resource, getrlimit};

/// The most bytes that the arguments and variables of one new process may take together.
///
/// execve(2): a quarter of the stack's limit, at least 128 KiB and at most 6 MiB.
#[must_use]
pub fn argument_limit() -> usize {
    const LEAST: u64 = 128 << 10;
    const MOST: u64 = 6 << 20;
    let stack = getrlimit(Resource::Stack).current.unwrap_or(u64::MAX);
    usize::try_from((stack / 4).clamp(LEAST, MOST)).unwrap_or(128 << 10)
}

/// The arguments of the process that started us, if they can be had.
#[must_use]
pub fn parent_arguments() -> Option<Vec<OsString>> {
    let parent = rustix::process::getppid()?.as_raw_nonzero();
    let bytes = std::fs::read(format!("/proc/{parent}/cmdline")).ok()?;
    let words = bytes.strip_suffix(b"\0")?.split(|byte| *byte == 0);
    Some(
        words
            .map(|word| OsStr::from_bytes(word).to_owned())
            .collect(),
    )
}

/// Names this process, so that who kills gatekeepers by name does not kill the guard with them.
pub fn name_process(name: &std::ffi::CStr) {
    // A process that keeps its old name works as well.
    let _ = rustix::thread::set_name(name);
}
