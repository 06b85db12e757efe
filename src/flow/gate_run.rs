//! `gatekeeper run`.

use std::sync::Arc;

use time::OffsetDateTime;

use super::candidate::Candidate;
use super::prepare::{self, PreparedRun};
use super::request::RunRequest;
use super::{protected_branch, self_path};
use crate::base::disk;
use crate::base::environment::Environment;
use crate::base::exit_code::ExitCode;
use crate::base::fault::{Fault, Result};
use crate::base::text::show_os;
use crate::event::{FixedFile, GateResult, PostRunChecks};
use crate::fix::{self, Fixed};
use crate::git::{RangeSpec, WorktreeState};
use crate::model::gate::Untracked;
use crate::model::outcome::Verdict;
use crate::model::trigger::{Hook, Trigger};
use crate::plan::{Plan, ViewKind};
use crate::report::{self, Format, ReportContext, Style};
use crate::rules::audit;
use crate::rules::message::range::Audit;
use crate::run::{self, RunContext};
use crate::view::Views;

/// Where the output of gates that fail is kept, below the git directory.
const LOGS: &str = "gatekeeper/logs";

/// Checks, and once more if the work tree or the index has changed meanwhile: then in a snapshot, in
/// which nobody else writes.
pub(crate) fn check(
    environment: &Environment,
    request: &RunRequest<'_>,
    format: Format,
    style: Style,
) -> Result<ExitCode> {
    let code = check_until_still(environment, request, format, style)?;
    if code != ExitCode::Passed
        && let Some(dir) = disk::full([environment.current_dir.as_path(), &std::env::temp_dir()])
    {
        // What a gate has said of a disk that is full is seldom what is shown of it.
        report::say(&report::full_disk(&dir, style));
    }
    Ok(code)
}

fn check_until_still(
    environment: &Environment,
    request: &RunRequest<'_>,
    format: Format,
    style: Style,
) -> Result<ExitCode> {
    let can_repeat = request.trigger != Trigger::Run;
    let attempt = if can_repeat {
        Attempt::First
    } else {
        Attempt::Only
    };
    let mut prepared = prepare::prepare(environment, request, None)?;
    if let Some(refused) = protected_branch::refuse(environment, &mut prepared)? {
        return Ok(refused);
    }
    let index = Arc::clone(&prepared.candidate.index);
    let verdict = check_case(environment, request, prepared, format, style, attempt)?;
    if verdict != Verdict::Overtaken || !can_repeat {
        return Ok(verdict.exit_code());
    }
    let prepared = prepare::prepare(environment, request, Some(OVERTAKEN))?;
    let is_hook = matches!(request.trigger, Trigger::Hook(_));
    if is_hook
        && !request.trigger.commits_index_of_afterwards()
        && !prepared.candidate.index.commits_the_same(&index)
    {
        return Err(Fault::unable(
            "the index was changed in the meantime, but git will commit its earlier contents",
        )
        .hint("try again once no program is writing to the index"));
    }
    check_case(
        environment,
        request,
        prepared,
        format,
        style,
        Attempt::Second,
    )
    .map(Verdict::exit_code)
}

/// Why only a snapshot will do in the second run.
const OVERTAKEN: &str = "something changed while it was being checked";

/// Whether a run is repeated if it is overtaken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Attempt {
    Only,
    First,
    Second,
}

fn check_case(
    environment: &Environment,
    request: &RunRequest<'_>,
    prepared: PreparedRun,
    format: Format,
    style: Style,
    attempt: Attempt,
) -> Result<Verdict> {
    let overtaken = (attempt == Attempt::Second).then_some(OVERTAKEN);
    // Where git would not look at what is fixed, the gates must not see it either.
    let can_fix = request.trigger.commits_index_of_afterwards();
    if !(can_fix && (request.fixes || prepared.config.settings.fix_on_commit)) {
        return execute(environment, prepared, &[], format, style, attempt);
    }
    match crate::flow::fix_run::before(environment, request, prepared, (format, style), overtaken)?
    {
        Ok((prepared, fixed)) => execute(environment, prepared, &fixed, format, style, attempt),
        Err(verdict) => Ok(verdict),
    }
}

/// The messages and the changes of the range, checked.
fn messages(prepared: &PreparedRun) -> Result<Option<Audit>> {
    match &prepared.plan.trigger {
        Trigger::Range { from, to } if prepared.plan.checks_messages => {
            let named = RangeSpec::Between {
                from: from.clone(),
                to: to.clone(),
            };
            let today = OffsetDateTime::now_utc().date();
            let repository = &prepared.candidate.repository;
            audit::audit_all(repository, &prepared.config, &named, None, today).map(Some)
        }
        _ => Ok(None),
    }
}

/// Runs a plan and tells of it.
fn execute(
    environment: &Environment,
    prepared: PreparedRun,
    fixed: &[Fixed],
    format: Format,
    style: Style,
    attempt: Attempt,
) -> Result<Verdict> {
    let messages = messages(&prepared)?;
    let receipt_writer = prepared.receipt_writer;
    let mut plan = prepared.plan;
    if let Some(messages) = &messages {
        plan.refused_messages = messages.refused().count();
        plan.refused_changes = messages.changes.refusals();
    }
    let checked = prepared.candidate.checked();
    let repository = &prepared.candidate.repository;
    let views = Views::make(&mut plan, checked, environment, prepared.overlay)?;
    let context = ReportContext {
        top: repository.work_tree.clone(),
        to_top: self_path::to_top(environment, &repository.work_tree),
        remark: prepared.remark,
        weakenings: run::weakenings(&environment.variables),
        messages,
        rules: prepared.rules,
        search_path: show_os(environment.get("PATH").unwrap_or_default()),
        program: self_path::call(environment),
        logs: repository.git_dir.join(LOGS),
        beside: visible(&plan, &prepared.candidate.status.beside),
        has_own_index: repository.has_own_index,
        can_repeat: attempt == Attempt::First,
        is_repeated: attempt == Attempt::Second,
        is_rebase: plan.trigger == Trigger::Hook(Hook::PrepareCommitMsg)
            && repository.is_rebasing(),
    };
    let plan = Arc::new(plan);
    let surroundings = RunContext {
        views: &views,
        checked,
        common_dir: &repository.common_dir,
        variables: &environment.variables,
        watched: match plan.trigger {
            Trigger::Hook(_) => environment.parent,
            _ => None,
        },
    };
    let told_plan = Arc::clone(&plan);
    let settle = |results: &mut [GateResult]| {
        let mut post_run = views.settle(&plan, checked, results)?;
        keep(
            &prepared.candidate,
            &plan,
            fixed,
            results,
            &surroundings,
            &mut post_run,
        )?;
        Ok(post_run)
    };
    let ended = run::run(&plan, &surroundings, settle, move |events, result| {
        report::run_reporter(format, style, &told_plan, &context, events, result)
    })?;
    if let (Err(error), Verdict::Passed) = (&ended.told, ended.run.verdict) {
        return Err(Fault::unable("cannot write the report").because(error));
    }
    if let Some(receipt_writer) = receipt_writer {
        receipt_writer.record(&plan, &ended.run, &prepared.candidate, style);
    }
    Ok(ended.run.verdict)
}

/// Keeps what fixers have done, if every gate lets it through and what was fixed is still there.
fn keep(
    candidate: &Candidate,
    plan: &Plan,
    fixed: &[Fixed],
    results: &[GateResult],
    surroundings: &RunContext<'_>,
    post_run: &mut PostRunChecks,
) -> Result<()> {
    let Some(unfixed) = &candidate.unfixed else {
        return Ok(());
    };
    let repository = &unfixed.repository;
    if !repository.has_still(&unfixed.index) {
        let now = repository.index()?;
        post_run.is_index_overtaken |= !now.commits_the_same(&unfixed.index);
    }
    let pairs = plan.gates.iter().zip(results);
    let is_let_through = pairs
        .filter(|(planned, _)| planned.blocking)
        .all(|(_, result)| result.outcome.lets_through());
    let is_kept = is_let_through
        && !plan.is_refused()
        && post_run.unexplained.is_empty()
        && !post_run.is_overtaken()
        && !surroundings.is_abandoned();
    let mut applied = if is_kept {
        fix::apply_to_commit(repository, fixed)?
    } else {
        Vec::new()
    };
    post_run.fixed = fixed
        .iter()
        .map(|one| {
            let path = &one.replacement.path;
            let at = applied.iter().position(|(applied, _)| applied == path);
            FixedFile {
                path: path.clone(),
                gates: one.gates.iter().cloned().collect(),
                applied: at.map(|at| applied.swap_remove(at).1),
            }
        })
        .collect();
    Ok(())
}

/// What gates see of what lies beside the tree.
fn visible(plan: &Plan, beside: &WorktreeState) -> WorktreeState {
    let views = || plan.gates.iter().map(|planned| &planned.view);
    let sees_all = views().any(|view| view.kind == ViewKind::InPlace);
    let sees_untracked = sees_all || views().any(|view| view.untracked == Untracked::Show);
    let mut visible = WorktreeState::default();
    if sees_all {
        visible.unstaged.clone_from(&beside.unstaged);
        visible.missing.clone_from(&beside.missing);
    }
    if sees_untracked {
        visible.untracked.clone_from(&beside.untracked);
    }
    visible
}
