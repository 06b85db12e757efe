//! The rules for commit messages. Each violation is a [`Finding`] with a stable id.

mod assisted_by;
pub(crate) mod case;
mod contents;
pub(crate) mod fix;
pub(crate) mod keys;
mod lines;
pub(crate) mod mailmap;
pub(crate) mod range;
mod reading;
pub(crate) mod remediation;
mod sign_off_identity;
mod signed_off_by;
mod subject;
mod trailers;

use crate::base::fault::Result;
use crate::git::Identity;
use crate::model::finding::{Finding, Remedy};
use crate::rules::catalogue;
use mailmap::Mailmap;

pub use case::{MessageCase, Moment};
pub(crate) use keys::{SIGNED_OFF_BY, is_credit_key, is_plausible, sign_off_key};
pub use reading::Reading;
pub(crate) use reading::TrailerEntry;
pub(crate) use subject::AUTOSQUASH;

/// Everything that is wrong with the message.
#[must_use]
pub(super) fn check(case: &MessageCase<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    if case.is_exempt() {
        return findings;
    }
    if let Some(mark) = subject::autosquash(case) {
        // These are rewritten before anyone else sees them, and anything else that is wrong with
        // them goes with them.
        if case.moment == Moment::Stored {
            findings.push(mark);
        }
        return findings;
    }
    if case.moment == Moment::Stored && contents::is_empty(case.reading) {
        findings.push(Finding::new(
            &catalogue::contents::EMPTY,
            "the message is empty",
            Remedy::EditAndSignOff("describe what the commit does and why".into()),
        ));
        return findings;
    }
    subject::check(case, &mut findings);
    contents::check(case, &mut findings);
    let glued = trailers::mixed_paragraph(case);
    findings.extend(glued.clone().map(|glued| glued.finding));
    let glued = glued.map(|glued| glued.lines).unwrap_or_default();
    signed_off_by::check(case, &glued, &mut findings);
    assisted_by::check(case, &glued, &mut findings);
    trailers::check(case, &mut findings);
    findings
}

/// Like `check`, with the `.mailmap` that `ask` returns, if one could change the result.
///
/// # Errors
///
/// The errors of `ask`.
pub fn check_with(
    case: &MessageCase<'_>,
    ask: impl FnOnce(&[Identity]) -> Result<Mailmap>,
) -> Result<Vec<Finding>> {
    let findings = check(case);
    let people = people(case, &findings);
    if people.is_empty() {
        return Ok(findings);
    }
    let mailmap = ask(&people)?;
    Ok(check(&MessageCase {
        mailmap: &mailmap,
        ..*case
    }))
}

/// The identities that a `.mailmap` might join, if that could change the result.
#[must_use]
pub(super) fn people(case: &MessageCase<'_>, findings: &[Finding]) -> Vec<Identity> {
    let is_mismatch = |finding: &Finding| finding.rule.is(&catalogue::signed_off_by::MISMATCH);
    if !case.rules.signed_off_by.mailmap || !findings.iter().any(is_mismatch) {
        return Vec::new();
    }
    case.entries(SIGNED_OFF_BY)
        .filter_map(|entry| Identity::parse(&entry.value))
        .chain([case.author.clone(), case.committer.clone()])
        .collect()
}
