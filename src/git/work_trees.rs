//! The linked work trees of a repository (git-worktree(1)).

use std::path::PathBuf;

use super::Repository;
use super::paths::to_path;
use super::process::line;
use crate::base::fault::Result;
use crate::base::object_id::ObjectId;

/// A work tree, and what is checked out in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LinkedWorkTree {
    /// Its top.
    pub(crate) top: PathBuf,
    /// The commit that is checked out; `None` on a branch without one.
    pub(crate) head: Option<ObjectId>,
}

impl Repository {
    /// The work trees of a bare repository that are there.
    ///
    /// # Errors
    ///
    /// git fails.
    pub(crate) fn linked_work_trees(&self) -> Result<Vec<LinkedWorkTree>> {
        let mut found = self.work_trees()?;
        found.retain(|one| one.top.join(".git").is_file());
        Ok(found)
    }

    /// The commits that the other work trees have checked out.
    ///
    /// # Errors
    ///
    /// git fails.
    pub(crate) fn checked_out_elsewhere(&self) -> Result<Vec<ObjectId>> {
        let others = self.work_trees()?.into_iter();
        let others = others.filter(|one| one.top != self.work_tree);
        Ok(others.filter_map(|one| one.head).collect())
    }

    fn work_trees(&self) -> Result<Vec<LinkedWorkTree>> {
        let output = self
            .git()
            .output(["worktree", "list", "--porcelain", "-z"])?;
        Ok(listed(&output))
    }
}

/// Reads what git lists: lines that end with NUL, an empty one after each work tree.
fn listed(output: &[u8]) -> Vec<LinkedWorkTree> {
    let mut found: Vec<LinkedWorkTree> = Vec::new();
    for text in output.split(|byte| *byte == 0) {
        if let Some(top) = text.strip_prefix(b"worktree ") {
            found.push(LinkedWorkTree {
                top: to_path(top),
                head: None,
            });
        } else if let Some(id) = text.strip_prefix(b"HEAD ")
            && let Some(last) = found.last_mut()
        {
            last.head = line(id).parse().ok();
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_trees_are_listed_with_what_is_checked_out() {
        let id = "0a".repeat(20);
        let output =
            format!("worktree /x.git\0bare\0\0worktree /a b\0HEAD {id}\0branch refs/heads/x\0\0");
        let expected = [("/x.git", None), ("/a b", Some(id.parse().unwrap()))];
        let expected = expected.map(|(top, head)| LinkedWorkTree {
            top: top.into(),
            head,
        });
        assert_eq!(listed(output.as_bytes()), expected);
    }
}
