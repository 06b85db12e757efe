//! `gatekeeper status`.

use std::fmt::Write as _;

use super::agent_hosts;
use super::hook_text::push_hook;
use super::server;
use crate::base::environment::Environment;
use crate::base::exit_code::ExitCode;
use crate::base::fault::Result;
use crate::base::text::{clean_line, count, show_path};
use crate::config::{FILE_NAME, source};
use crate::flow::led_away::stray_dir;
use crate::flow::{on_event, published_unchecked, self_path, skip_notice, ungated_branch};
use crate::git::Repository;
use crate::install::agents::{Originals, Project};
use crate::install::{self, ConfiguredState};
use crate::model::trigger::Hook;
use crate::receipt::{LedgerEvent, Loss, Store};
use crate::report::terminal::print_text;
use crate::report::{self, Detail, Style, UngatedCommit};

/// How many lines of the ledger are shown.
const SHOWN: usize = 10;

pub(super) fn status(environment: &Environment) -> Result<ExitCode> {
    if let Some(repository) = Repository::open_bare(environment)? {
        return server::status(environment, &repository);
    }
    let repository = Repository::open_from_env(environment)?;
    let style = Style::for_output(environment, Detail::Normal);
    let hooks = install::status(&repository, environment)?;
    let mut text = String::new();
    for hook in &hooks {
        push_hook(&mut text, hook, style);
    }
    push_configured(&mut text, install::configured(&repository)?, style);
    let missing = hooks.iter().filter(|hook| !hook.is_gated()).count();
    for (label, word) in skip_notice::told(environment, &repository, missing > 0)? {
        let _ = writeln!(text, "{label:>22}  {}", style.careful(&word));
    }
    if missing == 0
        && let Some(path) = repository.earlier_hooks_path()?
    {
        let (value, file) = (show_path(&path.value), clean_line(path.origin.as_bytes()));
        let word = format!("was {value}, whose hooks run first (gatekeeper.hooksPath in {file})");
        let _ = writeln!(text, "{:>22}  {word}", "core.hooksPath");
        let dir = repository.earlier_hooks_dir()?;
        let dir = dir.map(|dir| repository.work_tree.join(dir));
        let stray = dir.and_then(|dir| Some(stray_dir(&dir, &install::stray(&repository, &dir)?)));
        if let Some(stray) = stray {
            let _ = writeln!(text, "{:>22}  {}", "", style.careful(&stray));
        }
    }
    let config = source::work_tree_config(&repository);
    let word = match &config {
        Ok(config) => count(config.gates.len(), "gate"),
        Err(fault) => style.bad(&fault.message),
    };
    let _ = writeln!(text, "{FILE_NAME:>22}  {word}");
    if let Ok(config) = &config {
        for hook in install::missing_events(&repository, &on_event::hooks_for(config))? {
            let word = "not in place, so that nothing runs after it; run `gatekeeper install`";
            let _ = writeln!(text, "{:>22}  {}", hook.name(), style.careful(word));
        }
    }
    let ungated = ungated_branch::named_here(&repository)?;
    if let Some(branch) = &ungated {
        let word = format!("{branch} is one of `ungated-branches`, so commits on it need none");
        let _ = writeln!(text, "{:>22}  {}", "", style.careful(&word));
    }
    let is_unwritten = source::is_missing(&repository) && ungated.is_none();
    let project = Project {
        top: &repository.work_tree,
        originals: &Originals::of(&repository.common_dir),
    };
    let is_guarded = agent_hosts::push_status(&mut text, (environment, project), style);
    let unchecked = push_history(&mut text, environment, &repository, style)?;
    let is_gated = missing == 0 && config.is_ok() && is_guarded;
    let verdict = match (missing, &config) {
        (0, Ok(_)) if unchecked > 0 => style.careful(&format!(
            "commits here are checked, but {} {} not: see above",
            count(unchecked, "earlier commit"),
            if unchecked == 1 { "was" } else { "were" }
        )),
        (0, Ok(_)) if !is_guarded => style.careful(
            "commits here are checked, but the guard of an agent does not work: see above",
        ),
        (0, Ok(_)) => style.good("commits here are checked"),
        (0, Err(_)) if ungated.is_some() => {
            style.careful("commits on this branch are not checked; it needs no gates")
        }
        (0, Err(_)) if is_unwritten => style.bad(&format!(
            "commits here are stopped: there is no {FILE_NAME}"
        )),
        (_, Err(_)) if is_unwritten => style.bad(&format!(
            "commits here are not checked: there is no {FILE_NAME}, and the hooks are not in place"
        )),
        (0, Err(_)) => style.bad("commits here are stopped: see `gatekeeper config check`"),
        (missing, _) => style.bad(&format!(
            "commits here are not checked properly: {} not in place; run `gatekeeper install`",
            count(missing, "hook")
        )),
    };
    let _ = writeln!(text, "\n{verdict}");
    if is_unwritten {
        let program = self_path::call(environment);
        let _ = write!(text, "next: run\n  {program} init\n  git add {FILE_NAME}\n");
        if missing > 0 {
            let _ = writeln!(text, "  {program} install");
        }
    }
    print_text(&text)?;
    Ok(ExitCode::passed_if(is_gated))
}

/// The recorded history: commits that bypassed the gates, and every attempt to do so. Returns how many
/// commits there are that nobody has checked.
fn push_history(
    text: &mut String,
    environment: &Environment,
    repository: &Repository,
    style: Style,
) -> Result<usize> {
    let Some(mut store) = Store::open(repository, environment) else {
        let _ = writeln!(
            text,
            "{:>22}  {}",
            "receipts",
            style.bad("there is no key to seal receipts")
        );
        return Ok(0);
    };
    if store.is_known() {
        store.establish(repository)?;
    }
    if let Some(loss) = store.loss() {
        let word = match loss {
            Loss::Absent if !store.is_known() => {
                "not recorded: record it with `gatekeeper install`".to_owned()
            }
            loss => format!(
                "{}; repair it with `{} audit --record`",
                report::loss_in_words(loss),
                self_path::call(environment)
            ),
        };
        let _ = writeln!(text, "{:>22}  {}", "trusted history", style.bad(&word));
    }
    for acceptance in store.acceptances() {
        let word = report::acceptance(acceptance);
        let _ = writeln!(text, "{:>22}  {}", "accepted", style.careful(&word));
    }
    let head: Vec<_> = repository.head_commit()?.into_iter().collect();
    let ungated = if head.is_empty() {
        Vec::new()
    } else {
        store.ungated(repository, &head)?
    };
    let published = if store.is_known() {
        published_unchecked::find(repository, &store)?.commits
    } else {
        Vec::new()
    };
    let word = match ungated.first() {
        None if !published.is_empty() => {
            style.careful("HEAD has no unchecked commits but published ones")
        }
        None => style.good("HEAD has no unchecked commits"),
        Some(last) => style.careful(&format!(
            "HEAD has {} (latest {}); check with `{} audit --record`",
            count(ungated.len(), "unchecked commit"),
            last.id.short(),
            self_path::call(environment)
        )),
    };
    let _ = writeln!(text, "{:>22}  {word}", "receipts");
    push_published(text, &published, style);
    if !repository.keeps_reflogs()? {
        let _ = writeln!(
            text,
            "{:>22}  {}",
            "published",
            style.careful(report::NO_REFLOGS)
        );
    }
    let entries: Vec<_> = store
        .ledger()
        .entries()
        .into_iter()
        .filter(|entry| entry.event != LedgerEvent::Shown)
        .collect();
    let unverified = store.ledger().unverified();
    let word = match entries.len() {
        0 if unverified.is_empty() => style.good("no attempt to bypass the gates was recorded"),
        0 => style.careful("no line that can be verified"),
        number => style.careful(&format!(
            "{} in {}",
            count(number, "line"),
            show_path(&store.ledger().path())
        )),
    };
    let _ = writeln!(text, "{:>22}  {word}", "ledger");
    if let Some(damage) = store.ledger_damage() {
        let word = format!(
            "{}; `{} audit --record` accepts the ledger as it is now",
            report::damage_in_words(damage),
            self_path::call(environment)
        );
        let _ = writeln!(text, "{:>22}  {}", "", style.bad(&word));
    }
    text.push_str(&report::ledger(&entries, SHOWN));
    if !unverified.is_empty() {
        let word = format!(
            "{} not verified: sealed with another key, or not written by gatekeeper",
            count(unverified.len(), "line")
        );
        let _ = writeln!(text, "{:>22}  {}", "", style.careful(&word));
        text.push_str(&report::ledger(&unverified, SHOWN));
    }
    Ok(ungated.len() + published.len())
}

/// The commits that are published although nobody has checked them.
fn push_published(text: &mut String, commits: &[UngatedCommit], style: Style) {
    let Some(newest) = commits.first() else {
        return;
    };
    let word = format!(
        "{}; check each with `gatekeeper audit --record '{}^!'`, or accept it",
        report::are_published(commits.len()),
        newest.id.short()
    );
    let _ = writeln!(text, "{:>22}  {}", "published", style.careful(&word));
    report::push_commits(text, commits);
}

/// Reports the hooks in git's configuration, grouped by their state.
fn push_configured(text: &mut String, states: Option<Vec<(Hook, ConfiguredState)>>, style: Style) {
    let Some(states) = states else {
        let word = style.faint("this git version cannot have hooks in its configuration");
        let _ = writeln!(text, "{:>22}  {word}", "git config");
        return;
    };
    let mut label = "git config";
    for (state, what) in [
        (ConfiguredState::InPlace, style.good("in place")),
        (ConfiguredState::Absent, style.bad("absent")),
        (ConfiguredState::Changed, style.bad("changed")),
        (ConfiguredState::SwitchedOff, style.bad("switched off")),
    ] {
        let alike: Vec<&str> = states
            .iter()
            .filter(|(_, configured)| *configured == state)
            .map(|(hook, _)| hook.name())
            .collect();
        if !alike.is_empty() {
            let _ = writeln!(text, "{label:>22}  {what}: {}", alike.join(", "));
            label = "";
        }
    }
}
