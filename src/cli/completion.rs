//! Completion: the shell calls us with the words typed so far, and gets what may follow.

use clap_complete::env::{Bash, CompleteEnv, EnvCompleter, Fish, Zsh};

use super::arguments::ShellName;
use super::overview;
use crate::base::exit_code::ExitCode;
use crate::base::fault::{Fault, Result};
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
