//! `JUnit` XML: a test case for each gate, and one for the rules.
//!
//! A case is successful only if its gate lets the change through. What fails but stops nothing is
//! skipped, with the reason. A run without a verdict has a failing case in any event.

use std::time::Duration;

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use crate::base::text::count;
use crate::model::severity::Severity;
use crate::report::record::reported::{RULES, ReportedFinding, findings};
use crate::report::record::{GateRecord, RunRecord};

/// How many findings are listed in a case.
const MOST: usize = 100;

/// The gates of a run as test cases.
pub(super) fn junit(record: &RunRecord) -> String {
    let all = findings(record);
    let mut suite = TestSuite::new("gatekeeper");
    suite.set_time(Duration::from_millis(record.duration_ms));
    suite.add_test_cases(record.gates.iter().map(|gate| {
        let own: Vec<&ReportedFinding> = all.iter().filter(|one| one.source == gate.name).collect();
        case(gate, &own)
    }));
    let of_rules: Vec<&ReportedFinding> = all.iter().filter(|one| one.source == RULES).collect();
    if record.messages.is_some() || !of_rules.is_empty() {
        suite.add_test_case(rules(&of_rules));
    }
    let is_failed = |case: &TestCase| matches!(case.status, TestCaseStatus::NonSuccess { .. });
    if !record.is_passed() && !suite.test_cases.iter().any(is_failed) {
        suite.add_test_case(verdict(record, &all));
    }
    let mut report = Report::new("gatekeeper");
    report.set_time(Duration::from_millis(record.duration_ms));
    report.add_test_suite(suite);
    report.to_string().unwrap_or_default()
}

fn case(gate: &GateRecord, findings: &[&ReportedFinding]) -> TestCase {
    let mut status = match (gate.outcome.as_str(), gate.lets_through) {
        ("skipped" | "not applicable", _) => TestCaseStatus::skipped(),
        (_, true) => TestCaseStatus::success(),
        _ if gate.blocking != Some(true) => TestCaseStatus::skipped(),
        ("failed" | "timed out" | "checked nothing", _) => {
            TestCaseStatus::non_success(NonSuccessKind::Failure)
        }
        _ => TestCaseStatus::non_success(NonSuccessKind::Error),
    };
    let mut message = gate.outcome_in_words();
    if !gate.lets_through && gate.blocking == Some(false) {
        message.push_str(" (warning only)");
    }
    if !matches!(status, TestCaseStatus::Success { .. }) {
        status.set_message(message.clone());
    }
    if matches!(status, TestCaseStatus::NonSuccess { .. }) {
        status.set_type(gate.outcome.replace(' ', "-"));
        status.set_description(listed(findings, gate.omitted(), gate.repeat.as_deref()));
    }
    let mut case = TestCase::new(gate.name.as_str(), status);
    case.set_classname(format!("gatekeeper.{}", gate.kind));
    case.set_time(Duration::from_millis(gate.duration_ms));
    let place = findings.iter().find(|one| one.path.is_some());
    if let Some(place) = place {
        let path = place.path.clone().unwrap_or_default();
        case.extra.insert("file".into(), path.into());
        if let Some(line) = place.line {
            case.extra.insert("line".into(), line.to_string().into());
        }
    }
    let printed = gate.output.iter().flat_map(|output| &output.lines);
    let printed: Vec<&str> = printed.map(String::as_str).collect();
    let said = gate.evidence.as_deref().filter(|_| printed.is_empty());
    let said = said.or((gate.outcome == "cached").then_some(message.as_str()));
    match said {
        Some(said) => case.set_system_out(said),
        None if printed.is_empty() => &mut case,
        None => case.set_system_out(printed.join("\n")),
    };
    case
}

/// The rules for changes and messages.
fn rules(findings: &[&ReportedFinding]) -> TestCase {
    let errors = findings
        .iter()
        .filter(|one| one.severity == Severity::Error);
    let errors = errors.count();
    let mut status = if errors > 0 {
        TestCaseStatus::non_success(NonSuccessKind::Failure)
    } else {
        TestCaseStatus::success()
    };
    if errors > 0 {
        status.set_message(format!("the rules have {}", count(errors, "finding")));
        status.set_type("rules");
        status.set_description(listed(findings, 0, None));
    }
    let mut case = TestCase::new("rules", status);
    case.set_classname("gatekeeper.rules");
    if errors == 0 && !findings.is_empty() {
        case.set_system_out(listed(findings, 0, None));
    }
    case
}

/// Why there is no verdict, or what fails besides the gates.
fn verdict(record: &RunRecord, findings: &[ReportedFinding]) -> TestCase {
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
    status.set_message(format!("the run is {}", record.verdict));
    status.set_type(record.verdict.as_str());
    status.set_description(listed(&findings.iter().collect::<Vec<_>>(), 0, None));
    let mut case = TestCase::new("verdict", status);
    case.set_classname("gatekeeper.verdict");
    case
}

/// The findings, a line each, how many more there are, and how to repeat.
fn listed(findings: &[&ReportedFinding], omitted: usize, repeat: Option<&str>) -> String {
    let mut lines: Vec<String> = findings
        .iter()
        .take(MOST)
        .map(|finding| {
            let mut place = finding.path.clone().unwrap_or_default();
            for number in [finding.line, finding.column].into_iter().flatten() {
                place = format!("{place}:{number}");
            }
            let rule = finding.rule.as_deref().unwrap_or_default();
            let parts = [
                &place,
                finding.severity.word(),
                rule,
                &finding.full_message(),
            ];
            let parts = parts.map(str::to_owned);
            let parts = parts.into_iter().filter(|part| !part.is_empty());
            parts.collect::<Vec<_>>().join(": ")
        })
        .collect();
    let more = findings.len().saturating_sub(MOST) + omitted;
    if more > 0 {
        lines.push(format!("and {} more", count(more, "finding")));
    }
    lines.extend(repeat.map(|repeat| format!("repeat: {repeat}")));
    lines.join("\n")
}
