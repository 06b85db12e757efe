//! pytest, its plugins, and coverage.

use std::collections::BTreeMap;
use std::path::Path;

use super::python::{addopts, pytest};
use crate::base::text::show_path;
use crate::doctor::complaint::Complaint;
use crate::doctor::config_file::Setting;
use crate::doctor::facts::Project;
use crate::doctor::rule::{Area, DoctorRule, Look};
use crate::doctor::tool_call::ToolCall;
use crate::indirection::Place;
use crate::model::severity::Severity;

pub(super) const RULES: &[DoctorRule] = &[
    DoctorRule {
        id: "doctor.pytest-plugin",
        area: Area::Tools,
        severity: Severity::Error,
        finds: "pytest is given an option of a plugin that is not installed in the project's environment, so it refuses to run",
        remedy: "Install the plugin, or remove the option.",
        look: Look::Project(plugins),
    },
    DoctorRule {
        id: "doctor.coverage-not-run",
        area: Area::Tools,
        severity: Severity::Warning,
        finds: "`fail_under` is set for coverage, but no gate measures coverage, so nothing enforces it",
        remedy: "Run `pytest --cov`, or `coverage run -m pytest` and `coverage report`, in a gate.",
        look: Look::Project(coverage_not_run),
    },
    DoctorRule {
        id: "doctor.flat-layout",
        area: Area::Tools,
        severity: Severity::Warning,
        finds: "tests import a package of the project that is neither installed nor on the path of pytest, which breaks off at them",
        remedy: "Install the project (`pip install -e .`), set `pythonpath = [\".\"]` for pytest, or run `python -m pytest`.",
        look: Look::Project(flat_layout),
    },
    DoctorRule {
        id: "doctor.equal-test-names",
        area: Area::Tools,
        severity: Severity::Warning,
        finds: "two test files of the same name are in directories without `__init__.py`; pytest imports one and breaks off at the other",
        remedy: "Set `--import-mode=importlib` in `addopts`, rename one of the files, or add `__init__.py` to their directories.",
        look: Look::Project(equal_names),
    },
];

/// Options of plugins, and the packages that bring them.
const PLUGINS: [(&str, &str); 14] = [
    ("--cov", "pytest-cov"),
    ("--cov-report", "pytest-cov"),
    ("--cov-fail-under", "pytest-cov"),
    ("--cov-branch", "pytest-cov"),
    ("--no-cov", "pytest-cov"),
    ("-n", "pytest-xdist"),
    ("--numprocesses", "pytest-xdist"),
    ("--dist", "pytest-xdist"),
    ("--timeout", "pytest-timeout"),
    ("--asyncio-mode", "pytest-asyncio"),
    ("--reruns", "pytest-rerunfailures"),
    ("--ds", "pytest-django"),
    ("--benchmark-skip", "pytest-benchmark"),
    ("--benchmark-disable", "pytest-benchmark"),
];

/// The packages that words need, by options of plugins.
fn needed(words: &[String]) -> Vec<(&'static str, &'static str)> {
    let is_given = |option: &str| {
        words.iter().any(|word| {
            let rest = word.strip_prefix(option);
            let is_short = !option.starts_with("--");
            rest.is_some_and(|rest| {
                let is_value = rest == "auto" || rest.bytes().all(|byte| byte.is_ascii_digit());
                rest.is_empty() || rest.starts_with('=') || (is_short && is_value)
            })
        })
    };
    let given = PLUGINS.iter().copied();
    given.filter(|(option, _)| is_given(option)).collect()
}

fn plugins(project: &Project<'_>) -> Vec<Complaint> {
    let Some(python) = project.python() else {
        return Vec::new();
    };
    if python.version("pytest").is_none() {
        return Vec::new();
    }
    let configured = addopts(project).map(|(setting, words)| (setting.place(), words));
    let typed = project
        .calls("pytest")
        .map(|call| (call.place.clone(), call.arguments.clone()));
    let mut complaints: BTreeMap<&str, Complaint> = BTreeMap::new();
    for (place, words) in configured.into_iter().chain(typed) {
        for (option, package) in needed(&words) {
            if python.version(package).is_some() {
                continue;
            }
            let message = format!(
                "pytest does not know `{option}`: {package} is not installed in {}",
                show_path(&python.dir)
            );
            let remedy = format!("Install {package}, or remove `{option}`.");
            complaints
                .entry(package)
                .or_insert_with(|| Complaint::new(place.clone(), message, remedy));
        }
    }
    complaints.into_values().collect()
}

/// `fail_under`, wherever it is set.
fn fail_under<'f>(project: &Project<'f>) -> Option<Setting<'f>> {
    let places: [(&str, &[&str]); 4] = [
        (".coveragerc", &["report", "fail_under"]),
        ("setup.cfg", &["coverage", "report", "fail_under"]),
        ("tox.ini", &["coverage", "report", "fail_under"]),
        (
            "pyproject.toml",
            &["tool", "coverage", "report", "fail_under"],
        ),
    ];
    project.first_table("coverage", &places)
}

fn coverage_not_run(project: &Project<'_>) -> Vec<Complaint> {
    let Some(setting) = fail_under(project).filter(|_| project.facts.has_gates) else {
        return Vec::new();
    };
    let by_default = addopts(project).is_some_and(|(_, words)| has_cov(&words));
    let mut calls = project.facts.calls.iter();
    let is_run = calls.any(|call| {
        call.tool.starts_with("coverage")
            || has_cov(&call.arguments)
            || call.typed.iter().any(|word| word == "coverage")
    });
    // Runners have configurations of their own, which may measure it.
    let mut names = ["tox", "nox", "hatch"].iter();
    let is_hidden = names.any(|name| project.facts.watched.starts(name));
    if is_run || is_hidden || (by_default && project.runs("pytest")) || !project.runs("pytest") {
        return Vec::new();
    }
    vec![Complaint::new(
        setting.place(),
        "no gate measures coverage, so `fail_under` has no effect",
        "Add `--cov` to the gate that runs pytest, or a gate that runs `coverage`.",
    )]
}

fn has_cov(words: &[String]) -> bool {
    words.iter().any(|word| word.starts_with("--cov"))
}

fn flat_layout(project: &Project<'_>) -> Vec<Complaint> {
    let import = project.facts.flat_imports.get(project.dir);
    // Without an environment it is not known what is installed.
    let Some((import, python)) = import.zip(project.python()) else {
        return Vec::new();
    };
    let declared = project
        .pyproject(&["project", "name"])
        .and_then(Setting::text);
    let names = [Some(import.package.as_str()), declared];
    let is_installed = names.into_iter().flatten().any(|name| {
        python
            .version(&name.to_lowercase().replace('_', "-"))
            .is_some()
    });
    let has_path = pytest(project).is_some_and(|section| section.get(&["pythonpath"]).is_some());
    let fails = |call: &&ToolCall| {
        let is_module = call.typed.iter().any(|word| word == "-m");
        let has_option = call
            .arguments
            .iter()
            .any(|word| word.contains("pythonpath"));
        !is_module && !has_option && !project.facts.watched.sets(&call.gate, "PYTHONPATH")
    };
    let call = project.calls("pytest").find(fails);
    match call {
        Some(call) if !is_installed && !has_path => vec![Complaint::new(
            Place {
                path: project.dir.join(&import.test),
                line: import.line,
            },
            format!(
                "`{}` cannot import {}: it is not installed in {}, and pytest does not look for it here",
                call.shown(),
                import.package,
                show_path(&python.dir)
            ),
            "Install the project (`pip install -e .`), or set `pythonpath = [\".\"]` for pytest.",
        )],
        _ => Vec::new(),
    }
}

fn equal_names(project: &Project<'_>) -> Vec<Complaint> {
    let call = project.calls("pytest").next();
    let options = addopts(project);
    let words = options.iter().flat_map(|(_, words)| words);
    let mut words = words.chain(call.iter().flat_map(|call| &call.arguments));
    if call.is_none() || words.any(|word| word.contains("import-mode") || word == "importlib") {
        return Vec::new();
    }
    let paths = pytest(project).and_then(|section| section.get(&["testpaths"]));
    let paths = paths.map_or_else(
        || vec!["tests".to_owned(), "test".to_owned()],
        Setting::list,
    );
    let is_test = |file: &Path| {
        let name = file.file_stem().and_then(|name| name.to_str());
        let name = name.unwrap_or_default();
        let is_named = (name.starts_with("test_") || name.ends_with("_test"))
            && file.extension().is_some_and(|extension| extension == "py");
        is_named && paths.iter().any(|dir| file.starts_with(dir))
    };
    let has_package = |dir: &Path| project.files().any(|file| file == dir.join("__init__.py"));
    let mut seen: BTreeMap<&std::ffi::OsStr, &Path> = BTreeMap::new();
    for file in project.files().filter(|file| is_test(file)) {
        let Some((name, dir)) = file.file_name().zip(file.parent()) else {
            continue;
        };
        if has_package(dir) {
            continue;
        }
        if let Some(other) = seen.insert(name, file) {
            return vec![Complaint::new(
                Place {
                    path: project.dir.join(file),
                    line: 0,
                },
                format!(
                    "pytest imports this file and {} under the same name, and breaks off",
                    show_path(other)
                ),
                "Add `--import-mode=importlib` to `addopts`, or rename one of the files.",
            )];
        }
    }
    Vec::new()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_of_plugins_are_known() {
        for (text, expected) in [
            ("--cov=x", vec!["pytest-cov"]),
            ("-n auto -q", vec!["pytest-xdist"]),
            ("-n4", vec!["pytest-xdist"]),
            ("-nauto", vec!["pytest-xdist"]),
            ("-q --no-header -ra", vec![]),
        ] {
            let words: Vec<String> = text.split(' ').map(str::to_owned).collect();
            let packages: Vec<&str> = needed(&words).iter().map(|(_, package)| *package).collect();
            assert_eq!(packages, expected, "{text}");
        }
    }
}
