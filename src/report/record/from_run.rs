//! Makes the record of a run from the plan, the result, and what reporters know besides.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::audit::audit_record;
use super::findings::{of_change, of_gate};
use super::gate::{GateRecord, OutputRecord, PlaceRecord};
use super::shard::ShardRecord;
use super::{BesideRecord, FixedRecord, Host, RefusedFix, RunRecord, VERSION, VariableRecord};
use crate::config::Gate;
use crate::event::{Applied, FixedFile, GateResult, RunResult};
use crate::fix::FixRefusal;
use crate::model::gate::GateName;
use crate::model::gate_finding::SeverityCounts;
use crate::model::outcome::{Breakage, EmptyCheck, Failure, Outcome, Verdict};
use crate::plan::{GateCall, LeftOutReason, Plan, PlannedGate, ViewChoice, ViewKind};
use crate::receipt::definition;
use crate::report::context::{ReportContext, RunOrigin};
use crate::report::style::Style;
use crate::report::text::tail::tail;
use crate::report::text::{advice, failure, fixes};
use crate::report::wording;
use crate::rules::message::range::Audit;
use crate::run::RemovedVariable;

/// How many lines of output are in a record.
const OUTPUT_LINES: usize = 400;

/// The record of a run. Secrets are still in it.
#[must_use]
pub(crate) fn run_record(plan: &Plan, context: &ReportContext, result: &RunResult) -> RunRecord {
    let pairs = plan.gates.iter().zip(&context.views).zip(&result.results);
    let ran = pairs.map(|(planned, result)| gate_record(plan, planned, context, result));
    let left_out = plan
        .left_out
        .iter()
        .filter(|left_out| !matches!(left_out.why, LeftOutReason::NotWanted(_)))
        .map(|left_out| left_out_record(&left_out.gate, &left_out.why));
    let post_run = &result.post_run;
    RunRecord {
        changed_paths: plan.changed.len() as u64,
        duration_ms: millis(result.duration),
        view: view(&context.views).to_owned(),
        view_reason: (!plan.gates.is_empty()).then(|| wording::views(plan, &context.views)),
        remark: context.remark.clone(),
        gates: ran.chain(left_out).collect(),
        messages: context
            .rules
            .audit
            .as_ref()
            .map(|audit| audit_record(audit, &context.program)),
        lines: of_change(&context.rules.change.findings),
        needs_gate_change: !context.rules.change.to_be_declared().is_empty(),
        removed_variables: context.weakenings.iter().map(removed).collect(),
        beside: BesideRecord {
            unstaged: paths(&context.beside.unstaged),
            untracked: paths(&context.beside.untracked),
            ignored: paths(&context.beside.ignored),
        },
        overtaken: paths(&post_run.overtaken_or_appeared()),
        index_overtaken: post_run.is_index_overtaken,
        new_files: paths(&result.new_files()),
        unexplained_files: paths(&post_run.unexplained),
        suspects: names(&post_run.suspects),
        fixed: post_run.fixed.iter().map(fixed).collect(),
        shard: context.shard.clone().map(|shard| ShardRecord {
            empty: empty(plan, result),
            ..shard
        }),
        ..without_gates(&plan.trigger.to_string(), &context.origin, result.verdict)
    }
}

/// The gates whose tool says that it had nothing to check.
fn empty(plan: &Plan, result: &RunResult) -> Vec<String> {
    let pairs = plan.gates.iter().zip(&result.results);
    let empty = pairs.filter(|(_, result)| {
        matches!(
            result.outcome,
            Outcome::CheckedNothing(EmptyCheck::Said(_) | EmptyCheck::NoTest)
        )
    });
    empty
        .map(|(planned, _)| planned.gate.name.to_string())
        .collect()
}

/// The record of a run that has ended before any gate, because fixers did what they must not do.
#[must_use]
pub(crate) fn refused_run(
    plan: &Plan,
    origin: &RunOrigin,
    refusals: &[FixRefusal],
    verdict: Verdict,
) -> RunRecord {
    let refused = refusals.iter().map(|refusal| {
        let (cause, help) = fixes::explanation(refusal);
        RefusedFix {
            gates: refusal.gates.iter().map(ToString::to_string).collect(),
            cause,
            help: help.to_owned(),
        }
    });
    RunRecord {
        changed_paths: plan.changed.len() as u64,
        refused_fixes: refused.collect(),
        ..without_gates(&plan.trigger.to_string(), origin, verdict)
    }
}

/// The record of an audit without gates, which took so long.
#[must_use]
pub(crate) fn audit_run(
    audit: &Audit,
    program: &str,
    origin: &RunOrigin,
    duration: Duration,
) -> RunRecord {
    let verdict = if audit.is_passed() {
        Verdict::Passed
    } else {
        Verdict::Failed
    };
    RunRecord {
        duration_ms: millis(duration),
        messages: Some(audit_record(audit, program)),
        ..without_gates(&format!("audit {}", audit.named), origin, verdict)
    }
}

/// What is known of a run whose gates are not.
pub(crate) fn without_gates(trigger: &str, origin: &RunOrigin, verdict: Verdict) -> RunRecord {
    let started = OffsetDateTime::from(origin.started).replace_nanosecond(0);
    let started = started.ok().and_then(|at| at.format(&Rfc3339).ok());
    RunRecord {
        version: VERSION,
        gatekeeper: env!("CARGO_PKG_VERSION").to_owned(),
        run: origin.run.to_string(),
        started: started.unwrap_or_default(),
        host: Host {
            os: std::env::consts::OS.to_owned(),
            arch: std::env::consts::ARCH.to_owned(),
        },
        tree: origin.tree.map(|tree| tree.to_string()),
        commit: origin.commit.map(|commit| commit.to_string()),
        configuration: origin.configuration.map(|blob| blob.to_string()),
        policy: origin.policy.clone(),
        base: origin.base.iter().map(ToString::to_string).collect(),
        trigger: trigger.to_owned(),
        verdict: verdict.word().to_owned(),
        exit_code: verdict.exit_code().number(),
        duration_ms: 0,
        changed_paths: 0,
        view: ViewKind::InPlace.word().to_owned(),
        view_reason: None,
        remark: None,
        gates: Vec::new(),
        messages: None,
        lines: Vec::new(),
        needs_gate_change: false,
        removed_variables: Vec::new(),
        beside: BesideRecord::default(),
        overtaken: Vec::new(),
        index_overtaken: false,
        new_files: Vec::new(),
        unexplained_files: Vec::new(),
        suspects: Vec::new(),
        fixed: Vec::new(),
        refused_fixes: Vec::new(),
        shard: None,
    }
}

fn removed(weakening: &RemovedVariable) -> VariableRecord {
    VariableRecord {
        name: weakening.name.clone(),
        value: weakening.value.clone(),
        weakens: weakening.tool.to_owned(),
    }
}

fn fixed(fixed: &FixedFile) -> FixedRecord {
    let applied = fixed.applied.map(|applied| match applied {
        Applied::Everywhere => "everywhere",
        Applied::CommitOnly(_) => "commit",
        Applied::FileOnly => "file",
        Applied::Nowhere | Applied::Untouched(_) => "nowhere",
    });
    FixedRecord {
        path: path(&fixed.path),
        gates: names(&fixed.gates),
        checks: fixed.checks.iter().map(|&id| id.to_owned()).collect(),
        applied: applied.map(str::to_owned),
        kept: match fixed.applied {
            Some(Applied::CommitOnly(kept) | Applied::Untouched(kept)) => {
                Some(kept.word().to_owned())
            }
            _ => None,
        },
    }
}

/// A gate that ran.
pub(crate) fn gate_record(
    plan: &Plan,
    (planned, view): (&PlannedGate, &ViewChoice),
    context: &ReportContext,
    result: &GateResult,
) -> GateRecord {
    let gate = &planned.gate;
    let outcome = &result.outcome;
    let well = outcome.lets_through();
    let (lines, more) = tail(&result.output, OUTPUT_LINES, Style::PLAIN);
    let places = if well {
        Vec::new()
    } else {
        failure::places_of(plan, context, planned, result)
    };
    let places = places.iter().map(|place| PlaceRecord {
        path: path(&place.path),
        line: place.line,
        column: place.column,
    });
    GateRecord {
        blocking: Some(planned.blocking),
        evidence: result.evidence.clone(),
        breakage: match outcome {
            Outcome::ToolBroken(breakage) => Some(breakage.word().to_owned()),
            _ => None,
        },
        exit_code: match outcome {
            Outcome::Failed(Failure::ExitCode(code)) => Some(*code),
            Outcome::ToolBroken(Breakage::Said(_, words))
            | Outcome::CheckedNothing(EmptyCheck::Said(words)) => {
                words.code.filter(|code| *code != 0)
            }
            _ => None,
        },
        started_ms: started_ms(result, context.origin.started),
        duration_ms: millis(result.duration),
        commands: planned.calls.iter().map(GateCall::shown).collect(),
        definition: Some(definition(planned)),
        files: paths(&planned.files),
        repeat: (!well).then(|| advice::repeat(plan, context, planned)),
        fix: advice::fix(plan, context, planned, outcome),
        places: places.collect(),
        findings: of_gate(&result.findings),
        finding_counts: result.findings.total,
        known_findings: result.known.as_ref().map_or(0, |known| known.listed),
        untouched_findings: result.known.as_ref().map_or(0, |known| known.untouched),
        fixed_findings: result
            .known
            .as_ref()
            .map_or_else(Vec::new, |known| known.fixed.clone()),
        fingerprints: match result.findings.omitted() {
            0 => Vec::new(),
            _ => result.fingerprints.all.clone(),
        },
        fingerprints_missing: result.fingerprints.missing,
        tests: result.findings.tests,
        output: (!result.output.is_empty()).then(|| OutputRecord {
            bytes: result.output.total(),
            complete: !more,
            lines,
        }),
        left_processes: result.left_processes,
        view: Some(view.kind.word().to_owned()),
        view_reason: Some(view.why.clone()),
        changed_files: paths(&result.written.changed),
        new_files: paths(&result.written.new),
        patch: (!result.written.patch.is_empty())
            .then(|| String::from_utf8_lossy(&result.written.patch).into_owned()),
        ..idle(gate, outcome.word(), well, Some(wording::cause(outcome)))
    }
}

/// A gate that did not run.
fn left_out_record(gate: &Gate, why: &LeftOutReason) -> GateRecord {
    let cause = wording::left_out(why, gate);
    idle(gate, wording::left_out_word(why), true, Some(cause))
}

/// A gate of which nothing is known but its outcome.
fn idle(gate: &Gate, outcome: &str, lets_through: bool, cause: Option<String>) -> GateRecord {
    GateRecord {
        name: gate.name.to_string(),
        kind: gate.kind.name().to_owned(),
        outcome: outcome.to_owned(),
        lets_through,
        blocking: None,
        cause: cause.filter(|cause| !cause.is_empty()),
        evidence: None,
        breakage: None,
        exit_code: None,
        started_ms: None,
        duration_ms: 0,
        commands: Vec::new(),
        tool_version: None,
        definition: None,
        dir: path(&gate.dir),
        files: Vec::new(),
        repeat: None,
        fix: None,
        places: Vec::new(),
        findings: Vec::new(),
        finding_counts: SeverityCounts::default(),
        known_findings: 0,
        untouched_findings: 0,
        fixed_findings: Vec::new(),
        fingerprints: Vec::new(),
        fingerprints_missing: 0,
        tests: None,
        output: None,
        left_processes: false,
        view: None,
        view_reason: None,
        changed_files: Vec::new(),
        new_files: Vec::new(),
        patch: None,
        notes: Vec::new(),
    }
}

/// When a gate was started, in milliseconds after the run.
fn started_ms(result: &GateResult, run_started: SystemTime) -> Option<u64> {
    let since = |at: SystemTime| at.duration_since(UNIX_EPOCH).unwrap_or_default();
    let started = since(result.ended?).saturating_sub(result.duration);
    Some(millis(started.saturating_sub(since(run_started))))
}

/// Where the gates run, if all run in the same place.
pub(crate) fn view(views: &[ViewChoice]) -> &'static str {
    let mut kinds = views.iter().map(|view| view.kind);
    match kinds.next() {
        None => ViewKind::InPlace.word(),
        Some(first) if kinds.all(|kind| kind == first) => first.word(),
        Some(_) => "mixed",
    }
}

fn names(gates: &[GateName]) -> Vec<String> {
    gates.iter().map(ToString::to_string).collect()
}

/// JSON is Unicode: bytes that are not are replaced.
pub(crate) fn path(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

/// See [`path`].
pub(crate) fn paths(paths: &[PathBuf]) -> Vec<String> {
    paths.iter().map(|item| path(item)).collect()
}

/// Whole milliseconds.
pub(crate) fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
