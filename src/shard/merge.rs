//! One record of the records of all shards.

use std::collections::BTreeMap;

use super::document::Shard;
use crate::model::gate_finding::TestCounts;
use crate::model::outcome::{Outcome, Verdict};
use crate::report::record::{GateRecord, RunRecord};

/// How many findings of a gate are listed.
const FINDINGS: usize = 1000;

/// The record of all shards, of which `first` is the first.
#[must_use]
pub(super) fn merge(first: (&Shard, &RunRecord), parts: &[(&Shard, &RunRecord)]) -> RunRecord {
    let records = || parts.iter().map(|(_, record)| *record);
    let with_rules = parts.iter().find(|(shard, _)| shard.rules);
    let mut all = with_rules.unwrap_or(&first).1.clone();
    all.gates = gates(parts);
    all.duration_ms = records()
        .map(|record| record.duration_ms)
        .max()
        .unwrap_or(0);
    all.started = records()
        .map(|one| one.started.clone())
        .min()
        .unwrap_or_default();
    for record in records() {
        extend(&mut all.new_files, &record.new_files);
        extend(&mut all.unexplained_files, &record.unexplained_files);
        extend(&mut all.suspects, &record.suspects);
        extend(&mut all.overtaken, &record.overtaken);
        extend(&mut all.removed_variables, &record.removed_variables);
        extend(&mut all.beside.unstaged, &record.beside.unstaged);
        extend(&mut all.beside.untracked, &record.beside.untracked);
        extend(&mut all.beside.ignored, &record.beside.ignored);
    }
    let mut views = records().map(|record| record.view.clone());
    let view = views.next().unwrap_or_default();
    all.view = if views.all(|other| other == view) {
        view
    } else {
        "mixed".into()
    };
    all.shard = None;
    let verdict = verdict(&all.gates, parts);
    verdict.word().clone_into(&mut all.verdict);
    all.exit_code = verdict.exit_code().number();
    all
}

fn extend<T: PartialEq + Clone>(all: &mut Vec<T>, more: &[T]) {
    for one in more {
        if !all.contains(one) {
            all.push(one.clone());
        }
    }
}

/// What all say together: as [`Verdict::over`] has it for one run.
fn verdict(gates: &[GateRecord], parts: &[(&Shard, &RunRecord)]) -> Verdict {
    let mut blocking = gates.iter().filter(|gate| gate.blocking == Some(true));
    if blocking.any(|gate| gate.outcome == "could not start") {
        return Verdict::Unable;
    }
    let is_stopped = |gate: &GateRecord| gate.blocking == Some(true) && !gate.lets_through;
    if gates.iter().any(is_stopped) || parts.iter().any(|(_, record)| refuses_otherwise(record)) {
        return Verdict::Failed;
    }
    Verdict::Passed
}

/// Whether a run was refused although its gates have passed: by a rule, or because of what they have written.
fn refuses_otherwise(record: &RunRecord) -> bool {
    let has_bad_gate = record
        .gates
        .iter()
        .any(|gate| gate.blocking == Some(true) && !gate.lets_through);
    !record.is_passed() && !has_bad_gate
}

/// The gates in the order of the plan, then those that no shard had to run.
fn gates(parts: &[(&Shard, &RunRecord)]) -> Vec<GateRecord> {
    let mut by_name: BTreeMap<&str, Vec<(&RunRecord, &GateRecord)>> = BTreeMap::new();
    let mut order = Vec::new();
    let mut idle: Vec<GateRecord> = Vec::new();
    for (_, record) in parts {
        for gate in &record.gates {
            if gate.blocking.is_none() {
                if !idle.iter().any(|known| known.name == gate.name) {
                    idle.push(gate.clone());
                }
                continue;
            }
            let all = by_name.entry(&gate.name).or_default();
            if all.is_empty() {
                order.push(gate.name.as_str());
            }
            all.push((record, gate));
        }
    }
    let merged = order.iter().map(|name| {
        let all = by_name.get(name).map_or(&[][..], Vec::as_slice);
        one_gate(all)
    });
    let mut merged: Vec<GateRecord> = merged.flatten().collect();
    idle.retain(|gate| !by_name.contains_key(gate.name.as_str()));
    merged.extend(idle);
    merged
}

/// How bad an outcome is: the worst has the smallest number.
fn rank(gate: &GateRecord) -> usize {
    if gate.outcome == "could not start" {
        return 0;
    }
    let mut words = Outcome::WORDS.iter();
    1 + words.position(|word| *word == gate.outcome).unwrap_or(0)
}

/// One record of all parts of a gate.
fn one_gate(parts: &[(&RunRecord, &GateRecord)]) -> Option<GateRecord> {
    let is_empty = |(record, gate): &(&RunRecord, &GateRecord)| {
        let shard = record.shard.as_ref();
        shard.is_some_and(|shard| shard.empty.contains(&gate.name))
    };
    // Where the tool had nothing to do in one part, it had in another.
    let has_checked = parts
        .iter()
        .any(|part| part.1.lets_through && !is_empty(part));
    let counted = parts.iter().filter(|part| !(has_checked && is_empty(part)));
    let counted: Vec<&GateRecord> = counted.map(|(_, gate)| *gate).collect();
    let mut all = (*counted.iter().min_by_key(|gate| rank(gate))?).clone();
    if parts.len() == 1 {
        return Some(all);
    }
    all.duration_ms = parts.iter().map(|(_, gate)| gate.duration_ms).sum();
    all.started_ms = None;
    // Together they are the gate, whose definition is not that of a part.
    all.definition = None;
    all.commands = Vec::new();
    all.findings = Vec::new();
    all.places = Vec::new();
    all.tests = None;
    let mut counts = all.finding_counts;
    (counts.errors, counts.warnings, counts.notes) = (0, 0, 0);
    for gate in &counted {
        extend(&mut all.commands, &gate.commands);
        extend(&mut all.places, &gate.places);
        extend(&mut all.changed_files, &gate.changed_files);
        extend(&mut all.new_files, &gate.new_files);
        extend(&mut all.notes, &gate.notes);
        extend(&mut all.fingerprints, &gate.fingerprints);
        let room = FINDINGS - all.findings.len();
        all.findings
            .extend(gate.findings.iter().take(room).cloned());
        counts.errors += gate.finding_counts.errors;
        counts.warnings += gate.finding_counts.warnings;
        counts.notes += gate.finding_counts.notes;
        all.tests = sum(all.tests, gate.tests);
        all.left_processes |= gate.left_processes;
    }
    all.finding_counts = counts;
    let bad = counted.iter().filter(|gate| !gate.lets_through);
    let said: Vec<_> = bad.filter_map(|gate| gate.output.clone()).collect();
    if let Some((first, others)) = said.split_first() {
        let mut output = first.clone();
        for other in others {
            output.bytes += other.bytes;
            output.complete &= other.complete;
            output.lines.extend(other.lines.iter().cloned());
        }
        all.output = Some(output);
    }
    Some(all)
}

fn sum(one: Option<TestCounts>, other: Option<TestCounts>) -> Option<TestCounts> {
    match (one, other) {
        (Some(one), Some(other)) => Some(TestCounts {
            run: one.run + other.run,
            failed: one.failed + other.failed,
            skipped: one.skipped + other.skipped,
        }),
        (one, other) => one.or(other),
    }
}
