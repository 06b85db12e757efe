//! Findings in added lines, for people and for programs.

use std::fmt::Write as _;

use serde::Serialize;

use super::style::{Detail, Style};
use crate::base::text::{clean_line, count, show_path};
use crate::model::finding::Severity;
use crate::rules::added_lines::{Excuse, LineFinding};

/// How many findings are shown of a change that has more.
const SHOWN: usize = 50;

/// The most characters of a line that are shown.
const LONGEST: usize = 200;

/// A finding for programs.
#[derive(Serialize)]
pub(crate) struct LineReport<'a> {
    rule: &'a str,
    severity: &'a str,
    path: String,
    line: usize,
    text: &'a str,
    mark: &'a str,
    message: &'a str,
    notes: &'a [String],
    help: &'a str,
    /// What justifies it; `null` if nothing does.
    reason: Option<&'a str>,
    /// The last day of an exception of gates.toml; `null` if the reason stands on the line.
    until: Option<String>,
}

/// The findings for programs.
#[must_use]
pub(crate) fn reports(findings: &[LineFinding]) -> Vec<LineReport<'_>> {
    findings.iter().map(report).collect()
}

fn report(finding: &LineFinding) -> LineReport<'_> {
    let (reason, until) = match &finding.excuse {
        None => (None, None),
        Some(Excuse::OnLine(reason)) => (Some(reason.as_str()), None),
        Some(Excuse::Configured { reason, until }) => {
            (Some(reason.as_str()), Some(until.to_string()))
        }
    };
    LineReport {
        rule: &finding.rule,
        severity: finding.severity.word(),
        path: finding.path.to_string_lossy().into_owned(),
        line: finding.line,
        text: &finding.text,
        mark: &finding.mark,
        message: &finding.message,
        notes: &finding.notes,
        help: &finding.help,
        reason,
        until,
    }
}

/// The findings for people: errors and warnings in full, then justified ones, a line each. Empty if
/// there are none.
#[must_use]
pub(crate) fn as_text(findings: &[LineFinding], style: Style) -> String {
    let mut text = String::new();
    let of = |severity| {
        findings
            .iter()
            .filter(move |finding| finding.severity == severity)
    };
    let errors = of(Severity::Error);
    let warnings = of(Severity::Warning).filter(|_| style.detail != Detail::Quiet);
    let loud: Vec<&LineFinding> = errors.chain(warnings).collect();
    for finding in loud.iter().take(SHOWN) {
        push(&mut text, finding, style);
    }
    if loud.len() > SHOWN {
        let _ = writeln!(text, "and {} more", count(loud.len() - SHOWN, "finding"));
    }
    let excused: Vec<&LineFinding> = of(Severity::Note).collect();
    if excused.is_empty() || style.detail == Detail::Quiet {
        return text;
    }
    let _ = writeln!(text, "{}:", count(excused.len(), "justified exception"));
    for finding in excused.iter().take(SHOWN) {
        push_excused(&mut text, finding);
    }
    if excused.len() > SHOWN {
        let _ = writeln!(text, "  and {} more", excused.len() - SHOWN);
    }
    text
}

fn push(text: &mut String, finding: &LineFinding, style: Style) {
    let rule = format!("{}[{}]", finding.severity.word(), finding.rule);
    let rule = match finding.severity {
        Severity::Error => style.bad(&rule),
        Severity::Warning => style.careful(&rule),
        Severity::Note => style.strong(&rule),
    };
    let _ = writeln!(text, "{rule}: {}", clean_line(finding.message.as_bytes()));
    let _ = writeln!(text, "  --> {}:{}", show_path(&finding.path), finding.line);
    let line: String = finding.text.chars().take(LONGEST).collect();
    // A finding about a file as a whole quotes no line.
    if !line.is_empty() {
        let _ = writeln!(text, "{:>5} | {line}", finding.line);
    }
    for note in &finding.notes {
        let _ = writeln!(text, "  {note}");
    }
    let help = clean_line(finding.help.as_bytes());
    let _ = writeln!(text, "  {}: {help}", style.strong("help"));
}

fn push_excused(text: &mut String, finding: &LineFinding) {
    let place = format!("{}:{}", show_path(&finding.path), finding.line);
    let reason = match &finding.excuse {
        None => String::new(),
        Some(Excuse::OnLine(reason)) => clean_line(reason.as_bytes()),
        Some(Excuse::Configured { reason, until }) => {
            format!("{} (until {until})", clean_line(reason.as_bytes()))
        }
    };
    let reason: String = reason.chars().take(LONGEST).collect();
    let _ = writeln!(text, "  {place}  {}  {reason}", finding.rule);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(severity: Severity, excuse: Option<Excuse>) -> LineFinding {
        LineFinding {
            path: "src/a.py".into(),
            line: 3,
            text: "x  # noqa".into(),
            mark: "# noqa".into(),
            rule: "python.noqa-bare".into(),
            severity,
            message: "this silences every lint on the line".into(),
            notes: vec!["`fix later` does not say why it is right".into()],
            help: "fix it".into(),
            excuse,
        }
    }

    #[test]
    fn errors_are_shown_in_full_and_justified_findings_in_a_line() {
        let excuse = Excuse::Configured {
            reason: "generated code".into(),
            until: time::Date::MIN,
        };
        let until = time::Date::MIN;
        let findings = [
            finding(
                Severity::Note,
                Some(Excuse::OnLine("it is our table".into())),
            ),
            finding(Severity::Note, Some(excuse)),
            finding(Severity::Error, None),
        ];
        assert_eq!(
            as_text(&findings, Style::PLAIN),
            format!(
                "error[python.noqa-bare]: this silences every lint on the line\n\
                 \x20 --> src/a.py:3\n\
                 \x20   3 | x  # noqa\n\
                 \x20 `fix later` does not say why it is right\n\
                 \x20 help: fix it\n\
                 2 justified exceptions:\n\
                 \x20 src/a.py:3  python.noqa-bare  it is our table\n\
                 \x20 src/a.py:3  python.noqa-bare  generated code (until {until})\n"
            )
        );
        assert_eq!(as_text(&[], Style::PLAIN), "");
        let reports = serde_json::to_value(reports(&findings)).unwrap();
        assert_eq!(reports[0]["reason"], "it is our table");
        assert_eq!(reports[1]["until"], until.to_string());
        assert_eq!(reports[2]["reason"], serde_json::Value::Null);
    }
}
