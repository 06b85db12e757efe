//! `Signed-off-by`: the Developer Certificate of Origin.

use std::ops::Range;

use super::TrailerEntry;
use super::case::{MessageCase, Moment, outside_block, repeated, same_value};
use super::keys::{SIGNED_OFF_BY, sign_off_key};
use super::lines::{near_miss, value_of};
use super::sign_off_identity::{candidates, sign_off_remedy, values};
use crate::config::SignOffRequired;
use crate::git::Identity;
use crate::model::finding::{Finding, Location, QuotedLine, Remedy};
use crate::rules::catalogue;

pub(super) fn check(case: &MessageCase<'_>, glued: &Range<usize>, findings: &mut Vec<Finding>) {
    let entries: Vec<&TrailerEntry> = case.entries(SIGNED_OFF_BY).collect();
    if entries.is_empty() {
        let is_there = glued
            .clone()
            .any(|line| value_of(case.reading.line(line), SIGNED_OFF_BY).is_some());
        if is_required(case) && !is_there {
            findings.push(missing(case));
        }
        return;
    }
    values(case, &entries, is_required(case), findings);
    duplicates(case, &entries, findings);
    order(case, &entries, findings);
    co_developed(case, findings);
}

fn is_required(case: &MessageCase<'_>) -> bool {
    let is_excused = match case.rules.signed_off_by.required {
        SignOffRequired::Always => false,
        // The person who answers for an agent's work signs it off later; the check of a range
        // requires it.
        SignOffRequired::WhenHuman => case.moment == Moment::Hook && case.agent.is_some(),
        SignOffRequired::Never => true,
    };
    !is_excused && !case.may_lack_trailers()
}

fn missing(case: &MessageCase<'_>) -> Finding {
    let mut lines = case.reading.numbered();
    let stranded = lines.find(|(_, line)| value_of(line, SIGNED_OFF_BY).is_some());
    if let Some((line, _)) = stranded.filter(|_| case.reading.reads_colons) {
        let rule = &catalogue::signed_off_by::OUTSIDE_BLOCK;
        return outside_block(case, rule, SIGNED_OFF_BY, line, sign_off_remedy(case));
    }
    let (_, wanted) = candidates(case)[0];
    let mut finding = Finding::new(
        &catalogue::signed_off_by::MISSING,
        format!("the {SIGNED_OFF_BY} trailer is missing"),
        sign_off_remedy(case),
    );
    if let Some((line, slip)) = near_miss(case.reading) {
        finding.message =
            format!("the {SIGNED_OFF_BY} trailer is missing, but line {line} looks like one");
        finding.location = Location::Message(vec![QuotedLine::line(line).remark(slip.remark())]);
        let is_mechanical = sign_off_key(case.reading.line(line)).is_some();
        if is_mechanical && case.reading.is_movable(line) {
            finding.remedy = Remedy::Fix;
        }
    }
    if !case.reading.reads_colons {
        finding.remedy = Remedy::Edit("remove trailer.separators from git's configuration".into());
        finding.notes = vec![
            "git does not recognize `Key: value` trailers here, because `trailer.separators` \
             lacks `:`"
                .into(),
        ];
        return finding;
    }
    finding.notes = vec![
        "signing off certifies the Developer Certificate of Origin, \
         https://developercertificate.org"
            .into(),
        format!("expected  {SIGNED_OFF_BY}: {wanted}"),
    ];
    finding
}

/// Whether a trailer is about gates, which `git commit --trailer` adds below a sign-off.
fn is_of_gates(key: &str) -> bool {
    const OF_GATES: [&str; 2] = ["Gate-Change", "Gate-Exception"];
    OF_GATES
        .iter()
        .any(|gate_key| gate_key.eq_ignore_ascii_case(key))
}

/// How git's note about a cherry-picked commit begins (git-cherry-pick(1), `-x`).
const PICKED: &str = "(cherry picked from commit ";

fn duplicates(case: &MessageCase<'_>, entries: &[&TrailerEntry], findings: &mut Vec<Finding>) {
    let Some(severity) = case.rules.signed_off_by.duplicates.severity() else {
        return;
    };
    // A person who cherry-picks a commit that they have signed off themselves signs it off once
    // more, below git's note.
    let is_note = |line: &usize| case.reading.line(*line).starts_with(PICKED);
    let picked = |entry: &TrailerEntry| (1..entry.line).filter(is_note).count();
    let mut quotes = Vec::new();
    let mut remaining = entries;
    while let Some(first) = remaining.first() {
        let same = remaining.partition_point(|entry| picked(entry) == picked(first));
        quotes.extend(repeated(&remaining[..same]));
        remaining = &remaining[same..];
    }
    if quotes.is_empty() {
        return;
    }
    let mut finding = Finding::new(
        &catalogue::signed_off_by::DUPLICATE,
        "the same sign-off appears twice",
        Remedy::Fix,
    );
    finding.severity = severity;
    finding.location = Location::Message(quotes);
    findings.push(finding);
}

fn order(case: &MessageCase<'_>, entries: &[&TrailerEntry], findings: &mut Vec<Finding>) {
    let (Some(severity), Some(last)) = (case.rules.signed_off_by.order.severity(), entries.last())
    else {
        return;
    };
    let after = case
        .reading
        .trailers
        .iter()
        .filter(|entry| entry.line > last.line && !is_of_gates(&entry.key));
    let quotes: Vec<QuotedLine> = after.map(|entry| QuotedLine::line(entry.line)).collect();
    if quotes.is_empty() {
        return;
    }
    // Nothing is moved past a line that is not a trailer.
    let starts: Vec<usize> = quotes.iter().map(|quote| quote.line).collect();
    let is_prose = |line: usize| {
        let text = case.reading.line(line);
        let continues = text.starts_with([' ', '\t']);
        !starts.contains(&line) && !continues && !text.starts_with(PICKED)
    };
    let has_prose = (last.line + 1..case.reading.block.end).any(is_prose);
    let mut finding = Finding::new(
        &catalogue::signed_off_by::NOT_LAST,
        "other trailers come after the sign-off",
        if has_prose {
            Remedy::Nothing
        } else {
            Remedy::Fix
        },
    );
    finding.severity = severity;
    finding.location = Location::Message(quotes);
    finding.notes = vec!["a sign-off covers the lines above it".into()];
    findings.push(finding);
}

/// The Linux kernel's rule: `Co-developed-by` is followed immediately by that person's sign-off.
fn co_developed(case: &MessageCase<'_>, findings: &mut Vec<Finding>) {
    const KEY: &str = "Co-developed-by";
    let Some(severity) = case.rules.signed_off_by.co_developed.severity() else {
        return;
    };
    let trailers = &case.reading.trailers;
    for (at, entry) in trailers.iter().enumerate() {
        if !entry.key.eq_ignore_ascii_case(KEY) {
            continue;
        }
        let who = Identity::parse(&entry.value);
        let next = trailers.get(at + 1);
        let is_signed = next.is_some_and(|next| {
            next.key.eq_ignore_ascii_case(SIGNED_OFF_BY)
                && same_value(&next.value) == same_value(&entry.value)
        });
        let (message, how) = if who.as_ref().is_some_and(|who| who.is(case.author)) {
            (
                "the author is listed as a co-developer",
                format!("remove line {}", entry.line),
            )
        } else if !is_signed {
            (
                "the co-developer's sign-off does not follow the credit",
                format!(
                    "add `{SIGNED_OFF_BY}: {}` below line {} once that person has agreed",
                    entry.value, entry.line
                ),
            )
        } else {
            continue;
        };
        let mut finding = Finding::new(
            &catalogue::signed_off_by::CO_DEVELOPED,
            message,
            Remedy::Edit(how),
        );
        finding.severity = severity;
        finding.location = Location::Message(vec![QuotedLine::line(entry.line)]);
        findings.push(finding);
    }
}
