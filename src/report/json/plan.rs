//! The plan for programs; docs/json.md describes it.

use serde::Serialize;

use super::document::write;
use crate::model::gate::GateName;
use crate::plan::{GateCall, Plan, ViewChoice};
use crate::report::record::VERSION;
use crate::report::record::from_run::{millis, path, paths, view};
use crate::report::wording;

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
            commands: planned.calls.iter().map(GateCall::shown).collect(),
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
