//! `gatekeeper audit --record`: checks commits that passed by the gates, and stores receipts.

use super::gate_place::GatePlace;
use super::request::RunRequest;
use super::{gate_run, receipt_store, self_path, ungated_commits};
use crate::base::environment::Environment;
use crate::base::exit_code::ExitCode;
use crate::base::fault::{Fault, Result};
use crate::base::object_id::ObjectId;
use crate::base::text::{clean_line, count};
use crate::config::FILE_NAME;
use crate::git::{CommitNode, RangeSpec, Repository};
use crate::model::trigger::{Stage, Trigger};
use crate::receipt::{LedgerEntry, LedgerEvent, Store};
use crate::report::{self, Detail, Format, Style};

/// Those of some commits that have no receipt.
fn unchecked(repository: &Repository, store: &Store, ids: &[ObjectId]) -> Result<Vec<CommitNode>> {
    let mut unchecked = Vec::new();
    for &id in ids {
        if let Some(commit) = repository.ancestor(id)?
            && !store.was_checked(repository, &commit, Stage::PreCommit)?
        {
            unchecked.push(commit);
        }
    }
    Ok(unchecked)
}

/// The command's name, in the ledger.
const COMMAND: &str = "audit --record";

/// Takes what is remembered as it is from now on, if something was wrong with it, and says so.
fn repair(store: &mut Store, style: Style) -> Result<()> {
    let lost = store.loss().map(report::loss_in_words);
    let damaged = store.ledger_damage().map(report::damage_in_words);
    let found: Vec<String> = lost.map(str::to_owned).into_iter().chain(damaged).collect();
    if found.is_empty() {
        return Ok(());
    }
    let entries: Vec<LedgerEntry> = found
        .iter()
        .map(|what| LedgerEntry::new(LedgerEvent::Repaired, COMMAND, what.as_str()))
        .collect();
    store.repair(&entries)?;
    for what in found {
        report::say(&format!(
            "{}: {what}; what is recorded from now on counts\n",
            style.careful("repaired")
        ));
    }
    Ok(())
}

/// The first exit code that is not that of success.
fn worst_of(first: ExitCode, second: ExitCode) -> ExitCode {
    if first == ExitCode::Passed {
        second
    } else {
        first
    }
}

pub(crate) fn record(
    environment: &Environment,
    repository: &Repository,
    named: &RangeSpec,
    detail: Detail,
) -> Result<ExitCode> {
    let style = Style::for_errors(environment, detail);
    let mut store = receipt_store::must_open(environment, repository)?;
    repair(&mut store, style)?;
    let commits = repository.commits(named)?;
    let ungated = match named {
        // What others have checked is checked here if it is named.
        RangeSpec::Between { .. } | RangeSpec::Only(_) => {
            unchecked(repository, &store, &commits.ids)?
        }
        RangeSpec::All(_) => {
            let mut all = store.ungated(repository, std::slice::from_ref(&commits.tip))?;
            // The oldest first: each is checked by what it changes in those before.
            all.reverse();
            all
        }
    };
    if commits.ids.is_empty() {
        return Err(Fault::usage("there is no commit in this range").hint(
            "`gatekeeper audit --record` checks every unchecked commit in HEAD; with REF, those \
             since REF; with `COMMIT^!`, one commit",
        ));
    }
    if ungated.is_empty() {
        let commits = count(commits.ids.len(), "commit");
        report::say(&format!(
            "{}: 0 of {commits} unchecked\n",
            style.good("nothing to check")
        ));
        return Ok(ExitCode::Passed);
    }
    let number = ungated.len();
    let mut worst = ExitCode::Passed;
    let mut failed = Vec::new();
    for passer in ungated_commits::named(repository, ungated.iter())? {
        let trigger = Trigger::Record { commit: passer.id };
        report::say(&format!(
            "{} {}\n",
            style.strong(&passer.id.short()),
            clean_line(passer.subject.as_bytes())
        ));
        if !passer.has_gates {
            report::say(&format!(
                "{}: there is no {FILE_NAME} in {}, so no gate can check it\n",
                style.bad("error"),
                passer.id.short()
            ));
            failed.push(passer);
            worst = worst_of(worst, ExitCode::Failed);
            continue;
        }
        let request = RunRequest::new(trigger);
        let place = GatePlace::of(environment, repository, Some(passer.id))?;
        let code = gate_run::check(place.environment(), &request, Format::Text, style)?;
        match code {
            ExitCode::Passed => {}
            ExitCode::Signal(_) => return Ok(code),
            code => {
                failed.push(passer);
                worst = worst_of(worst, code);
            }
        }
    }
    report::say(&report::recorded(number, &failed, style));
    let ids: Vec<ObjectId> = failed.iter().map(|commit| commit.id).collect();
    let can_be_accepted = failed.iter().any(|commit| !commit.has_gates)
        || store.were_present_at_install(repository, &ids)?;
    if !ids.is_empty() && can_be_accepted {
        failed.reverse();
        let program = self_path::call(environment);
        report::say(&report::accept_help(&failed, &program, style));
    }
    Ok(worst)
}
