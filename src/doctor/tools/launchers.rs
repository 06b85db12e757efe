//! How gates start their tools, and whether these are there.

use std::path::Path;

use crate::base::text::show_path;
use crate::doctor::complaint::Complaint;
use crate::doctor::config_file::{ConfigFile, Setting};
use crate::doctor::facts::{Facts, Project};
use crate::doctor::rule::{Area, DoctorRule, Look};
use crate::doctor::tool_call::ToolCall;
use crate::indirection::Place;
use crate::model::severity::Severity;
use crate::tools::{self, Packages};

pub(super) const RULES: &[DoctorRule] = &[
    DoctorRule {
        id: "doctor.launcher-changes",
        area: Area::Tools,
        severity: Severity::Warning,
        finds: "a gate starts its tool with plain `uv run` or `npx`, which may rewrite the lock file or download a package at a commit",
        remedy: "Write `uv run --locked` (or `--frozen`, `--no-sync`), and `npx --no`.",
        look: Look::Repository(launchers),
    },
    DoctorRule {
        id: "doctor.tool-not-installed",
        area: Area::Tools,
        severity: Severity::Warning,
        finds: "a gate runs a tool that is not in the project's environment: the one that is found on PATH may have another version, and does not see the project's packages",
        remedy: "Add the tool to the development dependencies, and install them.",
        look: Look::Project(not_installed),
    },
    DoctorRule {
        id: "doctor.pre-commit-version",
        area: Area::Tools,
        severity: Severity::Warning,
        finds: "`rev` in .pre-commit-config.yaml is another version of a tool than the one that is installed, so the two find different things",
        remedy: "Set both to the same version.",
        look: Look::Project(pre_commit_version),
    },
    DoctorRule {
        id: "doctor.dead-environment",
        area: Area::SetUp,
        severity: Severity::Error,
        finds: "the interpreter of a virtual environment is gone, so none of its programs starts",
        remedy: "Make the environment again: `uv sync`, `poetry install`, or `python3 -m venv --clear`.",
        look: Look::Repository(dead_environment),
    },
];

fn launchers(facts: &Facts) -> Vec<Complaint> {
    let complaint = |call: &ToolCall| {
        let typed: Vec<&str> = call.typed.iter().map(String::as_str).collect();
        let has = |options: &[&str]| typed.iter().any(|word| options.contains(word));
        let sets = |names: &[&str]| {
            names
                .iter()
                .any(|name| facts.watched.sets(&call.gate, name))
        };
        let (what, remedy) = match typed.as_slice() {
            ["uv", "run", ..]
                if !has(&[
                    "--locked",
                    "--frozen",
                    "--no-sync",
                    "--no-project",
                    "--isolated",
                ]) && !sets(&["UV_LOCKED", "UV_FROZEN", "UV_NO_SYNC"]) =>
            {
                (
                    "may rewrite uv.lock and change the environment",
                    "Write `uv run --locked`.",
                )
            }
            ["npx", ..] if !has(&["--no", "--no-install", "--offline"]) => (
                "downloads the tool if it is not installed",
                "Write `npx --no`.",
            ),
            _ => return None,
        };
        Some(Complaint::new(
            call.place.clone(),
            format!("`{}` {what}", call.shown()),
            remedy,
        ))
    };
    let calls = facts.calls.iter().filter(|_| facts.has_gates);
    calls.filter_map(complaint).collect()
}

fn not_installed(project: &Project<'_>) -> Vec<Complaint> {
    let Some(python) = project.python().filter(|_| project.facts.has_gates) else {
        return Vec::new();
    };
    let mut complaints: Vec<Complaint> = Vec::new();
    let calls = project.facts.calls.iter();
    for call in calls.filter(|call| call.dir == project.dir) {
        let checker = tools::checkers().find(|checker| checker.name == call.tool);
        let Some(Packages::PyPi(names)) = checker.map(|checker| checker.packages) else {
            continue;
        };
        let is_there = names.iter().any(|name| python.version(name).is_some());
        let elsewhere = [
            "uvx",
            "pipx",
            "pre-commit",
            "prek",
            "tox",
            "nox",
            "hatch",
            "pixi",
            "conda",
        ];
        let first = call.typed.first().map_or("", String::as_str);
        let is_path = first.contains('/');
        let brings = call
            .typed
            .iter()
            .any(|word| word == "--with" || word == "--from");
        if is_there || is_path || brings || elsewhere.contains(&first) {
            continue;
        }
        let message = format!(
            "`{}` does not run a tool of {}: {} is not installed there",
            call.shown(),
            show_path(&python.dir),
            names.first().unwrap_or(&call.tool)
        );
        complaints.push(Complaint::new(
            call.place.clone(),
            message,
            "Add it to the development dependencies, and install them.",
        ));
    }
    complaints
}

/// Repositories of hooks, and the packages whose versions their tags are.
const HOOKS: [(&str, &str); 8] = [
    ("astral-sh/ruff-pre-commit", "ruff"),
    ("psf/black-pre-commit-mirror", "black"),
    ("psf/black", "black"),
    ("pre-commit/mirrors-mypy", "mypy"),
    ("pycqa/flake8", "flake8"),
    ("pycqa/isort", "isort"),
    ("pycqa/bandit", "bandit"),
    ("codespell-project/codespell", "codespell"),
];

fn pre_commit_version(project: &Project<'_>) -> Vec<Complaint> {
    let file = project.file(".pre-commit-config.yaml");
    let Some((file, python)) = file.zip(project.python()) else {
        return Vec::new();
    };
    let repos = file.get(&["repos"]);
    let complaint = |repo: Setting<'_>| {
        let url = repo.get(&["repo"])?.text()?.to_lowercase();
        let url = url.trim_end_matches('/').trim_end_matches(".git");
        let (_, package) = HOOKS.iter().find(|(name, _)| url.ends_with(name))?;
        let rev = repo.get(&["rev"])?;
        let line = rev_line(file, rev.place().line);
        // A version with a single point is a number for YAML, and may have lost a zero.
        let wanted = rev.text()?.trim_start_matches('v');
        let installed = python.version(package)?;
        (wanted != installed).then(|| {
            Complaint::new(
                Place {
                    line,
                    ..rev.place()
                },
                format!(
                    "pre-commit runs {package} {wanted}, but {installed} is installed in {}",
                    show_path(&python.dir)
                ),
                format!("Set `rev` to the tag of {installed}, or install {package} {wanted}."),
            )
        })
    };
    let repos = repos.into_iter().flat_map(Setting::items);
    repos.filter_map(complaint).collect()
}

/// The line with `rev`, at or after the one where its entry is known to begin.
fn rev_line(file: &ConfigFile, from: usize) -> usize {
    let lines = file.text.lines().enumerate().skip(from.saturating_sub(1));
    let mut with_rev = lines.filter(|(_, line)| line.contains("rev:"));
    with_rev.next().map_or(from, |(at, _)| at + 1)
}

fn dead_environment(facts: &Facts) -> Vec<Complaint> {
    let dead = facts.python.values().filter(|python| python.is_dead);
    dead.map(|python| {
        Complaint::new(
            Place {
                path: python.dir.join(Path::new("pyvenv.cfg")),
                line: 0,
            },
            format!(
                "the interpreter of {} is gone, so none of its programs starts",
                show_path(&python.dir)
            ),
            "Make the environment again: `uv sync`, `poetry install`, or `python3 -m venv --clear`.",
        )
    })
    .collect()
}
