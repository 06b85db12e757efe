//! gates.toml wherever it lies: in a commit, in the index or in the work tree. The file that holds it
//! after following symbolic links, and its resolved content.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::baseline::{BASELINE_NAME, Baseline};
use super::document::Config;
use super::parse;
use super::text::{ConfigText, FILE_NAME, find, from_bytes, link_target};
use crate::base::fault::{Fault, Result};
use crate::base::object_id::ObjectId;
use crate::base::text::show_path;
use crate::git::{ChangeKind, Index, Objects, RangeSpec, Repository, RepositoryStatus, TreeEntry};

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

/// The policies of commits, each file parsed only once.
pub(crate) struct PolicySource {
    /// The reader of commits and files.
    pub(crate) objects: Objects,
    /// The parsed policies, by the ids of the files that hold them.
    parsed: HashMap<ObjectId, Result<Rc<Config>>>,
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

impl<T> Destination<T> {
    /// The path of the file that holds it: gates.toml's own name if there is none.
    fn path(self) -> PathBuf {
        match self {
            Self::File(path, _) => path,
            Self::Nothing | Self::Unusable(_) => FILE_NAME.into(),
        }
    }
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
            parsed: HashMap::new(),
        }
    }

    /// The gates.toml of a commit.
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
        if !self.parsed.contains_key(&entry.id) {
            let content = self.objects.blob(entry.id)?;
            let text = from_bytes(show_path(&path), content);
            let config = text.and_then(|text| parse(&text)).map(Rc::new);
            self.parsed.insert(entry.id, config);
        }
        Ok(match self.parsed[&entry.id].clone() {
            Ok(config) => Policy::Ready(config),
            Err(fault) => Policy::Broken(fault),
        })
    }

    /// The path of the file that holds a commit's gates.toml: its own name if there is none.
    ///
    /// # Errors
    ///
    /// The commit cannot be read.
    pub(crate) fn path(&mut self, commit: ObjectId) -> Result<PathBuf> {
        Ok(self.follow(commit)?.path())
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

/// The gates.toml of a revision.
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

/// The path of the file that holds an index's gates.toml: its own name if there is none.
///
/// # Errors
///
/// The index cannot be read.
pub(crate) fn staged_path(repository: &Repository, index: &Index) -> Result<PathBuf> {
    Ok(staged(repository, index)?.path())
}

/// The configuration in an index; `None` if it has none. `status`, if it is known, tells whether the
/// user's file differs.
fn staged_config(
    repository: &Repository,
    index: &Index,
    status: Option<&RepositoryStatus>,
) -> Result<Option<Config>> {
    let (path, contents) = match staged(repository, index)? {
        Destination::Nothing => return Ok(None),
        Destination::Unusable(fault) => return Err(fault),
        Destination::File(path, contents) => (path, contents),
    };
    let mut name = path.display().to_string();
    if path != Path::new(FILE_NAME) {
        name = format!("{name} (as {FILE_NAME})");
    }
    if status.is_some_and(|status| status.beside.unstaged.contains(&path)) {
        name.push_str(" (as staged)");
    }
    parse(&from_bytes(name, contents)?).map(Some)
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

/// The text of gates.toml as it lies in the work tree.
///
/// # Errors
///
/// There is none, or it cannot be read.
pub(crate) fn work_tree_text(repository: &Repository) -> Result<ConfigText> {
    let path = find(&repository.work_tree)?;
    ConfigText::read(&repository.work_tree, &path)
}

/// The configuration as it lies in the work tree.
///
/// # Errors
///
/// There is none, or it cannot be used.
pub(crate) fn work_tree_config(repository: &Repository) -> Result<Config> {
    parse(&work_tree_text(repository)?)
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
