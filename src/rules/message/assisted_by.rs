//! `Assisted-By`: which agents contributed.

use std::ops::Range;

use super::TrailerEntry;
use super::case::{MessageCase, outside_block, repeated};
use super::contents::shown;
use super::keys::SIGNED_OFF_BY;
use super::lines::value_of;
use crate::config::{CreditRequired, Form};
use crate::git::Identity;
use crate::model::finding::{Finding, Location, QuotedLine, Remedy};
use crate::rules::agents::credit;
use crate::rules::agents::detection::{self, Evidence, Sign};
use crate::rules::agents::models::is_model;
use crate::rules::agents::wanted::Wanted;
use crate::rules::catalogue;

/// The credit that GitHub shows, and that agents write by themselves.
const CO_AUTHORED_BY: &str = "Co-authored-by";

pub(super) fn check(case: &MessageCase<'_>, glued: &Range<usize>, findings: &mut Vec<Finding>) {
    let rules = &case.rules.assisted_by;
    // A person may have helped as well, and is not an agent.
    let is_agent =
        |entry: &&TrailerEntry| !rules.forms.is_empty() || !is_person(case, &entry.value);
    let entries: Vec<&TrailerEntry> = case.entries(&rules.key).filter(is_agent).collect();
    match rules.required {
        CreditRequired::Forbidden => forbidden(case, findings),
        CreditRequired::Never => values(case, &entries, findings),
        CreditRequired::Always | CreditRequired::WhenAgent => {
            values(case, &entries, findings);
            let is_there = glued
                .clone()
                .any(|line| value_of(case.reading.line(line), &rules.key).is_some());
            if entries.is_empty() && !is_there {
                findings.extend(missing(case));
            }
        }
    }
}

/// Whether a value names a person who is not an AI: `Name <address>`.
fn is_person(case: &MessageCase<'_>, value: &str) -> bool {
    let who = Identity::parse(value).filter(|who| who.email.contains('@'));
    who.is_some_and(|who| {
        let is_name = !who.name.is_empty() && !who.name.contains(['(', ':', '/']);
        is_name && !is_model(&who.name) && !case.is_ai(&who.email)
    })
}

fn wanted<'a>(case: &'a MessageCase<'_>) -> Wanted<'a> {
    // A repository that does not require credits accepts any, unless a form is named.
    const ANY: &[Form] = &[Form::Any];
    let rules = &case.rules.assisted_by;
    let is_free = rules.required == CreditRequired::Never && rules.forms.is_empty();
    Wanted {
        forms: if is_free { ANY } else { &rules.forms },
        registry: case.registry,
    }
}

fn values(case: &MessageCase<'_>, entries: &[&TrailerEntry], findings: &mut Vec<Finding>) {
    let key = &case.rules.assisted_by.key;
    for entry in entries {
        if let Err(fault) = credit::check_credit(&entry.value, &wanted(case)) {
            let right = fault.right.map(|value| format!("{key}: {value}"));
            let line = entry.line;
            let mut notes = fault.notes;
            let remedy = if let Some(text) = right {
                notes.push(format!("write  {text}"));
                Remedy::Write {
                    line: Some(line),
                    text,
                }
            } else {
                notes.extend(suggestion(case).map(|text| format!("perhaps write  {text}")));
                Remedy::Edit(format!("correct line {line}"))
            };
            let mut finding = Finding::new(fault.rule, fault.message, remedy);
            finding.location = Location::Message(vec![QuotedLine::line(line).marks(fault.marks)]);
            finding.notes = notes;
            findings.push(finding);
        }
    }
    let quotes = repeated(entries);
    if !quotes.is_empty() {
        let mut finding = Finding::new(
            &catalogue::assisted_by::DUPLICATE,
            "the same agent is credited twice",
            Remedy::Fix,
        );
        finding.location = Location::Message(quotes);
        findings.push(finding);
    }
    if let (Some(first), true) = (entries.first(), is_unchecked(case)) {
        let message = "this tree defines no agents, so the hash was not checked";
        let mut finding =
            Finding::new(&catalogue::assisted_by::UNCHECKED, message, Remedy::Nothing);
        finding.location = Location::Message(vec![QuotedLine::line(first.line)]);
        findings.push(finding);
    }
}

/// Whether agent definitions are configured but the tree has none.
fn is_unchecked(case: &MessageCase<'_>) -> bool {
    !case.agents.definitions.is_empty() && case.registry.is_empty() && wanted(case).takes_agents()
}

/// The sign that an agent is at work, if there is one.
fn sign(case: &MessageCase<'_>) -> Option<Sign> {
    let credited = || {
        // Also a credit that git does not see because it stands in a paragraph of its own.
        let in_tail = case
            .reading
            .tail()
            .filter_map(|line| value_of(case.reading.line(line), CO_AUTHORED_BY));
        case.entries(CO_AUTHORED_BY)
            .map(|entry| entry.value.as_str())
            .chain(in_tail)
            .filter_map(Identity::parse)
            .find_map(|who| {
                Some(Sign {
                    agent: detection::by_address(&who.email, case.agents)?,
                    evidence: Evidence::Address(who.email),
                })
            })
    };
    let generated = || {
        let mut lines = case.reading.numbered();
        lines.find_map(|(number, line)| {
            Some(Sign {
                agent: detection::by_line(line)?,
                evidence: Evidence::Line(number),
            })
        })
    };
    let named = || {
        let mut people = [case.author, case.committer].into_iter();
        people.find_map(|who| {
            Some(Sign {
                agent: detection::by_name(&who.name)?,
                evidence: Evidence::Name(who.name.clone()),
            })
        })
    };
    let sign = case.agent.cloned().or_else(credited).or_else(named);
    sign.or_else(|| generated().filter(|_| case.rules.assisted_by.generated_line))
}

/// The model that the environment names, or that is credited as a co-author.
fn model(case: &MessageCase<'_>) -> Option<String> {
    let credited = || {
        let credits = case.entries(CO_AUTHORED_BY);
        let people = credits.filter_map(|entry| Identity::parse(&entry.value));
        let mut ais = people.filter(|who| case.is_ai(&who.email));
        ais.find_map(|who| model_of_name(&who.name))
    };
    case.model.map(str::to_owned).or_else(credited)
}

/// The model that a credited name is, or that stands in it: `aider (anthropic/claude-sonnet-4)`.
fn model_of_name(name: &str) -> Option<String> {
    if is_model(name) {
        return Some(name.to_owned());
    }
    let inside = name.trim_end().strip_suffix(')')?.rsplit_once('(')?.1;
    let model = inside.rsplit('/').next()?.trim();
    is_model(model).then(|| model.to_owned())
}

/// The whole line, if everything that it must contain is known.
fn suggestion(case: &MessageCase<'_>) -> Option<String> {
    let sign = sign(case)?;
    let value = wanted(case).credit(&sign.agent, model(case).as_deref())?;
    Some(format!("{}: {value}", case.rules.assisted_by.key))
}

fn missing(case: &MessageCase<'_>) -> Option<Finding> {
    if case.may_lack_trailers() {
        return None;
    }
    let key = &case.rules.assisted_by.key;
    let is_always = case.rules.assisted_by.required == CreditRequired::Always;
    let why = match (sign(case), is_always) {
        (Some(sign), _) => match sign.evidence {
            Evidence::Variable(variable) if variable.ends_with("_AGENT") => {
                format!(
                    "an agent is running: {variable} names {}",
                    shown(&sign.agent)
                )
            }
            Evidence::Variable(variable) => format!(
                "an agent is running: {variable} is set, as {} does",
                shown(&sign.agent)
            ),
            Evidence::Address(address) => {
                format!("an agent is credited as co-author: {}", shown(&address))
            }
            Evidence::Name(name) => {
                format!("an agent took part, by the name {}", shown(&name))
            }
            Evidence::Note => format!(
                "the note of the commit in refs/notes/ai says that {} took part",
                shown(&sign.agent)
            ),
            Evidence::Line(line) => format!("line {line} says that an agent wrote the commit"),
        },
        (None, true) => "this repository requires it in every commit".to_owned(),
        (None, false) => return None,
    };
    let mut lines = case.reading.numbered();
    let is_agents = |line: &str| value_of(line, key).is_some_and(|value| !is_person(case, value));
    let is_outside = |number: usize| !case.reading.block.contains(&number);
    if let Some((line, _)) = lines.find(|(at, line)| is_outside(*at) && is_agents(line)) {
        let how = format!("move line {line} to the last paragraph, with the other trailers");
        let rule = &catalogue::assisted_by::OUTSIDE_BLOCK;
        return Some(outside_block(case, rule, key, line, Remedy::Edit(how)));
    }
    let suggestion = suggestion(case);
    let mut notes = vec![why];
    notes.push(match &suggestion {
        Some(text) => format!("write  {text}"),
        None => format!("expected  {key}: {}", wanted(case).form()),
    });
    notes.extend(registered(case));
    let remedy = match suggestion {
        Some(text) => Remedy::Write { line: None, text },
        None => to_be_added(case),
    };
    let mut finding = Finding::new(
        &catalogue::assisted_by::MISSING,
        format!("the {key} trailer is missing"),
        remedy,
    );
    finding.notes = notes;
    Some(finding)
}

/// The credit that has to be added by whoever knows what is missing in it.
fn to_be_added(case: &MessageCase<'_>) -> Remedy {
    let key = &case.rules.assisted_by.key;
    let how = format!("add an {key} line before the {SIGNED_OFF_BY} line");
    let agent = sign(case).map(|sign| sign.agent);
    // An agent that is not defined here cannot be credited.
    let agent =
        agent.filter(|agent| case.registry.is_empty() || case.registry.of(agent).next().is_some());
    match wanted(case).template(agent.as_deref()) {
        Some(credit) => Remedy::Add {
            lines: vec![format!("{key}: {credit}")],
            how,
        },
        None => Remedy::Edit(how),
    }
}

/// The agents that can be credited, if they are defined.
fn registered(case: &MessageCase<'_>) -> Option<String> {
    let summary = case.registry.summary();
    (!summary.is_empty()).then(|| format!("known agents: {summary}"))
}

/// Where no AI may be credited, no trailer may do so, neither this one nor any other.
fn forbidden(case: &MessageCase<'_>, findings: &mut Vec<Finding>) {
    for entry in &case.reading.trailers {
        let is_credit = entry.key.eq_ignore_ascii_case(&case.rules.assisted_by.key);
        let is_sign_off = entry.key.eq_ignore_ascii_case(SIGNED_OFF_BY);
        let is_ai = || Identity::parse(&entry.value).is_some_and(|who| case.is_ai(&who.email));
        // An AI's sign-off has a finding of its own.
        if !is_credit && (is_sign_off || !is_ai()) {
            continue;
        }
        let line = entry.line;
        let mut finding = Finding::new(
            &catalogue::assisted_by::FORBIDDEN,
            "this repository does not allow AI credits",
            Remedy::Edit(format!("remove line {line}")),
        );
        finding.location = Location::Message(vec![QuotedLine::line(line)]);
        findings.push(finding);
    }
}
