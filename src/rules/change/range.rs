//! Checks what the commits of a range change, each by the policy of the range's base and by its
//! own, and what the range as a whole does to that policy.

use std::collections::HashSet;
use std::path::Path;
use std::rc::Rc;

use time::Date;

use super::by_policies::check_commit;
use super::gate_exception::{GateException, Malformed, exceptions, gates_of, take_unknown};
use super::single_change::{ChangeChecker, ChangeReport, declared};
use super::weakenings::is_unknown_before;
use crate::base::fault::Result;
use crate::base::object_id::ObjectId;
use crate::base::text::clean_line;
use crate::config::{Config, FILE_NAME};
use crate::git::{CommitRange, Identity, Repository};
use crate::message::MessageSettings;
use crate::model::finding::Finding;
use crate::model::rule::RuleFamily;
use crate::model::severity::Severity;
use crate::rules::catalogue::change::{TESTS_REMOVED, WEAKENED};
use crate::rules::message::Reading;

/// What the commits of a range change.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct RangeChanges {
    /// The commits with findings, oldest first.
    pub(crate) commits: Vec<CommitChanges>,
    /// What is weaker at the end of the range than at its base and is neither declared by one of
    /// the commits nor refused in one.
    pub(crate) net: Vec<Finding>,
    /// Remarks about how they were checked, as sentences.
    pub(crate) remarks: Vec<String>,
}

impl RangeChanges {
    /// The commits that are refused, oldest first.
    pub(crate) fn refused(&self) -> impl Iterator<Item = &CommitChanges> {
        self.commits.iter().filter(|commit| commit.is_refused())
    }

    /// How many refusals there are: commits, and the range as a whole.
    #[must_use]
    pub(crate) fn refusals(&self) -> usize {
        self.refused().count() + usize::from(!self.net.is_empty())
    }

    /// Whether nothing is refused.
    #[must_use]
    pub(crate) fn is_passed(&self) -> bool {
        self.refusals() == 0
    }
}

/// A commit whose change has findings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CommitChanges {
    /// Its id.
    pub(crate) id: ObjectId,
    /// The subject, in one line.
    pub(crate) subject: String,
    /// Who wrote it.
    pub(crate) author: Identity,
    /// The findings, without the declared ones.
    pub(crate) findings: Vec<Finding>,
    /// What it weakens, declared with a reason.
    pub(crate) declared: Option<Declared>,
    /// The gates that it bypasses, and why.
    pub(crate) exceptions: Vec<GateException>,
    /// Invalid exceptions.
    pub(crate) malformed: Vec<Malformed>,
}

/// A declared weakening: what a commit of configuration weakens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Declared {
    /// Why, by its trailer `Gate-Change`, fit for a terminal.
    pub(crate) reason: String,
    /// What it weakens.
    pub(crate) findings: Vec<Finding>,
}

impl CommitChanges {
    /// Whether it is refused.
    #[must_use]
    pub(crate) fn is_refused(&self) -> bool {
        self.errors().next().is_some() || !self.malformed.is_empty()
    }

    /// The findings that refuse it.
    pub(crate) fn errors(&self) -> impl Iterator<Item = &Finding> {
        self.findings
            .iter()
            .filter(|finding| finding.severity == Severity::Error)
    }

    fn is_silent(&self) -> bool {
        let nothing = self.findings.is_empty() && self.exceptions.is_empty();
        nothing && self.declared.is_none() && self.malformed.is_empty()
    }
}

/// What the commits of a range are checked by.
struct RangeChecker<'r> {
    checker: ChangeChecker<'r>,
    /// The policy of the base; `None` if there was none.
    base: Option<Rc<Config>>,
}

pub(crate) fn check_all(
    repository: &Repository,
    commits: &CommitRange,
    policy: Option<&Config>,
    today: Date,
) -> Result<RangeChanges> {
    let mut checker = ChangeChecker::new(repository, today);
    let base = match (policy, commits.base) {
        (Some(policy), _) => Some(Rc::new(policy.clone())),
        (None, Some(base)) => checker.policies.at(base)?.ready().cloned(),
        (None, None) => None,
    };
    let mut remarks = Vec::new();
    if base.is_none() && commits.base.is_some() {
        remarks.push(format!(
            "the base has no valid {FILE_NAME}, so each commit is checked only by its own"
        ));
    }
    let mut check = RangeChecker { checker, base };
    let mut changes = RangeChanges {
        remarks,
        ..RangeChanges::default()
    };
    // The end of a range is compared with its base, whatever is between.
    let is_compared_as_a_whole = check.base.is_some() && commits.ids.len() > 1;
    for &id in &commits.ids {
        let mut committed = check.commit(id)?;
        if is_compared_as_a_whole {
            committed
                .findings
                .retain(|finding| !is_unknown_before(finding));
        }
        if !committed.is_silent() {
            changes.commits.push(committed);
        }
    }
    // For a single commit everything has been reported already.
    if let Some(base) = commits.base.filter(|_| commits.ids.len() > 1) {
        changes.net = check.net(base, commits.tip, &changes.commits)?;
    }
    Ok(changes)
}

/// Whether a message is one that `git revert` writes.
fn is_revert(reading: &Reading) -> bool {
    let mut lines = reading.lines.iter();
    reading.subject().starts_with("Revert \"")
        && lines.any(|line| line.starts_with("This reverts commit "))
}

impl RangeChecker<'_> {
    fn check(&mut self, before: &[ObjectId], after: ObjectId) -> Result<ChangeReport> {
        check_commit(&mut self.checker, before, after, self.base.as_deref())
    }

    fn commit(&mut self, id: ObjectId) -> Result<CommitChanges> {
        let commit = self.checker.policies.objects.commit(id)?;
        let reading = Reading::new(
            &commit.message,
            &MessageSettings::default(),
            &commit.encoding,
        );
        let parents = self.checker.repository.parents_of(id)?;
        let report = self.check(&parents, id)?;
        let trailers = || {
            let entries = reading.trailers.iter();
            entries.map(|entry| (entry.key.as_str(), entry.value.as_str()))
        };
        let to_be_declared: Vec<Finding> = report.to_be_declared().into_iter().cloned().collect();
        let reason = declared(trailers()).filter(|_| !to_be_declared.is_empty());
        let mut findings = report.findings;
        if is_revert(&reading) {
            // It takes the tests of what it reverts away.
            findings.retain(|finding| {
                finding.severity != Severity::Warning || !finding.rule.is(&TESTS_REMOVED)
            });
        }
        if reason.is_some() {
            findings.retain(|finding| !to_be_declared.contains(finding));
        }
        let (mut exceptions, mut malformed) = exceptions(trailers());
        if !exceptions.is_empty() {
            let commits = parents.iter().copied().chain([id]);
            if let Some(gates) = gates_of(&mut self.checker.policies, commits)? {
                malformed.extend(take_unknown(&mut exceptions, &gates));
            }
        }
        Ok(CommitChanges {
            subject: reading.subject(),
            id: commit.id,
            author: commit.author,
            findings,
            declared: reason.map(|reason| Declared {
                reason: clean_line(reason.as_bytes()),
                findings: to_be_declared,
            }),
            exceptions,
            malformed,
        })
    }

    /// What is weaker at the end than at the base and was neither declared nor refused in a commit.
    fn net(
        &mut self,
        base: ObjectId,
        tip: ObjectId,
        reported: &[CommitChanges],
    ) -> Result<Vec<Finding>> {
        let mut known_weakenings: HashSet<WeakeningKey<'_>> = HashSet::new();
        for commit in reported {
            let declared = commit
                .declared
                .iter()
                .flat_map(|declared| &declared.findings);
            known_weakenings.extend(declared.chain(commit.errors()).map(key));
        }
        let report = self.check(&[base], tip)?;
        let is_policy = |finding: &Finding| {
            finding.severity == Severity::Error
                && matches!(
                    finding.rule.family(),
                    Some(RuleFamily::Gates | RuleFamily::ToolConfiguration)
                )
        };
        let mut net = report.findings;
        net.retain(|finding| is_policy(finding) && !known_weakenings.contains(&key(finding)));
        Ok(net)
    }
}

/// What a weakening is about, whichever step of it a finding reports.
type WeakeningKey<'f> = (&'f str, &'f Path, &'f str);

fn key(finding: &Finding) -> WeakeningKey<'_> {
    let mark = if finding.rule.is(&WEAKENED) {
        finding.mark()
    } else {
        ""
    };
    (finding.rule.as_str(), finding.place().0, mark)
}
