//! What a call of a runner leads to.

use std::collections::BTreeSet;
use std::fmt;
use std::path::{Path, PathBuf};

use super::data::Data;
use super::tree::{FoundFile, FoundPlace, plain};
use super::variables::{GivenVariable, Variables};
use crate::base::text::show_path;

/// The beginning of a path that is relative to the top of the tree, not to a directory. No real
/// path begins with it.
pub(crate) const TOP: &str = "//";

/// A line of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    /// The file, relative to the top.
    pub(crate) path: PathBuf,
    /// The line, counted from 1.
    pub(crate) line: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}", show_path(&self.path), self.line)
    }
}

/// A part of a file on which what a command runs depends; it does not depend on the rest of the file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Piece {
    /// The file, relative to the top.
    pub(crate) path: PathBuf,
    /// Where it begins, counted from 1.
    pub(crate) line: usize,
    /// What it is in the file: `scripts.test`, `target lint`.
    pub(crate) name: String,
    /// What it says.
    pub(crate) text: String,
    /// What it consists of, if steps can be added to it without weakening it: each is run, and has to
    /// succeed.
    pub(crate) parts: Vec<Part>,
}

/// A part of a piece.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Part {
    /// It says how the steps run.
    Frame(String),
    /// It is run.
    Step(String),
}

/// Commands in a file, as a shell gets them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub(super) struct Line {
    /// The commands.
    pub(super) text: String,
    /// Where they run.
    pub(super) dir: PathBuf,
    /// Where they are written; `None` for the command that is resolved.
    pub(super) place: Option<Place>,
    /// The script that consists of just these commands.
    pub(super) script: Option<PathBuf>,
    /// The words after the name of the script.
    pub(super) arguments: Vec<String>,
    /// The variables that they are given.
    pub(super) variables: Variables,
    /// The variables that the runner gives to the commands in them.
    pub(super) given: Vec<GivenVariable>,
    /// Whether the shell stops at the first failure.
    pub(super) errexit: bool,
    /// Whether a pipeline fails if any of its commands does.
    pub(super) pipefail: bool,
    /// Whether the runner ignores their failure.
    pub(super) is_ignored: bool,
    /// Whether they are the lines of a file that is not understood, of which it is not known whether they are
    /// commands.
    pub(super) is_guess: bool,
}

impl Line {
    /// Commands that a runner hands to a shell without any option.
    pub(super) fn new(text: impl Into<String>, dir: &Path, place: Place) -> Self {
        Self {
            text: text.into(),
            dir: dir.to_owned(),
            place: Some(place),
            script: None,
            arguments: Vec::new(),
            variables: Variables::default(),
            given: Vec::new(),
            errexit: false,
            pipefail: false,
            is_ignored: false,
            is_guess: false,
        }
    }

    /// The same, whose failure the runner ignores if `is_ignored`.
    pub(super) fn ignored(self, is_ignored: bool) -> Self {
        Self { is_ignored, ..self }
    }
}

/// What a call of a runner leads to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Lead {
    /// The commands, in their order.
    pub(super) lines: Vec<Line>,
    /// Commands that are followed only for the files that they run or read: those whose output the lines
    /// use, those that may stand in the place of a line, those of a file that is not read in detail.
    pub(super) beside: Vec<Line>,
    /// The pieces of files that decide them.
    pub(super) pieces: Vec<Piece>,
    /// The files that count as a whole, whether they exist or not.
    pub(super) whole: BTreeSet<PathBuf>,
    /// Why the lines are not all that it runs, as a fragment.
    pub(super) unresolved: Option<String>,
}

impl Lead {
    /// A file whose contents are not understood: all of it counts.
    pub(super) fn whole(file: &FoundFile, why: &str) -> Self {
        let mut lead = Self::default();
        lead.give_up(file, why);
        lead
    }

    /// Records that something in a file is not understood, so that all of it counts.
    pub(super) fn give_up(&mut self, file: &FoundFile, why: &str) {
        self.count(file);
        self.unresolved.get_or_insert_with(|| why.to_owned());
    }

    /// Counts all of a file, and the links to it.
    pub(super) fn count(&mut self, file: &FoundFile) {
        self.whole.insert(file.path.clone());
        self.links(file);
    }

    /// Counts the links that lead to a file.
    pub(super) fn links(&mut self, file: &FoundFile) {
        self.way(&file.links);
    }

    /// Counts links on the way to a path, each with its target.
    pub(super) fn way(&mut self, links: &[(PathBuf, PathBuf)]) {
        for (link, target) in links {
            self.piece(link, "symbolic link", 1, &target.to_string_lossy());
        }
    }

    /// Counts what cannot be looked into, such as a submodule: its commit says what is in it.
    pub(super) fn closed(&mut self, place: &FoundPlace) {
        self.way(&place.links);
        if let Some(commit) = &place.commit {
            self.piece(&place.path, "submodule", 1, commit);
        }
    }

    /// Adds a piece.
    pub(super) fn piece(&mut self, path: &Path, name: &str, line: usize, text: &str) {
        self.steps((path, line), name, text, Vec::new());
    }

    /// Adds a piece that consists of steps.
    pub(super) fn steps(
        &mut self,
        (path, line): (&Path, usize),
        name: &str,
        text: &str,
        parts: Vec<Part>,
    ) {
        self.pieces.push(Piece {
            path: path.to_owned(),
            name: name.to_owned(),
            line,
            text: text.to_owned(),
            parts,
        });
    }

    /// Adds a value as a piece.
    pub(super) fn value(&mut self, path: &Path, name: &str, data: &Data) {
        self.piece(path, name, data.line, &data.shown());
    }

    /// Adds what another lead found.
    pub(super) fn extend(&mut self, other: Self) {
        self.lines.extend(other.lines);
        self.beside.extend(other.beside);
        self.pieces.extend(other.pieces);
        self.whole.extend(other.whole);
        self.unresolved = self.unresolved.take().or(other.unresolved);
    }
}

/// Where a path leads that is typed in a directory.
pub(super) fn at(dir: &Path, typed: &str) -> PathBuf {
    match typed.strip_prefix(TOP) {
        Some(below) => plain(Path::new(below.trim_start_matches('/'))),
        None if typed.starts_with('/') => PathBuf::from(typed),
        None => dir.join(typed),
    }
}
