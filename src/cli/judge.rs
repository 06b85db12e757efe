//! The steps that `run`, `plan` and the hooks share: from the environment to a plan.

use std::num::NonZeroUsize;
use std::path::Path;
use std::thread::available_parallelism;

use time::OffsetDateTime;

use crate::config::{self, Config, Text};
use crate::environment::Environment;
use crate::fault::{Fault, Result};
use crate::git::{Change, ChangeKind, ChangeSet, Repository, Status, TrackedFile};
use crate::plan::{self, Plan, Situation};
use crate::run;
use crate::text::show_path;
use crate::trigger::Trigger;

/// The least number of gates that run at once by default: most of them wait for something.
const LEAST_JOBS: usize = 8;

/// The share of the system's limit that our arguments may take: a tool that starts another one
/// hands its arguments on, with some of its own.
const ARGUMENT_SHARE: usize = 2;

/// What was said on the command line.
pub(super) struct Wishes<'a> {
    pub(super) trigger: Trigger,
    pub(super) gates: &'a [String],
    pub(super) jobs: Option<NonZeroUsize>,
    pub(super) fail_fast: bool,
}

/// Everything that is known before anything runs.
pub(super) struct Case {
    pub(super) repository: Repository,
    pub(super) status: Status,
    pub(super) plan: Plan,
}

/// Finds out what there is to judge, and plans it.
pub(super) fn prepare(environment: &Environment, wishes: &Wishes<'_>) -> Result<Case> {
    let repository = Repository::open_from_env(environment)?;
    run::refuse_nested(environment, &repository.common_dir)?;
    let status = repository.status()?;
    let config = configuration(&repository, &status, &wishes.trigger)?;
    let named = plan::must_exist(wishes.gates, &config)?;
    let tracked = match wishes.trigger {
        Trigger::Run => repository.tracked()?,
        _ => Vec::new(),
    };
    let changes = changes(&repository, &status, &tracked, &wishes.trigger)?;
    let tracked = if tracked.is_empty() && plan::wants_tracked(&config, &changes) {
        repository.tracked()?
    } else {
        tracked
    };
    let variables = run::size_of_variables(&environment.variables);
    let plan = plan::plan(
        &config,
        &Situation {
            trigger: &wishes.trigger,
            changes: &changes,
            tracked: &tracked,
            named: &named,
            today: OffsetDateTime::now_utc().date(),
            argument_limit: (crate::platform::argument_limit() / ARGUMENT_SHARE)
                .saturating_sub(variables),
            default_jobs: default_jobs(),
            jobs: wishes.jobs,
            fail_fast: wishes.fail_fast,
        },
    );
    Ok(Case {
        repository,
        status,
        plan,
    })
}

/// How many gates run at once if nobody says: enough that those that wait overlap.
pub(super) fn default_jobs() -> NonZeroUsize {
    let cores = available_parallelism().map_or(1, NonZeroUsize::get);
    NonZeroUsize::new(LEAST_JOBS.max(cores * 2)).unwrap_or(NonZeroUsize::MIN)
}

/// The paths to judge.
fn changes(
    repository: &Repository,
    status: &Status,
    tracked: &[TrackedFile],
    trigger: &Trigger,
) -> Result<ChangeSet> {
    match trigger {
        Trigger::Hook(_) | Trigger::Staged => repository.staged(status),
        Trigger::Range { from, to } => {
            let range = repository.range(from, to)?;
            repository.must_show(&range, status)?;
            repository.changes_in(&range)
        }
        Trigger::Run => {
            let as_it_lies = |file: &TrackedFile| Change {
                path: file.path.clone(),
                kind: if status.beside.missing.contains(&file.path) {
                    ChangeKind::Deleted
                } else {
                    ChangeKind::Present(file.mode)
                },
                differs_from_every_parent: true,
            };
            Ok(ChangeSet::new(tracked.iter().map(as_it_lies).collect()))
        }
    }
}

/// The configuration that counts: for a commit the one that is in it, otherwise the work tree's.
fn configuration(repository: &Repository, status: &Status, trigger: &Trigger) -> Result<Config> {
    let text = match trigger {
        Trigger::Hook(_) | Trigger::Staged => committed_text(repository, status)?,
        Trigger::Run | Trigger::Range { .. } => work_tree_text(repository)?,
    };
    config::parse(&text)
}

/// The text of gates.toml as it lies in the work tree.
pub(super) fn work_tree_text(repository: &Repository) -> Result<Text> {
    let path = config::find(&repository.work_tree)?;
    Text::read(&repository.work_tree, &path)
}

/// The text of gates.toml as it will be in the commit. Only where git says that the work tree's
/// file differs is the index asked for its contents.
fn committed_text(repository: &Repository, status: &Status) -> Result<Text> {
    let name = Path::new(config::FILE_NAME);
    let is_deleted = |change: &Change| change.path == name && change.kind == ChangeKind::Deleted;
    if status.staged.iter().any(is_deleted) {
        return Err(Fault::usage(format!(
            "the commit would delete {}, and with it every gate",
            config::FILE_NAME
        ))
        .hint(format!(
            "`git restore --staged {}` keeps it",
            config::FILE_NAME
        )));
    }
    if !status.beside.unstaged.iter().any(|path| path == name) {
        let path = config::find(&repository.work_tree)?;
        if !status.beside.unstaged.contains(&path) {
            return Text::read(&repository.work_tree, &path);
        }
        return staged_text(repository, &path);
    }
    staged_text(repository, name)
}

fn staged_text(repository: &Repository, path: &Path) -> Result<Text> {
    let shown = show_path(path);
    match repository.staged_contents(path)? {
        Some(contents) => config::from_bytes(format!("{shown} (as staged)"), contents),
        None => Err(Fault::usage(format!("{shown} is not in the commit"))
            .hint(format!("`git add {shown}` puts it there"))),
    }
}
