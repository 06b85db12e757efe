//! A recorded run for people: short and complete, the verdict first.

use std::fmt::Write as _;
use std::time::Duration;

use super::columns::{Columns, LABEL, indented};
use crate::base::text::{count, duration};
use crate::model::outcome::Verdict;
use crate::model::severity::Severity;
use crate::receipt::{RunId, RunState};
use crate::report::history::History;
use crate::report::record::reported::{ReportedFinding, findings};
use crate::report::record::{GateRecord, RunRecord, RunSummary};
use crate::report::style::Style;

/// How many findings are shown of a gate.
const FINDINGS: usize = 20;

/// How many lines of output are shown of a gate without findings in files.
const LINES: usize = 20;

/// The widest name that others are aligned with.
const NAME_WIDTH: usize = 24;

/// A run that was recorded.
#[must_use]
pub(crate) fn recorded_as_text(record: &RunRecord, style: Style) -> String {
    let verdict = painted(style, &record.verdict, &record.verdict);
    let mut text = format!(
        "{verdict}: {} in {}, started {} (run {})\n",
        record.trigger,
        time(record.duration_ms),
        record.started,
        record.run
    );
    if let Some(tree) = &record.tree {
        let commit = record.commit.as_ref();
        let commit = commit.map_or_else(String::new, |commit| format!(", commit {commit}"));
        let _ = writeln!(text, "tree {tree}{commit}");
    }
    let names = record.gates.iter().map(|gate| gate.name.len());
    let columns = Columns {
        style,
        name_width: names.max().unwrap_or(0).min(NAME_WIDTH),
    };
    for gate in &record.gates {
        let _ = writeln!(text, "{}", row(&columns, gate));
    }
    let all = findings(record);
    for gate in record.gates.iter().filter(|gate| !gate.lets_through) {
        let own: Vec<&ReportedFinding> = all.iter().filter(|one| one.source == gate.name).collect();
        text.push_str(&block(gate, &own, style));
    }
    let is_of_gate =
        |one: &&ReportedFinding| record.gates.iter().any(|gate| gate.name == one.source);
    let others: Vec<&ReportedFinding> = all.iter().filter(|one| !is_of_gate(one)).collect();
    if !others.is_empty() {
        text.push('\n');
        push_findings(&mut text, &others, style);
    }
    for gate in &record.gates {
        for note in &gate.notes {
            let _ = writeln!(text, "\n{}: {} is {note}", style.careful("note"), gate.name);
        }
    }
    text
}

/// A line for each recorded run, the last one first.
#[must_use]
pub(crate) fn recorded_runs(
    states: &[(RunId, RunState)],
    history: &History,
    style: Style,
) -> String {
    if states.is_empty() {
        return "no run is recorded in this work tree\n".to_owned();
    }
    let mut text = String::new();
    for (run, state) in states.iter().rev() {
        let summary = history.runs.iter().find(|one| one.run == run.as_str());
        let line = match (state, summary) {
            (RunState::Ended, Some(run)) => ended(run, style),
            (RunState::Ended, None) => "cannot be read".to_owned(),
            (RunState::Running, _) => style.careful("running"),
            (RunState::Lost, _) => style.bad("lost: it has ended without a record"),
        };
        let _ = writeln!(text, "{run}  {line}");
    }
    text
}

fn ended(run: &RunSummary, style: Style) -> String {
    let width = Verdict::LONGEST_WORD;
    let word = painted(style, &run.verdict, &format!("{:width$}", run.verdict));
    let time = time(run.duration_ms);
    format!("{word}  {time:>7}  {}", run.trigger)
}

fn row(columns: &Columns, gate: &GateRecord) -> String {
    let word = columns.padded(&gate.outcome);
    let style = columns.style;
    let word = match (gate.lets_through, gate.blocking) {
        (true, Some(_)) => style.good(&word),
        (true, None) => style.faint(&word),
        (false, Some(false)) => style.careful(&word),
        (false, _) => style.bad(&word),
    };
    let spent = if gate.has_run() {
        time(gate.duration_ms)
    } else {
        String::new()
    };
    let mut remarks: Vec<&str> = gate.cause.as_deref().into_iter().collect();
    remarks.extend(gate.evidence.as_deref());
    if gate.blocking == Some(false) {
        remarks.push("warning only");
    }
    columns.line(&word, &gate.name, &spent, &remarks.join("; "))
}

/// A gate that did not let the change through: where and what, and the commands that come next.
fn block(gate: &GateRecord, findings: &[&ReportedFinding], style: Style) -> String {
    let title = format!("{} {}", gate.name, gate.outcome_in_words());
    let mut text = format!("\n{}\n", style.bad(&title));
    let is_placed = findings.iter().any(|finding| finding.path.is_some());
    if is_placed {
        push_findings(&mut text, findings, style);
    } else if let Some(output) = &gate.output {
        let from = output.lines.len().saturating_sub(LINES);
        for line in &output.lines[from..] {
            let _ = writeln!(text, "  {} {line}", style.faint("|"));
        }
    }
    for (name, value) in [("repeat", &gate.repeat), ("fix", &gate.fix)] {
        if let Some(value) = value {
            let name = style.strong(&format!("{name:>LABEL$}"));
            let _ = writeln!(text, "{name}  {}", indented(value, LABEL + 2));
        }
    }
    text
}

fn push_findings(text: &mut String, findings: &[&ReportedFinding], style: Style) {
    for finding in findings.iter().take(FINDINGS) {
        let numbers = [finding.line, finding.column].into_iter().flatten();
        let path = finding.path.clone().unwrap_or_default();
        let place = numbers.fold(path, |place, number| format!("{place}:{number}"));
        let place = if place.is_empty() {
            place
        } else {
            format!("{place}: ")
        };
        let word = finding.severity.word();
        let word = match finding.severity {
            Severity::Error => style.bad(word),
            Severity::Warning => style.careful(word),
            Severity::Note => style.faint(word),
        };
        let rule = finding.rule.as_ref();
        let rule = rule.map_or_else(String::new, |rule| format!(" [{rule}]"));
        let _ = writeln!(text, "  {place}{word}: {}{rule}", finding.full_message());
        if let Some(help) = &finding.help {
            let _ = writeln!(text, "    {}: {help}", style.strong("help"));
        }
    }
    if findings.len() > FINDINGS {
        let more = count(findings.len() - FINDINGS, "finding");
        let _ = writeln!(text, "  and {more} more");
    }
}

fn painted(style: Style, verdict: &str, text: &str) -> String {
    if verdict == Verdict::Passed.word() {
        style.good(text)
    } else {
        style.bad(text)
    }
}

fn time(ms: u64) -> String {
    duration(Duration::from_millis(ms))
}
