//! Writing to standard output and standard error.

use std::borrow::Cow;
use std::io::{self, Write as _};
use std::sync::OnceLock;

use super::style::Style;
use crate::base::fault::Result;

/// What our texts call the program, at the beginning of a command that can be pasted.
const NAME: &str = "gatekeeper";

/// How the user can call the program, where its name alone does not lead to it. A property of the process, found out
/// once at the edge; see decision 100.
static PROGRAM: OnceLock<String> = OnceLock::new();

/// Lets all commands in later messages begin with this word of a shell in place of the program's name.
pub(crate) fn call_program(word: &str) {
    if word != NAME {
        let _ = PROGRAM.set(word.to_owned());
    }
}

/// A text with its commands as they can be pasted here.
fn pasteable(text: &str) -> Cow<'_, str> {
    match PROGRAM.get() {
        Some(program) => with_program(text, program).into(),
        None => text.into(),
    }
}

/// A text in which the commands that begin with the program's name begin with another word.
fn with_program(text: &str, program: &str) -> String {
    let mut text = text.to_owned();
    // A command is between backquotes, and may follow another one.
    for before in ["`", "&& "] {
        text = text.replace(&format!("{before}{NAME} "), &format!("{before}{program} "));
    }
    text
}

/// Prints the result of a command. If it cannot be printed, the command has failed.
pub(crate) fn print(text: &str) -> Result<()> {
    write_output(text).map_err(|error| {
        crate::base::fault::Fault::unable("cannot write to standard output").because(&error)
    })
}

/// Prints the result of a command for people, in which commands may stand; see [`print()`].
pub(crate) fn print_text(text: &str) -> Result<()> {
    print(&pasteable(text))
}

/// Writes a message for people to standard error. A terminal that is gone must not stop us.
pub(crate) fn say(text: &str) {
    let _ = io::stderr().lock().write_all(pasteable(text).as_bytes());
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

#[cfg(test)]
mod tests {
    use super::with_program;

    #[test]
    fn only_commands_get_the_other_word() {
        let text = "gatekeeper found it; run `gatekeeper fix && gatekeeper run a`, or `gatekeeper`";
        assert_eq!(
            with_program(text, "'/a b/gatekeeper'"),
            "gatekeeper found it; run `'/a b/gatekeeper' fix && '/a b/gatekeeper' run a`, or `gatekeeper`"
        );
    }
}
