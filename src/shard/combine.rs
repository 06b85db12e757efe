//! Are the reports of all shards there, and is each what it says?

use std::collections::{BTreeMap, BTreeSet};

use super::document::{Shard, ShardPlan};
use super::merge::merge;
use crate::base::text::some_of;
use crate::model::outcome::Verdict;
use crate::report::record::seal::is_intact;
use crate::report::record::{RunRecord, VERSION};

/// How many files are named in one message.
const SHOWN: usize = 3;

/// The report of a shard, and the name of its file; or why it cannot be read.
pub(crate) struct PartFile {
    /// The name of the file.
    pub(crate) name: String,
    /// What is in it.
    pub(crate) record: Result<RunRecord, String>,
}

/// The verdict of all shards.
///
/// # Errors
///
/// What is wrong, one sentence each: a report is missing, there twice, of another plan, altered, or of a run that
/// has no verdict. Then there is no verdict of all.
pub(crate) fn combine(plan: &ShardPlan, files: &[PartFile]) -> Result<RunRecord, Vec<String>> {
    let mut flaws = Vec::new();
    let mut found: BTreeMap<u32, Vec<(&str, &RunRecord)>> = BTreeMap::new();
    for file in files {
        match checked(plan, file) {
            Ok((shard, record)) => {
                let all = found.entry(shard.number).or_default();
                all.push((&file.name, record));
            }
            Err(flaw) => flaws.push(format!("{}: {flaw}", file.name)),
        }
    }
    let number = plan.shards.len();
    let mut parts = Vec::new();
    for shard in &plan.shards {
        let what = format!("shard {} of {number} ({})", shard.number, shard.name);
        match found.get(&shard.number).map(Vec::as_slice) {
            Some([(_, record)]) => parts.push((shard, *record)),
            Some(several) => {
                let names: Vec<&str> = several.iter().map(|(name, _)| *name).collect();
                flaws.push(format!(
                    "{what} has reported more than once: {}",
                    some_of(&names, SHOWN)
                ));
            }
            None => flaws.push(format!("{what} has not reported")),
        }
    }
    match parts.first() {
        _ if !flaws.is_empty() => Err(flaws),
        Some(first) => Ok(merge(*first, &parts)),
        None => Err(vec!["the plan has no shard".to_owned()]),
    }
}

/// The shard that a report is of.
fn checked<'a>(
    plan: &'a ShardPlan,
    file: &'a PartFile,
) -> Result<(&'a Shard, &'a RunRecord), String> {
    let record = file.record.as_ref().map_err(Clone::clone)?;
    let Some(of) = &record.shard else {
        return Err("it is the report of a run without --shard".into());
    };
    if record.version != VERSION || record.gatekeeper != plan.subject.gatekeeper {
        return Err("another version of gatekeeper has written it".into());
    }
    if !is_intact(record) {
        return Err("it was altered: its digest does not match".into());
    }
    if of.plan != plan.digest {
        return Err("it belongs to another plan".into());
    }
    let Some(shard) = plan.shard(of.shard) else {
        return Err(format!("the plan has no shard {}", of.shard));
    };
    if record.tree.as_deref() != Some(plan.subject.tree.as_str()) {
        return Err("it is about another tree".into());
    }
    let no_verdict = [Verdict::Overtaken.word(), "cancelled"];
    if no_verdict.contains(&record.verdict.as_str()) {
        return Err(format!("its run was {} and has no verdict", record.verdict));
    }
    let ran = record.gates.iter().filter(|gate| gate.blocking.is_some());
    let ran: BTreeSet<&str> = ran.map(|gate| gate.name.as_str()).collect();
    let planned: BTreeSet<&str> = shard.parts.iter().map(|part| part.gate.as_str()).collect();
    if let Some(gate) = planned.symmetric_difference(&ran).next() {
        return Err(if planned.contains(gate) {
            format!("it has no result of gate {gate}")
        } else {
            format!("gate {gate} is not in that shard")
        });
    }
    Ok((shard, record))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::document::{Divisible, PlanSubject, ShardCount};
    use super::*;
    use crate::model::outcome::{EmptyCheck, Failure, Outcome, StartFlaw, StartHelp, ToolWords};
    use crate::report::record::GateRecord;
    use crate::report::record::seal::seal;
    use crate::report::record::shard::ShardRecord;

    /// A record without gates.
    fn bare_run(tree: &str) -> RunRecord {
        let record = serde_json::json!({
            "version": VERSION, "gatekeeper": env!("CARGO_PKG_VERSION"), "run": "r", "started": "s",
            "host": { "os": "linux", "arch": "x86_64" }, "tree": tree, "base": [], "trigger": "run",
            "verdict": "passed", "exit_code": 0, "duration_ms": 1, "changed_paths": 1, "view": "in place",
            "gates": [], "lines": [], "needs_gate_change": false, "removed_variables": [],
            "beside": { "unstaged": [], "untracked": [] }, "overtaken": [], "index_overtaken": false,
            "new_files": [], "unexplained_files": [], "suspects": [], "fixed": [],
        });
        serde_json::from_value(record).unwrap()
    }

    fn bare_gate(name: &str, outcome: &Outcome, blocking: bool) -> GateRecord {
        let record = serde_json::json!({
            "name": name, "kind": "test", "outcome": outcome.word(),
            "lets_through": outcome.lets_through(), "blocking": blocking, "duration_ms": 1,
            "commands": [], "dir": "", "files": [], "places": [], "left_processes": false,
            "changed_files": [], "new_files": [],
        });
        serde_json::from_value(record).unwrap()
    }

    /// A gate, the outcomes of its parts, and whether it blocks.
    #[derive(Debug, Clone)]
    struct Case {
        gates: Vec<(Vec<Outcome>, bool)>,
        shards: usize,
    }

    fn outcome() -> impl Strategy<Value = Outcome> {
        let empty = ToolWords {
            tool: "pytest",
            code: Some(5),
            line: None,
        };
        prop_oneof![
            6 => Just(Outcome::Passed),
            1 => Just(Outcome::Failed(Failure::ExitCode(1))),
            1 => Just(Outcome::CheckedNothing(EmptyCheck::Said(empty))),
            1 => Just(Outcome::CouldNotStart(StartFlaw {
                cause: "gone".into(),
                help: StartHelp::Program,
            })),
        ]
    }

    fn case() -> impl Strategy<Value = Case> {
        let gate = (
            prop::collection::vec(outcome(), 1..5),
            prop::bool::weighted(0.8),
        );
        (prop::collection::vec(gate, 1..6), 1_usize..7)
            .prop_map(|(gates, shards)| Case { gates, shards })
    }

    /// What a gate would say if it were not divided: its worst part, where one that had nothing to check counts
    /// only if all had.
    fn undivided(parts: &[Outcome]) -> Outcome {
        let is_empty = |one: &&Outcome| matches!(one, Outcome::CheckedNothing(_));
        if parts.iter().all(|one| is_empty(&one)) {
            return parts[0].clone();
        }
        let has_passed = parts.contains(&Outcome::Passed);
        let mut counted = parts.iter().filter(|one| !(has_passed && is_empty(one)));
        let worst = parts
            .iter()
            .find(|one| matches!(one, Outcome::CouldNotStart(_)));
        let bad = || counted.find(|one| !one.lets_through());
        worst.or_else(bad).cloned().unwrap_or(Outcome::Passed)
    }

    fn plan(case: &Case) -> ShardPlan {
        let subject = PlanSubject {
            gatekeeper: env!("CARGO_PKG_VERSION").into(),
            tree: "t".into(),
            commit: None,
            range: None,
            named: Vec::new(),
            skipped: Vec::new(),
            policy: "p".into(),
            gates: BTreeMap::new(),
        };
        let gates = case
            .gates
            .iter()
            .enumerate()
            .map(|(at, (parts, _))| Divisible {
                gate: format!("gate-{at}"),
                parts: u32::try_from(parts.len()).ok(),
                runner: None,
                estimate_ms: Some((at as u64 + 1) * 90_000),
            });
        let gates: Vec<Divisible> = gates.collect();
        ShardPlan::new(subject, &gates, ShardCount::Exactly(case.shards))
    }

    /// What the run of a shard reports.
    fn report(case: &Case, plan: &ShardPlan, shard: &Shard) -> PartFile {
        let mut by_gate: BTreeMap<&str, Vec<Outcome>> = BTreeMap::new();
        for part in &shard.parts {
            let at: usize = part.gate["gate-".len()..].parse().unwrap();
            let outcome = case.gates[at].0[part.part as usize - 1].clone();
            by_gate.entry(&part.gate).or_default().push(outcome);
        }
        let mut blocking = Vec::new();
        let mut record = bare_run("t");
        let mut empty = Vec::new();
        for (name, outcomes) in by_gate {
            let at: usize = name["gate-".len()..].parse().unwrap();
            // The calls of one gate stop at none; the first that is not good counts.
            let bad = outcomes.iter().find(|one| !one.lets_through());
            let worst = outcomes
                .iter()
                .find(|one| matches!(one, Outcome::CouldNotStart(_)));
            let is_failed = |one: &&Outcome| matches!(one, Outcome::Failed(_));
            let outcome = worst
                .or_else(|| outcomes.iter().find(is_failed))
                .or(bad.filter(|_| !outcomes.contains(&Outcome::Passed)))
                .cloned()
                .unwrap_or(Outcome::Passed);
            if matches!(outcome, Outcome::CheckedNothing(_)) {
                empty.push(name.to_owned());
            }
            let is_blocking = case.gates[at].1;
            record.gates.push(bare_gate(name, &outcome, is_blocking));
            if is_blocking {
                blocking.push(outcome);
            }
        }
        let verdict = Verdict::over(&blocking, None);
        verdict.word().clone_into(&mut record.verdict);
        record.exit_code = verdict.exit_code().number();
        record.shard = Some(ShardRecord {
            plan: plan.digest.clone(),
            shard: shard.number,
            of: u32::try_from(plan.shards.len()).unwrap(),
            empty,
            digest: String::new(),
        });
        seal(&mut record);
        PartFile {
            name: format!("part-{}.json", shard.number),
            record: Ok(record),
        }
    }

    fn reports(case: &Case, plan: &ShardPlan) -> Vec<PartFile> {
        plan.shards
            .iter()
            .map(|shard| report(case, plan, shard))
            .collect()
    }

    fn again(file: &PartFile) -> PartFile {
        PartFile {
            name: format!("again-{}", file.name),
            record: file.record.clone(),
        }
    }

    proptest! {
        #[test]
        fn any_partition_says_what_one_run_says(case in case()) {
            let plan = plan(&case);
            let all = combine(&plan, &reports(&case, &plan)).unwrap();
            let blocking = case.gates.iter().filter(|(_, blocking)| *blocking);
            let outcomes: Vec<Outcome> = blocking.map(|(parts, _)| undivided(parts)).collect();
            prop_assert_eq!(all.verdict, Verdict::over(&outcomes, None).word());
            prop_assert_eq!(all.gates.len(), case.gates.len());
        }

        #[test]
        fn a_part_less_or_more_or_altered_is_no_verdict(case in case(), at in 0_usize..7) {
            let plan = plan(&case);
            let at = at % plan.shards.len();
            let mut less = reports(&case, &plan);
            let taken = less.remove(at);
            prop_assert!(combine(&plan, &less).is_err());
            let mut double = reports(&case, &plan);
            double.push(again(&taken));
            prop_assert!(combine(&plan, &double).is_err());
            let change: [fn(&mut RunRecord); 6] = [
                |record| record.gates.clear(),
                |record| "passed".clone_into(&mut record.verdict),
                |record| "u".clone_into(&mut record.gates[0].name),
                |record| record.gates[0].lets_through ^= true,
                |record| record.tree = Some("u".into()),
                |record| record.shard.as_mut().unwrap().empty.push("gate-0".into()),
            ];
            for change in change {
                let mut altered = reports(&case, &plan);
                let record = altered[at].record.as_mut().unwrap();
                let before = record.clone();
                change(record);
                let is_same = *record == before;
                prop_assert_eq!(combine(&plan, &altered).is_ok(), is_same);
                // Who can run here can also seal what was altered, but not for another tree or other gates.
                seal(altered[at].record.as_mut().unwrap());
            }
        }
    }

    #[test]
    fn what_is_wrong_is_said_by_name() {
        let case = Case {
            gates: vec![
                (vec![Outcome::Passed; 3], true),
                (vec![Outcome::Passed], true),
            ],
            shards: 4,
        };
        let other = plan(&Case {
            shards: 2,
            ..case.clone()
        });
        let plan = plan(&case);
        let says = |files: &[PartFile], expected: &[&str]| {
            let flaws = combine(&plan, files).unwrap_err();
            assert_eq!(flaws, expected);
        };
        let mut files = reports(&case, &plan);
        files[0] = report(&case, &other, &other.shards[0]);
        files[1].record = Err("cannot be read".into());
        files[2] = again(&files[3]);
        says(
            &files,
            &[
                "part-1.json: it belongs to another plan",
                "part-2.json: cannot be read",
                "shard 1 of 4 (gate-1) has not reported",
                "shard 2 of 4 (gate-0 1/3) has not reported",
                "shard 3 of 4 (gate-0 2/3) has not reported",
                "shard 4 of 4 (gate-0 3/3) has reported more than once: again-part-4.json, part-4.json",
            ],
        );
        let mut files = reports(&case, &plan);
        let change: [fn(&mut RunRecord); 4] = [
            |record| record.shard = None,
            |record| "0.0.0".clone_into(&mut record.gatekeeper),
            |record| record.tree = None,
            |record| "cancelled".clone_into(&mut record.verdict),
        ];
        for (file, change) in files.iter_mut().zip(change) {
            let record = file.record.as_mut().unwrap();
            change(record);
            seal(record);
        }
        let flaws = combine(&plan, &files).unwrap_err();
        assert_eq!(
            flaws[..4],
            [
                "part-1.json: it is the report of a run without --shard",
                "part-2.json: another version of gatekeeper has written it",
                "part-3.json: it is about another tree",
                "part-4.json: its run was cancelled and has no verdict",
            ]
        );
        let mut files = reports(&case, &plan);
        let record = files[0].record.as_mut().unwrap();
        record.gates.clear();
        seal(record);
        let record = files[1].record.as_mut().unwrap();
        let stranger = bare_gate("gate-9", &Outcome::Passed, true);
        record.gates.push(stranger);
        seal(record);
        let flaws = combine(&plan, &files).unwrap_err();
        assert_eq!(
            flaws[..2],
            [
                "part-1.json: it has no result of gate gate-1",
                "part-2.json: gate gate-9 is not in that shard",
            ]
        );
    }
}
