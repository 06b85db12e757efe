//! A range of commits: from the merge base with one revision to another revision.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::io::ErrorKind;

use super::Repository;
use super::process::{Answer, id, ids, line};
use crate::base::fault::{Fault, Result};
use crate::base::object_id::ObjectId;

/// What to do in a shallow clone.
const UNSHALLOW: &str = "this clone is shallow; fetch the whole history with `git fetch --unshallow`, or set \
     fetch-depth: 0 in CI";

/// A range whose ends are known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Range {
    /// The commit that the range was named by; `None` if it begins with a first commit.
    pub(crate) begin: Option<ObjectId>,
    /// The commit at which it begins: the merge base of the two; `None` if all of it is new.
    pub(crate) base: Option<ObjectId>,
    /// The commit that is checked.
    pub(crate) tip: ObjectId,
}

/// Which commits are meant, as they were named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RangeSpec {
    /// What one revision has and another one has not.
    Between {
        /// The one that has them not.
        from: String,
        /// The one that has them.
        to: String,
    },
    /// One commit alone.
    Only(String),
    /// Every commit that a revision has.
    All(String),
}

/// Some commits that belong together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommitRange {
    /// The commit that has none of them; `None` if they go back to the first one.
    pub(crate) begin: Option<ObjectId>,
    /// The merge base of that commit and the last one.
    pub(crate) base: Option<ObjectId>,
    /// The last one.
    pub(crate) tip: ObjectId,
    /// Their ids, oldest first.
    pub ids: Vec<ObjectId>,
}

impl Range {
    /// Whether it begins where it ends.
    #[must_use]
    pub(crate) fn is_empty(&self) -> bool {
        self.begin == Some(self.tip)
    }
}

impl Repository {
    /// Looks the two revisions up and finds their merge base. `X~1` where X is a first commit stands for nothing: all
    /// that `to` has is new.
    ///
    /// # Errors
    ///
    /// A revision does not exist, or they have no common ancestor here.
    pub(crate) fn range(&self, from: &str, to: &str) -> Result<Range> {
        if let Some(first) = self.first_after(from)? {
            let tip = self.commit(to)?;
            if self.meeting_point(first, tip)? == Some(first) {
                return Ok(Range {
                    begin: None,
                    base: None,
                    tip,
                });
            }
        }
        let begin = self.commit(from)?;
        let tip = self.commit(to)?;
        if let Some(base) = self.meeting_point(begin, tip)? {
            // Where a shallow clone is cut off, what is there may be all that was fetched.
            if base == tip && self.cut_off()?.contains(&tip) {
                return Err(Fault::unable(format!(
                    "cannot tell which commits are between `{from}` and `{to}`: there, the history is cut off"
                ))
                .hint(UNSHALLOW));
            }
            return Ok(Range {
                begin: Some(begin),
                base: Some(base),
                tip,
            });
        }
        let fault = Fault::unable(format!("`{from}` and `{to}` have no common ancestor here"));
        Err(if self.cut_off()?.is_empty() {
            fault.hint("name a revision that the branch is based on")
        } else {
            fault.hint(UNSHALLOW)
        })
    }

    /// The commits that are meant.
    ///
    /// # Errors
    ///
    /// A revision does not exist, not all commits are here, or git fails.
    pub fn commits(&self, named: &RangeSpec) -> Result<CommitRange> {
        let cut_off = self.cut_off()?;
        let incomplete = || Fault::unable("some commits of the range are missing").hint(UNSHALLOW);
        let commits = match named {
            RangeSpec::Between { from, to } => {
                let Range { begin, base, tip } = self.range(from, to)?;
                let ids = self.listed_commits(tip, begin)?;
                // A chain that ends at the base is whole. By way of a merge there may be
                // commits that the beginning has, too, behind the cut.
                if let Some(begin) = begin
                    && !cut_off.is_empty()
                    && self.has_merges(tip, begin)?
                {
                    return Err(incomplete());
                }
                CommitRange {
                    begin,
                    base,
                    tip,
                    ids,
                }
            }
            RangeSpec::Only(revision) => {
                let tip = self.commit(revision)?;
                let commit = self.ancestor(tip)?.ok_or_else(|| not_here(tip))?;
                let parent = commit.parents.into_iter().next();
                CommitRange {
                    begin: parent,
                    base: parent,
                    ids: vec![tip],
                    tip,
                }
            }
            RangeSpec::All(to) => {
                let tip = self.commit(to)?;
                CommitRange {
                    begin: None,
                    base: None,
                    ids: self.listed_commits(tip, None)?,
                    tip,
                }
            }
        };
        // Where a shallow clone is cut off, a commit only seems to have no parents.
        let is_cut = commits.ids.iter().any(|id| cut_off.contains(id));
        if is_cut && !matches!(named, RangeSpec::Only(_)) {
            return Err(incomplete());
        }
        Ok(commits)
    }

    /// The ids of the commits that one has and another one has not, oldest first.
    fn listed_commits(&self, of: ObjectId, without: Option<ObjectId>) -> Result<Vec<ObjectId>> {
        let mut arguments = ["rev-list", "--topo-order", "--reverse"]
            .map(String::from)
            .to_vec();
        arguments.push(of.to_string());
        arguments.extend(without.map(|other| format!("^{other}")));
        let output = listed(self.git_for_stored().run(&arguments)?)?;
        ids(&output)
    }

    /// Whether there is a merge among the commits that one has and another one has not.
    fn has_merges(&self, of: ObjectId, without: ObjectId) -> Result<bool> {
        let (of, without) = (of.to_string(), format!("^{without}"));
        let arguments = ["rev-list", "--merges", "--max-count=1", &of, &without];
        Ok(!listed(self.git_for_stored().run(arguments)?)?.is_empty())
    }

    /// The parents of a commit of a range.
    ///
    /// # Errors
    ///
    /// They are not here, or the commit itself is not, or git fails.
    pub(crate) fn parents_of(&self, id: ObjectId) -> Result<Vec<ObjectId>> {
        // Where a shallow clone is cut off, a commit only seems to have no parents.
        if self.cut_off()?.contains(&id) {
            return Err(
                Fault::unable(format!("the parents of {} are missing", id.short())).hint(UNSHALLOW),
            );
        }
        let commit = self.ancestor(id)?;
        Ok(commit.ok_or_else(|| not_here(id))?.parents)
    }

    /// The commits at which a shallow clone is cut off.
    pub(super) fn cut_off(&self) -> Result<HashSet<ObjectId>> {
        // While commits are received, git has a list of its own.
        let own = self.variables.get(OsStr::new("GIT_SHALLOW_FILE"));
        let file = own.map_or_else(|| self.common_dir.join("shallow"), Into::into);
        match std::fs::read_to_string(self.work_tree.join(file)) {
            Ok(text) => ids(text.as_bytes()),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(HashSet::new()),
            Err(error) => Err(
                Fault::unable("cannot read the list of cut-off commits (`shallow`)")
                    .because(&error),
            ),
        }
    }

    /// The revision that the current branch is based on: its upstream, or the branch that the
    /// remote calls its main one.
    ///
    /// # Errors
    ///
    /// There is neither.
    pub(crate) fn usual_base(&self) -> Result<String> {
        for revision in ["@{upstream}", "refs/remotes/origin/HEAD"] {
            let arguments = ["rev-parse", "--abbrev-ref", "--verify", "--quiet", revision];
            // Where HEAD is detached, `@{upstream}` ends with 128.
            if let Some(output) = self.git().run(arguments)?.output_if_any() {
                return Ok(line(&output));
            }
        }
        Err(Fault::usage(
            "the current branch has no upstream, so the start of the range is unknown",
        )
        .hint(
            "name the range, as in `gatekeeper audit origin/main..HEAD`, or set an \
                    upstream with `git branch --set-upstream-to`",
        ))
    }

    /// Whether a revision is the commit that is checked out.
    ///
    /// # Errors
    ///
    /// It does not exist, or nothing is checked out.
    pub(crate) fn is_checked_out(&self, revision: &str) -> Result<bool> {
        let id = self.commit(revision)?;
        self.is_head(id)
    }

    /// Whether a commit is the one that is checked out.
    ///
    /// # Errors
    ///
    /// git fails, or nothing is checked out.
    pub(crate) fn is_head(&self, commit: ObjectId) -> Result<bool> {
        Ok(self.commit("HEAD")? == commit)
    }

    /// The first commit of a history, if a revision names what would be before it.
    fn first_after(&self, revision: &str) -> Result<Option<ObjectId>> {
        let child = ["~1", "~", "^1", "^"]
            .iter()
            .find_map(|mark| revision.strip_suffix(mark));
        let Some(child) = child.and_then(|child| self.commit(child).ok()) else {
            return Ok(None);
        };
        let parents = self.ancestor(child)?.map(|commit| commit.parents);
        let is_first = parents.is_some_and(|parents| parents.is_empty());
        Ok((is_first && !self.cut_off()?.contains(&child)).then_some(child))
    }

    /// The id of the commit that a revision names.
    fn commit(&self, revision: &str) -> Result<ObjectId> {
        let look_up = |name: &str| {
            let answer =
                self.git()
                    .run(["rev-parse", "--verify", "--quiet", "--end-of-options", name])?;
            // What is no name at all ends with 128.
            let (code, output) = answer.output_with(&[0, 1, 128])?;
            let is_found = code == 0 && !output.is_empty();
            is_found.then(|| id(&output)).transpose()
        };
        if let Some(id) = look_up(&format!("{revision}^{{commit}}"))? {
            return Ok(id);
        }
        // After `:/text` the rest would be part of the text.
        if let Some(object) = look_up(revision)?
            && let Some(id) = look_up(&format!("{object}^{{commit}}"))?
        {
            return Ok(id);
        }
        let fault = Fault::usage(format!("`{revision}` is not a commit in this repository"));
        // No fetch brings what is no name, or the name of something else.
        let is_shorthand = revision.ends_with('-')
            || ["^!", "^@", "^-"]
                .iter()
                .any(|mark| revision.contains(mark));
        Err(if is_shorthand || look_up(revision)?.is_some() {
            fault.hint(
                "name a commit, or a range of them: `START..END`, as in `origin/main..HEAD`, or \
                 `COMMIT^!` for a single commit",
            )
        } else {
            fault.hint("fetch it first, or name another revision; in CI, set fetch-depth: 0")
        })
    }
}

fn listed(answer: Answer) -> Result<Vec<u8>> {
    let output = answer.output_else("git cannot list the commits of the range");
    output.map_err(|fault| fault.hint("run `git fsck` to see what is missing"))
}

fn not_here(id: ObjectId) -> Fault {
    Fault::unable(format!("commit {id} is missing")).hint("run `git fsck` to see what is missing")
}
