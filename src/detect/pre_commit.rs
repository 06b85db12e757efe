//! `.pre-commit-config.yaml`, which pre-commit and prek read: the hooks as calls.
//!
//! The keys are those of pre-commit's documentation, "Adding pre-commit plugins to your project".

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::evidence::{Evidence, FileSelection, Found, NotTaken, Origin, Place, Ran};
use super::known_hooks::words_of_known;
use super::path_expression;
use super::project::Project;
use crate::base::yaml::{self, Node};

/// The names of the file.
pub(super) const FILES: [&str; 2] = [".pre-commit-config.yaml", ".pre-commit-config.yml"];

/// Adds the hooks of the project's configuration. `run`: the place in CI that runs them, and the ids
/// that it runs (empty: all).
pub(super) fn collect(
    project: &Project<'_>,
    run: Option<(&Evidence, &[String])>,
    found: &mut Found,
) {
    let Some(path) = FILES.into_iter().find(|file| project.has(file)) else {
        return;
    };
    let Some(document) = project.text(path).and_then(|text| yaml::parse(&text)) else {
        found.unreadable(Path::new(path), "the hooks");
        return;
    };
    let excluded = document
        .get("exclude")
        .and_then(Node::text)
        .unwrap_or_default();
    for repo in document.get("repos").into_iter().flat_map(Node::items) {
        let url = repo.get("repo").and_then(Node::text).unwrap_or_default();
        for hook in repo.get("hooks").into_iter().flat_map(Node::items) {
            one(hook, url, excluded, path, run, found);
        }
    }
}

fn one(
    hook: &Node,
    url: &str,
    excluded: &str,
    path: &str,
    run: Option<(&Evidence, &[String])>,
    found: &mut Found,
) {
    let Some(id) = hook.get("id") else { return };
    let place = Place {
        path: path.into(),
        line: id.line,
    };
    let id = id.text().unwrap_or_default();
    if let Some((_, wanted)) = run
        && !wanted.is_empty()
        && !wanted.iter().any(|name| name == id)
    {
        return;
    }
    let stages: Vec<&str> = hook
        .get("stages")
        .into_iter()
        .flat_map(Node::items)
        .filter_map(Node::text)
        .collect();
    if !stages.is_empty()
        && !stages
            .iter()
            .any(|stage| matches!(*stage, "pre-commit" | "commit" | "pre-push" | "push"))
    {
        found.skip(place, id, "it does not run before a commit or a push");
        return;
    }
    let (words, takes_files) = match call(hook, id, url) {
        Ok(call) => call,
        Err(NoCall::Small) => {
            found.skip(
                place,
                id,
                "it is one of pre-commit's own small checks, not a tool",
            );
            return;
        }
        Err(NoCall::Unknown(reason)) => {
            found.unknown.push(NotTaken {
                place,
                what: format!("the hook {id}"),
                reason: reason.to_owned(),
            });
            return;
        }
    };
    let is_handed = hook.get("pass_filenames").is_none_or(Node::is_true);
    let files = is_handed.then(|| selection(hook, excluded));
    let (origin, dir, env) = match run {
        Some((evidence, _)) => (evidence.origin, evidence.dir.clone(), evidence.env.clone()),
        None => (Origin::Hook, PathBuf::new(), BTreeMap::new()),
    };
    found.evidence.push(Evidence {
        what: Ran::Call {
            words,
            files,
            takes_files,
        },
        dir,
        env,
        origin,
        is_at_push: !stages.is_empty()
            && stages
                .iter()
                .all(|stage| matches!(*stage, "pre-push" | "push")),
        place,
    });
}

/// Why a hook is no call that can be followed.
enum NoCall {
    /// It is one of those that pre-commit itself publishes.
    Small,
    /// It is not known what it runs.
    Unknown(&'static str),
}

/// The words of a hook's call, and whether it gets files.
fn call(hook: &Node, id: &str, url: &str) -> Result<(Vec<String>, bool), NoCall> {
    let own: Option<Vec<String>> = hook.get("args").map(|arguments| {
        arguments
            .items()
            .filter_map(Node::text)
            .map(str::to_owned)
            .collect()
    });
    if url == "local" {
        let language = hook
            .get("language")
            .and_then(Node::text)
            .unwrap_or("system");
        if matches!(language, "pygrep" | "fail") {
            return Err(NoCall::Unknown("it is an expression, not a command"));
        }
        let entry = hook.get("entry").and_then(Node::text).unwrap_or_default();
        let mut words =
            shell_words::split(entry).map_err(|_| NoCall::Unknown("its `entry` cannot be read"))?;
        words.extend(own.unwrap_or_default());
        let takes = hook.get("pass_filenames").is_none_or(Node::is_true);
        return Ok((words, takes));
    }
    if url.ends_with("pre-commit/pre-commit-hooks") {
        return Err(NoCall::Small);
    }
    let Some((words, takes)) = words_of_known(id, own) else {
        return Err(NoCall::Unknown("its repository decides what it runs"));
    };
    let takes = takes && hook.get("pass_filenames").is_none_or(Node::is_true);
    Ok((words, takes))
}

fn selection(hook: &Node, excluded: &str) -> FileSelection {
    let files = hook.get("files").and_then(Node::text).unwrap_or_default();
    let own = hook.get("exclude").and_then(Node::text).unwrap_or_default();
    let exclude = [excluded, own].map(path_expression::globs);
    FileSelection {
        files: path_expression::globs(files),
        exclude: exclude.concat(),
    }
}

/// The configuration, if it is there.
#[must_use]
pub(super) fn file(project: &Project<'_>) -> Option<&'static Path> {
    let file = FILES.into_iter().find(|file| project.has(file));
    file.map(Path::new)
}
