//! A run that is ready to begin, and one that has ended.

use std::path::PathBuf;
use std::sync::Arc;

use time::OffsetDateTime;

use super::candidate::Candidate;
use super::decision::Decision;
use super::detected::REMARK;
use super::excused;
use super::receipt_writer::ReceiptWriter;
use super::request::RunRequest;
use super::self_path;
use super::shard_run::ShardRun;
use super::{split_commit, ungated_commits, way_out};
use crate::base::environment::Environment;
use crate::base::fault::{Fault, Result};
use crate::base::object_id::ObjectId;
use crate::base::text::show_os;
use crate::commands::strictness::only_calls_checkers;
use crate::config::Bypass;
use crate::event::{FixedFile, GateResult, PostRunChecks, RunResult};
use crate::fix::{self, Fixed};
use crate::git::invocation::commit_args::{CommitArgs, is_rewording};
use crate::git::invocation::hook_bypass::git_commands;
use crate::git::{DiffTarget, RangeSpec, Repository, WorktreeState};
use crate::indirection::may_lead;
use crate::model::gate::Untracked;
use crate::model::outcome::{Outcome, Verdict};
use crate::model::severity::{Level, Severity};
use crate::model::trigger::{Hook, Trigger};
use crate::plan::{Plan, ViewKind};
use crate::platform;
use crate::receipt::RunId;
use crate::report::record::shard::ShardRecord;
use crate::report::{self, Attempt, Format, Redactor, ReportContext, Reporting, RunOrigin, Style};
use crate::rules::audit;
use crate::rules::catalogue;
use crate::rules::catalogue::change::TESTS_REMOVED;
use crate::rules::change::single_change::{self, ChangeChecker, ChangeReport};
use crate::rules::message::range::Audit;
use crate::rules::results::RuleResults;
use crate::rules::tool_config::{self, ToolCall, ToolCalls};
use crate::run::{self, Excused, Purpose, RunContext, ToolVersions};
use crate::view::PreparedViews;

/// Where the output of gates that fail is kept, below the git directory.
const LOGS: &str = "gatekeeper/logs";

/// How many unchecked commits are looked at one by one.
const MOST_UNGATED: usize = 100;

/// Everything that a run takes.
pub(super) struct PreparedRun {
    candidate: Candidate,
    decision: Decision,
    rules: Arc<RuleResults>,
    views: PreparedViews,
    excused: Excused,
    shard: Option<ShardRun>,
}

/// A run that is over and reported.
pub(super) struct EndedRun {
    candidate: Candidate,
    plan: Arc<Plan>,
    rules: Arc<RuleResults>,
    receipt_writer: Option<ReceiptWriter>,
    result: RunResult,
    is_shard: bool,
}

impl PreparedRun {
    /// Asks the rules, and finds out which views there can be.
    pub(super) fn new(
        environment: &Environment,
        request: &RunRequest<'_>,
        candidate: Candidate,
        decision: Decision,
    ) -> Result<Self> {
        let mut change = match &candidate.counted.bases {
            Some(bases)
                if request.gates.is_empty()
                    && request.shard.is_none_or(|shard| shard.has_rules) =>
            {
                about_change(&candidate, &decision, bases)?
            }
            _ => ChangeReport::default(),
        };
        // A revert takes the tests of what it reverts away.
        if candidate
            .repository
            .is_reverting(&git_commands(platform::ancestors()))
        {
            change.findings.retain(|finding| {
                finding.severity != Severity::Warning || !finding.rule.is(&TESTS_REMOVED)
            });
        }
        let audit = about_range(&candidate, &decision)?;
        Ok(Self {
            excused: excused::excused(&candidate, &decision.plan)?,
            rules: Arc::new(RuleResults { audit, change }),
            views: PreparedViews::new(&decision.plan, candidate.checked(), environment),
            candidate,
            decision,
            shard: request.shard.cloned(),
        })
    }

    /// Runs the gates, reports, and keeps what was fixed before if they let it through.
    pub(super) fn run(
        self,
        environment: &Environment,
        fixed: &[Fixed],
        (reporting, run): (&Reporting, &RunId),
        attempt: Attempt,
    ) -> Result<EndedRun> {
        let (candidate, decision, rules) = (self.candidate, self.decision, self.rules);
        let excused = self.excused;
        let policy = decision.policy();
        let plan = Arc::new(decision.plan);
        let checked = candidate.checked();
        let repository = &candidate.repository;
        let views = self.views.make(&plan, checked, environment)?;
        let context = ReportContext {
            top: repository.work_tree.clone(),
            to_top: self_path::to_top(environment, &repository.work_tree),
            has_file: !decision
                .remark
                .as_deref()
                .is_some_and(|remark| remark.starts_with(REMARK)),
            remark: decision.remark,
            weakenings: run::weakenings(&environment.variables),
            views: views.choices().to_vec(),
            rules: Arc::clone(&rules),
            search_path: show_os(environment.get("PATH").unwrap_or_default()),
            managed_tools: run::managed_tool_dirs(&repository.work_tree, &environment.variables),
            program: self_path::call(environment),
            logs: repository.git_dir.join(LOGS),
            split: split_commit::commands(environment, &candidate, &decision.config, &rules.change)
                .filter(|_| plan.trigger.is_commit()),
            way_out: way_out::of_run(
                repository,
                &plan.trigger,
                &decision.own,
                platform::ancestors(),
            ),
            refusing: refusing(&decision.config.bypass),
            beside: visible(&plan, &candidate.status.beside),
            has_own_index: repository.has_own_index,
            attempt,
            occasion: occasion(&candidate, &plan),
            is_rebase: plan.trigger == Trigger::Hook(Hook::PrepareCommitMsg)
                && repository.is_rebasing(),
            network: plan.network,
            origin: RunOrigin {
                policy: Some(policy),
                ..candidate.origin(&plan.trigger, run)
            },
            caller: environment
                .parent
                .filter(|_| matches!(plan.trigger, Trigger::Hook(_))),
            shard: self.shard.as_ref().map(|shard| ShardRecord {
                plan: shard.plan.clone(),
                shard: shard.number,
                of: shard.of,
                empty: Vec::new(),
                digest: String::new(),
            }),
            versions: reporting
                .needs_versions()
                .then(|| ToolVersions::ask(&plan, environment, &repository.work_tree)),
            redactor: Redactor {
                values: report::secret_values(&environment.variables),
            },
        };
        let surroundings = RunContext {
            purpose: Purpose::Check,
            views: &views,
            rules: &rules,
            checked,
            excused: &excused,
            common_dir: &repository.common_dir,
            variables: &environment.variables,
            slots: run::HostSlots::of(environment, &plan.trigger)?,
            color: reporting.style.color && reporting.format == Format::Text,
            watched: context.caller,
        };
        let (told_plan, reporting) = (Arc::clone(&plan), reporting.clone());
        let settle = |results: &mut [GateResult]| {
            let post_run = views.settle(&plan, checked, results)?;
            keep(&candidate, &plan, fixed, results, &surroundings, post_run)
        };
        let ended = run::run(&plan, &surroundings, settle, move |events, result| {
            report::run_reporter(&reporting, &told_plan, &context, events, result)
        })?;
        if let (Err(error), Verdict::Passed) = (&ended.told, ended.run.verdict) {
            return Err(Fault::unable("cannot write the report").because(error));
        }
        Ok(EndedRun {
            candidate,
            plan,
            rules,
            receipt_writer: decision.receipt_writer,
            result: ended.run,
            is_shard: self.shard.is_some(),
        })
    }
}

impl EndedRun {
    /// What ran, and what came of it.
    pub(super) fn result(self) -> (Arc<Plan>, RunResult) {
        (self.plan, self.result)
    }

    /// What has changed while it was being checked, as a sentence, if that is why there is no verdict.
    pub(super) fn overtaken(&self) -> Option<String> {
        let is_overtaken = self.result.verdict == Verdict::Overtaken;
        is_overtaken.then(|| report::overtaken(&self.result.post_run))
    }

    /// Remembers what is to be remembered. Returns the verdict.
    pub(super) fn recorded(self, style: Style) -> Verdict {
        self.remember_durations();
        if let Some(receipt_writer) = &self.receipt_writer {
            let (plan, rules) = (&self.plan, &self.rules);
            receipt_writer.record(plan, rules, &self.result, &self.candidate, style);
        }
        self.result.verdict
    }
}

impl EndedRun {
    /// Remembers how long the gates took that came to an end. Nothing depends on that it is written.
    fn remember_durations(&self) {
        let Some(store) = self.candidate.store.as_ref().filter(|_| !self.is_shard) else {
            return;
        };
        let pairs = self.plan.gates.iter().zip(&self.result.results);
        let ended = pairs
            .filter(|(_, result)| matches!(result.outcome, Outcome::Passed | Outcome::Failed(_)));
        let took = ended.map(|(planned, result)| {
            let gate = &planned.gate;
            (gate.name.as_str(), gate.run.text.as_str(), result.duration)
        });
        let _ = store.remember_durations(took);
    }
}

/// What the rules say of what is about to be committed.
fn about_change(
    candidate: &Candidate,
    decision: &Decision,
    bases: &[ObjectId],
) -> Result<ChangeReport> {
    let (repository, config) = (&candidate.repository, &decision.config);
    let changed = &decision.plan.changed;
    let paths = changed.iter().map(PathBuf::as_path);
    if !single_change::concerns(repository, config, paths) {
        return Ok(ChangeReport::default());
    }
    let today = OffsetDateTime::now_utc().date();
    let mut checker = ChangeChecker::new(repository, today);
    let report = checker.change(bases, DiffTarget::Index, config)?;
    let ungated = &candidate.counted.ungated;
    if report.errors().next().is_some() && is_said(repository, &mut checker, ungated)? {
        return checker.change(&repository.next_parents()?, DiffTarget::Index, config);
    }
    Ok(report)
}

/// Whether there are unchecked commits, such as those of others that were pulled, and each of them declares what
/// it weakens: then the next commit need not do it once more.
fn is_said(
    repository: &Repository,
    checker: &mut ChangeChecker<'_>,
    ungated: &[ObjectId],
) -> Result<bool> {
    if ungated.is_empty() || ungated.len() > MOST_UNGATED {
        return Ok(false);
    }
    for &id in ungated {
        let Some(commit) = repository.ancestor(id)? else {
            return Ok(false);
        };
        // Without gates.toml nothing of a commit can be checked.
        if !ungated_commits::has_gates(repository, id)?
            || !ungated_commits::refused_changes(checker, &commit)?.is_empty()
        {
            return Ok(false);
        }
    }
    Ok(true)
}

/// What they say of the messages and the changes of a range, if all of it is checked.
fn about_range(candidate: &Candidate, decision: &Decision) -> Result<Option<Audit>> {
    match &decision.plan.trigger {
        Trigger::Range { from, to } if decision.plan.checks_messages => {
            let named = RangeSpec::Between {
                from: from.clone(),
                to: to.clone(),
            };
            let today = OffsetDateTime::now_utc().date();
            let (repository, config) = (&candidate.repository, &decision.config);
            audit::audit_all(repository, config, &named, None, today).map(Some)
        }
        _ => Ok(None),
    }
}

/// Keeps what fixers have done, if every gate lets it through and what was fixed is still there.
fn keep(
    candidate: &Candidate,
    plan: &Plan,
    fixed: &[Fixed],
    results: &[GateResult],
    surroundings: &RunContext<'_>,
    mut post_run: PostRunChecks,
) -> Result<PostRunChecks> {
    let Some(unfixed) = &candidate.unfixed else {
        return Ok(post_run);
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
        && !surroundings.rules.is_refused()
        && post_run.unexplained.is_empty()
        && !post_run.is_overtaken()
        && !surroundings.is_abandoned();
    let mut applied = if is_kept {
        fix::apply_to_commit(repository, fixed)?
    } else {
        Vec::new()
    };
    let fixed = fixed.iter().map(|one| {
        let path = &one.replacement.path;
        let at = applied.iter().position(|(applied, _)| applied == path);
        FixedFile {
            path: path.clone(),
            gates: one.gates.iter().cloned().collect(),
            checks: one.checks.iter().copied().collect(),
            applied: at.map(|at| applied.swap_remove(at).1),
        }
    });
    post_run.fixed = fixed.collect();
    Ok(post_run)
}

/// Which commit of a rebase is checked, or that only the message of a commit changes.
fn occasion(candidate: &Candidate, plan: &Plan) -> Option<String> {
    let repository = &candidate.repository;
    if !plan.trigger.is_commit() {
        return None;
    }
    let ancestors = platform::ancestors();
    // A commit that a user makes within a rebase is none of its steps.
    let is_step = plan.trigger == Trigger::Hook(Hook::PrepareCommitMsg) || is_rewording(ancestors);
    if repository.is_rebasing() {
        return repository.rebase_step().filter(|_| is_step);
    }
    let typed = CommitArgs::find(ancestors)?;
    let head = repository.head_commit().ok().flatten()?;
    let tree = repository.objects().commit(head).ok()?.tree;
    let index = repository.index().ok()?.tree_id()?;
    (typed.has("--amend") && tree == index).then(|| "message only".to_owned())
}

/// The built-in rules about added lines that refuse what they find.
fn refusing(bypass: &Bypass) -> Vec<&'static str> {
    let rules = catalogue::added_lines().iter();
    let refusing = rules.filter(|rule| bypass.level(rule) == Level::Error);
    refusing.map(|rule| rule.id).collect()
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
    visible.ignored = ignored_configuration(plan, &beside.ignored);
    visible
}

/// Configuration of tools that git ignores and that a gate reads: the tree is not checked by it elsewhere.
fn ignored_configuration(plan: &Plan, ignored: &[PathBuf]) -> Vec<PathBuf> {
    let commands = plan.gates.iter().map(|planned| ToolCall {
        text: planned.gate.run.text.clone(),
        dir: planned.gate.dir.clone(),
    });
    // What other files say the command is may read any.
    let is_led = plan.gates.iter().any(|planned| {
        let text = &planned.gate.run.text;
        may_lead(text) && !text.contains("cargo ") && !only_calls_checkers(text)
    });
    let calls = ToolCalls::new(commands);
    let in_cargo = |path: &PathBuf| {
        if path.ends_with(".cargo") {
            path.join("config.toml")
        } else {
            path.clone()
        }
    };
    let is_read =
        |path: &PathBuf| calls.may_read(path) || is_led && tool_config::is_tool_configuration(path);
    ignored.iter().map(in_cargo).filter(is_read).collect()
}
