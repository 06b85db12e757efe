//! The report for people: a line for each gate as it ends, failures last, where eyes are.

use std::fmt::Write as _;
use std::sync::Arc;

use super::places::{self, Place};
use super::style::{Detail, Style};
use super::{Context, log, summary, words};
use crate::event::{Event, GateResult, Output, RunResult};
use crate::outcome::{Outcome, Verdict};
use crate::plan::{Plan, PlannedGate, Why};
use crate::text::{clean_line, count, duration, show_path, some_of};
use crate::trigger::Trigger;

/// The column of words is as wide as the longest of them.
const WORD: usize = 15;

/// How many lines of a failing gate's output are shown.
const TAIL_LINES: usize = 40;

/// The longest line of output that is shown, in characters.
const LINE_LENGTH: usize = 400;

/// How long a command may be to be shown whole, in characters.
const COMMAND_LENGTH: usize = 200;

/// How many paths or places are named.
const NAMED: usize = 5;

/// The report of one run, piece by piece.
pub(super) struct Text {
    style: Style,
    plan: Arc<Plan>,
    context: Context,
    name_width: usize,
}

impl Text {
    pub(super) fn new(style: Style, plan: &Arc<Plan>, context: &Context) -> Self {
        let of_plan = plan.gates.iter().map(|planned| &planned.gate);
        let left_out = plan.left_out.iter().map(|left_out| &left_out.gate);
        let names = of_plan.chain(left_out).map(|gate| gate.name.as_str().len());
        Self {
            style,
            plan: Arc::clone(plan),
            context: context.clone(),
            name_width: names.max().unwrap_or(0).min(24),
        }
    }

    pub(super) fn beginning(&self) -> String {
        if self.style.detail == Detail::Quiet {
            return String::new();
        }
        let mut text = String::new();
        let changed = match self.plan.trigger {
            Trigger::Run => format!("{} tracked", count(self.plan.changed, "path")),
            _ => format!("{} changed", count(self.plan.changed, "path")),
        };
        let heading = format!("{}: {changed}", self.plan.trigger);
        let _ = writeln!(text, "{} {heading}", self.style.strong("gatekeeper"));
        for left_out in &self.plan.left_out {
            if matches!(left_out.why, Why::NotWanted(_)) && self.style.detail < Detail::Verbose {
                continue;
            }
            let word = words::left_out_word(&left_out.why);
            let why = words::left_out(&left_out.why, &left_out.gate);
            let painted = match left_out.why {
                Why::Skipped => self.style.careful(&format!("{word:>WORD$}")),
                _ => self.style.faint(&format!("{word:>WORD$}")),
            };
            self.push_line(&mut text, &painted, left_out.gate.name.as_str(), "", &why);
        }
        text
    }

    pub(super) fn event(&self, event: &Event) -> String {
        let mut text = String::new();
        match event {
            Event::Finished(index, result) if self.style.detail > Detail::Quiet => {
                let planned = &self.plan.gates[*index];
                self.push_result(&mut text, planned, result);
                if self.style.detail == Detail::Verbose && result.outcome == Outcome::Passed {
                    self.push_verbose(&mut text, planned, result);
                }
            }
            Event::Started(_) | Event::Finished(..) => {}
        }
        text
    }

    pub(super) fn end(&self, result: &RunResult) -> String {
        let mut text = String::new();
        let pairs: Vec<_> = self.plan.gates.iter().zip(&result.results).collect();
        // What only warns comes first, what stops the commit last.
        for blocking in [false, true] {
            for (planned, result) in &pairs {
                let is_told = match &result.outcome {
                    Outcome::Cancelled(_) => !result.output.is_empty(),
                    outcome => !outcome.lets_through(),
                };
                if planned.blocking == blocking && is_told {
                    self.push_failure(&mut text, planned, result);
                }
            }
        }
        let everything_well = pairs
            .iter()
            .all(|(_, result)| result.outcome.lets_through())
            && self
                .plan
                .left_out
                .iter()
                .all(|left_out| left_out.why != Why::Skipped);
        if self.style.detail == Detail::Quiet && everything_well {
            return text;
        }
        self.push_beside(&mut text, result);
        self.push_verdict(&mut text, result);
        text
    }

    /// One line: word, name, time, remark.
    fn push_line(&self, text: &mut String, word: &str, name: &str, time: &str, remark: &str) {
        let width = self.name_width;
        let line = format!("{word}  {name:<width$}  {time:>6}");
        let line = if remark.is_empty() {
            line
        } else {
            format!("{line}  {}", self.style.faint(remark))
        };
        let _ = writeln!(text, "{}", self.style.fit(line.trim_end()));
    }

    fn paint(&self, planned: &PlannedGate, outcome: &Outcome, word: &str) -> String {
        match outcome {
            outcome if outcome.lets_through() => self.style.good(word),
            Outcome::Cancelled(_) => self.style.careful(word),
            _ if planned.blocking => self.style.bad(word),
            _ => self.style.careful(word),
        }
    }

    fn push_result(&self, text: &mut String, planned: &PlannedGate, result: &GateResult) {
        let word = format!("{:>WORD$}", result.outcome.word());
        let word = self.paint(planned, &result.outcome, &word);
        let time = match result.outcome {
            Outcome::CouldNotStart { .. } | Outcome::Cancelled(_) if result.duration.is_zero() => {
                String::new()
            }
            _ => duration(result.duration),
        };
        let mut remarks = vec![words::cause(&result.outcome)];
        remarks.extend(words::level(planned));
        if result.left_processes {
            remarks.push("left processes behind".into());
        }
        remarks.retain(|remark| !remark.is_empty());
        self.push_line(
            text,
            &word,
            planned.gate.name.as_str(),
            &time,
            &remarks.join("; "),
        );
    }

    fn push_verbose(&self, text: &mut String, planned: &PlannedGate, result: &GateResult) {
        for call in &planned.calls {
            let line = format!("{:WORD$}  $ {}", "", shorten(&call.shown(), COMMAND_LENGTH));
            let _ = writeln!(text, "{}", self.style.faint(&line));
        }
        let (lines, _) = tail(&result.output, usize::MAX);
        for line in lines {
            let _ = writeln!(text, "{:WORD$}  {line}", "");
        }
    }

    fn push_failure(&self, text: &mut String, planned: &PlannedGate, result: &GateResult) {
        let gate = &planned.gate;
        let outcome = &result.outcome;
        let title = format!("{} {}", gate.name, outcome.word());
        let title = match words::level(planned) {
            Some(level) => format!("{title} ({level})"),
            None => title,
        };
        let _ = writeln!(text, "\n{}", self.paint(planned, outcome, &title));
        let mut cause = words::cause(outcome);
        if !result.duration.is_zero() {
            cause = format!("{cause}, after {}", duration(result.duration));
        }
        self.push_field(text, "cause", &cause);
        let places = places::find(
            &result.output,
            &self.context.top,
            &gate.dir,
            &self.changed(planned),
        );
        if !places.is_empty() {
            let shown: Vec<String> = places.iter().map(show_place).collect();
            self.push_field(text, "where", &some_of(&shown, NAMED));
        }
        self.push_output(text, planned, result);
        if let Some(call) = planned.calls.first() {
            let folder = if gate.dir.as_os_str().is_empty() {
                String::new()
            } else {
                format!(" (in {})", show_path(&gate.dir))
            };
            let shown = shorten(&call.shown(), COMMAND_LENGTH);
            self.push_field(text, "command", &format!("{shown}{folder}"));
        }
        if !matches!(outcome, Outcome::CouldNotStart { .. }) {
            self.push_field(text, "repeat", &self.repeat(planned));
        }
        if let Some(advice) = Self::advice(planned, outcome) {
            self.push_field(text, "fix", &advice);
        }
        self.push_beside_of(text, &places);
    }

    /// The files that the gate was given.
    fn changed(&self, planned: &PlannedGate) -> Vec<std::path::PathBuf> {
        match self.plan.trigger {
            Trigger::Run => Vec::new(),
            _ => planned.files.clone(),
        }
    }

    fn push_field(&self, text: &mut String, name: &str, value: &str) {
        let name = self.style.strong(&format!("{name:>9}"));
        let _ = writeln!(text, "{}", format!("{name}  {value}").trim_end());
    }

    fn push_output(&self, text: &mut String, planned: &PlannedGate, result: &GateResult) {
        if result.output.is_empty() {
            if !result.duration.is_zero() {
                self.push_field(text, "output", "none");
            }
            return;
        }
        let (lines, more) = tail(&result.output, TAIL_LINES);
        let heading = if more {
            let kept = log::keep(&self.context.logs, &planned.gate.name, &result.output);
            let whole = match kept {
                Ok(path) => {
                    let shown = path.strip_prefix(&self.context.top).unwrap_or(&path);
                    format!("more of it is in {}", show_path(shown))
                }
                Err(error) => format!("the rest could not be kept: {error}"),
            };
            format!("the last {} ({whole})", count(lines.len(), "line"))
        } else {
            String::new()
        };
        self.push_field(text, "output", &heading);
        let bar = self.style.faint("|");
        for line in lines {
            let _ = writeln!(text, "{:9}{bar} {line}", "");
        }
    }

    /// The command that runs just this gate once more.
    fn repeat(&self, planned: &PlannedGate) -> String {
        let name = &planned.gate.name;
        match &self.plan.trigger {
            Trigger::Range { from, to } => {
                let word = |text: &String| crate::text::shell_word(text.as_ref());
                format!(
                    "gatekeeper run --from {} --to {} {name}",
                    word(from),
                    word(to)
                )
            }
            Trigger::Hook(_) | Trigger::Staged if !self.context.has_own_index => {
                format!("gatekeeper run --staged {name}")
            }
            // The index that was judged is gone; all tracked files hold its files too.
            Trigger::Hook(_) | Trigger::Staged | Trigger::Run => format!("gatekeeper run {name}"),
        }
    }

    /// What mends this outcome, if that can be said.
    fn advice(planned: &PlannedGate, outcome: &Outcome) -> Option<String> {
        let gate = &planned.gate;
        let name = &gate.name;
        match outcome {
            Outcome::CouldNotStart { .. } => Some(format!(
                "install the program, or correct `run` in [gates.{name}] of gates.toml"
            )),
            Outcome::TimedOut(_) => Some(format!(
                "make it faster, or raise `timeout` in [gates.{name}] (and `budget` in [settings])"
            )),
            Outcome::CheckedNothing { .. } => Some(format!(
                "see in its output what it looked at; `expect` in [gates.{name}] is the evidence asked for"
            )),
            _ => {
                let fix = planned.fix.as_ref()?.shown();
                if fix.chars().count() > COMMAND_LENGTH {
                    // The text as configured says the same, and can be typed.
                    return gate.fix.as_ref().map(|fix| fix.text.clone());
                }
                if gate.dir.as_os_str().is_empty() {
                    return Some(fix);
                }
                let dir = crate::text::shell_word(gate.dir.as_os_str());
                Some(format!("(cd {dir} && {fix})"))
            }
        }
    }

    /// Whoever sees a complaint about a file must know that it is not the committed one.
    fn push_beside_of(&self, text: &mut String, places: &[Place]) {
        if !self.plan.trigger.is_commit() {
            return;
        }
        let mut beside: Vec<String> = places
            .iter()
            .filter(|place| self.context.beside.concerns(&place.path))
            .map(|place| show_path(&place.path))
            .collect();
        beside.dedup();
        if !beside.is_empty() {
            let files = some_of(&beside, NAMED);
            let remark =
                format!("the gate saw the work tree's contents, not the index's, of {files}");
            self.push_field(text, "note", &remark);
        }
    }

    fn push_beside(&self, text: &mut String, result: &RunResult) {
        let beside = &self.context.beside;
        if beside.is_empty() || result.results.is_empty() {
            return;
        }
        let show = |paths: &[std::path::PathBuf]| {
            let shown: Vec<String> = paths.iter().map(|path| show_path(path)).collect();
            some_of(&shown, NAMED)
        };
        let mut parts = Vec::new();
        if !beside.unstaged.is_empty() {
            parts.push(format!("unstaged {}", show(&beside.unstaged)));
        }
        if !beside.untracked.is_empty() {
            parts.push(format!("untracked {}", show(&beside.untracked)));
        }
        let what = if self.plan.trigger.is_commit() {
            "commit"
        } else {
            "index"
        };
        let _ = writeln!(
            text,
            "\n{}: gates ran in the work tree, where these lie beside the {what}: {}",
            self.style.careful("note"),
            parts.join("; ")
        );
    }

    fn push_verdict(&self, text: &mut String, result: &RunResult) {
        let sentence = summary::sentence(&self.plan, result);
        let is_commit = matches!(self.plan.trigger, Trigger::Hook(_));
        let painted = match result.verdict {
            Verdict::Passed => self.style.good(&sentence),
            Verdict::Failed | Verdict::Unable => self.style.bad(&sentence),
            Verdict::Cancelled(_) => self.style.careful(&sentence),
        };
        let stopped = if is_commit && result.verdict != Verdict::Passed {
            ": the commit was stopped, nothing was changed"
        } else {
            ""
        };
        let space = if text.is_empty() { "" } else { "\n" };
        let _ = writeln!(text, "{space}{painted}{stopped}");
        match result.verdict {
            Verdict::Failed if is_commit => {
                let next = if self.context.has_own_index {
                    "mend what is named above, then commit again in the same way"
                } else {
                    "mend what is named above, `git add` it, and commit again"
                };
                let _ = writeln!(text, "{}: {next}", self.style.strong("next"));
            }
            Verdict::Unable => {
                let next = "nothing can be said before every gate can run; see above";
                let _ = writeln!(text, "{}: {next}", self.style.strong("next"));
            }
            Verdict::Cancelled(signal) => {
                let name = words::signal_name(signal);
                let _ = writeln!(
                    text,
                    "{}: the run was ended by {name}",
                    self.style.strong("note")
                );
            }
            Verdict::Failed | Verdict::Passed => {}
        }
    }
}

pub(super) fn show_place(place: &Place) -> String {
    let mut shown = show_path(&place.path);
    for number in [place.line, place.column].into_iter().flatten() {
        let _ = write!(shown, ":{number}");
    }
    shown
}

/// The last lines, cleaned, and whether there is more.
pub(super) fn tail(output: &Output, limit: usize) -> (Vec<String>, bool) {
    let mut bytes = Vec::new();
    let split = output.omitted > 0;
    if split {
        bytes.extend_from_slice(&output.tail);
    } else {
        bytes.extend_from_slice(&output.head);
        bytes.extend_from_slice(&output.tail);
    }
    let end = bytes
        .iter()
        .rposition(|byte| !byte.is_ascii_whitespace())
        .map_or(0, |at| at + 1);
    let all: Vec<&[u8]> = bytes[..end].split(|byte| *byte == b'\n').collect();
    let from = all.len().saturating_sub(limit);
    let lines: Vec<String> = all[from..]
        .iter()
        .map(|line| {
            // Cleaning a line without end would cost as much as the line is long.
            let beginning = &line[..line.len().min(LINE_LENGTH * 8)];
            shorten(&clean_line(beginning), LINE_LENGTH)
        })
        .collect();
    let cut = lines.iter().any(|line| line.ends_with('\u{2026}'));
    (lines, split || from > 0 || cut)
}

fn shorten(text: &str, limit: usize) -> String {
    match text.char_indices().nth(limit) {
        Some((at, _)) => format!("{}\u{2026}", &text[..at]),
        None => text.to_owned(),
    }
}
