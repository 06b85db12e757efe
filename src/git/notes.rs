//! git's notes on trees, of which each line stands for itself: two sides are merged by keeping the lines of both.

use std::collections::BTreeSet;
use std::fs::File;

use super::{Repository, text};
use crate::base::fault::{Fault, Result};
use crate::base::object_id::ObjectId;

/// Where the notes of a remote are kept until they are merged.
const FETCHED: &str = "refs/notes/gatekeeper-fetched";

/// The file in the git directory that is locked while notes are written.
const LOCK: &str = "gatekeeper-notes.lock";

impl Repository {
    /// The lines of the note on an object; none if there is no note.
    ///
    /// # Errors
    ///
    /// git fails.
    pub(crate) fn note_lines(&self, reference: &str, object: ObjectId) -> Result<Vec<String>> {
        if self.reference(reference)?.is_none() {
            return Ok(Vec::new());
        }
        let by = format!("--ref={reference}");
        let object = object.to_string();
        let shown = self.git().run(["notes", &by, "show", &object])?;
        let shown = shown.output_if_any().unwrap_or_default();
        let lines = text(&shown);
        let lines = lines.lines().filter(|line| !line.trim().is_empty());
        Ok(lines.map(str::to_owned).collect())
    }

    /// The objects that have notes.
    ///
    /// # Errors
    ///
    /// git fails.
    pub(crate) fn noted(&self, reference: &str) -> Result<BTreeSet<ObjectId>> {
        if self.reference(reference)?.is_none() {
            return Ok(BTreeSet::new());
        }
        let by = format!("--ref={reference}");
        let listed = self.git().output(["notes", &by, "list"])?;
        let listed = text(&listed);
        let objects = listed.lines().filter_map(|line| line.split(' ').nth(1));
        Ok(objects.filter_map(|id| id.parse().ok()).collect())
    }

    /// Adds a line to the note on an object.
    ///
    /// # Errors
    ///
    /// git fails, or other programs write the note all the time.
    pub(crate) fn add_note_line(
        &self,
        reference: &str,
        object: ObjectId,
        line: &str,
    ) -> Result<()> {
        let by = format!("--ref={reference}");
        let id = object.to_string();
        let _lock = self.lock_notes()?;
        let mut lines = self.note_lines(reference, object)?;
        if lines.iter().any(|known| known == line) {
            return Ok(());
        }
        lines.push(line.to_owned());
        lines.sort();
        let note = lines.join("\n") + "\n";
        let call = ["notes", &by, "add", "--force", "--file=-", &id];
        self.git().output_with_stdin(call, note.as_bytes())?;
        Ok(())
    }

    /// Keeps other runs of gatekeeper from writing notes as long as the file is open: git reads a note and
    /// writes it again in two steps, between which another line would be lost.
    fn lock_notes(&self) -> Result<File> {
        let file = self.common_dir.join(LOCK);
        let locked = File::create(file).and_then(|file| file.lock().map(|()| file));
        locked.map_err(|error| Fault::unable("cannot lock the notes of git").because(&error))
    }

    /// Fetches the notes of a remote, and keeps the lines of both sides. Returns whether the remote has any.
    ///
    /// # Errors
    ///
    /// The remote cannot be reached, or git fails.
    pub(crate) fn fetch_notes(&self, remote: &str, reference: &str) -> Result<bool> {
        let listed = self.git().run(["ls-remote", "--", remote, reference])?;
        let listed = listed.output_else(format!("cannot reach the remote {remote}"))?;
        if text(&listed).trim().is_empty() {
            return Ok(false);
        }
        let specification = format!("+{reference}:{FETCHED}");
        let call = [
            "fetch",
            "--quiet",
            "--no-tags",
            "--",
            remote,
            &specification,
        ];
        let fetched = self.git().run(call)?;
        fetched.output_else(format!("cannot fetch {reference} from {remote}"))?;
        let by = format!("--ref={reference}");
        let _lock = self.lock_notes()?;
        let call = [
            "notes",
            &by,
            "merge",
            "--quiet",
            "--strategy=cat_sort_uniq",
            FETCHED,
        ];
        self.git().output(call)?;
        self.git().output(["update-ref", "-d", FETCHED])?;
        Ok(true)
    }

    /// Pushes the notes to a remote. Nothing that the remote has is lost: git refuses what is no fast-forward.
    ///
    /// # Errors
    ///
    /// There are none, the remote cannot be reached, or has others.
    pub(crate) fn push_notes(&self, remote: &str, reference: &str) -> Result<()> {
        if self.reference(reference)?.is_none() {
            return Err(Fault::usage(format!(
                "there is no {reference}, so there is nothing to push"
            ))
            .hint("add a receipt with `gatekeeper receipts add FILE`"));
        }
        let specification = format!("{reference}:{reference}");
        let call = ["push", "--quiet", "--", remote, &specification];
        let pushed = self.git().run(call)?;
        let pushed = pushed.output_else(format!("cannot push {reference} to {remote}"));
        pushed.map(drop).map_err(|fault| {
            fault.hint(
                "if the remote has other receipts, run `gatekeeper receipts fetch` and push again",
            )
        })
    }
}
