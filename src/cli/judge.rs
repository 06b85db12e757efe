//! The steps that `run`, `plan` and the hooks share: from the environment to a plan.

use std::ffi::OsStr;
use std::num::NonZeroUsize;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::thread::available_parallelism;

use time::OffsetDateTime;

use crate::config::{self, Config, Text};
use crate::environment::Environment;
use crate::fault::{Fault, Result};
use crate::git::{Change, ChangeKind, ChangeSet, Index, Repository, Status, TrackedFile};
use crate::plan::{self, Plan, Situation, ViewChoice};
use crate::run;
use crate::text::show_path;
use crate::trigger::Trigger;

/// The least number of gates that run at once by default: most of them wait for something.
const LEAST_JOBS: usize = 8;

/// The share of the system's limit that our arguments may take: a tool that starts another one
/// hands its arguments on, with some of its own.
const ARGUMENT_SHARE: usize = 2;

/// How many symbolic links may lead to the configuration.
const MAX_LINKS: usize = 8;

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
    /// Something to know about the configuration.
    pub(super) remark: Option<String>,
    pub(super) status: Status,
    pub(super) plan: Plan,
    pub(super) config: Config,
}

/// Finds out what there is to judge, and plans it.
pub(super) fn prepare(environment: &Environment, wishes: &Wishes<'_>) -> Result<Case> {
    let repository = Repository::open_from_env(environment)?;
    run::refuse_nested(environment, &repository.common_dir)?;
    let (index, status) = repository.status()?;
    let (config, remark) = configuration(&repository, &index, &status, &wishes.trigger)?;
    let named = plan::must_exist(wishes.gates, &config)?;
    let tracked = match wishes.trigger {
        Trigger::Run => match index.tracked() {
            files if files.is_empty() => return Err(nothing_tracked()),
            files => files,
        },
        _ => Vec::new(),
    };
    let changes = changes(&repository, &status, &tracked, &wishes.trigger)?;
    let tracked = if tracked.is_empty() && plan::wants_tracked(&config, &changes) {
        index.tracked()
    } else {
        tracked
    };
    let view = view(&config, &status, &wishes.trigger);
    let variables = run::size_of_variables(&environment.variables);
    let plan = plan::plan(
        &config,
        &Situation {
            trigger: &wishes.trigger,
            changes: &changes,
            tracked: &tracked,
            named: &named,
            today: OffsetDateTime::now_utc().date(),
            argument_limit: crate::platform::argument_limit().saturating_sub(variables)
                / ARGUMENT_SHARE,
            default_jobs: default_jobs(),
            view: &view,
            jobs: wishes.jobs,
            fail_fast: wishes.fail_fast,
        },
    );
    Ok(Case {
        repository,
        remark,
        status,
        plan,
        config,
    })
}

/// How the gates will see the files.
fn view(config: &Config, status: &Status, trigger: &Trigger) -> ViewChoice {
    match trigger {
        Trigger::Hook(_) | Trigger::Staged => plan::choose_view(&config.settings, status),
        Trigger::Run | Trigger::Range { .. } => ViewChoice::InPlace,
    }
}

/// A checkout that went wrong must not pass for want of files.
fn nothing_tracked() -> Fault {
    Fault::unable("git tracks no file here, so there is nothing to judge")
        .hint("`git add` something; if this is CI, see whether its checkout is complete")
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
fn configuration(
    repository: &Repository,
    index: &Index,
    status: &Status,
    trigger: &Trigger,
) -> Result<(Config, Option<String>)> {
    let (text, remark) = match trigger {
        Trigger::Hook(_) | Trigger::Staged => committed_text(repository, index, Some(status))?,
        Trigger::Run | Trigger::Range { .. } => (work_tree_text(repository)?, None),
    };
    Ok((config::parse(&text)?, remark))
}

/// The text of gates.toml as it lies in the work tree.
pub(super) fn work_tree_text(repository: &Repository) -> Result<Text> {
    let path = config::find(&repository.work_tree)?;
    Text::read(&repository.work_tree, &path)
}

/// The text of gates.toml as it will be in the commit. The work tree's file counts only if git
/// has never heard of one.
pub(super) fn committed_text(
    repository: &Repository,
    index: &Index,
    status: Option<&Status>,
) -> Result<(Text, Option<String>)> {
    let mut path = PathBuf::from(config::FILE_NAME);
    let mut name = path.display().to_string();
    for _ in 0..MAX_LINKS {
        match repository.staged_file(index, &path)? {
            Some(file) if file.is_link => {
                let target = Path::new(OsStr::from_bytes(&file.contents));
                let inside = config::link_target(&path, target);
                path = inside.ok_or_else(|| not_in_commit(&path, target))?;
                name = format!("{} (as {})", path.display(), config::FILE_NAME);
            }
            Some(file) => {
                let differs = status.is_some_and(|status| status.beside.unstaged.contains(&path));
                let name = if differs {
                    format!("{name} (as staged)")
                } else {
                    name
                };
                return Ok((config::from_bytes(name, file.contents)?, None));
            }
            None if path != Path::new(config::FILE_NAME) => {
                return Err(not_in_commit(Path::new(config::FILE_NAME), &path));
            }
            None => break,
        }
    }
    let name = Path::new(config::FILE_NAME);
    let is_deleted = |change: &Change| change.path == name && change.kind == ChangeKind::Deleted;
    if status.is_some_and(|status| status.staged.iter().any(is_deleted)) {
        return Err(Fault::usage(format!(
            "the commit would delete {}, and with it every gate",
            config::FILE_NAME
        ))
        .hint(format!(
            "`git restore --staged {}` keeps it",
            config::FILE_NAME
        )));
    }
    let remark = format!(
        "{0} is not in the commit, so nobody else has these gates; `git add {0}` puts it there",
        config::FILE_NAME
    );
    Ok((work_tree_text(repository)?, Some(remark)))
}

fn not_in_commit(link: &Path, target: &Path) -> Fault {
    Fault::usage(format!(
        "{} is a symbolic link to {}, which is not in the commit",
        show_path(link),
        show_path(target)
    ))
    .hint("put the file itself here, or `git add` what the link leads to")
}
