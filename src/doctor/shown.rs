//! What was found, for people and for programs.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::rule::Diagnosis;
use crate::base::text::{clean_line, count, show_path};
use crate::model::severity::Severity;
use crate::report::Style;
use crate::report::formats::uri;
use crate::report::json::document::write;

/// How many there are of a severity.
fn number(found: &[Diagnosis], severity: Severity) -> usize {
    let of_severity = found.iter().filter(|one| one.rule.severity == severity);
    of_severity.count()
}

/// Whether the command fails.
#[must_use]
pub(crate) fn has_errors(found: &[Diagnosis]) -> bool {
    number(found, Severity::Error) > 0
}

/// `pyproject.toml:3`; nothing if it is about no file.
fn place(one: &Diagnosis) -> Option<String> {
    let place = &one.complaint.place;
    if place.path.as_os_str().is_empty() {
        return None;
    }
    Some(match place.line {
        0 => show_path(&place.path),
        line => format!("{}:{line}", show_path(&place.path)),
    })
}

/// What was found, for people.
#[must_use]
pub(crate) fn text(found: &[Diagnosis], style: Style) -> String {
    let mut text = String::new();
    for one in found {
        let head = format!("{}[{}]", one.rule.severity.word(), one.rule.id);
        let head = match one.rule.severity {
            Severity::Error => style.bad(&head),
            Severity::Warning => style.careful(&head),
            Severity::Note => style.faint(&head),
        };
        let message = clean_line(one.complaint.message.as_bytes());
        let _ = writeln!(text, "{head}: {message}");
        if let Some(place) = place(one) {
            let _ = writeln!(text, "  --> {place}");
        }
        let remedy = clean_line(one.complaint.remedy.as_bytes());
        let _ = writeln!(text, "  {}: {remedy}", style.strong("help"));
        text.push('\n');
    }
    text + &summary(found, style)
}

fn summary(found: &[Diagnosis], style: Style) -> String {
    let (errors, warnings) = (
        number(found, Severity::Error),
        number(found, Severity::Warning),
    );
    let notes = number(found, Severity::Note);
    let numbers = [(errors, "error"), (warnings, "warning"), (notes, "note")];
    let some = numbers.into_iter().filter(|(number, _)| *number > 0);
    let some: Vec<String> = some.map(|(number, noun)| count(number, noun)).collect();
    let words = match some.as_slice() {
        [] => "nothing is wrong with this set-up".to_owned(),
        some => some.join(", "),
    };
    let painted = if errors > 0 {
        style.bad(&words)
    } else if warnings > 0 {
        style.careful(&words)
    } else {
        style.good(&words)
    };
    let mut text = format!("{painted}\n");
    let safe = found.iter().filter(|one| one.complaint.edit.is_some());
    let safe = safe.count();
    if safe > 0 {
        let _ = writeln!(
            text,
            "next: `gatekeeper doctor --fix` makes {}",
            count(safe, "safe edit")
        );
    }
    if let Some(first) = found.first() {
        let _ = writeln!(
            text,
            "`gatekeeper explain {}` explains a rule",
            first.rule.id
        );
    }
    text
}

/// What was found, as one JSON object.
#[must_use]
pub(crate) fn as_json(found: &[Diagnosis]) -> String {
    let findings = found.iter().map(|one| {
        let place = &one.complaint.place;
        let has_path = !place.path.as_os_str().is_empty();
        json!({
            "rule": one.rule.id,
            "severity": one.rule.severity.word(),
            "path": has_path.then(|| place.path.to_string_lossy()),
            "line": (place.line > 0).then_some(place.line),
            "message": one.complaint.message,
            "help": one.complaint.remedy,
            "edit": one.complaint.edit.as_ref().map(|edit| json!({
                "line": edit.line,
                "old": edit.old,
                "new": edit.new,
            })),
        })
    });
    write(&json!({
        "version": 1,
        "gatekeeper": env!("CARGO_PKG_VERSION"),
        "errors": number(found, Severity::Error),
        "warnings": number(found, Severity::Warning),
        "notes": number(found, Severity::Note),
        "findings": findings.collect::<Vec<_>>(),
    }))
}

/// What was found, as SARIF 2.1.0.
#[must_use]
pub(crate) fn as_sarif(found: &[Diagnosis]) -> String {
    let mut rules: Vec<_> = found.iter().map(|one| one.rule).collect();
    rules.sort_by_key(|rule| rule.id);
    rules.dedup_by_key(|rule| rule.id);
    let described = rules.iter().map(|rule| {
        json!({
            "id": rule.id,
            "shortDescription": { "text": rule.finds },
            "fullDescription": { "text": format!("{}. {}", rule.finds, rule.remedy) },
            "help": { "text": rule.remedy },
        })
    });
    let results = found
        .iter()
        .map(|one| result(one, &rules.iter().map(|rule| rule.id).collect::<Vec<_>>()));
    write(&json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "gatekeeper",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": described.collect::<Vec<_>>(),
            }},
            "automationDetails": { "id": "gatekeeper/doctor/" },
            "columnKind": "unicodeCodePoints",
            "results": results.collect::<Vec<_>>(),
        }],
    }))
}

fn result(one: &Diagnosis, rules: &[&str]) -> Value {
    let place = &one.complaint.place;
    // Code scanning wants a file; what is about none is shown at the gates.
    let path = match place.path.to_string_lossy() {
        path if path.is_empty() => "gates.toml".to_owned(),
        path => path.into_owned(),
    };
    let mut location = json!({ "artifactLocation": { "uri": uri(&path) } });
    if place.line > 0 {
        location["region"] = json!({ "startLine": place.line });
    }
    json!({
        "ruleId": one.rule.id,
        "ruleIndex": rules.binary_search(&one.rule.id).unwrap_or_default(),
        "level": one.rule.severity.word(),
        "message": { "text": format!("{}. {}", one.complaint.message, one.complaint.remedy) },
        "locations": [{ "physicalLocation": location }],
    })
}
