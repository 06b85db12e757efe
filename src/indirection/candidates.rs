//! The scripts that a call may mean by a pattern, or by a word that is not known.
//!
//! Where a path is a pattern, every file counts that matches it. Where a part of it is not known, every
//! file counts that it may mean: one whose path fits what is known; else each that the script names; else
//! each shell script beside the script.

use std::path::{Path, PathBuf};

use super::calls::ShellCall;
use super::lead::{Lead, Line, TOP, at};
use super::led::given;
use super::patterns::{is_open, is_shapeless, is_unknown};
use super::programs::LoadVariables;
use super::resolve::Resolver;
use super::runners;
use super::tree::plain;
use crate::base::fault::Result;

/// How programs may be named that are candidates for an unknown one.
const SCRIPT_NAMES: [&str; 4] = ["sh", "bash", "zsh", "ksh"];

/// Names of scripts in other languages.
const CODE_NAMES: [&str; 14] = [
    "cjs", "js", "jsx", "lua", "mjs", "php", "pl", "ps1", "py", "R", "rb", "ts", "tsx", "mts",
];

/// How many files may be followed for one word.
pub(super) const MOST: usize = 200;

impl Resolver<'_, '_> {
    /// What a call leads to whose script is a pattern, or is not known.
    pub(super) fn by_operand(
        &mut self,
        words: &[String],
        place: usize,
        call: &ShellCall,
        line: &Line,
    ) -> Result<Option<Lead>> {
        let typed = words[place].as_str();
        let is_relative = !typed.starts_with('/');
        let is_lost = !call.is_dir_known && is_relative;
        if !is_open(typed) && !is_lost {
            return Ok(None);
        }
        let mut lead = Lead::default();
        let meant = if is_shapeless(typed) && is_unknown(typed) {
            if place == 0 && words.len() > 1 {
                self.operands_of_unknown(words, call)?
            } else {
                self.candidates(call, line, place > 0)?
            }
        } else {
            let typed = if is_lost {
                format!("$_/{typed}")
            } else {
                typed.to_owned()
            };
            let meant = self.files.meant(&call.dir, &typed)?;
            lead.extend(meant.passed);
            meant.files
        };
        for path in meant.iter().take(MOST) {
            let mut words = words.to_vec();
            words[place] = format!("{TOP}{}", path.display());
            // A file that is not a program is handed to one.
            let mut texts: Vec<&str> = words.iter().map(String::as_str).collect();
            if place == 0 && !is_program(path) {
                texts.insert(0, "sh");
            }
            if let Some(found) =
                runners::lead(&texts, &call.dir, &LoadVariables::default(), self.files)?
            {
                lead.extend(given(found, &words, place, call));
            }
        }
        if is_unknown(typed) || is_lost {
            lead.unresolved = Some(format!("{typed} is not known"));
        }
        if meant.is_empty() && lead.pieces.is_empty() {
            return Ok(None);
        }
        self.listed(&words[place], call, &mut lead)?;
        Ok(Some(lead))
    }

    /// Adds the files that list a script.
    pub(super) fn listed(&mut self, typed: &str, call: &ShellCall, lead: &mut Lead) -> Result<()> {
        for list in &call.lists {
            let Some(file) = self.files.file(&at(&call.dir, list))? else {
                continue;
            };
            let lines = file.text.lines().map(str::trim);
            let mut lines = lines.filter(|line| !line.is_empty());
            if lines.any(|line| typed.contains(line)) {
                lead.count(&file);
            }
        }
        Ok(())
    }

    /// The scripts among the words after a program that is not known.
    fn operands_of_unknown(&mut self, words: &[String], call: &ShellCall) -> Result<Vec<PathBuf>> {
        let mut arguments = words[1..].iter().filter(|word| !word.starts_with('-'));
        let Some(first) = arguments.next() else {
            return Ok(Vec::new());
        };
        let path = plain(&at(&call.dir, first));
        let is_script = self.is_script(&path, true)?;
        Ok(is_script.then_some(path).into_iter().collect())
    }

    /// The files that a script may mean by a word of which nothing is known: those that it names, or else
    /// the shell scripts beside it.
    fn candidates(
        &mut self,
        call: &ShellCall,
        line: &Line,
        is_handed: bool,
    ) -> Result<Vec<PathBuf>> {
        let own = line.script.as_deref().and_then(Path::parent);
        let beside = own.map_or(call.dir.clone(), Path::to_owned);
        let mut found = self.named(line, &[&call.dir, &beside])?;
        if !found.is_empty() || !is_handed {
            return Ok(found);
        }
        for path in self.files.inside(&beside)? {
            let is_beside = path.parent() == Some(beside.as_path());
            let is_new = line.script.as_ref() != Some(&path);
            if is_beside && is_new && found.len() < MOST && self.is_script(&path, false)? {
                found.push(path);
            }
        }
        Ok(found)
    }

    /// The scripts that a text names, relative to one of these directories.
    pub(super) fn named(&mut self, line: &Line, dirs: &[&Path]) -> Result<Vec<PathBuf>> {
        let mut found = Vec::new();
        for typed in paths_in(&line.text) {
            for dir in dirs {
                let path = plain(&at(dir, typed));
                let is_new = !found.contains(&path) && line.script.as_ref() != Some(&path);
                if is_new && self.is_script(&path, true)? {
                    found.push(path);
                }
            }
        }
        Ok(found)
    }

    /// Whether a path is that of a script: of a shell, or in any language.
    pub(super) fn is_script(&mut self, path: &Path, in_any_language: bool) -> Result<bool> {
        let end = path.extension().and_then(|end| end.to_str());
        let is_named = |names: &[&str]| end.is_some_and(|end| names.contains(&end));
        let is_known = is_named(&SCRIPT_NAMES) || in_any_language && is_named(&CODE_NAMES);
        if end.is_some() && !is_known || path.is_absolute() {
            return Ok(false);
        }
        let Some(text) = self.files.text(path)? else {
            return Ok(false);
        };
        let first = text.lines().next().unwrap_or_default();
        let is_shell = first.starts_with("#!") && first.contains("sh");
        Ok(is_known || is_shell || in_any_language && first.starts_with("#!"))
    }
}

/// The words of a text that may be paths of scripts.
pub(super) fn paths_in(text: &str) -> impl Iterator<Item = &str> {
    let is_part = |c: char| c.is_alphanumeric() || "._+-@/".contains(c);
    let words = text.split(move |c| !is_part(c));
    words.filter(|word| word.contains(['.', '/']) && !word.ends_with(['.', '/']))
}

/// Whether the kernel or an interpreter can tell from the name of a file that it is a program.
fn is_program(path: &Path) -> bool {
    let end = path.extension().and_then(|end| end.to_str());
    end.is_none_or(|end| CODE_NAMES.contains(&end))
}
