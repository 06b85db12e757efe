//! Programs that are run from their sources in the tree: scripts of interpreters with what they load, and
//! packages that are compiled first.
//!
//! All of them count as a whole, but not what they load from the program under test
//! (docs/decisions/0059-programs-of-the-tree.md).

mod arguments;
mod cargo;
mod go;
mod includes;
mod language;
mod node;
mod node_references;
mod purpose;
mod python;

use std::collections::{BTreeSet, VecDeque};
use std::path::{Path, PathBuf};

use self::arguments::{Started, started};
use self::language::Language;
use self::purpose::{Purpose, is_main_program, purpose};
use super::lead::Lead;
use super::tree::{Files, FoundFile, plain};
use crate::base::fault::Result;

pub(super) use self::arguments::LoadVariables;
pub(super) use self::cargo::{is_script as is_rust_script, lead as cargo_run};
pub(super) use self::go::lead as go;

/// How many files a script may load; those beyond do not count.
const MOST_FILES: usize = 200;

/// What a call of an interpreter leads to; `None` if it runs nothing from the tree.
pub(super) fn interpreted(
    interpreter: &str,
    words: &[&str],
    dir: &Path,
    variables: &LoadVariables,
    files: &mut Files<'_>,
) -> Result<Option<Lead>> {
    let language = Language::of(interpreter);
    let started = started(language, interpreter, words, dir, variables, files)?;
    let mut lead = Lead::default();
    if let Some(language) = language {
        let mut walk = Walk {
            language,
            dir,
            search: started.search.clone(),
            shipped: None,
            queue: VecDeque::new(),
            known: BTreeSet::new(),
            lead,
            files,
        };
        walk.from(&started)?;
        lead = walk.lead;
    } else {
        for file in &started.files {
            lead.count(file);
        }
    }
    if lead.whole.is_empty() {
        return Ok(None);
    }
    lead.whole.extend(started.missing);
    lead.unresolved = Some(format!("gatekeeper does not read what {interpreter} runs"));
    Ok(Some(lead))
}

/// The files of the tree that an interpreter loads before the program, or in place of its library,
/// whatever the program is.
pub(super) fn hidden_library(
    words: &[&str],
    dir: &Path,
    variables: &LoadVariables,
    files: &mut Files<'_>,
) -> Result<BTreeSet<PathBuf>> {
    let Some((first, words)) = words.split_first() else {
        return Ok(BTreeSet::new());
    };
    let name = crate::tools::base_name(first);
    if Language::of(name) != Some(Language::Python) {
        return Ok(BTreeSet::new());
    }
    let started = started(Some(Language::Python), name, words, dir, variables, files)?;
    let mut found = python::hiding(&started.search, files)?;
    found.extend(python::at_start(&started.added, files)?);
    Ok(found)
}

/// A script and what it loads.
struct Walk<'a, 'f, 't> {
    language: Language,
    dir: &'a Path,
    /// Where modules are looked for.
    search: Vec<PathBuf>,
    /// The files of the program under test, as soon as they are asked for.
    shipped: Option<BTreeSet<PathBuf>>,
    queue: VecDeque<FoundFile>,
    known: BTreeSet<PathBuf>,
    lead: Lead,
    files: &'f mut Files<'t>,
}

impl Walk<'_, '_, '_> {
    fn from(&mut self, started: &Started) -> Result<()> {
        for file in &started.files {
            let is_tool = purpose(parent(&file.path)) == Purpose::Tool;
            if is_tool || !is_main_program(&file.path) {
                self.add(file.clone());
            } else {
                // What it loads is the program under test.
                self.lead.count(file);
            }
        }
        if let Some(code) = &started.code {
            // Code among the arguments is in the directory of the process.
            let place = self.dir.join("-");
            self.read(code, &place)?;
        }
        while let Some(file) = self.queue.pop_front() {
            self.read(&file.text, &file.path)?;
        }
        Ok(())
    }

    fn add(&mut self, file: FoundFile) {
        if self.known.len() < MOST_FILES && self.known.insert(file.path.clone()) {
            self.lead.count(&file);
            self.queue.push_back(file);
        }
    }

    /// Follows what a text loads.
    fn read(&mut self, text: &str, path: &Path) -> Result<()> {
        for file in self.loaded(text, path)? {
            if !self.known.contains(&file.path) && self.counts(&file.path, path)? {
                self.add(file);
            }
        }
        Ok(())
    }

    fn loaded(&mut self, text: &str, path: &Path) -> Result<Vec<FoundFile>> {
        let mut found = Vec::new();
        match self.language {
            Language::Python => {
                for (added, is_beside) in python::directories(text) {
                    let base = if is_beside { parent(path) } else { self.dir };
                    self.search.push(plain(&base.join(added)));
                }
                for import in python::imports(text) {
                    found.extend(python::loaded(&import, path, &self.search, self.files)?);
                }
            }
            Language::Node => {
                for reference in node_references::references(text) {
                    found.extend(node::loaded(&reference, path, self.files)?);
                }
            }
            Language::Ruby | Language::Perl | Language::Php => {
                for include in includes::references(self.language, text) {
                    for place in includes::places(&include, path, self.dir) {
                        found.extend(self.files.file(&place)?);
                    }
                }
                if self.language == Language::Perl {
                    self.perl_modules(text, path, &mut found)?;
                }
            }
        }
        Ok(found)
    }

    fn perl_modules(&mut self, text: &str, path: &Path, found: &mut Vec<FoundFile>) -> Result<()> {
        for (added, is_beside) in includes::perl_directories(text) {
            let base = if is_beside { parent(path) } else { self.dir };
            self.search.push(base.join(added));
        }
        for module in includes::perl_modules(text) {
            for dir in &self.search {
                found.extend(self.files.file(&dir.join(&module))?);
            }
        }
        Ok(())
    }

    /// Whether a file that a script loads is a part of it, and not the program under test.
    fn counts(&mut self, file: &Path, script: &Path) -> Result<bool> {
        match purpose(parent(file)) {
            Purpose::Tool => Ok(true),
            Purpose::Product => Ok(false),
            Purpose::Unknown => match self.language {
                Language::Python => Ok(!python::is_shipped(file, self.files)?),
                Language::Node => {
                    if self.shipped.is_none() {
                        self.shipped = Some(node::shipped(script, self.files)?);
                    }
                    let mut shipped = self.shipped.iter();
                    // What the program under test loads is a part of it.
                    Ok(!shipped.any(|all| all.contains(file) || all.contains(script)))
                }
                Language::Ruby | Language::Perl | Language::Php => Ok(true),
            },
        }
    }
}

/// Whether the place of a file says that it belongs to the program under test.
pub(super) fn is_product(file: &Path) -> bool {
    purpose(parent(file)) == Purpose::Product
}

fn parent(path: &Path) -> &Path {
    path.parent().unwrap_or(Path::new(""))
}

#[cfg(test)]
mod tests;
