//! The one constructor: opens the repository that the environment points at.

use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use super::paths::to_path;
use super::process::Git;
use super::{Index, Repository};
use crate::base::environment::Environment;
use crate::base::fault::{Fault, Result};
use crate::base::object_id::ObjectId;

/// What git says where there is no repository.
const NO_REPOSITORY: &str = "not a git repository";

/// Where a repository is.
struct Location {
    work_tree: PathBuf,
    git_dir: PathBuf,
    common_dir: PathBuf,
}

impl Repository {
    /// Opens the repository as git would in this environment: `GIT_DIR`, `GIT_WORK_TREE` and
    /// `GIT_INDEX_FILE` count, as they do in a hook, in `commit -a` and in linked work trees.
    ///
    /// libgit2 finds the usual repository without another process. What it cannot open
    /// (reftable, SHA-256, partial clones), and whatever is pointed at by variables, is located
    /// by git itself, which also has the last word on whether there is a repository at all.
    ///
    /// # Errors
    ///
    /// There is no repository, it has no work tree, or git cannot be started.
    pub fn open_from_env(environment: &Environment) -> Result<Self> {
        let pointed_at = ["GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR"]
            .into_iter()
            .any(|name| environment.get(name).is_some());
        let (location, library) = if pointed_at {
            let location =
                locate_linked(environment).map_or_else(|| locate_by_git(environment), Ok)?;
            let library = git2::Repository::open(&location.git_dir).ok();
            (location, library)
        } else {
            let library = open_library(&environment.current_dir);
            let location = library
                .as_ref()
                .and_then(locate_by_library)
                .or_else(|| locate_here(&environment.current_dir));
            (
                location.map_or_else(|| locate_by_git(environment), Ok)?,
                library,
            )
        };
        if !location.work_tree.is_dir() {
            let shown = crate::base::text::show_path(&location.work_tree);
            return Err(
                Fault::unable(format!("the work tree {shown} does not exist")).hint(
                    "correct what names it: the option `--work-tree`, the variable `GIT_WORK_TREE` or the \
                     setting `core.worktree`",
                ),
            );
        }
        let mut variables = environment.variables.clone();
        // Plumbing runs at the top of the work tree, so relative values must not move with it.
        if pointed_at {
            variables.insert("GIT_DIR".into(), location.git_dir.clone().into());
            variables.insert("GIT_WORK_TREE".into(), location.work_tree.clone().into());
            if environment.get("GIT_COMMON_DIR").is_some() {
                variables.insert("GIT_COMMON_DIR".into(), location.common_dir.clone().into());
            }
        }
        let usual_index = location.git_dir.join("index");
        let index_file = match environment.get("GIT_INDEX_FILE") {
            // git itself reads a relative value from the top of the work tree.
            Some(value) if !value.is_empty() => {
                let index = location.work_tree.join(value);
                variables.insert("GIT_INDEX_FILE".into(), index.clone().into());
                index
            }
            _ => usual_index.clone(),
        };
        Ok(Self {
            has_own_index: !is_same_file(&index_file, &usual_index),
            index_file,
            work_tree: location.work_tree,
            git_dir: location.git_dir,
            common_dir: location.common_dir,
            variables,
            library: library.map(|library| Arc::new(Mutex::new(library))),
            read_index: Mutex::default(),
            settings: Mutex::default(),
            comparer: Mutex::default(),
        })
    }
}

impl Repository {
    /// As [`Repository::open_from_env`]; `None` where there is no repository, be it that there is no git either.
    ///
    /// # Errors
    ///
    /// There may be one, and it cannot be opened.
    pub(crate) fn open_if_there(environment: &Environment) -> Result<Option<Self>> {
        let fault = match Self::open_from_env(environment) {
            Ok(repository) => return Ok(Some(repository)),
            Err(fault) => fault,
        };
        let said = fault.detail.as_deref().unwrap_or_default();
        let mut above = environment.current_dir.ancestors();
        let may_be_there =
            environment.is_set("GIT_DIR") || above.any(|dir| dir.join(".git").exists());
        if said.contains(NO_REPOSITORY) || !may_be_there {
            return Ok(None);
        }
        Err(fault)
    }

    /// Opens the repository for what looks at commits and needs no files: with a work tree if there is one,
    /// and else as a bare one is opened, so that the git directory stands for the work tree. git calls
    /// the hooks of branches and of pushes in the git directory itself, or below it, wherever it was
    /// called there; and a bare repository may have hooks because it has linked work trees.
    ///
    /// # Errors
    ///
    /// There is no repository, or git cannot be started.
    pub(crate) fn open_without_files(environment: &Environment) -> Result<Self> {
        let here = &environment.current_dir;
        let is_git_dir = here.ends_with(".git") && here.join("HEAD").is_file();
        let above = here.parent().filter(|_| is_git_dir);
        if let Some(above) = above.filter(|_| environment.get("GIT_WORK_TREE").is_none())
            && let Ok(opened) = Self::open_from_env(&environment.in_repository(above))
        {
            return Ok(opened);
        }
        Self::open_from_env(environment).or_else(|fault| match find_git_dirs(environment) {
            Some(found) => Self::open_found(environment, found),
            None => Err(fault),
        })
    }

    /// Opens the repository of a git directory from which git finds no work tree.
    fn open_found(environment: &Environment, found: GitDirs) -> Result<Self> {
        if let Some(work_tree) = found.work_tree() {
            return Self::open_from_env(&environment.in_repository(&work_tree));
        }
        let mut variables = environment.variables.clone();
        variables.insert("GIT_DIR".into(), found.git_dir.clone().into());
        let library = git2::Repository::open(&found.git_dir).ok();
        Ok(Self {
            common_dir: found.common_dir,
            library: library.map(|library| Arc::new(Mutex::new(library))),
            ..Self::bare(found.git_dir, variables)
        })
    }

    /// The same repository, with an index in a file of ours that holds the tree of a commit. What
    /// the index of now knows of the files in the work tree is known there, too.
    ///
    /// # Errors
    ///
    /// The file cannot be written, or git fails.
    pub(crate) fn with_commit(&self, index: &Index, commit: ObjectId, file: &Path) -> Result<Self> {
        self.copy_index(index, file)?;
        let repository = self.with_index(file);
        let tree = format!("{commit}^{{tree}}");
        repository
            .git()
            .output(["read-tree", "--reset", tree.as_str()])?;
        Ok(repository)
    }

    /// The same repository, with the index in a file of ours.
    pub(super) fn with_index(&self, file: &Path) -> Self {
        let mut variables = self.variables.clone();
        variables.insert("GIT_INDEX_FILE".into(), file.into());
        Self {
            work_tree: self.work_tree.clone(),
            git_dir: self.git_dir.clone(),
            common_dir: self.common_dir.clone(),
            index_file: file.to_owned(),
            has_own_index: self.has_own_index,
            variables,
            library: self.library.clone(),
            read_index: Mutex::default(),
            settings: Mutex::default(),
            comparer: Mutex::default(),
        }
    }

    /// The index that the environment names, if it is neither the usual one nor one that git has
    /// made for a commit in progress.
    #[must_use]
    pub(crate) fn foreign_index(&self) -> Option<&Path> {
        let is_gits = self
            .index_file
            .extension()
            .is_some_and(|extension| extension == "lock");
        (self.has_own_index && !is_gits).then_some(self.index_file.as_path())
    }
}

/// The directories of a repository in which git finds no work tree from here.
struct GitDirs {
    git_dir: PathBuf,
    common_dir: PathBuf,
    is_bare: bool,
}

impl GitDirs {
    /// The work tree that belongs to the git directory, by where that lies (gitrepository-layout(5)).
    fn work_tree(&self) -> Option<PathBuf> {
        let git = if self.git_dir == self.common_dir {
            Some(self.git_dir.clone()).filter(|_| !self.is_bare)
        } else {
            let named = std::fs::read(self.git_dir.join("gitdir")).ok()?;
            Some(to_path(named.strip_suffix(b"\n").unwrap_or(&named)))
        }?;
        let top = git.parent().filter(|_| git.ends_with(".git"))?;
        top.is_dir().then(|| top.to_owned())
    }
}

/// Asks git for the git directory alone; `None` if there is none either.
fn find_git_dirs(environment: &Environment) -> Option<GitDirs> {
    let git = Git::new(&environment.variables, &environment.current_dir);
    let ask = |question: &str| {
        let words = ["rev-parse", "--path-format=absolute", question];
        let line = git.output(words).ok()?;
        Some(to_path(line.strip_suffix(b"\n").unwrap_or(&line)))
    };
    Some(GitDirs {
        git_dir: ask("--absolute-git-dir")?,
        common_dir: ask("--git-common-dir")?,
        is_bare: ask("--is-bare-repository")? == Path::new("true"),
    })
}

fn is_same_file(a: &Path, b: &Path) -> bool {
    a == b
        || match (a.canonicalize(), b.canonicalize()) {
            (Ok(a), Ok(b)) => a == b,
            _ => false,
        }
}

/// libgit2's view of the repository that a directory is in. Only where this process is itself may the
/// variables of its environment count.
fn open_library(dir: &Path) -> Option<git2::Repository> {
    let is_here = std::env::current_dir().is_ok_and(|here| here == dir);
    let opened = if is_here {
        git2::Repository::open_from_env()
    } else {
        git2::Repository::open(dir)
    };
    opened.ok()
}

fn locate_by_library(library: &git2::Repository) -> Option<Location> {
    Some(Location {
        work_tree: without_slash(library.workdir()?),
        git_dir: without_slash(library.path()),
        common_dir: without_slash(library.commondir()),
    })
}

/// Whether a file belongs to this user, so that git trusts it. Whether it trusts another one depends on
/// git's configuration (git-config(1), `safe.directory`), and only git can say so.
fn is_own(path: &Path) -> bool {
    let data = std::fs::metadata(path);
    data.is_ok_and(|data| data.uid() == rustix::process::geteuid().as_raw())
}

/// The repository whose work tree's top is this very directory, as it is in a hook: what libgit2
/// cannot open (reftable, say) is found without asking git.
fn locate_here(dir: &Path) -> Option<Location> {
    let git_dir = dir.join(".git");
    let is_repository = git_dir.join("HEAD").is_file()
        && git_dir.join("objects").is_dir()
        && git_dir.join("refs").exists()
        && is_own(dir)
        && is_own(&git_dir);
    is_repository.then(|| Location {
        work_tree: dir.to_owned(),
        common_dir: git_dir.clone(),
        git_dir,
    })
}

/// The linked work tree whose top is this very directory, as it is in a hook: its `.git` is a file that
/// names the git directory which the environment names, too (gitrepository-layout(5), `commondir`).
/// One with settings of its own may have its files elsewhere.
fn locate_linked(environment: &Environment) -> Option<Location> {
    let is_plain = ["GIT_WORK_TREE", "GIT_COMMON_DIR"]
        .into_iter()
        .all(|name| environment.get(name).is_none());
    let dir = &environment.current_dir;
    let git_dir = dir.join(environment.get("GIT_DIR").filter(|_| is_plain)?);
    let text = std::fs::read(dir.join(".git")).ok()?;
    let named = to_path(text.strip_prefix(b"gitdir: ")?.strip_suffix(b"\n")?);
    let shared = std::fs::read(git_dir.join("commondir")).ok()?;
    let common_dir = git_dir.join(to_path(shared.strip_suffix(b"\n")?));
    let is_right = is_same_file(&dir.join(named), &git_dir)
        && !git_dir.join("config.worktree").exists()
        && is_own(dir)
        && is_own(&git_dir);
    Some(Location {
        work_tree: dir.to_owned(),
        common_dir: common_dir.canonicalize().ok().filter(|_| is_right)?,
        git_dir,
    })
}

/// libgit2 ends directories with a slash; git does not.
fn without_slash(path: &Path) -> PathBuf {
    path.components().collect()
}

fn locate_by_git(environment: &Environment) -> Result<Location> {
    let queries = ["--show-toplevel", "--absolute-git-dir", "--git-common-dir"];
    let ask = |queries: &[&str]| {
        let arguments = ["rev-parse", "--path-format=absolute"];
        Git::new(&environment.variables, &environment.current_dir)
            .output(arguments.iter().chain(queries))
            .map_err(|fault| describe(fault, environment))
    };
    let lines = ask(&queries)?;
    let mut paths: Vec<PathBuf> = lines
        .strip_suffix(b"\n")
        .unwrap_or(&lines)
        .split(|byte| *byte == b'\n')
        .map(to_path)
        .collect();
    if paths.len() != queries.len() {
        // A line break in a path: one question at a time then.
        paths.clear();
        for query in queries {
            let line = ask(&[query])?;
            paths.push(to_path(line.strip_suffix(b"\n").unwrap_or(&line)));
        }
    }
    match <[PathBuf; 3]>::try_from(paths) {
        Ok([work_tree, git_dir, common_dir]) => Ok(Location {
            work_tree,
            git_dir,
            common_dir,
        }),
        Err(_) => Err(Fault::bug(
            "git rev-parse printed an unexpected number of answers",
        )),
    }
}

fn describe(fault: Fault, environment: &Environment) -> Fault {
    let said = fault.detail.clone().unwrap_or_default();
    let here = crate::base::text::show_path(&environment.current_dir);
    if said.contains(NO_REPOSITORY) {
        Fault::unable(format!("{here} is not in a git repository"))
            .detail(said)
            .hint("change to the work tree of a repository, or create one with `git init`")
    } else if said.contains("this operation must be run in a work tree") {
        Fault::unable("this repository has no work tree")
            .detail(said)
            .hint(
                "gates run on files: run gatekeeper in a work tree (create one with `git worktree \
                 add`). In a repository that receives pushes, run `gatekeeper install --server`",
            )
    } else if said.contains("dubious ownership") {
        // git names the directory, and the command that makes it trusted.
        let mut lines = said.lines().map(str::trim);
        let command = lines.rfind(|line| line.starts_with("git config"));
        let command = command.unwrap_or("git config --global --add safe.directory DIRECTORY");
        let hint = format!(
            "if you trust its owner with what runs here, run `{command}`; its hooks and its configuration \
             can run programs"
        );
        Fault::unable(format!("git does not use {here}: another user owns it"))
            .detail(said)
            .hint(hint)
    } else {
        fault
    }
}
