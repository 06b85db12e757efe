//! Compares one setting before and after a change.

use std::collections::BTreeSet;

use super::cli_options;
use super::list_values::{covers, items};
use super::settings::{FlatSetting, number, truth, word};
use crate::base::text::some_of;
use crate::tools::{ListKind, StrictWhen, Unset};

/// The most words of a list that are named.
const NAMED: usize = 8;

impl StrictWhen {
    /// Whether a setting has a single value rather than a list.
    pub(super) fn is_single(&self) -> bool {
        !matches!(self, Self::Short(..) | Self::Long(..) | Self::Arguments(_))
    }
}

/// How a setting has become looser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Loosening {
    /// What happened to it, worded to follow the setting's name.
    pub(super) what: String,
    /// The words that it is about.
    pub(super) marks: Vec<String>,
    /// Whether it was only removed, so that another setting may have the same effect.
    pub(super) is_gone: bool,
}

impl Loosening {
    fn new(what: String) -> Self {
        Self {
            what,
            marks: Vec::new(),
            is_gone: false,
        }
    }

    /// Words that were added.
    fn gained(list: Vec<String>) -> Option<Self> {
        let what = format!("has gained {}", some_of(&list, NAMED));
        (!list.is_empty()).then_some(Self {
            what,
            marks: list,
            is_gone: false,
        })
    }

    /// Words that were removed.
    fn lost(list: &[String]) -> Option<Self> {
        (!list.is_empty()).then(|| Self {
            is_gone: true,
            ..Self::new(format!("has lost {}", some_of(list, NAMED)))
        })
    }
}

/// The setting on one side: all places that have it, and whether another setting implies it.
#[derive(Clone, Copy)]
pub(super) struct Side<'s> {
    /// The places. For single values the last one counts.
    pub(super) settings: &'s [&'s FlatSetting<'s>],
    /// Whether another setting makes it strict.
    pub(super) is_implied: bool,
    /// What the tool checks besides what a list names.
    pub(super) unnamed: &'static [&'static str],
}

/// What is checked by default of what a list names.
pub(super) enum Checked {
    /// Everything, as far as is known.
    Everything,
    /// Only these entries.
    Only(Vec<&'static str>),
}

impl Checked {
    /// Whether an entry takes away something that is checked.
    fn has(&self, kind: ListKind, entry: &str) -> bool {
        match self {
            Self::Everything => true,
            Self::Only(entries) => entries
                .iter()
                .any(|known| covers(kind, entry, known) || covers(kind, known, entry)),
        }
    }
}

/// How a setting has become looser, if it has. `checked` says what is checked by default of what a list
/// names.
pub(super) fn compare(
    strict_when: &StrictWhen,
    before: Side<'_>,
    after: Side<'_>,
    checked: &Checked,
) -> Option<Loosening> {
    match *strict_when {
        StrictWhen::On(default) => {
            let value = |side: Side<'_>| set(side, truth).unwrap_or(default || side.is_implied);
            (value(before) && !value(after)).then(|| change(before, after))
        }
        StrictWhen::Off(default) => {
            let value = |side: Side<'_>| set(side, truth).unwrap_or(default && !side.is_implied);
            (!value(before) && value(after)).then(|| change(before, after))
        }
        StrictWhen::High(default) => {
            let value = |side| set(side, number).unwrap_or(default);
            (value(after) < value(before)).then(|| change(before, after))
        }
        StrictWhen::Low(default) => {
            let value = |side| match set(side, number).unwrap_or(default) {
                // Where there is a limit, a negative one means no limit.
                number if number < 0.0 => f64::INFINITY,
                number => number,
            };
            (value(after) > value(before)).then(|| change(before, after))
        }
        StrictWhen::Short(kind, accepted) => {
            let mut old = list(kind, before, &[]);
            old.extend(accepted.iter().map(|&item| item.to_owned()));
            let mut gained = without(kind, &list(kind, after, &[]), &old);
            gained.retain(|entry| checked.has(kind, entry));
            Loosening::gained(gained)
        }
        StrictWhen::Long(kind, default) => match checked {
            Checked::Everything => shorter(kind, default, before, after),
            Checked::Only(_) if after.settings.is_empty() => None,
            Checked::Only(entries) => {
                let old: Vec<String> = entries.iter().map(|&entry| entry.to_owned()).collect();
                let new = list(kind, after, entries);
                Loosening::lost(&without(kind, &old, &new))
            }
        },
        StrictWhen::HighLevel(levels, default) => rank(levels, default, before, after),
        StrictWhen::Arguments(effects) => {
            let (old, new) = (
                cli_options::arguments(before.settings),
                cli_options::arguments(after.settings),
            );
            Loosening::gained(cli_options::gained(effects, &old, &new)).or_else(|| {
                let lost = cli_options::lost(effects, &old, &new);
                let lost = if after.is_implied {
                    None
                } else {
                    Loosening::lost(&lost)
                };
                lost.or_else(|| cli_options::lowered(effects, &old, &new).map(Loosening::new))
            })
        }
    }
}

fn set<T>(
    side: Side<'_>,
    read: impl Fn(&crate::rules::tool_config::node::Node) -> Option<T>,
) -> Option<T> {
    side.settings.last().and_then(|setting| read(setting.node))
}

/// Describes what a single value was and is.
fn change(before: Side<'_>, after: Side<'_>) -> Loosening {
    let what = match (set(before, word), set(after, word)) {
        (Some(old), Some(new)) => format!("was {old}, is {new}"),
        (Some(old), None) => format!("was {old} and was removed"),
        (None, Some(new)) => format!("was not set and is {new}"),
        (None, None) => "is looser".to_owned(),
    };
    Loosening {
        is_gone: after.settings.is_empty(),
        ..Loosening::new(what)
    }
}

/// The entries of a list. What only extends it leaves its default.
fn list(kind: ListKind, side: Side<'_>, default: &[&str]) -> Vec<String> {
    let extends = |setting: &&FlatSetting<'_>| {
        let key = setting.path.last();
        key.is_some_and(|key| key.starts_with("extend"))
    };
    let is_default = side.settings.iter().all(extends);
    let default = if is_default { default } else { &[] };
    let own = side.settings.iter();
    own.flat_map(|setting| items(kind, setting.node))
        .chain(default.iter().map(|&item| item.to_owned()))
        .collect()
}

/// The entries that none of `covering` covers, each once, in order.
fn without(kind: ListKind, entries: &[String], covering: &[String]) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let is_new = |item: &&String| !covering.iter().any(|entry| covers(kind, entry, item));
    entries
        .iter()
        .filter(is_new)
        .filter(|&item| seen.insert(item))
        .cloned()
        .collect()
}

fn shorter(kind: ListKind, default: Unset, before: Side<'_>, after: Side<'_>) -> Option<Loosening> {
    let (is_set, is_kept) = (!before.settings.is_empty(), !after.settings.is_empty());
    let values: &[&str] = match default {
        Unset::Everything if !is_set => {
            let now = list(kind, after, &[]);
            return (!now.is_empty()).then(|| Loosening {
                marks: now.clone(),
                ..Loosening::new(format!(
                    "was not set and is now only {}",
                    some_of(&now, NAMED)
                ))
            });
        }
        Unset::Everything | Unset::Enough if !is_set || !is_kept => return None,
        Unset::These(values) => values,
        Unset::Everything | Unset::Enough => &[],
    };
    let (old, mut new) = (list(kind, before, values), list(kind, after, values));
    new.extend(after.unnamed.iter().map(|&item| item.to_owned()));
    Loosening::lost(&without(kind, &old, &new))
}

fn rank(
    levels: &[&[&str]],
    default: Option<usize>,
    before: Side<'_>,
    after: Side<'_>,
) -> Option<Loosening> {
    let place = |side| {
        let word = set(side, word)?.to_lowercase();
        levels
            .iter()
            .position(|names| names.contains(&word.as_str()))
    };
    let is_set = |side: Side<'_>| !side.settings.is_empty();
    if (is_set(before) && place(before).is_none()) || (is_set(after) && place(after).is_none()) {
        return None;
    }
    let is_looser = match (place(before).or(default), place(after).or(default)) {
        (Some(old), Some(new)) => new < old,
        // Whatever the default was, this is the lowest level.
        (None, Some(new)) => new == 0,
        (Some(old), None) => old > 0 && !after.is_implied,
        (None, None) => false,
    };
    is_looser.then(|| change(before, after))
}
