//! The branch that is checked out: its name, what its last commit has, and what is under way on it.

use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

use super::Repository;
use crate::fault::Result;

/// The part of a mode that tells what sort of entry it is, and that of a file.
const FILE_TYPE: i32 = 0o170_000;
const PLAIN_FILE: i32 = 0o100_000;

/// What git has begun and not finished.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unfinished {
    /// `git merge`.
    Merge,
    /// `git cherry-pick`.
    CherryPick,
    /// `git revert`, of several commits or with conflicts.
    Revert,
    /// `git revert` of one commit without conflicts, about which git keeps no state.
    PlainRevert,
    /// `git am`.
    Am,
}

impl Unfinished {
    /// The command that takes it back.
    #[must_use]
    pub fn undo(self) -> &'static str {
        match self {
            Self::Merge => "git merge --abort",
            Self::CherryPick => "git cherry-pick --abort",
            Self::Revert => "git revert --abort",
            Self::PlainRevert => "git reset --merge",
            Self::Am => "git am --abort",
        }
    }
}

impl Repository {
    /// What git has begun here and not finished, if it makes commits on the branch that is checked
    /// out; a rebase does not.
    #[must_use]
    pub fn unfinished(&self) -> Option<Unfinished> {
        let is_there = |name: &str| self.git_dir.join(name).exists();
        if self.is_merging() {
            Some(Unfinished::Merge)
        } else if is_there("CHERRY_PICK_HEAD") {
            Some(Unfinished::CherryPick)
        } else if is_there("REVERT_HEAD") || is_there("sequencer") {
            Some(Unfinished::Revert)
        } else {
            is_there("rebase-apply/applying").then_some(Unfinished::Am)
        }
    }

    /// The branch that is checked out, without `refs/heads/`; `None` if HEAD names a commit itself.
    ///
    /// # Errors
    ///
    /// git cannot be started.
    pub fn branch(&self) -> Result<Option<String>> {
        let by_library = || {
            let library = self.library.lock().ok()?;
            let head = library.as_ref()?.find_reference("HEAD").ok()?;
            Some(head.symbolic_target_bytes().map(<[u8]>::to_vec))
        };
        let name = match by_library() {
            Some(name) => name.unwrap_or_default(),
            None => self.ask(["symbolic-ref", "--quiet", "HEAD"])?.output,
        };
        let name = String::from_utf8_lossy(&name);
        let branch = name.trim_end().strip_prefix("refs/heads/");
        Ok(branch.map(str::to_owned))
    }

    /// What the commit that is checked out has in a file, symbolic links followed; `None` if there is
    /// no such file or commit.
    ///
    /// # Errors
    ///
    /// git cannot be started.
    pub fn file_in_head(&self, path: &Path) -> Result<Option<Vec<u8>>> {
        let by_library = || {
            let library = self.library.lock().ok()?;
            let library = library.as_ref()?;
            let tree = library.head().ok()?.peel_to_tree().ok()?;
            let entry = tree.get_path(path).ok()?;
            let is_plain = entry.filemode() & FILE_TYPE == PLAIN_FILE;
            let blob = library.find_blob(entry.id()).ok()?;
            is_plain.then(|| blob.content().to_owned())
        };
        if let Some(contents) = by_library() {
            return Ok(Some(contents));
        }
        let named = [b"HEAD:", path.as_os_str().as_bytes(), b"\n"].concat();
        let batch = ["cat-file", "--batch", "--follow-symlinks"];
        let answer = self.answer_stored(batch, &named)?;
        let mut parts = answer.output.splitn(2, |byte| *byte == b'\n');
        let (Some(heading), Some(contents)) = (parts.next(), parts.next()) else {
            return Ok(None);
        };
        let is_blob = heading.split(|byte| *byte == b' ').nth(1) == Some(b"blob");
        let contents = contents.strip_suffix(b"\n").unwrap_or(contents);
        Ok(is_blob.then(|| contents.to_owned()))
    }
}
