//! The subject: Conventional Commits 1.0, length, and marks that must not land.

use super::case::MessageCase;
use crate::base::text::nearest;
use crate::model::finding::{Finding, Location, QuotedLine, Remedy};
use crate::rules::catalogue;

/// What `git commit --fixup` and `--squash` put before the subject of another commit.
pub(crate) const AUTOSQUASH: [&str; 3] = ["fixup! ", "squash! ", "amend! "];

/// What git itself, or a hosting site, writes as a subject.
const GENERATED: [&str; 2] = ["Revert \"", "Reapply \""];

/// The footer of a change that breaks something, in the only spelling that counts.
const BREAKING: [&str; 2] = ["BREAKING CHANGE", "BREAKING-CHANGE"];

/// The finding about a commit that is still to be squashed.
pub(super) fn autosquash(case: &MessageCase<'_>) -> Option<Finding> {
    let subject = case.reading.subject();
    let mark = AUTOSQUASH.iter().find(|mark| subject.starts_with(**mark))?;
    let mut finding = Finding::new(
        &catalogue::contents::AUTOSQUASH,
        "squash this commit before it is merged",
        Remedy::Squash,
    );
    let quote = QuotedLine::line(case.reading.title().start).marks([mark.trim().to_owned()]);
    finding.location = Location::Message(vec![quote]);
    Some(finding)
}

pub(super) fn check(case: &MessageCase<'_>, findings: &mut Vec<Finding>) {
    let subject = case.reading.subject();
    let bare = subject.trim_start_matches('\u{feff}');
    if bare.len() < subject.len() {
        let mut finding = Finding::new(
            &catalogue::contents::BYTE_ORDER_MARK,
            "the subject begins with a byte order mark, which git keeps",
            Remedy::Nothing,
        );
        finding.location = Location::Message(vec![QuotedLine::line(case.reading.title().start)]);
        findings.push(finding);
    }
    rules(
        case,
        case.reading
            .first_line()
            .trim_start_matches('\u{feff}')
            .trim(),
        findings,
    );
}

fn rules(case: &MessageCase<'_>, subject: &str, findings: &mut Vec<Finding>) {
    let rules = &case.rules.subject;
    let is_generated = GENERATED.iter().any(|start| subject.starts_with(start));
    if case.is_merge || is_generated {
        return;
    }
    let first = case.reading.title().start;
    let quoted = |rule, message: String, how: String, marks: Vec<String>| {
        let mut finding = Finding::new(rule, message, Remedy::Edit(how));
        finding.location = Location::Message(vec![QuotedLine::line(first).marks(marks)]);
        finding
    };
    if rules.is_conventional {
        findings.extend(conventional(case, subject));
    }
    let columns = console::measure_text_width(subject);
    if let Some(most) = rules.max_length
        && columns > most as usize
    {
        let message = format!("the subject is {columns} columns wide; the limit is {most}");
        let how = "shorten the subject and put the rest below a blank line".into();
        findings.push(quoted(
            &catalogue::contents::TOO_LONG,
            message,
            how,
            Vec::new(),
        ));
    }
    if let Some(severity) = rules.trailing_period.severity()
        && subject.ends_with('.')
        && !subject.ends_with("..")
    {
        let message = "the subject ends with a full stop".into();
        let mut finding = quoted(
            &catalogue::contents::TRAILING_PERIOD,
            message,
            "remove the full stop".into(),
            Vec::new(),
        );
        finding.severity = severity;
        findings.push(finding);
    }
}

/// A subject as Conventional Commits 1.0 has it: `type(scope)!: description`.
fn conventional(case: &MessageCase<'_>, subject: &str) -> Vec<Finding> {
    const FORM: &str = "expected  type(scope): description, as in `fix(io): close the file`";
    let reading = case.reading;
    let title = reading.title();
    let mut findings = Vec::new();
    if let Err((message, marks, note)) = header(subject, &case.rules.subject.types) {
        let mut finding = Finding::new(
            &catalogue::contents::CONVENTIONAL,
            message,
            Remedy::Edit("write the subject in this form".into()),
        );
        finding.location = Location::Message(vec![QuotedLine::line(title.start).marks(marks)]);
        finding.notes = note.into_iter().chain([FORM.to_owned()]).collect();
        findings.push(finding);
    }
    if title.len() > 1 {
        let mut finding = Finding::new(
            &catalogue::contents::NO_BLANK_LINE,
            "the blank line between subject and body is missing",
            Remedy::Edit(format!(
                "insert a blank line above line {}",
                title.start + 1
            )),
        );
        finding.location = Location::Message(vec![
            QuotedLine::line(title.start),
            QuotedLine::line(title.start + 1),
        ]);
        findings.push(finding);
    }
    for number in title.end..=reading.lines.len() {
        let line = reading.line(number);
        let written = line.get(..BREAKING[0].len()).unwrap_or_default();
        let rest = line.get(BREAKING[0].len()..).unwrap_or_default();
        let is_footer = rest.starts_with(": ") || rest.starts_with(" #");
        let is_meant = BREAKING
            .iter()
            .any(|right| written.eq_ignore_ascii_case(right));
        if is_footer && is_meant && !BREAKING.contains(&written) {
            let mut finding = Finding::new(
                &catalogue::contents::BREAKING_CHANGE,
                "only capitals make this a breaking change",
                Remedy::Edit(format!("write {} on line {number}", BREAKING[0])),
            );
            finding.location =
                Location::Message(vec![QuotedLine::line(number).marks([written.to_owned()])]);
            findings.push(finding);
        }
    }
    findings
}

/// What is wrong with the subject: the message, the parts to mark, and a note.
type Wrong = (String, Vec<String>, Option<String>);

fn header(subject: &str, types: &[String]) -> Result<(), Wrong> {
    let wrong = |message: &str, mark: &str| {
        let marks = if mark.is_empty() {
            Vec::new()
        } else {
            vec![mark.to_owned()]
        };
        Err((message.to_owned(), marks, None))
    };
    let Some((head, description)) = subject.split_once(':') else {
        return wrong("the subject has no type", "");
    };
    let plain = head.strip_suffix('!').unwrap_or(head);
    let (kind, scope) = match plain.split_once('(') {
        Some((kind, scope)) => (kind, Some(scope)),
        None => (plain, None),
    };
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
    if kind.is_empty() || !kind.chars().all(is_word) {
        return wrong("the text before the colon is not a type", head);
    }
    if let Some(scope) = scope {
        match scope.strip_suffix(')') {
            Some(inner) if !inner.trim().is_empty() && !inner.contains(['(', ')']) => {}
            _ => return wrong("the scope is not one word or more in parentheses", head),
        }
    }
    if description.trim().is_empty() {
        return wrong("the description after the type is missing", head);
    }
    if !description.starts_with(' ') {
        return wrong("a space is missing after the colon", head);
    }
    if types.is_empty()
        || types
            .iter()
            .any(|allowed| allowed.eq_ignore_ascii_case(kind))
    {
        return Ok(());
    }
    let note = match nearest(kind, types.iter().map(String::as_str)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("expected one of {}", types.join(", ")),
    };
    Err((
        format!("`{kind}` is not an allowed type"),
        vec![kind.to_owned()],
        Some(note),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_follow_the_specification() {
        for subject in [
            "fix: x",
            "fix(io): x",
            "FIX(Io)!: x",
            "feat!: x",
            "build-deps(a b): x: y",
            "feat(\u{e4}): x",
        ] {
            assert_eq!(header(subject, &[]), Ok(()), "{subject}");
        }
        for subject in [
            "fix x",
            "fix:x",
            "fix: ",
            "fix (io): x",
            "fix(): x",
            "fix(io: x",
            "fix(io) : x",
            ": x",
            "a b: x",
            "https://x",
            "fix!(io): x",
        ] {
            assert!(header(subject, &[]).is_err(), "{subject}");
        }
        let types = ["feat".to_owned(), "fix".to_owned()];
        assert_eq!(header("Feat: x", &types), Ok(()));
        let (message, _, note) = header("feet: x", &types).unwrap_err();
        assert_eq!(message, "`feet` is not an allowed type");
        assert_eq!(note.as_deref(), Some("did you mean `feat`?"));
    }
}
