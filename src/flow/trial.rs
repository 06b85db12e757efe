//! A trial: each gate that was found, run once.

use std::time::Duration;

use regex::Regex;
use time::{Date, OffsetDateTime};

use super::candidate;
use super::detected::NAME;
use super::gate_run;
use super::request::RunRequest;
use crate::base::environment::Environment;
use crate::base::exit_code::ExitCode;
use crate::base::fault::Result;
use crate::config::{self, ConfigText};
use crate::detect::{self, Detected, Trial};
use crate::event::{GateResult, Output};
use crate::model::outcome::{Breakage, Failure, Outcome, ToolWords};
use crate::model::trigger::Trigger;
use crate::report::Style;

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

/// What came of a trial.
pub(crate) enum TrialRun {
    /// Every gate was run, or its program is missing.
    Done(Vec<Tried>),
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
    // In place, a tool that writes would write into the user's files.
    let mut text = "[settings]\nisolation = \"overlay\"\n".to_owned();
    text.push_str(&detect::gates(gates, |_| Trial::None));
    // Cold caches are the rule here, so that each gate gets more time than in a commit.
    for gate in &gates.gates {
        let heading = detect::heading(&gate.name);
        let limited = format!("{heading}\ntimeout = \"{}s\"", TRIAL.as_secs());
        text = text.replacen(&heading, &limited, 1);
    }
    let config = config::parse(&ConfigText {
        name: NAME.to_owned(),
        text,
    })?;
    let repository = candidate::open(environment)?;
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
    let names = plan
        .gates
        .iter()
        .map(|planned| planned.gate.name.to_string());
    let tried = names.zip(&result.results).map(|(name, result)| {
        let trial = trial_of(gates, &name, result, until);
        Tried {
            name,
            trial,
            duration: result.duration,
        }
    });
    Ok(TrialRun::Done(tried.collect()))
}

/// What came of the trial of one gate. What does not pass today warns until a day.
fn trial_of(gates: &Detected, name: &str, result: &GateResult, until: Date) -> Trial {
    match &result.outcome {
        Outcome::CouldNotStart(_) => Trial::Missing,
        Outcome::Passed if result.duration > SLOW => Trial::Slow,
        Outcome::TimedOut(_) => Trial::Slow,
        Outcome::Passed => Trial::Passed {
            has_evidence: has_evidence(gates, name, &result.output),
        },
        Outcome::Failed(Failure::ExitCode(_)) if lacks_subcommand(&result.output) => Trial::Missing,
        &Outcome::Failed(Failure::ExitCode(code)) if !says_finding(name, gates, code) => {
            Trial::Broken { code, until }
        }
        Outcome::ToolBroken(Breakage::Said(
            _,
            ToolWords {
                code: Some(code), ..
            },
        )) => Trial::Broken { code: *code, until },
        _ => Trial::Failed {
            until,
            is_slow: result.duration > SLOW,
        },
    }
}

/// Whether an exit code says that a tool has found something: 1 for nearly all of them.
fn says_finding(name: &str, gates: &Detected, code: i32) -> bool {
    let gate = gates.gates.iter().find(|gate| gate.name == name);
    let program = gate.and_then(|gate| gate.draft.run.first());
    match program.map(String::as_str) {
        Some("cargo") => matches!(code, 1 | 101),
        Some("tsc" | "tsgo" | "vue-tsc") => matches!(code, 1 | 2),
        // A bit for each kind of message.
        Some("pylint") => code < 32,
        _ => code == 1,
    }
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
