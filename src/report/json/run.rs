//! Reports for programs. docs/json.md describes the format; `version` there and here must agree.

use std::path::Path;
use std::time::Duration;

use serde::Serialize;

use super::audit::{AuditReport, audit_report};
use super::document::{VERSION, write};
use super::findings::{ChangeFinding, GateFindingReport, of_change, of_gate};
use crate::config::Gate;
use crate::event::{Applied, FixedFile, GateResult, RunResult};
use crate::fix::FixRefusal;
use crate::model::fingerprint::Fingerprint;
use crate::model::gate::GateName;
use crate::model::gate_finding::{SeverityCounts, TestCounts};
use crate::model::outcome::{Breakage, EmptyCheck, Failure, Outcome, Verdict};
use crate::plan::{LeftOutReason, Plan, PlannedGate, ViewChoice, ViewKind};
use crate::report::context::ReportContext;
use crate::report::places::OutputPlace;
use crate::report::text::tail::tail;
use crate::report::text::{advice, failure};
use crate::report::wording;
use crate::run::RemovedVariable;

/// How many lines of output are in a report.
const OUTPUT_LINES: usize = 400;

#[derive(Serialize)]
struct Report<'a> {
    version: u32,
    gatekeeper: &'a str,
    trigger: String,
    verdict: &'a str,
    exit_code: u8,
    duration_ms: u64,
    changed_paths: usize,
    view: &'a str,
    view_reason: Option<String>,
    gates: Vec<GateReport<'a>>,
    messages: Option<AuditReport<'a>>,
    lines: Vec<ChangeFinding<'a>>,
    needs_gate_change: bool,
    removed_variables: Vec<VariableReport<'a>>,
    beside: BesideReport,
    overtaken: Vec<String>,
    index_overtaken: bool,
    new_files: Vec<String>,
    unexplained_files: Vec<String>,
    suspects: Vec<&'a str>,
    fixed: Vec<FixedReport<'a>>,
}

#[derive(Serialize)]
struct VariableReport<'a> {
    name: &'a str,
    value: &'a str,
    weakens: &'a str,
}

#[derive(Serialize)]
struct FixedReport<'a> {
    path: String,
    gates: Vec<&'a str>,
    applied: Option<&'a str>,
    /// Why the user's file stays as it is, where only the commit is fixed.
    #[serde(skip_serializing_if = "Option::is_none")]
    kept: Option<&'a str>,
}

#[derive(Serialize)]
struct PlanReport<'a> {
    version: u32,
    gatekeeper: &'a str,
    trigger: String,
    changed_paths: usize,
    view: &'a str,
    view_reason: Option<String>,
    jobs: usize,
    fail_fast: bool,
    budget_ms: Option<u64>,
    messages: bool,
    gates: Vec<PlannedReport<'a>>,
}

#[derive(Serialize)]
struct PlannedReport<'a> {
    name: &'a str,
    kind: &'a str,
    planned: bool,
    blocking: Option<bool>,
    reason: String,
    view: Option<&'a str>,
    view_reason: Option<&'a str>,
    commands: Vec<String>,
    dir: String,
    files: Vec<String>,
    after: Vec<&'a str>,
    timeout_ms: Option<u64>,
}

#[derive(Serialize)]
struct GateReport<'a> {
    name: &'a str,
    kind: &'a str,
    outcome: &'a str,
    lets_through: bool,
    blocking: Option<bool>,
    cause: Option<String>,
    evidence: Option<&'a str>,
    breakage: Option<&'a str>,
    exit_code: Option<i32>,
    duration_ms: u64,
    commands: Vec<String>,
    dir: String,
    files: Vec<String>,
    repeat: Option<String>,
    fix: Option<String>,
    places: Vec<PlaceReport>,
    findings: Vec<GateFindingReport<'a>>,
    finding_counts: SeverityCounts,
    tests: Option<TestCounts>,
    fingerprints: Vec<Fingerprint>,
    fingerprints_missing: u64,
    output: Option<OutputReport>,
    left_processes: bool,
    view: Option<&'a str>,
    view_reason: Option<&'a str>,
    changed_files: Vec<String>,
    new_files: Vec<String>,
    patch: Option<String>,
}

#[derive(Serialize)]
struct PlaceReport {
    path: String,
    line: Option<u32>,
    column: Option<u32>,
}

#[derive(Serialize)]
struct OutputReport {
    bytes: u64,
    complete: bool,
    lines: Vec<String>,
}

#[derive(Serialize)]
struct BesideReport {
    unstaged: Vec<String>,
    untracked: Vec<String>,
}

/// A run as JSON, one object and a line break.
pub(crate) fn run(plan: &Plan, context: &ReportContext, result: &RunResult) -> String {
    let pairs = plan.gates.iter().zip(&context.views).zip(&result.results);
    let ran = pairs.map(|(planned, result)| ran(plan, planned, context, result));
    let left_out = plan
        .left_out
        .iter()
        .filter(|left_out| !matches!(left_out.why, LeftOutReason::NotWanted(_)))
        .map(|left_out| left_out_of_run(&left_out.gate, &left_out.why));
    write(&Report {
        version: VERSION,
        gatekeeper: env!("CARGO_PKG_VERSION"),
        trigger: plan.trigger.to_string(),
        verdict: result.verdict.word(),
        exit_code: result.verdict.exit_code().number(),
        duration_ms: millis(result.duration),
        changed_paths: plan.changed.len(),
        view: view(&context.views),
        view_reason: (!plan.gates.is_empty()).then(|| wording::views(plan, &context.views)),
        gates: ran.chain(left_out).collect(),
        messages: context
            .rules
            .audit
            .as_ref()
            .map(|audit| audit_report(audit, &context.program)),
        lines: of_change(&context.rules.change.findings),
        needs_gate_change: !context.rules.change.to_be_declared().is_empty(),
        removed_variables: context.weakenings.iter().map(removed).collect(),
        beside: BesideReport {
            unstaged: paths(&context.beside.unstaged),
            untracked: paths(&context.beside.untracked),
        },
        overtaken: paths(&result.post_run.overtaken_or_appeared()),
        index_overtaken: result.post_run.is_index_overtaken,
        new_files: paths(&result.new_files()),
        unexplained_files: paths(&result.post_run.unexplained),
        suspects: result
            .post_run
            .suspects
            .iter()
            .map(GateName::as_str)
            .collect(),
        fixed: result.post_run.fixed.iter().map(fixed).collect(),
    })
}

fn removed(weakening: &RemovedVariable) -> VariableReport<'_> {
    VariableReport {
        name: &weakening.name,
        value: &weakening.value,
        weakens: weakening.tool,
    }
}

#[derive(Serialize)]
struct RefusalReport<'a> {
    version: u32,
    gatekeeper: &'a str,
    trigger: String,
    verdict: &'a str,
    exit_code: u8,
    gates: [(); 0],
    refused_fixes: Vec<RefusedFix<'a>>,
}

#[derive(Serialize)]
struct RefusedFix<'a> {
    gates: Vec<&'a str>,
    cause: String,
    help: &'a str,
}

/// Why nothing was fixed, and so nothing was checked, as JSON: one object and a line break.
#[must_use]
pub(crate) fn refused_fixes(plan: &Plan, refusals: &[FixRefusal], verdict: Verdict) -> String {
    let refused = refusals.iter().map(|refusal| {
        let (cause, help) = crate::report::text::fixes::explanation(refusal);
        RefusedFix {
            gates: refusal.gates.iter().map(GateName::as_str).collect(),
            cause,
            help,
        }
    });
    write(&RefusalReport {
        version: VERSION,
        gatekeeper: env!("CARGO_PKG_VERSION"),
        trigger: plan.trigger.to_string(),
        verdict: verdict.word(),
        exit_code: verdict.exit_code().number(),
        gates: [],
        refused_fixes: refused.collect(),
    })
}

fn fixed(fixed: &FixedFile) -> FixedReport<'_> {
    FixedReport {
        path: path(&fixed.path),
        gates: fixed.gates.iter().map(GateName::as_str).collect(),
        applied: fixed.applied.map(|applied| match applied {
            Applied::Everywhere => "everywhere",
            Applied::CommitOnly(_) => "commit",
            Applied::FileOnly => "file",
            Applied::Nowhere | Applied::Untouched(_) => "nowhere",
        }),
        kept: match fixed.applied {
            Some(Applied::CommitOnly(kept) | Applied::Untouched(kept)) => Some(kept.word()),
            _ => None,
        },
    }
}

/// A plan as JSON, one object and a line break.
#[must_use]
pub(crate) fn plan(plan: &Plan, views: &[ViewChoice]) -> String {
    let planned = plan
        .gates
        .iter()
        .zip(views)
        .map(|(planned, view)| PlannedReport {
            name: planned.gate.name.as_str(),
            kind: planned.gate.kind.name(),
            planned: true,
            blocking: Some(planned.blocking),
            reason: wording::because(planned),
            view: Some(view.kind.word()),
            view_reason: Some(&view.why),
            commands: planned
                .calls
                .iter()
                .map(crate::plan::GateCall::shown)
                .collect(),
            dir: path(&planned.gate.dir),
            files: paths(&planned.files),
            after: planned.after.iter().map(GateName::as_str).collect(),
            timeout_ms: planned.timeout.map(millis),
        });
    let left_out = plan.left_out.iter().map(|left_out| PlannedReport {
        name: left_out.gate.name.as_str(),
        kind: left_out.gate.kind.name(),
        planned: false,
        blocking: None,
        reason: format!(
            "{}: {}",
            wording::left_out_word(&left_out.why),
            wording::left_out(&left_out.why, &left_out.gate)
        ),
        view: None,
        view_reason: None,
        commands: Vec::new(),
        dir: path(&left_out.gate.dir),
        files: Vec::new(),
        after: Vec::new(),
        timeout_ms: None,
    });
    write(&PlanReport {
        version: VERSION,
        gatekeeper: env!("CARGO_PKG_VERSION"),
        trigger: plan.trigger.to_string(),
        changed_paths: plan.changed.len(),
        view: view(views),
        view_reason: (!plan.gates.is_empty()).then(|| wording::views(plan, views)),
        jobs: plan.jobs.get(),
        fail_fast: plan.fail_fast,
        budget_ms: plan.budget.map(millis),
        messages: plan.checks_messages,
        gates: planned.chain(left_out).collect(),
    })
}

fn ran<'a>(
    plan: &Plan,
    (planned, view): (&'a PlannedGate, &'a ViewChoice),
    context: &ReportContext,
    result: &'a GateResult,
) -> GateReport<'a> {
    let gate = &planned.gate;
    let outcome = &result.outcome;
    let well = outcome.lets_through();
    let (lines, more) = tail(&result.output, OUTPUT_LINES);
    let places = if well {
        Vec::new()
    } else {
        failure::places_of(plan, context, planned, result)
    };
    GateReport {
        name: gate.name.as_str(),
        kind: gate.kind.name(),
        outcome: outcome.word(),
        lets_through: well,
        blocking: Some(planned.blocking),
        cause: Some(wording::cause(outcome)).filter(|cause| !cause.is_empty()),
        evidence: result.evidence.as_deref(),
        breakage: match outcome {
            Outcome::ToolBroken(breakage) => Some(breakage.word()),
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
        duration_ms: millis(result.duration),
        commands: planned
            .calls
            .iter()
            .map(crate::plan::GateCall::shown)
            .collect(),
        dir: path(&gate.dir),
        files: paths(&planned.files),
        repeat: (!well).then(|| advice::repeat(plan, context, planned)),
        fix: advice::fix(plan, context, planned, outcome),
        places: places.iter().map(place).collect(),
        findings: of_gate(&result.findings),
        finding_counts: result.findings.total,
        tests: result.findings.tests,
        fingerprints: match result.findings.omitted() {
            0 => Vec::new(),
            _ => result.fingerprints.all.clone(),
        },
        fingerprints_missing: result.fingerprints.missing,
        output: (!result.output.is_empty()).then(|| OutputReport {
            bytes: result.output.total(),
            complete: !more,
            lines,
        }),
        left_processes: result.left_processes,
        view: Some(view.kind.word()),
        view_reason: Some(&view.why),
        changed_files: paths(&result.written.changed),
        new_files: paths(&result.written.new),
        patch: (!result.written.patch.is_empty())
            .then(|| String::from_utf8_lossy(&result.written.patch).into_owned()),
    }
}

fn left_out_of_run<'a>(gate: &'a Gate, why: &LeftOutReason) -> GateReport<'a> {
    GateReport {
        name: gate.name.as_str(),
        kind: gate.kind.name(),
        outcome: wording::left_out_word(why),
        lets_through: true,
        blocking: None,
        cause: Some(wording::left_out(why, gate)),
        evidence: None,
        breakage: None,
        exit_code: None,
        duration_ms: 0,
        commands: Vec::new(),
        dir: path(&gate.dir),
        files: Vec::new(),
        repeat: None,
        fix: None,
        places: Vec::new(),
        findings: Vec::new(),
        finding_counts: SeverityCounts::default(),
        tests: None,
        fingerprints: Vec::new(),
        fingerprints_missing: 0,
        output: None,
        left_processes: false,
        view: None,
        view_reason: None,
        changed_files: Vec::new(),
        new_files: Vec::new(),
        patch: None,
    }
}

fn place(place: &OutputPlace) -> PlaceReport {
    PlaceReport {
        path: path(&place.path),
        line: place.line,
        column: place.column,
    }
}

/// Where the gates run, if all run in the same place.
fn view(views: &[ViewChoice]) -> &'static str {
    let mut kinds = views.iter().map(|view| view.kind);
    match kinds.next() {
        None => ViewKind::InPlace.word(),
        Some(first) if kinds.all(|kind| kind == first) => first.word(),
        Some(_) => "mixed",
    }
}

/// JSON is Unicode: bytes that are not are replaced.
fn path(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

fn paths(paths: &[std::path::PathBuf]) -> Vec<String> {
    paths.iter().map(|item| path(item)).collect()
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
