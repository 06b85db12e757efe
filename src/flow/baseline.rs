//! Writes gates.baseline: what gates find today, so that from now on only new findings stop a commit.

use std::fs;
use std::io;

use super::candidate;
use super::gate_run;
use super::request::RunRequest;
use crate::base::environment::Environment;
use crate::base::exit_code::ExitCode;
use crate::base::fault::{Fault, Result};
use crate::base::replace::{Durability, READABLE, replace_file};
use crate::config::committed::{committed_baseline, is_absent_at};
use crate::config::source::{work_tree_baseline, work_tree_config};
use crate::config::{BASELINE_NAME, Baseline, Config};
use crate::event::GateResult;
use crate::git::Repository;
use crate::model::gate::{GateKind, GateName};
use crate::model::outcome::{Failure, Outcome};
use crate::model::trigger::Trigger;
use crate::plan;
use crate::report::{self, BaselineDoubt, BaselineGate, Growth, Style};

/// Runs gates on the work tree, and makes what they find the known findings of the project. A gate of
/// which it is not certain what it finds keeps what is known of it.
///
/// # Errors
///
/// A gate has no findings to live with, gates cannot be run, or the file cannot be read or written.
pub(crate) fn baseline(
    environment: &Environment,
    names: &[String],
    style: Style,
) -> Result<ExitCode> {
    let repository = candidate::open(environment)?;
    let config = work_tree_config(&repository)?;
    let names = runnable(names, &config)?;
    let mut baseline = work_tree_baseline(&repository)?;
    let request = RunRequest {
        gates: &names,
        cache: false,
        ..RunRequest::new(Trigger::Run)
    };
    baseline.keep_gates(|name| config.gates.iter().any(|gate| gate.name.as_str() == name));
    let (plan, run) = gate_run::try_out(environment, &request, style)?;
    if let code @ ExitCode::Signal(_) = run.verdict.exit_code() {
        return Ok(code);
    }
    let mut gates = Vec::new();
    let ran = plan.gates.iter().zip(&run.results);
    let asked =
        ran.filter(|(planned, _)| names.iter().any(|name| name == planned.gate.name.as_str()));
    for (planned, result) in asked {
        let name = &planned.gate.name;
        let before = baseline.number(name.as_str());
        let doubt = take(&mut baseline, name, planned.gate.kind, result).err();
        gates.push(BaselineGate {
            name: name.clone(),
            before,
            after: baseline.number(name.as_str()),
            doubt,
        });
    }
    write(&repository, &baseline)?;
    let growth = growth(&repository, &baseline)?;
    report::say(&report::baseline(&gates, growth, style));
    let is_certain = gates.iter().all(|gate| gate.doubt.is_none());
    Ok(if is_certain {
        ExitCode::Passed
    } else {
        ExitCode::Failed
    })
}

/// Makes what a gate has found the known findings of it.
///
/// # Errors
///
/// It is not certain what it has found.
pub(super) fn take(
    baseline: &mut Baseline,
    name: &GateName,
    kind: GateKind,
    result: &GateResult,
) -> std::result::Result<(), BaselineDoubt> {
    let sightings = &result.fingerprints.sightings;
    match &result.outcome {
        Outcome::Passed if !has_excused(result) => baseline.set(name, &[], false),
        Outcome::Passed | Outcome::Failed(Failure::ExitCode(_) | Failure::Reported(_))
            if result.findings_doubt.is_none() && sightings.iter().any(|one| !one.is_note) =>
        {
            baseline.set(name, sightings, kind == GateKind::Security);
        }
        Outcome::NotApplicable(_) => {}
        Outcome::Failed(Failure::ExitCode(_) | Failure::Reported(_)) => {
            return Err(BaselineDoubt::Findings(result.findings_doubt));
        }
        outcome => return Err(BaselineDoubt::NoVerdict(outcome.word())),
    }
    Ok(())
}

/// Whether a gate has found something that does not count.
fn has_excused(result: &GateResult) -> bool {
    let mut known = result.known.iter();
    known.any(|known| known.listed + known.untouched > 0)
}

/// The gates that were named or, if none was, all that may have findings to live with.
fn runnable(names: &[String], config: &Config) -> Result<Vec<String>> {
    let typed = plan::must_exist(names, config)?;
    for gate in config
        .gates
        .iter()
        .filter(|gate| typed.contains(&gate.name))
    {
        if let Some(reason) = gate.kind.without_baseline() {
            return Err(Fault::usage(format!(
                "gate {} cannot have known findings, because its kind is {}: {reason}",
                gate.name,
                gate.kind.name()
            )));
        }
    }
    if !names.is_empty() {
        return Ok(names.to_vec());
    }
    let mut gates = config.gates.iter();
    let suitable: Vec<String> = gates
        .by_ref()
        .filter(|gate| gate.kind.without_baseline().is_none() && gate.skip.is_none())
        .map(|gate| gate.name.to_string())
        .collect();
    if suitable.is_empty() {
        return Err(Fault::usage(
            "no gate can have known findings: tests and formatters must pass",
        ));
    }
    Ok(suitable)
}

/// Writes the file, or removes it if nothing is known.
pub(crate) fn write(repository: &Repository, baseline: &Baseline) -> Result<()> {
    let path = repository.work_tree.join(BASELINE_NAME);
    let text = baseline.text();
    let written = if text.is_empty() {
        match fs::remove_file(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            removed => removed,
        }
    } else if fs::read(&path).is_ok_and(|old| old == text.as_bytes()) {
        Ok(())
    } else {
        replace_file(&path, text.as_bytes(), READABLE, Durability::Synced)
    };
    written.map_err(|error| Fault::unable(format!("cannot write {BASELINE_NAME}")).because(error))
}

/// How the known findings compare with those of the last commit.
fn growth(repository: &Repository, baseline: &Baseline) -> Result<Growth> {
    let Some(head) = repository.head_commit()? else {
        let is_empty = *baseline == Baseline::default();
        return Ok(if is_empty {
            Growth::None
        } else {
            Growth::First
        });
    };
    let committed = committed_baseline(&mut repository.objects(), head)?;
    Ok(if *baseline == committed {
        Growth::None
    } else if is_absent_at(repository, head)? {
        Growth::First
    } else if baseline.grown_since(&committed).is_empty() {
        Growth::Shrunk
    } else {
        Growth::Grown
    })
}
