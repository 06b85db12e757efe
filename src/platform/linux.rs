//! Linux.

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

/// Names this process, so that who kills gatekeepers by name does not kill the guard with them.
pub fn name_process(name: &std::ffi::CStr) {
    // A process that keeps its old name works as well.
    let _ = rustix::thread::set_name(name);
}
