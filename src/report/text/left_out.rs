//! The lines about gates that did not run. Those about which there is little to say share one.

use std::fmt::Write as _;

use super::columns::Columns;
use crate::base::text::some_of;
use crate::event::RunResult;
use crate::model::outcome::{Cancellation, Outcome};
use crate::plan::{LeftOut, LeftOutReason, Plan};
use crate::report::style::Detail;
use crate::report::wording;

/// How many gates are named in one line.
const NAMED: usize = 8;

/// The lines of the gates that are not in the run. Those that are cached or not applicable have one
/// together, unless every reason is wanted.
pub(super) fn rows(plan: &Plan, columns: Columns) -> String {
    let is_verbose = columns.style.detail == Detail::Verbose;
    let shown = plan
        .left_out
        .iter()
        .filter(|left_out| is_verbose || !matches!(left_out.why, LeftOutReason::NotWanted(_)));
    let (quiet, others): (Vec<&LeftOut>, Vec<&LeftOut>) =
        shown.partition(|left_out| !is_verbose && may_share(&left_out.why));
    let mut text = String::new();
    match quiet.as_slice() {
        [] => {}
        [only] => push_row(&mut text, only, columns),
        all => push_shared(&mut text, all, columns),
    }
    for left_out in others {
        push_row(&mut text, left_out, columns);
    }
    text
}

/// The line of the gates that were not started because another one cannot start. Empty if there are none.
pub(super) fn not_run(plan: &Plan, result: &RunResult, columns: Columns) -> String {
    let not_started = Outcome::Cancelled(Cancellation::NotStarted);
    let pairs = plan.gates.iter().zip(&result.results);
    let names: Vec<&str> = pairs
        .filter(|(_, result)| result.outcome == not_started)
        .map(|(planned, _)| planned.gate.name.as_str())
        .collect();
    let word = columns.style.careful(&columns.padded(not_started.word()));
    let why = wording::cause(&not_started);
    match names.as_slice() {
        [] => return String::new(),
        [only] => return format!("{}\n", columns.line(&word, only, "", &why)),
        _ => {}
    }
    let why = columns.style.faint(&why);
    format!(
        "{}\n",
        columns.text(&word, &format!("{}  {why}", some_of(&names, NAMED)))
    )
}

fn may_share(why: &LeftOutReason) -> bool {
    matches!(
        why,
        LeftOutReason::NotApplicable(_) | LeftOutReason::Cached { .. }
    )
}

fn push_row(text: &mut String, left_out: &LeftOut, columns: Columns) {
    let word = painted(&left_out.why, columns);
    let why = wording::left_out(&left_out.why, &left_out.gate);
    let line = columns.line(&word, left_out.gate.name.as_str(), "", &why);
    let _ = writeln!(text, "{line}");
}

/// One line for several gates, those that are cached first.
fn push_shared(text: &mut String, all: &[&LeftOut], columns: Columns) {
    let is_cached = |one: &&&LeftOut| matches!(one.why, LeftOutReason::Cached { .. });
    let (cached, others): (Vec<&LeftOut>, Vec<&LeftOut>) = all.iter().partition(is_cached);
    let names = |of: &[&LeftOut]| {
        let names: Vec<&str> = of.iter().map(|one| one.gate.name.as_str()).collect();
        some_of(&names, NAMED)
    };
    let mut groups = [cached, others]
        .into_iter()
        .filter(|group| !group.is_empty());
    let Some(first) = groups.next() else {
        return;
    };
    let mut shown = names(&first);
    for group in groups {
        let word = wording::left_out_word(&group[0].why);
        let _ = write!(shown, "; {word}: {}", names(&group));
    }
    let word = painted(&first[0].why, columns);
    let _ = writeln!(text, "{}", columns.text(&word, &shown));
}

fn painted(why: &LeftOutReason, columns: Columns) -> String {
    let word = columns.padded(wording::left_out_word(why));
    match why {
        LeftOutReason::Skipped | LeftOutReason::SkippedByHand => columns.style.careful(&word),
        LeftOutReason::Cached { .. } => columns.style.good(&word),
        LeftOutReason::NotApplicable(_) | LeftOutReason::NotWanted(_) => columns.style.faint(&word),
    }
}
