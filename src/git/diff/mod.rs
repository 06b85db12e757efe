//! The lines that a change adds and takes away, file by file: found out here where they are few, otherwise read
//! from one patch of git's.
//!
//! The patch is made by plumbing, which no setting of the user's about how diffs look concerns. An
//! attribute may still call a text binary, so that git would not show it: such a file is compared
//! here.

mod few;
mod file;
mod hidden;
mod patch;

use std::collections::HashMap;
use std::io::{self, BufRead as _, Write as _};
use std::sync::PoisonError;

use super::Repository;
use super::conversation::Conversation;
use super::process::id;
use crate::base::fault::{Fault, Result};
use crate::base::object_id::ObjectId;

pub use file::{FileDiff, Line};

/// How the patch is made: no line of context, whole ids, and nothing that a program of the
/// user's has a say in. A rename is a deletion and an addition: a file that moves to where it is
/// looked at must not bring along what nobody has seen.
const PATCH: [&str; 11] = [
    "-p",
    "-U0",
    "--no-renames",
    "--full-index",
    "--no-color",
    "--no-ext-diff",
    "--no-textconv",
    "--inter-hunk-context=0",
    "--src-prefix=a/",
    "--dst-prefix=b/",
    "--submodule=short",
];

/// What the lines before a change are compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DiffTarget {
    /// The index.
    Index,
    /// A commit or a tree.
    Commit(ObjectId),
}

impl Repository {
    /// The lines that change, from one or several commits or trees to another one or the index.
    /// Without any to compare with, everything is new. In a merge, with all its parents before,
    /// only what is new to each of them counts; the lines that are gone are then those of the first.
    ///
    /// # Errors
    ///
    /// git fails, or prints something unexpected.
    pub fn touched(&self, before: &[ObjectId], after: DiffTarget) -> Result<Vec<FileDiff>> {
        let mut files = self.touched_entries(before, after)?;
        files.retain(FileDiff::has_contents);
        Ok(files)
    }

    /// The same, with symbolic links, submodules, and files of which only the mode changes.
    ///
    /// # Errors
    ///
    /// See [`Self::touched`].
    pub fn touched_entries(&self, before: &[ObjectId], after: DiffTarget) -> Result<Vec<FileDiff>> {
        let Some((first, others)) = before.split_first() else {
            let empty = self
                .git()
                .output(["hash-object", "-t", "tree", "/dev/null"])?;
            return self.touched_from(id(&empty)?, after);
        };
        let mut files = self.touched_from(*first, after)?;
        for other in others {
            keep_common(&mut files, &self.touched_from(*other, after)?);
        }
        Ok(files)
    }

    fn touched_from(&self, before: ObjectId, after: DiffTarget) -> Result<Vec<FileDiff>> {
        let mut objects = self.objects();
        let patch = match after {
            DiffTarget::Index => {
                if let Some(files) = self.few_touched(before) {
                    return Ok(files);
                }
                let from = before.to_string();
                let arguments = ["diff-index", "--cached"].into_iter().chain(PATCH);
                let arguments = arguments.chain([from.as_str(), "--"]);
                self.git_for_stored().output(arguments)?
            }
            DiffTarget::Commit(commit) => {
                let (from, to) = (objects.tree_of(before)?, objects.tree_of(commit)?);
                self.patch_between(from, to)?
            }
        };
        let mut files = Vec::new();
        let unexpected = || Fault::bug("git printed an invalid patch");
        for file in patch::Patch::new(&patch).files().ok_or_else(unexpected)? {
            if file.is_hidden && file.touched.has_contents() {
                files.push(hidden::compared(&mut objects, file.touched)?);
            } else {
                files.push(file.touched);
            }
        }
        Ok(files)
    }
}

/// Ends each answer of `git diff-tree --stdin`, which repeats a line that is no id and then empties its buffer
/// (builtin/diff-tree.c). No line of a patch begins like it.
const END: &[u8] = b"end of this patch\n";

impl Repository {
    /// The patch from one tree to another. One git makes them all, since an audit asks for as many as there are
    /// commits.
    fn patch_between(&self, from: ObjectId, to: ObjectId) -> Result<Vec<u8>> {
        if from == to {
            return Ok(Vec::new());
        }
        let mut comparer = self.comparer.lock().unwrap_or_else(PoisonError::into_inner);
        let mut conversation = if let Some(conversation) = comparer.take() {
            conversation
        } else {
            let words = ["diff-tree", "--stdin", "-r"].into_iter().chain(PATCH);
            self.git_for_stored().spawn(&words.collect::<Vec<_>>())?
        };
        if let Ok(Some(patch)) = ask(&mut conversation, from, to) {
            *comparer = Some(conversation);
            return Ok(patch);
        }
        // It has ended. Another one says why.
        let (from, to) = (from.to_string(), to.to_string());
        let arguments = ["diff-tree", "-r"].into_iter().chain(PATCH);
        let arguments = arguments.chain([from.as_str(), to.as_str(), "--"]);
        self.git_for_stored().output(arguments)
    }
}

/// The patch between two trees; `None` if what is answered is not that.
fn ask(
    conversation: &mut Conversation,
    from: ObjectId,
    to: ObjectId,
) -> io::Result<Option<Vec<u8>>> {
    let question = format!("{from} {to}\n");
    conversation.asks.write_all(question.as_bytes())?;
    conversation.asks.write_all(END)?;
    conversation.asks.flush()?;
    let mut patch = Vec::new();
    loop {
        let begin = patch.len();
        if conversation.answers.read_until(b'\n', &mut patch)? == 0 {
            return Ok(None);
        }
        if &patch[begin..] == END {
            patch.truncate(begin);
            break;
        }
    }
    // The answer begins with the question.
    Ok(patch.strip_prefix(question.as_bytes()).map(<[u8]>::to_vec))
}

/// Leaves of the added lines only those that another comparison has, too.
fn keep_common(files: &mut Vec<FileDiff>, others: &[FileDiff]) {
    let others: HashMap<_, _> = others.iter().map(|file| (&file.path, file)).collect();
    files.retain_mut(|file| {
        let Some(other) = others.get(&file.path) else {
            return false;
        };
        let numbers: Vec<usize> = other.added.iter().map(|line| line.number).collect();
        file.added
            .retain(|line| numbers.binary_search(&line.number).is_ok());
        !file.added.is_empty() || file.is_other() || file.before.is_none() && file.after.is_none()
    });
}
