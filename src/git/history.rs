//! Commits and their ancestors, as they are stored: who comes from whom, and what nobody else has.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::path::Path;

use super::Repository;
use super::process::ids;
use crate::base::fault::{Fault, Result};
use crate::base::object_id::ObjectId;

/// A commit among others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CommitNode {
    /// Its id.
    pub(crate) id: ObjectId,
    /// The id of its tree.
    pub(crate) tree: ObjectId,
    /// The ids of its parents, in their order.
    pub(crate) parents: Vec<ObjectId>,
}

/// The ids of a tree without anything in it, by SHA-1 and by SHA-256.
const EMPTY_TREES: [&str; 2] = [
    "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
    "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321",
];

impl CommitNode {
    /// Whether history begins with it and nothing is in its tree, so that there is nothing to check: `git rebase
    /// --root` begins with such a commit. One that has parents takes away all that they have, gates.toml too.
    #[must_use]
    pub(crate) fn is_empty_root(&self) -> bool {
        self.parents.is_empty() && EMPTY_TREES.contains(&self.tree.to_string().as_str())
    }
}

/// Where a walk among ancestors does not go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exclude<'a> {
    /// Nothing but what is named.
    Named,
    /// What a remote-tracking branch has.
    Remotes,
    /// What a remote-tracking branch of this remote has.
    Remote(&'a str),
    /// What any branch or remote-tracking branch has.
    Branches,
    /// What any of these has, or what a branch or HEAD has had, as far as reflogs tell; or what was
    /// fetched from elsewhere last.
    Everything,
}

impl Repository {
    /// The messages of the last commits up to HEAD, newest first, without those of merges; at most
    /// `count`.
    ///
    /// # Errors
    ///
    /// git fails.
    pub(crate) fn last_messages(&self, count: usize) -> Result<Vec<String>> {
        if self.head_commit()?.is_none() {
            return Ok(Vec::new());
        }
        let count = format!("--max-count={count}");
        let words = [
            "log",
            &count,
            "--no-merges",
            "--format=%B%x00",
            "HEAD",
            "--",
        ];
        let output = self.git().run(words)?.output()?;
        let messages = output.split(|byte| *byte == 0);
        let texts = messages.map(|message| String::from_utf8_lossy(message).trim().to_owned());
        Ok(texts.filter(|message| !message.is_empty()).collect())
    }

    /// A commit by its id, or by that of a tag; `None` if it is not there, or no commit. Where a shallow
    /// clone is cut off, it has no parents.
    ///
    /// # Errors
    ///
    /// It is damaged, or git fails.
    pub(crate) fn ancestor(&self, id: ObjectId) -> Result<Option<CommitNode>> {
        let mut found = self.objects().find_node(id)?;
        if let Some(node) = found.as_mut().filter(|node| !node.parents.is_empty())
            && self.cut_off()?.contains(&node.id)
        {
            node.parents.clear();
        }
        Ok(found)
    }

    /// The message of a commit, as it is stored; `None` if it is not there.
    ///
    /// # Errors
    ///
    /// It is damaged, or git cannot be started.
    pub(crate) fn stored_message(&self, id: ObjectId) -> Result<Option<Vec<u8>>> {
        let commit = self.objects().find_commit(id)?;
        Ok(commit.map(|commit| commit.message))
    }

    /// The commits that these have and that are not beyond a wall, newest first. The commits in
    /// `others`, and what they have, are beyond it as well; those that are not here any more count
    /// for nothing.
    ///
    /// # Errors
    ///
    /// One of the commits is not here, or git fails.
    pub(crate) fn ancestors_before(
        &self,
        from: &[ObjectId],
        beyond: Exclude<'_>,
        others: impl Iterator<Item = ObjectId>,
    ) -> Result<Vec<CommitNode>> {
        let mut input = String::new();
        for id in from.iter().copied() {
            if self.ancestor(id)?.is_none() {
                return Err(Fault::unable(format!("commit {id} is missing"))
                    .hint("run `git fsck` to see what is missing"));
            }
            let _ = writeln!(input, "{id}");
        }
        let mut others: Vec<ObjectId> = others.collect();
        if beyond == Exclude::Everything {
            others.extend(self.fetched());
            others.extend(self.had_by(&["HEAD", "--branches"]));
        }
        for id in others {
            let _ = writeln!(input, "^{id}");
        }
        let mut arguments = vec![
            "log",
            "--topo-order",
            "--ignore-missing",
            FORMAT,
            "--no-show-signature",
            "--not",
        ];
        let of_one;
        match beyond {
            Exclude::Named => {}
            Exclude::Remotes => arguments.push("--remotes"),
            Exclude::Remote(name) => {
                of_one = format!("--remotes={}", literally(name));
                arguments.push(&of_one);
            }
            Exclude::Branches | Exclude::Everything => {
                arguments.extend(["--remotes", "--branches"]);
            }
        }
        arguments.push("--stdin");
        let output = self
            .git_for_stored()
            .run_with_stdin(&arguments, input.as_bytes())?
            .output_else("git cannot list commits")
            .map_err(|fault| fault.hint("run `git fsck` to see what is missing"))?;
        ancestors(&output)
    }

    /// Those of some commits that are certainly not beyond a wall, nor in what a remote-tracking branch has
    /// had. git ends its walks early, by the dates of commits, which may be wrong; here it goes on to the
    /// end, so that this is for a refusal, and not for every day.
    ///
    /// # Errors
    ///
    /// git fails.
    pub(crate) fn certainly_before(
        &self,
        commits: &[ObjectId],
        beyond: Exclude<'_>,
        others: impl Iterator<Item = ObjectId>,
    ) -> Result<HashSet<ObjectId>> {
        let mut wall: HashSet<ObjectId> = others.collect();
        let mut arguments = vec!["rev-list", "--ignore-missing"];
        let of_one;
        match beyond {
            Exclude::Named => {}
            Exclude::Remotes => arguments.push("--remotes"),
            Exclude::Remote(name) => {
                of_one = format!("--remotes={}", literally(name));
                arguments.push(&of_one);
            }
            Exclude::Branches | Exclude::Everything => {
                arguments.extend(["--remotes", "--branches"]);
            }
        }
        if beyond == Exclude::Everything {
            wall.extend(self.fetched());
            wall.extend(self.had_by(&["HEAD", "--branches", "--remotes"]));
        }
        arguments.push("--stdin");
        let mut input = String::new();
        for id in wall {
            let _ = writeln!(input, "{id}");
        }
        let output = self
            .git_for_stored()
            .run_with_stdin(&arguments, input.as_bytes())?
            .output_else("git cannot list commits")
            .map_err(|fault| fault.hint("run `git fsck` to see what is missing"))?;
        let mut certain: HashSet<ObjectId> = commits.iter().copied().collect();
        for id in ids::<Vec<ObjectId>>(&output)? {
            certain.remove(&id);
        }
        Ok(certain)
    }

    /// What branches and HEAD, say, have had, as far as their reflogs tell. What only other references have
    /// had was never on a branch.
    pub(crate) fn had_by(&self, references: &[&str]) -> HashSet<ObjectId> {
        let mut had = HashSet::new();
        for of in references {
            let arguments = [
                "log",
                "--walk-reflogs",
                "--no-show-signature",
                "--format=%H",
                of,
            ];
            // HEAD may have no reflog, or no commit yet.
            had.extend(self.listed(&arguments).unwrap_or_default());
        }
        had
    }

    /// The commits that the last fetch has brought from elsewhere: git-fetch(1), `FETCH_HEAD`. What a
    /// repository fetches from itself was there.
    #[must_use]
    pub(crate) fn fetched(&self) -> Vec<ObjectId> {
        let text = std::fs::read_to_string(self.git_dir.join("FETCH_HEAD")).unwrap_or_default();
        let brought = text.lines().filter_map(|line| {
            let id = line.split('\t').next()?.parse().ok()?;
            let from = line.rsplit_once(" of ").map_or("", |(_, from)| from);
            let is_own = self.is_own_address(from) && !self.is_of_neighbour(id, from);
            (!is_own).then_some(id)
        });
        brought.collect()
    }

    /// Whether a commit comes from a repository beside this one whose name ends with `.git`, which git leaves
    /// out in `FETCH_HEAD`.
    fn is_of_neighbour(&self, id: ObjectId, address: &str) -> bool {
        let neighbour = format!("{}.git", address.trim_end_matches('/'));
        if self.is_own_address(&neighbour) {
            return false;
        }
        let path = neighbour.strip_prefix("file://").unwrap_or(&neighbour);
        let has = |library: &git2::Repository| {
            let id = git2::Oid::from_bytes(id.bytes())?;
            Ok::<bool, git2::Error>(library.odb()?.exists(id))
        };
        let library = git2::Repository::open_bare(self.work_tree.join(path));
        library.is_ok_and(|library| has(&library).unwrap_or(false))
    }

    /// Whether an address leads to this very repository.
    #[must_use]
    pub(crate) fn is_own_address(&self, address: &str) -> bool {
        let path = address.strip_prefix("file://").unwrap_or(address);
        let real = |path: &Path| self.work_tree.join(path).canonicalize().ok();
        let Some(found) = real(Path::new(path)).filter(|_| !path.is_empty()) else {
            return false;
        };
        [&self.work_tree, &self.git_dir, &self.common_dir]
            .into_iter()
            .any(|own| real(own).as_ref() == Some(&found))
    }

    /// Whether a directory is in another repository than this one or a linked work tree of it. What cannot be
    /// found out is not.
    #[must_use]
    pub(crate) fn is_other_at(&self, dir: &Path) -> bool {
        let Ok(found) = git2::Repository::discover(dir) else {
            return false;
        };
        let [found, own] = [found.commondir(), self.common_dir.as_path()].map(Path::canonicalize);
        matches!((found, own), (Ok(found), Ok(own)) if found != own)
    }

    /// Every commit that a reference or a reflog names.
    ///
    /// # Errors
    ///
    /// git fails.
    pub(crate) fn tips(&self) -> Result<HashSet<ObjectId>> {
        let arguments = [
            "rev-list",
            "--no-walk",
            "--ignore-missing",
            "--all",
            "--reflog",
        ];
        self.listed(&arguments)
    }

    /// The trees of every commit that a reference or a reflog leads to.
    ///
    /// # Errors
    ///
    /// git fails.
    pub(crate) fn reachable_trees(&self) -> Result<HashSet<ObjectId>> {
        let arguments = [
            "log",
            "--all",
            "--reflog",
            "--no-show-signature",
            "--format=%T",
        ];
        self.listed(&arguments)
    }

    pub(super) fn listed(&self, arguments: &[&str]) -> Result<HashSet<ObjectId>> {
        let output = self
            .git_for_stored()
            .run(arguments)?
            .output_else("git cannot list the commits of its references")
            .map_err(|fault| fault.hint("run `git fsck` to see what is missing"))?;
        ids(&output)
    }
}

/// A name as a pattern of git's that matches nothing else.
fn literally(name: &str) -> String {
    let mut pattern = String::new();
    for c in name.chars() {
        if matches!(c, '*' | '?' | '[' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern
}

/// How `git log` is to print a commit.
pub(super) const FORMAT: &str = "--format=%H %T %P";

pub(super) fn ancestors(output: &[u8]) -> Result<Vec<CommitNode>> {
    let text = String::from_utf8_lossy(output);
    let read = |line: &str| {
        let mut words = line.split_whitespace();
        let mut next = || words.next().unwrap_or_default().parse();
        Ok(CommitNode {
            id: next()?,
            tree: next()?,
            parents: words.map(str::parse).collect::<Result<_>>()?,
        })
    };
    text.lines().map(read).collect()
}
