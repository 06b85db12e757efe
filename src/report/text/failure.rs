//! Everything about one gate that does not let the commit through.

use std::cmp::Reverse;
use std::fmt::Write as _;
use std::path::PathBuf;

use super::advice;
use super::columns::{LABEL, indented};
use super::found;
use super::syntax;
use super::tail::{shorten, tail};
use crate::base::text::{clean_line, count, duration, show_path, some_of};
use crate::event::{GateResult, Output};
use crate::model::gate_finding::GateFinding;
use crate::model::outcome::{Failure, Outcome};
use crate::model::trigger::Trigger;
use crate::plan::{Plan, PlannedGate};
use crate::report::context::ReportContext;
use crate::report::places::{self, OutputPlace};
use crate::report::style::{Style, paint};
use crate::report::{log, wording};
use crate::tools::{Suggestion, suggestions};

/// How many lines of output are shown.
const TAIL_LINES: usize = 40;

/// How many lines of a patch are shown.
const PATCH_LINES: usize = 30;

/// How long a command may be to be shown whole, in characters.
const COMMAND_LENGTH: usize = 400;

/// How many paths or places are named.
const NAMED: usize = 5;

/// The block of one gate: cause, place, output, and what to do.
pub(super) fn block(
    style: Style,
    plan: &Plan,
    context: &ReportContext,
    planned: &PlannedGate,
    result: &GateResult,
) -> String {
    let mut text = String::from("\n");
    let outcome = &result.outcome;
    let title = format!("{} {}", planned.gate.name, outcome.word());
    let title = match wording::level(planned) {
        Some(level) => format!("{title} ({level})"),
        None => title,
    };
    let _ = writeln!(text, "{}", paint(style, planned, outcome, &title));
    let mut push = |name: &str, value: &str| {
        let name = style.strong(&format!("{name:>LABEL$}"));
        let value = indented(value, LABEL + 2);
        let _ = writeln!(text, "{}", format!("{name}  {value}").trim_end());
    };
    push("cause", &cause(result));
    let found = found::lines(&result.findings, changed_paths(plan));
    if found.is_empty() {
        let places = mentioned(plan, context, planned, &result.output);
        if !places.is_empty() {
            let shown: Vec<String> = places.iter().map(OutputPlace::shown).collect();
            push("where", &some_of(&shown, NAMED));
        }
    }
    for (at, line) in found.iter().enumerate() {
        push(if at == 0 { "found" } else { "" }, line);
    }
    if let Some(known) = &result.known {
        push("known", &known.in_words());
    }
    let mut kept = result.findings.kept.iter();
    if kept.any(|finding| finding.place.is_some()) && is_by_findings(outcome) {
        push("output", &saved(context, planned, result));
    } else if !result.output.is_empty() {
        let (lines, more) = tail(&result.output, TAIL_LINES, style);
        let heading = if more {
            remark_on_more(lines.len(), context, planned, result)
        } else {
            String::new()
        };
        push("output", &heading);
        let bar = style.faint("|");
        for line in lines {
            push("", &format!("{bar} {line}"));
        }
    } else if !result.duration.is_zero() {
        push("output", "none");
    }
    if !result.written.patch.is_empty() {
        push("changes", "");
        for line in patch(&result.written.patch, style) {
            push("", &line);
        }
    } else if !result.written.changed.is_empty() {
        let shown: Vec<String> = result
            .written
            .changed
            .iter()
            .map(|path| show_path(path))
            .collect();
        push("changes", &some_of(&shown, NAMED));
    }
    for note in refused_suggestions(&result.output, &context.refusing) {
        push("note", &note);
    }
    if let Some(call) = planned.calls.first() {
        push(
            "command",
            &shorten(
                &advice::command(call, context, &planned.gate.dir),
                COMMAND_LENGTH,
            ),
        );
    }
    if !matches!(outcome, Outcome::CouldNotStart(_)) {
        push("repeat", &advice::repeat(plan, context, planned));
    }
    let (mut help, mut fix) = (
        advice::help(planned, context, result).or_else(|| advice::offline(plan, context, result)),
        advice::fix(plan, context, planned, outcome),
    );
    if fix.is_some()
        && let Some(unparsed) =
            syntax::error(result, |output| mentioned(plan, context, planned, output))
    {
        help.get_or_insert(unparsed);
        fix = None;
    }
    for (name, value) in [("help", help), ("fix", fix)] {
        if let Some(value) = value {
            push(name, &value);
        }
    }
    text
}

/// Directives that a tool's output mentions although the rules refuse it, each with what to do instead.
fn refused_suggestions(output: &Output, refusing: &[&str]) -> Vec<String> {
    let is_there = |suggestion: &&Suggestion| {
        let pattern = regex::bytes::Regex::new(suggestion.pattern);
        refusing.contains(&suggestion.rule.id)
            && pattern.is_ok_and(|pattern| {
                pattern.is_match(&output.head) || pattern.is_match(&output.tail)
            })
    };
    let note = |suggestion: &Suggestion| {
        let Suggestion {
            directive, rule, ..
        } = suggestion;
        format!(
            "the output mentions `{directive}`, which the rule {} refuses here; {}",
            rule.id, suggestion.instead
        )
    };
    suggestions().filter(is_there).map(note).collect()
}

/// The lines of a patch, the first ones if there are many.
pub(super) fn patch(patch: &[u8], style: Style) -> Vec<String> {
    let patch = String::from_utf8_lossy(patch);
    let lines: Vec<&str> = patch.lines().collect();
    let bar = style.faint("|");
    let mut shown: Vec<String> = lines
        .iter()
        .take(PATCH_LINES)
        .map(|line| format!("{bar} {}", clean_line(line.as_bytes())))
        .collect();
    if lines.len() > PATCH_LINES {
        let more = count(lines.len() - PATCH_LINES, "line");
        shown.push(format!("{bar} and {more} more"));
    }
    shown
}

/// Why, in one line.
fn cause(result: &GateResult) -> String {
    let mut cause = wording::cause(&result.outcome);
    if !result.duration.is_zero() {
        cause = format!("{cause}, after {}", duration(result.duration));
    }
    if result.left_processes {
        cause.push_str("; it left processes running that still hold its output");
    }
    cause
}

/// Whether what was found is why: then the end of the output says nothing that it does not.
fn is_by_findings(outcome: &Outcome) -> bool {
    matches!(
        outcome,
        Outcome::Failed(Failure::ExitCode(_) | Failure::Reported(_))
    )
}

/// The paths of the change set; none if everything is checked.
fn changed_paths(plan: &Plan) -> &[PathBuf] {
    match plan.trigger {
        Trigger::Run => &[],
        _ => &plan.changed,
    }
}

/// The places of a failure, those in files of the change set first: of its findings or, if none has a
/// place, all that its output mentions.
pub(crate) fn places_of(
    plan: &Plan,
    context: &ReportContext,
    planned: &PlannedGate,
    result: &GateResult,
) -> Vec<OutputPlace> {
    let mut found: Vec<&GateFinding> = result.findings.kept.iter().collect();
    // The gravest first: it names the cause, a note only belongs to one.
    found.sort_by_key(|finding| Reverse(finding.severity));
    let mut places: Vec<OutputPlace> = found
        .into_iter()
        .filter_map(|finding| finding.place.as_ref())
        .map(OutputPlace::of)
        .collect();
    places.dedup();
    if places.is_empty() {
        return mentioned(plan, context, planned, &result.output);
    }
    let changed = changed_paths(plan);
    places.sort_by_key(|place| changed.binary_search(&place.path).is_err());
    places
}

/// The places that the output mentions, those in files of the change set first.
fn mentioned(
    plan: &Plan,
    context: &ReportContext,
    planned: &PlannedGate,
    output: &Output,
) -> Vec<OutputPlace> {
    let changed = changed_paths(plan);
    let files = places::Files {
        top: &context.top,
        dir: &planned.gate.dir,
        known: &plan.changed,
        first: changed,
    };
    places::find(output, &files)
}

fn remark_on_more(
    shown: usize,
    context: &ReportContext,
    planned: &PlannedGate,
    result: &GateResult,
) -> String {
    let whole = saved(context, planned, result);
    format!("the last {} ({whole})", count(shown, "line"))
}

/// Where the output can be read as a whole.
fn saved(context: &ReportContext, planned: &PlannedGate, result: &GateResult) -> String {
    match log::save(
        &context.logs,
        &planned.gate.name,
        &result.output,
        &context.redactor,
    ) {
        Ok(path) => {
            let relative = path.strip_prefix(&context.top).unwrap_or(&path);
            let path = show_path(&context.to_top.join(relative));
            if result.output.omitted > 0 {
                format!("the beginning and the end of the output are in {path}")
            } else {
                format!("the full output is in {path}")
            }
        }
        Err(error) => format!("cannot save the rest: {error}"),
    }
}
