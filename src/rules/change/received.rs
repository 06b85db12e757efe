//! A commit that was pushed to a server, checked, and what its message says about gates.

use super::gate_exception::{GateException, Malformed, exceptions, gates_of, take_unknown};
use super::single_change::{self, ChangeChecker, ChangeReport, GATE_CHANGE};
use super::weakenings::no_configuration_left;
use crate::base::fault::Result;
use crate::base::object_id::ObjectId;
use crate::base::text::clean_line;
use crate::config::{Config, FILE_NAME, PolicySource};
use crate::git::{Commit, CommitNode};
use crate::message::MessageSettings;
use crate::model::finding::{Finding, Remedy};
use crate::model::severity::Severity;
use crate::rules::message::Reading;
use crate::rules::message::range::CheckedMessage;

/// What a message says about gates.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct GateDeclarations {
    /// The subject.
    pub(crate) subject: String,
    /// Why something is weaker.
    pub(crate) gate_change: Option<String>,
    /// The gates that the commit bypasses, and why.
    pub(crate) exceptions: Vec<GateException>,
    /// Invalid exceptions.
    pub(crate) malformed: Vec<Malformed>,
}

/// A pushed commit, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Received {
    /// The commit's id.
    pub(crate) id: ObjectId,
    /// Whether it has no parent.
    pub(crate) is_root: bool,
    /// What its message says about gates.
    pub(crate) said: GateDeclarations,
    /// What is wrong with the message.
    pub(crate) message: Option<CheckedMessage>,
    /// What its change does.
    pub(crate) change: ChangeReport,
    /// Why its configuration cannot be read.
    pub(crate) unreadable: Option<String>,
}

impl Received {
    /// The findings that refuse it: those that nothing excuses, and those that its message does not
    /// declare.
    #[must_use]
    pub(crate) fn refused_findings(&self) -> Vec<Finding> {
        let mut refused = self.change.refused();
        if self.said.gate_change.is_none() {
            refused.extend(self.change.to_be_declared());
        }
        refused.into_iter().cloned().collect()
    }

    /// Whether it is refused.
    #[must_use]
    pub(crate) fn is_refused(&self) -> bool {
        self.message
            .as_ref()
            .is_some_and(CheckedMessage::is_refused)
            || self.unreadable.is_some()
            || !self.said.malformed.is_empty()
            || !self.refused_findings().is_empty()
    }
}

/// Reads what a message says about gates.
#[must_use]
pub(crate) fn said(commit: &Commit) -> GateDeclarations {
    let reading = Reading::new(
        &commit.message,
        &MessageSettings::default(),
        &commit.encoding,
    );
    let trailers = reading.trailers.iter();
    let pairs = trailers.map(|entry| (entry.key.as_str(), entry.value.as_str()));
    let clean = |text: &str| clean_line(text.as_bytes());
    let (exceptions, malformed) = exceptions(pairs.clone());
    GateDeclarations {
        gate_change: single_change::declared(pairs).map(clean),
        exceptions,
        malformed,
        subject: clean(&reading.subject()),
    }
}

/// Reads what the message of a commit says about gates. Exceptions for gates that neither it nor a parent
/// of it has are invalid.
///
/// # Errors
///
/// A commit cannot be read.
pub(crate) fn declarations(
    policies: &mut PolicySource,
    commit: &CommitNode,
) -> Result<GateDeclarations> {
    let mut said = said(&policies.objects.commit(commit.id)?);
    if said.exceptions.is_empty() {
        return Ok(said);
    }
    let commits = commit.parents.iter().copied().chain([commit.id]);
    if let Some(gates) = gates_of(policies, commits)? {
        let unknown = take_unknown(&mut said.exceptions, &gates);
        said.malformed.extend(unknown);
    }
    Ok(said)
}

/// What is weaker after a push than before it, whatever the commits in between do: a merge can take
/// the weaker of two sides without a change of its own.
///
/// # Errors
///
/// git fails.
pub(crate) fn weaker_in_the_end(
    checker: &mut ChangeChecker<'_>,
    (from, before): (ObjectId, &Config),
    (to, after): (ObjectId, Option<&Config>),
) -> Result<Vec<Finding>> {
    let mut findings = match after {
        Some(after) => checker.weaker_between((from, before), (to, after))?,
        None => no_configuration_left([before], "was removed")
            .into_iter()
            .collect(),
    };
    findings.retain(|finding| finding.severity == Severity::Error);
    for finding in &mut findings {
        finding.remedy = Remedy::Edit(format!(
            "merge or rebase onto the default branch and keep its {FILE_NAME}; if the change is \
             intended, commit the configuration alone with the trailer `{GATE_CHANGE}: reason`"
        ));
    }
    Ok(findings)
}
