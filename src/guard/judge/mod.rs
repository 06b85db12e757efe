//! Commands, as far as they would bypass the gates. Nothing is run: a script is read, variables and substitutions
//! that the line itself defines are put in, and every command in it is judged.

mod built_in;
mod clients;
mod code;
mod files;
mod git;
mod git_config;
mod git_follow;
mod output;
mod powershell;
mod shells;
mod starters;
mod walk;
mod words;

use std::path::{Path, PathBuf};

pub(crate) use clients::tool_refusal;

use super::paths::names_any;
use super::refusal::{GuardRule, Refusal};

/// In what a command is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shell {
    /// A POSIX shell or bash.
    Posix,
    /// PowerShell.
    PowerShell,
}

/// What was found out about a command.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Judged {
    /// Why it is refused.
    pub(crate) refusal: Option<Refusal>,
    /// The commits that it makes.
    pub(crate) commits: Vec<TypedCommit>,
}

/// A `git commit`, as it was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TypedCommit {
    /// Its words, from `git` onwards.
    pub(crate) words: Vec<String>,
    /// The directory in which it runs, relative to where the agent is.
    pub(crate) dir: PathBuf,
    /// Whether it runs in the background.
    pub(crate) in_background: bool,
    /// The text that it reads from standard input, if that is known.
    pub(crate) input: Option<String>,
}

/// What git stands for by a name that is no command of its own: `Some("commit -n")`, say. The directory is the one
/// in which git runs.
pub(crate) type Aliases<'a> = dyn Fn(&Path, &str) -> Option<String> + 'a;

/// Judges a command.
#[must_use]
pub(crate) fn judge(text: &str, shell: Shell, aliases: &Aliases<'_>) -> Judged {
    let mut walk = walk::Walk::new(aliases);
    match shell {
        Shell::Posix => walk.script(text, &walk::Surroundings::default()),
        Shell::PowerShell => powershell::judge(text, &mut walk),
    }
    walk.judged
}

/// The refusal of what cannot be read, if it names git, gatekeeper or a protected path.
pub(crate) fn unreadable(text: &str) -> Option<Refusal> {
    names_any(text.as_bytes()).then(|| {
        Refusal::new(
            GuardRule::Unreadable,
            format!("`{text}` cannot be read"),
            "the same as a plain command, or as several, without unfinished quotes",
        )
    })
}

#[cfg(test)]
mod tests;
