//! Checks the change of a commit by every configuration that there is for it: its own and that of a
//! base, whichever is stricter. An audit, a push and a server check commits in this way.

use std::rc::Rc;

use super::single_change::{ChangeChecker, ChangeReport, sort};
use super::weakenings::no_configuration_left;
use crate::base::fault::Result;
use crate::base::object_id::ObjectId;
use crate::config::{Config, Policy};
use crate::git::DiffTarget;
use crate::model::finding::Finding;
use crate::rules::catalogue::change::WEAKENED;

/// Checks the change from some commits, of which the first one counts most, to another commit. Without
/// any configuration there are no findings.
///
/// # Errors
///
/// git fails.
pub(crate) fn check_commit(
    checker: &mut ChangeChecker<'_>,
    before: &[ObjectId],
    after: ObjectId,
    base: Option<&Config>,
) -> Result<ChangeReport> {
    let own = checker.policies.at(after)?;
    let target = DiffTarget::Commit(after);
    let what = match &own {
        Policy::Ready(config) => {
            let report = checker.change(before, target, config)?;
            return match base {
                Some(base)
                    if config.bypass != base.bypass
                        || config.checks != base.checks
                        || config.gates != base.gates =>
                {
                    let by_base = by_base(checker, before, target, base)?;
                    Ok(stricter(report, by_base))
                }
                _ => Ok(report),
            };
        }
        Policy::Absent => "was removed",
        Policy::Broken(_) => "cannot be read",
    };
    let mut old = Vec::new();
    for &commit in before {
        let Policy::Ready(config) = checker.policies.at(commit)? else {
            // It is not this change that takes it away.
            old.clear();
            break;
        };
        old.push(config);
    }
    let mut report = match base.or(old.first().map(Rc::as_ref)) {
        Some(other) => by_base(checker, before, target, other)?,
        None => ChangeReport::default(),
    };
    let lost = no_configuration_left(old.iter().map(Rc::as_ref), what);
    report.findings.extend(lost);
    Ok(report)
}

/// Checks by the configuration of a commit other than the one after the change: weakenings of gates.toml
/// are not reported.
fn by_base(
    checker: &mut ChangeChecker<'_>,
    before: &[ObjectId],
    after: DiffTarget,
    base: &Config,
) -> Result<ChangeReport> {
    let mut report = checker.change(before, after, base)?;
    report
        .findings
        .retain(|finding| !finding.rule.is(&WEAKENED));
    Ok(report)
}

/// Both reports in one: if both report something, the more severe finding counts.
fn stricter(mut report: ChangeReport, by_base: ChangeReport) -> ChangeReport {
    report.is_configuration &= by_base.is_configuration;
    for other in by_base.findings {
        let is_same = |finding: &&mut Finding| {
            (finding.place(), &finding.rule, finding.mark())
                == (other.place(), &other.rule, other.mark())
        };
        match report.findings.iter_mut().find(is_same) {
            Some(finding) if other.severity > finding.severity => *finding = other,
            Some(_) => {}
            None => report.findings.push(other),
        }
    }
    sort(&mut report.findings);
    report
}
