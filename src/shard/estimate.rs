//! How long gates take, from the reports of earlier runs.

use std::collections::BTreeMap;

use crate::report::record::RunRecord;

/// How long each gate took, in milliseconds: the longest, of several reports. A gate counts if it came to an
/// end by itself.
#[must_use]
pub(crate) fn estimates(reports: &[RunRecord]) -> BTreeMap<String, u64> {
    let mut all = BTreeMap::new();
    let gates = reports.iter().flat_map(|report| &report.gates);
    for gate in gates.filter(|gate| matches!(gate.outcome.as_str(), "passed" | "failed")) {
        let known = all.entry(gate.name.clone()).or_insert(0);
        *known = gate.duration_ms.max(*known);
    }
    all
}
