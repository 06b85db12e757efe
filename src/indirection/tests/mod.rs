//! What commands lead to, in trees that the tests spell out.

mod just;
mod make;
mod node;
mod others;
mod python;
mod shell;
mod unfailing;

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use super::tree::{Entry, Tree};
use super::{Files, Resolved, resolve, unfailing};
use crate::base::fault::Result;

/// Files by their paths; ` -> ` in a path makes it a link, ` => ` a submodule.
#[derive(Default)]
struct Written(BTreeMap<PathBuf, Entry>);

impl Written {
    fn new(files: &[(&str, &str)]) -> Self {
        let entries = files
            .iter()
            .map(|(path, text)| match path.split_once(" -> ") {
                Some((path, target)) => (path.into(), Entry::Link(target.into())),
                None => match path.split_once(" => ") {
                    Some((path, commit)) => (path.into(), Entry::Submodule(commit.to_owned())),
                    None => (path.into(), Entry::File(text.as_bytes().to_vec())),
                },
            });
        Self(entries.collect())
    }
}

impl Tree for Written {
    fn entry(&mut self, path: &Path) -> Result<Entry> {
        let inside = self
            .0
            .keys()
            .any(|other| other != path && other.starts_with(path));
        Ok(match self.0.get(path) {
            Some(entry) => entry.clone(),
            None if inside => Entry::Directory,
            None => Entry::Missing,
        })
    }

    fn names(&mut self, dir: &Path) -> Result<BTreeSet<OsString>> {
        let below = self.0.keys().filter_map(|path| path.strip_prefix(dir).ok());
        let first = below.filter_map(|path| path.iter().next().map(OsStr::to_owned));
        Ok(first.collect())
    }

    fn below(&mut self, dir: &Path) -> Result<Vec<PathBuf>> {
        let paths = self.0.keys().filter(|path| path.starts_with(dir));
        Ok(paths.cloned().collect())
    }
}

pub(super) fn resolved(command: &str, dir: &str, files: &[(&str, &str)]) -> Resolved {
    let mut tree = Written::new(files);
    resolve(command, Path::new(dir), &mut Files::new(&mut tree)).unwrap()
}

/// The commands, pieces and whole files, one a line.
fn shown(command: &str, dir: &str, files: &[(&str, &str)]) -> Vec<String> {
    let resolved = resolved(command, dir, files);
    let commands = resolved.commands().into_iter().map(|command| {
        let place = command.place.map_or_else(String::new, |place| {
            format!(" at {}:{}", place.path.display(), place.line)
        });
        let dir = match command.dir.to_str() {
            Some("") => String::new(),
            dir => format!(" in {}", dir.unwrap()),
        };
        let why = command
            .unresolved
            .map_or_else(String::new, |why| format!(" ({why})"));
        format!("{}{dir}{place}{why}", command.words.join(" "))
    });
    let mut lines: Vec<String> = commands.collect();
    lines.extend(resolved.pieces.iter().map(|piece| {
        let text = piece.text.replace('\n', "; ");
        format!(
            "{}:{} {} = {text}",
            piece.path.display(),
            piece.line,
            piece.name
        )
    }));
    lines.extend(
        resolved
            .whole
            .iter()
            .map(|path| format!("all of {}", path.display())),
    );
    lines
}

/// The reasons why a command cannot fail.
fn reasons(command: &str, files: &[(&str, &str)]) -> Vec<String> {
    let resolved = resolved(command, "", files);
    let reasons = unfailing(&resolved, false).into_iter().map(|reason| {
        let place = &reason.place;
        let part = &reason.text[reason.part.clone()];
        format!(
            "{}:{} {part}: {}",
            place.path.display(),
            place.line,
            reason.label
        )
    });
    reasons.collect()
}
