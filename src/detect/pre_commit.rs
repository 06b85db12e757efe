//! `.pre-commit-config.yaml`, which pre-commit and prek read: the hooks as calls.
//!
//! The keys are those of pre-commit's documentation, "Adding pre-commit plugins to your project".

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::draft::{self, Draft};
use super::evidence::{Evidence, FileSelection, Found, NotTaken, Origin, Place, Ran};
use super::known_hooks::{other_hook, words_of_known};
use super::launchers::started;
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
        found.other_hooks.push(id.to_owned());
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
        found.other_hooks.push(id.to_owned());
        return;
    }
    let call = call(hook, id, url);
    if !matches!(call, Err(NoCall::Small)) {
        found.other_hooks.push(id.to_owned());
    }
    let (words, takes_files) = match call {
        Ok(call) => call,
        Err(NoCall::Small) => {
            found.small_hooks.push((place, id.to_owned()));
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
            given: Vec::new(),
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
    /// It is one of those that pre-commit itself publishes, or an expression that it looks for.
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
            return Err(NoCall::Small);
        }
        let entry = hook.get("entry").and_then(Node::text).unwrap_or_default();
        let mut words =
            shell_words::split(entry).map_err(|_| NoCall::Unknown("its `entry` cannot be read"))?;
        words.extend(own.unwrap_or_default());
        let takes = hook.get("pass_filenames").is_none_or(Node::is_true);
        return Ok((words, takes));
    }
    let url = url.trim_end_matches('/').trim_end_matches(".git");
    let is_own = ["pre-commit/pre-commit-hooks", "pre-commit/pygrep-hooks"]
        .iter()
        .any(|own| url.ends_with(own));
    if is_own || url == "meta" {
        return Err(NoCall::Small);
    }
    let known = words_of_known(id, own.clone()).or_else(|| {
        let other = other_hook(id)?;
        let words = other.call.iter().map(|&word| word.to_owned());
        Some((
            words.chain(own.unwrap_or_default()).collect(),
            other.takes_files,
        ))
    });
    let Some((words, takes)) = known else {
        return Err(NoCall::Unknown("its repository decides what it runs"));
    };
    let takes = takes && hook.get("pass_filenames").is_none_or(Node::is_true);
    Ok((words, takes))
}

fn selection(hook: &Node, excluded: &str) -> FileSelection {
    let files = hook.get("files").and_then(Node::text).unwrap_or_default();
    let own = hook.get("exclude").and_then(Node::text).unwrap_or_default();
    let exclude = [excluded, own].map(path_expression::globs);
    let id = hook.get("id").and_then(Node::text).unwrap_or_default();
    let fixed = other_hook(id).map_or(&[][..], |other| other.files);
    let files = if files.is_empty() {
        fixed.iter().map(|&glob| glob.to_owned()).collect()
    } else {
        path_expression::globs(files)
    };
    FileSelection {
        files,
        exclude: exclude.concat(),
    }
}

/// The gate of the hooks that only pre-commit itself can run: pre-commit without the others, which are gates of
/// their own or are not known. `run`: the call in CI that runs them by `manager`; `before`: the places that lead to it.
#[must_use]
pub(super) fn gate(
    found: &Found,
    run: Option<(&Evidence, &[String])>,
    manager: &str,
    before: &[Place],
) -> Option<Draft> {
    let (place, _) = found.small_hooks.first()?;
    let words = [manager, "run", "--all-files"].map(str::to_owned);
    let mut others = found.other_hooks.clone();
    others.sort();
    others.dedup();
    let own = run.map(|(evidence, _)| evidence);
    let mut draft = Draft::new(&draft::Found {
        started: &started(&words),
        files: None,
        handed: None,
        dir: Path::new(""),
        env: &BTreeMap::new(),
        origin: own.map_or(Origin::Hook, |evidence| evidence.origin),
        is_at_push: false,
        places: &[before, std::slice::from_ref(place)].concat(),
    })?;
    if !others.is_empty() {
        draft.env.insert("SKIP".to_owned(), others.join(","));
    }
    let ids: Vec<&str> = found
        .small_hooks
        .iter()
        .map(|(_, id)| id.as_str())
        .collect();
    draft.remarks.push(format!(
        "the hooks of pre-commit that are no gates of their own: {}",
        ids.join(", ")
    ));
    Some(draft)
}

/// The configuration, if it is there.
#[must_use]
pub(super) fn file(project: &Project<'_>) -> Option<&'static Path> {
    let file = FILES.into_iter().find(|file| project.has(file));
    file.map(Path::new)
}
