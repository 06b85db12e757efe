//! Commands, as far as they would bypass the gates. Nothing is run: a script is read, variables and substitutions
//! that the line itself defines are put in, and every command in it is judged.

mod built_in;
mod call;
mod changes;
mod clients;
mod code;
mod collected;
mod embedded;
mod expansion;
mod fd;
mod files;
mod filters;
mod found;
mod git;
mod git_config;
mod git_files;
mod git_follow;
mod links;
mod list_value;
mod lost_status;
mod output;
mod powershell;
mod removal;
mod shells;
mod starters;
mod startup;
mod state;
mod walk;
mod words;

use std::path::Path;

use state::{Surroundings, Walk};

pub(crate) use clients::tool_refusal;
pub(crate) use state::{Judged, Outside, Shell, TypedCommit};

/// Judges a command. `dir` is the directory of the agent.
#[must_use]
pub(crate) fn judge(text: &str, shell: Shell, dir: &Path, outside: Outside<'_>) -> Judged {
    let mut walk = Walk::new(dir, outside);
    match shell {
        Shell::Posix => walk.script(text, &Surroundings::default()),
        Shell::PowerShell => walk.powershell(text),
    }
    walk.judged
}

#[cfg(test)]
mod tests;
