//! A page for people: one file that needs nothing else, neither a script nor the network.
//!
//! Everything on it is escaped by the templates, and a policy in the page forbids whatever could be loaded
//! or executed all the same.

use maud::{DOCTYPE, Markup, PreEscaped, html as page};

use crate::base::text::count;
use crate::model::gate_finding::TestCounts;
use crate::report::record::reported::{ReportedFinding, findings, omitted};
use crate::report::record::{GateRecord, RunRecord};

mod look;
mod timeline;

use look::{look, time};

/// How the page looks.
const STYLE: &str = include_str!("page.css");

/// What the page may do: show itself.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/// The sign in the tab, green or red.
const ICON: &str = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 8 8'%3E%3Ccircle cx='4' cy='4' r='4' fill='";

/// How many findings are shown.
const MOST_FINDINGS: usize = 500;

/// The page of a run.
pub(super) fn html(record: &RunRecord) -> String {
    let all = findings(record);
    let is_good = record.is_passed();
    let color = if is_good { "%231a7f4b" } else { "%23c62839" };
    let markup = page! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="robots" content="noindex";
                title { "gatekeeper: " (record.verdict) }
                link rel="icon" href={ (ICON) (color) "'/%3E%3C/svg%3E" };
                style { (PreEscaped(STYLE)) }
            }
            body {
                main {
                    (verdict(record, is_good))
                    (timeline(record))
                    (gates(record))
                    (found(&all, omitted(record)))
                    (outputs(record))
                    (commits(record))
                    footer {
                        "Made by gatekeeper " (record.gatekeeper) " from run " code { (record.run) } "."
                    }
                }
            }
        }
    };
    markup.into_string()
}

fn verdict(record: &RunRecord, is_good: bool) -> Markup {
    let class = if is_good { "verdict good" } else { "verdict" };
    page! {
        header class=(class) {
            h1 { span.word { (capitalised(&record.verdict)) } " in " (time(record.duration_ms)) }
            p { (counts(record)) }
            @if record.tree.is_none() && !record.gates.is_empty() {
                p.note {
                    "The work tree had changes that are not staged, so this is evidence for no commit."
                }
            }
            @if let Some(remark) = &record.remark { p.note { (remark) } }
            @if !record.overtaken.is_empty() {
                p.note { "Changed while they were being checked: " (record.overtaken.join(", ")) }
            }
            dl.facts {
                (fact("Command", Some(&record.trigger)))
                (fact("Started", Some(&record.started.replace('T', " ").replace('Z', " UTC"))))
                (id("Commit", record.commit.as_ref()))
                (id("Tree", record.tree.as_ref()))
                (id("Changes since", Some(&record.base.join(", "))))
                (fact("Changed paths", Some(&record.changed_paths.to_string())))
                (fact("Machine", Some(&format!("{} {}", record.host.os, record.host.arch))))
                (fact("Where the gates ran", record.view_reason.as_ref()))
            }
        }
    }
}

fn fact(name: &str, value: Option<&String>) -> Markup {
    page! {
        @if let Some(value) = value.filter(|value| !value.is_empty()) {
            div { dt { (name) } dd { (value) } }
        }
    }
}

fn id(name: &str, value: Option<&String>) -> Markup {
    page! {
        @if let Some(value) = value.filter(|value| !value.is_empty()) {
            div { dt { (name) } dd.mono { (value) } }
        }
    }
}

/// Text in which what is between backticks is code.
fn prose(text: &str) -> Markup {
    let parts: Vec<&str> = text.split('`').collect();
    let is_paired = parts.len() % 2 == 1;
    page! {
        @if is_paired {
            @for (place, part) in parts.iter().enumerate() {
                @if place % 2 == 1 { code { (part) } } @else { (part) }
            }
        } @else { (text) }
    }
}

/// How the gates ended, in numbers.
fn counts(record: &RunRecord) -> String {
    let mut words: Vec<(&str, usize)> = Vec::new();
    for gate in &record.gates {
        let outcome = if gate.blocking == Some(false) && !gate.lets_through {
            "warned"
        } else {
            gate.outcome.as_str()
        };
        match words.iter_mut().find(|(word, _)| *word == outcome) {
            Some((_, number)) => *number += 1,
            None => words.push((outcome, 1)),
        }
    }
    let words = words
        .iter()
        .map(|(word, number)| format!("{number} {word}"));
    let words: Vec<String> = words.collect();
    if words.is_empty() {
        return "No gate was due.".to_owned();
    }
    format!(
        "{}: {}",
        count(record.gates.len(), "gate"),
        words.join(", ")
    )
}

/// When each gate ran.
fn timeline(record: &RunRecord) -> Markup {
    page! {
        @if let Some(picture) = timeline::timeline(record) {
            h2 { "Time line" }
            section.card { div.scroll { (picture) } }
        }
    }
}

fn gates(record: &RunRecord) -> Markup {
    page! {
        @if !record.gates.is_empty() {
            h2 { "Gates" }
            section.card {
                table.gates {
                    thead { tr {
                        th { "gate" } th { "outcome" } th.num { "time" } th { "evidence" }
                    } }
                    tbody { @for gate in &record.gates { (gate_row(gate)) } }
                }
            }
        }
    }
}

/// `3 tests ran, 1 failed, 1 skipped`, without what there is none of.
fn tests_in_words(tests: TestCounts) -> String {
    let ran = usize::try_from(tests.run).unwrap_or(usize::MAX);
    let mut words = vec![format!("{} ran", count(ran, "test"))];
    let others = [(tests.failed, "failed"), (tests.skipped, "skipped")];
    let others = others.iter().filter(|(number, _)| *number > 0);
    words.extend(others.map(|(number, what)| format!("{number} {what}")));
    words.join(", ")
}

fn gate_row(gate: &GateRecord) -> Markup {
    page! {
        tr {
            td.gate { (gate.name) }
            td { span class={ "badge " (look(gate)) } { (gate.outcome) }
                @if gate.blocking == Some(false) { " " span.dim { "warning only" } }
            }
            td.num { @if gate.has_run() { (time(gate.duration_ms)) } }
            td.evidence {
                @if let Some(evidence) = &gate.evidence { div { (evidence) } }
                @if let Some(cause) = &gate.cause { div { (prose(cause)) } }
                @if let Some(tests) = gate.tests {
                    div.dim { (tests_in_words(tests)) }
                }
                @for note in &gate.notes { div.note { (note) } }
                @if let Some(command) = gate.commands.first() {
                    details {
                        summary { "command" }
                        pre { code { (command) } }
                        @if gate.commands.len() > 1 {
                            p.dim { "and " (count(gate.commands.len() - 1, "more call")) }
                        }
                        @if !gate.dir.is_empty() { p.dim { "in " code { (gate.dir) } } }
                        @if let Some(version) = &gate.tool_version { p.dim { "version " (version) } }
                        @if let Some(view) = &gate.view { p.dim { (view) } }
                    }
                }
            }
        }
    }
}

fn found(all: &[ReportedFinding], omitted: usize) -> Markup {
    let more = all.len().saturating_sub(MOST_FINDINGS) + omitted;
    page! {
        @if !all.is_empty() {
            h2 { (count(all.len() + omitted, "finding")) }
            section.card {
                @for finding in all.iter().take(MOST_FINDINGS) { (one_finding(finding)) }
                @if more > 0 {
                    p.dim { "and " (count(more, "finding")) " more" }
                }
            }
        }
    }
}

fn one_finding(finding: &ReportedFinding) -> Markup {
    let numbers = [finding.line, finding.column].into_iter().flatten();
    let path = finding.path.clone().unwrap_or_default();
    let place = numbers.fold(path, |place, number| format!("{place}:{number}"));
    let look = match finding.severity.word() {
        "error" => "bad",
        "warning" => "warn",
        _ => "idle",
    };
    page! {
        article.finding {
            div.head {
                span class={ "badge " (look) } { (finding.severity.word()) }
                @if !place.is_empty() { span class="place mono" { (place) } }
                span.rule { (finding.source)
                    @if let Some(rule) = &finding.rule { " \u{b7} " (rule) }
                }
            }
            p { (prose(&finding.full_message())) }
            @if let Some(text) = &finding.text { (source_line(finding, text)) }
            @if let Some(help) = &finding.help { p.dim { (prose(help)) } }
        }
    }
}

/// The line of the file, with the part marked that the finding is about.
fn source_line(finding: &ReportedFinding, text: &str) -> Markup {
    let is_in_line = finding.end_line.is_none_or(|end| Some(end) == finding.line);
    let characters = text.chars().count();
    let start = finding
        .column
        .map_or(0, |column| (column as usize).saturating_sub(1));
    let end = if let Some(end) = finding.end_column.filter(|_| is_in_line) {
        (end as usize).saturating_sub(1)
    } else {
        // The word that begins there.
        let word = text.chars().skip(start);
        let length = word.take_while(|c| c.is_alphanumeric() || *c == '_');
        start + length.count().max(1)
    };
    let is_marked = finding.column.is_some() && start < end && end <= characters;
    let part = |from: usize, to: usize| -> String {
        text.chars()
            .skip(from)
            .take(to.saturating_sub(from))
            .collect()
    };
    page! {
        pre.line {
            @if let Some(line) = finding.line { span.no { (line) } }
            @if is_marked {
                (part(0, start)) mark { (part(start, end)) } (part(end, characters))
            } @else { (text) }
        }
    }
}

/// What gates have printed, folded; those open that did not let the change through.
fn outputs(record: &RunRecord) -> Markup {
    let printed = || record.gates.iter().filter(|gate| gate.output.is_some());
    page! {
        @if printed().next().is_some() {
            h2 { "Output" }
            @for gate in printed() {
                section.card {
                    strong { (gate.name) } " " span class={ "badge " (look(gate)) } { (gate.outcome) }
                    @if let Some(output) = &gate.output {
                        details {
                            summary {
                                (count(output.lines.len(), "line"))
                                @if !output.complete { ", the last ones" }
                            }
                            pre { (output.lines.join("\n")) }
                        }
                    }
                    @if let Some(patch) = &gate.patch {
                        details { summary { "what it changed" } pre { (patch) } }
                    }
                    @if let Some(repeat) = &gate.repeat { p { "Repeat: " code { (repeat) } } }
                    @if let Some(fix) = &gate.fix { p { "Fix: " code { (fix) } } }
                }
            }
        }
    }
}

/// The commits of the range that were checked.
fn commits(record: &RunRecord) -> Markup {
    page! {
        @if let Some(audit) = &record.messages {
            h2 { "Commits" }
            section.card {
                p { code { (audit.range) } ": " (count(audit.commits, "commit")) ", "
                    (audit.refused) " with a refused message, "
                    (audit.refused_changes) " with refused changes"
                }
                @for commit in &audit.checked {
                    p { code { (commit.commit.get(..12).unwrap_or(&commit.commit)) } " "
                        (commit.subject) " " span.dim { (commit.author) }
                    }
                    @if let Some(declared) = &commit.declared {
                        p.dim { "Gate-Change: " (declared.reason) }
                    }
                }
                @if !audit.remedy.is_empty() {
                    pre { (audit.remedy.join("\n")) }
                }
            }
        }
    }
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string());
    first.unwrap_or_default() + letters.as_str()
}
