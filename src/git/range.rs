//! A range of commits: from the merge base with one revision to another revision.

use super::changes::ChangeSet;
use super::{Repository, Status};
use crate::fault::{Fault, Result};
use crate::text::{show_path, some_of};

/// What to do in a shallow clone.
const UNSHALLOW: &str =
    "this clone is shallow; fetch all of it: `git fetch --unshallow`, in CI fetch-depth: 0";

/// A range whose ends are known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Range {
    /// The commit that the range was named by.
    pub begin: String,
    /// The commit at which it begins: the merge base of the two.
    pub base: String,
    /// The commit that is judged.
    pub tip: String,
}

impl Repository {
    /// Looks the two revisions up and finds their merge base.
    ///
    /// # Errors
    ///
    /// A revision does not exist, or they have no common ancestor here.
    pub fn range(&self, from: &str, to: &str) -> Result<Range> {
        let begin = self.commit(from)?;
        let tip = self.commit(to)?;
        let answer = self.ask(["merge-base", &begin, &tip])?;
        let base = String::from_utf8_lossy(&answer.output).trim().to_owned();
        if answer.code == Some(0) && !base.is_empty() {
            return Ok(Range { begin, base, tip });
        }
        let fault = Fault::unable(format!("`{from}` and `{to}` have no common ancestor here"));
        let shallow = self.git(["rev-parse", "--is-shallow-repository"])?;
        Err(if shallow.starts_with(b"true") {
            fault.hint(UNSHALLOW)
        } else {
            fault.hint("name a revision that the branch comes from")
        })
    }

    /// The ids of the range's commits, oldest first: all that the tip has and the beginning has
    /// not.
    ///
    /// # Errors
    ///
    /// Not all of them are here, or git fails.
    pub fn commits_in(&self, range: &Range) -> Result<Vec<String>> {
        let output = self.git([
            "--no-replace-objects",
            "rev-list",
            "--topo-order",
            "--reverse",
            &range.tip,
            &format!("^{}", range.begin),
        ])?;
        let commits: Vec<String> = String::from_utf8_lossy(&output)
            .lines()
            .map(str::to_owned)
            .collect();
        // Where a shallow clone is cut off, a commit only seems to have no parents.
        let shallow = std::fs::read_to_string(self.common_dir.join("shallow"));
        let cut: std::collections::HashSet<&str> = shallow.iter().flat_map(|t| t.lines()).collect();
        if commits.iter().any(|commit| cut.contains(commit.as_str())) {
            return Err(Fault::unable("not every commit of the range is here").hint(UNSHALLOW));
        }
        Ok(commits)
    }

    /// The revision that the current branch is based on: its upstream, or the branch that the
    /// remote calls its main one.
    ///
    /// # Errors
    ///
    /// There is neither.
    pub fn usual_base(&self) -> Result<String> {
        for revision in ["@{upstream}", "refs/remotes/origin/HEAD"] {
            let arguments = ["rev-parse", "--abbrev-ref", "--verify", "--quiet", revision];
            let answer = self.ask(arguments)?;
            let name = String::from_utf8_lossy(&answer.output).trim().to_owned();
            if answer.code == Some(0) && !name.is_empty() {
                return Ok(name);
            }
        }
        Err(
            Fault::usage("the current branch has no upstream, so it does not say where a range begins")
                .hint("name the range, as in `gatekeeper audit origin/main..HEAD`, or set an upstream: `git branch --set-upstream-to`"),
        )
    }

    /// Whether a commit is the one that is checked out.
    ///
    /// # Errors
    ///
    /// git fails, or nothing is checked out.
    pub fn is_head(&self, commit: &str) -> Result<bool> {
        Ok(self.commit("HEAD")? == commit)
    }

    /// The change set of a range.
    ///
    /// # Errors
    ///
    /// git fails.
    pub fn changes_in(&self, range: &Range) -> Result<ChangeSet> {
        self.between(&range.base, &range.tip)
    }

    /// Makes sure that the work tree shows the tip of the range, since gates run in it.
    ///
    /// # Errors
    ///
    /// HEAD is another commit, or something is staged or changed.
    pub fn must_show(&self, range: &Range, status: &Status) -> Result<()> {
        const HINT: &str = "commit or stash what is there and check that commit out, or use a \
                            second work tree: `git worktree add`";
        if self.commit("HEAD")? != range.tip {
            return Err(Fault::unable(format!(
                "the commit to be judged, {}, is not checked out here",
                &range.tip[..range.tip.len().min(12)]
            ))
            .hint(HINT));
        }
        let staged = status.staged.iter().map(|change| &change.path);
        let changed: Vec<String> = staged
            .chain(&status.unmerged)
            .chain(&status.beside.unstaged)
            .map(|path| show_path(path))
            .collect();
        if changed.is_empty() {
            return Ok(());
        }
        Err(Fault::unable(format!(
            "the work tree differs from the commit to be judged: {}",
            some_of(&changed, 10)
        ))
        .hint(HINT))
    }

    /// The id of the commit that a revision names.
    fn commit(&self, revision: &str) -> Result<String> {
        let name = format!("{revision}^{{commit}}");
        let answer = self.ask([
            "rev-parse",
            "--verify",
            "--quiet",
            "--end-of-options",
            &name,
        ])?;
        let id = String::from_utf8_lossy(&answer.output).trim().to_owned();
        if answer.code == Some(0) && !id.is_empty() {
            return Ok(id);
        }
        Err(
            Fault::usage(format!("`{revision}` is no commit in this repository"))
                .detail(answer.complaint)
                .hint("fetch it first, or name another revision; in CI set fetch-depth: 0"),
        )
    }
}
