//! Fixes what is mechanical in a message: trailers that stand where git does not see them, glued
//! paragraphs, order, spacing, exact duplicates, the case of keys. Never invents a sign-off, and
//! leaves everything else as it is.

pub(crate) mod message_parts;
pub(crate) mod trailer_line;

use super::keys::SIGNED_OFF_BY;
use super::{Reading, sign_off_key};
use crate::config::CommitMsg;
use crate::git::Identity;
use crate::message::{MessageSettings, separator};
use crate::model::finding::{Finding, Location, Remedy};
use crate::model::rule::RuleFamily;
use crate::model::severity::Severity;
use crate::rules::catalogue;
use crate::rules::message::case::is_outside_block;
use message_parts::MessageParts;
use trailer_line::LineGroup;

/// A message that was fixed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FixedMessage {
    /// The message.
    pub text: Vec<u8>,
    /// What was done, as fragments.
    pub changes: Vec<String>,
    /// The findings that are left.
    pub left: Vec<Finding>,
}

/// How often a message is fixed, at most: a fix may reveal what else is wrong.
const ROUNDS: usize = 4;

/// Fixes a message that git has cleaned up, following the findings of `check`. `None` if git would
/// not see the intended trailers in the result.
///
/// # Errors
///
/// The errors of `check`.
pub fn fix_message<E>(
    text: &[u8],
    settings: &MessageSettings,
    rules: &CommitMsg,
    mut check: impl FnMut(&[u8]) -> Result<Vec<Finding>, E>,
) -> Result<Option<FixedMessage>, E> {
    let mut fixed = FixedMessage {
        text: text.to_vec(),
        changes: Vec::new(),
        left: check(text)?,
    };
    for _ in 0..ROUNDS {
        let Some((text, changes)) = round(&fixed.text, settings, rules, &fixed.left) else {
            return Ok(None);
        };
        if changes.is_empty() {
            break;
        }
        fixed.left = check(&text)?;
        fixed.text = text;
        fixed.changes.extend(changes);
    }
    Ok(Some(fixed))
}

/// What would still be wrong with a message once it is fixed, and cannot be seen before: about the
/// lines of the message as it is.
///
/// # Errors
///
/// The errors of `check`.
pub(crate) fn foreseen<E>(
    reading: &Reading,
    text: &[u8],
    settings: &MessageSettings,
    rules: &CommitMsg,
    findings: &[Finding],
    check: impl FnMut(&[u8]) -> Result<Vec<Finding>, E>,
) -> Result<Vec<Finding>, E> {
    if !findings.iter().any(|finding| finding.remedy.is_fix()) {
        return Ok(Vec::new());
    }
    let Some(fixed) = fix_message(text, settings, rules, check)? else {
        return Ok(Vec::new());
    };
    let after = Reading::new(&fixed.text, settings, &settings.encoding);
    let is_new = |finding: &Finding| {
        finding.severity == Severity::Error
            && !findings
                .iter()
                .any(|reported| reported.rule == finding.rule)
    };
    let new = fixed.left.into_iter().filter(is_new);
    Ok(new
        .map(|finding| relocated(finding, &after, reading))
        .collect())
}

/// A finding about the lines of one reading, moved to the same lines of another.
fn relocated(mut finding: Finding, from: &Reading, to: &Reading) -> Finding {
    let Location::Message(quotes) = &mut finding.location else {
        return finding;
    };
    for quote in quotes {
        let same = |line: &String| line.trim_end() == from.line(quote.line).trim_end();
        let Some(place) = to.lines.iter().position(same) else {
            continue;
        };
        let (old, new) = (
            format!("line {}", quote.line),
            format!("line {}", place + 1),
        );
        if let Remedy::Edit(how) | Remedy::EditAndSignOff(how) = &mut finding.remedy {
            *how = how.replace(&old, &new);
        }
        finding.message = finding.message.replace(&old, &new);
        quote.line = place + 1;
    }
    finding
}

/// Fixes what these findings ask for.
fn round(
    text: &[u8],
    settings: &MessageSettings,
    rules: &CommitMsg,
    findings: &[Finding],
) -> Option<(Vec<u8>, Vec<String>)> {
    let mut changes = Vec::new();
    let respelt = respell(text, findings, &mut changes);
    let mut parts = MessageParts::new(&respelt, settings);
    let strands = |finding: &Finding| {
        finding.remedy == Remedy::Fix
            && (is_outside_block(finding) || finding.rule.family() == Some(RuleFamily::Trailers))
    };
    if findings.iter().any(strands) {
        let reading = Reading::new(&respelt, settings, &settings.encoding);
        parts.gather(&reading, rules, &mut changes);
    }
    for finding in findings {
        if let Remedy::Write { line, text } = &finding.remedy {
            parts.write(*line, text, &mut changes);
        }
    }
    parts.tidy(rules, &mut changes);
    parts.order(rules, &mut changes);
    if changes.is_empty() {
        return Some((text.to_vec(), changes));
    }
    let text = parts.joined();
    parts.is_seen(&text, settings).then_some((text, changes))
}

/// Writes a credit into the file of a message that may still have comments in it. `None` if it
/// would not become a trailer.
#[must_use]
pub(crate) fn add_credit(file: &[u8], settings: &MessageSettings, credit: &str) -> Option<Vec<u8>> {
    let mut parts = MessageParts::new(file, settings);
    parts.write(None, credit, &mut Vec::new());
    let text = parts.joined();
    parts.is_seen(&text, settings).then_some(text)
}

/// The message with a sign-off as its last trailer: what `git commit -s` does. For a person who asks
/// for it.
#[must_use]
pub(crate) fn add_sign_off(
    text: &[u8],
    settings: &MessageSettings,
    who: &Identity,
) -> Option<Vec<u8>> {
    let mut parts = MessageParts::new(text, settings);
    let line = format!("{SIGNED_OFF_BY}: {who}");
    // git itself leaves a block that has prose in it where it is, and appends to it.
    if !parts.block.iter().any(|unit| unit.key().is_some()) {
        parts.leave_prose(&CommitMsg::default());
    }
    parts.block.push(LineGroup {
        separator: separator(line.as_bytes(), settings),
        lines: vec![line.into_bytes()],
        at: 0,
    });
    let text = parts.joined();
    parts.is_seen(&text, settings).then_some(text)
}

/// Corrects the misspelt keys of sign-offs.
fn respell(text: &[u8], findings: &[Finding], changes: &mut Vec<String>) -> Vec<u8> {
    let is_misspelt = |finding: &Finding| {
        finding.rule.is(&catalogue::signed_off_by::MISSING) && finding.remedy == Remedy::Fix
    };
    let misspelt: Vec<usize> = findings
        .iter()
        .filter(|finding| is_misspelt(finding))
        .flat_map(|finding| finding.quotes().iter().map(|quote| quote.line))
        .collect();
    let mut respelt = Vec::with_capacity(text.len());
    let lines = text.split_inclusive(|byte| *byte == b'\n');
    for (index, line) in lines.enumerate() {
        let meant = std::str::from_utf8(line).ok();
        let right = meant
            .filter(|_| misspelt.contains(&(index + 1)))
            .and_then(|line| sign_off_key(line.trim_end()));
        match right {
            Some(right) => {
                changes.push(format!("corrected the key {SIGNED_OFF_BY}"));
                respelt.extend_from_slice(right.as_bytes());
                respelt.push(b'\n');
            }
            None => respelt.extend_from_slice(line),
        }
    }
    respelt
}
