//! What a run says as a whole: the last lines of its report, and the first one where the reader may see
//! no other.

use std::fmt::Write as _;

use super::summary;
use crate::base::text::{clean_line, count, show_path};
use crate::config::LOCAL_NAME;
use crate::event::RunResult;
use crate::model::gate::GateName;
use crate::model::outcome::{Cancellation, Outcome, StartHelp, Verdict};
use crate::model::severity::Severity;
use crate::plan::Plan;
use crate::report::context::{Attempt, ReportContext};
use crate::report::style::Style;
use crate::report::wording;

/// What is needed to say how a run has ended.
pub(super) struct VerdictReport<'a> {
    pub(super) style: Style,
    pub(super) plan: &'a Plan,
    pub(super) context: &'a ReportContext,
    pub(super) result: &'a RunResult,
}

impl VerdictReport<'_> {
    /// The verdict, and what to do next.
    pub(super) fn whole(&self) -> String {
        format!("{}{}", self.sentence(), self.next())
    }

    /// All that is said after Ctrl-C.
    pub(super) fn interrupted(&self) -> String {
        // Where git has ended before us, its shell has written a prompt.
        let break_before = if self.style.is_terminal && self.context.is_abandoned() {
            "\n"
        } else {
            ""
        };
        format!(
            "{break_before}{}: {}",
            self.style.careful("interrupted"),
            self.sentence()
        )
    }

    /// The verdict with the first failure, in one line. A run by hand has one in any event, which begins with the
    /// verdict's word; a hook only if it stops git.
    pub(super) fn headline(&self) -> String {
        let verdict = self.result.verdict;
        let why = match verdict {
            Verdict::Passed => summary::sentence(self.plan, &self.context.rules, self.result),
            Verdict::Cancelled(ending) => wording::ended(ending),
            Verdict::Overtaken => wording::overtaken(&self.result.post_run),
            Verdict::Failed | Verdict::Unable => self.first_failure(),
        };
        let words = match (verdict, self.plan.trigger.stops()) {
            (Verdict::Passed | Verdict::Cancelled(_), Some(_)) => return String::new(),
            (_, Some(what)) => self.style.bad(&format!("the {what} was stopped")),
            (Verdict::Passed, None) => self.style.good(verdict.word()),
            (Verdict::Cancelled(_), None) => self.style.careful(verdict.word()),
            (_, None) => self.style.bad(verdict.word()),
        };
        format!("{words}: {why}\n")
    }

    /// The first gate that stops the commit, why, and how many more there are; if there is none, what
    /// the rules refuse.
    fn first_failure(&self) -> String {
        let pairs = self.plan.gates.iter().zip(&self.result.results);
        let mut failures = pairs.filter(|(planned, result)| {
            let outcome = &result.outcome;
            let is_failure = !outcome.lets_through() && !matches!(outcome, Outcome::Cancelled(_));
            planned.blocking && is_failure
        });
        let Some((planned, first)) = failures.next() else {
            if let Some(path) = self.result.post_run.unexplained.first() {
                return format!("a gate changed {}", show_path(path));
            }
            let findings = self.context.rules.change.as_they_count();
            let refused = findings.iter().find(|one| one.severity == Severity::Error);
            return refused.map_or_else(
                || summary::sentence(self.plan, &self.context.rules, self.result),
                |finding| {
                    format!(
                        "{}: {}",
                        finding.rule,
                        clean_line(finding.message.as_bytes())
                    )
                },
            );
        };
        let mut why = format!("{} {}", planned.gate.name, first.outcome.word());
        let cause = wording::cause(&first.outcome);
        if !cause.is_empty() {
            let _ = write!(why, ": {cause}");
        }
        let places = super::failure::places_of(self.plan, self.context, planned, first);
        if let Some(place) = places.first() {
            let _ = write!(why, ", at {}", place.shown());
        }
        match failures.count() {
            0 => {}
            more => {
                let _ = write!(why, "; {} did not pass", count(more, "more gate"));
            }
        }
        why
    }

    /// How many gates ended how, and what that means.
    fn sentence(&self) -> String {
        let sentence = summary::sentence(self.plan, &self.context.rules, self.result);
        let stops = self.plan.trigger.stops();
        let is_commit = stops == Some("commit");
        let painted = match self.result.verdict {
            Verdict::Passed => self.style.good(&sentence),
            Verdict::Failed | Verdict::Unable | Verdict::Overtaken => self.style.bad(&sentence),
            Verdict::Cancelled(_) => self.style.careful(&sentence),
        };
        let is_second = matches!(self.context.attempt, Attempt::Second { .. });
        let stopped = match (stops, self.result.verdict) {
            (None, _) | (_, Verdict::Passed) => String::new(),
            // Gates may have changed something in the work tree.
            (Some(what), _) if is_second || !is_commit => {
                format!(": the {what} was stopped")
            }
            (Some(what), _) => format!(": the {what} was stopped; nothing was changed"),
        };
        format!("{painted}{stopped}\n")
    }

    /// How to make the commit although gates fail, if nothing else stops it.
    fn way_out(&self) -> String {
        let is_stopped_by_gates =
            self.result.verdict == Verdict::Failed && !self.context.rules.is_refused();
        let Some(way_out) = self
            .context
            .way_out
            .as_ref()
            .filter(|_| is_stopped_by_gates)
        else {
            return String::new();
        };
        let pairs = self.plan.gates.iter().zip(&self.result.results);
        let failed = pairs.filter(|(planned, result)| {
            let is_cancelled = matches!(result.outcome, Outcome::Cancelled(_));
            planned.blocking && !is_cancelled && !result.outcome.lets_through()
        });
        let failed = failed.map(|(planned, _)| &planned.gate.name);
        let (own, failed): (Vec<&GateName>, Vec<&GateName>) =
            failed.partition(|name| way_out.own.contains(name));
        let words = |names: Vec<&'_ GateName>| -> Vec<String> {
            names.into_iter().map(ToString::to_string).collect()
        };
        if !own.is_empty() {
            return format!(
                "{}: {} is a gate of {LOCAL_NAME}, which only you have: change or remove it there\n",
                self.style.strong("help"),
                words(own).join(", ")
            );
        }
        let failed: Vec<&str> = failed.into_iter().map(GateName::as_str).collect();
        if failed.is_empty() {
            return String::new();
        }
        format!(
            "{}: if this one commit has to be made all the same, give the reason in place of REASON: {}\n",
            self.style.strong("help"),
            way_out.command(&failed)
        )
    }

    /// Whether nothing stops the run but gates that have waited in vain for their turn, and gates that needed them.
    fn has_only_waited(&self) -> bool {
        let pairs = self.plan.gates.iter().zip(&self.result.results);
        let mut stopping = pairs
            .filter(|(planned, result)| planned.blocking && !result.outcome.lets_through())
            .map(|(_, result)| &result.outcome)
            .peekable();
        let has_waited = |outcome: &Outcome| {
            matches!(
                outcome,
                Outcome::Cancelled(Cancellation::NoSlot(_) | Cancellation::Need(_))
            )
        };
        stopping.peek().is_some()
            && stopping.all(has_waited)
            && self.result.post_run.unexplained.is_empty()
            && !self.context.rules.is_refused()
    }

    /// What to do next, and what one has to know for it. Empty if there is nothing to say.
    fn next(&self) -> String {
        let style = self.style;
        let is_commit = self.plan.trigger.stops() == Some("commit");
        let (label, what) = match self.result.verdict {
            Verdict::Failed if self.has_only_waited() => (
                "next",
                "nothing is wrong with the change; try again when other runs on this machine have ended".to_owned(),
            ),
            Verdict::Failed if is_commit => (
                "next",
                if self.context.is_rebase {
                    "fix the problems above, `git add` the files and run `git commit -C \
                     REBASE_HEAD`; git would then pick the same commit again, so remove the first \
                     line with `git rebase --edit-todo` before you run `git rebase --continue`"
                        .to_owned()
                } else if self.context.has_own_index {
                    "fix the problems above and commit again in the same way".to_owned()
                } else {
                    "fix the problems above, `git add` the files and commit again".to_owned()
                },
            ),
            Verdict::Unable => (
                "next",
                "no verdict: not every gate could start; fix the problems above and try again"
                    .to_owned(),
            ),
            Verdict::Overtaken => (
                "next",
                format!(
                    "no verdict: {}; try again once no program is writing to the work tree",
                    wording::overtaken(&self.result.post_run)
                ),
            ),
            Verdict::Cancelled(ending) => ("note", wording::ended(ending)),
            Verdict::Failed | Verdict::Passed => return String::new(),
        };
        let mut text = format!("{}: {what}\n", style.strong(label));
        text.push_str(&self.way_out());
        let misses_program = self.result.results.iter().any(|result| {
            matches!(&result.outcome, Outcome::CouldNotStart(flaw) if flaw.help == StartHelp::Program)
        });
        if self.result.verdict == Verdict::Unable && misses_program {
            let path = &self.context.search_path;
            let _ = writeln!(text, "{}: PATH is {path}", style.strong("note"));
        }
        text
    }
}
