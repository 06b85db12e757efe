//! Single files of an index, written elsewhere as a checkout would write them.

use std::collections::HashSet;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Repository;
use super::index::Index;
use super::process::line;
use super::status::raw_id;
use crate::base::fault::{Fault, Result};
use crate::base::hex::hex;

/// An index as it is checked, in the plainest form, and without what no commit would have.
pub(crate) struct PlainIndex {
    /// The repository's own, if that is such an index, or one of ours, which no other git knows.
    file: PathBuf,
    /// What it holds.
    pub(crate) index: Arc<Index>,
}

/// A file in the index that an ignore rule names.
pub(crate) struct IgnoredFile {
    /// The file.
    pub(crate) path: PathBuf,
    /// The file with the rule.
    pub(crate) by: PathBuf,
    /// The rule, as it is written there.
    pub(crate) rule: Vec<u8>,
}

impl Repository {
    /// An index in the plainest form, which is written to a file of ours if need be.
    ///
    /// # Errors
    ///
    /// The file cannot be written, or git fails.
    pub(crate) fn plain_index(&self, index: &Arc<Index>, file: &Path) -> Result<PlainIndex> {
        if index.is_plain() && !index.has_intended() && self.has_still(index) {
            return Ok(PlainIndex {
                file: self.index_file.clone(),
                index: Arc::clone(index),
            });
        }
        self.copy_index(index, file)?;
        Ok(PlainIndex {
            file: file.to_owned(),
            index: Arc::new(self.index_in(file)?),
        })
    }

    /// Writes an index to a file, in the plainest form, and without what no commit would have.
    ///
    /// # Errors
    ///
    /// The file cannot be written, or git fails.
    pub(crate) fn copy_index(&self, index: &Index, file: &Path) -> Result<()> {
        let cannot = |error: &std::io::Error| Fault::unable("cannot copy the index").because(error);
        let _ = fs::remove_file(file);
        if index.as_file().is_empty() {
            // There is none, and git takes an empty file for a damaged one.
            return Ok(());
        }
        fs::write(file, index.as_file()).map_err(|error| cannot(&error))?;
        let intended = index
            .entries()
            .iter()
            .filter(|entry| entry.flags.is_intended);
        let mut intended = intended.map(|entry| index.name(entry)).peekable();
        if !index.is_plain() || intended.peek().is_some() {
            let mut list = Vec::new();
            for name in intended {
                list.extend_from_slice(name);
                list.push(0);
            }
            let arguments = [
                "-c",
                "core.splitIndex=false",
                "-c",
                "index.sparse=false",
                "update-index",
                "--force-write-index",
                "--force-remove",
                "-z",
                "--stdin",
            ];
            self.git()
                .with("GIT_INDEX_FILE", file)
                .output_with_stdin(arguments, &list)?;
        }
        Ok(())
    }

    /// Writes files of an index into a directory, through filters and with the line ends of a checkout.
    ///
    /// `elsewhere` is an empty directory that stands for the work tree where the attributes of that
    /// must not count.
    ///
    /// # Errors
    ///
    /// git fails: an object is missing, a filter that is required fails, the disk is full.
    pub(crate) fn check_out_files(
        &self,
        plain: &PlainIndex,
        paths: &[PathBuf],
        dir: &Path,
        elsewhere: &Path,
    ) -> Result<()> {
        if paths.is_empty() {
            return Ok(());
        }
        let list = nul_separated(paths);
        let mut prefix = OsString::from("--prefix=");
        prefix.push(dir);
        prefix.push("/");
        let mut git = self.git().with("GIT_INDEX_FILE", &plain.file);
        let are_attributes =
            |path: &PathBuf| path.file_name().is_some_and(|n| n == ".gitattributes");
        if paths.iter().any(are_attributes) {
            git = git
                .in_dir(elsewhere)
                .with("GIT_DIR", &self.git_dir)
                .with("GIT_WORK_TREE", elsewhere);
        }
        let arguments = [
            OsString::from("checkout-index"),
            "--force".into(),
            "--ignore-skip-worktree-bits".into(),
            prefix,
            "-z".into(),
            "--stdin".into(),
        ];
        git.output_with_stdin(arguments, &list).map(drop)
    }
}

impl Repository {
    /// The paths whose files in a directory git would store otherwise than an index has them.
    ///
    /// # Errors
    ///
    /// git cannot be started.
    pub(crate) fn stored_otherwise(
        &self,
        plain: &PlainIndex,
        paths: &[PathBuf],
        dir: &Path,
    ) -> Result<Vec<PathBuf>> {
        let mut otherwise = Vec::new();
        for path in paths {
            let file = dir.join(path);
            let Some(entry) = plain.index.find(path.as_os_str().as_bytes()) else {
                continue;
            };
            let id = plain.index.id(entry);
            if raw_id(&file, id.len()).as_deref() == Some(id) {
                continue;
            }
            let arguments: [&OsStr; 5] = [
                "hash-object".as_ref(),
                "--path".as_ref(),
                path.as_os_str(),
                "--".as_ref(),
                file.as_os_str(),
            ];
            let is_same = !entry.is_link() && {
                let output = self.git().run(arguments)?.output_if_any();
                output.is_some_and(|output| line(&output) == hex(id))
            };
            if !is_same {
                otherwise.push(path.clone());
            }
        }
        Ok(otherwise)
    }

    /// Those of some untracked paths that git does not ignore, in their order.
    ///
    /// # Errors
    ///
    /// git cannot be started.
    pub(crate) fn not_ignored(&self, paths: &[PathBuf]) -> Result<Vec<PathBuf>> {
        if paths.is_empty() {
            return Ok(Vec::new());
        }
        let list = nul_separated(paths);
        let arguments = ["check-ignore", "--no-index", "-z", "--stdin"];
        // git-check-ignore(1): exit code 1 is "none of them".
        let (_, output) = self
            .git()
            .run_with_stdin(arguments, &list)?
            .output_with(&[0, 1])?;
        let ignored: HashSet<&[u8]> = output.split(|byte| *byte == 0).collect();
        let is_seen = |path: &&PathBuf| !ignored.contains(path.as_os_str().as_bytes());
        Ok(paths.iter().filter(is_seen).cloned().collect())
    }

    /// The files in the index that ignore rules name, each with the file that has the rule and the rule itself.
    ///
    /// # Errors
    ///
    /// git cannot be started.
    pub(crate) fn ignored_in_index(&self) -> Result<Vec<IgnoredFile>> {
        let listed = [
            "ls-files",
            "--cached",
            "--ignored",
            "--exclude-standard",
            "-z",
        ];
        let listed = self.git().output(listed)?;
        if listed.is_empty() {
            return Ok(Vec::new());
        }
        let arguments = ["check-ignore", "--no-index", "--verbose", "-z", "--stdin"];
        let (_, output) = self
            .git()
            .run_with_stdin(arguments, &listed)?
            .output_with(&[0, 1])?;
        // The file of the rule, its line, the rule, the path.
        let fields: Vec<&[u8]> = output.split(|byte| *byte == 0).collect();
        let records = fields.chunks_exact(4).map(|record| IgnoredFile {
            path: PathBuf::from(OsStr::from_bytes(record[3])),
            by: PathBuf::from(OsStr::from_bytes(record[0])),
            rule: record[2].to_vec(),
        });
        Ok(records.collect())
    }

    /// How files in a directory differ from an index, as a patch.
    ///
    /// # Errors
    ///
    /// git cannot tell.
    pub(crate) fn patch(
        &self,
        plain: &PlainIndex,
        dir: &Path,
        paths: &[OsString],
    ) -> Result<Vec<u8>> {
        if paths.is_empty() {
            return Ok(Vec::new());
        }
        let fixed = ["diff", "--no-ext-diff", "--no-color", "--no-renames", "--"];
        let arguments = fixed.map(OsString::from);
        let arguments = arguments.iter().chain(paths);
        self.git()
            .in_dir(dir)
            .with("GIT_INDEX_FILE", &plain.file)
            .with("GIT_DIR", &self.git_dir)
            .with("GIT_WORK_TREE", dir)
            .with("GIT_LITERAL_PATHSPECS", "1")
            .output(arguments)
    }
}

impl Repository {
    /// Writes the files of a submodule's commit into a directory, if the submodule has the commit.
    ///
    /// `beside` is a path beside which a temporary index can be made.
    ///
    /// # Errors
    ///
    /// git fails.
    pub(crate) fn export_submodule(
        &self,
        plain: &PlainIndex,
        path: &Path,
        dir: &Path,
        beside: &Path,
    ) -> Result<()> {
        let own = self.work_tree.join(path);
        let Some(entry) = plain.index.find(path.as_os_str().as_bytes()) else {
            return Ok(());
        };
        let commit = hex(plain.index.id(entry));
        let git = self.git_elsewhere(&own);
        let has_commit = own.join(".git").exists() && {
            let name = format!("{commit}^{{commit}}");
            // A name that leads nowhere ends with 128, a missing object with 1.
            let answer = git.run(["cat-file", "-e", name.as_str()])?;
            answer.output_with(&[0, 1, 128])?.0 == 0
        };
        if !has_commit {
            return Ok(());
        }
        let index = beside.with_extension("submodule");
        let git = git.with("GIT_INDEX_FILE", &index);
        let _ = fs::remove_file(&index);
        git.output(["read-tree", commit.as_str()])?;
        let mut prefix = OsString::from("--prefix=");
        prefix.push(dir);
        prefix.push("/");
        let arguments = [
            "checkout-index".into(),
            "--all".into(),
            "--force".into(),
            prefix,
        ];
        let written = git.output(arguments);
        let _ = fs::remove_file(&index);
        written.map(drop)
    }
}

fn nul_separated(paths: &[PathBuf]) -> Vec<u8> {
    let mut list = Vec::new();
    for path in paths {
        list.extend_from_slice(path.as_os_str().as_bytes());
        list.push(0);
    }
    list
}
