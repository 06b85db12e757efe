//! The plan: which gates will run and how, and which will not and why.
//!
//! A pure function of configuration, trigger and change set, from which the gates are left out whose
//! verdict is known. `gatekeeper plan` prints the very value that `gatekeeper run` executes.

mod batch;
mod fixers;
mod order;
pub(crate) mod reason;
mod select;
pub(crate) mod situation;
mod view;

use std::collections::HashMap;
use std::ffi::OsString;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use crate::config::{Config, DEFAULT_BUDGET, DEFAULT_TIMEOUT, Gate};
use crate::model::gate::{GateName, Part};
use crate::model::outcome::NotWanted;
use crate::model::trigger::Trigger;

pub(crate) use batch::GateCall;
pub(crate) use reason::{LeftOutReason, Needed};
pub(crate) use select::{must_exist, wants_tracked};
pub(crate) use situation::{Network, Situation, ViewInputs};
pub(crate) use view::{IgnoredFiles, ViewChoice, ViewKind};

/// What will run and what will not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Plan {
    /// Why we run.
    pub(crate) trigger: Trigger,
    /// The gates that will run, in the order of the configuration.
    pub(crate) gates: Vec<PlannedGate>,
    /// The gates that will not, each with its reason.
    pub(crate) left_out: Vec<LeftOut>,
    /// How many gates may run at once.
    pub(crate) jobs: NonZeroUsize,
    /// Whether the first failure stops the others.
    pub(crate) fail_fast: bool,
    /// How long the run may take as a whole.
    pub(crate) budget: Option<Duration>,
    /// The paths of the change set, sorted; for a plain run, all tracked ones.
    pub(crate) changed: Vec<PathBuf>,
    /// Whether the messages of the range are checked, too.
    pub(crate) checks_messages: bool,
    /// Whether the gates were found and not written down. Nobody has said that each of them is needed, so that
    /// those run that can.
    pub(crate) is_tentative: bool,
    /// Whether gates have the network.
    pub(crate) network: Network,
}

/// A gate that will run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PlannedGate {
    /// The gate as configured.
    pub(crate) gate: Gate,
    /// Why it is needed.
    pub(crate) because: Needed,
    /// The gates of this plan that must have ended well before it starts.
    pub(crate) after: Vec<GateName>,
    /// The files that it is given, relative to the work tree's top; empty if it takes none.
    pub(crate) files: Vec<PathBuf>,
    /// The calls that are made one after the other; more than one only if the names of the files
    /// are too long for one.
    pub(crate) calls: Vec<GateCall>,
    /// How long it may take.
    pub(crate) timeout: Option<Duration>,
    /// How long it took here the last time; `None` if it has never come to an end.
    pub(crate) last_took: Option<Duration>,
    /// Whether the commit is stopped if it does not pass.
    pub(crate) blocking: bool,
    /// Why it does not stop this one commit, if its message excepts it.
    pub(crate) excepted: Option<String>,
    /// How it has to see the files.
    pub(crate) view: ViewChoice,
}

impl Plan {
    /// The plan without the gates whose verdict is known: those with a reason `of_planned`, and those
    /// that are left out anyway and have one `of_left_out`.
    #[must_use]
    pub(crate) fn without_cached(
        self,
        of_planned: impl Fn(&PlannedGate) -> Option<LeftOutReason>,
        of_left_out: impl Fn(&LeftOut) -> Option<LeftOutReason>,
    ) -> Self {
        let again = |left_out: LeftOut| LeftOut {
            why: of_left_out(&left_out).unwrap_or(left_out.why),
            gate: left_out.gate,
        };
        let mut left_out: Vec<LeftOut> = self.left_out.into_iter().map(again).collect();
        let mut gates = Vec::new();
        for planned in self.gates {
            match of_planned(&planned) {
                Some(why) => left_out.push(LeftOut {
                    gate: planned.gate,
                    why,
                }),
                None => gates.push(planned),
            }
        }
        Self {
            gates: among_themselves(gates),
            left_out,
            ..self
        }
    }

    /// For each gate that will run, the places of those that it waits for.
    #[must_use]
    pub(crate) fn needs(&self) -> Vec<Vec<usize>> {
        let names = self.gates.iter().enumerate();
        let places: HashMap<&GateName, usize> = names
            .map(|(place, planned)| (&planned.gate.name, place))
            .collect();
        let of = |planned: &PlannedGate| {
            let after = planned.after.iter();
            after.filter_map(|name| places.get(name).copied()).collect()
        };
        self.gates.iter().map(of).collect()
    }
}

/// A gate that will not run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LeftOut {
    /// The gate as configured.
    pub(crate) gate: Gate,
    /// Why.
    pub(crate) why: LeftOutReason,
}

/// Decides which gates run.
///
/// The names in `situation.named` must be names of gates; see [`select::must_exist`].
#[must_use]
pub(crate) fn plan(config: &Config, situation: &Situation<'_>) -> Plan {
    let mut gates = Vec::new();
    let mut left_out = Vec::new();
    let wanted = select::wanted(config, situation);
    for (gate, wanted) in config.gates.iter().zip(wanted) {
        let selected = match wanted {
            Err(not_wanted) => Err(LeftOutReason::NotWanted(not_wanted)),
            Ok(()) if situation.skipped.contains(&gate.name) => Err(LeftOutReason::SkippedByHand),
            Ok(()) => select::select(gate, situation),
        };
        let selected = selected.and_then(|selected| {
            let parts = (situation.parts)(gate);
            let parts = parts.ok_or(LeftOutReason::NotWanted(NotWanted::OtherShard))?;
            Ok((selected, parts))
        });
        match selected {
            Ok((selected, parts)) => {
                let budget = budget(config, situation);
                gates.push(planned(gate, selected, &parts, situation, budget));
            }
            Err(why) => left_out.push(LeftOut {
                gate: gate.clone(),
                why,
            }),
        }
    }
    Plan {
        trigger: situation.trigger.clone(),
        gates: among_themselves(gates),
        left_out,
        jobs: situation
            .jobs
            .or(config.settings.jobs)
            .unwrap_or(situation.default_jobs),
        fail_fast: situation.fail_fast || config.settings.fail_fast,
        budget: budget(config, situation),
        changed: situation
            .changes
            .changes
            .iter()
            .map(|change| change.path.clone())
            .collect(),
        checks_messages: matches!(situation.trigger, Trigger::Range { .. })
            && situation.named.is_empty()
            && situation.has_rules,
        is_tentative: situation.is_tentative,
        network: situation.network,
    }
}

/// Gates that wait for each other only: one that is not in the plan has no say.
fn among_themselves(mut gates: Vec<PlannedGate>) -> Vec<PlannedGate> {
    let names: Vec<GateName> = gates.iter().map(|one| one.gate.name.clone()).collect();
    for planned in &mut gates {
        planned.after.retain(|name| names.contains(name));
    }
    gates
}

/// How long the run may take as a whole.
fn budget(config: &Config, situation: &Situation<'_>) -> Option<Duration> {
    let is_limited = situation.trigger.is_commit();
    is_limited.then(|| config.settings.budget.unwrap_or(DEFAULT_BUDGET))
}

/// How the gate will run. Unless gates.toml sets its `timeout`, it may take the whole budget as long as
/// nothing is known of how long it takes: a tool that starts with an empty cache may need much longer
/// than it does later.
fn planned(
    gate: &Gate,
    selected: select::Selected,
    parts: &[Part],
    situation: &Situation<'_>,
    budget: Option<Duration>,
) -> PlannedGate {
    let last_took = (situation.last_took)(gate);
    let default_timeout = budget.map(|budget| match last_took {
        Some(_) => DEFAULT_TIMEOUT,
        None => budget,
    });
    let arguments: Vec<OsString> = selected
        .files
        .iter()
        .map(|path| batch::argument(path, &gate.dir))
        .collect();
    let mut exceptions = situation.excepted.iter();
    let exception = exceptions.rfind(|one| one.gate == gate.name);
    PlannedGate {
        calls: parts
            .iter()
            .flat_map(|part| {
                let command = gate.run.of_part(*part);
                batch::calls(&command, &arguments, situation.argument_limit)
            })
            .collect(),
        because: selected.because,
        after: gate.needs.clone(),
        files: selected.files,
        timeout: gate.timeout.or(default_timeout),
        last_took,
        blocking: exception.is_none() && gate.level.blocks_on(situation.today),
        view: situation.view(gate),
        excepted: exception.map(|one| one.reason.clone()),
        gate: gate.clone(),
    }
}
