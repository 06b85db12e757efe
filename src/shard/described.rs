//! A plan for people: a line for each shard.

use std::fmt::Write as _;
use std::time::Duration;

use super::document::ShardPlan;
use crate::base::text::{clean_line, count, duration};

/// What runs where, and for how long.
#[must_use]
pub(crate) fn described(plan: &ShardPlan) -> String {
    let mut text = format!(
        "{} of tree {}\n",
        count(plan.shards.len(), "shard"),
        clean_line(plan.subject.tree.as_bytes())
    );
    for shard in &plan.shards {
        let is_known = shard.parts.iter().all(|part| part.estimate_ms.is_some());
        let time = if is_known && !shard.parts.is_empty() {
            format!(
                "about {}",
                duration(Duration::from_millis(shard.estimate_ms))
            )
        } else {
            "of unknown duration".to_owned()
        };
        let runner = shard
            .runner
            .as_deref()
            .map(|runner| format!(", on {runner}"));
        let line = format!("{}: {time}{}", shard.name, runner.unwrap_or_default());
        let _ = writeln!(
            text,
            "  {:>3}  {}",
            shard.number,
            clean_line(line.as_bytes())
        );
    }
    text
}
