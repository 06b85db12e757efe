//! `[bypass]`: what committed lines must not silence.

mod custom_rule;
mod exception;

use std::collections::BTreeMap;
use std::ops::Range;

use globset::{GlobBuilder, GlobSetBuilder};
use toml::Spanned;
use toml::de::DeTable;

pub(crate) use custom_rule::level;
pub(crate) use custom_rule::{CustomRule, FilePart};
pub(crate) use exception::{DatedException, SHORTEST_REASON, is_reason};

use super::glob_cover::covers;
use super::key::{self, Key, Weaker, Weakness};
use super::problem::{Problem, Problems};
use super::reader::{Item, Table, elements, filled_string, list, table};
use super::settings::EnforcementMode;
use super::shape::{GLOB, Property, Shape, any_number, filled};
use super::toml_text::{Shown, note, paths, shown, value};
use super::values::{any_globs, globs};
use crate::base::text::nearest;
use crate::config::policy_file::Origin;
use crate::model::comparison::Comparison;
use crate::model::gate::PathSet;
use crate::model::rule::Rule;
use crate::model::severity::Level;
use crate::rules::catalogue;

/// Documentation: to mention a bypass is not to use it.
const DOCUMENTATION: [&str; 7] = [
    "**/*.md",
    "**/*.rst",
    "**/*.txt",
    "**/*.adoc",
    "docs/**",
    "doc/**",
    "**/CHANGELOG*",
];

/// What committed lines must not silence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bypass {
    /// Paths that no rule checks.
    pub(crate) exclude: PathSet,
    /// Paths that the built-in rules do not check: documentation only mentions what the rules
    /// search for.
    pub(crate) documentation: PathSet,
    /// The levels of built-in rules that differ from the default.
    pub rules: BTreeMap<String, Level>,
    /// The project's custom rules.
    pub(crate) patterns: Vec<CustomRule>,
    /// Files to which a rule does not apply for a while.
    pub(crate) exceptions: Vec<DatedException>,
    /// Whether what is found refuses anything, by `[settings]`.
    pub(crate) enforcement: EnforcementMode,
}

impl Bypass {
    /// The level of a built-in rule.
    #[must_use]
    pub(crate) fn level(&self, rule: &Rule) -> Level {
        self.enforced(self.configured_level(rule))
    }

    /// The level that `[bypass.rules]` sets, or the default, whether or not it is enforced.
    #[must_use]
    fn configured_level(&self, rule: &Rule) -> Level {
        self.rules.get(rule.id).copied().unwrap_or(rule.level)
    }

    /// A level as it counts: where nothing is refused, an error is a warning.
    #[must_use]
    pub(crate) fn enforced(&self, level: Level) -> Level {
        self.enforcement.enforced(level)
    }
}

impl Default for Bypass {
    fn default() -> Self {
        Self {
            exclude: PathSet::default(),
            documentation: documentation(),
            rules: BTreeMap::new(),
            patterns: Vec::new(),
            exceptions: Vec::new(),
            enforcement: EnforcementMode::Strict,
        }
    }
}

fn documentation() -> PathSet {
    let mut set = GlobSetBuilder::new();
    let compiled = DOCUMENTATION
        .iter()
        .filter_map(|text| GlobBuilder::new(text).literal_separator(true).build().ok());
    for glob in compiled {
        set.add(glob);
    }
    PathSet {
        patterns: DOCUMENTATION.map(str::to_owned).to_vec(),
        // If this fails, more files are searched, never fewer.
        set: set.build().unwrap_or_else(|_| globset::GlobSet::empty()),
    }
}

/// The keys of `[bypass]`.
pub(super) static KEYS: [Key<Bypass>; 5] = [
    Key {
        name: "exclude",
        about: "Paths that no rule checks, as globs.",
        shape: filled(&GLOB),
        read: |bypass, item, p| p.put(&mut bypass.exclude, globs(item, &Origin::top())),
        show: |bypass| paths(&bypass.exclude, "nothing"),
        weaker: Weaker::If("more paths are excluded", |before, after| {
            !covers(&before.exclude, &after.exclude)
        }),
    },
    Key {
        name: "documentation",
        about: "Paths that the built-in rules do not check, because documentation may describe a bypass.",
        shape: any_number(&GLOB),
        read: |bypass, item, p| p.put(&mut bypass.documentation, any_globs(item)),
        show: |bypass| value(bypass.documentation.patterns.clone()),
        weaker: Weaker::If("more paths are excluded", |before, after| {
            !covers(&before.documentation, &after.documentation)
        }),
    },
    Key {
        name: "rules",
        about: "The levels of built-in rules, by their ids in quotes.",
        shape: Shape::Table(rule_properties),
        read: |bypass, item, p| {
            if let Some(entries) = p.keep(table(item, "a table of rules")) {
                bypass.rules = read_rules(entries, p);
            }
        },
        show: show_rules,
        weaker: Weaker::Says(|before, after, _| {
            catalogue::settable()
                .filter(|rule| {
                    let [after, before] = [after, before].map(|one| one.configured_level(rule));
                    after.severity() < before.severity()
                })
                .filter_map(|rule| {
                    let what = || format!("rule {} was downgraded", rule.id);
                    Some(Weakness::by(Comparison::Weaker, what)?.within(rule.id))
                })
                .collect()
        }),
    },
    Key {
        name: "patterns",
        about: "Custom rules for added lines.",
        shape: any_number(&Shape::Table(custom_rule::properties)),
        read: |bypass, item, p| {
            let patterns = tables(item, "patterns", p, custom_rule::read);
            check_ids(&patterns, p);
            bypass.patterns = patterns.into_iter().map(|(pattern, _)| pattern).collect();
        },
        show: |bypass| match bypass.patterns.as_slice() {
            [] => note("none of its own"),
            patterns => Shown::Tables(patterns.iter().map(custom_rule::show).collect()),
        },
        weaker: Weaker::If("a custom rule was removed or changed", |before, after| {
            let is_kept = |rule: &CustomRule| {
                let mut others = after.patterns.iter();
                others.any(|other| other.is_as_strict_as(rule))
            };
            !before.patterns.iter().all(is_kept)
        }),
    },
    Key {
        name: "exceptions",
        about: "Files in which a rule does not apply, until a last day (UTC).",
        shape: any_number(&Shape::Table(exception::properties)),
        read: |bypass, item, p| {
            let rule = |item: &Item<'_>| known_rule(item, &bypass.patterns);
            let exceptions = tables(item, "exceptions", p, |table, p| {
                exception::read(table, p, rule)
            });
            bypass.exceptions = exceptions
                .into_iter()
                .map(|(exception, _)| exception)
                .collect();
        },
        show: |bypass| match bypass.exceptions.as_slice() {
            [] => note("none"),
            exceptions => Shown::Tables(exceptions.iter().map(exception::show).collect()),
        },
        weaker: Weaker::If("an exception was added", |before, after| {
            let is_known = |exception: &DatedException| {
                let mut others = before.exceptions.iter();
                others.any(|other| other.allows_all_of(exception))
            };
            !after.exceptions.iter().all(is_known)
        }),
    },
];

/// The keys for the schema.
pub(super) fn properties() -> Vec<Property> {
    key::properties(&KEYS, &Bypass::default())
}

/// The built-in rules for the schema.
fn rule_properties() -> Vec<Property> {
    let property = |rule: &'static Rule| Property {
        name: rule.id,
        about: rule.finds.to_owned(),
        default: Some(rule.level.name().into()),
        shape: &custom_rule::LEVELS,
        is_required: false,
    };
    catalogue::settable().map(property).collect()
}

/// The tables of a list, each with its place.
fn tables<T>(
    item: &Item<'_>,
    key: &str,
    problems: &mut Problems,
    mut read: impl FnMut(&mut Table<'_, '_>, &mut Problems) -> Option<T>,
) -> Vec<(T, Range<usize>)> {
    let entries = problems.keep(list(item, "tables", |item| table(item, "a table")));
    let spans = elements(item).map(Spanned::span);
    entries
        .into_iter()
        .flatten()
        .zip(spans)
        .filter_map(|(entries, span)| {
            let mut inner = Table::new(format!("[[bypass.{key}]]"), entries);
            let value = read(&mut inner, problems);
            for key in inner.missing() {
                problems.add(
                    Problem::new(span.clone(), format!("`{key}` is missing"))
                        .label(format!("must have `{key}`")),
                );
            }
            inner.finish(problems);
            Some((value?, span))
        })
        .collect()
}

fn read_rules(entries: &DeTable<'_>, problems: &mut Problems) -> BTreeMap<String, Level> {
    let mut rules = BTreeMap::new();
    for (key, item) in entries {
        let id: &str = key.get_ref();
        let mut ids = catalogue::settable().map(|rule| rule.id);
        if !ids.any(|known| known == id) {
            let ids = catalogue::settable().map(|rule| rule.id);
            problems.add(unknown_rule(key.span(), id, ids));
            continue;
        }
        match level(item) {
            Ok(level) => {
                rules.insert(id.to_owned(), level);
            }
            Err(problem) => problems.add(problem),
        }
    }
    rules
}

fn show_rules(bypass: &Bypass) -> Shown {
    let line = |rule: &'static Rule| {
        let level = bypass.configured_level(rule).name();
        format!("{} = {}\n", shown(&rule.id.into()), shown(&level.into()))
    };
    let lines = catalogue::added_lines().iter().copied().map(line);
    // There are many of these: those with their default level are not shown.
    let changed = catalogue::changes().iter().copied();
    let changed = changed.filter(|rule| bypass.configured_level(rule) != rule.level);
    let changed = changed.map(line);
    Shown::Tables(format!(
        "\n[bypass.rules]\n{}",
        lines.chain(changed).collect::<String>()
    ))
}

/// The id of a rule for added lines.
fn known_rule(item: &Item<'_>, patterns: &[CustomRule]) -> Result<String, Problem> {
    let id = filled_string(item)?;
    let custom_ids = patterns.iter().map(|pattern| pattern.id.as_str());
    let built_in = catalogue::added_lines().iter().copied();
    let built_in = built_in.chain(catalogue::checks());
    let ids = built_in.map(|rule| rule.id).chain(custom_ids);
    if ids.clone().any(|known_id| known_id == id) {
        Ok(id)
    } else {
        Err(unknown_rule(item.span(), &id, ids))
    }
}

fn unknown_rule<'i>(span: Range<usize>, id: &str, ids: impl Iterator<Item = &'i str>) -> Problem {
    let title = format!("rule `{}` does not exist", id.escape_debug());
    let problem = Problem::new(span, title);
    match nearest(id, ids) {
        Some(right) => problem.label(format!("did you mean `{right}`?")),
        None => problem.label("unknown rule").help(
            "docs/bypass.md lists the rules; quote their ids: \"python.noqa-bare\" = \
                \"error\"",
        ),
    }
}

/// Checks that each id is used once and that no built-in rule has it.
fn check_ids(patterns: &[(CustomRule, Range<usize>)], problems: &mut Problems) {
    for (index, (pattern, span)) in patterns.iter().enumerate() {
        let id = &pattern.id;
        let is_taken = catalogue::settable().any(|rule| rule.id == *id)
            || patterns[..index].iter().any(|(other, _)| other.id == *id);
        if is_taken {
            problems.add(
                Problem::new(span.clone(), format!("rule `{id}` already exists"))
                    .label("use an id that no other rule has"),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::catalogue::change::{UNREADABLE, WEAKENED};

    #[test]
    fn defaults_can_be_changed() {
        let mut bypass = Bypass::default();
        assert_eq!(bypass.level(&UNREADABLE), Level::Warn);
        bypass.rules.insert(UNREADABLE.id.into(), Level::Off);
        assert_eq!(bypass.level(&UNREADABLE), Level::Off);
        assert_eq!(bypass.level(&WEAKENED), Level::Error);
        for path in ["README.md", "docs/conf.py", "a/b.rst"] {
            assert!(bypass.documentation.matches(path.as_ref()), "{path}");
        }
        assert!(!bypass.documentation.matches("src/docs/a.py".as_ref()));
    }
}
