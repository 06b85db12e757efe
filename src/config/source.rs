//! gates.toml wherever it lies: in a commit, in the index or in the work tree. The file that holds it
//! after following symbolic links, and its resolved content.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use super::baseline::{BASELINE_NAME, Baseline};
use super::document::Config;
use super::load::{PolicyTree, TrackedText, load};
use super::parse_files;
use super::policy_file::PolicyFile;
use super::text::{ConfigText, FILE_NAME, find, from_bytes, link_target};
use crate::base::fault::{Fault, FaultKind, Result};
use crate::base::object_id::ObjectId;
use crate::base::text::show_path;
use crate::git::{
    ChangeKind, Index, NamedFiles, Objects, RangeSpec, Repository, RepositoryStatus, TreeEntry,
};

/// How many symbolic links may lead to gates.toml.
const MAX_LINKS: usize = 8;

/// The longest target of a link, in bytes.
const LONGEST_TARGET: usize = 4096;

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

/// What a tree has at a path: a link with its target, or a file.
enum Entry<T> {
    Link(Vec<u8>),
    File(T),
    /// Neither.
    Other,
}

/// The destination of the links from gates.toml.
enum Destination<T> {
    Nothing,
    File(PathBuf, T),
    /// A link that cannot be followed, or something that is not a file, with the reason.
    Unusable(Fault),
}

/// Follows the links from gates.toml. `look` says what the tree has at a path, `bad_link` what is wrong
/// with a link, its target and what that is.
fn follow<T>(
    mut look: impl FnMut(&Path) -> Result<Option<Entry<T>>>,
    bad_link: impl Fn(&Path, &Path, &str) -> Fault,
) -> Result<Destination<T>> {
    let first = Path::new(FILE_NAME);
    let mut path = first.to_owned();
    for _ in 0..=MAX_LINKS {
        let fault = match look(&path)? {
            None if path == first => return Ok(Destination::Nothing),
            None => bad_link(first, &path, "a missing file"),
            Some(Entry::File(file)) => return Ok(Destination::File(path, file)),
            Some(Entry::Link(target)) => {
                let target = Path::new(OsStr::from_bytes(&target));
                let is_short = target.as_os_str().len() <= LONGEST_TARGET;
                if let Some(inside) = link_target(&path, target).filter(|_| is_short) {
                    path = inside;
                    continue;
                }
                bad_link(&path, target, "a file outside the work tree")
            }
            Some(Entry::Other) => Fault::usage(format!("{FILE_NAME} is not a file")),
        };
        return Ok(Destination::Unusable(fault));
    }
    Ok(Destination::Unusable(Fault::usage(format!(
        "{FILE_NAME} leads through more than {MAX_LINKS} symbolic links"
    ))))
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

/// What a file of a policy may not be, besides the one at the top: it would have two names.
const A_LINK: &str = "a symbolic link";

const A_DIRECTORY: &str = "a directory";

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

/// Follows the links from the gates.toml that an index has.
fn staged(repository: &Repository, index: &Index) -> Result<Destination<Vec<u8>>> {
    let look = |path: &Path| {
        let file = repository.staged_file(index, path)?;
        let is_link = file.as_ref().is_some_and(|file| file.is_link);
        let entry = if is_link { Entry::Link } else { Entry::File };
        Ok(file.map(|file| entry(file.contents)))
    };
    follow(look, |link, target, _| not_in_commit(link, target))
}

/// The configuration in an index; `None` if it has none. `status`, if it is known, tells whether the
/// user's file differs.
fn staged_config(
    repository: &Repository,
    index: &Index,
    status: Option<&RepositoryStatus>,
) -> Result<Option<Config>> {
    let mut tree = StagedPolicy {
        repository,
        index,
        status,
    };
    let files = load(&mut tree)?;
    files.map(|files| parse_files(&files)).transpose()
}

/// The policy in an index.
struct StagedPolicy<'r> {
    repository: &'r Repository,
    index: &'r Index,
    status: Option<&'r RepositoryStatus>,
}

impl StagedPolicy<'_> {
    /// A text, with a name that says so if the user's file differs.
    fn text(&self, path: &Path, mut name: String, contents: Vec<u8>) -> Result<ConfigText> {
        let mut status = self.status.iter();
        if status.any(|status| status.beside.unstaged.iter().any(|one| one == path)) {
            name.push_str(" (as staged)");
        }
        from_bytes(name, contents)
    }
}

impl PolicyTree for StagedPolicy<'_> {
    fn top(&mut self) -> Result<Option<(PathBuf, ConfigText)>> {
        let (path, contents) = match staged(self.repository, self.index)? {
            Destination::Nothing => return Ok(None),
            Destination::Unusable(fault) => return Err(fault),
            Destination::File(path, contents) => (path, contents),
        };
        let mut name = path.display().to_string();
        if path != Path::new(FILE_NAME) {
            name = format!("{name} (as {FILE_NAME})");
        }
        let text = self.text(&path, name, contents)?;
        Ok(Some((path, text)))
    }

    fn in_directories(&mut self) -> Result<Vec<PathBuf>> {
        let found = self.index.named(FILE_NAME).into_iter();
        let inside = found.filter(|path| path != Path::new(FILE_NAME) && self.index.has(path));
        Ok(inside.collect())
    }

    fn file(&mut self, path: &Path) -> Result<TrackedText> {
        match self.repository.staged_file(self.index, path)? {
            None if self.index.is_dir(path) => Ok(TrackedText::NoFile(A_DIRECTORY)),
            None => Ok(TrackedText::Missing),
            Some(file) if file.is_link => Ok(TrackedText::NoFile(A_LINK)),
            Some(file) => {
                let text = self.text(path, show_path(path), file.contents)?;
                Ok(TrackedText::Text(text))
            }
        }
    }
}

/// The policy as it lies in the work tree. Which files belong to it is what git tracks.
struct WorkTreePolicy<'r> {
    repository: &'r Repository,
    index: Arc<Index>,
}

impl PolicyTree for WorkTreePolicy<'_> {
    fn top(&mut self) -> Result<Option<(PathBuf, ConfigText)>> {
        let path = find(&self.repository.work_tree)?;
        let text = ConfigText::read(&self.repository.work_tree, &path)?;
        Ok(Some((path, text)))
    }

    fn in_directories(&mut self) -> Result<Vec<PathBuf>> {
        let found = self.index.named(FILE_NAME).into_iter();
        Ok(found.filter(|path| path != Path::new(FILE_NAME)).collect())
    }

    fn file(&mut self, path: &Path) -> Result<TrackedText> {
        if !self.index.tracks(path) {
            let is_dir = self.index.is_dir(path);
            return Ok(if is_dir {
                TrackedText::NoFile(A_DIRECTORY)
            } else {
                TrackedText::Missing
            });
        }
        let top = &self.repository.work_tree;
        match std::fs::symlink_metadata(top.join(path)) {
            Ok(data) if data.is_symlink() => Ok(TrackedText::NoFile(A_LINK)),
            Ok(data) if data.is_dir() => Ok(TrackedText::NoFile(A_DIRECTORY)),
            Ok(data) if !data.is_file() => Ok(TrackedText::NoFile("not a regular file")),
            Ok(_) => ConfigText::read(top, path).map(TrackedText::Text),
            Err(error) if is_gone(&error) => Ok(TrackedText::Missing),
            Err(error) => {
                let shown = show_path(path);
                Err(Fault::unable(format!("cannot inspect {shown}")).because(&error))
            }
        }
    }
}

/// Whether an error says that there is no such file.
fn is_gone(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{NotADirectory, NotFound};
    matches!(error.kind(), NotFound | NotADirectory)
}

/// The configuration that the next commit will have. The work tree's file counts only if git has never
/// heard of one, which is the remark.
///
/// # Errors
///
/// There is none, it cannot be used, or the commit would delete it.
pub(crate) fn next_config(
    repository: &Repository,
    index: &Index,
    status: Option<&RepositoryStatus>,
) -> Result<(Config, Option<String>)> {
    if let Some(config) = staged_config(repository, index, status)? {
        return Ok((config, None));
    }
    let mut staged = status.iter().flat_map(|status| &status.staged);
    if staged.any(|one| one.path == Path::new(FILE_NAME) && one.kind == ChangeKind::Deleted) {
        return Err(Fault::usage(format!(
            "the commit would delete {FILE_NAME}, and with it every gate"
        ))
        .hint(format!(
            "keep the file with `git restore --staged {FILE_NAME}`; to remove gatekeeper from this \
             repository, run `gatekeeper uninstall` first"
        )));
    }
    let remark = format!(
        "{FILE_NAME} is not in the commit, so other clones lack these gates; add it with `git add \
         {FILE_NAME}`"
    );
    Ok((work_tree_config(repository)?, Some(remark)))
}

/// Whether a repository has no gates.toml at all: neither staged, nor in the work tree, nor in the last
/// commit. One that was deleted is missed by all who rely on it.
///
/// # Errors
///
/// The index, the work tree or the last commit cannot be read.
pub(crate) fn is_absent(repository: &Repository, index: &Index) -> Result<bool> {
    if !matches!(staged(repository, index)?, Destination::Nothing) {
        return Ok(false);
    }
    let path = repository.work_tree.join(FILE_NAME);
    match std::fs::symlink_metadata(&path) {
        Ok(_) => return Ok(false),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => {
            return Err(Fault::unable(format!("cannot inspect {FILE_NAME}")).because(error));
        }
    }
    let Some(head) = repository.head_commit()? else {
        return Ok(true);
    };
    is_absent_at(repository, head)
}

fn not_in_commit(link: &Path, target: &Path) -> Fault {
    Fault::usage(format!(
        "{} is a symbolic link to {}, which is not in the commit",
        show_path(link),
        show_path(target)
    ))
    .hint("replace the link with the file, or `git add` the target of the link")
}

/// Whether there is nothing in the work tree by the name of gates.toml.
#[must_use]
pub(crate) fn is_missing(repository: &Repository) -> bool {
    let found = std::fs::symlink_metadata(repository.work_tree.join(FILE_NAME));
    found.is_err_and(|error| error.kind() == std::io::ErrorKind::NotFound)
}

/// The files of the policy as they lie in the work tree, the one at the top first.
///
/// # Errors
///
/// There is none at the top, or one cannot be read.
pub(crate) fn work_tree_files(repository: &Repository) -> Result<Vec<PolicyFile>> {
    let mut tree = WorkTreePolicy {
        repository,
        index: repository.index()?,
    };
    load(&mut tree).map(Option::unwrap_or_default)
}

/// The configuration as it lies in the work tree.
///
/// # Errors
///
/// There is none, or it cannot be used.
pub(crate) fn work_tree_config(repository: &Repository) -> Result<Config> {
    parse_files(&work_tree_files(repository)?)
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

/// The known findings in an index; none if it has no such file.
///
/// # Errors
///
/// The file cannot be read, is not one, or is not as it was written.
pub(crate) fn staged_baseline(repository: &Repository, index: &Index) -> Result<Baseline> {
    match repository.staged_file(index, Path::new(BASELINE_NAME))? {
        None => Ok(Baseline::default()),
        Some(file) if file.is_link => Err(no_file()),
        Some(file) => Baseline::parse(&file.contents),
    }
}

/// The known findings as they lie in the work tree; none if it has no such file.
///
/// # Errors
///
/// See [`staged_baseline`].
pub(crate) fn work_tree_baseline(repository: &Repository) -> Result<Baseline> {
    let path = repository.work_tree.join(BASELINE_NAME);
    match std::fs::symlink_metadata(&path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Ok(Baseline::default());
        }
        Ok(data) if !data.is_file() => return Err(no_file()),
        Ok(_) | Err(_) => {}
    }
    let text = std::fs::read(&path)
        .map_err(|error| Fault::unable(format!("cannot read {BASELINE_NAME}")).because(error))?;
    Baseline::parse(&text)
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

fn no_file() -> Fault {
    Fault::usage(format!("{BASELINE_NAME} is not a file"))
        .hint("replace it with the file that `gatekeeper baseline` writes")
}
