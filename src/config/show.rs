//! Writes a resolved configuration down, every key with its value, as TOML that means the same.

use std::fmt::Write as _;

use toml::Value;

use super::settings::{Config, DEFAULT_BUDGET, DEFAULT_TIMEOUT};
use super::toml_text::{integer, line, note, paths, pattern, shown, table};
use super::{show_bypass, show_messages};
use crate::base::text::limit;
use crate::model::gate::{Gate, GateLevel, GateName, Isolation};
use crate::model::trigger::Stage;

/// The configuration as TOML. Keys without a value are comments that name the default.
#[must_use]
pub(crate) fn show(config: &Config, default_jobs: usize) -> String {
    let mut text = String::from("[settings]\n");
    match config.settings.budget {
        Some(budget) => line(&mut text, "budget", limit(budget)),
        None => note(
            &mut text,
            "budget",
            &format!("{} at commits", limit(DEFAULT_BUDGET)),
        ),
    }
    match config.settings.jobs {
        Some(jobs) => line(&mut text, "jobs", integer(jobs.get())),
        None => note(
            &mut text,
            "jobs",
            &format!("{default_jobs} on this machine"),
        ),
    }
    line(&mut text, "fail-fast", config.settings.fail_fast);
    line(&mut text, "isolation", config.settings.isolation.name());
    line(&mut text, "untracked", config.settings.untracked.name());
    line(&mut text, "fix-on-commit", config.settings.fix_on_commit);
    line(&mut text, "partial", config.settings.partial.name());
    line(&mut text, "cache", config.settings.cache);
    paths(
        &mut text,
        "ungated-branches",
        &config.settings.ungated_branches,
        "none",
    );
    line(&mut text, "rebase", config.settings.rebase.name());
    let enforcement = config.settings.branch_receipts.name();
    line(&mut text, "branch-receipts", enforcement);
    let enforcement = config.settings.branch_messages.name();
    line(&mut text, "branch-messages", enforcement);
    let branches = config.settings.protected_branches.patterns.clone();
    line(&mut text, "protected-branches", branches);
    show_messages::commit_msg(&mut text, &config.commit_msg);
    show_messages::agents(&mut text, &config.agents);
    show_bypass::bypass(&mut text, &config.bypass);
    for gate in &config.gates {
        show_gate(&mut text, gate);
    }
    text
}

fn show_gate(text: &mut String, gate: &Gate) {
    // A name may hold dots, which would nest tables.
    let _ = write!(text, "\n[gates.{}]\n", Value::from(gate.name.as_str()));
    line(text, "kind", gate.kind.name());
    line(text, "run", gate.run.text.as_str());
    if let Some(fix) = &gate.fix {
        line(text, "fix", fix.text.as_str());
    }
    paths(text, "files", &gate.files, "every change");
    paths(text, "exclude", &gate.exclude, "nothing");
    paths(text, "widen", &gate.widen, "nothing");
    if gate.dir.as_os_str().is_empty() {
        line(text, "dir", ".");
    } else {
        line(text, "dir", gate.dir.to_string_lossy().as_ref());
    }
    show_env(text, gate);
    match gate.timeout {
        Some(timeout) => line(text, "timeout", limit(timeout)),
        None => note(
            text,
            "timeout",
            &format!(
                "{} at commits, none in `gatekeeper run`",
                limit(DEFAULT_TIMEOUT)
            ),
        ),
    }
    if gate.needs.is_empty() {
        note(text, "needs", "no other gate");
    } else {
        let needs: Vec<&str> = gate.needs.iter().map(GateName::as_str).collect();
        line(text, "needs", needs);
    }
    line(text, "isolation", gate.isolation.name());
    match gate.isolation {
        Isolation::InPlace => note(text, "untracked", "visible like every other file"),
        _ => line(text, "untracked", gate.untracked.name()),
    }
    let hooks: Vec<&str> = gate.hooks.iter().copied().map(Stage::name).collect();
    line(text, "hooks", hooks);
    show_exceptions(text, gate);
    line(text, "cache", gate.cache);
    line(text, "exclusive", gate.exclusive);
    match &gate.lock {
        Some(lock) => line(text, "lock", lock.as_str()),
        None => note(text, "lock", "none"),
    }
    let codes: Vec<Value> = gate
        .success_codes
        .iter()
        .map(|code| Value::from(i64::from(*code)))
        .collect();
    line(text, "success-codes", codes);
    pattern(text, "expect", gate.expect.as_ref());
    pattern(text, "forbid", gate.forbid.as_ref());
}

fn show_env(text: &mut String, gate: &Gate) {
    let pair = |(name, value): (&String, &String)| {
        format!(
            "{} = {}",
            shown(&name.as_str().into()),
            shown(&value.as_str().into())
        )
    };
    let pairs: Vec<String> = gate.env.iter().map(pair).collect();
    table(text, "env", &pairs);
}

/// Writes what keeps a gate from blocking.
fn show_exceptions(text: &mut String, gate: &Gate) {
    match gate.level {
        GateLevel::Block => line(text, "level", "block"),
        GateLevel::Warn { until } => {
            line(text, "level", "warn");
            match until {
                Some(until) => line(text, "until", until.to_string()),
                None => note(text, "until", "with no end date"),
            }
        }
    }
    if let Some(skip) = &gate.skip {
        let reason = shown(&skip.reason.as_str().into());
        let _ = writeln!(
            text,
            "skip = {{ reason = {reason}, until = \"{}\" }}",
            skip.until
        );
    }
}
