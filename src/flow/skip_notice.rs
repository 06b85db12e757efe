//! Switches of other managers of hooks, as far as they are set: they are told of and recorded, and
//! change nothing.

use std::ffi::OsString;
use std::time::Duration;

use super::{led_away, way_out};
use crate::base::environment::Environment;
use crate::base::fault::Result;
use crate::git::Repository;
use crate::git::invocation::hook_bypass;
use crate::model::trigger::Hook;
use crate::receipt::{self, LedgerEntry, LedgerEvent, Store};
use crate::report::{self, Detail, Style};
use crate::rules::skip_variables;
use crate::run;

/// How long a switch is not recorded again: who has one in his profile sets it at every commit.
const PAUSE: Duration = Duration::from_hours(24);

/// Stands for the name of a gate that is not known.
const ANY: &str = "GATE";

/// Tells of the switches that are set while a hook runs, and has the ledger know them.
pub(super) fn notice(
    environment: &Environment,
    hook: Hook,
    ancestors: &[Vec<OsString>],
) -> Result<()> {
    let switches = skip_variables::skip_settings(&environment.variables);
    if switches.is_empty() {
        return Ok(());
    }
    let style = Style::for_errors(environment, Detail::Normal);
    let repository = Repository::open_from_env(environment)?;
    let way_out = way_out::of_commit(&repository, hook, ancestors).map(|way_out| {
        let named = way_out::gates_named(&repository, &environment.variables);
        let named: Vec<&str> = named.iter().map(String::as_str).collect();
        way_out.command(if named.is_empty() { &[ANY] } else { &named })
    });
    report::say(&report::switches(&switches, way_out.as_deref(), style));
    let Some(mut store) = Store::open(&repository, environment) else {
        return Ok(());
    };
    store.establish(&repository)?;
    let ledger = store.ledger();
    for switch in &switches {
        let words = report::switch_in_words(switch);
        let entry = LedgerEntry::new(LedgerEvent::Switch, hook.name(), words.as_str());
        let _ = ledger.add_unless(&entry, |known| {
            known.event == LedgerEvent::Switch
                && known.what == words
                && receipt::age(known.at) < PAUSE
        });
    }
    Ok(())
}

/// What leads git away from hooks of ours, or has every commit refused: labels and what there is to say.
/// `is_led_away` if git does not find all hooks of ours where it looks.
///
/// # Errors
///
/// git does not say where it looks for hooks.
pub(crate) fn led_away(
    environment: &Environment,
    repository: &Repository,
    is_led_away: bool,
) -> Result<Vec<(&'static str, String)>> {
    let mut told = Vec::new();
    if let Some(path) = repository.hooks_path()?
        && let Some(words) = led_away::in_words(repository, &path, is_led_away)?
    {
        told.push(("core.hooksPath", words));
    }
    let variables = &environment.variables;
    if let Some(bypass) = hook_bypass::detect_hook_bypass(&[], variables, |_| !is_led_away) {
        let setting = report::bypass_in_words(&bypass);
        let word = format!("{setting} disables the hooks, so every commit is refused");
        told.push(("environment", word));
    }
    Ok(told)
}

/// What `status` tells of settings that lead git away from hooks, and of switches: labels and what
/// there is to say. `is_led_away` if git does not find all hooks of ours where it looks.
pub(crate) fn told(
    environment: &Environment,
    repository: &Repository,
    is_led_away: bool,
) -> Result<Vec<(&'static str, String)>> {
    let mut told = led_away(environment, repository, is_led_away)?;
    let variables = &environment.variables;
    let switches = skip_variables::skip_settings(variables);
    for switch in &switches {
        let switch = report::switch_in_words(switch);
        let word = format!("{switch}; it has no effect on gatekeeper");
        told.push(("environment", word));
    }
    let mut weakenings = run::weakenings(variables);
    weakenings.retain(|one| !switches.iter().any(|switch| switch.is(&one.name)));
    for one in weakenings {
        let (name, value, tool) = (one.name, one.value, one.tool);
        let word = format!("{name}={value} is not passed to gates, because it weakens {tool}");
        told.push(("environment", word));
    }
    Ok(told)
}
