//! Reflogs, read as files: who moved HEAD and the remote-tracking branches, as far as git has noted it.

use std::path::{Path, PathBuf};
use std::{fs, io};

use super::Repository;
use super::process::line;
use crate::base::fault::Result;
use crate::base::object_id::ObjectId;

/// The directory of reflogs, in the git directory.
const LOGS: &str = "logs";

/// The reflogs of remote-tracking branches, below that.
const REMOTES: &str = "refs/remotes";

/// The directory of linked work trees, in the git directory that all work trees share.
const WORK_TREES: &str = "worktrees";

/// What git writes after a push.
const PUSHED: &str = "update by push";

/// What git and others write where a remote-tracking branch gets what a remote has.
const BROUGHT: [&str; 4] = ["fetch", "pull", "clone", "remote"];

/// A line of a reflog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ReflogEntry {
    /// What the reference named before; `None` if it was new.
    pub(crate) old: Option<ObjectId>,
    /// What it names since; `None` if it was deleted.
    pub(crate) new: Option<ObjectId>,
    /// When, in seconds since 1970.
    pub(crate) at: u64,
    /// The command that moved it, and how.
    pub(crate) what: String,
}

impl ReflogEntry {
    /// Reads a line: `OLD NEW NAME <EMAIL> TIME ZONE<tab>MESSAGE`.
    fn read(line: &str) -> Option<Self> {
        let (head, what) = line.split_once('\t').unwrap_or((line, ""));
        let mut words = head.splitn(3, ' ');
        let old = ObjectId::parse_or_none(words.next()?).ok()?;
        let new = ObjectId::parse_or_none(words.next()?).ok()?;
        let at = head.rsplit(' ').nth(1)?.parse().ok()?;
        Some(Self {
            old,
            new,
            at,
            what: what.to_owned(),
        })
    }

    /// Whether a push from here moved the remote-tracking branch.
    #[must_use]
    pub(crate) fn is_pushed(&self) -> bool {
        self.what == PUSHED
    }

    /// Whether a command made the commit that HEAD names since.
    #[must_use]
    pub(crate) fn makes_commit(&self) -> bool {
        let (action, how) = self.what.split_once(':').unwrap_or((&self.what, ""));
        let mut words = action.split(' ');
        match words.next().unwrap_or_default() {
            "commit" | "cherry-pick" | "revert" => true,
            // `am --abort` goes back.
            "am" => action == "am",
            "merge" | "pull" => how.trim_start().starts_with("Merge made"),
            "rebase" => [
                "(pick)",
                "(reword)",
                "(edit)",
                "(squash)",
                "(fixup)",
                "(continue)",
            ]
            .iter()
            .any(|step| action.ends_with(step)),
            _ => false,
        }
    }
}

/// Values of git's setting for reflogs that turn them off (git-config(1), `core.logAllRefUpdates`).
const OFF: [&str; 4] = ["false", "no", "off", "0"];

impl Repository {
    /// Whether git keeps reflogs here, which tell what was published unchecked.
    ///
    /// # Errors
    ///
    /// git cannot be started.
    pub(crate) fn keeps_reflogs(&self) -> Result<bool> {
        let words = ["config", "--get", "core.logAllRefUpdates"];
        let value = self.git().run(words)?.output_or_no()?;
        let value = value.map(|value| line(&value).to_ascii_lowercase());
        Ok(value.is_none_or(|value| !OFF.contains(&value.as_str())))
    }
}

/// The whole lines of a part of a reflog. A line that cannot be read is left out.
#[must_use]
pub(crate) fn reflog_entries(bytes: &[u8]) -> Vec<ReflogEntry> {
    let text = String::from_utf8_lossy(bytes);
    text.lines().filter_map(ReflogEntry::read).collect()
}

impl Repository {
    /// The names of the reflogs of HEAD, in every work tree; relative to the git directory that they
    /// share.
    #[must_use]
    pub(crate) fn head_reflogs(&self) -> Vec<PathBuf> {
        let linked = entries(&self.common_dir.join(WORK_TREES))
            .map(|entry| Path::new(WORK_TREES).join(entry.file_name()));
        let dirs = std::iter::once(PathBuf::new()).chain(linked);
        let logs = dirs.map(|dir| dir.join(LOGS).join("HEAD"));
        logs.filter(|log| self.common_dir.join(log).is_file())
            .collect()
    }

    /// The same of remote-tracking branches.
    #[must_use]
    pub(crate) fn remote_reflogs(&self) -> Vec<PathBuf> {
        let mut logs = Vec::new();
        let mut open = vec![Path::new(LOGS).join(REMOTES)];
        while let Some(dir) = open.pop() {
            for entry in entries(&self.common_dir.join(&dir)) {
                let name = dir.join(entry.file_name());
                match entry.file_type() {
                    Ok(kind) if kind.is_dir() => open.push(name),
                    // What a remote calls its default branch names another of these.
                    Ok(kind) if kind.is_file() && !name.ends_with("HEAD") => logs.push(name),
                    _ => {}
                }
            }
        }
        logs.sort();
        logs
    }

    /// Whether a line in the reflog of a remote-tracking branch says that a remote has what it names
    /// since: it was fetched, and not from this repository itself. A push says so, too, but it may be
    /// one that nobody has checked.
    #[must_use]
    pub(crate) fn is_brought(&self, entry: &ReflogEntry) -> bool {
        let action = entry.what.split(": ").next().unwrap_or_default();
        let mut words = action.trim_end_matches(':').split(' ');
        let first = words.next().unwrap_or_default().trim_end_matches(':');
        let is_revision = |word: &str| {
            let number = word.strip_prefix('r').unwrap_or_default();
            !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
        };
        // `git svn` writes the number of the revision.
        (BROUGHT.contains(&first) && !words.any(|word| self.is_own_address(word)))
            || is_revision(first)
    }
}

fn entries(dir: &Path) -> impl Iterator<Item = fs::DirEntry> + use<> {
    let read: io::Result<fs::ReadDir> = fs::read_dir(dir);
    read.into_iter().flatten().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(what: &str) -> ReflogEntry {
        let line = format!(
            "{} {} A B <a@b> 1767225600 +0100\t{what}\n",
            "00".repeat(20),
            "0a".repeat(20)
        );
        let [entry] = reflog_entries(line.as_bytes()).try_into().unwrap();
        entry
    }

    #[test]
    fn a_line_is_taken_apart() {
        let found = entry("update by push");
        assert_eq!((found.old, found.at), (None, 1_767_225_600));
        assert_eq!(found.new, "0a".repeat(20).parse().ok());
        assert_eq!(found.what, "update by push");
        assert_eq!(reflog_entries(b"x\n\n"), []);
    }

    #[test]
    fn commands_that_make_commits_are_known() {
        for (what, makes) in [
            ("commit: one", true),
            ("commit (amend): one", true),
            ("commit (initial): one", true),
            ("cherry-pick: one", true),
            ("revert: one", true),
            ("am: one", true),
            ("merge topic: Merge made by the 'ort' strategy.", true),
            ("pull origin main: Merge made by the 'ort' strategy.", true),
            ("rebase (pick): one", true),
            ("rebase -i (squash): one", true),
            ("merge topic: Fast-forward", false),
            ("pull: Fast-forward", false),
            ("am: x", true),
            ("am --abort", false),
            ("rebase (start): checkout origin/main", false),
            ("rebase (finish): returning to refs/heads/main", false),
            ("checkout: moving from main to commit", false),
            ("reset: moving to HEAD~1", false),
            ("clone: from ../x", false),
            ("", false),
        ] {
            assert_eq!(entry(what).makes_commit(), makes, "{what}");
        }
    }
}
