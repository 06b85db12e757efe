//! Tracked files that ignore rules name: some tools leave them out, whatever git does.

use std::collections::{BTreeSet, HashSet};
use std::path::{Path, PathBuf};

use globset::{Glob, GlobSet, GlobSetBuilder};

use crate::base::fault::Result;
use crate::git::{FileDiff, IgnoredFile, Line, Repository};
use crate::model::finding::{FilePlace, Finding, Location, Remedy};
use crate::model::severity::Severity;
use crate::rules::catalogue::change::GIT_IGNORED;
use crate::rules::tool_config::ToolCalls;
use crate::tools::checkers;

/// The findings about files that a change adds or touches, or names in an ignore rule, and that a tool of a gate leaves out. Without a
/// work tree, git does not say what is ignored.
///
/// # Errors
///
/// git fails.
pub(super) fn check(
    repository: &Repository,
    files: &[FileDiff],
    calls: &ToolCalls,
    severity: Option<Severity>,
) -> Result<Vec<Finding>> {
    let (Some(severity), false) = (severity, repository.is_bare()) else {
        return Ok(Vec::new());
    };
    // What was there before is ignored only now if the rules have changed.
    let is_rules = |file: &FileDiff| file.path.ends_with(".gitignore");
    let are_new_rules = files.iter().any(is_rules);
    let is_new = |file: &&FileDiff| {
        file.after.is_some() && (file.before.is_none() || are_new_rules) && !is_rules(file)
    };
    let touched: Vec<PathBuf> = files
        .iter()
        .filter(is_new)
        .map(|file| file.path.clone())
        .collect();
    if touched.is_empty() && !are_new_rules {
        return Ok(Vec::new());
    }
    let skipping = checkers().filter(|checker| {
        let programs = checker
            .calls
            .iter()
            .filter_map(|call| call.first().copied());
        checker.skips_ignored && calls.start_any(&programs.collect::<Vec<_>>())
    });
    let checked: Vec<(&str, GlobSet)> = skipping
        .filter_map(|checker| Some((checker.name, globs(checker.files)?)))
        .collect();
    let tool = |path: &Path| {
        let mut checked = checked.iter();
        checked.find_map(|(name, files)| files.is_match(path).then_some(*name))
    };
    let of_tools: Vec<PathBuf> = touched
        .into_iter()
        .filter(|path| tool(path).is_some())
        .collect();
    let seen: HashSet<PathBuf> = repository.not_ignored(&of_tools)?.into_iter().collect();
    let ignored = of_tools.into_iter().filter(|path| !seen.contains(path));
    let mut ignored: BTreeSet<PathBuf> = ignored.collect();
    // A new rule may name files that the change does not touch.
    if are_new_rules && !checked.is_empty() {
        let named = repository.ignored_in_index()?.into_iter();
        let named = named.filter(|one| files.iter().any(|file| is_new_rule(file, one)));
        ignored.extend(named.map(|one| one.path));
    }
    Ok(ignored
        .iter()
        .filter_map(|path| Some(finding(path, tool(path)?, severity)))
        .collect())
}

/// Whether a change of a file adds the rule by which a file is ignored, or takes away a line with `!`, which may have kept
/// it from being so.
fn is_new_rule(file: &FileDiff, ignored: &IgnoredFile) -> bool {
    let is_rule = |line: &Line| line.text.trim_ascii_end() == ignored.rule.trim_ascii_end();
    let is_exception = |line: &Line| line.text.starts_with(b"!");
    let is_added = file.added.iter().any(is_rule) && !file.removed.iter().any(is_rule);
    file.path == ignored.by && (is_added || file.removed.iter().any(is_exception))
}

/// Patterns of files; without any, all files.
fn globs(patterns: &[&str]) -> Option<GlobSet> {
    let patterns = if patterns.is_empty() {
        &["**"]
    } else {
        patterns
    };
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        set.add(Glob::new(pattern).ok()?);
    }
    set.build().ok()
}

fn finding(path: &Path, tool: &str, severity: Severity) -> Finding {
    let message = format!("git tracks this file and ignores it as well, so {tool} leaves it out");
    let remedy = Remedy::Edit(
        "change the ignore rule, or add a line with `!` and the path to .gitignore; \
        `git check-ignore --no-index -v PATH` shows the rule"
            .to_owned(),
    );
    Finding {
        severity,
        location: Location::File(FilePlace::whole(path)),
        ..Finding::new(&GIT_IGNORED, message, remedy)
    }
}
