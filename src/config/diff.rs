//! What a change takes away from gatekeeper itself: gates that are removed or look at less, and
//! rules that demand less.
//!
//! Whether another command is as strict as the one before cannot be known, so that counts as well.
//! An addition is never a weakening.

use time::Date;

use super::document::Config;
use super::gate::{self, Gate};
use super::{agents, bypass, commit_msg, key, settings};
use crate::model::gate::GateName;

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
                for what in gate::weaknesses(gate, other, today) {
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
    let settings = key::weaknesses(&settings::KEYS, &before.settings, &after.settings, today);
    weaknesses.extend(of("settings", settings));
    let rules = key::weaknesses(
        &commit_msg::KEYS,
        &before.commit_msg,
        &after.commit_msg,
        today,
    );
    weaknesses.extend(of("commit-msg", rules));
    let agents = key::weaknesses(&agents::KEYS, &before.agents, &after.agents, today);
    weaknesses.extend(of("agents", agents));
    let bypass = key::weaknesses(&bypass::KEYS, &before.bypass, &after.bypass, today);
    weaknesses.extend(of("bypass", bypass));
    weaknesses
}

/// The gates that check something else than in a configuration before, or did not check: what was
/// there then may be what they would not have let through. When a gate runs and whether it blocks does
/// not count.
#[must_use]
pub(crate) fn redefined(before: &Config, after: &Config) -> Vec<GateName> {
    let is_as_before = |gate: &Gate| {
        let mut earlier = before.gates.iter().filter(|other| other.name == gate.name);
        earlier.any(|other| {
            other.skip.is_some() <= gate.skip.is_some() && gate::inputs(other) == gate::inputs(gate)
        })
    };
    let gates = after.gates.iter().filter(|gate| !is_as_before(gate));
    gates.map(|gate| gate.name.clone()).collect()
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
    new.any(|other| gate::weaknesses(gate, other, today).is_empty())
}
