//! Outcomes and reasons in words, the same in every report.

use std::time::Duration;

use signal_hook::consts::SIGINT;

use crate::base::text::{count, duration, limit, show_path, some_of};
use crate::config::Gate;
use crate::event::PostRunChecks;
use crate::model::gate::GateLevel;
use crate::model::outcome::{
    Breakage, Cancellation, EmptyCheck, EmptySearch, Ending, Failure, Limit, NotApplicable,
    NotWanted, Outcome, ToolFault, ToolWords, Unfit,
};
use crate::model::trigger::Stage;
use crate::plan::{LeftOutReason, Needed, Plan, PlannedGate, ViewChoice, ViewKind};

/// How many paths are named.
const NAMED: usize = 5;

/// The details of an outcome besides its word. Empty if there are none.
pub(super) fn cause(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Passed => String::new(),
        Outcome::Failed(Failure::ExitCode(code)) => format!("exit code {code}"),
        Outcome::Failed(Failure::Forbidden { forbid, line }) => {
            format!("its output matches forbid = '{forbid}': {line}")
        }
        Outcome::Failed(Failure::Wrote(paths)) => {
            let paths: Vec<String> = paths.iter().map(|path| show_path(path)).collect();
            format!("it changed tracked files: {}", some_of(&paths, NAMED))
        }
        Outcome::Failed(Failure::Reported(counted)) => {
            format!("it succeeded, but its report has {}", counted.in_words())
        }
        Outcome::CheckedNothing(EmptyCheck::Unproven { expect }) => {
            format!("it succeeded, but no line of its output matches expect = '{expect}'")
        }
        Outcome::CheckedNothing(EmptyCheck::Said(words)) => {
            format!("{} found nothing to check{}", words.tool, said(words))
        }
        Outcome::CheckedNothing(EmptyCheck::NoTest) => {
            "it succeeded, but by its report no test has run".into()
        }
        Outcome::CheckedNothing(EmptyCheck::Search { tool, empty }) => {
            format!(
                "{tool} found nothing to check: {}",
                empty_search(tool, *empty)
            )
        }
        Outcome::NotApplicable(empty) => excluded(empty),
        Outcome::TimedOut(Limit::Timeout(timeout)) => {
            format!("stopped at its timeout of {}", limit(*timeout))
        }
        Outcome::TimedOut(Limit::Budget(budget)) => {
            format!(
                "stopped when the budget of {} for the whole run ran out",
                limit(*budget)
            )
        }
        Outcome::CouldNotStart(flaw) => flaw.cause.clone(),
        Outcome::ToolBroken(Breakage::Signal(signal)) => {
            format!("the program crashed: {}", signal_name(*signal))
        }
        Outcome::ToolBroken(Breakage::Report(cause)) => {
            format!("its report cannot be read: {cause}")
        }
        Outcome::ToolBroken(Breakage::Said(fault, words)) => {
            let what = match fault {
                ToolFault::Internal => "broke off with an internal error",
                ToolFault::Usage => "does not accept its configuration or its arguments",
                ToolFault::Network => "could not reach the network",
            };
            format!("{} {what}{}", words.tool, said(words))
        }
        Outcome::Cancelled(cancellation) => match cancellation {
            Cancellation::Need(gate) => format!("it needs {gate}, which did not pass"),
            Cancellation::FailFast(gate) => format!("{gate} failed, and fail-fast is on"),
            Cancellation::Budget(budget) => {
                format!(
                    "the budget of {} ran out before the gate could start",
                    limit(*budget)
                )
            }
            Cancellation::NoSlot(waited) => format!(
                "other runs on this machine have kept their heavy gates running for {}, the budget",
                limit(*waited)
            ),
            Cancellation::Ended(ending) => ended(*ending),
            Cancellation::NotStarted => "nothing was run, because a gate cannot start".into(),
        },
    }
}

/// What a tool has said: its exit code, if it is not 0, and the line.
fn said(words: &ToolWords) -> String {
    let code = words.code.filter(|code| *code != 0);
    let code = code.map_or_else(String::new, |code| format!(" (exit code {code})"));
    match &words.line {
        Some(line) => format!("{code}: {line}"),
        None => code,
    }
}

/// Why a gate had nothing to do, by the configuration of its tool.
fn excluded(empty: &EmptyCheck) -> String {
    match empty {
        EmptyCheck::Said(ToolWords { tool, .. }) | EmptyCheck::Search { tool, .. } => format!(
            "{tool} excludes all files that it was given, by a configuration that was there before \
             this change"
        ),
        EmptyCheck::Unproven { .. } | EmptyCheck::NoTest => String::new(),
    }
}

/// Why a tool has found no file to check.
fn empty_search(tool: &str, empty: EmptySearch) -> String {
    match empty {
        EmptySearch::NoFile => format!("no file that {tool} checks is where the command looks"),
        EmptySearch::NoPath => "the command names no file and no directory".to_owned(),
        EmptySearch::Excluded(file) => format!("{file} excludes everything that the command names"),
        EmptySearch::Listed(says) => says.to_owned(),
        EmptySearch::Silent(line) => {
            let begin = line.trim_start_matches('^').trim_end();
            format!("it did not say `{begin}`, which it does if it has checked something")
        }
    }
}

fn signal_name(signal: i32) -> String {
    signal_hook::low_level::signal_name(signal).map_or_else(
        || format!("signal {signal}"),
        |name| format!("signal {signal}, {name}"),
    )
}

/// What ended a run from outside.
pub(super) fn ended(ending: Ending) -> String {
    match ending {
        Ending::Signal(SIGINT) => "interrupted".into(),
        Ending::Signal(signal) => format!("gatekeeper received {}", signal_name(signal)),
        Ending::ParentGone => "the git process that called gatekeeper has ended".into(),
    }
}

fn not_applicable(reason: &NotApplicable) -> String {
    match reason {
        NotApplicable::NothingChanged => "nothing changed".into(),
        NotApplicable::NoMatch { patterns } if patterns.is_empty() => {
            "every changed path is excluded".into()
        }
        NotApplicable::NoMatch { patterns } => {
            format!("no changed path matches {}", some_of(patterns, 4))
        }
        NotApplicable::NothingLeft(unfit) => {
            let words: Vec<&str> = unfit
                .iter()
                .map(|unfit| match unfit {
                    Unfit::Deleted => "were deleted",
                    Unfit::TakenOver => "came in unchanged with the merge",
                    Unfit::NoFile => "are not regular files",
                })
                .collect();
            format!("the files that match {}", words.join(" or "))
        }
    }
}

/// Why a gate is not in a run.
pub(super) fn left_out(why: &LeftOutReason, gate: &Gate) -> String {
    match why {
        LeftOutReason::NotApplicable(reason) => not_applicable(reason),
        LeftOutReason::Skipped => skip(gate),
        LeftOutReason::SkippedByHand => "left out with --skip".into(),
        LeftOutReason::Cached { age, took } => {
            format!(
                "passed on the same tree {}, in {}",
                ago(*age),
                duration(*took)
            )
        }
        LeftOutReason::NotWanted(NotWanted::OtherStage(stages)) => {
            let names: Vec<&str> = stages.iter().copied().map(Stage::name).collect();
            format!("runs at {} only", names.join(" and "))
        }
        LeftOutReason::NotWanted(NotWanted::NotNamed) => "not named on the command line".into(),
        LeftOutReason::NotWanted(NotWanted::OtherShard) => "another shard runs it".into(),
    }
}

/// How long ago something was, roughly.
pub(super) fn ago(age: Duration) -> String {
    const UNITS: [(u64, &str); 4] = [
        (86_400, "day"),
        (3600, "hour"),
        (60, "minute"),
        (1, "second"),
    ];
    let seconds = age.as_secs();
    let fits = UNITS.iter().find(|(unit, _)| seconds >= *unit);
    fits.map_or_else(
        || "just now".to_owned(),
        |(unit, name)| {
            format!(
                "{} ago",
                count(usize::try_from(seconds / unit).unwrap_or(0), name)
            )
        },
    )
}

/// The reason and end of a gate's skip.
pub(super) fn skip(gate: &Gate) -> String {
    gate.skip.as_ref().map_or_else(String::new, |skip| {
        let reason = crate::base::text::clean_line(skip.reason.as_bytes());
        format!("{reason} (until {})", skip.until)
    })
}

/// The word for a gate that is not in a run.
#[must_use]
pub(crate) fn left_out_word(why: &LeftOutReason) -> &'static str {
    match why {
        LeftOutReason::NotApplicable(_) => "not applicable",
        LeftOutReason::Skipped | LeftOutReason::SkippedByHand => "skipped",
        LeftOutReason::Cached { .. } => Outcome::CACHED,
        LeftOutReason::NotWanted(_) => "not selected",
    }
}

/// Why a gate is in a run.
pub(super) fn because(planned: &PlannedGate) -> String {
    match &planned.because {
        Needed::EveryChange => "runs at every change".into(),
        Needed::Matches { count: 1, example } => format!("{} matches", show_path(example)),
        Needed::Matches {
            count: number,
            example,
        } => {
            format!(
                "{} match, {} among them",
                count(*number, "path"),
                show_path(example)
            )
        }
        Needed::Redefined => {
            "it is new or defined otherwise, so all matching files are checked".into()
        }
        Needed::Widened { by } => {
            format!(
                "{} changed, so all matching files are checked",
                show_path(by)
            )
        }
    }
}

/// A remark about a gate that only warns, or no longer does.
pub(super) fn level(planned: &PlannedGate) -> Option<String> {
    if let Some(reason) = &planned.excepted {
        return Some(format!("excepted in this commit: {reason}"));
    }
    match planned.gate.level {
        GateLevel::Block => None,
        GateLevel::Warn { until: None } => Some("warning only".into()),
        GateLevel::Warn { until: Some(until) } if planned.blocking => {
            Some(format!("was a warning until {until} and blocks now"))
        }
        GateLevel::Warn { until: Some(until) } => Some(format!("warning only until {until}")),
    }
}

/// How the gates of a plan see the files, in one line.
pub(super) fn views(plan: &Plan, choices: &[ViewChoice]) -> String {
    let views = plan.views(choices);
    let is_uniform = views.len() == 1;
    let sentences: Vec<String> = views
        .iter()
        .map(|(view, gates)| {
            let names: Vec<&str> = gates.iter().map(|name| name.as_str()).collect();
            let place = match view.kind {
                ViewKind::InPlace => "in place",
                ViewKind::Overlay => "in an overlay",
                ViewKind::Snapshot => "in a snapshot",
            };
            if is_uniform {
                format!("{place}, because {}", view.why)
            } else {
                format!("{} {place}, because {}", some_of(&names, NAMED), view.why)
            }
        })
        .collect();
    sentences.join("; ")
}

/// What has changed while it was being checked.
pub(crate) fn overtaken(post_run: &PostRunChecks) -> String {
    if post_run.is_index_overtaken {
        return "the index changed while it was being checked".into();
    }
    let paths = post_run.overtaken_or_appeared();
    let paths: Vec<String> = paths.iter().map(|path| show_path(path)).collect();
    format!(
        "the work tree changed while it was being checked: {}",
        some_of(&paths, NAMED)
    )
}
