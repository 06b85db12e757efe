//! Trailers in general: glued paragraphs, and what gates.toml requires and forbids.

use std::ops::Range;

use super::TrailerEntry;
use super::case::{MessageCase, is_outside_block};
use super::lines::{is_credit, value_of};
use crate::base::placeholder;
use crate::config::Values;
use crate::git::Identity;
use crate::model::finding::{Finding, Location, QuotedLine, Remedy};
use crate::rules::catalogue;

/// How many lines of a paragraph are quoted.
const QUOTED: usize = 6;

/// A last paragraph in which git sees no trailers.
#[derive(Clone)]
pub(super) struct Glued {
    pub(super) finding: Finding,
    /// Its lines, counted from 1.
    pub(super) lines: Range<usize>,
}

/// Credits among lines that are not trailers: git then sees no trailers at all.
pub(super) fn mixed_paragraph(case: &MessageCase<'_>) -> Option<Glued> {
    let reading = case.reading;
    if !reading.block.is_empty() {
        return None;
    }
    let lines = reading.last_paragraph()?;
    let key = &case.rules.assisted_by.key;
    let is_meant =
        |line: &str| is_credit(line) || value_of(line, key).is_some_and(|value| !value.is_empty());
    let is_other = |line: &str| {
        let is_key = |c: char| c.is_ascii_alphanumeric() || c == '-';
        let key = line.split_once(':').map(|(key, _)| key.trim_end());
        !line.starts_with(char::is_whitespace)
            && !key.is_some_and(|key| !key.is_empty() && key.chars().all(is_key))
    };
    if !lines.clone().any(|line| is_meant(reading.line(line))) {
        return None;
    }
    let mut finding = Finding::new(
        &catalogue::trailers::MIXED_PARAGRAPH,
        "git sees no trailers in this message",
        Remedy::Fix,
    );
    let mut quotes = Vec::new();
    // Every line that is meant to be a trailer, and as many of the others as there is room for.
    let mut room =
        QUOTED.saturating_sub(lines.clone().filter(|l| is_meant(reading.line(*l))).count());
    for line in lines.clone() {
        if is_other(reading.line(line)) {
            if room > 0 {
                room -= 1;
                quotes.push(QuotedLine::line(line).remark("not \"Key: value\""));
            }
        } else {
            quotes.push(QuotedLine::line(line));
        }
    }
    finding.location = Location::Message(quotes);
    finding.notes = vec![
        "a paragraph counts as trailers only if every line is one, or if it has a Signed-off-by \
         and at least a quarter of its lines are trailers"
            .into(),
    ];
    Some(Glued { finding, lines })
}

/// What gates.toml requires and forbids.
pub(super) fn check(case: &MessageCase<'_>, findings: &mut Vec<Finding>) {
    let rules = &case.rules.trailers;
    findings.extend(stranded(case, findings));
    for key in &rules.require {
        if case.entries(key).next().is_none() && !case.may_lack_trailers() {
            findings.push(missing(case, key));
        }
        findings.extend(case.entries(key).filter_map(unfilled));
    }
    for forbidden in &rules.forbid {
        let is_meant = |entry: &&TrailerEntry| {
            let who = Identity::parse(&entry.value);
            !forbidden.only_ai || who.is_some_and(|who| case.is_ai(&who.email))
        };
        for entry in case.entries(&forbidden.key).filter(is_meant) {
            let of_ai = if forbidden.only_ai {
                " with an AI's address"
            } else {
                ""
            };
            let message = format!("this repository does not allow {}{of_ai}", forbidden.key);
            let how = format!("remove line {}", entry.line);
            let mut finding =
                Finding::new(&catalogue::trailers::FORBIDDEN, message, Remedy::Edit(how));
            finding.location = Location::Message(vec![QuotedLine::line(entry.line)]);
            findings.push(finding);
        }
    }
    for key in &rules.once {
        let mut entries = case.entries(key);
        let first = entries.next();
        let repeats: Vec<QuotedLine> = entries.map(|entry| QuotedLine::line(entry.line)).collect();
        if let (Some(first), false) = (first, repeats.is_empty()) {
            let message = format!("{key} may appear only once");
            let how = "keep the right one".to_owned();
            let mut finding =
                Finding::new(&catalogue::trailers::REPEATED, message, Remedy::Edit(how));
            let quotes = [QuotedLine::line(first.line)].into_iter().chain(repeats);
            finding.location = Location::Message(quotes.collect());
            findings.push(finding);
        }
    }
    for (key, values) in &rules.values {
        for entry in case.entries(key) {
            findings.extend(value(entry, key, values));
        }
    }
}

/// Credits in a paragraph of their own above the last one: git does not see them. Required trailers
/// have findings of their own.
fn stranded(case: &MessageCase<'_>, findings: &[Finding]) -> Option<Finding> {
    let reading = case.reading;
    let key = &case.rules.assisted_by.key;
    let tail = reading.tail();
    let above = tail.start..reading.block.start.min(tail.end);
    let is_meant = |line: &&usize| {
        let is_reported = findings.iter().any(|finding| {
            let first = finding.quotes().first();
            is_outside_block(finding) && first.is_some_and(|q| q.line == **line)
        });
        let line = reading.line(**line);
        let is_agents = value_of(line, key).is_some_and(|value| !value.is_empty());
        !is_reported && (is_agents || is_credit(line))
    };
    if reading.block.is_empty() {
        return None;
    }
    let lines: Vec<usize> = above.collect();
    let quotes: Vec<QuotedLine> = lines
        .iter()
        .filter(is_meant)
        .map(|line| QuotedLine::line(*line))
        .collect();
    if quotes.is_empty() {
        return None;
    }
    let mut finding = Finding::new(
        &catalogue::trailers::OUTSIDE_BLOCK,
        "git does not see these credits",
        Remedy::Fix,
    );
    finding.location = Location::Message(quotes);
    finding.notes = vec!["git reads trailers only from the last paragraph".into()];
    Some(finding)
}

fn missing(case: &MessageCase<'_>, key: &str) -> Finding {
    let mut lines = case.reading.numbered();
    let stranded = lines.find(|(_, line)| value_of(line, key).is_some());
    let message = format!("the {key} trailer is missing");
    let how = format!("add a {key} line to the last paragraph, with the other trailers");
    let remedy = if stranded.is_some() {
        Remedy::Edit(how)
    } else {
        Remedy::Add {
            lines: vec![case.rules.trailers.template(key)],
            how,
        }
    };
    let mut finding = Finding::new(&catalogue::trailers::MISSING, message, remedy);
    finding.notes = vec!["this repository requires it in every commit".into()];
    if let Some((line, _)) = stranded {
        finding.location = Location::Message(vec![
            QuotedLine::line(line).remark("not in the last paragraph"),
        ]);
        if case.reading.is_movable(line) {
            finding.remedy = Remedy::Fix;
        }
    }
    finding
}

/// The finding about a required trailer that a printed command has, and that was not filled in.
fn unfilled(entry: &TrailerEntry) -> Option<Finding> {
    let why = placeholder::left_in(&entry.value)?;
    let message = format!("the {} trailer is not filled in", entry.key);
    let remedy = Remedy::Edit(format!("correct line {}", entry.line));
    let mut finding = Finding::new(&catalogue::trailers::VALUE, message, remedy);
    let quote = QuotedLine::line(entry.line).marks([entry.value.clone()]);
    finding.location = Location::Message(vec![quote]);
    finding.notes = vec![why.to_owned()];
    Some(finding)
}

fn value(entry: &TrailerEntry, key: &str, values: &Values) -> Option<Finding> {
    let note = match values {
        Values::Matching(pattern) if pattern.regex.is_match(entry.value.as_bytes()) => return None,
        Values::OneOf(words) if words.contains(&entry.value) => return None,
        Values::Matching(pattern) => format!("expected a value that matches  {}", pattern.text),
        Values::OneOf(words) => format!("expected one of {}", words.join(", ")),
    };
    let mut finding = Finding::new(
        &catalogue::trailers::VALUE,
        format!("this is not a valid value of {key}"),
        Remedy::Edit(format!("correct line {}", entry.line)),
    );
    finding.location = Location::Message(vec![
        QuotedLine::line(entry.line).marks([entry.value.clone()]),
    ]);
    finding.notes = vec![note];
    Some(finding)
}
