//! `[agents]`: which agents credits may name, and how an agent is recognized.

use std::collections::BTreeMap;

use toml::de::DeValue;

use super::key::{self, Key, Weaker};
use super::policy_file::Origin;
use super::problem::Problem;
use super::reader::{Item, boolean, filled_string, table};
use super::shape::{ADDRESS, FILLED, GLOB, Property, Shape, VARIABLE, filled};
use super::toml_text::{Shown, pair, paths};
use super::values::{globs, variable_name};
use crate::model::comparison::Comparison;
use crate::model::gate::PathSet;

/// `[agents]`: which agents credits may name, and how an agent is recognized.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Agents {
    /// The files that define the project's agents.
    pub(crate) definitions: PathSet,
    /// Environment variables and the agents that they stand for, `None` for one that stands for no
    /// agent; they take precedence over the built-in ones.
    pub(crate) variables: BTreeMap<String, Option<String>>,
    /// Addresses, in lower case, and whether they belong to an AI; they take precedence likewise.
    pub(crate) addresses: BTreeMap<String, bool>,
}

/// The keys of `[agents]`.
pub(super) static KEYS: [Key<Agents>; 3] = [
    Key {
        name: "definitions",
        about: "The files that define the project's agents, as globs.",
        shape: filled(&GLOB),
        read: |agents, item, p| p.put(&mut agents.definitions, globs(item, &Origin::top())),
        show: |agents| paths(&agents.definitions, "none"),
        // The first definitions restrict credits to those agents, and others allow more.
        weaker: Weaker::Compared(|before, after| {
            let definitions = [before, after].map(|agents| agents.definitions.patterns.as_slice());
            match definitions {
                [[], _] => Comparison::AtLeastAsStrict,
                [_, []] => Comparison::Weaker,
                [before, after] if before == after => Comparison::AtLeastAsStrict,
                _ => Comparison::Unknown,
            }
        }),
    },
    Key {
        name: "variables",
        about: "Environment variables that indicate an agent, with its name; false removes a built-in one.",
        shape: Shape::Map {
            keys: VARIABLE,
            values: &Shape::Either(&[FILLED, Shape::False]),
            least: 0,
        },
        read: |agents, item, p| p.put(&mut agents.variables, variables(item)),
        show: |agents| {
            let pairs = agents.variables.iter();
            let pairs = pairs.map(|(name, agent)| match agent {
                Some(agent) => pair(name, agent.as_str()),
                None => pair(name, false),
            });
            Shown::Pairs(pairs.collect())
        },
        weaker: Weaker::Compared(|before, after| {
            compare(&before.variables, &after.variables, Option::is_some)
        }),
    },
    Key {
        name: "addresses",
        about: "Email addresses, with whether each belongs to an AI.",
        shape: Shape::Map {
            keys: ADDRESS,
            values: &Shape::Boolean,
            least: 0,
        },
        read: |agents, item, p| p.put(&mut agents.addresses, addresses(item)),
        show: |agents| {
            let pairs = agents.addresses.iter();
            Shown::Pairs(
                pairs
                    .map(|(address, is_ai)| pair(address, *is_ai))
                    .collect(),
            )
        },
        weaker: Weaker::Compared(|before, after| {
            compare(&before.addresses, &after.addresses, |is_ai| *is_ai)
        }),
    },
];

/// The keys for the schema.
pub(super) fn properties() -> Vec<Property> {
    key::properties(&KEYS, &Agents::default())
}

/// Compares what indicates an agent. More is stricter, and what indicates none is an exception.
fn compare<T: PartialEq>(
    before: &BTreeMap<String, T>,
    after: &BTreeMap<String, T>,
    indicates: impl Fn(&T) -> bool,
) -> Comparison {
    Comparison::by(before, after, |one, other| {
        let is_kept = |(name, value): (&String, &T)| {
            let now = other.get(name);
            now == Some(value) || !indicates(value) && now.is_none_or(&indicates)
        };
        let may_be_new = |(name, value): (&String, &T)| one.contains_key(name) || indicates(value);
        one.iter().all(is_kept) && other.iter().all(may_be_new)
    })
}

fn variables(item: &Item<'_>) -> Result<BTreeMap<String, Option<String>>, Problem> {
    const FORM: &str = "a table of variables, as in { MY_AGENT = \"my-agent\", OTHER = false }";
    let mut variables = BTreeMap::new();
    for (key, item) in table(item, FORM)? {
        let name = variable_name(key)?;
        let agent = match item.get_ref() {
            DeValue::Boolean(false) => None,
            DeValue::String(_) => Some(filled_string(item)?),
            _ => {
                return Err(Problem::new(item.span(), "this is not an agent").label(
                    "write the agent's name, or false if the variable does not indicate one",
                ));
            }
        };
        variables.insert(name, agent);
    }
    Ok(variables)
}

fn addresses(item: &Item<'_>) -> Result<BTreeMap<String, bool>, Problem> {
    const FORM: &str = "a table of addresses, as in { \"bot@example.com\" = true }";
    let mut addresses = BTreeMap::new();
    for (key, item) in table(item, FORM)? {
        let address: &str = key.get_ref();
        if !address.contains('@') || address.contains(char::is_whitespace) {
            return Err(Problem::new(key.span(), "this is not an email address")
                .label("must be like \"bot@example.com\""));
        }
        addresses.insert(address.to_lowercase(), boolean(item)?);
    }
    Ok(addresses)
}
