//! The report for people: a line for each gate as it ends, failures last, where the user looks.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use signal_hook::consts::SIGINT;

use super::columns::{Columns, WORD, indented};
use super::tail::{shorten, tail};
use super::verdict::VerdictReport;
use super::{audit, audit_changes, change, environments, failure, fixes, left_out, variables};
use crate::base::text::{clean_line, count, duration, show_path, some_of};
use crate::event::{Event, GateResult, RunResult};
use crate::model::gate::GateName;
use crate::model::outcome::{Cancellation, Ending, Outcome, Verdict};
use crate::model::trigger::Trigger;
use crate::plan::{Plan, PlannedGate, ViewKind};
use crate::report::context::{Attempt, ReportContext};
use crate::report::order::Order;
use crate::report::style::{Detail, Style, paint};
use crate::report::wording;

/// The shortest wait of a gate for its turn that is told.
const TOLD_WAIT: Duration = Duration::from_secs(1);

/// How long a command may be to be shown whole, in characters.
const COMMAND_LENGTH: usize = 200;

/// What the messages of a range are called among the gates.
const MESSAGES: &str = "messages";

/// How many paths or places are named.
const NAMED: usize = 5;

/// How much of the line is shown by which a tool says that all is well, in characters.
const EVIDENCE_LENGTH: usize = 72;

/// The report of one run, piece by piece.
pub(crate) struct TextReporter {
    style: Style,
    order: Order,
    plan: Arc<Plan>,
    context: ReportContext,
    /// The length of the longest name of a gate.
    longest: usize,
    /// The outcomes about which there was a block already, by the place of their gates in the plan.
    shown: BTreeMap<usize, Outcome>,
}

impl TextReporter {
    pub(crate) fn new(
        (style, order): (Style, Order),
        plan: &Arc<Plan>,
        context: &ReportContext,
    ) -> Self {
        let of_plan = plan.gates.iter().map(|planned| &planned.gate);
        let left_out = plan.left_out.iter().map(|left_out| &left_out.gate);
        let names = of_plan.chain(left_out).map(|gate| gate.name.as_str().len());
        let messages = context.rules.audit.iter().map(|_| MESSAGES.len());
        Self {
            style,
            order,
            plan: Arc::clone(plan),
            context: context.clone(),
            longest: names.chain(messages).max().unwrap_or(0),
            shown: BTreeMap::new(),
        }
    }

    /// The columns in which gates are listed.
    pub(super) fn columns(&self) -> Columns {
        Columns::new(self.style, self.longest)
    }

    /// Whether it is drawn over while gates run.
    pub(crate) fn is_live(&self) -> bool {
        self.style.is_live()
    }

    /// Sets the width of the terminal from now on.
    pub(super) fn set_width(&mut self, columns: usize) {
        self.style.width = Some(columns);
    }

    pub(crate) fn beginning(&self) -> String {
        if self.style.detail == Detail::Quiet {
            return String::new();
        }
        let mut text = String::new();
        let changed = match self.plan.trigger {
            Trigger::Run => format!("{} tracked", count(self.plan.changed.len(), "path")),
            Trigger::Files { .. } => format!("{} named", count(self.plan.changed.len(), "path")),
            _ => format!("{} changed", count(self.plan.changed.len(), "path")),
        };
        let views = &self.context.views;
        let view = if views.iter().all(|view| view.kind == ViewKind::InPlace) {
            String::new()
        } else {
            format!(", checked {}", wording::views(&self.plan, views))
        };
        let occasion = self.context.occasion.as_ref();
        let occasion = occasion.map(|text| format!(" ({})", clean_line(text.as_bytes())));
        let heading = format!(
            "{}{}: {changed}{view}",
            self.plan.trigger,
            occasion.unwrap_or_default()
        );
        let _ = writeln!(text, "{} {heading}", self.style.strong("gatekeeper"));
        if let Some(messages) = &self.context.rules.audit {
            let word = self.padded(audit::word(messages));
            let word = match (messages.commits.ids.is_empty(), messages.is_passed()) {
                (true, _) => self.style.faint(&word),
                (false, true) => self.style.good(&word),
                (false, false) => self.style.bad(&word),
            };
            let remark = format!("of {}", count(messages.commits.ids.len(), "commit"));
            self.push_line(&mut text, &word, MESSAGES, "", &remark);
        }
        text.push_str(&left_out::rows(&self.plan, self.columns()));
        text
    }

    /// What there is to say of an event. Where a terminal shows it at once, a failure comes whole, since
    /// the other gates may take long.
    pub(crate) fn event(&mut self, event: &Event) -> String {
        let text = self.whole_event(event);
        self.context.redactor.text(&text).into_owned()
    }

    fn whole_event(&mut self, event: &Event) -> String {
        let mut text = String::new();
        let Event::Finished(index, result) = event else {
            return text;
        };
        let planned = &self.plan.gates[*index];
        if self.style.detail > Detail::Quiet && has_row(&result.outcome) {
            self.push_result(&mut text, planned, result);
            if self.style.detail == Detail::Verbose && result.outcome == Outcome::Passed {
                self.push_verbose(&mut text, planned, result);
            }
        }
        if self.style.is_terminal && has_block(result) {
            text.push_str(&self.block(planned, result));
            if self.style.detail > Detail::Quiet {
                text.push('\n');
            }
            self.shown.insert(*index, result.outcome.clone());
        }
        text
    }

    fn block(&self, planned: &PlannedGate, result: &GateResult) -> String {
        failure::block(self.style, &self.plan, &self.context, planned, result)
    }

    /// The end of the report; `notes` are what earlier runs say about gates, a line each.
    pub(crate) fn end(&self, result: &RunResult, notes: &[String]) -> String {
        let text = self.whole_end(result, notes);
        self.context.redactor.text(&text).into_owned()
    }

    fn whole_end(&self, result: &RunResult, notes: &[String]) -> String {
        if self.is_to_be_repeated(result) {
            let changed = wording::overtaken(&result.post_run);
            return format!(
                "\n{}: {changed}; checking again in a snapshot\n\n",
                self.style.careful("note")
            );
        }
        if result.is_interrupted() {
            return self.verdict(result).interrupted();
        }
        let mut text = String::new();
        let pairs: Vec<_> = self.plan.gates.iter().zip(&result.results).collect();
        if self.style.detail > Detail::Quiet {
            text.push_str(&left_out::not_run(&self.plan, result, self.columns()));
        }
        text.push_str(&environments::blocks(
            self.style,
            &self.plan,
            &self.context,
            result,
        ));
        // Gates that only warn come first, those that stop the commit last.
        for blocking in [false, true] {
            for (index, (planned, result)) in pairs.iter().enumerate() {
                let is_new = self.shown.get(&index) != Some(&result.outcome);
                if planned.blocking == blocking && is_new && has_block(result) {
                    text.push_str(&self.block(planned, result));
                }
            }
        }
        match &self.context.rules.audit {
            Some(messages) if !messages.is_passed() => {
                let messages = audit::audit(messages, &self.context.program, self.style);
                let _ = write!(text, "\n{messages}");
            }
            Some(messages) => {
                text.push_str(&audit_changes::declared(&messages.changes, self.style));
            }
            None => {}
        }
        text.push_str(&change::rules(
            &self.context.rules.change,
            self.context.split.as_ref(),
            self.style,
        ));
        if self.has_nothing_to_say(result, notes) {
            // What is in the commit is not what the user has written.
            let fixed = fixes::fixed_on_commit(&result.post_run.fixed, self.style);
            return text + fixed.trim_start();
        }
        if let Some(remark) = &self.context.remark {
            let _ = writeln!(text, "\n{}: {remark}", self.style.careful("note"));
        }
        if !result.results.is_empty() {
            text.push_str(&variables::weakenings(&self.context.weakenings, self.style));
        }
        for note in notes {
            let _ = writeln!(text, "\n{}: {note}", self.style.careful("note"));
        }
        self.push_beside(&mut text, result);
        self.push_aftermath(&mut text, result);
        if self.order == Order::AsItComes || !self.is_passed_by_hand(result) {
            let verdict = self.verdict(result).whole();
            let space = if text.is_empty() { "" } else { "\n" };
            let _ = write!(text, "{space}{verdict}");
        }
        text
    }

    /// The report of a run that has ended, the verdict first; `held` is what there was to be said while it went on.
    pub(crate) fn whole(&self, result: &RunResult, notes: &[String], held: &str) -> String {
        if result.is_interrupted() {
            return self.end(result, notes);
        }
        if self.is_to_be_repeated(result) {
            // The second run has the last word.
            return String::new();
        }
        let mut text = String::new();
        if !self.has_nothing_to_say(result, notes) {
            text.push_str(&self.verdict(result).headline());
        }
        if let Attempt::Second { overtaken } = &self.context.attempt {
            let note = self.style.careful("note");
            let _ = writeln!(text, "{note}: {overtaken}; checked again in a snapshot");
        }
        text + held + &self.end(result, notes)
    }

    /// Whether the files have changed meanwhile, so that another run follows.
    fn is_to_be_repeated(&self, result: &RunResult) -> bool {
        result.verdict == Verdict::Overtaken && self.context.attempt == Attempt::First
    }

    /// Whether it is all in the first line where the verdict comes first: nothing was stopped, and nothing is to be done.
    fn is_passed_by_hand(&self, result: &RunResult) -> bool {
        result.verdict == Verdict::Passed && self.plan.trigger.stops().is_none()
    }

    /// Whether only problems are wanted, and there is none.
    fn has_nothing_to_say(&self, result: &RunResult, notes: &[String]) -> bool {
        let outcomes = || result.results.iter().map(|result| &result.outcome);
        let mut left_out = self.plan.left_out.iter();
        self.style.detail == Detail::Quiet
            && notes.is_empty()
            && result.verdict == Verdict::Passed
            && outcomes().all(Outcome::lets_through)
            && !self.context.rules.is_refused()
            && left_out.all(|left_out| !left_out.why.is_skip())
    }

    fn verdict<'a>(&'a self, result: &'a RunResult) -> VerdictReport<'a> {
        VerdictReport {
            style: self.style,
            plan: &self.plan,
            context: &self.context,
            result,
        }
    }

    fn push_line(&self, text: &mut String, word: &str, name: &str, time: &str, remark: &str) {
        let line = self.columns().line(word, name, time, remark);
        let _ = writeln!(text, "{line}");
    }

    fn padded(&self, word: &str) -> String {
        self.columns().padded(word)
    }

    fn push_result(&self, text: &mut String, planned: &PlannedGate, result: &GateResult) {
        let word = self.padded(result.outcome.word());
        let word = paint(self.style, planned, &result.outcome, &word);
        let time = match result.outcome {
            Outcome::CouldNotStart(_) | Outcome::Cancelled(_) if result.duration.is_zero() => {
                String::new()
            }
            _ => duration(result.duration),
        };
        let mut remarks = vec![wording::cause(&result.outcome)];
        remarks.extend(result.evidence.as_deref().map(short_evidence));
        if let Some(known) = &result.known
            && result.evidence.is_none()
        {
            remarks.push(known.found_in_words());
        }
        remarks.extend(wording::level(planned));
        if result.waited >= TOLD_WAIT {
            let waited = duration(result.waited);
            remarks.push(format!("waited {waited} for its turn on this machine"));
        }
        if result.left_processes {
            remarks.push("left processes running".into());
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
            let shown = shorten(&call.shown(), COMMAND_LENGTH);
            let shown = indented(&shown, WORD + 4);
            let line = format!("{:WORD$}  $ {shown}", "");
            let _ = writeln!(text, "{}", self.style.faint(&line));
        }
        if result.output.is_empty() {
            return;
        }
        let (lines, _) = tail(&result.output, usize::MAX, self.style);
        for line in lines {
            let _ = writeln!(text, "{:WORD$}  {line}", "");
        }
    }

    /// Files that the gates saw and the commit does not have.
    fn push_beside(&self, text: &mut String, result: &RunResult) {
        let beside = &self.context.beside;
        let is_beside = !beside.is_empty() || !beside.ignored.is_empty();
        if !is_beside || result.results.is_empty() {
            return;
        }
        let show = |paths: &[&PathBuf]| {
            let shown: Vec<String> = paths.iter().map(|path| show_path(path)).collect();
            some_of(&shown, NAMED)
        };
        let is_commit = self.plan.trigger.is_commit();
        let is_checked =
            |path: &&PathBuf| is_commit && self.plan.changed.binary_search(path).is_ok();
        let (other, unstaged): (Vec<&PathBuf>, Vec<&PathBuf>) =
            beside.unstaged.iter().partition(is_checked);
        text.push('\n');
        if !other.is_empty() {
            let _ = writeln!(
                text,
                "{}: in {}, the commit differs from the work tree, and the gates saw the work tree",
                self.style.bad("warning"),
                show(&other)
            );
        }
        let mut parts = Vec::new();
        if !unstaged.is_empty() {
            parts.push(format!("unstaged {}", show(&unstaged)));
        }
        if !beside.untracked.is_empty() {
            let untracked: Vec<&PathBuf> = beside.untracked.iter().collect();
            parts.push(format!("untracked {}", show(&untracked)));
        }
        if !beside.ignored.is_empty() {
            let ignored: Vec<&PathBuf> = beside.ignored.iter().collect();
            parts.push(format!(
                "ignored {}, which configures a tool",
                show(&ignored)
            ));
        }
        if !parts.is_empty() {
            let mut views = self.context.views.iter();
            let saw = if views.any(|view| view.kind == ViewKind::InPlace) {
                "gates ran in the work tree, which differs from"
            } else {
                "gates also saw files that are not in"
            };
            let _ = writeln!(
                text,
                "{}: {saw} the {}: {}",
                self.style.careful("note"),
                if is_commit { "commit" } else { "index" },
                parts.join("; ")
            );
        }
    }

    /// What the gates have changed or left behind.
    fn push_aftermath(&self, text: &mut String, result: &RunResult) {
        let post_run = &result.post_run;
        let show = |paths: &[PathBuf]| {
            let shown: Vec<String> = paths.iter().map(|path| show_path(path)).collect();
            some_of(&shown, NAMED)
        };
        if !post_run.unexplained.is_empty() {
            let names: Vec<&str> = post_run.suspects.iter().map(GateName::as_str).collect();
            let while_who = match names.len() {
                0 => "while the gates ran".into(),
                1 => format!("while {} ran", names[0]),
                _ => format!("while the gates ran, by one of {}", names.join(", ")),
            };
            let paths = show(&post_run.unexplained);
            let (error, help) = (self.style.bad("error"), self.style.strong("help"));
            let _ = writeln!(
                text,
                "\n{error}: tracked files were changed {while_who}: {paths}"
            );
            for line in failure::patch(&post_run.patch, self.style) {
                let _ = writeln!(text, "  {line}");
            }
            let _ = writeln!(
                text,
                "{help}: a check must not change what it checks; if you made the change, run the \
                 gates again"
            );
        }
        text.push_str(&fixes::fixed_on_commit(&post_run.fixed, self.style));
        let new = result.new_files();
        let appeared = &result.post_run.appeared;
        if !appeared.is_empty() {
            let by = result.post_run.appeared_by.as_ref();
            let by = by.map_or_else(String::new, |gate| format!(" while {gate} ran"));
            let counts = match result.verdict {
                Verdict::Failed => "; the failure counts",
                _ => "",
            };
            let _ = writeln!(
                text,
                "\n{}: files have appeared{by} that are not in the commit: {}{counts}",
                self.style.careful("note"),
                show(appeared)
            );
        } else if !new.is_empty() {
            let _ = writeln!(
                text,
                "\n{}: new files are neither tracked nor ignored by git: {}",
                self.style.careful("note"),
                show(&new)
            );
        }
    }
}

/// Whether a gate has a line of its own. Those that Ctrl-C has ended have none, because who has pressed
/// it wants to return to the prompt; others of which the same is to be said have one together.
fn has_row(outcome: &Outcome) -> bool {
    !matches!(
        outcome,
        Outcome::Cancelled(Cancellation::Ended(Ending::Signal(SIGINT)) | Cancellation::NotStarted)
    ) && environments::missing(outcome).is_none()
}

/// Whether there is more to be said of a gate than its line.
fn has_block(result: &GateResult) -> bool {
    match &result.outcome {
        Outcome::Cancelled(Cancellation::Ended(Ending::Signal(SIGINT))) => false,
        Outcome::Cancelled(_) => !result.output.is_empty(),
        outcome => !outcome.lets_through() && environments::missing(outcome).is_none(),
    }
}

/// The line by which a tool says that all is well, if it is long its beginning.
fn short_evidence(line: &str) -> String {
    shorten(line, EVIDENCE_LENGTH)
}
