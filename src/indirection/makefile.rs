//! A makefile with everything that it includes: its rules and variables, and what a text in it
//! refers to.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::lead::{Lead, at};
use super::makefile_text::{Statement, StatementKind, statements};
use super::tree::{Files, FoundFile};
use crate::base::fault::Result;

/// How deeply variables may refer to each other.
const DEEPEST: usize = 10;

/// How deeply files may include each other.
const MOST_FILES: usize = 64;

/// A statement, and the file that it is in.
pub(super) struct Placed {
    pub(super) path: PathBuf,
    pub(super) statement: Statement,
}

/// A makefile, with those that it includes.
pub(super) struct Makefile {
    /// In the order in which make reads them.
    pub(super) statements: Vec<Placed>,
    files: Vec<FoundFile>,
    /// What the command line sets.
    overrides: BTreeMap<String, String>,
}

impl Makefile {
    /// Reads some makefiles and what they include. `lead` records what is not understood.
    pub(super) fn read(
        main: Vec<FoundFile>,
        dir: &Path,
        overrides: BTreeMap<String, String>,
        files: &mut Files<'_>,
        lead: &mut Lead,
    ) -> Result<Self> {
        let mut makefile = Self {
            statements: Vec::new(),
            files: Vec::new(),
            overrides,
        };
        for file in main {
            makefile.add(&file, dir, files, lead)?;
        }
        Ok(makefile)
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
                let Some(words) = self.expand(words, None) else {
                    lead.give_up(file, "what the makefile includes is not known");
                    lead.piece(&path, "include", statement.line, words);
                    continue;
                };
                for word in words.split_whitespace() {
                    self.include(word, dir, files, lead)?;
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
        let paths = if typed.contains(['*', '?', '[']) {
            files.matching(dir, typed)?
        } else {
            vec![at(dir, typed)]
        };
        for path in paths {
            if let Some(file) = files.file(&path)? {
                self.add(&file, dir, files, lead)?;
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
        self.statements
            .iter()
            .filter_map(move |placed| match &placed.statement.kind {
                StatementKind::Variable {
                    name: assigned,
                    operator,
                    value,
                    ..
                } if assigned == name => Some((placed, operator.as_str(), value.as_str())),
                _ => None,
            })
    }

    /// The value of a text function, such as `addprefix`, if everything in it is known.
    fn function(&self, inside: &str, depth: usize) -> Option<String> {
        let (name, rest) = inside.split_once(char::is_whitespace)?;
        let arguments: Option<Vec<String>> = arguments(rest)
            .into_iter()
            .map(|argument| self.expanded(argument.trim(), None, depth + 1))
            .collect();
        let arguments = arguments?;
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let each = |words: &str, change: &dyn Fn(&str) -> String| {
            let words: Vec<String> = words.split_whitespace().map(change).collect();
            words.join(" ")
        };
        Some(match (name, arguments.as_slice()) {
            ("addprefix", [start, words]) => each(words, &|word| format!("{start}{word}")),
            ("addsuffix", [end, words]) => each(words, &|word| format!("{word}{end}")),
            ("patsubst", [from, to, words]) => each(words, &|word| substituted(word, from, to)),
            ("subst", [from, to, text]) if !from.is_empty() => text.replace(from, to),
            ("strip" | "sort", [words]) => each(words, &str::to_owned),
            _ => return None,
        })
    }

    /// The value of a variable, if it is plain.
    fn value(&self, name: &str, depth: usize) -> Option<String> {
        if depth >= DEEPEST {
            return None;
        }
        if name.contains(char::is_whitespace) {
            return self.function(name, depth);
        }
        if let Some((name, (from, to))) = name
            .split_once(':')
            .and_then(|(name, change)| Some((name, change.split_once('=')?)))
        {
            let words = self.value(name, depth + 1)?;
            let full = |text: &str| {
                let start = if text.contains('%') { "" } else { "%" };
                format!("{start}{text}")
            };
            let words = words.split_whitespace();
            let words: Vec<String> = words
                .map(|word| substituted(word, &full(from), &full(to)))
                .collect();
            return Some(words.join(" "));
        }
        if let Some(value) = self.overrides.get(name) {
            return Some(value.clone());
        }
        let mut total: Option<String> = None;
        for (placed, operator, value) in self.assignments(name) {
            if !placed.statement.conditions.is_empty() || operator == "!=" {
                return None;
            }
            let value = self.expanded(value, None, depth + 1)?;
            total = Some(match (operator, total) {
                ("+=", Some(before)) => format!("{before} {value}"),
                ("?=", Some(before)) => before,
                _ => value,
            });
        }
        match name {
            "MAKE" => total.or(Some("make".to_owned())),
            "CURDIR" => total.or(Some(".".to_owned())),
            "SHELL" => total.or(Some("/bin/sh".to_owned())),
            _ => total,
        }
    }

    /// A text with the values of its variables; `None` if one is not known. `target` is what `$@` stands
    /// for.
    pub(super) fn expand(&self, text: &str, target: Option<&str>) -> Option<String> {
        self.expanded(text, target, 0)
    }

    fn expanded(&self, text: &str, target: Option<&str>, depth: usize) -> Option<String> {
        let mut value = String::new();
        for part in parts(text) {
            match part {
                Part::Text(text) => value.push_str(text),
                Part::Dollar => value.push('$'),
                Part::Reference { inside: "@", .. } => value.push_str(target?),
                Part::Reference { inside, .. } => value.push_str(&self.value(inside, depth)?),
            }
        }
        Some(value)
    }

    /// A line of a recipe as the shell gets it, as far as its variables are known.
    pub(super) fn recipe(&self, text: &str, target: &str) -> String {
        let mut value = String::new();
        for part in parts(text) {
            match part {
                Part::Text(text) => value.push_str(text),
                Part::Dollar => value.push('$'),
                Part::Reference { inside: "@", .. } => value.push_str(target),
                Part::Reference { inside, raw } => match self.value(inside, 0) {
                    Some(known) => value.push_str(&known),
                    None if raw.len() > 2 => value.push_str(raw),
                    // `$<` and similar stand for files.
                    None => value.push_str("file"),
                },
            }
        }
        value
    }
}

/// A word, rewritten from the pattern `from` to the pattern `to` if it matches.
fn substituted(word: &str, from: &str, to: &str) -> String {
    let stem = match from.split_once('%') {
        Some((start, end)) => word
            .strip_prefix(start)
            .and_then(|word| word.strip_suffix(end)),
        None => (word == from).then_some(""),
    };
    stem.map_or_else(|| word.to_owned(), |stem| to.replacen('%', stem, 1))
}

/// The arguments of a function: its commas outside of references separate them.
fn arguments(text: &str) -> Vec<&str> {
    let (mut found, mut depth, mut begin) = (Vec::new(), 0_usize, 0);
    for (at, c) in text.char_indices() {
        match c {
            '(' | '{' => depth += 1,
            ')' | '}' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                found.push(&text[begin..at]);
                begin = at + 1;
            }
            _ => {}
        }
    }
    found.push(&text[begin..]);
    found
}

/// A part of a text.
enum Part<'t> {
    Text(&'t str),
    /// `$$`
    Dollar,
    /// `$(inside)`, `${inside}`, `$x`
    Reference {
        inside: &'t str,
        raw: &'t str,
    },
}

fn parts(text: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        parts.push(Part::Text(&rest[..at]));
        rest = &rest[at..];
        let Some(next) = rest[1..].chars().next() else {
            break;
        };
        let length = match next {
            '$' => {
                parts.push(Part::Dollar);
                2
            }
            '(' | '{' => {
                let end = closing(rest).unwrap_or(rest.len());
                let inside = rest[..end].strip_suffix([')', '}']).unwrap_or(&rest[..end]);
                parts.push(Part::Reference {
                    inside: inside[2..].trim(),
                    raw: &rest[..end],
                });
                end
            }
            c => {
                let end = 1 + c.len_utf8();
                parts.push(Part::Reference {
                    inside: &rest[1..end],
                    raw: &rest[..end],
                });
                end
            }
        };
        rest = &rest[length..];
    }
    parts.push(Part::Text(rest));
    parts
}

/// The end of the reference that a text begins with.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, c) in text.char_indices() {
        match c {
            '(' | '{' => depth += 1,
            ')' | '}' => {
                depth -= 1;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
    }
    None
}

/// The variables that a text refers to, and whether it refers to one by a computed name.
pub(super) fn references(text: &str) -> (BTreeSet<&str>, bool) {
    const BY_NAME: [&str; 5] = ["call", "value", "origin", "flavor", "foreach"];
    let (mut names, mut is_computed) = (BTreeSet::new(), false);
    for part in parts(text) {
        let Part::Reference { inside, .. } = part else {
            continue;
        };
        is_computed |= inside.starts_with('$') || inside.starts_with("eval ");
        let is_name = |c: char| !c.is_whitespace() && !":,()${}".contains(c);
        let end = inside.find(|c| !is_name(c)).unwrap_or(inside.len());
        let (name, rest) = inside.split_at(end);
        if BY_NAME.contains(&name) {
            let called = rest.trim_start().split([',', ' ']).next();
            names.extend(called.filter(|called| !called.is_empty()));
            is_computed |= called.is_some_and(|called| called.contains('$'));
        }
        if rest.starts_with('$') && !name.is_empty() {
            is_computed = true;
        }
        names.insert(name);
        let (inner, inner_computed) = references(rest);
        names.extend(inner);
        is_computed |= inner_computed;
    }
    (names, is_computed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_in_a_text() {
        let cases = [
            (
                "$(A) ${B:x=$(C)} $D $$E $(shell cat $(F))",
                "A B C D F shell",
                false,
            ),
            ("$(call G,$(H))", "G H call", false),
            ("$($(I))", " I", true),
            ("$(J_$(K))", "J_ K", true),
            ("$(eval X = y)", "eval", true),
            ("$(L", "L", false),
        ];
        for (text, expected, computed) in cases {
            let (names, is_computed) = references(text);
            let names: Vec<&str> = names.into_iter().collect();
            assert_eq!(names.join(" "), expected, "{text}");
            assert_eq!(is_computed, computed, "{text}");
        }
    }
}
