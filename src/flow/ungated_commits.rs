//! What is asked about commits that may have passed by the gates or the rules for messages.

use std::path::Path;

use crate::base::fault::Result;
use crate::base::object_id::ObjectId;
use crate::config::{Config, FILE_NAME};
use crate::git::{CommitNode, Repository, text};
use crate::message::MessageSettings;
use crate::model::finding::{FilePlace, Finding, Location, Remedy};
use crate::model::trigger::Stage;
use crate::receipt::{Store, Trusted};
use crate::report::UngatedCommit;
use crate::rules::catalogue::change::GATE_EXCEPTION_UNKNOWN;
use crate::rules::catalogue::contents::AUTOSQUASH;
use crate::rules::change::by_policies::check_commit;
use crate::rules::change::gate_exception::{GATE_EXCEPTION, Malformed};
use crate::rules::change::single_change::ChangeChecker;
use crate::rules::change::{gate_exception, received};
use crate::rules::message::Reading;
use crate::rules::message::range::{self, CheckedMessage};

/// Whether a commit has a gates.toml, of whatever kind.
pub(super) fn has_gates(repository: &Repository, commit: ObjectId) -> Result<bool> {
    Ok(repository
        .objects()
        .entry(commit, Path::new(FILE_NAME))?
        .is_some())
}

/// Commits with the subjects of their messages.
pub(super) fn named<'a>(
    repository: &Repository,
    commits: impl Iterator<Item = &'a CommitNode>,
) -> Result<Vec<UngatedCommit>> {
    commits
        .map(|commit| {
            let message = repository.stored_message(commit.id)?.unwrap_or_default();
            let message = text(&message);
            let subject = message.lines().find(|line| !line.trim().is_empty());
            Ok(UngatedCommit {
                id: commit.id,
                subject: subject.unwrap_or_default().to_owned(),
                has_gates: has_gates(repository, commit.id)?,
            })
        })
        .collect()
}

/// Whether the gates have checked a commit, as its receipt tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Check {
    /// They have, or there is nothing to check.
    Checked,
    /// They were left to the last commit of the rebase that made it.
    LeftToTip,
    /// They have not.
    Unchecked,
}

/// Whether the gates have checked a commit.
pub(super) fn check(
    repository: &Repository,
    store: &Store,
    commit: &CommitNode,
    trusted: Trusted<'_>,
) -> Result<Check> {
    if commit.is_empty_root() {
        return Ok(Check::Checked);
    }
    let Some(receipt) = store.receipt(commit.tree) else {
        return Ok(Check::Unchecked);
    };
    if let Some(record) = receipt.checked.get(Stage::PreCommit.name())
        && excepts(repository, commit.id, &record.excepted)?
        && store.is_evidence(
            repository,
            record,
            &commit.parents,
            Stage::PreCommit,
            trusted,
        )?
    {
        return Ok(Check::Checked);
    }
    Ok(if receipt.left_to_tip.is_some() {
        Check::LeftToTip
    } else {
        Check::Unchecked
    })
}

/// Whether the message of a commit excepts all of these gates.
pub(super) fn excepts(repository: &Repository, commit: ObjectId, gates: &[String]) -> Result<bool> {
    if gates.is_empty() {
        return Ok(true);
    }
    let stored = repository.objects().commit(commit)?;
    let reading = Reading::new(
        &stored.message,
        &MessageSettings::default(),
        &stored.encoding,
    );
    Ok(gate_exception::missing_exceptions(&reading, gates).is_empty())
}

/// Those of some commits whose messages are refused, with the exemptions of the commit-msg hook.
pub(super) fn refused_messages(
    repository: &Repository,
    config: &Config,
    ids: Vec<ObjectId>,
) -> Result<Vec<CheckedMessage>> {
    let mut checked = range::check_messages(repository, config, ids)?;
    // A commit that is still to be squashed is fine where it is made.
    for one in &mut checked {
        one.findings.retain(|finding| !finding.rule.is(&AUTOSQUASH));
    }
    checked.retain(CheckedMessage::is_refused);
    Ok(checked)
}

/// The finding about an exception that has no effect.
fn invalid_exception(malformed: &Malformed) -> Finding {
    let message = format!(
        "`{GATE_EXCEPTION}: {}` has no effect: {}",
        malformed.value, malformed.why
    );
    let remedy = "name a gate of gates.toml and a reason, or remove the trailer".to_owned();
    Finding {
        location: Location::File(FilePlace::whole(FILE_NAME)),
        ..Finding::new(&GATE_EXCEPTION_UNKNOWN, message, Remedy::Edit(remedy))
    }
}

/// What the rules in a commit refuse of what it changes. A reason in its message satisfies those that
/// ask for one.
pub(super) fn refused_changes(
    checker: &mut ChangeChecker<'_>,
    commit: &CommitNode,
) -> Result<Vec<Finding>> {
    // What cannot be read checks nothing.
    checker.policies.at(commit.id)?.required()?;
    let report = check_commit(checker, &commit.parents, commit.id, None)?;
    let mut refused: Vec<Finding> = report.refused().into_iter().cloned().collect();
    let said = received::declarations(&mut checker.policies, commit)?;
    if said.gate_change.is_none() {
        refused.extend(report.to_be_declared().into_iter().cloned());
    }
    refused.extend(said.malformed.iter().map(invalid_exception));
    Ok(refused)
}
