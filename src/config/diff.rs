//! What a change takes away from gatekeeper itself: gates that are removed or look at less, and
//! rules that demand less.
//!
//! Whether something else is as strict as what was there before is known of some changes and of others not;
//! the latter count as well. An addition is never a weakening.

use std::path::PathBuf;

use time::Date;

use super::document::Config;
use super::gate::{self, Gate};
use super::key::Weakness;
use super::moves::Moves;
use super::{agents, bypass, checks, commit_msg, key, receipts, settings};
use crate::commands::strictness::is_covered_by;
use crate::model::gate::GateName;

/// One weakening: what it is about, and a description, as a fragment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ConfigWeakening {
    /// The gate's name, or the table of gates.toml.
    pub(crate) about: String,
    /// The file that it is in; where it was, if it is gone.
    pub(crate) file: PathBuf,
    /// Whether that is another file than the one at the top.
    pub(crate) is_elsewhere: bool,
    /// The keys that lead to it, from the top of the file inwards.
    pub(crate) keys: Vec<String>,
    /// What is weaker, or different.
    pub(crate) what: String,
    /// Whether it is known to be weaker; otherwise it was changed, and this cannot be known.
    pub(crate) is_known: bool,
}

/// What is weaker in a configuration than in the one before, or may be. `today` decides which skips have
/// ended, and `moves` what has another path now.
#[must_use]
pub(crate) fn weaknesses(
    before: &Config,
    after: &Config,
    today: Date,
    moves: &Moves,
) -> Vec<ConfigWeakening> {
    let mut weaknesses = Vec::new();
    for gate in &before.gates {
        let name = gate.name.as_str();
        let other = after.gates.iter().find(|other| other.name == gate.name);
        let origin = &other.unwrap_or(gate).origin;
        let keys = || vec!["gates".to_owned(), gate.name.local().to_owned()];
        let weakening = |weakness: Weakness| ConfigWeakening {
            about: format!("gates.{name}"),
            file: origin.file.clone(),
            is_elsewhere: origin.file != before.top && origin.file != after.top,
            keys: [keys(), weakness.keys].concat(),
            what: weakness.what,
            is_known: weakness.is_known,
        };
        let weaker = match other {
            Some(other) => {
                let mut weaker = weaker_gate(gate, other, today, moves);
                weaker.retain(|weakness| {
                    !(weakness.is_of(gate::RUN) && is_split(gate, after, today, moves))
                });
                for weakness in &mut weaker {
                    weakness.what = format!("{name}: {}", weakness.what);
                }
                weaker
            }
            None if is_checked_elsewhere(gate, after, today, moves) => Vec::new(),
            None => vec![Weakness {
                keys: Vec::new(),
                what: format!("gate {name} was removed"),
                is_known: true,
            }],
        };
        weaknesses.extend(weaker.into_iter().map(weakening));
    }
    let of = |about: &str, weaknesses: Vec<Weakness>| {
        let about = about.to_owned();
        weaknesses.into_iter().map(move |weakness| ConfigWeakening {
            about: about.clone(),
            file: after.top.clone(),
            is_elsewhere: false,
            keys: [vec![about.clone()], weakness.keys].concat(),
            what: weakness.what,
            is_known: weakness.is_known,
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
    let checks = key::weaknesses(&checks::KEYS, &before.checks, &after.checks, today);
    weaknesses.extend(of("checks", checks));
    let receipts = receipts::weaknesses(&before.receipts, &after.receipts, today);
    weaknesses.extend(of("receipts", receipts));
    weaknesses
}

/// What is weaker in a gate. What follows files to where they are now is not.
fn weaker_gate(before: &Gate, after: &Gate, today: Date, moves: &Moves) -> Vec<Weakness> {
    let mut weaknesses = gate::weaknesses(before, after, today);
    if weaknesses.is_empty() {
        return weaknesses;
    }
    if let Some(moved) = moves.follow(before, after) {
        let left = gate::weaknesses(&moved, after, today);
        weaknesses.retain(|weakness| left.iter().any(|other| other.keys == weakness.keys));
    }
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

/// Whether another gate checks whatever a removed gate has checked, or several do together.
fn is_checked_elsewhere(gate: &Gate, after: &Config, today: Date, moves: &Moves) -> bool {
    let mut others = after.gates.iter();
    others.any(|other| weaker_gate(gate, other, today, moves).is_empty())
        || is_split(gate, after, today, moves)
}

/// Whether what a gate has run is run by several gates now, each of which is as strict in everything else.
fn is_split(gate: &Gate, after: &Config, today: Date, moves: &Moves) -> bool {
    let is_part = |other: &&Gate| {
        let mut weaker = weaker_gate(gate, other, today, moves).into_iter();
        weaker.all(|weakness| weakness.is_of(gate::RUN))
    };
    let parts = after.gates.iter().filter(is_part);
    let commands: Vec<&str> = parts.map(|other| other.run.text.as_str()).collect();
    is_covered_by(&gate.run.text, &commands)
}
