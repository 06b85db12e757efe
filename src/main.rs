//! The gatekeeper program.

use std::process::ExitCode;

fn main() -> ExitCode {
    gatekeeper::cli::main().into()
}
