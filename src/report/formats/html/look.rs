//! How outcomes and times look on a page.

use std::time::Duration;

use crate::base::text::duration;
use crate::report::record::GateRecord;

/// The class of a gate: how its outcome is coloured.
pub(super) fn look(gate: &GateRecord) -> &'static str {
    match (gate.lets_through, gate.blocking) {
        (true, Some(_)) => "good",
        (true, None) if gate.outcome == "cached" => "good",
        (true, None) => "idle",
        (false, Some(false)) => "warn",
        (false, _) => "bad",
    }
}

/// A duration for people.
pub(super) fn time(ms: u64) -> String {
    duration(Duration::from_millis(ms))
}
