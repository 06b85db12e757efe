//! `[bypass]`: what committed lines must not silence.

mod custom_rule;
mod exception;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use globset::{GlobBuilder, GlobSetBuilder};
use toml::Spanned;
use toml::de::DeTable;

pub(crate) use custom_rule::{CustomRule, FilePart};
pub(crate) use exception::{DatedException, SHORTEST_REASON, is_reason};

use super::key::{Key, Weaker, lacks};
use super::problem::{Problem, Problems};
use super::reader::{Item, Table, elements, filled_string, list, table};
use super::toml_text::{Shown, note, paths, shown, value};
use super::values::{any_globs, globs};
use crate::base::text::nearest;
use crate::model::gate::PathSet;
use crate::rules::catalogue::{CHANGE_RULES, Level, RULES};

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
    /// Paths that no rule looks at.
    pub(crate) exclude: PathSet,
    /// Paths that the built-in rules do not look at: documentation only mentions what the rules
    /// search for.
    pub(crate) documentation: PathSet,
    /// The levels of built-in rules that differ from the default.
    pub rules: BTreeMap<String, Level>,
    /// The project's custom rules.
    pub(crate) patterns: Vec<CustomRule>,
    /// Files to which a rule does not apply for a while.
    pub(crate) exceptions: Vec<DatedException>,
}

impl Bypass {
    /// The level of a built-in rule.
    #[must_use]
    pub(crate) fn level(&self, rule: &str) -> Level {
        let default = || {
            RULES
                .iter()
                .chain(&CHANGE_RULES)
                .find(|(id, _)| *id == rule)
        };
        let configured = self.rules.get(rule).copied();
        configured
            .or_else(|| default().map(|(_, level)| *level))
            .unwrap_or(Level::Off)
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
        read: |bypass, item, p| p.put(&mut bypass.exclude, globs(item)),
        show: |bypass| paths(&bypass.exclude, "nothing"),
        weaker: Weaker::If("more paths are excluded", |before, after| {
            lacks(&before.exclude, &after.exclude)
        }),
    },
    Key {
        name: "documentation",
        read: |bypass, item, p| p.put(&mut bypass.documentation, any_globs(item)),
        show: |bypass| value(bypass.documentation.patterns.clone()),
        weaker: Weaker::If("more paths are excluded", |before, after| {
            lacks(&before.documentation, &after.documentation)
        }),
    },
    Key {
        name: "rules",
        read: |bypass, item, p| {
            if let Some(entries) = p.keep(table(item, "a table of rules")) {
                bypass.rules = read_rules(entries, p);
            }
        },
        show: show_rules,
        weaker: Weaker::Says(|before, after, _| {
            let rules: BTreeSet<&String> = before.rules.keys().chain(after.rules.keys()).collect();
            let mut lower = Vec::from_iter(rules);
            lower.retain(|rule| after.level(rule).severity() < before.level(rule).severity());
            lower
                .iter()
                .map(|rule| format!("rule {rule} was downgraded"))
                .collect()
        }),
    },
    Key {
        name: "patterns",
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
            let mut rules = before.patterns.iter();
            rules.any(|rule| !after.patterns.contains(rule))
        }),
    },
    Key {
        name: "exceptions",
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
            let mut exceptions = after.exceptions.iter();
            exceptions.any(|exception| !before.exceptions.contains(exception))
        }),
    },
];

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
        let mut built_in = RULES.iter().chain(&CHANGE_RULES);
        if !built_in.any(|(rule, _)| *rule == id) {
            let of_change: Vec<&str> = CHANGE_RULES.iter().map(|(id, _)| *id).collect();
            problems.add(unknown_rule(key.span(), id, &of_change));
            continue;
        }
        match custom_rule::level(item) {
            Ok(level) => {
                rules.insert(id.to_owned(), level);
            }
            Err(problem) => problems.add(problem),
        }
    }
    rules
}

fn show_rules(bypass: &Bypass) -> Shown {
    let line = |id: &str, level: Level| {
        format!("{} = {}\n", shown(&id.into()), shown(&level.name().into()))
    };
    let lines = RULES.iter().map(|(id, _)| line(id, bypass.level(id)));
    // There are many of these: those with their default level are not shown.
    let changed = CHANGE_RULES
        .iter()
        .filter(|(id, default)| bypass.level(id) != *default);
    let changed = changed.map(|(id, _)| line(id, bypass.level(id)));
    Shown::Tables(format!(
        "\n[bypass.rules]\n{}",
        lines.chain(changed).collect::<String>()
    ))
}

/// The id of a rule for added lines.
fn known_rule(item: &Item<'_>, patterns: &[CustomRule]) -> Result<String, Problem> {
    let id = filled_string(item)?;
    let custom_ids: Vec<&str> = patterns.iter().map(|pattern| &*pattern.id).collect();
    let mut ids = RULES.iter().map(|(rule, _)| rule).chain(&custom_ids);
    if ids.any(|known_id| *known_id == id) {
        Ok(id)
    } else {
        Err(unknown_rule(item.span(), &id, &custom_ids))
    }
}

fn unknown_rule(span: Range<usize>, id: &str, custom_ids: &[&str]) -> Problem {
    let title = format!("rule `{}` does not exist", id.escape_debug());
    let ids = RULES
        .iter()
        .map(|(rule, _)| *rule)
        .chain(custom_ids.iter().copied());
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
        let mut built_in = RULES.iter().chain(&CHANGE_RULES);
        let is_taken = built_in.any(|(rule, _)| rule == id)
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

    #[test]
    fn defaults_can_be_changed() {
        let mut bypass = Bypass::default();
        assert_eq!(bypass.level("python.noqa-coded"), Level::Warn);
        bypass.rules.insert("python.noqa-coded".into(), Level::Off);
        assert_eq!(bypass.level("python.noqa-coded"), Level::Off);
        assert_eq!(bypass.level("config.mypy.strict"), Level::Error);
        assert_eq!(bypass.level("nothing"), Level::Off);
        for path in ["README.md", "docs/conf.py", "a/b.rst"] {
            assert!(bypass.documentation.matches(path.as_ref()), "{path}");
        }
        assert!(!bypass.documentation.matches("src/docs/a.py".as_ref()));
    }
}
