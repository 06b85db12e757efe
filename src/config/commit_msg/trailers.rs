//! `[commit-msg.trailers]`: trailers other than the sign-off and the credit.

use toml::de::DeValue;

use crate::config::problem::{Problem, Problems};
use crate::config::reader::{Item, Table, elements, filled_list, filled_string, string, table};
use crate::config::toml_text::{self, Shown, list, shown};
use crate::config::values::regex;
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

pub(super) fn read(table: &mut Table<'_, '_>, p: &mut Problems) -> Trailers {
    let keys = |item: &Item<'_>| filled_list(item, "keys", trailer_key);
    let trailers = Trailers {
        require: table.take_or(Vec::new(), "require", p, keys),
        forbid: table.take_or(Vec::new(), "forbid", p, |item| {
            filled_list(item, "keys", forbidden)
        }),
        values: table.take_or(Vec::new(), "values", p, values_by_key),
        once: table.take_or(Vec::new(), "once", p, keys),
    };
    let places = |item: Option<_>| item.into_iter().flat_map(elements);
    let required_items = table.item("require");
    for (forbidden, item) in trailers.forbid.iter().zip(places(table.item("forbid"))) {
        let mut required = trailers.require.iter().zip(places(required_items));
        let is_same = |(key, _): &(&String, _)| key.eq_ignore_ascii_case(&forbidden.key);
        if let (Some((_, required)), false) = (required.find(is_same), forbidden.only_ai) {
            let title = format!("`{}` is both required and forbidden", forbidden.key);
            p.add(
                Problem::new(item.span(), title)
                    .label("forbidden here")
                    .related(required.span(), "required here"),
            );
        }
    }
    trailers
}

pub(super) fn show(rules: &Trailers) -> Shown {
    let forbid: Vec<String> = rules.forbid.iter().map(Forbidden::name).collect();
    let value = |values: &Values| match values {
        Values::Matching(pattern) => shown(&pattern.text.as_str().into()),
        Values::OneOf(words) => shown(&words.clone().into()),
    };
    let pairs = rules.values.iter();
    let pairs = pairs.map(|(key, values)| format!("{key} = {}", value(values)));
    let lines = [
        ("require", list(rules.require.clone(), "none")),
        ("forbid", list(forbid, "none")),
        ("once", list(rules.once.clone(), "none")),
        ("values", Shown::Pairs(pairs.collect())),
    ];
    Shown::Tables(toml_text::table("\n[commit-msg.trailers]", lines))
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
