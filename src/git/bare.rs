//! A bare repository that others push to: what they have brought, and a work tree for it elsewhere.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use super::paths::to_path;
use super::process::{Git, id, ids};
use super::{CommitNode, Repository, shadow};
use crate::base::environment::{Environment, Variables};
use crate::base::fault::{Fault, Result};
use crate::base::object_id::ObjectId;

impl Repository {
    /// Opens the repository that the environment points at if it is bare; `None` if it is not, or if
    /// there is none. Its git directory stands for the work tree.
    ///
    /// While something is being received, its objects lie in quarantine, where git's own programs
    /// find them by their environment; so nothing is read in another way.
    ///
    /// # Errors
    ///
    /// git cannot be started.
    pub(crate) fn open_bare(environment: &Environment) -> Result<Option<Self>> {
        let ask = |question: &str| {
            let arguments = ["rev-parse", question];
            Git::new(&environment.variables, &environment.current_dir).run(arguments)
        };
        // Where there is no repository at all, git says so with exit code 128.
        let answer = ask("--is-bare-repository")?.output_or(128)?;
        if answer.as_deref() != Some(b"true\n") || environment.is_set("GIT_WORK_TREE") {
            return Ok(None);
        }
        let answer = ask("--absolute-git-dir")?.output()?;
        let git_dir = to_path(answer.strip_suffix(b"\n").unwrap_or(&answer));
        let mut variables = environment.variables.clone();
        variables.insert("GIT_DIR".into(), git_dir.clone().into());
        Ok(Some(Self::bare(git_dir, variables)))
    }

    pub(super) fn bare(git_dir: PathBuf, variables: Variables) -> Self {
        Self {
            work_tree: git_dir.clone(),
            common_dir: git_dir.clone(),
            index_file: git_dir.join("index"),
            git_dir,
            has_own_index: false,
            variables,
            library: None,
            read_index: Mutex::default(),
            settings: Mutex::new(HashMap::new()),
            comparer: Mutex::default(),
        }
    }

    /// Whether it has no work tree.
    #[must_use]
    pub(crate) fn is_bare(&self) -> bool {
        self.work_tree == self.git_dir
    }

    /// The branches and tags: the name of each, and the id of what it names.
    ///
    /// # Errors
    ///
    /// git fails.
    pub(crate) fn branches_and_tags(&self) -> Result<Vec<(String, ObjectId)>> {
        let arguments = ["for-each-ref", "--format=%(objectname) %(refname)"];
        let output = self
            .git()
            .output(arguments.iter().chain(&["refs/heads", "refs/tags"]))?;
        let text = String::from_utf8_lossy(&output);
        let pairs = text.lines().filter_map(|line| line.split_once(' '));
        pairs
            .map(|(id, name)| Ok((name.to_owned(), id.parse()?)))
            .collect()
    }

    /// The commits that these have and none of those that are known, oldest first.
    ///
    /// # Errors
    ///
    /// git fails.
    pub(crate) fn received(
        &self,
        tips: &[ObjectId],
        known: &[ObjectId],
    ) -> Result<Vec<CommitNode>> {
        let mut input = String::new();
        for id in tips {
            let _ = writeln!(input, "{id}");
        }
        for id in known {
            let _ = writeln!(input, "^{id}");
        }
        let arguments = [
            "log",
            "--topo-order",
            crate::git::history::FORMAT,
            "--no-show-signature",
            "--stdin",
        ];
        let output = self
            .git_for_stored()
            .run_with_stdin(arguments, input.as_bytes())?
            .output_else("git cannot list the commits that were pushed")
            .map_err(|fault| {
                fault.hint("run `git fsck` in the receiving repository to see what is missing")
            })?;
        let mut commits = crate::git::history::ancestors(&output)?;
        commits.reverse();
        Ok(commits)
    }

    /// The commit at which two meet; `None` if they have nothing in common.
    ///
    /// # Errors
    ///
    /// git cannot be started.
    pub(crate) fn meeting_point(&self, one: ObjectId, other: ObjectId) -> Result<Option<ObjectId>> {
        let words = ["merge-base", &one.to_string(), &other.to_string()];
        let output = self.git_for_stored().run(words)?.output_or_no()?;
        output.map(|output| id(&output)).transpose()
    }

    /// The commits that touch one of some files, among those that one has and another one has not.
    ///
    /// # Errors
    ///
    /// git fails.
    pub(crate) fn touching(
        &self,
        files: &[PathBuf],
        of: ObjectId,
        without: Option<ObjectId>,
    ) -> Result<Vec<ObjectId>> {
        let of = of.to_string();
        let mut arguments = vec!["--literal-pathspecs", "rev-list", "--full-history", &of];
        let not = without.map(|without| format!("^{without}"));
        arguments.extend(not.as_deref());
        arguments.push("--");
        let files = files.iter().map(|file| file.as_os_str());
        let arguments: Vec<&OsStr> = arguments.iter().map(OsStr::new).chain(files).collect();
        let output = self
            .git_for_stored()
            .run(&arguments)?
            .output_else("git cannot list the commits that touch the configuration")?;
        ids(&output)
    }

    /// Checks a commit out in an empty directory, as a repository of its own whose objects are this
    /// one's; returns the environment in which programs run there.
    ///
    /// # Errors
    ///
    /// The directory cannot be written, or git fails.
    pub(crate) fn export(&self, commit: ObjectId, dir: &Path) -> Result<Variables> {
        let mut variables = self.variables_elsewhere();
        // With it git moves no reference, wherever it is.
        variables.remove(OsStr::new("GIT_QUARANTINE_PATH"));
        let mut init = vec!["init", "--quiet", "--template="];
        let format = self.git().output(["rev-parse", "--show-object-format"])?;
        if format.trim_ascii() == b"sha256" {
            init.push("--object-format=sha256");
        }
        let git = Git::new(&variables, dir);
        git.output(init)?;
        let git_dir = dir.join(".git");
        let write = |name: &str, text: &[u8]| {
            let file = git_dir.join(name);
            let made = file.parent().map_or(Ok(()), fs::create_dir_all);
            made.and_then(|()| fs::write(&file, text)).map_err(|error| {
                Fault::unable("cannot check out the pushed commit").because(&error)
            })
        };
        write("objects/info/alternates", &shadow::alternates(self))?;
        if let Ok(shallow) = fs::read(self.common_dir.join("shallow")) {
            write("shallow", &shallow)?;
        }
        let detach = ["update-ref", "--no-deref", "HEAD", &commit.to_string()];
        git.output(detach)?;
        git.output(["reset", "--quiet", "--hard"])?;
        Ok(variables)
    }
}
