//! `gatekeeper install` and `gatekeeper uninstall`.

use super::arguments::InstallArguments;
use super::hook_text::{report_hooks, report_skipped};
use super::{init, server};
use crate::base::environment::Environment;
use crate::base::exit_code::ExitCode;
use crate::base::fault::{Fault, Result};
use crate::base::text::{count, show_path};
use crate::config::{self, Config, source};
use crate::flow::detected::managers;
use crate::flow::led_away::{resetting, stray_dir};
use crate::flow::{on_event, receipt_store, self_path, trusted_history, ungated_branch};
use crate::git::Repository;
use crate::indirection::{DirectoryTree, Files};
use crate::install::{self, ConfigurationChange, HookChange, Installed};
use crate::receipt;
use crate::report::{self, Detail, Style};
use crate::run::HostSlots;
use crate::view::cache::{Whose, clean};

pub(super) fn install(environment: &Environment, arguments: &InstallArguments) -> Result<ExitCode> {
    if arguments.server {
        return server::install(environment, arguments.options());
    }
    let style = Style::for_errors(environment, Detail::Normal);
    let repository = if arguments.if_repository {
        let Some(repository) = Repository::open_if_there(environment)? else {
            report::say(&format!(
                "{}: there is no git repository here, so no hooks were installed\n",
                style.careful("skipped")
            ));
            return Ok(ExitCode::Passed);
        };
        repository
    } else {
        Repository::open_from_env(environment)?
    };
    let is_missing = source::is_missing(&repository);
    if is_missing
        && let Some(code) = init::offer(environment, style)?
        && code != ExitCode::Passed
    {
        return Ok(code);
    }
    let other = managers(&repository)?.into_iter().next();
    // Hooks without a sound configuration would stop every commit.
    let config = source::work_tree_config(&repository).map_err(|fault| match other {
        Some(manager) if is_missing => fault.hint(format!(
            "run `gatekeeper init --from {0}` to translate the configuration of {0}, or `gatekeeper init` to \
             find all of the project's checks; `gatekeeper config example` prints every key",
            manager.name()
        )),
        _ => fault,
    })?;
    let mut tree = DirectoryTree::new(&repository.work_tree);
    config::refuse_unfailing(&config.gates, &mut Files::new(&mut tree))?;
    let program = self_path::program(environment)?;
    self_path::refuse_cached(&program)?;
    if let Some(dir) = install::earlier_dir(&repository)?
        && let Some(script) = install::resetting_script(&repository, &dir)
    {
        note(&resetting(&script), style);
    }
    let were_hooks_here = install::is_installed(&repository)?;
    let events = on_event::hooks_for(&config);
    let installed = install::install(&repository, &program, &events)?;
    let configured = install::configure(&repository, &program)?;
    report_hooks(&installed.hooks, &repository.work_tree, style);
    report_configured(configured, style);
    report_earlier(&repository, &installed, style);
    let chained = install::chained_hooks(&repository)?;
    report_skipped(&chained, &repository.work_tree, style);
    trusted_history::begin(environment, &repository, were_hooks_here, style)?;
    report::say(&report::branches_without_gates(
        &other_branches_without_gates(&repository, &config)?,
        style,
    ));
    if !repository.keeps_reflogs()? {
        note(report::NO_REFLOGS, style);
    }
    if let Some(manager) = other {
        let word = format!(
            "{0} is configured here as well; `gatekeeper init --from {0} --dry-run` prints what it runs as gates",
            manager.name()
        );
        note(&word, style);
    }
    let gates = count(config.gates.len(), "gate");
    report::say(&format!(
        "{}: commits in this repository are now checked by {gates}\n",
        style.good("done")
    ));
    report::say(&report::demands(&config, style));
    Ok(ExitCode::Passed)
}

/// The branches that have no gates.toml, without the one that commits are made on now: its work tree has it.
fn other_branches_without_gates(repository: &Repository, config: &Config) -> Result<Vec<String>> {
    let here = repository.branch_at_work()?;
    let mut branches = ungated_branch::without_gates_toml(repository, config)?;
    branches.retain(|branch| here.as_ref() != Some(branch));
    Ok(branches)
}

/// Says which directory of hooks is no longer git's first place to look.
fn report_earlier(repository: &Repository, installed: &Installed, style: Style) {
    let Some(dir) = &installed.earlier else {
        return;
    };
    let shown = dir.strip_prefix(&repository.work_tree).unwrap_or(dir);
    if installed.is_cleared {
        let shown = show_path(shown);
        note(
            &format!("the hooks that an older version of gatekeeper put in {shown} were removed"),
            style,
        );
    }
    note(
        &format!(
            "core.hooksPath was {0}; the hooks in {0} stay there and run first, and `gatekeeper \
             uninstall` restores core.hooksPath",
            show_path(shown)
        ),
        style,
    );
    if let Some(stray) = install::stray(repository, dir) {
        note(&stray_dir(dir, &stray), style);
    }
}

fn note(text: &str, style: Style) {
    report::say(&format!("{}: {text}\n", style.careful("note")));
}

pub(super) fn uninstall(environment: &Environment, forget: bool) -> Result<ExitCode> {
    if let Some(repository) = Repository::open_bare(environment)? {
        return server::uninstall(environment, &repository);
    }
    let repository = Repository::open_from_env(environment)?;
    let configured = install::unconfigure(&repository)?;
    let led_to = repository.hooks_dir()?;
    let uninstalled = install::uninstall(&repository)?;
    let done = uninstalled.hooks;
    let style = Style::for_errors(environment, Detail::Normal);
    report_hooks(&done, &repository.work_tree, style);
    report_configured(configured, style);
    for value in &uninstalled.hooks_path {
        let value = style.faint(&show_path(value));
        report::say(&format!(
            "{}  core.hooksPath  {value}\n",
            style.good(" restored")
        ));
    }
    if let Some(hidden) = install::hidden_by_ours(&repository)? {
        note(
            &format!(
                "core.hooksPath in this repository's configuration still leads to its own hooks instead \
                 of {}; to remove it, run `git config --local --unset-all core.hooksPath`",
                show_path(&hidden)
            ),
            style,
        );
    }
    if let Some(stray) = install::stray(&repository, &led_to) {
        let word = stray_dir(&led_to, &stray);
        note(
            &format!("core.hooksPath: {word}; nothing there was changed"),
            style,
        );
    }
    for file in install::set_aside_shims(&repository)? {
        report::say(&format!(
            "{}: {} is a gatekeeper hook that another program renamed and may still run; delete \
             it if it is not needed\n",
            style.careful("note"),
            show_path(&file)
        ));
    }
    let has = |change| done.iter().any(|done| done.change == change);
    let summary = if has(HookChange::Foreign) {
        "hooks that gatekeeper did not write, or that were changed later, were left in place"
    } else if has(HookChange::Removed)
        || has(HookChange::Restored)
        || configured == ConfigurationChange::Removed
    {
        "commits in this repository are no longer checked"
    } else {
        "gatekeeper was not installed here"
    };
    report::say(&format!("{}: {summary}\n", style.careful("done")));
    if forget {
        forget_all(environment, &repository)?;
    } else if repository.first_trusted()?.is_some() {
        note(
            "what was checked is still noted, so that a later `gatekeeper install` goes on from there; \
             `gatekeeper uninstall --forget` removes that, too",
            style,
        );
    }
    Ok(ExitCode::Passed)
}

/// Removes what is remembered and kept of this repository, and what all repositories share if this was the last one.
fn forget_all(environment: &Environment, repository: &Repository) -> Result<()> {
    let store = receipt_store::open(environment, repository)?;
    let was_last = receipt::forget(&store, repository)
        .map_err(|error| Fault::unable("not everything could be forgotten").because(&error))?;
    repository.forget_first_trusted()?;
    clean(environment, Whose::Of(repository));
    if was_last {
        HostSlots::remove(environment);
    }
    Ok(())
}

/// Hooks in the configuration are reported together: either all of them are there, or none.
fn report_configured(change: ConfigurationChange, style: Style) {
    let word = match change {
        ConfigurationChange::Written => style.good("installed"),
        ConfigurationChange::Unchanged => style.faint("unchanged"),
        ConfigurationChange::Removed => style.careful("  removed"),
        ConfigurationChange::GitTooOld | ConfigurationChange::Absent => return,
    };
    let settings = style.faint("hook.gatekeeper-*");
    report::say(&format!("{word}  git config  {settings}\n"));
}
