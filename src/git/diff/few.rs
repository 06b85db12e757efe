//! Few lines of few files, found out without another process: most commits.
//!
//! libgit2 compares with the code from which git's is made (xdiff), with the settings that git's plumbing has.

use git2::{DiffLineType, DiffOptions, Patch};

use super::file::{FileDiff, Line};
use crate::base::fault::Result;
use crate::base::object_id::ObjectId;
use crate::git::index::{ChangedEntry, StoredEntry};
use crate::git::{Objects, Repository};

/// How many files are compared here. One git needs as long to start as these together.
const MOST_FILES: usize = 100;

/// How long their contents may be, in bytes, before and after the change together.
const MOST_BYTES: usize = 1 << 20;

impl Repository {
    /// What the index changes in a commit or tree; `None` if git has to be asked: there is much, something that is
    /// not a text, or something that cannot be read here.
    pub(super) fn few_touched(&self, before: ObjectId) -> Option<Vec<FileDiff>> {
        let index = self.index().ok()?;
        let changes = self.entries_changed_in(&index, before)?;
        if changes.len() > MOST_FILES {
            return None;
        }
        let mut objects = self.objects();
        let mut bytes = 0;
        for entry in changes.iter().flat_map(|one| [one.before, one.after]) {
            let Some(entry) = entry else { continue };
            if matches!(entry.mode, FileDiff::LINK | FileDiff::SUBMODULE) {
                return None;
            }
            bytes += objects.size(entry.id).ok()?;
            if bytes > MOST_BYTES {
                return None;
            }
        }
        let compared = changes.into_iter().map(|change| file(&mut objects, change));
        compared.collect::<Result<Option<Vec<_>>>>().ok()?
    }
}

/// One file; `None` if it may be binary, which attributes have a say in.
fn file(objects: &mut Objects, change: ChangedEntry) -> Result<Option<FileDiff>> {
    let id = |entry: Option<StoredEntry>| entry.map(|entry| entry.id);
    let mode = |entry: Option<StoredEntry>| entry.map(|entry| entry.mode);
    let mut touched = FileDiff {
        path: change.path,
        modes: (mode(change.before), mode(change.after)),
        ..FileDiff::default()
    };
    // As in a patch, which has no line with the ids then.
    if id(change.before) == id(change.after) {
        return Ok(Some(touched));
    }
    (touched.before, touched.after) = (id(change.before), id(change.after));
    let mut read = |id: Option<ObjectId>| id.map_or(Ok(Vec::new()), |id| objects.blob(id));
    let (before, after) = (read(touched.before)?, read(touched.after)?);
    if before.contains(&0) || after.contains(&0) {
        return Ok(None);
    }
    Ok(compare(&before, &after, &mut touched)
        .ok()
        .map(|()| touched))
}

/// Adds the lines that differ.
fn compare(
    before: &[u8],
    after: &[u8],
    touched: &mut FileDiff,
) -> std::result::Result<(), git2::Error> {
    let mut options = DiffOptions::new();
    options.context_lines(0).interhunk_lines(0);
    options.indent_heuristic(true).force_text(true);
    let patch = Patch::from_buffers(before, None, after, None, Some(&mut options))?;
    for hunk in 0..patch.num_hunks() {
        for line in 0..patch.num_lines_in_hunk(hunk)? {
            let line = patch.line_in_hunk(hunk, line)?;
            let (list, number) = match line.origin_value() {
                DiffLineType::Addition => (&mut touched.added, line.new_lineno()),
                DiffLineType::Deletion => (&mut touched.removed, line.old_lineno()),
                // That the last line has no line break.
                _ => continue,
            };
            let text = line.content();
            list.push(Line {
                number: number.map_or(0, |number| number as usize),
                text: text.strip_suffix(b"\n").unwrap_or(text).to_owned(),
            });
        }
    }
    Ok(())
}
