//! `go generate`: it runs the commands in comments of Go's sources.

use std::path::Path;

use super::lead::{Lead, Line, Place};
use super::tree::Files;
use crate::base::fault::Result;

/// What begins such a comment.
const DIRECTIVE: &str = "//go:generate ";

/// What a call leads to: the comments in the packages that its arguments name.
pub(super) fn lead(arguments: &[&str], dir: &Path, files: &mut Files<'_>) -> Result<Option<Lead>> {
    let named: Vec<&str> = arguments
        .iter()
        .copied()
        .filter(|word| !word.starts_with('-'))
        .collect();
    let named = if named.is_empty() { vec!["."] } else { named };
    let mut lead = Lead::default();
    for typed in named {
        let pattern = match typed.strip_suffix("...") {
            Some(inside) => format!("{inside}**/*.go"),
            None if Path::new(typed).extension().is_some_and(|end| end == "go") => typed.to_owned(),
            None => format!("{typed}/*.go"),
        };
        for path in files.matching(dir, &pattern)? {
            let Some(file) = files.file(&path)? else {
                continue;
            };
            for (at, line) in file.text.lines().enumerate() {
                let Some(command) = line.strip_prefix(DIRECTIVE) else {
                    continue;
                };
                lead.piece(&file.path, "go:generate", at + 1, command);
                let place = Place {
                    path: file.path.clone(),
                    line: at + 1,
                };
                let inside = file.path.parent().unwrap_or(Path::new(""));
                lead.lines.push(Line::new(command, inside, place));
            }
        }
    }
    Ok((!lead.lines.is_empty()).then_some(lead))
}
