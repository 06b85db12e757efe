//! `[commit-msg.trailers]`: trailers other than the sign-off and the credit.

use toml::de::DeValue;

use super::inner_table::inner;
use crate::base::placeholder;
use crate::config::key::{self, Key, Weaker};
use crate::config::problem::{Problem, Problems};
use crate::config::reader::{Item, elements, filled_list, filled_string, string, table};
use crate::config::shape::{
    FILLED, FORBIDDEN_KEY, Property, Shape, TRAILER_KEY, TRAILER_KEY_TEXT, filled,
};
use crate::config::toml_text::{Shown, list, shown};
use crate::config::values::regex;
use crate::model::comparison::Comparison;
use crate::model::gate::Pattern;

/// `[commit-msg.trailers]`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Trailers {
    /// Keys that each message must have.
    pub(crate) require: Vec<String>,
    /// Trailers that no message may have.
    pub(crate) forbid: Vec<Forbidden>,
    /// Keys that a message may have only once.
    pub(crate) once: Vec<String>,
    /// The allowed values of keys.
    pub(crate) values: Vec<(String, Values)>,
}

impl Trailers {
    /// A line with a key, and with its value if there is only one that is allowed.
    #[must_use]
    pub(crate) fn template(&self, key: &str) -> String {
        let mut values = self.values.iter();
        let values = values.find(|(other, _)| other.eq_ignore_ascii_case(key));
        let value = match values {
            Some((_, Values::OneOf(words))) if words.len() == 1 => words[0].as_str(),
            _ => placeholder::VALUE,
        };
        format!("{key}: {value}")
    }
}

/// A trailer that no message may have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Forbidden {
    /// Its key.
    pub(crate) key: String,
    /// Whether only trailers that name an AI, by its address, are forbidden.
    pub(crate) only_ai: bool,
}

/// The allowed values of a trailer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Values {
    /// Something that a regular expression matches.
    Matching(Pattern),
    /// One of these.
    OneOf(Vec<String>),
}

impl Values {
    /// Whether others allow whatever these allow.
    fn are_as_strict_as(&self, others: &Self) -> bool {
        match (self, others) {
            (Self::OneOf(words), Self::OneOf(others)) => {
                words.iter().all(|word| others.contains(word))
            }
            (one, other) => one == other,
        }
    }
}

/// The keys of the table.
pub(super) static KEYS: [Key<Trailers>; 4] = [
    Key {
        name: "require",
        about: "Keys that every message needs.",
        shape: filled(&TRAILER_KEY),
        read: |rules, item, p| p.put(&mut rules.require, keys(item)),
        show: |rules| list(rules.require.clone(), "none"),
        weaker: Weaker::Compared(|before, after| {
            Comparison::by_longer(&before.require, &after.require)
        }),
    },
    Key {
        name: "forbid",
        about: "Keys that no message may have; with `@ai`, not with an AI's address.",
        shape: filled(&FORBIDDEN_KEY),
        read: |rules, item, p| p.put(&mut rules.forbid, filled_list(item, "keys", forbidden)),
        show: |rules| list(rules.forbid.iter().map(Forbidden::name), "none"),
        weaker: Weaker::Compared(|before, after| {
            Comparison::by(&before.forbid, &after.forbid, |one, other| {
                let covers = |entry: &Forbidden| {
                    let is_wide = |wide: &Forbidden| {
                        wide.key == entry.key && (entry.only_ai || !wide.only_ai)
                    };
                    other.iter().any(is_wide)
                };
                one.iter().all(covers)
            })
        }),
    },
    Key {
        name: "once",
        about: "Keys that may appear only once.",
        shape: filled(&TRAILER_KEY),
        read: |rules, item, p| p.put(&mut rules.once, keys(item)),
        show: |rules| list(rules.once.clone(), "none"),
        weaker: Weaker::Compared(|before, after| Comparison::by_longer(&before.once, &after.once)),
    },
    Key {
        name: "values",
        about: "The allowed values of a key: a regular expression or a list.",
        shape: Shape::Map {
            keys: TRAILER_KEY_TEXT,
            values: &Shape::Either(&[FILLED, filled(&FILLED)]),
            least: 0,
        },
        read: |rules, item, p| p.put(&mut rules.values, values_by_key(item)),
        show: |rules| Shown::Pairs(rules.values.iter().map(shown_values).collect()),
        weaker: Weaker::Compared(|before, after| {
            Comparison::by(&before.values, &after.values, |one, other| {
                let covers = |(key, values): &(String, Values)| {
                    let is_as_strict = |(name, now): &(String, Values)| {
                        name == key && now.are_as_strict_as(values)
                    };
                    other.iter().any(is_as_strict)
                };
                one.iter().all(covers)
            })
        }),
    },
];

/// The keys for the schema.
pub(super) fn properties() -> Vec<Property> {
    key::properties(&KEYS, &Trailers::default())
}

pub(super) fn read(rules: &mut Trailers, item: &Item<'_>, problems: &mut Problems) {
    let header = "[commit-msg.trailers]";
    let Some(entries) = inner(header, &KEYS, rules, item, problems) else {
        return;
    };
    let items = |key: &str| entries.get(key).into_iter().flat_map(elements);
    for (forbidden, item) in rules.forbid.iter().zip(items("forbid")) {
        let mut required = rules.require.iter().zip(items("require"));
        let is_same = |(key, _): &(&String, _)| key.eq_ignore_ascii_case(&forbidden.key);
        if let (Some((_, required)), false) = (required.find(is_same), forbidden.only_ai) {
            let title = format!("`{}` is both required and forbidden", forbidden.key);
            problems.add(
                Problem::new(item.span(), title)
                    .label("forbidden here")
                    .related(required.span(), "required here"),
            );
        }
    }
}

pub(super) fn show(rules: &Trailers) -> Shown {
    Shown::Tables(key::show("\n[commit-msg.trailers]", &KEYS, rules))
}

fn shown_values((key, values): &(String, Values)) -> String {
    let value = match values {
        Values::Matching(pattern) => shown(&pattern.text.as_str().into()),
        Values::OneOf(words) => shown(&words.clone().into()),
    };
    format!("{key} = {value}")
}

fn keys(item: &Item<'_>) -> Result<Vec<String>, Problem> {
    filled_list(item, "keys", trailer_key)
}

impl Forbidden {
    /// The suffix of an entry that applies only to AIs.
    const AI: &str = "@ai";

    /// The entry as gates.toml spells it.
    #[must_use]
    pub(crate) fn name(&self) -> String {
        let ai = if self.only_ai { Self::AI } else { "" };
        format!("{}{ai}", self.key)
    }
}

/// A key that git accepts for a trailer: letters, digits and hyphens.
pub(super) fn trailer_key(item: &Item<'_>) -> Result<String, Problem> {
    let text = string(item)?;
    must_be_key(item.span(), &text)?;
    Ok(text)
}

fn must_be_key(span: std::ops::Range<usize>, text: &str) -> Result<(), Problem> {
    let is_key = |c: char| c.is_ascii_alphanumeric() || c == '-';
    if !text.is_empty() && text.chars().all(is_key) {
        return Ok(());
    }
    Err(Problem::new(
        span,
        format!("`{}` is not a valid trailer key", text.escape_debug()),
    )
    .label("use only letters, digits and hyphens"))
}

fn forbidden(item: &Item<'_>) -> Result<Forbidden, Problem> {
    let text = string(item)?;
    let (key, only_ai) = match text.strip_suffix(Forbidden::AI) {
        Some(key) => (key, true),
        None => (text.as_str(), false),
    };
    must_be_key(item.span(), key)?;
    Ok(Forbidden {
        key: key.to_owned(),
        only_ai,
    })
}

fn values_by_key(item: &Item<'_>) -> Result<Vec<(String, Values)>, Problem> {
    let entries = table(
        item,
        "a table of keys, as in { Risk = [\"low\", \"high\"] }",
    )?;
    let mut values = Vec::new();
    for (key, item) in entries {
        must_be_key(key.span(), key.get_ref())?;
        let value = match item.get_ref() {
            DeValue::Array(_) => Values::OneOf(filled_list(item, "values", filled_string)?),
            _ => Values::Matching(regex(item)?),
        };
        values.push((key.get_ref().to_string(), value));
    }
    Ok(values)
}
