//! Annotations of GitHub Actions: workflow commands, a line each.
//!
//! GitHub shows at most ten errors, ten warnings and ten notices of a step, and takes the first ones
//! without a word about the others. So the gravest come first, and the last notice says how many are left out.

use std::fmt::Write as _;

use crate::base::text::count;
use crate::model::severity::Severity;
use crate::report::record::RunRecord;
use crate::report::record::reported::{ReportedFinding, findings, omitted};

/// How many annotations of one severity are shown.
const MOST: usize = 10;

/// The findings of a run as annotations.
#[must_use]
pub(crate) fn annotations(record: &RunRecord) -> String {
    let all = findings(record);
    let mut text = String::new();
    let mut left_out = omitted(record);
    for (severity, command, most) in [
        (Severity::Error, "error", MOST),
        (Severity::Warning, "warning", MOST),
        // One is needed to say what is left out.
        (Severity::Note, "notice", MOST - 1),
    ] {
        let of_severity = || all.iter().filter(|finding| finding.severity == severity);
        for finding in of_severity().take(most) {
            let _ = writeln!(text, "{}", annotation(command, finding));
        }
        left_out += of_severity().skip(most).count();
    }
    if left_out > 0 {
        let _ = writeln!(
            text,
            "::notice title=gatekeeper::{} more: see the step summary",
            count(left_out, "finding")
        );
    }
    text
}

fn annotation(command: &str, finding: &ReportedFinding) -> String {
    let mut properties = Vec::new();
    let mut push = |name: &str, value: Option<String>| {
        properties.extend(value.map(|value| format!("{name}={}", escaped_property(&value))));
    };
    let number = |number: Option<u32>| number.map(|number| number.to_string());
    push("file", finding.path.clone());
    if finding.path.is_some() {
        push("line", number(finding.line));
        push("endLine", number(finding.end_line));
        // GitHub refuses columns of a range of lines.
        if finding.end_line.is_none_or(|end| Some(end) == finding.line) {
            push("col", number(finding.column));
            push("endColumn", number(finding.end_column));
        }
    }
    push("title", Some(finding.qualified_rule()));
    let mut message = finding.full_message();
    if let Some(help) = &finding.help {
        let _ = write!(message, "\nhelp: {help}");
    }
    format!(
        "::{command} {}::{}",
        properties.join(","),
        escaped(&message)
    )
}

/// Text of a workflow command, in which a line break would begin another one.
fn escaped(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// The value of a property, which also ends at a comma or colon.
fn escaped_property(text: &str) -> String {
    escaped(text).replace(':', "%3A").replace(',', "%2C")
}
