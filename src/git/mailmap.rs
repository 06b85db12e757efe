//! Who is who, according to the `.mailmap` of what is checked.

use std::ffi::OsStr;

use super::process::Git;
use super::{Identity, Repository, text};
use crate::base::fault::{Fault, Result};
use crate::base::scratch::Scratch;

impl Repository {
    /// What git makes of some identities by the `.mailmap` that a revision names (`:.mailmap` is
    /// that of the index, `HEAD:.mailmap` that of a commit), in their order. Neither the work
    /// tree's nor the user's own counts.
    ///
    /// # Errors
    ///
    /// git fails.
    pub(crate) fn mailmapped(
        &self,
        revision: &str,
        identities: &[Identity],
    ) -> Result<Vec<Identity>> {
        let mut input = String::new();
        for identity in identities {
            let line = identity.to_string().replace(['\n', '\r'], " ");
            input.push_str(&line);
            input.push('\n');
        }
        // git also reads the `.mailmap` where it stands: in an empty directory there is none.
        let empty = Scratch::new()
            .map_err(|error| Fault::unable("cannot create a directory").because(&error))?;
        let mut variables = self.variables_for_stored();
        variables.remove(OsStr::new("GIT_WORK_TREE"));
        let git = Git::new(&variables, empty.path())
            .with("GIT_DIR", &self.git_dir)
            .with("GIT_COMMON_DIR", &self.common_dir)
            .with("GIT_INDEX_FILE", &self.index_file);
        let blob = format!("mailmap.blob={revision}");
        let arguments = [
            "-c",
            &blob,
            "-c",
            "mailmap.file=",
            "check-mailmap",
            "--stdin",
        ];
        let output = git.output_with_stdin(arguments, input.as_bytes())?;
        let lines = output.split(|byte| *byte == b'\n');
        let found = lines
            .zip(identities)
            .map(|(line, asked)| Identity::parse(&text(line)).unwrap_or_else(|| asked.clone()));
        Ok(found.collect())
    }
}
