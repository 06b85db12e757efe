//! Notes about what agents did in commits, as git-ai writes them: `refs/notes/ai`.

use std::collections::{HashMap, HashSet};

use super::{Repository, text};
use crate::base::fault::Result;
use crate::base::object_id::ObjectId;

/// The reference of the notes.
const REFERENCE: &str = "refs/notes/ai";

impl Repository {
    /// The notes of some commits, by commit; none where the repository has no such notes.
    ///
    /// # Errors
    ///
    /// git fails.
    pub(crate) fn ai_notes(&self, commits: &[ObjectId]) -> Result<HashMap<ObjectId, String>> {
        let mut notes = HashMap::new();
        if self.reference(REFERENCE)?.is_none() {
            return Ok(notes);
        }
        let wanted: HashSet<&ObjectId> = commits.iter().collect();
        let reference = format!("--ref={REFERENCE}");
        let listed = self.git().output(["notes", &reference, "list"])?;
        let mut objects = self.objects();
        for line in text(&listed).lines() {
            let ids = line.split_once(' ');
            let ids =
                ids.and_then(|(note, commit)| Some((note.parse().ok()?, commit.parse().ok()?)));
            if let Some((note, commit)) = ids
                && wanted.contains(&commit)
            {
                notes.insert(commit, text(&objects.blob(note)?));
            }
        }
        Ok(notes)
    }
}
