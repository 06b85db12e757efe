//! Mends what is mechanical in a message: trailers that stand where git does not see them, glued
//! paragraphs, order, spacing, exact duplicates, the case of keys. Invents no sign-off and leaves
//! everything else as it is.

pub(crate) mod message_parts;
pub(crate) mod trailer_line;

use super::keys::SIGNED_OFF_BY;
use super::{Reading, sign_off_key};
use crate::config::CommitMsg;
use crate::git::Identity;
use crate::message::{Settings, separator};
use crate::model::finding::{Cure, Finding, Severity};
use message_parts::Parts;
use trailer_line::Unit;

/// A message that was mended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mended {
    /// The message.
    pub text: Vec<u8>,
    /// What was done, as fragments.
    pub changes: Vec<String>,
    /// What there is still to say about it.
    pub left: Vec<Finding>,
}

/// How often a message is mended, at most: what is mended may show what else is wrong.
const ROUNDS: usize = 4;

/// Mends a message that is clean, as `judge` asks for it. `None` if git would not see in the result
/// what was meant.
///
/// # Errors
///
/// Those of `judge`.
pub fn mend<E>(
    text: &[u8],
    settings: &Settings,
    rules: &CommitMsg,
    mut judge: impl FnMut(&[u8]) -> Result<Vec<Finding>, E>,
) -> Result<Option<Mended>, E> {
    let mut mended = Mended {
        text: text.to_vec(),
        changes: Vec::new(),
        left: judge(text)?,
    };
    for _ in 0..ROUNDS {
        let Some((text, changes)) = round(&mended.text, settings, rules, &mended.left) else {
            return Ok(None);
        };
        if changes.is_empty() {
            break;
        }
        mended.left = judge(&text)?;
        mended.text = text;
        mended.changes.extend(changes);
    }
    Ok(Some(mended))
}

/// What would still be wrong with a message once it is mended, and cannot be seen before: about the
/// lines of the message as it is.
///
/// # Errors
///
/// Those of `judge`.
pub(crate) fn foreseen<E>(
    reading: &Reading,
    text: &[u8],
    settings: &Settings,
    rules: &CommitMsg,
    findings: &[Finding],
    judge: impl FnMut(&[u8]) -> Result<Vec<Finding>, E>,
) -> Result<Vec<Finding>, E> {
    if !findings.iter().any(|finding| finding.cure.is_fix()) {
        return Ok(Vec::new());
    }
    let Some(mended) = mend(text, settings, rules, judge)? else {
        return Ok(Vec::new());
    };
    let after = Reading::new(&mended.text, settings, &settings.encoding);
    let is_new = |finding: &Finding| {
        finding.severity == Severity::Error
            && !findings.iter().any(|known| known.rule == finding.rule)
    };
    let new = mended.left.into_iter().filter(is_new);
    Ok(new
        .map(|finding| relocated(finding, &after, reading))
        .collect())
}

/// A finding about the lines of one reading, told about the same lines of another one.
fn relocated(mut finding: Finding, from: &Reading, to: &Reading) -> Finding {
    for quote in &mut finding.quotes {
        let same = |line: &String| line.trim_end() == from.line(quote.line).trim_end();
        let Some(place) = to.lines.iter().position(same) else {
            continue;
        };
        let (old, new) = (
            format!("line {}", quote.line),
            format!("line {}", place + 1),
        );
        if let Cure::Edit(how) | Cure::EditAndSignOff(how) = &mut finding.cure {
            *how = how.replace(&old, &new);
        }
        finding.message = finding.message.replace(&old, &new);
        quote.line = place + 1;
    }
    finding
}

/// Mends what these findings ask for.
fn round(
    text: &[u8],
    settings: &Settings,
    rules: &CommitMsg,
    findings: &[Finding],
) -> Option<(Vec<u8>, Vec<String>)> {
    let mut changes = Vec::new();
    let respelt = respell(text, findings, &mut changes);
    let mut parts = Parts::new(&respelt, settings);
    let strands = |finding: &Finding| {
        finding.cure == Cure::Fix
            && (finding.rule.ends_with(".outside-block") || finding.rule.starts_with("trailers."))
    };
    if findings.iter().any(strands) {
        let reading = Reading::new(&respelt, settings, &settings.encoding);
        parts.gather(&reading, rules, &mut changes);
    }
    for finding in findings {
        if let Cure::Write { line, text } = &finding.cure {
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
pub(crate) fn add_credit(file: &[u8], settings: &Settings, credit: &str) -> Option<Vec<u8>> {
    let mut parts = Parts::new(file, settings);
    parts.write(None, credit, &mut Vec::new());
    let text = parts.joined();
    parts.is_seen(&text, settings).then_some(text)
}

/// The message with a sign-off as its last trailer: what `git commit -s` does. For a person who asks
/// for it.
#[must_use]
pub(crate) fn add_sign_off(text: &[u8], settings: &Settings, who: &Identity) -> Option<Vec<u8>> {
    let mut parts = Parts::new(text, settings);
    let line = format!("{SIGNED_OFF_BY}: {who}");
    // git itself leaves a block alone that has prose in it, and adds to it.
    if !parts.block.iter().any(|unit| unit.key().is_some()) {
        parts.leave_prose(&CommitMsg::default());
    }
    parts.block.push(Unit {
        separator: separator(line.as_bytes(), settings),
        lines: vec![line.into_bytes()],
        at: 0,
    });
    let text = parts.joined();
    parts.is_seen(&text, settings).then_some(text)
}

/// Sign-offs whose keys are misspelt get the right one.
fn respell(text: &[u8], findings: &[Finding], changes: &mut Vec<String>) -> Vec<u8> {
    let is_misspelt =
        |finding: &Finding| finding.rule == "signed-off-by.missing" && finding.cure == Cure::Fix;
    let misspelt: Vec<usize> = findings
        .iter()
        .filter(|finding| is_misspelt(finding))
        .flat_map(|finding| finding.quotes.iter().map(|quote| quote.line))
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
                changes.push(format!("wrote the key {SIGNED_OFF_BY} as it must be"));
                respelt.extend_from_slice(right.as_bytes());
                respelt.push(b'\n');
            }
            None => respelt.extend_from_slice(line),
        }
    }
    respelt
}
