//! The gatekeeper program.

use std::process::ExitCode;

/// The allocator of musl gives memory back to the kernel so readily that a commit takes a third more page faults.
#[cfg(target_env = "musl")]
#[global_allocator]
static ALLOCATOR: dlmalloc::GlobalDlmalloc = dlmalloc::GlobalDlmalloc;

fn main() -> ExitCode {
    gatekeeper::main().into()
}
