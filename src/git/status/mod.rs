//! What the work tree and the index have and HEAD or the index has not.
//!
//! The work tree is compared with the index here, by several threads at once, and nothing that git
//! has been told to overlook is overlooked: a file that is assumed unchanged, or left out by a
//! sparse checkout and there all the same, is compared as every other one. Where contents decide,
//! git is the authority on filters and line ends; where ignore rules decide, on them.

mod contents;
mod filtered;
mod times;
mod walk;

use std::ffi::OsString;
use std::os::unix::ffi::OsStrExt as _;
use std::path::PathBuf;
use std::sync::Arc;

use super::change_set::{Change, ChangeKind, FileMode};
use super::index::Index;
use super::paths::repository_path;
use super::{Repository, RepositoryStatus, WorktreeState};
use crate::base::fault::{Fault, Result};
use crate::base::parallel::both;
use crate::platform::watch::Watch;
use crate::tools::is_installed;

pub(super) use contents::raw_id;
pub(super) use times::file_stat;
pub(super) use walk::{Purpose, Walked, walk};

/// How often the comparison begins again because the index has been written meanwhile.
const ATTEMPTS: usize = 5;

/// How large a file is read to know whether it is still the same, in bytes.
const LARGEST: u64 = 32 << 20;

/// How many paths git is asked about by name. With more of them it looks everywhere.
pub(super) const MOST_PATHS: usize = 500;

/// How the work tree differs from an index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct WorktreeDiff {
    /// See [`WorktreeState::unstaged`].
    pub(crate) unstaged: Vec<PathBuf>,
    /// See [`WorktreeState::missing`].
    pub(crate) missing: Vec<PathBuf>,
    /// See [`WorktreeState::dirs`].
    pub(crate) dirs: Vec<(PathBuf, i128)>,
}

impl Repository {
    /// Compares HEAD, index and work tree, and returns the index that was compared.
    ///
    /// # Errors
    ///
    /// git fails, prints what we do not understand, or the index does not come to rest.
    pub fn status(&self) -> Result<(Arc<Index>, RepositoryStatus)> {
        for _ in 0..ATTEMPTS {
            let watch = Watch::new(&self.work_tree);
            let index = self.index()?;
            let (staged, beside) = both(
                || self.staged_changes(&index),
                || self.beside(&index, watch.as_ref()),
            );
            let status = RepositoryStatus {
                unmerged: index.unmerged(),
                staged: staged?.unwrap_or_else(|| all_new(&index)),
                beside: beside?,
                watch,
            };
            if self.has_still(&index) {
                return Ok((index, status));
            }
        }
        Err(
            Fault::unable("the index keeps changing, so no consistent state could be read").hint(
                "wait for the other git command to finish, or find the program that keeps calling \
            git",
            ),
        )
    }

    pub(super) fn beside(&self, index: &Index, watch: Option<&Watch>) -> Result<WorktreeState> {
        let walked = walk(self, index, Purpose::Everything(watch));
        let (others, look) = both(
            || self.sorted_out(&walked.others),
            || self.compared(index, &walked),
        );
        let (others, look) = (others?, look?);
        Ok(WorktreeState {
            contents: self.contents_of(&look.unstaged),
            unstaged: look.unstaged,
            missing: look.missing,
            dirs: look.dirs,
            ..others
        })
    }

    /// For each of some files, an id of what it holds; `None` if there is no file.
    #[must_use]
    pub(crate) fn contents_of(&self, paths: &[PathBuf]) -> Vec<Option<Vec<u8>>> {
        let id = |path: &PathBuf| {
            let file = self.work_tree.join(path);
            let metadata = std::fs::symlink_metadata(&file).ok()?;
            // Reading a pipe would not end.
            if !(metadata.is_file() || metadata.is_symlink()) {
                return None;
            }
            if metadata.len() <= LARGEST {
                return raw_id(&file, 20);
            }
            // Too much to be read each time.
            let modified = metadata.modified().ok();
            Some(format!("{} {modified:?}", metadata.len()).into_bytes())
        };
        paths.iter().map(id).collect()
    }

    /// Those of some paths that the index has and that a sparse checkout, or `--skip-worktree`, leaves
    /// out of the work tree: no gate would see them there.
    #[must_use]
    pub(crate) fn left_out(&self, index: &Index, changes: &[Change]) -> Vec<PathBuf> {
        if !index.entries().iter().any(|one| one.flags.skips_work_tree) {
            return Vec::new();
        }
        let is_left_out = |path: &PathBuf| {
            let entry = index.find(path.as_os_str().as_bytes());
            entry.is_some_and(|entry| entry.flags.skips_work_tree)
                && std::fs::symlink_metadata(self.work_tree.join(path)).is_err()
        };
        let paths = changes.iter().map(|change| change.path.clone());
        paths.filter(is_left_out).collect()
    }

    /// Tells what is untracked from what is ignored. A single file needs only the rules; of a directory
    /// that is not ignored as a whole, git has to say whether there is anything in it.
    pub(super) fn sorted_out(&self, others: &[(PathBuf, bool)]) -> Result<WorktreeState> {
        let mut beside = WorktreeState::default();
        let paths: Vec<PathBuf> = others.iter().map(|(path, _)| path.clone()).collect();
        let seen = self.not_ignored(&paths)?;
        for (path, is_dir) in others {
            match (seen.binary_search(path).is_ok(), is_dir) {
                (false, _) => beside.ignored.push(path.clone()),
                (true, true) => beside.mixed.push(path.clone()),
                (true, false) => beside.untracked.push(path.clone()),
            }
        }
        beside
            .untracked
            .extend(self.others(&[], Some(&beside.mixed))?);
        // What is installed there is for the gates, whether or not an ignore rule names it yet.
        let (installed, untracked) = std::mem::take(&mut beside.untracked)
            .into_iter()
            .partition(|path| is_installed(&self.work_tree, path));
        beside.untracked = untracked;
        beside.untracked.sort();
        beside.ignored.extend::<Vec<PathBuf>>(installed);
        Ok(beside)
    }

    /// Compares the work tree with an index. Paths that are known to differ, sorted, are not read
    /// again.
    ///
    /// # Errors
    ///
    /// git cannot be started.
    pub(crate) fn look(&self, index: &Index, known: &[PathBuf]) -> Result<WorktreeDiff> {
        let mut walked = walk(self, index, Purpose::Tracked);
        let is_known = |at: &usize| {
            let path = repository_path(index.name(&index.entries()[*at]));
            known.binary_search(&path).is_ok()
        };
        let undecided = std::mem::take(&mut walked.undecided);
        let (known, undecided): (Vec<usize>, Vec<usize>) =
            undecided.into_iter().partition(is_known);
        walked.undecided = undecided;
        walked.differing.extend(known);
        self.compared(index, &walked)
    }

    fn compared(&self, index: &Index, walked: &Walked) -> Result<WorktreeDiff> {
        let path = |at: &usize| repository_path(index.name(&index.entries()[*at]));
        let missing: Vec<PathBuf> = walked.missing.iter().map(path).collect();
        let mut unstaged = missing.clone();
        unstaged.extend(walked.differing.iter().map(path));
        unstaged.extend(self.differing(index, &walked.undecided)?.iter().map(path));
        unstaged.extend(
            contents::moved_submodules(self, index, &walked.submodules)?
                .iter()
                .map(path),
        );
        unstaged.sort();
        Ok(WorktreeDiff {
            unstaged,
            missing,
            dirs: walked.dirs.clone(),
        })
    }

    /// See [`contents::differing`].
    pub(super) fn differing(&self, index: &Index, undecided: &[usize]) -> Result<Vec<usize>> {
        contents::differing(self, index, undecided)
    }

    /// What the index changes in HEAD; `None` if nothing has been committed yet.
    fn staged_changes(&self, index: &Index) -> Result<Option<Vec<Change>>> {
        // What has no commit, or no readable one, is for git to say.
        let head = self.reader().reference("HEAD").ok().flatten();
        if let Some(changes) = head.and_then(|head| self.changed_in(index, head)) {
            return Ok(Some(changes));
        }
        let fault = match self.git().output(staged_from("HEAD")) {
            Ok(output) => {
                return raw_changes(&output)
                    .map(Some)
                    .ok_or_else(|| Fault::bug("git diff-index printed something unexpected"));
            }
            Err(fault) => fault,
        };
        let exists = self
            .git()
            .run(["rev-parse", "--verify", "--quiet", "HEAD"])?;
        let is_branch = self.git().run(["symbolic-ref", "--quiet", "HEAD"])?;
        if exists.output_or_no()?.is_none() && is_branch.output_or_no()?.is_some() {
            return Ok(None);
        }
        Err(fault)
    }

    /// Paths that git neither knows nor ignores; a directory stands for all in it.
    ///
    /// # Errors
    ///
    /// git fails.
    pub(crate) fn untracked(&self) -> Result<Vec<PathBuf>> {
        self.others(&[], None)
    }

    /// Those of some paths that git neither knows nor ignores.
    ///
    /// # Errors
    ///
    /// git fails.
    pub(crate) fn untracked_among(&self, paths: &[PathBuf]) -> Result<Vec<PathBuf>> {
        let seen = self.not_ignored(paths)?;
        let is_dir = |path: &PathBuf| self.work_tree.join(path).is_dir();
        let (dirs, mut untracked): (Vec<PathBuf>, Vec<PathBuf>) =
            seen.into_iter().partition(is_dir);
        untracked.extend(self.others(&[], Some(&dirs))?);
        Ok(untracked)
    }

    /// How some files of the work tree differ from the index, as a patch. For a report: nothing, if
    /// git cannot tell.
    #[must_use]
    pub(crate) fn unstaged_patch(&self, paths: &[PathBuf]) -> Vec<u8> {
        if paths.is_empty() {
            return Vec::new();
        }
        let fixed = ["diff", "--no-ext-diff", "--no-color", "--no-renames", "--"];
        let fixed = fixed.iter().map(OsString::from);
        let paths = paths.iter().take(MOST_PATHS);
        let paths = paths.map(|path| path.clone().into_os_string());
        let git = self.git().with("GIT_LITERAL_PATHSPECS", "1");
        git.output(fixed.chain(paths)).unwrap_or_default()
    }

    /// Every untracked file of some untracked paths. Other repositories are left out.
    ///
    /// # Errors
    ///
    /// git fails.
    pub(crate) fn untracked_files(&self, paths: &[PathBuf]) -> Result<Vec<PathBuf>> {
        if paths.is_empty() {
            return Ok(Vec::new());
        }
        let mut files = self.listed_others(&[], paths)?;
        files.retain(|path| {
            let file = self.work_tree.join(path);
            std::fs::symlink_metadata(file).is_ok_and(|data| data.is_file())
        });
        Ok(files)
    }

    /// What is ignored and lies in the work tree; a directory stands for all in it.
    ///
    /// # Errors
    ///
    /// git fails.
    pub(crate) fn ignored(&self, beside: &WorktreeState) -> Result<Vec<PathBuf>> {
        let mut ignored = self.others(&["--ignored"], Some(&beside.mixed))?;
        // git lets a directory stand for all in it if nothing in it is seen, though the directory itself is
        // not ignored; what is new in it would be.
        let not_whole = self.not_ignored(&ignored)?;
        if !not_whole.is_empty() {
            ignored.retain(|path| !not_whole.contains(path));
            ignored.extend(self.listed_others(&["--ignored"], &not_whole)?);
        }
        ignored.extend(beside.ignored.iter().cloned());
        ignored.sort();
        Ok(ignored)
    }

    fn listed_others(&self, which: &[&str], paths: &[PathBuf]) -> Result<Vec<PathBuf>> {
        let fixed = ["ls-files", "--others", "--exclude-standard", "-z"];
        let arguments = fixed.iter().chain(which).map(OsString::from);
        let arguments = arguments.chain(["--".into()]);
        let arguments = arguments.chain(paths.iter().map(|path| path.clone().into_os_string()));
        let git = self.git().with("GIT_LITERAL_PATHSPECS", "1");
        let output = git.output(arguments)?;
        let paths = output.split(|byte| *byte == 0);
        let paths = paths.filter(|path| !path.is_empty());
        Ok(paths.map(repository_path).collect())
    }

    /// What the index does not have, at these paths or everywhere.
    fn others(&self, which: &[&str], paths: Option<&[PathBuf]>) -> Result<Vec<PathBuf>> {
        let fixed = [
            "ls-files",
            "--others",
            "--directory",
            "--no-empty-directory",
            "--exclude-standard",
            "-z",
        ];
        let mut arguments: Vec<OsString> = fixed.iter().chain(which).map(OsString::from).collect();
        let mut git = self.git();
        match paths {
            Some([]) => return Ok(Vec::new()),
            Some(paths) if paths.len() <= MOST_PATHS => {
                git = git.with("GIT_LITERAL_PATHSPECS", "1");
                arguments.push("--".into());
                arguments.extend(paths.iter().map(|path| path.clone().into_os_string()));
            }
            Some(_) | None => {}
        }
        let output = git.output(arguments)?;
        let entries = output.split(|byte| *byte == 0);
        let entries = entries.filter(|entry| !entry.is_empty());
        let without_slash =
            |entry: &[u8]| repository_path(entry.strip_suffix(b"/").unwrap_or(entry));
        Ok(entries.map(without_slash).collect())
    }
}

/// The arguments with which git compares the index with a commit.
pub(super) fn staged_from(commit: &str) -> [&str; 9] {
    [
        "diff-index",
        "--cached",
        "--raw",
        "-z",
        "--no-renames",
        "--ita-invisible-in-index",
        "--ignore-submodules=none",
        commit,
        "--",
    ]
}

/// What the first commit of an index would add.
pub(super) fn all_new(index: &Index) -> Vec<Change> {
    let entries = index.entries().iter().filter(|entry| entry.is_committed());
    let changes = entries.map(|entry| Change {
        path: repository_path(index.name(entry)),
        kind: entry
            .file_mode()
            .map_or(ChangeKind::Deleted, ChangeKind::Present),
        differs_from_every_parent: true,
    });
    changes.collect()
}

/// Reads what git prints of changes with `--raw -z`: git-diff(1), "raw output format". Paths with an
/// unresolved conflict are left out.
pub(super) fn raw_changes(output: &[u8]) -> Option<Vec<Change>> {
    let mut fields = output.split(|byte| *byte == 0);
    let mut changes: Vec<Change> = Vec::new();
    while let Some(header) = fields.next().filter(|header| !header.is_empty()) {
        // `:mode mode id id status`, NUL, path, NUL.
        let mut words = header.strip_prefix(b":")?.split(|byte| *byte == b' ');
        let (mode, status) = (words.nth(1)?, words.nth(2)?);
        let path = repository_path(fields.next()?);
        if status != b"U" {
            changes.push(Change {
                path,
                kind: FileMode::parse(mode).map_or(ChangeKind::Deleted, ChangeKind::Present),
                differs_from_every_parent: true,
            });
        }
    }
    Some(changes)
}

impl WorktreeState {
    /// Adds paths whose files in the work tree are others than those of the index.
    pub(crate) fn add_unstaged(&mut self, paths: Vec<(PathBuf, Option<Vec<u8>>)>) {
        for (path, contents) in paths {
            if let Err(at) = self.unstaged.binary_search(&path) {
                self.unstaged.insert(at, path);
                self.contents.insert(at, contents);
            }
        }
    }

    /// Adds paths that the index has and the work tree has not.
    pub(crate) fn add_missing(&mut self, paths: Vec<PathBuf>) {
        for path in paths {
            self.add_unstaged(vec![(path.clone(), None)]);
            if let Err(at) = self.missing.binary_search(&path) {
                self.missing.insert(at, path);
            }
        }
    }

    /// Whether the work tree is exactly the index.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.unstaged.is_empty() && self.untracked.is_empty()
    }
}
