//! The values that a script gives to its variables, and the files that list them.

use super::calls::Walk;
use super::fed::{Fed, Names, names};
use super::lead::at;
use super::variables::{GivenVariable, expansions, named};
use crate::shell::Word;

impl Walk<'_> {
    /// The values of a word of a loop, or of an assigned one, and the files that list them.
    pub(super) fn listed(&mut self, word: &Word) -> Names {
        let fed = self.substituted(word);
        let is_output = word.text.starts_with("$(") || word.text.starts_with('`');
        let mut listed = if is_output && self.single(&word.text).is_none() {
            self.names(&fed)
        } else {
            Names::default()
        };
        if !listed.values.is_empty() {
            return listed;
        }
        let words = self.expanded(word).into_iter().flatten();
        listed.values.extend(words.map(|word| word.text));
        listed.lists.extend(self.lists_of(&word.text));
        listed
    }

    fn names(&mut self, fed: &[Fed]) -> Names {
        let dir = self.shell.dir.clone();
        let read = &mut *self.read;
        names(fed, &mut |typed| read(&at(&dir, typed)))
    }

    /// The files that list the values of the variables in a word.
    pub(super) fn lists_of(&self, text: &str) -> Vec<String> {
        let mut lists = Vec::new();
        expansions(text, |typed| {
            if let Some((name, _)) = named(typed) {
                lists.extend(self.lists.get(name).cloned().unwrap_or_default());
            }
            Vec::new()
        });
        lists
    }

    /// Variables that the script exports: `NAME=value`, or a name alone.
    pub(super) fn export(&mut self, words: &[Word]) {
        for word in words {
            let (name, value) = match word.text.split_once('=') {
                Some((name, value)) => (name, value.to_owned()),
                None => (word.text.as_str(), format!("${{{}}}", word.text)),
            };
            if is_name(name) {
                let value = self.single(&value).unwrap_or(value);
                self.shell.exported.insert(name.to_owned(), value);
            }
        }
    }

    /// The variables that a call is given: those that the script exports, then those before its words.
    pub(super) fn given(&self, assignments: &[Word]) -> Vec<GivenVariable> {
        let exported = self.shell.exported.iter();
        let exported = exported.map(|(name, value)| GivenVariable {
            name: name.clone(),
            value: value.clone(),
            is_exported: true,
        });
        let own = assignments.iter().filter_map(|word| {
            let (name, value) = word.text.split_once('=')?;
            is_name(name).then(|| GivenVariable {
                name: name.to_owned(),
                value: self.single(value).unwrap_or_else(|| value.to_owned()),
                is_exported: false,
            })
        });
        exported.chain(own).collect()
    }

    pub(super) fn assign(&mut self, word: &Word) {
        let Some((name, value)) = word.text.split_once('=') else {
            return;
        };
        let value = Word {
            text: value.to_owned(),
            quoted: true,
            ..word.clone()
        };
        let before = self.found.len();
        let mut listed = self.listed(&value);
        // They have been followed already.
        self.found.truncate(before);
        let name = match name.strip_suffix('+') {
            Some(name) => {
                let earlier = self.variables.values(name).to_vec();
                let values = listed.values.iter().flat_map(|value| {
                    let earlier = earlier.iter();
                    earlier.map(move |earlier| format!("{earlier}{value}"))
                });
                let values = values.collect();
                listed.values = if earlier.is_empty() {
                    listed.values
                } else {
                    values
                };
                name
            }
            None => name,
        };
        self.lists.insert(name.to_owned(), listed.lists);
        self.variables.set(name, listed.values);
    }

    pub(super) fn read_values(&mut self, words: &[Word]) {
        let texts = words.iter().map(|word| word.text.as_str());
        let variables: Vec<&str> = texts.filter(|word| !word.starts_with('-')).collect();
        let fed = self.stdin.clone();
        let mut names = self.names(&fed);
        if variables.len() > 1 {
            let lines = names.values.iter().flat_map(|line| line.split_whitespace());
            names.values = lines.map(str::to_owned).collect();
        }
        for variable in variables {
            self.lists.insert(variable.to_owned(), names.lists.clone());
            self.variables.set(variable, names.values.clone());
        }
    }
}

/// Whether a text can be the name of a variable.
fn is_name(text: &str) -> bool {
    !text.is_empty()
        && !text.starts_with(|c: char| c.is_ascii_digit())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}
