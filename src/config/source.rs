//! gates.toml in the index and in the work tree: the file that holds it after following symbolic links, and its resolved
//! content.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::baseline::{BASELINE_NAME, Baseline};
use super::committed::is_absent_at;
use super::document::{Config, INCLUDE};
use super::links::{A_DIRECTORY, A_LINK, Destination, Entry, follow};
use super::load::{PolicyTree, TrackedText, load};
use super::parse_files;
use super::policy_file::PolicyFile;
use super::text::{ConfigText, FILE_NAME, find, from_bytes};
use crate::base::fault::{Fault, Result};
use crate::base::text::show_path;
use crate::git::{ChangeKind, Index, Repository, RepositoryStatus};

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

/// The paths that gates.toml at the top of the work tree includes, as far as its text shows them although it cannot be
/// read as a whole.
#[must_use]
pub(crate) fn shown_includes(repository: &Repository) -> Vec<PathBuf> {
    let bytes = std::fs::read(repository.work_tree.join(FILE_NAME)).unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes);
    let lines = text
        .lines()
        .filter(|line| !line.trim_start().starts_with('#'));
    let text = lines.collect::<Vec<_>>().join("\n");
    let list = text.split_once(INCLUDE.name).map_or("", |(_, after)| after);
    let list = list.split(']').next().unwrap_or_default();
    let parts: Vec<&str> = list.split(['"', '\'']).collect();
    let paths = parts.iter().skip(1).step_by(2);
    paths
        .map(|path| path.trim_start_matches('/').into())
        .collect()
}

/// The configuration as it lies in the work tree.
///
/// # Errors
///
/// There is none, or it cannot be used.
pub(crate) fn work_tree_config(repository: &Repository) -> Result<Config> {
    parse_files(&work_tree_files(repository)?)
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

fn no_file() -> Fault {
    Fault::usage(format!("{BASELINE_NAME} is not a file"))
        .hint("replace it with the file that `gatekeeper baseline` writes")
}
