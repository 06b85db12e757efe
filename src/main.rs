//! The gatekeeper program.

use std::process::ExitCode;

fn main() -> ExitCode {
    gatekeeper::main().into()
}
