//! A makefile with everything that it includes: its rules and variables.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::lead::{Lead, at};
use super::make_references::{Locals, wildcards};
use super::makefile_text::{Statement, StatementKind, statements};
use super::tree::{Files, FoundFile};
use crate::base::fault::Result;

/// How deeply files may include each other.
const MOST_FILES: usize = 64;

/// A statement, and the file that it is in.
pub(super) struct Placed {
    pub(super) path: PathBuf,
    pub(super) statement: Statement,
}

impl Placed {
    /// The name, the operator and the value, if it is an assignment.
    pub(super) fn assignment(&self) -> Option<(&str, &str, &str)> {
        match &self.statement.kind {
            StatementKind::Variable {
                name,
                operator,
                value,
                ..
            } => Some((name, operator, value)),
            _ => None,
        }
    }
}

/// A makefile, with those that it includes.
pub(super) struct Makefile {
    /// In the order in which make reads them.
    pub(super) statements: Vec<Placed>,
    files: Vec<FoundFile>,
    /// What the command line sets.
    pub(super) overrides: BTreeMap<String, String>,
    /// The directories in which make looks for what it includes.
    include_dirs: Vec<PathBuf>,
    /// The files that `$(wildcard)` finds, by its patterns.
    pub(super) found: BTreeMap<String, String>,
    /// Its path from the directory of make, if it is one file: make's own `MAKEFILE_LIST`.
    pub(super) own_path: Option<String>,
}

impl Makefile {
    /// Reads some makefiles and what they include. `lead` records what is not understood.
    pub(super) fn read(
        main: Vec<FoundFile>,
        dir: &Path,
        overrides: BTreeMap<String, String>,
        include_dirs: Vec<PathBuf>,
        files: &mut Files<'_>,
        lead: &mut Lead,
    ) -> Result<Self> {
        let mut makefile = Self {
            statements: Vec::new(),
            files: Vec::new(),
            overrides,
            include_dirs,
            found: BTreeMap::new(),
            own_path: None,
        };
        for file in main {
            makefile.add(&file, dir, files, lead)?;
        }
        if let [file] = makefile.files.as_slice() {
            let path = file.path.strip_prefix(dir).ok();
            makefile.own_path = path.map(|path| path.to_string_lossy().into_owned());
        }
        let texts: Vec<String> = makefile
            .files
            .iter()
            .map(|file| file.text.clone())
            .collect();
        for text in texts {
            makefile.look_up(&text, dir, files)?;
        }
        makefile.name_computed();
        Ok(makefile)
    }

    /// Gives the variables whose names are computed, `$(X)Y = z`, their names, as far as those are known.
    fn name_computed(&mut self) {
        let names: Vec<Option<String>> = self
            .statements
            .iter()
            .map(|placed| {
                let (name, ..) = placed.assignment()?;
                let known = name.contains('$').then(|| self.expand(name, None))?;
                known.filter(|known| !known.contains('$'))
            })
            .collect();
        for (placed, known) in self.statements.iter_mut().zip(names) {
            if let (StatementKind::Variable { name, .. }, Some(known)) =
                (&mut placed.statement.kind, known)
            {
                *name = known;
            }
        }
    }

    /// Looks up the files for each `$(wildcard)` in a text, as far as its pattern is known.
    fn look_up(&mut self, text: &str, dir: &Path, files: &mut Files<'_>) -> Result<()> {
        for patterns in wildcards(text) {
            let Some(patterns) = self.expand_found(patterns, &Locals::new()) else {
                continue;
            };
            let mut found = Vec::new();
            for pattern in patterns.split_whitespace() {
                for path in files.matching(dir, pattern)? {
                    let inside = path.strip_prefix(dir).unwrap_or(&path);
                    found.push(inside.to_string_lossy().into_owned());
                }
            }
            self.found.insert(patterns, found.join(" "));
        }
        Ok(())
    }

    fn add(
        &mut self,
        file: &FoundFile,
        dir: &Path,
        files: &mut Files<'_>,
        lead: &mut Lead,
    ) -> Result<()> {
        let is_known = self.files.iter().any(|known| known.path == file.path);
        if is_known || self.files.len() >= MOST_FILES {
            return Ok(());
        }
        lead.links(file);
        let path = file.path.clone();
        self.files.push(file.clone());
        for statement in statements(&file.text) {
            if let StatementKind::Include(words) = &statement.kind {
                let texts: Vec<String> = self.files.iter().map(|file| file.text.clone()).collect();
                for text in texts {
                    self.look_up(&text, dir, files)?;
                }
                let words = self.expand_found(words, &Locals::new());
                if let Some(words) = words.filter(|words| !words.contains('$')) {
                    for word in words.split_whitespace() {
                        self.include(word, dir, files, lead)?;
                    }
                } else {
                    unknown_include(file, statement.line, dir, files, lead)?;
                }
            }
            self.statements.push(Placed {
                path: path.clone(),
                statement,
            });
        }
        Ok(())
    }

    fn include(
        &mut self,
        typed: &str,
        dir: &Path,
        files: &mut Files<'_>,
        lead: &mut Lead,
    ) -> Result<()> {
        let places = std::iter::once(dir.to_owned()).chain(self.include_dirs.clone());
        for place in places {
            let paths = if typed.contains(['*', '?', '[']) {
                files.matching(&place, typed)?
            } else {
                vec![at(&place, typed)]
            };
            for path in paths {
                if let Some(file) = files.file(&path)? {
                    self.add(&file, dir, files, lead)?;
                }
            }
        }
        Ok(())
    }

    /// Everything in all files counts.
    pub(super) fn give_up(&self, lead: &mut Lead, why: &str) {
        for file in &self.files {
            lead.give_up(file, why);
        }
    }

    /// The assignments of a variable, in their order.
    pub(super) fn assignments<'m>(
        &'m self,
        name: &'m str,
    ) -> impl Iterator<Item = (&'m Placed, &'m str, &'m str)> {
        self.statements.iter().filter_map(move |placed| {
            let (assigned, operator, value) = placed.assignment()?;
            (assigned == name).then_some((placed, operator, value))
        })
    }
}

/// What a makefile includes is not known: it counts as a whole, and so does every file that is named like
/// one.
fn unknown_include(
    file: &FoundFile,
    line: usize,
    dir: &Path,
    files: &mut Files<'_>,
    lead: &mut Lead,
) -> Result<()> {
    lead.give_up(file, "what the makefile includes is not known");
    lead.piece(&file.path, "include", line, "");
    for path in files.matching(dir, "**/*.{mk,mak,make}")? {
        if let Some(file) = files.file(&path)? {
            lead.count(&file);
        }
    }
    Ok(())
}
