//! The values that the variables of a script can have, and words with them.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::shell::expansion_length;

/// How many values a variable or a word may have; more are not told apart.
const MOST: usize = 200;

/// Variables and the values that each can have. What is unknown in a value stands there as it is typed
/// (`$x`, `$(...)`).
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Variables {
    own: Rc<BTreeMap<String, Vec<String>>>,
    /// Those of the script that calls this one.
    inherited: Rc<BTreeMap<String, Vec<String>>>,
}

impl Variables {
    /// The variables of an environment.
    pub(super) fn of(environment: &BTreeMap<String, String>) -> Self {
        let values = environment.iter();
        let values = values.map(|(name, value)| (name.clone(), vec![value.clone()]));
        Self {
            own: Rc::default(),
            inherited: Rc::new(values.collect()),
        }
    }

    /// The variables of a script that another one starts.
    pub(super) fn inherit(&self) -> Self {
        let mut inherited = Rc::clone(&self.inherited);
        if !self.own.is_empty() {
            let own = self.own.iter();
            let own = own.map(|(name, values)| (name.clone(), values.clone()));
            Rc::make_mut(&mut inherited).extend(own);
        }
        Self {
            own: Rc::default(),
            inherited,
        }
    }

    /// The values of a variable; empty if it is not known.
    pub(super) fn values(&self, name: &str) -> &[String] {
        let known = self.own.get(name).or_else(|| self.inherited.get(name));
        known.map_or(&[][..], Vec::as_slice)
    }

    /// Whether the script itself gives it a value.
    pub(super) fn is_own(&self, name: &str) -> bool {
        self.own.contains_key(name)
    }

    /// Gives a variable values in place of those that it had.
    pub(super) fn set(&mut self, name: &str, mut values: Vec<String>) {
        values.truncate(MOST);
        Rc::make_mut(&mut self.own).insert(name.to_owned(), values);
    }

    /// Adds the values that variables have elsewhere, such as before a branch that may not be taken.
    pub(super) fn join(&mut self, other: &Self) {
        if Rc::ptr_eq(&self.own, &other.own) {
            return;
        }
        let all = Rc::make_mut(&mut self.own);
        for (name, values) in other.own.iter() {
            let own = all.entry(name.clone()).or_default();
            for value in values {
                if !own.contains(value) && own.len() < MOST {
                    own.push(value.clone());
                }
            }
        }
    }
}

/// A variable that a script puts into the environment of a call.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct GivenVariable {
    /// Its name.
    pub(crate) name: String,
    /// Its value; what is unknown in it stands there as it is typed.
    pub(crate) value: String,
    /// Whether all calls from there on are given it (`export`), not only this one.
    pub(crate) is_exported: bool,
}

/// Every text that a word can become. `values` knows the values of an expansion, as it is typed; an
/// expansion without any stays as it is.
pub(super) fn expansions(text: &str, mut values: impl FnMut(&str) -> Vec<String>) -> Vec<String> {
    let mut texts = vec![String::new()];
    let mut rest = text;
    while let Some(at) = rest.find(['$', '`']) {
        let length = expansion_length(&rest[at..]).unwrap_or(rest.len() - at);
        let (before, typed) = (&rest[..at], &rest[at..at + length]);
        let mut found = values(typed);
        if found.is_empty() || found.len() * texts.len() > MOST {
            found = vec![typed.to_owned()];
        }
        let longer = texts.iter().flat_map(|text| {
            let found = found.iter();
            found.map(move |value| format!("{text}{before}{value}"))
        });
        texts = longer.collect();
        rest = &rest[at + length..];
    }
    for text in &mut texts {
        text.push_str(rest);
    }
    texts
}

/// The name in an expansion, and what it says about the value: `${x:-y}` is `x` and `:-y`. `None` if it
/// is not the expansion of a variable.
pub(super) fn named(typed: &str) -> Option<(&str, &str)> {
    let after = typed.strip_prefix('$')?;
    let inside = match after.strip_prefix('{') {
        Some(braced) => braced.strip_suffix('}')?,
        None => after,
    };
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let end = inside.find(|c| !is_name(c)).unwrap_or(inside.len());
    let end = if end == 0 {
        usize::from(inside.starts_with(['@', '*']))
    } else {
        end
    };
    (end > 0).then(|| inside.split_at(end))
}

/// The value that an expansion falls back to, as it is typed: `y` of `:-y`.
pub(super) fn fallback(rest: &str) -> Option<&str> {
    [":-", ":=", "-", "=", ":+", "+"]
        .iter()
        .find_map(|sign| rest.strip_prefix(sign))
        .map(|value| value.trim_matches(['"', '\'']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_with_values() {
        let mut variables = Variables::default();
        variables.set("a", vec!["1".to_owned(), "2".to_owned()]);
        let expand = |text: &str| {
            let values = |typed: &str| match named(typed) {
                Some((name, "")) => variables.values(name).to_vec(),
                _ => Vec::new(),
            };
            expansions(text, values)
        };
        assert_eq!(expand("x$a/${a}"), ["x1/1", "x1/2", "x2/1", "x2/2"]);
        assert_eq!(expand("$b-$(c $a)$"), ["$b-$(c $a)$"]);
        assert_eq!(named("${x:-y}"), Some(("x", ":-y")));
        assert_eq!(named("$@"), Some(("@", "")));
        assert_eq!(named("$(x)"), None);
        assert_eq!(fallback(":-y"), Some("y"));
        assert_eq!(fallback("%/*"), None);
    }
}
