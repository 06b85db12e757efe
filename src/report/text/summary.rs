//! How many gates ended how.

use std::time::Duration;

use crate::base::text::{count, duration};
use crate::event::RunResult;
use crate::model::outcome::Outcome;
use crate::plan::{LeftOutReason, Plan};
use crate::report::wording;
use crate::rules::results::RuleResults;

/// Counts by word, worst first: `1 failed, 2 passed, 1 not applicable`. Gates that only warn and
/// did not pass are counted separately.
pub(super) fn counts(plan: &Plan, result: &RunResult) -> String {
    let mut words: Vec<String> = Vec::new();
    let pairs = || plan.gates.iter().zip(&result.results);
    let mut add = |number: usize, word: &str| {
        if number > 0 {
            words.push(format!("{number} {word}"));
        }
    };
    for word in Outcome::WORDS {
        let ran = pairs().filter(|(planned, result)| {
            result.outcome.word() == word && (planned.blocking || result.outcome.lets_through())
        });
        let left_out = plan.left_out.iter().filter(|left_out| match left_out.why {
            LeftOutReason::NotApplicable(_) => word == "not applicable",
            LeftOutReason::Skipped | LeftOutReason::SkippedByHand => word == "skipped",
            LeftOutReason::Cached { .. } => word == Outcome::CACHED,
            LeftOutReason::NotWanted(_) => false,
        });
        add(ran.count() + left_out.count(), word);
    }
    let warned =
        pairs().filter(|(planned, result)| !planned.blocking && !result.outcome.lets_through());
    add(warned.count(), "warned");
    words.join(", ")
}

/// The counts and the time as a sentence.
pub(super) fn sentence(plan: &Plan, rules: &RuleResults, result: &RunResult) -> String {
    let gates = of_gates(plan, result);
    let refusals = rules.refusals().into_iter();
    let refused = refusals.filter(|(number, _)| *number > 0);
    let refused: Vec<String> = refused.map(|(number, what)| count(number, what)).collect();
    if refused.is_empty() {
        return gates;
    }
    format!("{} refused, {gates}", refused.join(" and "))
}

fn of_gates(plan: &Plan, result: &RunResult) -> String {
    if plan.gates.is_empty() {
        let counts = counts(plan, result);
        if let Some(youngest) = youngest(plan) {
            return format!("already checked: {counts}, {}", wording::ago(youngest));
        }
        let none = format!("{} not selected", count(plan.left_out.len(), "gate"));
        let counts = if counts.is_empty() {
            none
        } else {
            gates_counted(&counts)
        };
        return format!("nothing to check: {counts}");
    }
    format!("{} in {}", counts(plan, result), duration(result.duration))
}

/// How long ago the most recent of the cached gates ran.
fn youngest(plan: &Plan) -> Option<Duration> {
    let ages = plan
        .left_out
        .iter()
        .filter_map(|left_out| match left_out.why {
            LeftOutReason::Cached { age, .. } => Some(age),
            _ => None,
        });
    ages.min()
}

/// `3 not applicable` → `3 gates not applicable`.
fn gates_counted(counts: &str) -> String {
    match counts.split_once(' ') {
        Some(("1", outcomes)) => format!("1 gate {outcomes}"),
        Some((number, outcomes)) => format!("{number} gates {outcomes}"),
        None => counts.to_owned(),
    }
}
