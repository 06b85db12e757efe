//! The plan: which gates will run and how, and which not and why.
//!
//! A pure function of configuration, trigger and change set. `gatekeeper plan` prints the very
//! value that `gatekeeper run` executes.

mod batch;
mod fixers;
mod select;
mod view;

use std::collections::HashMap;
use std::ffi::OsString;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use time::Date;

use crate::config::{Config, DEFAULT_BUDGET, DEFAULT_TIMEOUT};
use crate::gate::{Gate, GateName};
use crate::git::{ChangeSet, TrackedFile};
use crate::outcome::{NotApplicable, NotWanted};
use crate::trigger::Trigger;

pub use batch::Call;
pub use select::wants_tracked;
pub use view::{Sight, ViewChoice, ViewKind, wants_overlay};

/// Everything that decides about a plan, besides the configuration.
pub struct Situation<'a> {
    /// Why we run.
    pub trigger: &'a Trigger,
    /// The paths that the commit or range touches; for a plain run, all tracked ones.
    pub changes: &'a ChangeSet,
    /// All tracked files; needed only if [`wants_tracked`] says so.
    pub tracked: &'a [TrackedFile],
    /// The gates named on the command line; empty: all that are wanted.
    pub named: &'a [GateName],
    /// Today in UTC, for what ends on a day.
    pub today: Date,
    /// How many bytes the arguments of one call may take.
    pub argument_limit: usize,
    /// How many gates may run at once, if the configuration does not say.
    pub default_jobs: NonZeroUsize,
    /// What decides how the gates see the files.
    pub sight: Sight<'a>,
    /// From the command line, instead of the configuration's.
    pub jobs: Option<NonZeroUsize>,
    /// From the command line, in addition to the configuration's.
    pub fail_fast: bool,
}

/// What will run and what not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// Why we run.
    pub trigger: Trigger,
    /// The gates that will run, in the order of the configuration.
    pub gates: Vec<PlannedGate>,
    /// The gates that will not, each with its reason.
    pub left_out: Vec<LeftOut>,
    /// How many gates may run at once.
    pub jobs: NonZeroUsize,
    /// Whether the first failure stops the others.
    pub fail_fast: bool,
    /// How long the run may take as a whole.
    pub budget: Option<Duration>,
    /// The paths of the change set, sorted; for a plain run, all tracked ones.
    pub changed: Vec<PathBuf>,
    /// Whether the messages of the range are judged, too.
    pub judges_messages: bool,
    /// How many of them are refused: they are judged before any gate.
    pub refused_messages: usize,
    /// How many findings of the rules for what is committed refuse it.
    pub refused_findings: usize,
    /// How many of its commits are refused for what they change, and the range for what it does.
    pub refused_changes: usize,
}

/// A gate that will run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedGate {
    /// The gate as configured.
    pub gate: Gate,
    /// Why it is needed.
    pub because: Because,
    /// The gates of this plan that must have ended well before it starts.
    pub after: Vec<GateName>,
    /// The files that it is given, relative to the work tree's top; empty if it takes none.
    pub files: Vec<PathBuf>,
    /// The calls that are made one after the other; more than one only if the names of the files
    /// are too long for one.
    pub calls: Vec<Call>,
    /// How long it may take.
    pub timeout: Option<Duration>,
    /// Whether the commit is stopped if it does not pass.
    pub blocking: bool,
    /// Why it does not stop this one commit, if its message excepts it.
    pub excepted: Option<String>,
    /// How it sees the files.
    pub view: ViewChoice,
}

impl Plan {
    /// Lets a gate not stop this commit, for a reason.
    pub fn except(&mut self, gate: &GateName, reason: &str) {
        let planned = self.gates.iter_mut().filter(|one| one.gate.name == *gate);
        for planned in planned {
            planned.blocking = false;
            planned.excepted = Some(reason.to_owned());
        }
    }

    /// Whether a rule refuses what is judged, whatever the gates say.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        self.refused_messages + self.refused_findings + self.refused_changes > 0
    }

    /// Leaves out the gates that have passed before, as far as somebody knows of it.
    pub fn leave_out_cached(&mut self, known: impl Fn(&PlannedGate) -> Option<Why>) {
        let (mut run, mut cached) = (Vec::new(), Vec::new());
        for planned in self.gates.drain(..) {
            match known(&planned) {
                Some(why) => cached.push(LeftOut {
                    gate: planned.gate,
                    why,
                }),
                None => run.push(planned),
            }
        }
        self.gates = run;
        self.left_out.extend(cached);
        let names: Vec<GateName> = self.gates.iter().map(|p| p.gate.name.clone()).collect();
        for planned in &mut self.gates {
            planned.after.retain(|name| names.contains(name));
        }
    }

    /// For each gate that will run, the places of those that it waits for.
    #[must_use]
    pub fn needs(&self) -> Vec<Vec<usize>> {
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

/// Why a gate is needed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Because {
    /// It has no `files`, and something changed.
    EveryChange,
    /// These many paths of the change set match, this one among them.
    Matches {
        /// How many.
        count: usize,
        /// The first of them.
        example: PathBuf,
    },
    /// This path matches `widen`, so all tracked files that match are looked at.
    Widened {
        /// The path.
        by: PathBuf,
    },
}

/// A gate that will not run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// The gate as configured.
    pub gate: Gate,
    /// Why.
    pub why: Why,
}

/// Why a gate will not run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// It has nothing to look at.
    NotApplicable(NotApplicable),
    /// It is switched off; the gate's `skip` says why.
    Skipped,
    /// It has passed on the same tree, given the same.
    Cached {
        /// How long ago.
        age: Duration,
        /// How long it took.
        took: Duration,
    },
    /// It does not belong to this run.
    NotWanted(NotWanted),
}

/// Decides.
///
/// The names in `situation.named` must be names of gates; see [`select::must_exist`].
#[must_use]
pub fn plan(config: &Config, situation: &Situation<'_>) -> Plan {
    let mut gates = Vec::new();
    let mut left_out = Vec::new();
    let wanted = select::wanted(config, situation);
    for (gate, wanted) in config.gates.iter().zip(wanted) {
        let selected = match wanted {
            Err(not_wanted) => Err(Why::NotWanted(not_wanted)),
            Ok(()) => select::select(gate, situation),
        };
        match selected {
            Ok(selected) => gates.push(planned(gate, selected, situation)),
            Err(why) => left_out.push(LeftOut {
                gate: gate.clone(),
                why,
            }),
        }
    }
    let names: Vec<GateName> = gates
        .iter()
        .map(|planned| planned.gate.name.clone())
        .collect();
    for planned in &mut gates {
        // What is not in the plan has nothing to say: it is not applicable or skipped.
        planned.after.retain(|name| names.contains(name));
    }
    let default_budget = situation.trigger.is_commit().then_some(DEFAULT_BUDGET);
    Plan {
        trigger: situation.trigger.clone(),
        gates,
        left_out,
        jobs: situation
            .jobs
            .or(config.settings.jobs)
            .unwrap_or(situation.default_jobs),
        fail_fast: situation.fail_fast || config.settings.fail_fast,
        budget: if situation.trigger.is_commit() {
            config.settings.budget.or(default_budget)
        } else {
            None
        },
        changed: situation
            .changes
            .changes
            .iter()
            .map(|change| change.path.clone())
            .collect(),
        judges_messages: matches!(situation.trigger, Trigger::Range { .. })
            && situation.named.is_empty(),
        refused_messages: 0,
        refused_findings: 0,
        refused_changes: 0,
    }
}

fn planned(gate: &Gate, selected: select::Selected, situation: &Situation<'_>) -> PlannedGate {
    let default_timeout = situation.trigger.is_commit().then_some(DEFAULT_TIMEOUT);
    let arguments: Vec<OsString> = selected
        .files
        .iter()
        .map(|path| batch::argument(path, &gate.dir))
        .collect();
    PlannedGate {
        calls: batch::calls(&gate.run, &arguments, situation.argument_limit),
        because: selected.because,
        after: gate.needs.clone(),
        files: selected.files,
        timeout: gate.timeout.or(default_timeout),
        blocking: gate.level.blocks_on(situation.today),
        view: situation.view(gate),
        excepted: None,
        gate: gate.clone(),
    }
}

pub use select::must_exist;
