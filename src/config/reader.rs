//! Walks a parsed TOML document: asks for keys, checks types, and reports keys that were never
//! asked for.
//!
//! The keys that are asked for *are* the list of known keys, so that the two cannot disagree.

use std::collections::BTreeSet;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::problem::{Problem, Problems};
use super::shape::Field;
use crate::base::text::nearest;
use crate::base::words::Word;

/// A value with its place.
pub(super) type Item<'i> = Spanned<DeValue<'i>>;

/// One table of the document while its keys are being asked for.
pub(super) struct Table<'a, 'i> {
    /// The table as a message names it: `[gates.lint]`.
    name: String,
    entries: &'a DeTable<'i>,
    asked: Vec<&'static str>,
    missing: Vec<&'static str>,
}

impl<'a, 'i> Table<'a, 'i> {
    pub(super) fn new(name: impl Into<String>, entries: &'a DeTable<'i>) -> Self {
        Self {
            name: name.into(),
            entries,
            asked: Vec::new(),
            missing: Vec::new(),
        }
    }

    /// The value of a key as `read` understands it; if there is a problem, it is recorded and the
    /// key counts as absent. A required key is noted if it is missing: see [`Table::missing`].
    pub(super) fn take<T>(
        &mut self,
        field: &Field,
        problems: &mut Problems,
        read: impl FnOnce(&'a Item<'i>) -> Result<T, Problem>,
    ) -> Option<T> {
        let item = self.item(field.name);
        if item.is_none() && field.is_required {
            self.missing.push(field.name);
        }
        problems.keep(read(item?))
    }

    /// Like [`Table::take`], with a default.
    pub(super) fn take_or<T>(
        &mut self,
        default: T,
        field: &Field,
        problems: &mut Problems,
        read: impl FnOnce(&'a Item<'i>) -> Result<T, Problem>,
    ) -> T {
        self.take(field, problems, read).unwrap_or(default)
    }

    /// The required keys that are missing.
    pub(super) fn missing(&self) -> &[&'static str] {
        &self.missing
    }

    /// The unread value of a key.
    pub(super) fn item(&mut self, key: &'static str) -> Option<&'a Item<'i>> {
        if !self.asked.contains(&key) {
            self.asked.push(key);
        }
        self.entries.get(key)
    }

    /// Reports every key that was never asked for.
    pub(super) fn finish(self, problems: &mut Problems) {
        for key in self.entries.keys() {
            let word: &str = key.get_ref();
            if self.asked.contains(&word) {
                continue;
            }
            let shown = word.escape_debug();
            let mut problem = Problem::new(
                key.span(),
                format!("unknown key `{shown}` in {}", self.name),
            );
            problem = match nearest(word, self.asked.iter().copied()) {
                Some(right) => problem.label(format!("did you mean `{right}`?")),
                None => problem
                    .label("not a key in this table")
                    .help(format!("expected {}", quoted_list(&self.asked))),
            };
            problems.add(problem);
        }
    }
}

/// `a`, `b` or `c`, each in backticks.
pub(super) fn quoted_list(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    match quoted.as_slice() {
        [] => String::new(),
        [word] => word.clone(),
        [rest @ .., last] => format!("{} or {last}", rest.join(", ")),
    }
}

fn wrong_type(item: &Item<'_>, wanted: &str) -> Problem {
    let actual = item.get_ref().type_str();
    let article = if actual.starts_with(['a', 'i']) {
        "an"
    } else {
        "a"
    };
    Problem::new(
        item.span(),
        format!("expected {wanted}, found {article} {actual}"),
    )
    .label(format!("this must be {wanted}"))
}

pub(super) fn string(item: &Item<'_>) -> Result<String, Problem> {
    let text = item
        .get_ref()
        .as_str()
        .ok_or_else(|| wrong_type(item, "a string"))?;
    if text.contains('\0') {
        return Err(Problem::new(
            item.span(),
            "a NUL character cannot be used here",
        ));
    }
    Ok(text.to_owned())
}

/// A string that is not only white space.
pub(super) fn filled_string(item: &Item<'_>) -> Result<String, Problem> {
    let text = string(item)?;
    if text.trim().is_empty() {
        return Err(Problem::new(item.span(), "this string is empty").label("must not be empty"));
    }
    Ok(text)
}

pub(super) fn boolean(item: &Item<'_>) -> Result<bool, Problem> {
    let value = item.get_ref().as_bool();
    value.ok_or_else(|| wrong_type(item, "`true` or `false`"))
}

/// A whole number in a range.
pub(super) fn integer(item: &Item<'_>, range: Range<u32>) -> Result<u32, Problem> {
    let wanted = format!("a whole number from {} to {}", range.start, range.end - 1);
    let Some(number) = item.get_ref().as_integer() else {
        return Err(wrong_type(item, &wanted));
    };
    // The digits do not include the prefix of the base.
    let prefix = match number.radix() {
        2 => "0b",
        8 => "0o",
        16 => "0x",
        _ => "",
    };
    let digits = number.as_str().replace('_', "");
    match u32::from_str_radix(&digits, number.radix()) {
        Ok(value) if range.contains(&value) => Ok(value),
        _ => Err(Problem::new(
            item.span(),
            format!("`{prefix}{}` is out of range", number.as_str()),
        )
        .label(format!("this must be {wanted}"))),
    }
}

pub(super) fn table<'a, 'i>(item: &'a Item<'i>, wanted: &str) -> Result<&'a DeTable<'i>, Problem> {
    let table = item.get_ref().as_table();
    table.ok_or_else(|| wrong_type(item, wanted))
}

/// The elements of a list; none if it is not a list.
pub(super) fn elements<'a, 'i>(item: &'a Item<'i>) -> impl Iterator<Item = &'a Item<'i>> {
    item.get_ref().as_array().into_iter().flat_map(|a| a.iter())
}

/// A list, each element as `read` understands it.
pub(super) fn list<'a, 'i, T>(
    item: &'a Item<'i>,
    wanted: &str,
    read: impl Fn(&'a Item<'i>) -> Result<T, Problem>,
) -> Result<Vec<T>, Problem> {
    if item.get_ref().as_array().is_none() {
        let problem = wrong_type(item, &format!("a list of {wanted}"));
        return Err(match item.get_ref() {
            DeValue::String(text) => problem.help(format!("write [\"{}\"]", text.escape_debug())),
            _ => problem,
        });
    }
    elements(item).map(read).collect()
}

/// Like [`list`], but with at least one element.
pub(super) fn filled_list<'a, 'i, T>(
    item: &'a Item<'i>,
    wanted: &str,
    read: impl Fn(&'a Item<'i>) -> Result<T, Problem>,
) -> Result<Vec<T>, Problem> {
    let elements = list(item, wanted, read)?;
    if elements.is_empty() {
        return Err(Problem::new(item.span(), "this list is empty")
            .label(format!("name {wanted} here, or remove the key")));
    }
    Ok(elements)
}

/// Like [`filled_list`]. An element that is repeated is reported, and the list is read all the same.
pub(super) fn distinct_list<'a, 'i, T: Ord>(
    item: &'a Item<'i>,
    wanted: &str,
    read: impl Fn(&'a Item<'i>) -> Result<T, Problem>,
    problems: &mut Problems,
) -> Result<Vec<T>, Problem> {
    let values = filled_list(item, wanted, read)?;
    let mut seen = BTreeSet::new();
    for (value, element) in values.iter().zip(elements(item)) {
        if !seen.insert(value) {
            let problem = Problem::new(element.span(), "this entry is a duplicate");
            problems.add(problem.label("repeated"));
        }
    }
    Ok(values)
}

/// Like [`distinct_list`], for words.
pub(super) fn distinct_words<T: Word + Ord>(
    item: &Item<'_>,
    wanted: &str,
    problems: &mut Problems,
) -> Result<Vec<T>, Problem> {
    let read = distinct_list(item, wanted, word, problems);
    match item.get_ref() {
        // For these, there is a better suggestion.
        DeValue::Array(_) | DeValue::String(_) => read,
        _ => read.map_err(|problem| problem.help(expected(T::WORDS))),
    }
}

/// One word of several; the nearest is suggested.
pub(super) fn word<T: Word>(item: &Item<'_>) -> Result<T, Problem> {
    choice(item, T::WORDS)
}

/// Like [`word`], for values that are words only here.
pub(super) fn choice<T: Copy>(item: &Item<'_>, choices: &[(T, &str)]) -> Result<T, Problem> {
    let word = string(item).map_err(|problem| problem.help(expected(choices)))?;
    if let Some((choice, _)) = choices.iter().find(|(_, name)| *name == word) {
        return Ok(*choice);
    }
    let title = format!("invalid value `{}`", word.escape_debug());
    let problem = Problem::new(item.span(), title).help(expected(choices));
    Err(
        match nearest(&word, choices.iter().map(|(_, name)| *name)) {
            Some(right) => problem.label(format!("did you mean \"{right}\"?")),
            None => problem.label("unknown value"),
        },
    )
}

fn expected<T>(choices: &[(T, &str)]) -> String {
    let names: Vec<&str> = choices.iter().map(|(_, name)| *name).collect();
    format!("expected {}", quoted_list(&names))
}
