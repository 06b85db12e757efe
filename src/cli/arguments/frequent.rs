//! Commands that are called so often that their arguments are read without describing those of all others first.

use std::ffi::OsString;

use clap::{Args, Parser};

use super::{Arguments, Command};

/// The arguments of one command and nothing else.
#[derive(Debug, Parser)]
struct Line<A: Args> {
    #[command(flatten)]
    arguments: A,
}

/// Reads the words behind the program's name if they call a hook, of which a commit starts several, or the guard, which an
/// agent starts before each command. `None` for any other command, and for what is wrong: that is for the parser
/// of all commands to say.
pub(in crate::cli) fn frequent(words: &[OsString]) -> Option<Arguments> {
    let command = match words.first()?.to_str()? {
        "hook" => Command::Hook(line(words)?),
        "guard" => Command::Guard(line(words)?),
        _ => return None,
    };
    Some(Arguments {
        color: None,
        command,
    })
}

/// Whether the words behind the program's name only ask for the version.
pub(in crate::cli) fn is_version(words: &[OsString]) -> bool {
    matches!(words, [word] if word == "--version" || word == "-V")
}

fn line<A: Args>(words: &[OsString]) -> Option<A> {
    let line = Line::try_parse_from(words).ok()?;
    Some(line.arguments)
}
