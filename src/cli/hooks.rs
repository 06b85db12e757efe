//! `gatekeeper install` and `gatekeeper uninstall`.

use std::path::{Path, PathBuf};

use super::judge;
use crate::config;
use crate::environment::Environment;
use crate::exit_code::ExitCode;
use crate::fault::{Fault, Result};
use crate::git::Repository;
use crate::install::{self, Change, Done};
use crate::report::{self, Detail, Style};
use crate::text::{count, show_path};

pub(super) fn install(environment: &Environment) -> Result<ExitCode> {
    let repository = Repository::open_from_env(environment)?;
    // Hooks without a sound configuration would stop every commit.
    let config = config::parse(&judge::work_tree_text(&repository)?)?;
    let done = install::install(&repository, &program(environment)?)?;
    let style = Style::for_errors(environment, Detail::Normal);
    tell(&done, &repository.work_tree, style);
    let gates = count(config.gates.len(), "gate");
    report::say(&format!(
        "{}: commits in this repository are judged by {gates} from now on\n",
        style.good("done")
    ));
    Ok(ExitCode::Passed)
}

pub(super) fn uninstall(environment: &Environment) -> Result<ExitCode> {
    let repository = Repository::open_from_env(environment)?;
    let done = install::uninstall(&repository)?;
    let style = Style::for_errors(environment, Detail::Normal);
    tell(&done, &repository.work_tree, style);
    report::say(&format!(
        "{}: commits in this repository are no longer judged here\n",
        style.careful("done")
    ));
    Ok(ExitCode::Passed)
}

fn tell(done: &[Done], top: &Path, style: Style) {
    for Done { hook, file, change } in done {
        let word = match change {
            Change::Installed => style.good("installed"),
            Change::Updated => style.good("  updated"),
            Change::Unchanged => style.faint("unchanged"),
            Change::Removed => style.careful("  removed"),
            Change::Absent => style.faint("   absent"),
            Change::Foreign => style.careful("  foreign"),
        };
        let file = show_path(file.strip_prefix(top).unwrap_or(file));
        report::say(&format!("{word}  {hook}  {}\n", style.faint(&file)));
    }
}

/// Our own program, as the hooks will call it: by the path with which it was found, so that a
/// link that is kept up to date (a package manager's) stays in use.
fn program(environment: &Environment) -> Result<PathBuf> {
    let own = std::env::current_exe().map_err(|error| {
        Fault::unable("gatekeeper's own program cannot be found").because(&error)
    })?;
    let real = own.canonicalize().unwrap_or_else(|_| own.clone());
    let is_ours = |file: &PathBuf| file.canonicalize().is_ok_and(|file| file == real);
    let path = environment.get("PATH").unwrap_or_default();
    let on_path = std::env::split_paths(path)
        .filter(|folder| folder.is_absolute())
        .map(|folder| folder.join("gatekeeper"))
        .find(is_ours);
    Ok(on_path.unwrap_or(own))
}
