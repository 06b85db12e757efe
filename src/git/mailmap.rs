//! Who is who, according to the `.mailmap` of what is judged.

use super::{Identity, Repository, text};
use crate::fault::Result;

impl Repository {
    /// What git makes of some identities by the `.mailmap` that a revision names (`:.mailmap` is
    /// that of the index, `HEAD:.mailmap` that of a commit), in their order. Neither the work
    /// tree's nor the user's own counts.
    ///
    /// # Errors
    ///
    /// git fails.
    pub fn mailmapped(&self, revision: &str, identities: &[Identity]) -> Result<Vec<Identity>> {
        let blob = format!("mailmap.blob={revision}");
        let mut input = String::new();
        for identity in identities {
            let line = identity.to_string().replace(['\n', '\r'], " ");
            input.push_str(&line);
            input.push('\n');
        }
        let git_dir = self.git_dir.as_os_str();
        // A repository without a work tree has no other `.mailmap` than that blob.
        let mut arguments: Vec<std::ffi::OsString> = [
            "-c",
            "core.bare=true",
            "-c",
            &blob,
            "-c",
            "mailmap.file=",
            "--git-dir",
        ]
        .into_iter()
        .map(Into::into)
        .collect();
        arguments.push(git_dir.to_owned());
        arguments.extend(["check-mailmap", "--stdin"].map(Into::into));
        let output = self.tell(arguments, input.as_bytes())?;
        let lines = output.split(|byte| *byte == b'\n');
        let found = lines
            .zip(identities)
            .map(|(line, asked)| Identity::parse(&text(line)).unwrap_or_else(|| asked.clone()));
        Ok(found.collect())
    }
}
