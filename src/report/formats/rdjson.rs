//! The diagnostics of reviewdog, in its Reviewdog Diagnostic Format.

use serde::Serialize;

use crate::model::severity::Severity;
use crate::report::json::document::write;
use crate::report::record::RunRecord;
use crate::report::record::reported::{ReportedFinding, findings};

#[derive(Serialize)]
struct DiagnosticResult {
    source: Source,
    diagnostics: Vec<Diagnostic>,
}

#[derive(Serialize)]
struct Source {
    name: String,
}

#[derive(Serialize)]
struct Diagnostic {
    message: String,
    location: Location,
    severity: &'static str,
    source: Source,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<Code>,
}

#[derive(Serialize)]
struct Code {
    value: String,
}

#[derive(Serialize)]
struct Location {
    path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    range: Option<Range>,
}

#[derive(Serialize)]
struct Range {
    start: Position,
    #[serde(skip_serializing_if = "Option::is_none")]
    end: Option<Position>,
}

#[derive(Serialize)]
struct Position {
    line: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<u32>,
}

/// The findings of a run for reviewdog.
pub(super) fn rdjson(record: &RunRecord) -> String {
    write(&DiagnosticResult {
        source: Source {
            name: "gatekeeper".to_owned(),
        },
        diagnostics: findings(record).into_iter().map(diagnostic).collect(),
    })
}

fn diagnostic(finding: ReportedFinding) -> Diagnostic {
    let text = finding.text.as_deref();
    let range = finding.line.map(|line| Range {
        start: Position {
            line,
            column: finding.column.map(|column| in_bytes(column, text)),
        },
        end: finding.end_line.map(|end_line| Position {
            line: end_line,
            column: finding.end_column.map(|column| {
                let text = text.filter(|_| end_line == line);
                in_bytes(column, text)
            }),
        }),
    });
    Diagnostic {
        message: finding.full_message(),
        location: Location {
            path: finding.path_or_gates().to_owned(),
            range,
        },
        severity: match finding.severity {
            Severity::Error => "ERROR",
            Severity::Warning => "WARNING",
            Severity::Note => "INFO",
        },
        code: finding.rule.map(|value| Code { value }),
        source: Source {
            name: finding.source,
        },
    }
}

/// A column as reviewdog counts: in bytes of UTF-8. Most tools count characters.
fn in_bytes(column: u32, text: Option<&str>) -> u32 {
    let before = (column as usize).saturating_sub(1);
    let at = text.and_then(|text| text.char_indices().nth(before));
    at.and_then(|(at, _)| u32::try_from(at + 1).ok())
        .unwrap_or(column)
}

#[cfg(test)]
mod tests {
    use super::in_bytes;

    #[test]
    fn columns_are_counted_in_bytes() {
        assert_eq!(in_bytes(3, Some("\u{e4}\u{f6}x")), 5);
        assert_eq!(in_bytes(3, Some("abc")), 3);
        assert_eq!(in_bytes(9, Some("abc")), 9);
        assert_eq!(in_bytes(3, None), 3);
    }
}
