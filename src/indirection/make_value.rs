//! Texts in a makefile: what they refer to, and what they stand for.
//!
//! A text is expanded as make does it, with two differences. `$(wildcard)` stands for the files of the
//! tree, and what the shell would print stands there as the command that prints it: `$(shell cat x)` is
//! `$(cat x)`, which in a recipe has the same meaning.

use std::collections::BTreeSet;

use super::make_references::{Locals, Part, arguments, parts, references, stem, substituted};
use super::makefile::Makefile;

/// How deeply variables may refer to each other.
const DEEPEST: usize = 10;

/// Functions whose results are not known without running something, or without the files.
const LOOKING_UP: [&str; 3] = ["wildcard", "shell", "file"];

impl Makefile {
    /// A text with the values of its variables; `None` if one is not known, or depends on files.
    pub(super) fn expand(&self, text: &str, target: Option<&str>) -> Option<String> {
        if self.refers_to(text, &LOOKING_UP) {
            return None;
        }
        self.expand_found(text, &of_target(target))
    }

    /// A text with the values of its variables, also if they depend on files.
    pub(super) fn expand_found(&self, text: &str, locals: &Locals) -> Option<String> {
        self.expanded(text, locals, 0)
    }

    /// Whether a text uses one of these functions, directly or through variables.
    pub(super) fn refers_to(&self, text: &str, functions: &[&str]) -> bool {
        let (mut seen, mut open) = (BTreeSet::new(), vec![text]);
        while let Some(text) = open.pop() {
            for name in references(text).0 {
                if functions.contains(&name) {
                    return true;
                }
                if seen.insert(name.to_owned()) {
                    for placed in &self.statements {
                        let Some((assigned, operator, value)) = placed.assignment() else {
                            continue;
                        };
                        if assigned == name {
                            if operator == "!=" && functions.contains(&"shell") {
                                return true;
                            }
                            open.push(value);
                        }
                    }
                }
            }
        }
        false
    }

    /// A line of a recipe as the shell gets it, as far as its variables are known.
    pub(super) fn recipe(&self, text: &str, locals: &Locals) -> String {
        self.recipe_within(text, locals, 0)
    }

    fn recipe_within(&self, text: &str, locals: &Locals, depth: usize) -> String {
        let mut value = String::new();
        for part in parts(text) {
            match part {
                Part::Text(text) => value.push_str(text),
                Part::Dollar => value.push('$'),
                Part::Reference { inside, raw } => match self.value(inside, locals, depth) {
                    Some(known) => value.push_str(&known),
                    None if raw.len() > 2 => value.push_str(raw),
                    // `$<` and similar stand for files.
                    None => value.push_str("file"),
                },
            }
        }
        value
    }

    /// The value of a variable, or the result of a function, if it is known.
    fn value(&self, name: &str, locals: &Locals, depth: usize) -> Option<String> {
        if depth >= DEEPEST {
            return None;
        }
        if name.contains(char::is_whitespace) && !name.starts_with('$') {
            return self.function(name, locals, depth);
        }
        if let Some((name, (from, to))) = name
            .split_once(':')
            .and_then(|(name, change)| Some((name, change.split_once('=')?)))
        {
            let words = self.value(name, locals, depth + 1)?;
            let full = |text: &str| {
                let start = if text.contains('%') { "" } else { "%" };
                format!("{start}{text}")
            };
            return Some(each(&words, |word| {
                substituted(word, &full(from), &full(to))
            }));
        }
        if name.contains('$') {
            let name = self.expanded(name, locals, depth + 1)?;
            return self.value(&name, locals, depth + 1);
        }
        if let Some(value) = locals.get(name).or_else(|| self.overrides.get(name)) {
            return Some(value.clone());
        }
        let mut total: Option<String> = None;
        for (placed, operator, value) in self.assignments(name) {
            if !placed.statement.conditions.is_empty() {
                return None;
            }
            let value = match operator {
                "!=" => self.printed(value, locals, depth),
                _ => self.expanded(value, locals, depth + 1)?,
            };
            total = Some(match (operator, total) {
                ("+=", Some(before)) => format!("{before} {value}"),
                ("?=", Some(before)) => before,
                _ => value,
            });
        }
        match name {
            "MAKE" => total.or(Some("make".to_owned())),
            "CURDIR" => total.or(Some(".".to_owned())),
            "MAKEFILE_LIST" => total.or_else(|| self.own_path.clone()),
            "SHELL" => total.or(Some("/bin/sh".to_owned())),
            _ => total,
        }
    }

    fn expanded(&self, text: &str, locals: &Locals, depth: usize) -> Option<String> {
        let mut value = String::new();
        for part in parts(text) {
            match part {
                Part::Text(text) => value.push_str(text),
                Part::Dollar => value.push('$'),
                Part::Reference { inside, .. } => {
                    value.push_str(&self.value(inside, locals, depth)?);
                }
            }
        }
        Some(value)
    }

    /// What stands for the output of a command.
    fn printed(&self, command: &str, locals: &Locals, depth: usize) -> String {
        format!("$({})", self.recipe_within(command, locals, depth + 1))
    }

    /// The result of a function, if it is known.
    fn function(&self, inside: &str, locals: &Locals, depth: usize) -> Option<String> {
        let (name, rest) = inside.split_once(char::is_whitespace)?;
        let typed = arguments(rest);
        match (name, typed.as_slice()) {
            ("shell", _) => return Some(self.printed(rest.trim(), locals, depth)),
            ("file", [read, ..]) => {
                let path = read.trim().strip_prefix('<')?;
                return Some(self.printed(&format!("cat {}", path.trim()), locals, depth));
            }
            ("foreach", [variable, words, body]) => {
                let words = self.expanded(words, locals, depth + 1)?;
                let mut results = Vec::new();
                for word in words.split_whitespace() {
                    let mut locals = locals.clone();
                    locals.insert(variable.trim().to_owned(), word.to_owned());
                    results.push(self.expanded(body, &locals, depth + 1)?);
                }
                return Some(results.join(" "));
            }
            ("call", [called, given @ ..]) => {
                let mut inner = locals.clone();
                for (at, argument) in given.iter().enumerate() {
                    let value = self.expanded(argument, locals, depth + 1)?;
                    inner.insert((at + 1).to_string(), value);
                }
                return self.value(called.trim(), &inner, depth + 1);
            }
            // Both may run; a line for each.
            ("if", [_, results @ ..]) | ("or" | "and", results) => {
                let results = results.iter();
                let results: Option<Vec<String>> = results
                    .map(|result| self.expanded(result.trim(), locals, depth + 1))
                    .collect();
                return Some(results?.join("\n"));
            }
            _ => {}
        }
        let values: Option<Vec<String>> = typed
            .iter()
            .map(|argument| self.expanded(argument.trim(), locals, depth + 1))
            .collect();
        let values = values?;
        let values: Vec<&str> = values.iter().map(String::as_str).collect();
        if let ("wildcard", [patterns]) = (name, values.as_slice()) {
            return self.found.get(*patterns).cloned();
        }
        of_texts(name, &values)
    }
}

/// The result of a function of texts.
fn of_texts(name: &str, arguments: &[&str]) -> Option<String> {
    let fits = |patterns: &str, word: &str| {
        let mut patterns = patterns.split_whitespace();
        patterns.any(|pattern| stem(pattern, word).is_some() || pattern == word)
    };
    let kept = |words: &str, is_kept: &dyn Fn(&str) -> bool| {
        let words: Vec<&str> = words
            .split_whitespace()
            .filter(|word| is_kept(word))
            .collect();
        words.join(" ")
    };
    Some(match (name, arguments) {
        ("addprefix", [start, words]) => each(words, |word| format!("{start}{word}")),
        ("addsuffix", [end, words]) => each(words, |word| format!("{word}{end}")),
        ("patsubst", [from, to, words]) => each(words, |word| substituted(word, from, to)),
        ("subst", [from, to, text]) if !from.is_empty() => text.replace(from, to),
        ("strip" | "sort" | "abspath" | "realpath", [words]) => each(words, str::to_owned),
        ("filter", [patterns, words]) => kept(words, &|word| fits(patterns, word)),
        ("filter-out", [patterns, words]) => kept(words, &|word| !fits(patterns, word)),
        ("notdir", [words]) => each(words, |word| {
            word.rsplit('/').next().unwrap_or_default().to_owned()
        }),
        ("dir", [words]) => each(words, |word| {
            word.rfind('/').map_or("./", |at| &word[..=at]).to_owned()
        }),
        ("basename", [words]) => each(words, |word| {
            word.rsplit_once('.')
                .map_or(word, |(name, _)| name)
                .to_owned()
        }),
        ("firstword", [words]) => words.split_whitespace().next()?.to_owned(),
        ("lastword", [words]) => words.split_whitespace().last()?.to_owned(),
        ("info" | "warning" | "eval", _) => String::new(),
        _ => return None,
    })
}

/// Each word, changed.
fn each(words: &str, change: impl Fn(&str) -> String) -> String {
    let words: Vec<String> = words.split_whitespace().map(change).collect();
    words.join(" ")
}

/// The variables that a target alone gives to a text.
fn of_target(target: Option<&str>) -> Locals {
    let target = target.map(|target| ("@".to_owned(), target.to_owned()));
    target.into_iter().collect()
}
