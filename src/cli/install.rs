//! `gatekeeper install` and `gatekeeper uninstall`.

use super::arguments::InstallArguments;
use super::hook_text::report_hooks;
use super::server;
use crate::base::environment::Environment;
use crate::base::exit_code::ExitCode;
use crate::base::fault::{Fault, Result};
use crate::base::text::{count, show_path};
use crate::config::source;
use crate::flow::{receipt_store, self_path};
use crate::git::Repository;
use crate::install::{self, ConfigurationChange, HookChange};
use crate::report::{self, Detail, Style};

pub(super) fn install(environment: &Environment, arguments: &InstallArguments) -> Result<ExitCode> {
    if arguments.server {
        return server::install(environment, arguments.options());
    }
    let repository = Repository::open_from_env(environment)?;
    // Hooks without a sound configuration would stop every commit.
    let config = source::work_tree_config(&repository)?;
    let program = self_path::program(environment)?;
    let done = install::install(&repository, &program)?;
    let configured = install::configure(&repository, &program)?;
    let style = Style::for_errors(environment, Detail::Normal);
    report_hooks(&done, &repository.work_tree, style);
    report_configured(configured, style);
    let dir = done.first().and_then(|done| done.file.parent());
    if let Some(dir) = dir.filter(|dir| install::is_in_work_tree(&repository, dir)) {
        report::say(&format!(
            "{}: {} is in the work tree; the hooks there contain a path of this machine, so do \
             not commit them\n",
            style.careful("note"),
            show_path(dir)
        ));
    }
    record_baseline(environment, &repository, style)?;
    let gates = count(config.gates.len(), "gate");
    report::say(&format!(
        "{}: commits in this repository are now checked by {gates}\n",
        style.good("done")
    ));
    Ok(ExitCode::Passed)
}

/// Everything that is here now counts as good; later commits have to be checked. An existing
/// baseline stays, so that installing again does not make anything good.
fn record_baseline(environment: &Environment, repository: &Repository, style: Style) -> Result<()> {
    let mut store = receipt_store::must_open(environment, repository)?;
    let had_one = store.has_baseline();
    let cannot =
        |error: std::io::Error| Fault::unable("cannot record the existing commits").because(&error);
    if !had_one {
        let tips = repository.tips()?;
        let references = match tips.len() {
            1 => "1 reference or reflog entry".to_owned(),
            number => format!("{number} references and reflog entries"),
        };
        report::say(&format!(
            "{}: the existing commits count as checked ({}); later commits must be checked\n",
            style.strong("baseline"),
            references
        ));
        store.record_baseline(tips).map_err(cannot)?;
        return Ok(());
    }
    let Some(head) = repository.head_commit()? else {
        return Ok(());
    };
    let ungated = store.ungated(repository, &[head])?;
    if !ungated.is_empty() {
        report::say(&format!(
            "{}: {} bypassed the gates while the hooks were missing; check them with `{} audit \
             --record`\n",
            style.careful("note"),
            count(ungated.len(), "commit"),
            self_path::call(environment)
        ));
    }
    Ok(())
}

pub(super) fn uninstall(environment: &Environment) -> Result<ExitCode> {
    if let Some(repository) = Repository::open_bare(environment)? {
        return server::uninstall(environment, &repository);
    }
    let repository = Repository::open_from_env(environment)?;
    let configured = install::unconfigure(&repository)?;
    let done = install::uninstall(&repository)?;
    let style = Style::for_errors(environment, Detail::Normal);
    report_hooks(&done, &repository.work_tree, style);
    report_configured(configured, style);
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
    Ok(ExitCode::Passed)
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
