//! Writing to standard output and standard error.

use std::io::{self, Write as _};

use super::style::Style;
use crate::base::fault::Result;

/// Prints what a command was asked for. If it cannot be printed, the command has not succeeded.
pub(crate) fn print(text: &str) -> Result<()> {
    write_output(text).map_err(|error| {
        crate::base::fault::Fault::unable("standard output cannot be written").because(&error)
    })
}

/// Says something to people, on standard error. A terminal that is gone must not stop us.
pub(crate) fn say(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

/// Says that we have failed ourselves, on standard error. What is left of a live view is wiped;
/// the thread that has drawn it may not come to that any more.
pub(crate) fn cry(text: &str, style: Style) {
    let wipe = if style.is_live() { WIPE } else { "" };
    say(&format!("{wipe}{text}"));
}

/// Prints something that was asked for, on standard output.
///
/// # Errors
///
/// It could not be written whole.
pub(crate) fn write_output(text: &str) -> io::Result<()> {
    print_bytes(text.as_bytes())
}

/// Prints bytes as they are, on standard output; see [`print`].
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
