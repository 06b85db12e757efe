//! The steps that `run`, `plan` and the hooks share: from the environment to a plan.

use std::ffi::OsStr;
use std::num::NonZeroUsize;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::thread::available_parallelism;

use time::OffsetDateTime;

use super::candidate::Candidate;
use super::receipt_writer::{self, ReceiptWriter};
use super::request::RunRequest;
use crate::base::environment::Environment;
use crate::base::fault::{Fault, Result};
use crate::base::text::{count, show_path};
use crate::config::{self, Config, ConfigText};
use crate::git::{
    Change, ChangeKind, ChangeSet, DiffTarget, Index, Range, Repository, RepositoryStatus,
    TrackedFile,
};
use crate::model::trigger::{Stage, Trigger, short};
use crate::plan::{self, Plan, Situation, ViewInputs};
use crate::receipt::Trusted;
use crate::rules::change::single_change::{self, ChangeReport};
use crate::view::OverlayView;
use crate::{fix, report, run};

/// The least number of gates that run at once by default: most of them wait for something.
const LEAST_JOBS: usize = 8;

/// The share of the system's limit that our arguments may take: a tool that starts another one
/// hands its arguments on, with some of its own.
const ARGUMENT_SHARE: usize = 2;

/// How many symbolic links may lead to the configuration.
const MAX_LINKS: usize = 8;

/// Everything that is known before anything runs.
pub(crate) struct PreparedRun {
    pub(super) candidate: Candidate,
    /// Something to know about the configuration.
    pub(super) remark: Option<String>,
    pub(crate) plan: Plan,
    pub(super) config: Config,
    /// An overlay, if a gate is to have one.
    pub(super) overlay: Option<OverlayView>,
    /// What the rules say of what is committed.
    pub(super) rules: ChangeReport,
    /// What becomes of the verdict.
    pub(super) receipt_writer: Option<ReceiptWriter>,
}

/// Finds out what there is to check, and plans it. Where it has been overtaken by a change before,
/// only a snapshot will do, for this reason.
pub(crate) fn prepare(
    environment: &Environment,
    request: &RunRequest<'_>,
    overtaken: Option<&str>,
) -> Result<PreparedRun> {
    let repository = Repository::open_from_env(environment)?;
    run::refuse_nested(environment, &repository.common_dir)?;
    fix::recover(&repository);
    let range = match &request.trigger {
        Trigger::Range { from, to } => Some(repository.range(from, to)?),
        _ => None,
    };
    let store = receipt_writer::store(environment, &repository, &request.trigger)?;
    let tip = range.as_ref().map(|range| range.tip.as_str());
    let candidate = match tip.or(request.trigger.commit()) {
        Some(commit) => Candidate::commit(repository, commit)?,
        None => Candidate::here(repository)?,
    };
    let candidate = Candidate { store, ..candidate };
    planned(environment, request, candidate, range.as_ref(), overtaken)
}

/// Plans the run for a candidate.
pub(super) fn planned(
    environment: &Environment,
    request: &RunRequest<'_>,
    mut candidate: Candidate,
    range: Option<&Range>,
    overtaken: Option<&str>,
) -> Result<PreparedRun> {
    let (config, remark) = configuration(&candidate, &request.trigger)?;
    let named = plan::must_exist(request.gates, &config)?;
    let tracked = match request.trigger {
        Trigger::Run if candidate.index.is_empty() => return Err(nothing_tracked()),
        Trigger::Run => candidate.index.tracked(),
        _ => Vec::new(),
    };
    let counted = changes(&candidate, &tracked, range, &request.trigger)?;
    let remark = joined(remark, counted.remark);
    let changes = counted.changes;
    if request.trigger != Trigger::Run {
        let repository = &candidate.repository;
        let left_out = repository.left_out(&candidate.index, &changes.changes);
        let others = repository.filtered_otherwise(&candidate.index, &changes.changes)?;
        let contents = repository.contents_of(&others);
        let others = others.into_iter().zip(contents).collect();
        candidate.status.beside.add_missing(left_out);
        candidate.status.beside.add_unstaged(others);
    }
    let tracked = if tracked.is_empty() && plan::wants_tracked(&config, &changes) {
        candidate.index.tracked()
    } else {
        tracked
    };
    let beside = match request.trigger {
        Trigger::Run => None,
        _ => Some(&candidate.status.beside),
    };
    let (overlay, no_overlay) = overlay(
        environment,
        &candidate,
        &config,
        &request.trigger,
        overtaken,
    );
    let mut plan = plan::plan(
        &config,
        &Situation {
            trigger: &request.trigger,
            changes: &changes,
            tracked: &tracked,
            named: &named,
            today: OffsetDateTime::now_utc().date(),
            argument_limit: argument_limit(environment),
            default_jobs: default_jobs(),
            sight: ViewInputs {
                beside,
                has_own_index: candidate.repository.has_own_index,
                no_overlay: no_overlay.as_deref(),
                only_snapshot: overtaken,
            },
            jobs: request.jobs,
            fail_fast: request.fail_fast,
        },
    );
    for exception in request.excepted {
        plan.except(&exception.gate, &exception.reason);
    }
    let rules = match &counted.bases {
        Some(bases) if request.gates.is_empty() => rules(&candidate, &config, bases, &changes)?,
        _ => ChangeReport::default(),
    };
    plan.refused_findings = rules.refused().len();
    let named = !request.gates.is_empty();
    let receipt_writer = ReceiptWriter::new(
        environment,
        &candidate,
        &config,
        &mut plan,
        named,
        request.cache,
    )
    .map(|receipt_writer| receipt_writer.weakening(&rules));
    Ok(PreparedRun {
        candidate,
        remark,
        plan,
        config,
        overlay,
        rules,
        receipt_writer,
    })
}

/// What the rules say of what is about to be committed.
fn rules(
    candidate: &Candidate,
    config: &Config,
    bases: &[String],
    changes: &ChangeSet,
) -> Result<ChangeReport> {
    let paths = changes.changes.iter().map(|change| change.path.as_path());
    if !single_change::concerns(config, paths) {
        return Ok(ChangeReport::default());
    }
    let today = OffsetDateTime::now_utc().date();
    single_change::check_change(
        &candidate.repository,
        bases,
        DiffTarget::Index,
        config,
        today,
    )
}

/// Two remarks in one.
fn joined(one: Option<String>, other: Option<String>) -> Option<String> {
    match (one, other) {
        (Some(one), Some(other)) => Some(format!("{one}\nnote: {other}")),
        (one, other) => one.or(other),
    }
}

/// How many bytes the arguments of one call may take.
pub(super) fn argument_limit(environment: &Environment) -> usize {
    let variables = run::size_of_variables(&environment.variables);
    crate::platform::argument_limit().saturating_sub(variables) / ARGUMENT_SHARE
}

/// An overlay, if a gate would have one; or why there can be none.
fn overlay(
    environment: &Environment,
    candidate: &Candidate,
    config: &Config,
    trigger: &Trigger,
    overtaken: Option<&str>,
) -> (Option<OverlayView>, Option<String>) {
    let is_wanted = *trigger != Trigger::Run
        && overtaken.is_none()
        && plan::wants_overlay(
            &config.gates,
            &candidate.status.beside,
            candidate.repository.has_own_index,
        );
    if !is_wanted {
        return (None, None);
    }
    match OverlayView::prepare(candidate.checked(), environment) {
        Ok(overlay) => (Some(overlay), None),
        Err(fault) => (None, Some(fault.message)),
    }
}

/// A checkout that went wrong must not pass for want of files.
fn nothing_tracked() -> Fault {
    Fault::unable("git tracks no file here, so there is nothing to check")
        .hint("`git add` a file; in CI, make sure that the checkout is complete")
}

/// How many gates run at once if nobody says: enough that those that wait overlap.
pub(crate) fn default_jobs() -> NonZeroUsize {
    let cores = available_parallelism().map_or(1, NonZeroUsize::get);
    NonZeroUsize::new(LEAST_JOBS.max(cores * 2)).unwrap_or(NonZeroUsize::MIN)
}

/// The paths to check, and what there is to know about them.
struct Counted {
    changes: ChangeSet,
    remark: Option<String>,
    /// What they are counted from, if they are to be committed.
    bases: Option<Vec<String>>,
}

impl From<ChangeSet> for Counted {
    fn from(changes: ChangeSet) -> Self {
        Self {
            changes,
            remark: None,
            bases: None,
        }
    }
}

/// The paths to check.
fn changes(
    candidate: &Candidate,
    tracked: &[TrackedFile],
    range: Option<&Range>,
    trigger: &Trigger,
) -> Result<Counted> {
    if let Some(range) = range {
        return candidate.repository.changes_in(range).map(Into::into);
    }
    if let Trigger::Audit { since, .. } = trigger {
        let changes = candidate.repository.staged_since(&candidate.index, since)?;
        return Ok(changes.into());
    }
    if *trigger != Trigger::Run {
        return since_checked(candidate, trigger);
    }
    let as_it_lies = |file: &TrackedFile| Change {
        path: file.path.clone(),
        kind: if candidate.status.beside.missing.contains(&file.path) {
            ChangeKind::Deleted
        } else {
            ChangeKind::Present(file.mode)
        },
        differs_from_every_parent: true,
    };
    Ok(ChangeSet::new(tracked.iter().map(as_it_lies).collect()).into())
}

/// What the next commit, or one that was made before, changes in the nearest ancestors that are
/// good. These are its parents, unless somebody has passed by the gates.
fn since_checked(candidate: &Candidate, trigger: &Trigger) -> Result<Counted> {
    let repository = &candidate.repository;
    let staged = |parents: Vec<String>| {
        Ok(Counted {
            changes: repository.staged(&candidate.status)?,
            remark: None,
            bases: Some(parents),
        })
    };
    let Some(store) = &candidate.store else {
        return staged(repository.next_parents()?);
    };
    let parents = match trigger.commit() {
        Some(commit) => repository
            .ancestor(commit)?
            .map_or(Vec::new(), |one| one.parents),
        None => repository.next_parents()?,
    };
    let trusted = match trigger {
        Trigger::Push { remote, .. } => Trusted::Remote {
            name: remote.name.as_deref(),
            has: &remote.has,
        },
        _ => Trusted::EveryRemote,
    };
    let bases = store.bases(repository, &parents, trigger.counts_from(), trusted)?;
    if trigger.commit().is_none() && bases.commits == parents {
        return staged(parents);
    }
    let counts = trigger.counts_from() == Stage::PreCommit;
    let ungated = bases.ungated.first().filter(|_| counts);
    Ok(Counted {
        bases: trigger.commit().is_none().then(|| bases.commits.clone()),
        changes: repository.staged_since(&candidate.index, &bases.commits)?,
        remark: ungated.map(|first| {
            let number = count(bases.ungated.len(), "commit");
            let first = short(first);
            let other_key = if store.has_other_key() {
                report::OTHER_KEY
            } else {
                ""
            };
            format!(
                "{number} before this one bypassed the gates (latest {first}), so the changes since then are checked as well{other_key}"
            )
        }),
    })
}

/// The configuration that counts: for a commit the one that is in it, otherwise the work tree's.
fn configuration(candidate: &Candidate, trigger: &Trigger) -> Result<(Config, Option<String>)> {
    let (text, remark) = match trigger {
        Trigger::Run => (work_tree_text(&candidate.repository)?, None),
        _ => committed_text(
            &candidate.repository,
            &candidate.index,
            Some(&candidate.status),
        )?,
    };
    Ok((config::parse(&text)?, remark))
}

/// The text of gates.toml as it lies in the work tree.
pub(crate) fn work_tree_text(repository: &Repository) -> Result<ConfigText> {
    let path = config::find(&repository.work_tree)?;
    ConfigText::read(&repository.work_tree, &path)
}

/// The text of gates.toml as it will be in the commit. The work tree's file counts only if git
/// has never heard of one.
pub(super) fn committed_text(
    repository: &Repository,
    index: &Index,
    status: Option<&RepositoryStatus>,
) -> Result<(ConfigText, Option<String>)> {
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
            "keep the file with `git restore --staged {}`; to remove gatekeeper from this \
             repository, run `gatekeeper uninstall` first",
            config::FILE_NAME
        )));
    }
    let remark = format!(
        "{0} is not in the commit, so other clones lack these gates; add it with `git add {0}`",
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
    .hint("replace the link with the file, or `git add` the target of the link")
}
