//! The rules for commit messages. Each complaint is a [`Finding`] with a stable id.

mod assisted_by;
mod contents;
mod lines;
mod reading;
mod signed_off_by;
mod subject;
mod trailers;

use std::collections::HashMap;

use super::agents::Sign;
use super::mailmap::Mailmap;
use super::registry::Registry;
use crate::config::{self, CommitMsg};
use crate::fault::Result;
use crate::finding::{Cure, Finding, Quote, Severity};
use crate::git::Identity;

pub(in crate::policy) use lines::{is_credit_key, is_plausible, sign_off_key};
pub use reading::{Entry, Reading};
pub(in crate::policy) use subject::AUTOSQUASH;

/// The key of a sign-off.
pub(super) const SIGNED_OFF_BY: &str = "Signed-off-by";

/// When a message is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// Before the commit is made: what is still to be squashed may be there, and git gives up by
    /// itself on an empty message.
    Hook,
    /// As it is stored in a commit that exists.
    Stored,
}

/// A message and everything that decides about it.
#[derive(Clone, Copy)]
pub struct Case<'a> {
    /// The message.
    pub reading: &'a Reading,
    /// Who wrote what is committed.
    pub author: &'a Identity,
    /// Who commits it.
    pub committer: &'a Identity,
    /// The agent whose environment the hook runs in.
    pub agent: Option<&'a Sign>,
    /// The model that the environment names.
    pub model: Option<&'a str>,
    /// Whether it is the message of a merge, which git has written.
    pub is_merge: bool,
    /// When it is judged.
    pub moment: Moment,
    /// What is asked for.
    pub rules: &'a CommitMsg,
    /// How agents are known.
    pub agents: &'a config::Agents,
    /// The agents that the commit's tree defines.
    pub registry: &'a Registry,
    /// Which names and addresses are one person's.
    pub mailmap: &'a Mailmap,
}

/// Everything that is wrong with the message.
#[must_use]
pub(super) fn judge(case: &Case<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    if case.is_exempt() {
        return findings;
    }
    if let Some(mark) = subject::autosquash(case) {
        // These are rewritten before anybody else sees them; what else is in them goes with them.
        if case.moment == Moment::Stored {
            findings.push(mark);
        }
        return findings;
    }
    if case.moment == Moment::Stored && contents::is_empty(case.reading) {
        findings.push(error(
            "message.empty",
            "there is no message",
            Cure::EditAndSignOff("say what the commit does, and why".into()),
        ));
        return findings;
    }
    subject::judge(case, &mut findings);
    contents::judge(case, &mut findings);
    let glued = trailers::mixed_paragraph(case);
    findings.extend(glued.clone().map(|glued| glued.finding));
    let glued = glued.map(|glued| glued.lines).unwrap_or_default();
    signed_off_by::judge(case, &glued, &mut findings);
    assisted_by::judge(case, &glued, &mut findings);
    trailers::judge(case, &mut findings);
    findings
}

/// The same, with the `.mailmap` that `ask` is answered from, if one could change anything.
///
/// # Errors
///
/// Those of `ask`.
pub fn judge_with(
    case: &Case<'_>,
    ask: impl FnOnce(&[Identity]) -> Result<Mailmap>,
) -> Result<Vec<Finding>> {
    let findings = judge(case);
    let people = people(case, &findings);
    if people.is_empty() {
        return Ok(findings);
    }
    let mailmap = ask(&people)?;
    Ok(judge(&Case {
        mailmap: &mailmap,
        ..*case
    }))
}

/// The identities that a `.mailmap` might join, if that could change anything.
#[must_use]
pub(super) fn people(case: &Case<'_>, findings: &[Finding]) -> Vec<Identity> {
    let is_mismatch = |finding: &Finding| finding.rule == "signed-off-by.mismatch";
    if !case.rules.signed_off_by.mailmap || !findings.iter().any(is_mismatch) {
        return Vec::new();
    }
    let signers = case.entries(SIGNED_OFF_BY);
    let signers = signers.filter_map(|entry| Identity::parse(&entry.value));
    signers
        .chain([case.author.clone(), case.committer.clone()])
        .collect()
}

impl Case<'_> {
    /// Whether the author is a bot that needs no message. One whose commits somebody else has
    /// taken over is not.
    fn is_exempt(&self) -> bool {
        let is_listed = |identity: &Identity| {
            let email = identity.email.as_bytes();
            let listed = &self.rules.exempt_authors;
            listed.iter().any(|pattern| pattern.regex.is_match(email))
        };
        let is_theirs = self.committer.is(self.author)
            || is_listed(self.committer)
            || is_web_flow(self.committer);
        is_listed(self.author) && is_theirs && !self.is_ai(&self.author.email)
    }

    /// Whether trailers may be missing.
    fn may_lack_trailers(&self) -> bool {
        self.is_merge && self.rules.exempt_merges
    }

    fn is_ai(&self, address: &str) -> bool {
        super::agents::by_address(address, self.agents).is_some()
    }

    fn entries<'c>(&'c self, key: &'c str) -> impl Iterator<Item = &'c Entry> {
        let all = self.reading.trailers.iter();
        all.filter(move |entry| entry.key.eq_ignore_ascii_case(key))
    }
}

/// The committer of everything that is done on GitHub's pages: nobody.
fn is_web_flow(identity: &Identity) -> bool {
    identity.email.eq_ignore_ascii_case("noreply@github.com") && identity.name == "GitHub"
}

fn error(rule: &'static str, message: impl Into<String>, cure: Cure) -> Finding {
    Finding {
        rule,
        severity: Severity::Error,
        message: message.into(),
        quotes: Vec::new(),
        notes: Vec::new(),
        cure,
    }
}

/// Values that say the same: blanks and case do not count.
fn same_value(value: &str) -> String {
    let filled = value.chars().filter(|c| !c.is_whitespace());
    filled.collect::<String>().to_lowercase()
}

/// The finding about a line that is meant to be a trailer, and that git does not see as one. Where
/// it cannot be moved without tearing prose apart, there is another cure.
fn outside_block(
    case: &Case<'_>,
    rule: &'static str,
    key: &str,
    line: usize,
    otherwise: Cure,
) -> Finding {
    let reading = case.reading;
    let paragraph = reading.paragraph(line);
    let mut finding = error(
        rule,
        format!("the {key} on line {line} is not a trailer"),
        if reading.is_movable(line) {
            Cure::Fix
        } else {
            otherwise
        },
    );
    finding.quotes = vec![Quote::line(line)];
    if paragraph.start < reading.title().end {
        finding.quotes[0].remark = "<- this is still the subject's paragraph";
        finding.notes = vec!["git reads trailers from the last paragraph only, and not from the first; a blank line is missing above it".into()];
        return finding;
    }
    let mut after = paragraph.end..reading.lines.len() + 1;
    if let Some(blank) = after.next()
        && line + 1 == blank
    {
        finding
            .quotes
            .push(Quote::line(blank).remark("<- this blank line ends the paragraph"));
        finding.quotes.extend(after.next().map(Quote::line));
    }
    finding.notes = vec!["git reads trailers from the last paragraph only".into()];
    finding
}

/// The lines of those entries that say the same as another one.
fn repeated(entries: &[&Entry]) -> Vec<Quote> {
    let mut known: HashMap<String, Vec<usize>> = HashMap::new();
    for entry in entries {
        known
            .entry(same_value(&entry.value))
            .or_default()
            .push(entry.line);
    }
    let mut lines: Vec<usize> = known
        .into_values()
        .filter(|lines| lines.len() > 1)
        .flatten()
        .collect();
    lines.sort_unstable();
    lines.into_iter().map(Quote::line).collect()
}
