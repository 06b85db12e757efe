//! `.pre-commit-config.yaml`, which pre-commit and prek read: the hooks as calls.
//!
//! The keys are those of pre-commit's documentation, "Adding pre-commit plugins to your project".

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::evidence::{Evidence, FileSelection, Found, NotTaken, Origin, Place, Ran};
use super::path_expression;
use super::project::Project;
use crate::base::yaml::{self, Node};

/// The names of the file.
pub(super) const FILES: [&str; 2] = [".pre-commit-config.yaml", ".pre-commit-config.yml"];

/// The tool of a hook: the words of a call, and whether it is right to hand it files.
struct KnownHook {
    /// Its ids.
    ids: &'static [&'static str],
    /// The call, without the arguments.
    call: &'static [&'static str],
    /// The arguments, unless the project sets others.
    arguments: &'static [&'static str],
    /// Whether a verdict over the changed files alone is right.
    takes_files: bool,
}

const fn hook(ids: &'static [&'static str], call: &'static [&'static str]) -> KnownHook {
    KnownHook {
        ids,
        call,
        arguments: &[],
        takes_files: true,
    }
}

const fn project_hook(ids: &'static [&'static str], call: &'static [&'static str]) -> KnownHook {
    KnownHook {
        takes_files: false,
        ..hook(ids, call)
    }
}

/// Hooks of the repositories that publish them for a tool.
const KNOWN: &[KnownHook] = &[
    hook(&["ruff", "ruff-check"], &["ruff", "check"]),
    hook(&["ruff-format"], &["ruff", "format"]),
    hook(&["black", "black-jupyter"], &["black"]),
    hook(&["isort"], &["isort"]),
    hook(&["flake8"], &["flake8"]),
    hook(&["yapf"], &["yapf"]),
    hook(&["autopep8"], &["autopep8"]),
    hook(&["autoflake"], &["autoflake"]),
    hook(&["docformatter"], &["docformatter"]),
    hook(&["bandit"], &["bandit"]),
    hook(&["pydocstyle"], &["pydocstyle"]),
    hook(&["pycln"], &["pycln"]),
    hook(&["pydoclint"], &["pydoclint"]),
    hook(&["rstcheck"], &["rstcheck"]),
    hook(&["doc8"], &["doc8"]),
    hook(&["sphinx-lint"], &["sphinx-lint"]),
    hook(&["rustfmt"], &["rustfmt"]),
    project_hook(&["slotscheck"], &["slotscheck"]),
    project_hook(&["uv-lock"], &["uv", "lock", "--check"]),
    project_hook(&["poetry-check"], &["poetry", "check"]),
    project_hook(&["check-manifest"], &["check-manifest"]),
    project_hook(&["mypy"], &["mypy"]),
    project_hook(&["pyright"], &["pyright"]),
    project_hook(&["basedpyright"], &["basedpyright"]),
    project_hook(&["ty", "ty-check"], &["ty", "check"]),
    project_hook(&["pylint"], &["pylint"]),
    project_hook(&["vulture"], &["vulture"]),
    project_hook(&["interrogate"], &["interrogate"]),
    hook(&["codespell"], &["codespell"]),
    hook(&["typos"], &["typos"]),
    hook(&["prettier"], &["prettier"]),
    hook(&["eslint"], &["eslint"]),
    project_hook(&["biome-check"], &["biome", "check"]),
    project_hook(&["biome-ci"], &["biome", "ci"]),
    project_hook(&["biome-lint"], &["biome", "lint"]),
    project_hook(&["biome-format"], &["biome", "format"]),
    hook(&["oxlint"], &["oxlint"]),
    hook(&["markdownlint"], &["markdownlint"]),
    hook(&["markdownlint-cli2"], &["markdownlint-cli2"]),
    hook(&["yamllint"], &["yamllint"]),
    hook(&["shellcheck"], &["shellcheck"]),
    hook(&["shfmt"], &["shfmt"]),
    hook(&["taplo-format"], &["taplo", "format"]),
    project_hook(&["zizmor"], &["zizmor", "."]),
    project_hook(
        &["actionlint", "actionlint-system", "actionlint-docker"],
        &["actionlint"],
    ),
    project_hook(&["fmt"], &["cargo", "fmt"]),
    project_hook(&["clippy"], &["cargo", "clippy"]),
    project_hook(&["cargo-check"], &["cargo", "check"]),
    project_hook(
        &["golangci-lint", "golangci-lint-full", "golangci-lint-mod"],
        &["golangci-lint", "run"],
    ),
    hook(&["go-fmt", "gofmt"], &["gofmt"]),
    project_hook(&["go-vet", "go-vet-mod"], &["go", "vet", "./..."]),
    project_hook(&["gitleaks"], &["gitleaks", "git", "--pre-commit"]),
    project_hook(&["reuse"], &["reuse", "lint"]),
    project_hook(
        &["validate-pyproject"],
        &["validate-pyproject", "pyproject.toml"],
    ),
    project_hook(&["deptry"], &["deptry", "."]),
    project_hook(&["import-linter"], &["lint-imports"]),
    project_hook(&["dprint"], &["dprint", "check"]),
    project_hook(&["reuse-lint-file"], &["reuse", "lint-file"]),
];

/// Arguments that mirrors-mypy passes unless the project sets others.
const MYPY_ARGUMENTS: [&str; 2] = ["--ignore-missing-imports", "--scripts-are-modules"];

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
    let known = KNOWN.iter().find(|known| known.ids.contains(&id));
    let Some(known) = known else {
        return Err(NoCall::Unknown("its repository decides what it runs"));
    };
    let mut words: Vec<String> = known.call.iter().map(|&word| word.to_owned()).collect();
    match own {
        Some(own) => words.extend(own),
        None if id == "mypy" => words.extend(MYPY_ARGUMENTS.map(str::to_owned)),
        None => words.extend(known.arguments.iter().map(|&word| word.to_owned())),
    }
    let takes = known.takes_files && hook.get("pass_filenames").is_none_or(Node::is_true);
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

/// Whether the configuration is there.
#[must_use]
pub(super) fn file(project: &Project<'_>) -> Option<&'static Path> {
    let file = FILES.into_iter().find(|file| project.has(file));
    file.map(Path::new)
}
