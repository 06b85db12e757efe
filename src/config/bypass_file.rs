//! `[bypass]` as typed.

use std::collections::BTreeMap;

use toml::Spanned;
use toml::de::DeTable;

use super::bypass::{
    Bypass, CustomRule, DatedException, FilePart, SHORTEST_REASON, is_reason, no_paths,
};
use super::problem::{Problem, Problems};
use super::reader::{Item, Table, choice, filled_string, list, table};
use super::values::{date, globs, pattern};
use crate::base::text::nearest;
use crate::model::gate::PathSet;
use crate::rules::catalogue::{CHANGE_RULES, Level, RULES};

pub(super) fn read_bypass(entries: &DeTable<'_>, problems: &mut Problems) -> Bypass {
    let default = Bypass::default();
    let mut top = Table::new("[bypass]", entries);
    let exclude = top.take("exclude", problems, globs);
    let documentation = top.take("documentation", problems, any_globs);
    let rules = top.take("rules", problems, |item| table(item, "a table of rules"));
    let patterns = tables(&mut top, "patterns", problems, read_pattern);
    let custom_ids: Vec<&str> = patterns.iter().map(|(pattern, _)| &*pattern.id).collect();
    let exceptions = tables(&mut top, "exceptions", problems, |table, problems| {
        read_exception(table, &custom_ids, problems)
    });
    top.finish(problems);
    check_ids(&patterns, problems);
    Bypass {
        exclude: exclude.map_or(default.exclude, |globs| globs.into_inner().0),
        documentation: documentation.map_or(default.documentation, Spanned::into_inner),
        rules: rules.map_or(default.rules, |rules| read_rules(rules.get_ref(), problems)),
        patterns: patterns.into_iter().map(|(pattern, _)| pattern).collect(),
        exceptions: exceptions
            .into_iter()
            .map(|(exception, _)| exception)
            .collect(),
    }
}

/// A list of patterns, which may be empty.
fn any_globs(item: &Item<'_>) -> Result<PathSet, Problem> {
    match item.get_ref().as_array() {
        Some(elements) if elements.is_empty() => Ok(no_paths()),
        _ => globs(item).map(|(set, _)| set),
    }
}

/// The tables of a list, each with its place.
fn tables<T>(
    top: &mut Table<'_, '_>,
    key: &'static str,
    problems: &mut Problems,
    mut read: impl FnMut(&mut Table<'_, '_>, &mut Problems) -> Option<T>,
) -> Vec<(T, std::ops::Range<usize>)> {
    let list_of_tables = top.take(key, problems, |item| {
        list(item, "tables", |i| table(i, "a table"))
    });
    list_of_tables
        .into_iter()
        .flat_map(Spanned::into_inner)
        .filter_map(|entries| {
            let span = entries.span();
            let mut inner = Table::new(format!("[[bypass.{key}]]"), entries.get_ref());
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

fn level(item: &Item<'_>) -> Result<Level, Problem> {
    choice(item, &Level::ALL, Level::name)
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
        match level(item) {
            Ok(level) => {
                rules.insert(id.to_owned(), level);
            }
            Err(problem) => problems.add(problem),
        }
    }
    rules
}

fn unknown_rule(span: std::ops::Range<usize>, id: &str, custom_ids: &[&str]) -> Problem {
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

fn read_pattern(table: &mut Table<'_, '_>, p: &mut Problems) -> Option<CustomRule> {
    let place = |item: &Item<'_>| choice(item, &FilePart::ALL, FilePart::name);
    let id = table.take_needed("id", p, rule_id);
    let pattern = table.take_needed("pattern", p, pattern);
    let files = table.take("files", p, globs);
    let place = table.take("in", p, place);
    let level = table.take("level", p, level);
    let message = table.take_needed("message", p, filled_string);
    let help = table.take_needed("help", p, filled_string);
    Some(CustomRule {
        id: id?,
        pattern: pattern?,
        files: files.map_or_else(no_paths, |globs| globs.into_inner().0),
        place: place.map_or(FilePart::Anywhere, Spanned::into_inner),
        level: level.map_or(Level::Error, Spanned::into_inner),
        message: message?,
        help: help?,
    })
}

/// The id of a rule: words with dots and hyphens.
fn rule_id(item: &Item<'_>) -> Result<String, Problem> {
    let text = filled_string(item)?;
    let is_part = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '-');
    if text.starts_with(|c: char| c.is_ascii_lowercase()) && text.chars().all(is_part) {
        return Ok(text);
    }
    Err(Problem::new(
        item.span(),
        format!("`{}` is not a valid rule id", text.escape_debug()),
    )
    .label("not an id")
    .help("use lowercase letters, digits, `.` and `-`, as in \"our.no-print\""))
}

fn read_exception(
    table: &mut Table<'_, '_>,
    custom_ids: &[&str],
    p: &mut Problems,
) -> Option<DatedException> {
    let rule = |item: &Item<'_>| {
        let id = filled_string(item)?;
        let mut ids = RULES
            .iter()
            .map(|(rule, _)| *rule)
            .chain(custom_ids.iter().copied());
        if ids.any(|known_id| known_id == id) {
            Ok(id)
        } else {
            Err(unknown_rule(item.span(), &id, custom_ids))
        }
    };
    let rule = table.take_needed("rule", p, rule);
    let files = table.take_needed("files", p, globs);
    let reason = table.take_needed("reason", p, reason);
    let until = table.take_needed("until", p, date);
    Some(DatedException {
        rule: rule?,
        files: files?.0,
        reason: reason?,
        until: until?,
    })
}

fn reason(item: &Item<'_>) -> Result<String, Problem> {
    let text = filled_string(item)?;
    if is_reason(&text) {
        return Ok(text);
    }
    Err(Problem::new(item.span(), "this is not a reason")
        .label("does not say why the exception is right")
        .help(format!(
            "write at least {SHORTEST_REASON} characters that say why, not only that it is \
             temporary"
        )))
}

/// Checks that each id is used once and that no built-in rule has it.
fn check_ids(patterns: &[(CustomRule, std::ops::Range<usize>)], problems: &mut Problems) {
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
