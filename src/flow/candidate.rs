//! The tree that is checked, and where it is: in the index, in a commit, or fixed in an index of ours;
//! with what it changes.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use super::{named_files, receipt_store, subtree, ungated_commits};
use crate::base::environment::Environment;
use crate::base::fault::{Fault, Result};
use crate::base::object_id::ObjectId;
use crate::base::scratch::Scratch;
use crate::config::FILE_NAME;
use crate::fix::{self, Fixed};
use crate::git::{
    Change, ChangeKind, ChangeSet, Exclude, Index, Range, Replacement, Repository,
    RepositoryStatus, TrackedFile,
};
use crate::model::trigger::{Stage, Trigger};
use crate::receipt::{RunId, Store, Trusted};
use crate::report::{Origin, RunOrigin};
use crate::view::CheckedTree;
use crate::{report, run};

/// What is checked.
pub(super) struct Candidate {
    /// The repository, with the index that holds the tree.
    pub(super) repository: Repository,
    pub(super) index: Arc<Index>,
    pub(super) status: RepositoryStatus,
    /// What it changes, once that is counted.
    pub(super) counted: Counted,
    /// What is remembered here, if anything is.
    pub(super) store: Option<Arc<Store>>,
    /// The commit whose tree it is, if it is neither that of the next commit nor checked out.
    commit: Option<ObjectId>,
    /// An index of ours, which is gone with this.
    _own_index: Option<Scratch>,
    /// What was checked before it was fixed.
    pub(super) unfixed: Option<Box<Self>>,
}

/// The paths to check, and what there is to know about them.
#[derive(Default)]
pub(super) struct Counted {
    pub(super) changes: ChangeSet,
    pub(super) remark: Option<String>,
    /// The commits that they are counted from, for whatever purpose.
    pub(super) since: Vec<ObjectId>,
    /// The unchecked commits whose changes are counted as well, if they are to be committed.
    pub(super) ungated: Vec<ObjectId>,
    /// What they are counted from, if they are to be committed.
    pub(super) bases: Option<Vec<ObjectId>>,
    /// What they are counted from, whatever is checked: no commit if all of the tree is looked at, and
    /// `None` if that is evidence for nothing.
    pub(super) from: Option<Vec<ObjectId>>,
}

impl From<ChangeSet> for Counted {
    fn from(changes: ChangeSet) -> Self {
        Self {
            changes,
            ..Self::default()
        }
    }
}

/// Opens the repository in which gates or fixers are to run, and finishes what was killed while it
/// applied fixes.
pub(super) fn open(environment: &Environment) -> Result<Repository> {
    let repository = Repository::open_from_env(environment)?;
    run::refuse_nested(environment, &repository.common_dir)?;
    fix::recover(&repository);
    Ok(repository)
}

impl Candidate {
    /// What a trigger is about.
    pub(super) fn of(
        environment: &Environment,
        repository: Repository,
        trigger: &Trigger,
    ) -> Result<Self> {
        let range = match trigger {
            Trigger::Range { from, to } => Some(repository.range(from, to)?),
            _ => None,
        };
        let store = receipt_store::of_run(environment, &repository, trigger)?;
        let tip = range.as_ref().map(|range| range.tip);
        let candidate = match tip.or(trigger.commit()) {
            Some(commit) => Self::commit(repository, commit)?,
            None => Self::here(repository)?,
        };
        let candidate = Self { store, ..candidate };
        let mut candidate = candidate.counted(trigger, range.as_ref())?;
        if let Trigger::Files { paths } = trigger {
            let (repository, changes) = (&candidate.repository, candidate.counted.changes);
            candidate.counted = named_files::only(environment, repository, changes, paths)?.into();
        }
        Ok(candidate)
    }

    /// What is in the work tree or the index; nothing is counted yet.
    pub(super) fn here(repository: Repository) -> Result<Self> {
        let (index, status) = repository.status()?;
        Ok(Self {
            repository,
            index,
            status,
            counted: Counted::default(),
            store: None,
            commit: None,
            _own_index: None,
            unfixed: None,
        })
    }

    /// A commit; what is checked out is not looked at twice if it is that commit.
    fn commit(repository: Repository, commit: ObjectId) -> Result<Self> {
        let here = Self::here(repository)?;
        let status = &here.status;
        let is_shown = here.repository.is_head(commit).unwrap_or(false)
            && status.staged.is_empty()
            && status.unmerged.is_empty();
        if is_shown {
            return Ok(here);
        }
        let own = own_index()?;
        let repository = here
            .repository
            .with_commit(&here.index, commit, &own.join(INDEX))?;
        Ok(Self {
            commit: Some(commit),
            _own_index: Some(own),
            ..Self::here(repository)?
        })
    }

    /// The same, with files fixed; nothing is counted yet.
    pub(super) fn fixed(self, replacements: &[Replacement]) -> Result<Self> {
        let own = own_index()?;
        let repository =
            self.repository
                .with_replaced(&self.index, replacements, &own.join(INDEX))?;
        let mut fixed = Self::here(repository)?;
        fixed.status.staged.clone_from(&self.status.staged);
        Ok(Self {
            commit: self.commit,
            store: self.store.clone(),
            _own_index: Some(own),
            unfixed: Some(Box::new(self)),
            ..fixed
        })
    }

    /// The same, with these files fixed, and with what it then changes.
    pub(super) fn fixed_by(self, fixed: &[Fixed], trigger: &Trigger) -> Result<Self> {
        let replacements: Vec<_> = fixed.iter().map(|one| one.replacement.clone()).collect();
        self.fixed(&replacements)?.counted(trigger, None)
    }

    /// The same, with what it changes. What is changed and not in the work tree as it is in the tree
    /// lies beside the tree.
    fn counted(mut self, trigger: &Trigger, range: Option<&Range>) -> Result<Self> {
        self.counted = self.count(trigger, range)?;
        if !trigger.reads_work_tree() {
            let (repository, changes) = (&self.repository, &self.counted.changes.changes);
            let left_out = repository.left_out(&self.index, changes);
            let others = repository.filtered_otherwise(&self.index, changes)?;
            let contents = repository.contents_of(&others);
            let beside = &mut self.status.beside;
            beside.add_missing(left_out);
            beside.add_unstaged(others.into_iter().zip(contents).collect());
        }
        Ok(self)
    }

    fn count(&self, trigger: &Trigger, range: Option<&Range>) -> Result<Counted> {
        if let Some(range) = range {
            let changes = match range.base {
                Some(base) => self.repository.between(base, range.tip)?,
                None => self.repository.staged_since(&self.index, &[])?,
            };
            return Ok(Counted {
                since: range.base.into_iter().collect(),
                ..changes.into()
            });
        }
        if let Trigger::Trial { .. } = trigger {
            let changes = self.repository.staged_since(&self.index, &[])?;
            return Ok(changes.into());
        }
        if let Trigger::Audit { since, .. } = trigger {
            return Ok(Counted {
                since: since.clone(),
                ..self.repository.staged_since(&self.index, since)?.into()
            });
        }
        if !trigger.reads_work_tree() {
            return self.since_checked(trigger);
        }
        let as_it_lies = |file: TrackedFile| Change {
            kind: if self.status.beside.missing.contains(&file.path) {
                ChangeKind::Deleted
            } else {
                ChangeKind::Present(file.mode)
            },
            path: file.path,
            differs_from_every_parent: true,
        };
        let tracked = self.index.tracked().into_iter();
        Ok(Counted {
            from: Some(Vec::new()),
            ..ChangeSet::new(tracked.map(as_it_lies).collect()).into()
        })
    }

    /// Changes without those by which a merge only takes over what another project has.
    fn taken_over(&self, commits: &[ObjectId], mut changes: ChangeSet) -> Result<ChangeSet> {
        subtree::take_over(&self.repository, &self.index, commits, &mut changes)?;
        Ok(changes)
    }

    /// What the next commit, or one that was made before, changes in the nearest ancestors that are
    /// good. These are its parents, unless somebody has passed by the gates.
    fn since_checked(&self, trigger: &Trigger) -> Result<Counted> {
        let repository = &self.repository;
        let staged = |parents: Vec<ObjectId>| {
            Ok(Counted {
                changes: self.taken_over(&parents, repository.staged(&self.status)?)?,
                remark: None,
                since: parents.clone(),
                from: Some(parents.clone()),
                ungated: Vec::new(),
                bases: Some(parents),
            })
        };
        let Some(store) = &self.store else {
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
        let origin = origin(repository, store, &bases.ungated)?;
        Ok(Counted {
            changes: self.taken_over(
                &bases.commits,
                repository.staged_since(&self.index, &bases.commits)?,
            )?,
            remark: ungated.map(|first| {
                let number = bases.ungated.len();
                report::unchecked_before(number, *first, origin, store.loss())
            }),
            ungated: bases.ungated,
            bases: trigger.commit().is_none().then(|| bases.commits.clone()),
            since: bases.commits.clone(),
            from: Some(bases.commits),
        })
    }

    /// The files that differ from the nearest checked commits, if commits that nobody has checked lie between those and
    /// the next one: its gates look at them, too.
    pub(super) fn left_unchecked(&self, environment: &Environment) -> Result<Vec<PathBuf>> {
        let repository = &self.repository;
        let Some(store) = receipt_store::of_run(environment, repository, &Trigger::Staged)? else {
            return Ok(Vec::new());
        };
        let parents = repository.next_parents()?;
        let trusted = Trusted::EveryRemote;
        let bases = store.bases(repository, &parents, Stage::PreCommit, trusted)?;
        if bases.commits == parents {
            return Ok(Vec::new());
        }
        let changes = repository
            .staged_since(&self.index, &bases.commits)?
            .changes;
        Ok(changes.into_iter().map(|change| change.path).collect())
    }

    /// What a run is about that begins now.
    pub(super) fn origin(&self, trigger: &Trigger, run: &RunId) -> RunOrigin {
        // As it lies, the work tree may be another tree than the index's.
        let is_tree = !trigger.reads_work_tree() || self.status.beside.is_empty();
        let head = || self.repository.head_commit().ok().flatten();
        let commit = match trigger {
            Trigger::Range { .. } => self.commit.or_else(head),
            Trigger::Run | Trigger::Files { .. } if is_tree && self.status.staged.is_empty() => {
                head()
            }
            other => other.commit(),
        };
        RunOrigin {
            run: run.clone(),
            started: SystemTime::now(),
            tree: self.index.tree_id().filter(|_| is_tree),
            commit,
            configuration: self.index.object_at(Path::new(FILE_NAME)),
            policy: None,
            base: self.counted.since.clone(),
        }
    }

    /// As views see it.
    pub(super) fn checked(&self) -> CheckedTree<'_> {
        CheckedTree {
            repository: &self.repository,
            index: &self.index,
            beside: &self.status.beside,
            watch: self.status.watch.as_ref(),
            commit: self.commit,
            protects_ignored: false,
        }
    }
}

/// Where unchecked commits come from.
fn origin(repository: &Repository, store: &Store, ungated: &[ObjectId]) -> Result<Origin> {
    if ungated.is_empty() {
        return Ok(Origin::Here);
    }
    if store.were_present_at_install(repository, ungated)? {
        return Ok(Origin::BeforeInstall);
    }
    let mut has_gates = false;
    for &commit in ungated {
        has_gates = has_gates || ungated_commits::has_gates(repository, commit)?;
    }
    if !has_gates {
        return Ok(Origin::WithoutGates);
    }
    let mut arrived = store.ledger().arrived();
    arrived.extend(repository.fetched());
    arrived.extend(store.fetched());
    let others = arrived.into_iter();
    let made_here = repository.ancestors_before(ungated, Exclude::Named, others)?;
    Ok(if made_here.is_empty() {
        Origin::Elsewhere
    } else {
        Origin::Here
    })
}

/// The name of an index of ours in its directory.
const INDEX: &str = "index";

/// A directory for an index of ours.
fn own_index() -> Result<Scratch> {
    Scratch::new().map_err(|error| Fault::unable("cannot create a temporary file").because(&error))
}
