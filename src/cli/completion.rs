//! Completion: the shell calls us with the words typed so far, and gets what may follow, also gates and rules.

use std::ffi::OsStr;

use clap_complete::engine::CompletionCandidate;
use clap_complete::env::{Bash, CompleteEnv, EnvCompleter, Fish, Zsh};

use super::arguments::ShellName;
use super::{explain, overview};
use crate::base::environment::Environment;
use crate::base::exit_code::ExitCode;
use crate::base::fault::{Fault, Result};
use crate::config::source;
use crate::git::Repository;
use crate::report::print_bytes;

/// The variable by which the shell says that it wants completions.
const VARIABLE: &str = "COMPLETE";

/// Answers the shell, if this is a call for completions: the variable is set, and the words typed so far come after
/// `--`. The variable alone, which a user may have exported, must never make a hook succeed.
pub(super) fn complete() -> Option<ExitCode> {
    std::env::var_os(VARIABLE)?;
    std::env::args_os().nth(1).filter(|first| first == "--")?;
    let here = std::env::current_dir().ok();
    let is_answered = CompleteEnv::with_factory(overview::command)
        .var(VARIABLE)
        .try_complete(std::env::args_os(), here.as_deref());
    match is_answered {
        Ok(true) => Some(ExitCode::Passed),
        Ok(false) => None,
        Err(error) => {
            let _ = error.print();
            Some(ExitCode::Usage)
        }
    }
}

pub(super) fn completions(shell: ShellName) -> Result<ExitCode> {
    let completer: &dyn EnvCompleter = match shell {
        ShellName::Bash => &Bash,
        ShellName::Zsh => &Zsh,
        ShellName::Fish => &Fish,
    };
    let mut script = Vec::new();
    completer
        .write_registration(
            VARIABLE,
            "gatekeeper",
            "gatekeeper",
            "gatekeeper",
            &mut script,
        )
        .and_then(|()| print_bytes(&script))
        .map_err(|error| Fault::unable("cannot print the completions").because(&error))?;
    Ok(ExitCode::Passed)
}

/// The gates of this repository. Without a sound gates.toml there are none to offer.
pub(super) fn gates(begun: &OsStr) -> Vec<CompletionCandidate> {
    let config = Environment::read()
        .and_then(|environment| Repository::open_from_env(&environment))
        .and_then(|repository| source::work_tree_config(&repository));
    let names = config.map(|config| config.gates.into_iter().map(|gate| gate.name.to_string()));
    beginning(begun, names.into_iter().flatten())
}

/// What `gatekeeper explain` knows.
pub(super) fn explained(begun: &OsStr) -> Vec<CompletionCandidate> {
    beginning(begun, explain::names().into_iter())
}

fn beginning(begun: &OsStr, names: impl Iterator<Item = String>) -> Vec<CompletionCandidate> {
    let begun = begun.to_string_lossy();
    names
        .filter(|name| name.starts_with(&*begun))
        .map(CompletionCandidate::new)
        .collect()
}
