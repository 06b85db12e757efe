//! A trial: each gate that was found, run once.

use std::time::Duration;

use regex::Regex;
use time::{Date, OffsetDateTime};

use super::baseline::take;
use super::candidate;
use super::detected::NAME;
use super::gate_run;
use super::request::RunRequest;
use crate::base::environment::Environment;
use crate::base::exit_code::ExitCode;
use crate::base::fault::Result;
use crate::config::{self, Baseline, ConfigText};
use crate::detect::{self, Detected, NamedDraft, Trial};
use crate::event::{GateResult, Output};
use crate::model::gate::GateKind;
use crate::model::outcome::{Breakage, Failure, Outcome, ToolFault, ToolWords};
use crate::model::trigger::Trigger;
use crate::plan::Network;
use crate::report::Style;
use crate::tools::{cold_cache, says_finding, says_no_network};

/// How long a gate may take in a trial.
const TRIAL: Duration = Duration::from_mins(3);

/// A gate that takes longer than this is too slow for every commit.
const SLOW: Duration = Duration::from_mins(1);

/// How long a gate that fails today is only a warning.
const WARNED: time::Duration = time::Duration::days(30);

/// One gate of a trial.
pub(crate) struct Tried {
    /// Its name.
    pub(crate) name: String,
    /// What came of it.
    pub(crate) trial: Trial,
    /// How long it took.
    pub(crate) duration: Duration,
}

/// The gates of a trial, and what they find that a project can live with.
#[derive(Default)]
pub(crate) struct Trials {
    /// The gates.
    pub(crate) tried: Vec<Tried>,
    /// The findings of those with [`Trial::Known`].
    pub(crate) baseline: Baseline,
}

/// What came of a trial.
pub(crate) enum TrialRun {
    /// Every gate was run, or its program is missing.
    Done(Trials),
    /// It was ended from outside.
    Ended(ExitCode),
}

/// Runs each gate once on the last commit, in a view, so that nothing in the work tree changes; before the first
/// commit, on what is staged. A gate whose program is missing keeps no other one from running.
///
/// # Errors
///
/// The gates cannot be run at all.
pub(crate) fn try_out(
    environment: &Environment,
    gates: &Detected,
    style: Style,
) -> Result<TrialRun> {
    let (of_network, local): (Vec<_>, Vec<_>) = gates
        .gates
        .iter()
        .cloned()
        .partition(|gate| gate.draft.checker.needs_network);
    let of_network = of_network.into_iter().map(|gate| Tried {
        name: gate.name,
        trial: Trial::OfNetwork,
        duration: Duration::ZERO,
    });
    if local.is_empty() {
        return Ok(TrialRun::Done(Trials {
            tried: of_network.collect(),
            ..Trials::default()
        }));
    }
    let local = Detected {
        gates: local,
        ..Detected::default()
    };
    // In place, a tool that writes would write into the user's files.
    let mut text = "[settings]\nisolation = \"overlay\"\n".to_owned();
    text.push_str(&detect::gates(&local, |_| Trial::None));
    // Cold caches are the rule here, so that each gate gets more time than in a commit.
    for gate in &local.gates {
        let heading = detect::heading(&gate.name);
        let limited = format!("{heading}\ntimeout = \"{}s\"", TRIAL.as_secs());
        text = text.replacen(&heading, &limited, 1);
    }
    let config = config::parse(&ConfigText {
        name: NAME.to_owned(),
        text,
    })?;
    let repository = candidate::open(environment)?;
    let is_cold = |gate: &NamedDraft| {
        let (checker, dir) = (gate.draft.checker, &gate.draft.dir);
        cold_cache(checker, &environment.variables, &repository.work_tree, dir)
    };
    let cold: Vec<Option<bool>> = local.gates.iter().map(is_cold).collect();
    let trigger = match repository.head_commit()? {
        Some(commit) => Trigger::Trial { commit },
        None => Trigger::Staged,
    };
    let request = RunRequest {
        cache: false,
        config: Some(&config),
        ..RunRequest::new(trigger)
    };
    let (plan, result) = gate_run::try_out(environment, &request, style)?;
    if let code @ ExitCode::Signal(_) = result.verdict.exit_code() {
        return Ok(TrialRun::Ended(code));
    }
    let until = OffsetDateTime::now_utc().date() + WARNED;
    let mut baseline = Baseline::default();
    let tried = plan.gates.iter().zip(&result.results);
    let tried = tried.map(|(planned, result)| {
        let name = planned.gate.name.to_string();
        let trial = trial_of(&local, &name, result, until);
        let unreached = match trial {
            Trial::Failed { .. } | Trial::Broken { .. } if plan.network == Network::Withheld => {
                unreachable(&local, &name, result, until)
            }
            _ => None,
        };
        let trial = match unreached.unwrap_or(trial) {
            Trial::Slow { .. } => {
                let at = local.gates.iter().position(|gate| gate.name == name);
                let was_cold = at.and_then(|at| cold.get(at).copied().flatten());
                Trial::Slow { was_cold }
            }
            Trial::Failed { is_slow, .. } => {
                let gate = &planned.gate;
                let may_be_known = gate.kind.without_baseline().is_none();
                let is_known =
                    may_be_known && take(&mut baseline, &gate.name, gate.kind, result).is_ok();
                match baseline.number(&name) {
                    number if is_known && number > 0 => Trial::Known { number, is_slow },
                    _ => trial,
                }
            }
            trial => trial,
        };
        Tried {
            name,
            trial,
            duration: result.duration,
        }
    });
    let tried = tried.chain(of_network).collect();
    Ok(TrialRun::Done(Trials { tried, baseline }))
}

/// That a gate could not reach the network, which it did not have, if it or its tests say so.
fn unreachable(gates: &Detected, name: &str, result: &GateResult, until: Date) -> Option<Trial> {
    let gate = gates.gates.iter().find(|gate| gate.name == name)?;
    let checker = gate.draft.checker;
    let is_said = match &result.outcome {
        Outcome::ToolBroken(Breakage::Said(ToolFault::Network, _)) => true,
        Outcome::Failed(_) => checker.kind == GateKind::Test && lacks_network(&result.output),
        _ => false,
    };
    is_said.then_some(Trial::Unreachable {
        download: checker.download,
        until,
    })
}

/// Whether tests say that they could not reach the network.
fn lacks_network(output: &Output) -> bool {
    let printed = [output.head.as_slice(), output.tail.as_slice()].concat();
    says_no_network(&String::from_utf8_lossy(&printed))
}

/// What came of the trial of one gate. What does not pass today warns until a day.
fn trial_of(gates: &Detected, name: &str, result: &GateResult, until: Date) -> Trial {
    match &result.outcome {
        Outcome::CouldNotStart(_) => Trial::Missing,
        Outcome::Passed if result.duration > SLOW => Trial::Slow { was_cold: None },
        Outcome::TimedOut(_) => Trial::Slow { was_cold: None },
        Outcome::Passed => Trial::Passed {
            has_evidence: has_evidence(gates, name, &result.output),
        },
        Outcome::Failed(Failure::ExitCode(_)) if lacks_subcommand(&result.output) => Trial::Missing,
        &Outcome::Failed(Failure::ExitCode(code)) if !is_verdict(name, gates, code) => {
            Trial::Broken { code, until }
        }
        Outcome::ToolBroken(Breakage::Said(
            _,
            ToolWords {
                code: Some(code), ..
            },
        )) => Trial::Broken { code: *code, until },
        Outcome::CheckedNothing(_) | Outcome::NotApplicable(_) => Trial::CheckedNothing { until },
        _ => Trial::Failed {
            until,
            is_slow: result.duration > SLOW,
        },
    }
}

/// Whether an exit code says that the tool of a gate has found something.
fn is_verdict(name: &str, gates: &Detected, code: i32) -> bool {
    let gate = gates.gates.iter().find(|gate| gate.name == name);
    let program = gate.and_then(|gate| gate.draft.run.first());
    says_finding(program.map(String::as_str), code)
}

/// Whether cargo says that it does not have the subcommand.
fn lacks_subcommand(output: &Output) -> bool {
    let printed = String::from_utf8_lossy(&output.head);
    printed.contains("error: no such command: ")
}

/// Whether a gate has printed the line by which its tool says that all is well.
fn has_evidence(gates: &Detected, name: &str, output: &Output) -> bool {
    let gate = gates.gates.iter().find(|gate| gate.name == name);
    let success = gate.and_then(|gate| gate.draft.checker.success);
    let Some(Ok(success)) = success.map(Regex::new) else {
        return false;
    };
    let printed = [output.head.as_slice(), output.tail.as_slice()].concat();
    let printed = String::from_utf8_lossy(&printed);
    let plain = console::strip_ansi_codes(&printed);
    plain.lines().any(|line| success.is_match(line))
}
