//! What a change takes away from gatekeeper itself: gates that are gone or look at less, and rules that
//! demand less.
//!
//! Whether another command is as strict as the one before cannot be known, so that counts as well.
//! What is added is never less.

use std::collections::BTreeSet;

use time::Date;

use super::Bypass;
use super::settings::Config;
use crate::base::text::clean_line;
use crate::model::gate::{Gate, GateLevel, Isolation, PathSet, Pattern, Untracked};

/// One thing that is weaker than it was: the gate, if it is about one, and what, as a fragment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ConfigWeakening {
    /// The gate's name, or the table of gates.toml.
    pub(crate) about: String,
    /// What is weaker.
    pub(crate) what: String,
}

/// What is weaker in a configuration than in the one before. `today` decides what has ended.
#[must_use]
pub(crate) fn weaknesses(before: &Config, after: &Config, today: Date) -> Vec<ConfigWeakening> {
    let mut found = Vec::new();
    for gate in &before.gates {
        let name = gate.name.as_str();
        let mut add = |what: String| {
            found.push(ConfigWeakening {
                about: format!("gates.{name}"),
                what,
            });
        };
        match after.gates.iter().find(|other| other.name == gate.name) {
            None if is_renamed(gate, before, after, today) => {}
            None => add(format!("the gate {name} is gone")),
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
    found.extend(of("settings", of_settings(before, after)));
    let messages = before.commit_msg != after.commit_msg;
    let agents = before.agents != after.agents;
    let changed = |is: bool, what: &str| is.then(|| format!("{what} are other ones")).into_iter();
    let rules = changed(messages, "the rules for messages");
    found.extend(of("commit-msg", rules.collect()));
    let rules = changed(agents, "the rules for agents");
    found.extend(of("agents", rules.collect()));
    found.extend(of("bypass", of_bypass(&before.bypass, &after.bypass)));
    found
}

/// Whether a gate that is gone is there under another, new name.
fn is_renamed(gate: &Gate, before: &Config, after: &Config, today: Date) -> bool {
    let is_new = |other: &&Gate| before.gates.iter().all(|known| known.name != other.name);
    let mut new = after.gates.iter().filter(is_new);
    new.any(|other| of_gate(gate, other, today).is_empty())
}

fn of_gate(before: &Gate, after: &Gate, today: Date) -> Vec<String> {
    let mut found = Vec::new();
    if before.run.text != after.run.text {
        found.push(format!(
            "it runs `{}` instead of `{}`",
            clean_line(after.run.text.as_bytes()),
            clean_line(before.run.text.as_bytes())
        ));
    }
    if let GateLevel::Warn { until } = after.level {
        let was = match before.level {
            GateLevel::Block => Some("it only warns"),
            GateLevel::Warn { until: earlier } => {
                is_later(until, earlier).then_some("it only warns for longer")
            }
        };
        found.extend(was.map(str::to_owned));
    }
    if let Some(skip) = &after.skip {
        let before = before.skip.as_ref().map(|skip| skip.until);
        if before.is_none_or(|before| skip.until > before) && skip.until >= today {
            found.push(format!("it is switched off until {}", skip.until));
        }
    }
    if looks_at_less(before, after) {
        found.push("it looks at fewer files".to_owned());
    }
    if lacks(&after.widen, &before.widen) {
        found.push("fewer changes make it look at all files".to_owned());
    }
    if !after.success_codes.is_subset(&before.success_codes) {
        found.push("more exit codes mean success".to_owned());
    }
    for (key, before, after) in [
        ("expect", &before.expect, &after.expect),
        ("forbid", &before.forbid, &after.forbid),
    ] {
        if before.is_some() && text(before.as_ref()) != text(after.as_ref()) {
            found.push(format!("its `{key}` is gone, or another one"));
        }
    }
    if !before.hooks.is_subset(&after.hooks) {
        found.push("it runs at fewer hooks".to_owned());
    }
    if before.env != after.env || before.dir != after.dir {
        found.push("it runs in another folder, or with other variables".to_owned());
    }
    let is_in_place = |gate: &Gate| gate.isolation == Isolation::InPlace;
    let shows = |gate: &Gate| gate.untracked == Untracked::Show;
    if !is_in_place(before) && is_in_place(after) || !shows(before) && shows(after) {
        found.push("it sees what is not in the commit".to_owned());
    }
    if !before.cache && after.cache {
        found.push("what it says is remembered".to_owned());
    }
    found
}

/// Whether an end is later than another one; none is the latest.
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
    let known: BTreeSet<&String> = set.patterns.iter().collect();
    other
        .patterns
        .iter()
        .any(|pattern| !known.contains(pattern))
}

fn text(pattern: Option<&Pattern>) -> Option<&str> {
    pattern.map(|pattern| pattern.text.as_str())
}

fn of_settings(before: &Config, after: &Config) -> Vec<String> {
    let (before, after) = (&before.settings, &after.settings);
    let mut found = Vec::new();
    if after.branch_receipts < before.branch_receipts {
        found.push(format!(
            "branch-receipts is {}",
            after.branch_receipts.name()
        ));
    }
    if after.branch_messages < before.branch_messages {
        found.push(format!(
            "branch-messages is {}",
            after.branch_messages.name()
        ));
    }
    if lacks(&before.ungated_branches, &after.ungated_branches) {
        found.push("more branches need no gates".to_owned());
    }
    if lacks(&after.protected_branches, &before.protected_branches) {
        found.push("fewer branches are protected".to_owned());
    }
    if before.rebase != after.rebase && after.rebase == crate::config::settings::Rebase::Tip {
        found.push("only the tip of a rebase is judged".to_owned());
    }
    found
}

fn of_bypass(before: &Bypass, after: &Bypass) -> Vec<String> {
    let mut found = Vec::new();
    let rules: BTreeSet<&String> = before.rules.keys().chain(after.rules.keys()).collect();
    for rule in rules {
        if after.level(rule).severity() < before.level(rule).severity() {
            found.push(format!("the rule {rule} is less grave"));
        }
    }
    if lacks(&before.exclude, &after.exclude) || lacks(&before.documentation, &after.documentation)
    {
        found.push("more paths are left out".to_owned());
    }
    if before
        .patterns
        .iter()
        .any(|own| !after.patterns.contains(own))
    {
        found.push("a rule of the project's own is gone, or another one".to_owned());
    }
    if after
        .exceptions
        .iter()
        .any(|one| !before.exceptions.contains(one))
    {
        found.push("there is an exception more".to_owned());
    }
    found
}
