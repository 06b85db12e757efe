//! Every built-in rule. Those about tools are collected from the files of the tools' families.

pub(crate) mod assisted_by;
pub(crate) mod change;
pub(crate) mod checks;
pub(crate) mod contents;
pub(crate) mod signed_off_by;
pub(crate) mod trailers;

use std::collections::HashSet;
use std::sync::LazyLock;

use crate::model::rule::Rule;
use crate::tools::{configurations, silencers};

/// The rules for messages.
pub fn messages() -> impl Iterator<Item = &'static Rule> {
    let families = [
        signed_off_by::RULES,
        assisted_by::RULES,
        trailers::RULES,
        contents::RULES,
        change::DECLARATIONS,
    ];
    families.into_iter().flatten().copied()
}

/// The rules for added lines.
#[must_use]
pub fn added_lines() -> &'static [&'static Rule] {
    static RULES: LazyLock<Vec<&Rule>> =
        LazyLock::new(|| distinct(silencers().map(|silencer| silencer.rule)));
    &RULES
}

/// The rules for a change as a whole.
#[must_use]
pub fn changes() -> &'static [&'static Rule] {
    static RULES: LazyLock<Vec<&Rule>> = LazyLock::new(|| {
        let of_tools = configurations().flat_map(|configuration| {
            let settings = configuration.settings.iter();
            let rules = settings.map(|setting| setting.rule);
            rules.chain(configuration.removed)
        });
        let others = [
            change::TOOL_CONFIGURATION,
            change::TESTS,
            change::GATES,
            change::PROTECTED_FILES,
        ];
        distinct(of_tools.chain(others.into_iter().flatten().copied()))
    });
    &RULES
}

/// Every rule.
pub(crate) fn every() -> impl Iterator<Item = &'static Rule> {
    messages().chain(settable()).chain(checks())
}

/// The rules for content and paths.
pub fn checks() -> impl Iterator<Item = &'static Rule> + Clone {
    checks::RULES.iter().copied()
}

/// The rules that `[bypass.rules]` can set.
pub(crate) fn settable() -> impl Iterator<Item = &'static Rule> {
    added_lines().iter().chain(changes()).copied()
}

/// The tools whose settings are compared, each with the names of its files.
pub fn compared_tools() -> impl Iterator<Item = (&'static str, Vec<&'static str>)> {
    configurations().map(|configuration| {
        let files = configuration.files.iter();
        (configuration.tool, files.map(|file| file.name).collect())
    })
}

/// Each rule once, where it is first named.
fn distinct(rules: impl Iterator<Item = &'static Rule>) -> Vec<&'static Rule> {
    let mut named = HashSet::new();
    rules.filter(|rule| named.insert(rule.id)).collect()
}
