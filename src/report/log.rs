//! Saves the output of a gate that fails, so that more than its end can be read.

use std::borrow::Cow;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::base::replace::{Durability, PRIVATE, replace_file};
use crate::event::Output;
use crate::model::gate::GateName;
use crate::report::record::Redactor;

/// Writes the part of the output that was kept, without secrets, into the directory and replaces that of an earlier
/// run.
pub(super) fn save(
    dir: &Path,
    gate: &GateName,
    output: &Output,
    redactor: &Redactor,
) -> io::Result<PathBuf> {
    fs::create_dir_all(dir)?;
    let mut text = output.head.clone();
    if output.omitted > 0 {
        write!(text, "\n[{} bytes omitted]\n", output.omitted)?;
    }
    text.extend(&output.tail);
    if let Some(redacted) = redacted(&String::from_utf8_lossy(&text), redactor) {
        text = redacted.into_bytes();
    }
    let path = dir.join(format!("{}.log", gate.as_file_name()));
    // Replaced in one step, so that two concurrent runs each leave a complete file.
    replace_file(&path, &text, PRIVATE, Durability::Unsynced)?;
    Ok(path)
}

/// The text without secrets; `None` if it has none. Colours in the middle of a secret hide it from a search and not from a
/// reader: they are only kept if there is none behind them.
fn redacted(text: &str, redactor: &Redactor) -> Option<String> {
    let redacted = redactor.text(text);
    let plain = console::strip_ansi_codes(&redacted).replace('\r', "");
    let all_redacted = redactor.text(&plain);
    if *all_redacted != *plain {
        return Some(all_redacted.into_owned());
    }
    match redacted {
        Cow::Owned(redacted) => Some(redacted),
        Cow::Borrowed(_) => None,
    }
}
