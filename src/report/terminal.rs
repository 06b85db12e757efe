//! Writing to standard output and standard error.

use std::io::{self, Write as _};

use super::style::Style;
use crate::base::fault::Result;

/// Prints the result of a command. If it cannot be printed, the command has failed.
pub(crate) fn print(text: &str) -> Result<()> {
    write_output(text).map_err(|error| {
        crate::base::fault::Fault::unable("cannot write to standard output").because(&error)
    })
}

/// Writes a message for people to standard error. A terminal that is gone must not stop us.
pub(crate) fn say(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

/// Writes about a failure of gatekeeper itself to standard error. The rest of a live view is wiped;
/// the thread that has drawn it may no longer be able to.
pub(crate) fn cry(text: &str, style: Style) {
    let wipe = if style.is_live() { WIPE } else { "" };
    say(&format!("{wipe}{text}"));
}

/// Writes the result of a command to standard output.
///
/// # Errors
///
/// It could not be written whole.
pub(crate) fn write_output(text: &str) -> io::Result<()> {
    print_bytes(text.as_bytes())
}

/// Prints bytes as they are, on standard output; see [`print()`].
///
/// # Errors
///
/// They could not be written whole.
pub(crate) fn print_bytes(bytes: &[u8]) -> io::Result<()> {
    let mut output = io::stdout().lock();
    output.write_all(bytes)?;
    output.flush()
}

/// Erases the line that the cursor is in, and all below it.
pub(super) const WIPE: &str = "\r\x1b[J";
