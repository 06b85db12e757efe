//! Applies the safe edits, and shows them as a patch.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use super::complaint::LineEdit;
use super::rule::Diagnosis;
use crate::base::fault::{Fault, Result};
use crate::base::replace::{Durability, replace_file};
use crate::base::text::{clean_line, show_path};

/// How many lines around a change are shown.
const CONTEXT: usize = 3;

/// What was found, without edits of files that are symbolic links: what a link leads to may be used elsewhere.
#[must_use]
pub(crate) fn without_linked(top: &Path, mut found: Vec<Diagnosis>) -> Vec<Diagnosis> {
    for one in &mut found {
        let edit = one.complaint.edit.take();
        one.complaint.edit = edit.filter(|edit| !top.join(&edit.path).is_symlink());
    }
    found
}

/// Applies the safe edits of what was found, and returns them as a patch; empty if there are none.
///
/// # Errors
///
/// A file cannot be read or written, or has changed meanwhile.
pub(crate) fn apply(top: &Path, found: &[Diagnosis]) -> Result<String> {
    let mut files: BTreeMap<&PathBuf, Vec<&LineEdit>> = BTreeMap::new();
    for edit in found.iter().filter_map(|one| one.complaint.edit.as_ref()) {
        let edits = files.entry(&edit.path).or_default();
        if !edits.iter().any(|other| other.line == edit.line) {
            edits.push(edit);
        }
    }
    let mut patch = String::new();
    let mut written = Vec::new();
    for (path, mut edits) in files {
        edits.sort_by_key(|edit| edit.line);
        let file = top.join(path);
        let name = show_path(path);
        let cannot = |what: &str| Fault::unable(format!("cannot {what} {name}"));
        let metadata =
            fs::symlink_metadata(&file).map_err(|error| cannot("read").because(&error))?;
        if !metadata.is_file() {
            return Err(cannot("edit").hint("it is not a file"));
        }
        let text = fs::read_to_string(&file).map_err(|error| cannot("read").because(&error))?;
        let new = edited(&text, &edits).ok_or_else(|| {
            Fault::unable(format!("{name} has changed meanwhile")).hint("run the command again")
        })?;
        patch += &unified(path, &text, &edits);
        written.push((file, name, new, metadata.permissions().mode()));
    }
    for (file, name, new, mode) in written {
        replace_file(&file, new.as_bytes(), mode & 0o7777, Durability::Synced)
            .map_err(|error| Fault::unable(format!("cannot write {name}")).because(&error))?;
    }
    Ok(patch)
}

/// A text with its lines edited; `None` if a line is not as it was.
fn edited(text: &str, edits: &[&LineEdit]) -> Option<String> {
    let mut new = String::with_capacity(text.len());
    let mut edits = edits.iter().peekable();
    for (at, whole) in text.split_inclusive('\n').enumerate() {
        let Some(edit) = edits.next_if(|edit| edit.line == at + 1) else {
            new.push_str(whole);
            continue;
        };
        let line = whole.strip_suffix('\n').unwrap_or(whole);
        let (line, end) = match line.strip_suffix('\r') {
            Some(line) => (line, "\r\n"),
            None => (line, "\n"),
        };
        if line != edit.old {
            return None;
        }
        if let Some(text) = &edit.new {
            new.push_str(&text.replace('\n', end));
            if whole.ends_with('\n') {
                new.push_str(end);
            }
        }
    }
    edits.peek().is_none().then_some(new)
}

/// The edits of a file as a patch, in which changes that are near to each other are one.
fn unified(path: &Path, text: &str, edits: &[&LineEdit]) -> String {
    let name = show_path(path);
    let lines: Vec<&str> = text.lines().collect();
    let mut unified = format!("--- a/{name}\n+++ b/{name}\n");
    let mut shift = 0_isize;
    let mut rest = edits;
    while !rest.is_empty() {
        let near = rest
            .windows(2)
            .position(|pair| pair[1].line - pair[0].line > 2 * CONTEXT);
        let (hunk, later) = rest.split_at(near.map_or(rest.len(), |at| at + 1));
        rest = later;
        let (Some(first), Some(last)) = (hunk.first(), hunk.last()) else {
            break;
        };
        let from = first.line.saturating_sub(CONTEXT).max(1);
        let to = (last.line + CONTEXT).min(lines.len());
        let mut body = String::new();
        let mut added = 0;
        for number in from..=to {
            let line = lines.get(number - 1).copied().unwrap_or_default();
            let Some(edit) = hunk.iter().find(|edit| edit.line == number) else {
                let _ = writeln!(body, " {}", clean_line(line.as_bytes()));
                added += 1;
                continue;
            };
            let new: Vec<&str> = edit.new.iter().flat_map(|new| new.split('\n')).collect();
            // A line that only gets others beside it stays.
            if !new.contains(&line) {
                let _ = writeln!(body, "-{}", clean_line(line.as_bytes()));
            }
            for one in &new {
                let sign = if *one == line { ' ' } else { '+' };
                let _ = writeln!(body, "{sign}{}", clean_line(one.as_bytes()));
            }
            added += new.len();
        }
        let length = to + 1 - from;
        let start = from.saturating_add_signed(shift);
        let _ = writeln!(unified, "@@ -{from},{length} +{start},{added} @@");
        unified += &body;
        shift += isize::try_from(added).unwrap_or(0) - isize::try_from(length).unwrap_or(0);
    }
    unified
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(line: usize, old: &str, new: Option<&str>) -> LineEdit {
        LineEdit {
            path: "a".into(),
            line,
            old: old.to_owned(),
            new: new.map(str::to_owned),
        }
    }

    #[test]
    fn lines_are_replaced_added_and_taken_out() {
        let text = "a\nb\r\nc";
        let edits = [
            edit(1, "a", None),
            edit(2, "b", Some("b\nx")),
            edit(3, "c", Some("d")),
        ];
        let edits: Vec<&LineEdit> = edits.iter().collect();
        assert_eq!(edited(text, &edits).as_deref(), Some("b\r\nx\r\nd"));
        let other = edit(1, "z", None);
        assert_eq!(edited(text, &[&other]), None);
        let beyond = edit(9, "", None);
        assert_eq!(edited(text, &[&beyond]), None);
    }

    #[test]
    fn a_patch_has_the_lines_around() {
        let text = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";
        let edits = [edit(5, "5", Some("5\nx")), edit(6, "6", None)];
        let edits: Vec<&LineEdit> = edits.iter().collect();
        insta::assert_snapshot!(unified(Path::new("a"), text, &edits), @"
        --- a/a
        +++ b/a
        @@ -2,8 +2,8 @@
         2
         3
         4
         5
        +x
        -6
         7
         8
         9
        ");
    }
}
