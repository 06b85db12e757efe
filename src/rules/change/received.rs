//! What was pushed to a server, checked by the rules of its default branch and by the commit's own,
//! whichever are stricter.

use time::Date;

use super::gate_exception::{GateException, Malformed, exceptions};
use super::single_change::{
    self, ChangeReport, GATE_CHANGE, check_change, check_change_by_base, check_change_by_both,
};
use crate::base::fault::Result;
use crate::base::text::clean_line;
use crate::config::{Config, FILE_NAME};
use crate::git::{Commit, CommitNode, DiffTarget, Repository};
use crate::message::MessageSettings;
use crate::rules::added_lines::LineFinding;
use crate::rules::message::Reading;
use crate::rules::message::range::CheckedMessage;

/// The configurations that a commit is checked by.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rules<'c> {
    /// That of the default branch before the push.
    pub(crate) base: Option<&'c Config>,
    /// The commit's own.
    pub(crate) own: Option<&'c Config>,
    /// That of the commit's first parent, if every parent has one.
    pub(crate) before: Option<&'c Config>,
}

/// What a message says about gates.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Said {
    /// The subject.
    pub(crate) subject: String,
    /// Why something is weaker.
    pub(crate) gate_change: Option<String>,
    /// The gates that the commit passes by, and why.
    pub(crate) exceptions: Vec<GateException>,
    /// What is meant to be such an exception, and is none.
    pub(crate) malformed: Vec<Malformed>,
}

/// A pushed commit, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Received {
    /// The commit's id.
    pub(crate) id: String,
    /// Whether it has no parent.
    pub(crate) is_root: bool,
    /// What its message says about gates.
    pub(crate) said: Said,
    /// What is wrong with the message.
    pub(crate) message: Option<CheckedMessage>,
    /// What its change does.
    pub(crate) change: ChangeReport,
    /// Why its configuration cannot be read.
    pub(crate) unreadable: Option<String>,
}

impl Received {
    /// What refuses it: what nothing excuses, and what its message does not declare.
    #[must_use]
    pub(crate) fn refused_findings(&self) -> Vec<LineFinding> {
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
pub(crate) fn said(commit: &Commit) -> Said {
    let reading = Reading::new(
        &commit.message,
        &MessageSettings::default(),
        &commit.encoding,
    );
    let trailers = reading.trailers.iter();
    let pairs = trailers.map(|entry| (entry.key.as_str(), entry.value.as_str()));
    let clean = |text: &str| clean_line(text.as_bytes());
    let (exceptions, malformed) = exceptions(pairs.clone());
    Said {
        gate_change: single_change::declared(pairs).map(clean),
        exceptions,
        malformed,
        subject: clean(&reading.subject()),
    }
}

/// Checks the change of a commit by every configuration that there is for it; nothing is wrong if
/// there is none.
///
/// # Errors
///
/// git fails.
pub(crate) fn check_received(
    repository: &Repository,
    commit: &CommitNode,
    rules: Rules<'_>,
    today: Date,
) -> Result<ChangeReport> {
    let (before, after) = (&commit.parents, DiffTarget::Commit(&commit.id));
    let mut report = match (rules.own, rules.base, rules.base.or(rules.before)) {
        (Some(own), Some(base), _) => {
            check_change_by_both(repository, before, after, (own, base), today)?
        }
        (Some(own), None, _) => check_change(repository, before, after, own, today)?,
        (None, _, Some(other)) => check_change_by_base(repository, before, after, other, today)?,
        (None, _, None) => return Ok(ChangeReport::default()),
    };
    if let (Some(before), None) = (rules.before, rules.own) {
        report.findings.extend(single_change::gone(before));
    }
    Ok(report)
}

/// What is weaker where a push leads to than where it comes from, whatever way the commits take: a
/// merge can take the weaker of two sides without a change of its own.
#[must_use]
pub(crate) fn weaker_in_the_end(
    before: &Config,
    after: Option<&Config>,
    today: Date,
) -> Vec<LineFinding> {
    let mut found = match after {
        Some(after) => single_change::weaker(before, after, today),
        None => single_change::gone(before).into_iter().collect(),
    };
    found.retain(|finding| finding.severity == crate::model::finding::Severity::Error);
    for finding in &mut found {
        finding.help = format!(
            "merge or rebase onto the default branch and keep its {FILE_NAME}; or, if it is right, \
             commit the configuration alone, with the trailer `{GATE_CHANGE}: reason`"
        );
    }
    found
}
