//! Markdown for a pull request or a step summary: what was checked, by which command, and what says so.

use std::fmt::Write as _;
use std::time::Duration;

use crate::base::text::{count, duration};
use crate::report::record::reported::{ReportedFinding, findings, omitted};
use crate::report::record::{GateRecord, RunRecord};

/// How many findings are listed.
const MOST_FINDINGS: usize = 50;

/// How many lines of the output of a gate are shown.
const LINES: usize = 40;

/// The longest text in a cell of a table, in characters.
const LONGEST_CELL: usize = 160;

/// The evidence of a run.
pub(super) fn markdown(record: &RunRecord) -> String {
    sections(record).concat()
}

/// The evidence of a run, in at most so many bytes: whole sections, as many as there is room for.
#[must_use]
pub(crate) fn markdown_within(record: &RunRecord, bytes: usize) -> String {
    let note = format!(
        "\n_The rest does not fit here: `gatekeeper report {} --format markdown` prints it._\n",
        record.run
    );
    let mut text = String::new();
    let sections = sections(record);
    let last = sections.len().saturating_sub(1);
    for (place, section) in sections.into_iter().enumerate() {
        let reserve = if place == last { 0 } else { note.len() };
        if text.len() + section.len() + reserve > bytes {
            if text.len() + note.len() <= bytes {
                text.push_str(&note);
            }
            break;
        }
        text.push_str(&section);
    }
    text
}

fn sections(record: &RunRecord) -> Vec<String> {
    let all = findings(record);
    let mut sections = vec![heading(record), gates(record)];
    if !all.is_empty() {
        sections.push(found(&all, omitted(record)));
    }
    let failed = record.gates.iter().filter(|gate| !gate.lets_through);
    sections.extend(failed.filter_map(output));
    sections.push(commands(record));
    sections.retain(|section| !section.is_empty());
    sections
}

/// What was checked, and the verdict.
fn heading(record: &RunRecord) -> String {
    let mut facts = vec![
        code(&record.trigger),
        format!("in {}", time(record.duration_ms)),
    ];
    if let Some(tree) = &record.tree {
        facts.push(format!("tree {}", code(tree)));
    }
    if let Some(commit) = &record.commit {
        facts.push(format!("commit {}", code(commit)));
    }
    if !record.base.is_empty() {
        let bases: Vec<String> = record.base.iter().map(|base| code(base)).collect();
        facts.push(format!("since {}", bases.join(", ")));
    }
    facts.push(format!("started {}", record.started));
    facts.push(format!("on {} {}", record.host.os, record.host.arch));
    facts.push(format!("with gatekeeper {}", record.gatekeeper));
    facts.push(format!("run {}", code(&record.run)));
    let sign = if record.is_passed() {
        "\u{2705}"
    } else {
        "\u{274c}"
    };
    let mut text = format!(
        "## {sign} gatekeeper: {}\n\n{}\n",
        record.verdict,
        facts.join(" \u{b7} ")
    );
    if record.tree.is_none() && !record.gates.is_empty() {
        text.push_str(
            "\nThe work tree had changes that are not staged, so this is evidence for no commit.\n",
        );
    }
    if let Some(remark) = &record.remark {
        let _ = writeln!(text, "\n{}", escaped(remark));
    }
    text
}

/// A row for each gate.
fn gates(record: &RunRecord) -> String {
    if record.gates.is_empty() {
        return String::new();
    }
    let mut text = "\n| gate | outcome | time | evidence |\n|---|---|---:|---|\n".to_owned();
    for gate in &record.gates {
        let mut outcome = gate.outcome.clone();
        if !gate.lets_through {
            outcome = match gate.blocking {
                Some(false) => format!("{outcome} (warning only)"),
                _ => format!("**{outcome}**"),
            };
        }
        let evidence = gate.evidence.as_ref().or(gate.cause.as_ref());
        let mut evidence = evidence.map_or_else(String::new, |line| cell(line));
        if let (None, Some(tests)) = (&gate.evidence, gate.tests) {
            let space = if evidence.is_empty() { "" } else { "; " };
            let _ = write!(evidence, "{space}{} run", count_of(tests.run, "test"));
        }
        for note in &gate.notes {
            let space = if evidence.is_empty() { "" } else { "<br>" };
            let _ = write!(evidence, "{space}_{}_", escaped(note));
        }
        let spent = if gate.has_run() {
            time(gate.duration_ms)
        } else {
            String::new()
        };
        let _ = writeln!(
            text,
            "| {} | {outcome} | {spent} | {evidence} |",
            cell(&gate.name)
        );
    }
    text
}

/// What was found, the gravest first.
fn found(all: &[ReportedFinding], omitted: usize) -> String {
    let mut text = "\n### Findings\n\n".to_owned();
    for finding in all.iter().take(MOST_FINDINGS) {
        let place = finding.path.as_ref().map(|path| {
            let numbers = [finding.line, finding.column].into_iter().flatten();
            numbers.fold(path.clone(), |place, number| format!("{place}:{number}"))
        });
        let place = place.map_or_else(String::new, |place| format!("{} ", code(&place)));
        let message = escaped(&finding.full_message());
        let rule = code(&finding.qualified_rule());
        let word = finding.severity.word();
        let _ = writeln!(text, "- {place}{word}: {message} ({rule})");
    }
    let more = all.len().saturating_sub(MOST_FINDINGS) + omitted;
    if more > 0 {
        let _ = writeln!(text, "- and {} more", count(more, "finding"));
    }
    text
}

/// The end of what a gate that failed has printed, folded, and how to repeat it.
fn output(gate: &GateRecord) -> Option<String> {
    let output = gate.output.as_ref()?;
    let from = output.lines.len().saturating_sub(LINES);
    let mut text = format!(
        "\n<details><summary>Output of {}</summary>\n\n{}\n",
        html(&gate.name),
        fenced(&output.lines[from..].join("\n"), "text")
    );
    if let Some(repeat) = &gate.repeat {
        let _ = writeln!(text, "Repeat with {}.", code(repeat));
    }
    if let Some(fix) = &gate.fix {
        let _ = writeln!(text, "Fix with {}.", code(fix));
    }
    text.push_str("\n</details>\n");
    Some(text)
}

/// What was run, folded.
fn commands(record: &RunRecord) -> String {
    let mut lines = Vec::new();
    for gate in record.gates.iter().filter(|gate| gate.has_run()) {
        let version = gate.tool_version.as_ref();
        let version = version.map_or_else(String::new, |version| format!(" (version {version})"));
        lines.push(format!("# {}{version}", gate.name));
        lines.extend(gate.commands.iter().map(|command| match &*gate.dir {
            "" => command.clone(),
            dir => format!("(cd {dir} && {command})"),
        }));
    }
    if lines.is_empty() {
        return String::new();
    }
    format!(
        "\n<details><summary>Commands</summary>\n\n{}\n\n</details>\n",
        fenced(&lines.join("\n"), "sh")
    )
}

fn count_of(number: u64, noun: &str) -> String {
    count(usize::try_from(number).unwrap_or(usize::MAX), noun)
}

fn time(ms: u64) -> String {
    duration(Duration::from_millis(ms))
}

/// Text between as many backticks as it takes.
fn code(text: &str) -> String {
    let fence = "`".repeat(longest_run(text) + 1);
    let space = if fence.len() > 1 { " " } else { "" };
    format!("{fence}{space}{text}{space}{fence}")
}

/// A block of text.
fn fenced(text: &str, language: &str) -> String {
    let fence = "`".repeat(longest_run(text).max(2) + 1);
    format!("{fence}{language}\n{text}\n{fence}")
}

/// How many backticks follow each other at most.
fn longest_run(text: &str) -> usize {
    let runs = text.split(|c| c != '`').map(str::len);
    runs.max().unwrap_or(0)
}

/// Text in a cell of a table.
fn cell(text: &str) -> String {
    let mut short: String = text.chars().take(LONGEST_CELL).collect();
    if short.len() < text.len() {
        short.push('\u{2026}');
    }
    escaped(&short)
}

/// Text that is neither markup nor a mention of anybody.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '#' | '!' | '$' => {
                escaped.push('\\');
                escaped.push(character);
            }
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            // Without the character that has no width, it would notify a person.
            '@' => escaped.push_str("@\u{200b}"),
            '\n' => escaped.push(' '),
            other => escaped.push(other),
        }
    }
    escaped
}

/// Text between tags.
fn html(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_from_outside_is_no_markup() {
        assert_eq!(
            escaped("a|b <i> *c* @d\n#1"),
            "a\\|b &lt;i&gt; \\*c\\* @\u{200b}d \\#1"
        );
        assert_eq!(code("a"), "`a`");
        assert_eq!(code("a`b``c"), "``` a`b``c ```");
        assert_eq!(fenced("```\nx", "text"), "````text\n```\nx\n````");
    }
}
