//! Runs that share a plan: the plan, one shard of it, and the verdict of all.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::candidate::{self, Candidate};
use super::decision::{Decision, decide};
use super::reporting;
use super::request::RunRequest;
use super::shard_run::ShardRun;
use crate::base::environment::Environment;
use crate::base::exit_code::ExitCode;
use crate::base::fault::{Fault, Result};
use crate::base::text::{clean_line, show_path, some_of};
use crate::git::Repository;
use crate::model::gate::PartCount;
use crate::model::outcome::Verdict;
use crate::model::trigger::Trigger;
use crate::receipt::{self, RecordedRuns, RunId, definition};
use crate::report::record::{RunRecord, VERSION};
use crate::report::{
    Events, Format, ReportSpec, Reporting, Style, recorded_as_text, say, write_reports,
};
use crate::shard::combine::{PartFile, combine as combined};
use crate::shard::document::{Divisible, PlanRange, PlanSubject, ShardCount, ShardPlan};
use crate::shard::estimate::estimates;

/// The largest file of a plan or a report, in bytes.
const LARGEST: u64 = 256 << 20;

/// How many paths are named that are not in the index.
const SHOWN: usize = 5;

/// Makes a plan for several runners. `reports` are those of earlier runs, which tell how long gates take.
///
/// # Errors
///
/// What is checked is not a tree that other machines have, or a report cannot be read.
pub(crate) fn plan(
    environment: &Environment,
    request: &RunRequest<'_>,
    count: ShardCount,
    reports: &[PathBuf],
) -> Result<ShardPlan> {
    let (subject, decision) = subject(environment, request)?;
    let mut earlier = Vec::new();
    for path in reports {
        earlier.push(read_report(environment, path).map_err(|cause| {
            Fault::usage(format!("{}: {cause}", show_path(path)))
                .hint("name a report of an earlier run: `gatekeeper run --report json=FILE`")
        })?);
    }
    let estimates = estimates(&earlier);
    let shared = decision.plan.gates.iter().map(|planned| &planned.gate);
    let shared = shared.filter(|gate| !decision.own.contains(&gate.name));
    let gates: Vec<Divisible> = shared
        .map(|gate| Divisible {
            gate: gate.name.to_string(),
            parts: match gate.parts {
                PartCount::Exactly(parts) => Some(parts),
                PartCount::Auto => None,
            },
            runner: gate.runner.clone(),
            estimate_ms: estimates.get(gate.name.as_str()).copied(),
        })
        .collect();
    Ok(ShardPlan::new(subject, &gates, count))
}

/// What all shards check, and what is decided about it.
fn subject(environment: &Environment, request: &RunRequest<'_>) -> Result<(PlanSubject, Decision)> {
    let trigger = &request.trigger;
    if !matches!(trigger, Trigger::Run | Trigger::Range { .. }) {
        return Err(
            Fault::usage("shards share a plan for all tracked files or for a range")
                .hint("leave out --staged and --files, or use `--from REF`"),
        );
    }
    let repository = candidate::open(environment)?;
    let candidate = Candidate::of(environment, repository, trigger)?;
    let decision = decide(environment, request, &candidate, None)?;
    let origin = candidate.origin(trigger, &RunId::new());
    let Some(tree) = origin.tree else {
        let beside = &candidate.status.beside;
        let paths = beside.untracked.iter().chain(&beside.unstaged);
        let paths: Vec<String> = paths.map(|path| show_path(path)).collect();
        return Err(Fault::unable(
            "the work tree differs from the index, so other machines do not have what is checked",
        )
        .detail(some_of(&paths, SHOWN))
        .hint("commit, stash or ignore the changes, or check a range with `--from REF`"));
    };
    let commit = origin.commit.map(|commit| commit.to_string());
    let range = match (trigger, origin.base.first(), &commit) {
        (Trigger::Range { .. }, Some(base), Some(commit)) => Some(PlanRange {
            from: base.to_string(),
            to: commit.clone(),
        }),
        _ => None,
    };
    let shared = decision.plan.gates.iter();
    let shared = shared.filter(|planned| !decision.own.contains(&planned.gate.name));
    let subject = PlanSubject {
        gatekeeper: env!("CARGO_PKG_VERSION").to_owned(),
        tree: tree.to_string(),
        commit,
        range,
        named: request.gates.to_vec(),
        skipped: request.skip.to_vec(),
        policy: receipt::policy(&decision.config),
        gates: shared
            .map(|planned| (planned.gate.name.to_string(), definition(planned)))
            .collect(),
    };
    Ok((subject, decision))
}

/// Reads a plan, and makes sure that what is checked here is what it is about.
///
/// # Errors
///
/// It cannot be read, or is about another tree, another configuration or other gates.
pub(crate) fn read_plan(environment: &Environment, path: &Path) -> Result<ShardPlan> {
    let name = show_path(path);
    let text = read(environment, path)
        .map_err(|cause| Fault::usage(format!("cannot read the plan {name}: {cause}")))?;
    ShardPlan::read(&name, &text)
}

/// What a run of a shard is asked for, without the shard itself.
pub(crate) fn request(plan: &ShardPlan) -> RunRequest<'_> {
    let trigger = match &plan.subject.range {
        Some(range) => Trigger::Range {
            from: range.from.clone(),
            to: range.to.clone(),
        },
        None => Trigger::Run,
    };
    RunRequest {
        gates: &plan.subject.named,
        skip: &plan.subject.skipped,
        ..RunRequest::new(trigger)
    }
}

/// The shard of a plan that is to run here; `None` if the plan has fewer shards than there are runners.
///
/// # Errors
///
/// The plan has no such shard, or is about something else than what is here.
pub(crate) fn shard_run(
    environment: &Environment,
    plan: &ShardPlan,
    number: u32,
    runners: Option<u32>,
) -> Result<Option<ShardRun>> {
    let Some(shard) = plan.shard(number) else {
        if runners.is_some_and(|runners| (1..=runners).contains(&number)) {
            return Ok(None);
        }
        return Err(Fault::usage(format!(
            "the plan has no shard {number}; it has 1 to {}",
            plan.shards.len()
        )));
    };
    let (here, _) = subject(environment, &request(plan))?;
    let there = &plan.subject;
    let differs = [
        ("tree", here.tree != there.tree),
        ("configuration", here.policy != there.policy),
        ("range", here.range != there.range),
        ("list of gates", here.gates != there.gates),
    ];
    if let Some((what, _)) = differs.into_iter().find(|(_, differs)| *differs) {
        let detail = match what {
            "tree" => format!(
                "the plan is about tree {}, and here is {}",
                there.tree, here.tree
            ),
            _ => String::new(),
        };
        return Err(Fault::unable(format!(
            "this shard would not check what the plan is about: the {what} is another one here"
        ))
        .detail(detail)
        .hint("check out the commit of the plan with its whole history, or make a new plan here"));
    }
    Ok(Some(ShardRun::new(plan, shard)))
}

/// Combines the reports of all shards: one verdict, one set of reports.
///
/// # Errors
///
/// A report is missing, there twice, altered, or of something else; or a report cannot be written.
pub(crate) fn combine(
    environment: &Environment,
    plan: &Path,
    parts: &[PathBuf],
    reports: &[ReportSpec],
    (format, style): (Format, Style),
) -> Result<ExitCode> {
    let plan = read_plan(environment, plan)?;
    // In a directory that is no clone, nothing is tracked and nothing recorded.
    let repository = Repository::open_from_env(environment)?;
    let reporting = Reporting {
        files: Arc::new(reporting::open_files(
            environment,
            reports,
            &repository,
            format,
        )?),
        actions: reporting::actions(environment),
        runs: Some(RecordedRuns::of(&repository)),
        ..Reporting::only(format, style)
    };
    let files: Vec<PartFile> = parts
        .iter()
        .map(|path| PartFile {
            name: show_path(path),
            record: read_report(environment, path),
        })
        .collect();
    let run = RunId::new();
    let mut record = combined(&plan, &files).map_err(|flaws| {
        Fault::unable("no verdict: the reports of the shards are not complete and sound")
            .detail(flaws.join("\n"))
            .hint("run the shards that are named again, with the same plan")
    })?;
    record.run = run.to_string();
    if format == Format::Text {
        say(&recorded_as_text(&record, style));
    }
    write_reports(&reporting, &run, &record, Events::Missing)
        .map_err(|error| Fault::unable("cannot write the report").because(&error))?;
    Ok(match record.exit_code {
        0 if record.is_passed() => ExitCode::Passed,
        code if code == Verdict::Failed.exit_code().number() => ExitCode::Failed,
        _ => ExitCode::Unable,
    })
}

/// The report of a run; or why there is none, as a fragment.
fn read_report(environment: &Environment, path: &Path) -> std::result::Result<RunRecord, String> {
    let text = read(environment, path)?;
    let record: RunRecord = serde_json::from_str(&text).map_err(|error| {
        let error = clean_line(error.to_string().as_bytes());
        format!("it is not a JSON report of a run: {error}")
    })?;
    if record.version != VERSION {
        return Err("another version of gatekeeper has written it".into());
    }
    Ok(record)
}

fn read(environment: &Environment, path: &Path) -> std::result::Result<String, String> {
    let path = environment.current_dir.join(path);
    let is_small = |data: fs::Metadata| data.len() <= LARGEST;
    match fs::metadata(&path).map(is_small) {
        Ok(true) => fs::read_to_string(&path).map_err(|error| error.to_string()),
        Ok(false) => Err("it is too large".into()),
        Err(error) => Err(error.to_string()),
    }
}
