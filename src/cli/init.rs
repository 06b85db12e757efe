//! `gatekeeper init`.

use std::fs;
use std::io::{self, IsTerminal as _, Write as _};

use super::arguments::InitArguments;
use crate::base::environment::Environment;
use crate::base::exit_code::ExitCode;
use crate::base::fault::{Fault, Result};
use crate::config::FILE_NAME;
use crate::detect::{Habits, SAMPLE, Trial, gates_toml};
use crate::flow::detected::{detected, nothing_found};
use crate::flow::self_path;
use crate::flow::trial::try_out;
use crate::git::Repository;
use crate::report::terminal::print;
use crate::report::{self, Detail, Style};

pub(super) fn init(environment: &Environment, arguments: &InitArguments) -> Result<ExitCode> {
    let repository = Repository::open_from_env(environment)?;
    let path = repository.work_tree.join(FILE_NAME);
    if !arguments.dry_run && fs::symlink_metadata(&path).is_ok() {
        return Err(exists());
    }
    let style = Style::for_errors(environment, Detail::Normal);
    let found = detected(&repository)?;
    report::say(&report::detected(&found, style));
    if found.gates.is_empty() {
        return Err(nothing_found());
    }
    let messages = repository.last_messages(SAMPLE)?;
    let habits = Habits::of(messages.iter().map(String::as_str));
    if arguments.dry_run {
        print(&gates_toml(&found, &habits, |_| Trial::None))?;
        return Ok(ExitCode::Passed);
    }
    if !arguments.yes && !is_confirmed(style)? {
        report::say("nothing was written\n");
        return Ok(ExitCode::Failed);
    }
    let tried = try_out(environment, &found, style)?;
    let trial = |name: &str| {
        let one = tried.iter().find(|one| one.name == name);
        one.map_or(Trial::None, |one| one.trial)
    };
    let text = gates_toml(&found, &habits, trial);
    write_new(&path, &text)?;
    let program = self_path::call(environment);
    let tried: Vec<_> = tried
        .into_iter()
        .map(|one| (one.name, one.trial, one.duration))
        .collect();
    report::say(&report::initialised(&tried, &program, style));
    Ok(ExitCode::Passed)
}

/// Asks on a terminal; without one, nobody can answer, and the call itself is the answer.
fn is_confirmed(style: Style) -> Result<bool> {
    if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        return Ok(true);
    }
    report::say(&format!(
        "{} ",
        style.strong(&format!("run each gate once and write {FILE_NAME}? [Y/n]"))
    ));
    let mut answer = String::new();
    io::stdin()
        .read_line(&mut answer)
        .map_err(|error| Fault::unable("cannot read the answer").because(&error))?;
    let answer = answer.trim().to_ascii_lowercase();
    Ok(matches!(answer.as_str(), "" | "y" | "yes"))
}

/// Writes a file that is not there yet, whole or not at all.
fn write_new(path: &std::path::Path, text: &str) -> Result<()> {
    let cannot =
        |error: &io::Error| Fault::unable(format!("cannot write {FILE_NAME}")).because(error);
    let dir = path.parent().unwrap_or(path);
    let mut file = tempfile::NamedTempFile::new_in(dir).map_err(|error| cannot(&error))?;
    file.write_all(text.as_bytes())
        .and_then(|()| file.as_file().sync_all())
        .map_err(|error| cannot(&error))?;
    let permissions = std::os::unix::fs::PermissionsExt::from_mode(0o644);
    file.as_file()
        .set_permissions(permissions)
        .map_err(|error| cannot(&error))?;
    match file.persist_noclobber(path) {
        Ok(_) => Ok(()),
        Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => Err(exists()),
        Err(error) => Err(cannot(&error.error)),
    }
}

fn exists() -> Fault {
    Fault::usage(format!("{FILE_NAME} already exists")).hint(
        "check it with `gatekeeper config check`, or see what would be written with `gatekeeper \
         init --dry-run`",
    )
}
