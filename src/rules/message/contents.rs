//! Content that must not be in a message, whatever else it says.

use super::Reading;
use super::case::MessageCase;
use crate::base::text::clean_line;
use crate::model::finding::{Finding, Location, QuotedLine, Remedy};
use crate::rules::catalogue;

/// Marks that hosting sites read as a request not to run CI, in lower case.
const SKIPS_CI: [&str; 6] = [
    "[skip ci]",
    "[ci skip]",
    "[no ci]",
    "[skip actions]",
    "[actions skip]",
    "***no_ci***",
];

/// The line starts at which `git am` expects a patch to begin (`mailinfo.c: patchbreak`).
const BEGINS_PATCH: [&str; 2] = ["diff -", "Index: "];

/// Whether there is nothing in the message but sign-offs.
pub(super) fn is_empty(reading: &Reading) -> bool {
    let is_sign_off = |line: &str| line.starts_with("Signed-off-by: ");
    let mut lines = reading.numbered();
    lines.all(|(_, line)| line.trim().is_empty() || is_sign_off(line))
}

pub(super) fn check(case: &MessageCase<'_>, findings: &mut Vec<Finding>) {
    findings.extend(encoding(case));
    findings.extend(skips_ci(case));
    findings.extend(diff(case));
    if case.reading.is_divided {
        let is_divider = |line: &str| {
            line.strip_prefix("---")
                .is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t']))
        };
        let mut lines = case.reading.numbered();
        let at = lines
            .find(|(_, line)| is_divider(line))
            .map_or(1, |(number, _)| number);
        let mut finding = Finding::new(
            &catalogue::contents::DIVIDER,
            "`git am` would end the message here, before the sign-off",
            Remedy::Nothing,
        );
        finding.location = Location::Message(vec![QuotedLine::line(at)]);
        findings.push(finding);
    }
}

fn encoding(case: &MessageCase<'_>) -> Option<Finding> {
    let name = shown(case.reading.without_ascii.as_deref()?);
    let mut finding = Finding::new(
        &catalogue::contents::ENCODING,
        format!("git may see no trailer in the encoding of this message, {name}"),
        Remedy::Edit(
            "run `git config --unset i18n.commitEncoding`, so that messages are stored as UTF-8"
                .into(),
        ),
    );
    finding.location = Location::Message(vec![QuotedLine::line(1)]);
    Some(finding)
}

fn skips_ci(case: &MessageCase<'_>) -> Option<Finding> {
    let severity = case.rules.skip_ci.severity()?;
    let (line, word) = case
        .reading
        .numbered()
        .find_map(|(number, line)| {
            let lower = line.to_lowercase();
            let at = SKIPS_CI
                .iter()
                .find_map(|word| Some((lower.find(word)?, word.len())));
            let word = at.and_then(|(at, length)| line.get(at..at + length));
            Some((number, word?.to_owned()))
        })
        .or_else(|| {
            let is_true = |value: &str| value.trim().eq_ignore_ascii_case("true");
            let mut entries = case
                .entries("skip-checks")
                .filter(|entry| is_true(&entry.value));
            entries.next().map(|entry| (entry.line, entry.key.clone()))
        })?;
    let mut finding = Finding::new(
        &catalogue::contents::SKIP_CI,
        "this keeps CI and its gates from running",
        Remedy::Edit(format!("remove it from line {line}")),
    );
    finding.severity = severity;
    finding.location = Location::Message(vec![QuotedLine::line(line).marks([word])]);
    finding.notes = vec!["hosting sites search the whole message for it".into()];
    Some(finding)
}

fn diff(case: &MessageCase<'_>) -> Option<Finding> {
    let severity = case.rules.diff.severity()?;
    let begins = |line: &str| BEGINS_PATCH.iter().any(|start| line.starts_with(start));
    let (line, _) = case.reading.numbered().find(|(_, line)| begins(line))?;
    let mut finding = Finding::new(
        &catalogue::contents::DIFF,
        "the message contains a diff",
        Remedy::Edit("remove or indent the diff".into()),
    );
    finding.severity = severity;
    finding.location = Location::Message(vec![QuotedLine::line(line)]);
    finding.notes = vec!["`git am` would treat it as the beginning of the patch".into()];
    Some(finding)
}

/// A value as it is shown: cleaned, and not longer than a line.
pub(super) fn shown(value: &str) -> String {
    clean_line(value.as_bytes()).chars().take(100).collect()
}
