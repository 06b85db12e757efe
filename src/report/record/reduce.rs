//! A record that is small enough to be kept.

use super::RunRecord;

/// The largest record that is kept whole, in bytes of JSON.
const WHOLE: usize = 4 << 20;

/// What is kept of a larger one: this many lines of the output of each gate, findings, and paths of a list.
const LINES: usize = 40;
const FINDINGS: usize = 100;
const PATHS: usize = 100;

/// The record as JSON in one line; with less of what gates printed and found, if it would be too large.
#[must_use]
pub(crate) fn reduced(record: &RunRecord) -> String {
    let whole = serde_json::to_string(record).unwrap_or_default();
    if whole.len() <= WHOLE {
        return whole;
    }
    let mut record = record.clone();
    for gate in &mut record.gates {
        if let Some(output) = &mut gate.output {
            let from = output.lines.len().saturating_sub(LINES);
            output.complete &= from == 0;
            output.lines.drain(..from);
        }
        gate.findings.truncate(FINDINGS);
        gate.fingerprints.clear();
        gate.patch = None;
        let lists = [
            &mut gate.files,
            &mut gate.changed_files,
            &mut gate.new_files,
            &mut gate.commands,
        ];
        for list in lists {
            list.truncate(PATHS);
        }
    }
    let lists = [
        &mut record.beside.unstaged,
        &mut record.beside.untracked,
        &mut record.beside.ignored,
        &mut record.overtaken,
        &mut record.new_files,
        &mut record.unexplained_files,
    ];
    for list in lists {
        list.truncate(PATHS);
    }
    record.fixed.truncate(PATHS);
    record.lines.truncate(FINDINGS);
    serde_json::to_string(&record).unwrap_or_default()
}
