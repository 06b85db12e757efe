//! What fixers have done, or why none of it was applied.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::path::PathBuf;

use crate::base::text::{count, show_path, some_of};
use crate::event::{Applied, FileKept, FixedFile};
use crate::fix::{FixRefusal, Fixed, FixerViolation};
use crate::model::gate::GateName;
use crate::report::style::Style;
use crate::report::wording;

/// How many paths are named.
const NAMED: usize = 10;

/// Why nothing was fixed.
#[must_use]
pub(crate) fn refused_fixes(refusals: &[FixRefusal], style: Style) -> String {
    let mut text = String::new();
    for refusal in refusals {
        let (what, help) = explanation(refusal);
        let _ = writeln!(text, "{}: {what}", style.bad("error"));
        let _ = writeln!(text, "{}: {help}", style.strong("help"));
    }
    let _ = writeln!(text, "nothing was fixed; no file was changed");
    text
}

/// What a fixer has done, and what to do about it.
pub(crate) fn explanation(refusal: &FixRefusal) -> (String, &'static str) {
    let who = names(&refusal.gates);
    match &refusal.deed {
        FixerViolation::Ended(outcome) => (
            format!(
                "the fixer of {who} {}: {}",
                outcome.word(),
                wording::cause(outcome)
            ),
            "run its `fix` command by hand to see what it says",
        ),
        FixerViolation::Strayed(paths) => (
            format!(
                "the fixer of {who} wrote to files outside its `files`: {}",
                show(paths)
            ),
            "widen `files` of the gate, or limit the command to {files}",
        ),
        FixerViolation::Emptied(paths) => (
            format!("the fixer of {who} emptied {}", show(paths)),
            "a fixer must not empty a file; run its `fix` command by hand to see why",
        ),
        FixerViolation::Disagreed(paths) => (
            format!(
                "the fixers of {who} keep undoing each other's changes: {}",
                show(paths)
            ),
            "configure these tools to agree, or remove `fix` from one of the gates",
        ),
    }
}

/// What was fixed by hand: by which gates, and how much.
#[must_use]
pub(crate) fn fixed_files(fixed: &[Fixed], fixed_files: &[FixedFile], style: Style) -> String {
    if fixed.is_empty() {
        return "nothing to fix\n".into();
    }
    let mut text = String::new();
    for (fix, file) in fixed.iter().zip(fixed_files) {
        let (added, removed) = lines(&fix.before, &fix.after);
        let word = match file.applied {
            Some(Applied::Nowhere | Applied::Untouched(_)) | None => style.careful("not fixed"),
            Some(Applied::CommitOnly(_)) => style.careful("fixed in the index only"),
            _ => style.good("fixed"),
        };
        let path = show_path(&file.path);
        let names = fixers(file);
        let why = match file.applied {
            Some(Applied::Untouched(kept) | Applied::CommitOnly(kept)) => {
                format!(": your file {}", cause(kept, 1))
            }
            _ => String::new(),
        };
        let _ = writeln!(text, "{word}  {path}  +{added} -{removed}  {names}{why}");
    }
    let is_unchanged =
        |file: &&FixedFile| matches!(file.applied, Some(Applied::Nowhere | Applied::Untouched(_)));
    let unchanged = fixed_files.iter().filter(is_unchanged).count();
    let _ = write!(
        text,
        "{} fixed",
        count(fixed_files.len() - unchanged, "file")
    );
    if unchanged > 0 {
        let _ = write!(text, ", {} not fixed", count(unchanged, "file"));
    }
    text.push('\n');
    text
}

/// How many lines one text has that the other has not, and the other way round, as a count of each
/// different line.
fn lines(before: &[u8], after: &[u8]) -> (usize, usize) {
    let mut counts: HashMap<&[u8], isize> = HashMap::new();
    for line in before.split_inclusive(|byte| *byte == b'\n') {
        *counts.entry(line).or_default() -= 1;
    }
    for line in after.split_inclusive(|byte| *byte == b'\n') {
        *counts.entry(line).or_default() += 1;
    }
    let sum = |sign: isize| {
        let more = counts.values().map(|count| (sign * count).max(0));
        more.sum::<isize>().unsigned_abs()
    };
    (sum(1), sum(-1))
}

/// What was fixed, and where.
pub(super) fn fixed_on_commit(fixed_files: &[FixedFile], style: Style) -> String {
    let mut text = String::new();
    let group = |applied: Option<Applied>| -> Vec<&FixedFile> {
        fixed_files
            .iter()
            .filter(|file| file.applied == applied)
            .collect()
    };
    let mut push = |applied, heading: &str, suffix: &str| {
        let group = group(applied);
        if !group.is_empty() {
            let _ = writeln!(text, "\n{heading}: {}{suffix}", listed(&group));
        }
    };
    push(Some(Applied::Everywhere), &style.good("fixed"), "");
    push(Some(Applied::FileOnly), &style.good("fixed"), "");
    for kept in FileKept::ALL {
        let applied = Some(Applied::CommitOnly(kept));
        let files = group(applied).len();
        let (left, they) = match files {
            1 => ("file was", "it"),
            _ => ("files were", "they"),
        };
        push(
            applied,
            &style.careful("fixed in the commit only"),
            &format!(
                "; your {left} left unchanged, because {they} {}",
                cause(kept, files)
            ),
        );
    }
    push(
        Some(Applied::Nowhere),
        &style.careful("not fixed"),
        "; the file was changed in the meantime",
    );
    push(
        None,
        &style.careful("note"),
        " could be fixed; nothing was applied, because not every gate passed on the result",
    );
    text
}

/// Why some files, or a single one, stay as they are: what they have or are, as the rest of a sentence.
fn cause(kept: FileKept, files: usize) -> &'static str {
    let is_one = files == 1;
    match kept {
        FileKept::Changed if is_one => {
            "has other changes in the same lines, or was saved in the meantime"
        }
        FileKept::Changed => "have other changes in the same lines, or were saved in the meantime",
        FileKept::InUse => "may be open for writing in a program whose changes would be lost",
        FileKept::HardLinked if is_one => {
            "has other names (hard links) that a replacement would break"
        }
        FileKept::HardLinked => "have other names (hard links) that a replacement would break",
        FileKept::Attributes if is_one => {
            "has attributes or an access control list that cannot be copied"
        }
        FileKept::Attributes => "have attributes or an access control list that cannot be copied",
        FileKept::Unwritable => "cannot be written",
    }
}

fn listed(fixed_files: &[&FixedFile]) -> String {
    let shown: Vec<String> = fixed_files
        .iter()
        .map(|file| format!("{} ({})", show_path(&file.path), fixers(file)))
        .collect();
    match shown.len() {
        0..=NAMED => shown.join(", "),
        number => format!("{} ({})", count(number, "file"), some_of(&shown, NAMED)),
    }
}

/// The gates and built-in checks that have fixed a file.
fn fixers(file: &FixedFile) -> String {
    let gates = file.gates.iter().map(GateName::as_str);
    let names: Vec<&str> = gates.chain(file.checks.iter().copied()).collect();
    names.join(", ")
}

fn names(gates: &[GateName]) -> String {
    let names: Vec<&str> = gates.iter().map(GateName::as_str).collect();
    names.join(", ")
}

fn show(paths: &[PathBuf]) -> String {
    let shown: Vec<String> = paths.iter().map(|path| show_path(path)).collect();
    some_of(&shown, NAMED)
}
