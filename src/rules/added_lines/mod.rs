//! Added lines that silence a tool, skip a test or bypass the gates.
//!
//! The author of a change does not answer for what was there before: only lines that the change
//! adds are checked, except for lines that have only moved and lines that keep the silencer they
//! had. Files are read only if an added line holds one of the rules' words, so that an ordinary
//! change costs next to nothing.

mod exceptions;
mod files;
mod language;
mod lex;
mod lexer;
mod line;
mod moved;
mod notebook;
mod ruby;
pub(crate) mod scope;
mod search;
mod shell;
mod yaml;

use std::path::Path;

use time::Date;

use crate::base::fault::Result;
use crate::base::object_id::ObjectId;
use crate::base::parallel::each;
use crate::base::text::clean_line;
use crate::config::{Bypass, DatedException};
use crate::git::FileDiff;
use crate::model::finding::{Excuse, FilePlace, Finding, Location, Remedy};
use crate::model::severity::{Level, Severity};
use exceptions::Reason;
use moved::{Carried, RemovedLines};
use scope::is_looked_at;
use search::{Hit, LineSearch};

pub use files::is_for;
pub use lex::lex;
pub use lexer::{PartKind, Spans};

/// The largest file that is searched, in bytes: a larger one was not written by hand.
const LARGEST: usize = 4 << 20;

/// How many files a thread searches at once.
const SHARE: usize = 32;

/// Reads a blob by its id.
pub(crate) type ReadBlob<'r> = dyn FnMut(ObjectId) -> Result<Vec<u8>> + 'r;

/// Checks the lines that a change adds; findings are sorted by file and line. `today` decides
/// which exceptions still hold.
///
/// # Errors
///
/// The errors of `read`.
pub fn check(
    bypass: &Bypass,
    files: &[FileDiff],
    today: Date,
    read: &mut ReadBlob<'_>,
) -> Result<Vec<Finding>> {
    let search = LineSearch::new(bypass);
    let mut hits = Vec::new();
    let worth = each(files, SHARE, || (), |(), file| search.candidates(file));
    for (file, candidates) in files.iter().zip(worth) {
        let Some(id) = file.after.filter(|_| !candidates.is_empty()) else {
            continue;
        };
        let content = read(id)?;
        if content.len() <= LARGEST {
            let file_hits = search.hits(&file.path, &content, &candidates).into_iter();
            hits.extend(file_hits.map(|hit| (file, hit)));
        }
    }
    if hits.is_empty() {
        return Ok(Vec::new());
    }
    let mut gone = RemovedLines::new(bypass, files);
    hits.retain(|(_, hit)| !gone.has_moved(&hit.text));
    let mut kept = kept(&search, files, &hits, &mut gone, read)?;
    hits.retain(|(file, hit)| !kept.take(file, hit));
    let mut findings: Vec<Finding> = hits
        .into_iter()
        .filter_map(|(file, hit)| finding(bypass, file, hit, today))
        .collect();
    findings.sort_by(|a, b| a.place().cmp(&b.place()));
    Ok(findings)
}

/// The findings of removed lines, which the lines in their place may keep.
fn kept(
    search: &LineSearch<'_>,
    files: &[FileDiff],
    hits: &[(&FileDiff, Hit)],
    gone: &mut RemovedLines<'_>,
    read: &mut ReadBlob<'_>,
) -> Result<Carried> {
    let mut kept = Carried::default();
    let has_new_file = hits.iter().any(|(file, _)| file.before.is_none());
    for file in files {
        let is_concerned = match file.after {
            Some(_) => hits.iter().any(|(other, _)| other.path == file.path),
            None => has_new_file && is_looked_at(search.bypass, &file.path),
        };
        let Some(id) = file.before.filter(|_| is_concerned) else {
            continue;
        };
        let candidates = search.candidates_in(&file.path, &file.removed);
        if candidates.is_empty() {
            continue;
        }
        let content = read(id)?;
        if content.len() > LARGEST {
            continue;
        }
        for hit in search.hits(&file.path, &content, &candidates) {
            if !gone.was_taken(&hit.text) {
                kept.add(file, hit);
            }
        }
    }
    Ok(kept)
}

/// The finding about a hit; `None` if the rule is off.
fn finding(bypass: &Bypass, file: &FileDiff, hit: Hit, today: Date) -> Option<Finding> {
    let mut severity = bypass.enforced(hit.level).severity()?;
    let mut notes = Vec::new();
    let mut excuse = None;
    match hit.reason {
        Reason::Good(reason) => excuse = Some(Excuse::OnLine(reason)),
        Reason::Weak(reason) => notes.push(format!(
            "the reason `{reason}` does not say why the \
            exception is right"
        )),
        Reason::None => {}
    }
    if excuse.is_none() {
        let is_about = |exception: &&DatedException| {
            exception.rule == hit.rule.as_str() && exception.files.matches(&file.path)
        };
        let mut exceptions = bypass.exceptions.iter().filter(is_about);
        // Of several exceptions the one that holds longest counts.
        let last = exceptions.next().map(|first| {
            exceptions.fold(
                first,
                |last, next| {
                    if next.until > last.until { next } else { last }
                },
            )
        });
        match last {
            Some(exception) if today <= exception.until => {
                excuse = Some(Excuse::Configured {
                    reason: exception.reason.clone(),
                    until: exception.until,
                });
            }
            Some(exception) => {
                severity = bypass.enforced(Level::Error).severity()?;
                let until = exception.until;
                notes.push(format!("its exception in gates.toml ended on {until}"));
            }
            None => {}
        }
    }
    if excuse.is_some() {
        severity = Severity::Note;
    }
    Some(Finding {
        rule: hit.rule,
        severity,
        message: hit.message,
        location: Location::File(FilePlace {
            path: file.path.clone(),
            line: hit.line,
            text: clean_line(&hit.text),
            mark: clean_line(hit.mark.as_bytes()),
            column: hit.column,
        }),
        notes: notes
            .into_iter()
            .map(|note| clean_line(note.as_bytes()))
            .collect(),
        remedy: Remedy::Edit(hit.help),
        excuse,
    })
}

/// Whether any rule may look at a file.
#[must_use]
pub(crate) fn concerns(bypass: &Bypass, path: &Path) -> bool {
    is_looked_at(bypass, path) || !bypass.patterns.is_empty() && !bypass.exclude.matches(path)
}

#[cfg(test)]
mod tests;
