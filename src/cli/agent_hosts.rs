//! `gatekeeper install --agent`, `uninstall --agent`, and what `status` says of agents.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use super::arguments::InstallArguments;
use crate::base::environment::Environment;
use crate::base::exit_code::ExitCode;
use crate::base::fault::{Fault, Result};
use crate::base::text::{clean_line, show_path};
use crate::doctor;
use crate::git::Repository;
use crate::install::agents::{
    self, AgentHost, AgentOptions, FileChange, HOSTS, Originals, Probe, Project,
};
use crate::report::terminal::print;
use crate::report::{self, Detail, Style};

pub(super) fn install(
    environment: &Environment,
    host: AgentHost,
    arguments: &InstallArguments,
) -> Result<ExitCode> {
    let options = AgentOptions {
        stop: arguments.stop,
    };
    if arguments.system {
        return print_managed(host, options);
    }
    let style = Style::for_errors(environment, Detail::Normal);
    let repository = Repository::open_from_env(environment)?;
    let keeps_stop = !options.stop && agents::has_stop(&repository.work_tree, host);
    let project = Project {
        top: &repository.work_tree,
        originals: &Originals::of(&repository.common_dir),
    };
    let done = agents::install(project, host, options)?;
    report_files(&repository.work_tree, &done, style);
    if keeps_stop {
        report::say(&format!(
            "{}: the hook for the end of work stays; `gatekeeper uninstall --agent {}` takes it out with the others\n",
            style.careful("note"),
            host.name()
        ));
    }
    if host == AgentHost::Copilot && agents::is_installed(&repository.work_tree, AgentHost::Claude)
    {
        report::say(&format!(
            "{}: Copilot also reads .claude/settings.json, so the guard answers it twice; that does no harm\n",
            style.careful("note")
        ));
    }
    if let Some(remark) = host.remark() {
        report::say(&format!("{}: {remark}\n", style.careful("note")));
    }
    report::say(&format!(
        "{}: commit {}; `gatekeeper status` tries the guard out\n",
        style.good("done"),
        if done.len() == 1 {
            "the file"
        } else {
            "the files"
        }
    ));
    Ok(ExitCode::Passed)
}

pub(super) fn uninstall(environment: &Environment, host: AgentHost) -> Result<ExitCode> {
    let style = Style::for_errors(environment, Detail::Normal);
    let repository = Repository::open_from_env(environment)?;
    let project = Project {
        top: &repository.work_tree,
        originals: &Originals::of(&repository.common_dir),
    };
    let done = agents::uninstall(project, host)?;
    report_files(&repository.work_tree, &done, style);
    let is_changed = |(_, change): &(PathBuf, FileChange)| {
        matches!(change, FileChange::Cleared | FileChange::Removed)
    };
    let summary = if done.iter().any(is_changed) {
        format!("{} is no longer guarded here", host.name())
    } else {
        format!(
            "nothing of gatekeeper was installed here for {}",
            host.name()
        )
    };
    report::say(&format!("{}: {summary}\n", style.careful("done")));
    Ok(ExitCode::Passed)
}

fn report_files(top: &Path, done: &[(PathBuf, FileChange)], style: Style) {
    for (path, change) in done {
        let word = match change {
            FileChange::Written => style.good("installed"),
            FileChange::Unchanged => style.faint("unchanged"),
            FileChange::Cleared => style.careful("  cleared"),
            FileChange::Removed => style.careful("  removed"),
            FileChange::Absent => continue,
        };
        let shown = show_path(path.strip_prefix(top).unwrap_or(path));
        report::say(&format!("{word}  {shown}\n"));
    }
}

fn print_managed(host: AgentHost, options: AgentOptions) -> Result<ExitCode> {
    let Some((path, text)) = agents::managed(host, options) else {
        return Err(Fault::usage(format!(
            "{} has no configuration for a whole machine",
            host.name()
        )));
    };
    print(&format!("# {path}\n{}\n", text.trim_end()))?;
    Ok(ExitCode::Passed)
}

/// What is installed for agents, and whether it works: one line for each. Returns whether all of it does.
pub(super) fn push_status(
    text: &mut String,
    (environment, project): (&Environment, Project<'_>),
    style: Style,
) -> bool {
    let home = environment.get("HOME").map(PathBuf::from);
    let top = project.top;
    let mut is_sound = true;
    let mut label = "agents";
    for host in HOSTS {
        let name = host.name();
        if let Some(file) = agents::lost_from(project, host) {
            let word = style.bad(&format!(
                "the guard that was installed is not in {file} any more; run `gatekeeper install --agent {name}`, \
                 or `gatekeeper uninstall --agent {name}` if it was meant to go"
            ));
            let _ = writeln!(text, "{label:>22}  {name}: {word}");
            label = "";
            is_sound = false;
        }
        if !agents::is_installed(top, host) {
            continue;
        }
        let off = doctor::switched_off(host.name(), top, home.as_deref());
        let probe = match off {
            Some((file, setting)) => Probe::LetsPass(format!(
                "{setting} in {} switches its hooks off",
                show_path(&file)
            )),
            None => agents::probe(top, host),
        };
        let mut word = match &probe {
            Probe::Refuses => style.good("refuses a bypass"),
            Probe::LetsPass(why) => style.bad(&format!(
                "lets a bypass pass: {}",
                clean_line(why.as_bytes())
            )),
            Probe::Missing => style.bad(&format!(
                "there is no `gatekeeper` on PATH, so {}; run `uv tool install gatekeeper-git`",
                if host.fails_closed() {
                    "every command is refused"
                } else {
                    "its commands are not checked"
                }
            )),
            Probe::NoCommand => style.good("installed"),
        };
        is_sound &= !matches!(probe, Probe::LetsPass(_) | Probe::Missing);
        if !agents::is_current(top, host) {
            let _ = write!(
                word,
                "; {}",
                style.careful(&format!(
                    "out of date: run `gatekeeper install --agent {}`",
                    host.name()
                ))
            );
        }
        let _ = writeln!(text, "{label:>22}  {}: {word}", host.name());
        label = "";
        if let Some(remark) = host.remark().filter(|_| matches!(host, AgentHost::Codex)) {
            let _ = writeln!(text, "{:>22}  {}", "", style.careful(remark));
        }
    }
    is_sound
}
