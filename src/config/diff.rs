//! What a change takes away from gatekeeper itself: gates that are removed or look at less, and
//! rules that demand less.
//!
//! Whether another command is as strict as the one before cannot be known, so that counts as well.
//! An addition is never a weakening.

use std::collections::BTreeSet;

use time::Date;

use super::Bypass;
use super::settings::Config;
use crate::base::text::clean_line;
use crate::model::gate::{Gate, GateLevel, Isolation, PathSet, Pattern, Skip, Untracked};

/// One weakening: what it is about, and a description, as a fragment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ConfigWeakening {
    /// The gate's name, or the table of gates.toml.
    pub(crate) about: String,
    /// What is weaker.
    pub(crate) what: String,
}

/// What is weaker in a configuration than in the one before. `today` decides which skips have
/// ended.
#[must_use]
pub(crate) fn weaknesses(before: &Config, after: &Config, today: Date) -> Vec<ConfigWeakening> {
    let mut weaknesses = Vec::new();
    for gate in &before.gates {
        let name = gate.name.as_str();
        let mut add = |what: String| {
            weaknesses.push(ConfigWeakening {
                about: format!("gates.{name}"),
                what,
            });
        };
        match after.gates.iter().find(|other| other.name == gate.name) {
            None if is_renamed(gate, before, after, today) => {}
            None => add(format!("gate {name} was removed")),
            Some(other) => {
                for what in of_gate(gate, other, today) {
                    add(format!("{name}: {what}"));
                }
            }
        }
    }
    let of = |about: &str, what: Vec<String>| {
        let about = about.to_owned();
        what.into_iter().map(move |what| ConfigWeakening {
            about: about.clone(),
            what,
        })
    };
    weaknesses.extend(of("settings", of_settings(before, after)));
    let messages = before.commit_msg != after.commit_msg;
    let agents = before.agents != after.agents;
    let changed = |is: bool, what: &str| is.then(|| format!("{what} were changed")).into_iter();
    let rules = changed(messages, "the rules for messages");
    weaknesses.extend(of("commit-msg", rules.collect()));
    let rules = changed(agents, "the rules for agents");
    weaknesses.extend(of("agents", rules.collect()));
    weaknesses.extend(of("bypass", of_bypass(&before.bypass, &after.bypass)));
    weaknesses
}

/// Whether a removed gate exists under a new name.
fn is_renamed(gate: &Gate, before: &Config, after: &Config, today: Date) -> bool {
    let is_new = |other: &&Gate| {
        before
            .gates
            .iter()
            .all(|earlier| earlier.name != other.name)
    };
    let mut new = after.gates.iter().filter(is_new);
    new.any(|other| of_gate(gate, other, today).is_empty())
}

fn of_gate(before: &Gate, after: &Gate, today: Date) -> Vec<String> {
    // Without `..`, so that whoever adds a key has to decide which of its values are weaker.
    let Gate {
        run,
        files: _,
        exclude: _,
        widen,
        dir,
        env,
        isolation,
        untracked,
        hooks,
        level,
        skip,
        cache,
        success_codes,
        expect,
        forbid,
        // What does not decide whether bad changes are refused.
        name: _,
        kind: _,
        fix: _,
        timeout: _,
        needs: _,
        exclusive: _,
        lock: _,
    } = after;
    let mut weaknesses = Vec::new();
    if before.run.text != run.text {
        weaknesses.push(format!(
            "it runs `{}` instead of `{}`",
            clean_line(run.text.as_bytes()),
            clean_line(before.run.text.as_bytes())
        ));
    }
    weaknesses.extend(of_level(before.level, *level).map(str::to_owned));
    weaknesses.extend(of_skip(before.skip.as_ref(), skip.as_ref(), today));
    if looks_at_less(before, after) {
        weaknesses.push("it checks fewer files".to_owned());
    }
    if lacks(widen, &before.widen) {
        weaknesses.push("fewer changes make it check all files".to_owned());
    }
    if !success_codes.is_subset(&before.success_codes) {
        weaknesses.push("more exit codes mean success".to_owned());
    }
    for (key, before, after) in [
        ("expect", &before.expect, expect),
        ("forbid", &before.forbid, forbid),
    ] {
        if before.is_some() && text(before.as_ref()) != text(after.as_ref()) {
            weaknesses.push(format!("its `{key}` was removed or changed"));
        }
    }
    if !before.hooks.is_subset(hooks) {
        weaknesses.push("it runs at fewer hooks".to_owned());
    }
    if before.env != *env || before.dir != *dir {
        weaknesses.push("it runs in another directory or with other variables".to_owned());
    }
    let is_now_in_place =
        *isolation == Isolation::InPlace && before.isolation != Isolation::InPlace;
    let shows_now = *untracked == Untracked::Show && before.untracked != Untracked::Show;
    if is_now_in_place || shows_now {
        weaknesses.push("it sees files that are not in the commit".to_owned());
    }
    if !before.cache && *cache {
        weaknesses.push("its passes are now cached".to_owned());
    }
    weaknesses
}

fn of_level(before: GateLevel, after: GateLevel) -> Option<&'static str> {
    let GateLevel::Warn { until } = after else {
        return None;
    };
    match before {
        GateLevel::Block => Some("it only warns"),
        GateLevel::Warn { until: earlier } => {
            is_later(until, earlier).then_some("it only warns until a later date")
        }
    }
}

fn of_skip(before: Option<&Skip>, after: Option<&Skip>, today: Date) -> Option<String> {
    let until = after?.until;
    let is_longer = before.is_none_or(|before| until > before.until);
    (is_longer && until >= today).then(|| format!("it is switched off until {until}"))
}

/// Whether an end date is later than another; no end is the latest.
fn is_later(end: Option<Date>, other: Option<Date>) -> bool {
    match (end, other) {
        (_, None) => false,
        (None, Some(_)) => true,
        (Some(end), Some(other)) => end > other,
    }
}

fn looks_at_less(before: &Gate, after: &Gate) -> bool {
    let files = match (before.files.is_empty(), after.files.is_empty()) {
        (_, true) => false,
        (true, false) => true,
        (false, false) => lacks(&after.files, &before.files),
    };
    files || lacks(&before.exclude, &after.exclude)
}

/// Whether a set of patterns lacks one that another set has.
fn lacks(set: &PathSet, other: &PathSet) -> bool {
    let patterns: BTreeSet<&String> = set.patterns.iter().collect();
    other
        .patterns
        .iter()
        .any(|pattern| !patterns.contains(pattern))
}

fn text(pattern: Option<&Pattern>) -> Option<&str> {
    pattern.map(|pattern| pattern.text.as_str())
}

fn of_settings(before: &Config, after: &Config) -> Vec<String> {
    let (before, after) = (&before.settings, &after.settings);
    let mut weaknesses = Vec::new();
    if after.branch_receipts < before.branch_receipts {
        weaknesses.push(format!(
            "branch-receipts was lowered to {}",
            after.branch_receipts.name()
        ));
    }
    if after.branch_messages < before.branch_messages {
        weaknesses.push(format!(
            "branch-messages was lowered to {}",
            after.branch_messages.name()
        ));
    }
    if lacks(&before.ungated_branches, &after.ungated_branches) {
        weaknesses.push("more branches need no gates".to_owned());
    }
    if lacks(&after.protected_branches, &before.protected_branches) {
        weaknesses.push("fewer branches are protected".to_owned());
    }
    if before.rebase != after.rebase && after.rebase == crate::config::settings::Rebase::Tip {
        weaknesses.push("only the tip of a rebase is checked".to_owned());
    }
    weaknesses
}

fn of_bypass(before: &Bypass, after: &Bypass) -> Vec<String> {
    let mut weaknesses = Vec::new();
    let rules: BTreeSet<&String> = before.rules.keys().chain(after.rules.keys()).collect();
    for rule in rules {
        if after.level(rule).severity() < before.level(rule).severity() {
            weaknesses.push(format!("rule {rule} was downgraded"));
        }
    }
    if lacks(&before.exclude, &after.exclude) || lacks(&before.documentation, &after.documentation)
    {
        weaknesses.push("more paths are excluded".to_owned());
    }
    if before
        .patterns
        .iter()
        .any(|rule| !after.patterns.contains(rule))
    {
        weaknesses.push("a custom rule was removed or changed".to_owned());
    }
    if after
        .exceptions
        .iter()
        .any(|exception| !before.exceptions.contains(exception))
    {
        weaknesses.push("an exception was added".to_owned());
    }
    weaknesses
}
