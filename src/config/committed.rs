//! gates.toml in commits, each read only once: the file that holds it after following symbolic links, and its resolved
//! content.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::baseline::{BASELINE_NAME, Baseline};
use super::document::Config;
use super::links::{A_DIRECTORY, A_LINK, Destination, Entry, follow};
use super::load::{PolicyTree, TrackedText, load};
use super::parse_files;
use super::text::{ConfigText, FILE_NAME, from_bytes};
use crate::base::fault::{Fault, FaultKind, Result};
use crate::base::object_id::ObjectId;
use crate::base::text::show_path;
use crate::git::{NamedFiles, Objects, RangeSpec, Repository, TreeEntry};

/// The gates.toml of a commit. A missing file and an unusable one are different things: the latter
/// never means that nothing is required.
#[derive(Debug, Clone)]
pub(crate) enum Policy {
    /// There is none.
    Absent,
    /// There is one that this gatekeeper cannot use, for this reason.
    Broken(Fault),
    /// There is a usable one.
    Ready(Rc<Config>),
}

impl Policy {
    /// The resolved configuration, if there is a usable one.
    #[must_use]
    pub(crate) fn ready(&self) -> Option<&Rc<Config>> {
        match self {
            Self::Ready(config) => Some(config),
            Self::Absent | Self::Broken(_) => None,
        }
    }

    /// The resolved configuration, or `None` if there is no file.
    ///
    /// # Errors
    ///
    /// There is a file that cannot be used.
    pub(crate) fn required(self) -> Result<Option<Rc<Config>>> {
        match self {
            Self::Absent => Ok(None),
            Self::Broken(fault) => Err(fault),
            Self::Ready(config) => Ok(Some(config)),
        }
    }
}

/// The policies of commits, each read only once.
pub(crate) struct PolicySource {
    /// The reader of commits and files.
    pub(crate) objects: Objects,
    /// Where the gates.toml files of directories are.
    directories: NamedFiles,
    /// The policies that were read, by what decides them.
    read: HashMap<PolicyKey, ReadPolicy>,
}

/// What decides a policy, besides the files that it includes: the file at the top, and those of directories.
type PolicyKey = (ObjectId, Vec<(PathBuf, ObjectId)>);

/// A policy that was read.
struct ReadPolicy {
    /// The files that it includes, with their ids.
    included: Vec<(PathBuf, Option<ObjectId>)>,
    config: Result<Rc<Config>>,
}

impl PolicySource {
    /// The policies of a repository's commits.
    pub(crate) fn new(repository: &Repository) -> Self {
        Self {
            objects: repository.objects(),
            directories: NamedFiles::new(repository, FILE_NAME),
            read: HashMap::new(),
        }
    }

    /// The policy of a commit.
    ///
    /// # Errors
    ///
    /// The commit cannot be read.
    pub(crate) fn at(&mut self, commit: ObjectId) -> Result<Policy> {
        let (path, entry) = match self.follow(commit)? {
            Destination::Nothing => return Ok(Policy::Absent),
            Destination::Unusable(fault) => return Ok(Policy::Broken(fault)),
            Destination::File(path, entry) => (path, entry),
        };
        let directories = self.directories.below(&mut self.objects, commit)?;
        let key = (entry.id, directories);
        if let Some(read) = self.read.get(&key) {
            let mut is_same = true;
            for (path, id) in &read.included {
                let now = self.objects.entry(commit, path)?;
                is_same &= now.map(|entry| entry.id) == *id;
            }
            if is_same {
                return Ok(as_policy(&read.config));
            }
        }
        let mut tree = CommittedPolicy {
            objects: &mut self.objects,
            commit,
            top: (path, entry.id),
            directories: &key.1,
            included: Vec::new(),
        };
        let loaded = load(&mut tree).and_then(|files| parse_files(&files.unwrap_or_default()));
        let included = std::mem::take(&mut tree.included);
        let config = match loaded {
            // What cannot be read today may be there tomorrow.
            Err(fault) if fault.kind != FaultKind::Usage => return Err(fault),
            other => other.map(Rc::new),
        };
        let policy = as_policy(&config);
        self.read.insert(key, ReadPolicy { included, config });
        Ok(policy)
    }

    fn follow(&mut self, commit: ObjectId) -> Result<Destination<TreeEntry>> {
        let look = |path: &Path| {
            Ok(match self.objects.entry(commit, path)? {
                Some(entry) if entry.is_link() => Some(Entry::Link(self.objects.blob(entry.id)?)),
                Some(entry) if entry.is_blob() => Some(Entry::File(entry)),
                entry => entry.map(|_| Entry::Other),
            })
        };
        follow(look, |_, _, what| {
            Fault::usage(format!("{FILE_NAME} is a symbolic link to {what}"))
        })
    }
}

fn as_policy(config: &Result<Rc<Config>>) -> Policy {
    match config {
        Ok(config) => Policy::Ready(Rc::clone(config)),
        Err(fault) => Policy::Broken(fault.clone()),
    }
}

/// The policy in a commit.
struct CommittedPolicy<'o> {
    objects: &'o mut Objects,
    commit: ObjectId,
    top: (PathBuf, ObjectId),
    directories: &'o [(PathBuf, ObjectId)],
    /// The files that were asked for by their paths, with their ids.
    included: Vec<(PathBuf, Option<ObjectId>)>,
}

impl PolicyTree for CommittedPolicy<'_> {
    fn top(&mut self) -> Result<Option<(PathBuf, ConfigText)>> {
        let (path, id) = &self.top;
        let text = from_bytes(show_path(path), self.objects.blob(*id)?)?;
        Ok(Some((path.clone(), text)))
    }

    fn in_directories(&mut self) -> Result<Vec<PathBuf>> {
        let paths = self.directories.iter();
        Ok(paths.map(|(path, _)| path.clone()).collect())
    }

    fn file(&mut self, path: &Path) -> Result<TrackedText> {
        let entry = self.objects.entry(self.commit, path)?;
        let id = entry.as_ref().map(|entry| entry.id);
        self.included.push((path.to_owned(), id));
        match entry {
            None => Ok(TrackedText::Missing),
            Some(entry) if entry.is_link() => Ok(TrackedText::NoFile(A_LINK)),
            Some(entry) if !entry.is_blob() => Ok(TrackedText::NoFile(A_DIRECTORY)),
            Some(entry) => {
                let content = self.objects.blob(entry.id)?;
                from_bytes(show_path(path), content).map(TrackedText::Text)
            }
        }
    }
}

/// The policy of a revision.
///
/// # Errors
///
/// There is no such revision, or it has no valid gates.toml, or git fails.
pub(crate) fn committed_config(repository: &Repository, revision: &str) -> Result<Config> {
    let commit = repository
        .commits(&RangeSpec::Only(revision.to_owned()))?
        .tip;
    let policy = PolicySource::new(repository).at(commit)?;
    let config = policy.ready().ok_or_else(|| {
        Fault::usage(format!("`{revision}` has no valid {FILE_NAME}"))
            .hint("name a revision that has one, as in `gatekeeper audit --policy origin/main`")
    })?;
    Ok(Config::clone(config))
}

/// The configuration in a commit; `None` if it has none.
///
/// # Errors
///
/// It has one that cannot be used, or the commit cannot be read.
pub(crate) fn config_in(repository: &Repository, commit: ObjectId) -> Result<Option<Config>> {
    let config = PolicySource::new(repository).at(commit)?.required()?;
    Ok(config.map(Rc::unwrap_or_clone))
}

/// Whether a commit has no gates.toml.
///
/// # Errors
///
/// The commit cannot be read.
pub(crate) fn is_absent_at(repository: &Repository, commit: ObjectId) -> Result<bool> {
    let policy = PolicySource::new(repository).at(commit)?;
    Ok(matches!(policy, Policy::Absent))
}

/// The known findings in a commit; none if it has no such file, or one that cannot be used.
///
/// # Errors
///
/// The commit cannot be read.
pub(crate) fn committed_baseline(objects: &mut Objects, commit: ObjectId) -> Result<Baseline> {
    let text = objects.file(commit, Path::new(BASELINE_NAME))?;
    let baseline = text.and_then(|text| Baseline::parse(&text).ok());
    Ok(baseline.unwrap_or_default())
}
