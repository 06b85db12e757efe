//! The branch that is checked out: its name, what its last commit has, and what is under way on it.

use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

use super::Repository;
use crate::base::fault::Result;

/// The part of a mode that tells what sort of entry it is, and that of a file.
const FILE_TYPE: i32 = 0o170_000;
const PLAIN_FILE: i32 = 0o100_000;

impl Repository {
    /// The branch that is checked out, without `refs/heads/`; `None` if HEAD names a commit itself.
    ///
    /// # Errors
    ///
    /// git cannot be started.
    pub(crate) fn branch(&self) -> Result<Option<String>> {
        let by_library = || {
            let library = self.library.lock().ok()?;
            let head = library.as_ref()?.find_reference("HEAD").ok()?;
            Some(head.symbolic_target_bytes().map(<[u8]>::to_vec))
        };
        let name = if let Some(name) = by_library() {
            name
        } else {
            let answer = self.git().run(["symbolic-ref", "--quiet", "HEAD"])?;
            answer.output_or_no()?
        };
        let name = name.unwrap_or_default();
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
    pub(crate) fn file_in_head(&self, path: &Path) -> Result<Option<Vec<u8>>> {
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
        let output = self
            .git_for_stored()
            .run_with_stdin(batch, &named)?
            .output()?;
        let mut parts = output.splitn(2, |byte| *byte == b'\n');
        let (Some(heading), Some(contents)) = (parts.next(), parts.next()) else {
            return Ok(None);
        };
        let is_blob = heading.split(|byte| *byte == b' ').nth(1) == Some(b"blob");
        let contents = contents.strip_suffix(b"\n").unwrap_or(contents);
        Ok(is_blob.then(|| contents.to_owned()))
    }
}
