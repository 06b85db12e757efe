//! The rules of a makefile that apply to a target, and the variables that they give to its recipes.

use std::collections::BTreeSet;

use super::make_references::{Locals, references, stem, words};
use super::makefile::{Makefile, Placed};
use super::makefile_text::StatementKind;
use crate::tools::base_name;

/// The target that make builds if none is asked for; `None` if it is not known.
pub(super) fn default_goal(makefile: &Makefile) -> Option<String> {
    if let Some((_, _, value)) = makefile.assignments(".DEFAULT_GOAL").last() {
        return makefile.expand(value, None);
    }
    makefile.statements.iter().find_map(|placed| {
        let StatementKind::Rule { targets, .. } = &placed.statement.kind else {
            return None;
        };
        let targets = makefile.expand(targets, None)?;
        let first = targets.split_whitespace().next()?.to_owned();
        let is_special = first.starts_with('.') && !first.contains('/');
        (!is_special && !first.contains('%')).then_some(first)
    })
}

/// The rules of a target; the second value says whether only patterns match.
pub(super) fn rules<'m>(makefile: &'m Makefile, goal: &str) -> (Vec<&'m Placed>, bool) {
    let fitting = |by_pattern: bool| {
        let is_fitting = move |placed: &&Placed| {
            let (StatementKind::Rule { targets, .. }
            | StatementKind::TargetVariable { targets, .. }) = &placed.statement.kind
            else {
                return false;
            };
            let Some(targets) = makefile.expand_found(targets, &Locals::new()) else {
                return false;
            };
            let mut targets = targets.split_whitespace();
            targets.any(|target| {
                if by_pattern {
                    stem(target, goal).is_some()
                } else {
                    target == goal
                }
            })
        };
        makefile.statements.iter().filter(is_fitting)
    };
    let explicit: Vec<&Placed> = fitting(false).collect();
    let has_recipe = explicit.iter().any(|placed| {
        matches!(&placed.statement.kind, StatementKind::Rule { recipe, .. } if !recipe.is_empty())
    });
    let is_pattern = explicit.is_empty();
    // A recipe hides those of patterns, but not the variables that they give.
    let gives =
        |placed: &&Placed| matches!(&placed.statement.kind, StatementKind::TargetVariable { .. });
    let patterns = fitting(true).filter(|placed| !has_recipe || gives(placed));
    (
        explicit.iter().copied().chain(patterns).collect(),
        is_pattern,
    )
}

/// The variables of a target's recipes: `$@`, `$<` and others, and those that are set for it alone.
pub(super) fn locals(
    makefile: &Makefile,
    goal: &str,
    rules: &[&Placed],
    needed: &[Vec<String>],
) -> Locals {
    let mut locals = Locals::new();
    let mut set = |name: &str, value: &str| locals.insert(name.to_owned(), value.to_owned());
    set("@", goal);
    set("@F", base_name(goal));
    set("@D", goal.rfind('/').map_or(".", |at| &goal[..at]));
    let all: Vec<&str> = needed.iter().flatten().map(String::as_str).collect();
    let all: Vec<&str> = all
        .split(|name| *name == "|")
        .next()
        .unwrap_or_default()
        .to_vec();
    if let Some(first) = all.first() {
        set("<", first);
        for name in ["^", "+", "?"] {
            set(name, &all.join(" "));
        }
    }
    for placed in rules {
        let StatementKind::Rule {
            targets,
            prerequisites,
            ..
        } = &placed.statement.kind
        else {
            continue;
        };
        let targets = makefile.expand(targets, None).unwrap_or_default();
        let static_pattern = prerequisites
            .split_once(':')
            .map_or("", |(pattern, _)| pattern);
        let mut patterns = targets
            .split_whitespace()
            .chain(static_pattern.split_whitespace());
        if let Some(stem) = patterns.find_map(|pattern| stem(pattern, goal)) {
            locals.insert("*".to_owned(), stem.to_owned());
        }
    }
    for placed in rules {
        let StatementKind::TargetVariable { text, .. } = &placed.statement.kind else {
            continue;
        };
        let Some((name, value)) = text.split_once('=') else {
            continue;
        };
        let name = name.trim_end_matches([':', '+', '?', '!', ' ']);
        let name = name.split_whitespace().last().unwrap_or_default();
        if let Some(value) = makefile.expand_found(value.trim(), &locals) {
            locals.insert(name.to_owned(), value);
        }
    }
    locals
}

/// The words that a text may stand for, those assigned to its variables among them; whether names of files are looked up,
/// and whether it may stand for anything else.
pub(super) fn values(makefile: &Makefile, text: &str) -> (BTreeSet<String>, bool, bool) {
    let (mut seen, mut open) = (BTreeSet::new(), vec![text.to_owned()]);
    let (mut looks_up, mut is_unknown) = (false, false);
    let mut given = BTreeSet::new();
    while let Some(text) = open.pop() {
        looks_up |= text.contains("wildcard ");
        is_unknown |= text.contains("shell ");
        let (names, is_computed) = references(&text);
        is_unknown |= is_computed;
        for name in names {
            if seen.insert(name.to_owned()) {
                let assigned = makefile.assignments(name);
                open.extend(assigned.map(|(_, _, value)| value.to_owned()));
            }
        }
        given.extend(words(&text).map(str::to_owned));
    }
    (given, looks_up, is_unknown)
}
