//! `gatekeeper init`.

use std::fs;
use std::io::{self, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::arguments::InitArguments;
use super::init_ci;
use crate::base::environment::Environment;
use crate::base::exit_code::ExitCode;
use crate::base::fault::{Fault, Result};
use crate::base::text::{clean_line, show_path};
use crate::config::{BASELINE_NAME, Baseline, FILE_NAME};
use crate::detect::{Detected, Habits, SAMPLE, Trial, gates_toml};
use crate::flow::baseline::write as write_baseline;
use crate::flow::detected::{detected, nothing_found, nothing_translated, translated, untracked};
use crate::flow::self_path;
use crate::flow::trial::{TrialRun, Trials, try_out};
use crate::flow::versions::other_versions;
use crate::git::Repository;
use crate::report::terminal::print;
use crate::report::{self, Detail, Style};
use crate::tools::{self, is_installed};

pub(super) fn init(environment: &Environment, arguments: &InitArguments) -> Result<ExitCode> {
    if let Some(ci) = arguments.ci {
        return init_ci::write(environment, ci, arguments.shards, arguments.dry_run);
    }
    let repository = Repository::open_from_env(environment)?;
    let path = repository.work_tree.join(FILE_NAME);
    if !arguments.dry_run && fs::symlink_metadata(&path).is_ok() {
        return Err(exists());
    }
    let style = Style::for_errors(environment, Detail::Normal);
    let found = found_here(&repository, arguments, style)?;
    if found.gates.is_empty() {
        return Err(match arguments.from {
            Some(_) => nothing_translated(),
            None => nothing_found(&repository, &found)?,
        });
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
    let file = new_file(&path)?;
    if repository.work_tree.join(BASELINE_NAME).exists() {
        return Err(Fault::usage(format!(
            "there is a {BASELINE_NAME}, but no {FILE_NAME}, and it would be overwritten"
        ))
        .hint(format!(
            "move it away with `mv {BASELINE_NAME} {BASELINE_NAME}.old`, and try again"
        )));
    }
    let Trials { tried, baseline } = match try_out(environment, &found, style)? {
        TrialRun::Done(trials) => trials,
        TrialRun::Ended(code) => return Ok(code),
    };
    let trial = |name: &str| {
        let one = tried.iter().find(|one| one.name == name);
        one.map_or(Trial::None, |one| one.trial)
    };
    let text = gates_toml(&found, &habits, trial);
    if baseline != Baseline::default() {
        write_baseline(&repository, &baseline)?;
    }
    write_new(file, &path, &text)?;
    for other in other_versions(environment, &repository, &found) {
        report::say(&format!(
            "{}: {} runs version {} here, and version {} by pre-commit\n",
            style.careful("note"),
            other.gate,
            clean_line(other.installed.as_bytes()),
            clean_line(other.wanted.as_bytes())
        ));
    }
    let program = self_path::call(environment);
    let installed_by = |name: &str| {
        let draft = &found.gates.iter().find(|gate| gate.name == name)?.draft;
        let tool = draft.checker.calls.first()?.first()?;
        let dirs = [
            repository.work_tree.join(&draft.dir),
            repository.work_tree.clone(),
        ];
        let has_file = |file: &str| dirs.iter().any(|dir| dir.join(file).is_file());
        let found = tools::installation(tool, has_file)?;
        let names = draft.checker.packages.names();
        let declared = |file: &str| {
            let texts = dirs.iter().map(|dir| fs::read_to_string(dir.join(file)));
            let mut texts = texts.filter_map(std::result::Result::ok);
            texts.find_map(|text| tools::declared(found.all?, &text, names))
        };
        let all = ["pyproject.toml", "setup.cfg", "package.json", "Pipfile"]
            .into_iter()
            .find_map(declared);
        Some(match all {
            Some(command) => report::Install {
                command,
                package: None,
            },
            None => report::Install {
                command: found.add.to_owned(),
                package: Some(found.package),
            },
        })
    };
    let tried: Vec<report::Tried> = tried
        .into_iter()
        .map(|one| report::Tried {
            install: installed_by(&one.name),
            name: one.name,
            trial: one.trial,
            duration: one.duration,
        })
        .collect();
    report::say(&report::initialised(&tried, &program, style));
    Ok(ExitCode::Passed)
}

/// The gates that are found here and are not written down yet. Says what was found, and what was not looked at.
fn found_here(
    repository: &Repository,
    arguments: &InitArguments,
    style: Style,
) -> Result<Detected> {
    let mut found = match arguments.from {
        Some(manager) => translated(repository, manager.into())?,
        None => detected(repository)?,
    };
    let with_gates = dirs_with_gates(repository)?;
    for dir in &with_gates {
        report::say(&format!(
            "{}: {}/{FILE_NAME} has the gates of its directory, so none are written for it\n",
            style.strong("note"),
            show_path(dir)
        ));
    }
    let has_own = |dir: &Path| with_gates.iter().any(|own| dir.starts_with(own));
    found.gates.retain(|gate| !has_own(&gate.draft.dir));
    report::say(&report::detected(&found, style));
    if let (false, Some(name)) = (found.gates.is_empty(), untracked(repository)?) {
        report::say(&format!(
            "{}: {name} is not tracked, so it was not read; `git add {name}` first if it matters\n",
            style.careful("note")
        ));
    }
    found.untracked = repository.untracked()?;
    let top = &repository.work_tree;
    // Gates find what is installed, whether or not git ignores it.
    found.untracked.retain(|path| !is_installed(top, path));
    if !found.gates.is_empty() && !found.untracked.is_empty() && !arguments.dry_run {
        report::say(&report::unseen(&found.untracked, style));
    }
    Ok(found)
}

/// The directories below the top that have gates of their own.
fn dirs_with_gates(repository: &Repository) -> Result<Vec<PathBuf>> {
    let files = repository.index()?.named(FILE_NAME).into_iter();
    let dirs = files.filter_map(|file| file.parent().map(Path::to_owned));
    Ok(dirs.filter(|dir| dir != Path::new("")).collect())
}

/// Asks on a terminal; without one, nobody can answer, and the call itself is the answer.
fn is_confirmed(style: Style) -> Result<bool> {
    let question = format!("run each gate once and write {FILE_NAME}? [Y/n]");
    let answer = answer(&question, style)?;
    Ok(answer.is_none_or(|answer| matches!(answer.as_str(), "" | "y" | "yes")))
}

/// What is typed after a question, in lower case; `None` if there is no terminal.
fn answer(question: &str, style: Style) -> Result<Option<String>> {
    if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        return Ok(None);
    }
    report::say(&format!("{} ", style.strong(question)));
    let mut answer = String::new();
    let read = io::stdin()
        .read_line(&mut answer)
        .map_err(|error| Fault::unable("cannot read the answer").because(&error))?;
    if read == 0 {
        return Ok(Some("no".to_owned()));
    }
    Ok(Some(answer.trim().to_ascii_lowercase()))
}

/// Offers to write gates.toml on a terminal. Returns what came of it, if that was wanted.
pub(super) fn offer(environment: &Environment, style: Style) -> Result<Option<ExitCode>> {
    let question =
        format!("there is no {FILE_NAME}; find the project's checks and write it? [y/N]");
    match answer(&question, style)?.as_deref() {
        Some("y" | "yes") => {
            let arguments = InitArguments {
                dry_run: false,
                yes: true,
                from: None,
                ci: None,
                shards: None,
            };
            init(environment, &arguments).map(Some)
        }
        _ => Ok(None),
    }
}

fn cannot_write(error: &io::Error) -> Fault {
    Fault::unable(format!("cannot write {FILE_NAME}")).because(error)
}

/// A file beside the one that is to be written.
fn new_file(path: &Path) -> Result<NamedTempFile> {
    let dir = path.parent().unwrap_or(path);
    NamedTempFile::new_in(dir).map_err(|error| cannot_write(&error))
}

/// Writes a file that is not there yet, whole or not at all.
fn write_new(mut file: NamedTempFile, path: &Path, text: &str) -> Result<()> {
    file.write_all(text.as_bytes())
        .and_then(|()| file.as_file().sync_all())
        .map_err(|error| cannot_write(&error))?;
    let permissions = std::os::unix::fs::PermissionsExt::from_mode(0o644);
    file.as_file()
        .set_permissions(permissions)
        .map_err(|error| cannot_write(&error))?;
    match file.persist_noclobber(path) {
        Ok(_) => Ok(()),
        Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => Err(exists()),
        Err(error) => Err(cannot_write(&error.error)),
    }
}

fn exists() -> Fault {
    Fault::usage(format!("{FILE_NAME} already exists")).hint(
        "check it with `gatekeeper config check`, or see what would be written with `gatekeeper \
         init --dry-run`",
    )
}
