//! The code quality report of GitLab: an array of findings, in the form of Code Climate.

use serde::Serialize;

use crate::model::severity::Severity;
use crate::report::json::document::write;
use crate::report::record::RunRecord;
use crate::report::record::reported::{ReportedFinding, findings};

#[derive(Serialize)]
struct Issue {
    description: String,
    check_name: String,
    /// Without the line: GitLab takes a finding with another fingerprint for a new one.
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    end: Option<u32>,
}

/// The findings of a run for GitLab.
pub(super) fn code_quality(record: &RunRecord) -> String {
    let issues: Vec<Issue> = findings(record).into_iter().map(issue).collect();
    write(&issues)
}

fn issue(finding: ReportedFinding) -> Issue {
    Issue {
        description: finding.full_message(),
        check_name: finding.qualified_rule(),
        severity: match finding.severity {
            Severity::Error => "major",
            Severity::Warning => "minor",
            Severity::Note => "info",
        },
        location: Location {
            path: finding.path_or_gates().to_owned(),
            lines: Lines {
                begin: finding.line.unwrap_or(1),
                end: finding.end_line,
            },
        },
        fingerprint: finding.fingerprint,
    }
}
