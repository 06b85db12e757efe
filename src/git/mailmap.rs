//! Who is who, according to the `.mailmap` of what is checked.

use std::ffi::OsStr;

use super::{Identity, Repository, process, text};
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
        variables.insert("GIT_DIR".into(), self.git_dir.clone().into());
        variables.insert("GIT_COMMON_DIR".into(), self.common_dir.clone().into());
        variables.insert("GIT_INDEX_FILE".into(), self.index_file.clone().into());
        let blob = format!("mailmap.blob={revision}");
        let arguments = [
            "-c",
            &blob,
            "-c",
            "mailmap.file=",
            "check-mailmap",
            "--stdin",
        ];
        let output = process::tell(&variables, empty.path(), arguments, input.as_bytes())?;
        let lines = output.split(|byte| *byte == b'\n');
        let found = lines
            .zip(identities)
            .map(|(line, asked)| Identity::parse(&text(line)).unwrap_or_else(|| asked.clone()));
        Ok(found.collect())
    }
}
