//! Which files tools look at: excluded ones that are checked, and environments that are walked.

use crate::base::text::show_path;
use crate::doctor::complaint::Complaint;
use crate::doctor::config_file::Setting;
use crate::doctor::facts::Project;
use crate::doctor::rule::{Area, DoctorRule, Look};
use crate::doctor::tool_call::ToolCall;
use crate::model::severity::Severity;

use super::python::{Ruff, flake8, flake8_setting, isort};

const fn rule(
    id: &'static str,
    severity: Severity,
    finds: &'static str,
    remedy: &'static str,
    look: fn(&Project<'_>) -> Vec<Complaint>,
) -> DoctorRule {
    DoctorRule {
        id,
        area: Area::Tools,
        severity,
        finds,
        remedy,
        look: Look::Project(look),
    }
}

pub(super) const RULES: &[DoctorRule] = &[
    rule(
        "doctor.excluded-files",
        Severity::Error,
        "a gate hands files to its tool ({files}), which then checks even those that its configuration excludes",
        "Add the option that excludes them all the same (`--force-exclude` of ruff and black, `--filter-files` of isort), or `exclude` to the gate (mypy).",
        excluded_files,
    ),
    rule(
        "doctor.exclude-replaces",
        Severity::Warning,
        "`exclude` of ruff or black replaces the directories that are excluded by default, so that the environment in the tree is checked",
        "Write `extend-exclude`.",
        exclude_replaces,
    ),
    rule(
        "doctor.walks-environment",
        Severity::Error,
        "flake8, bandit or mypy is run on a whole directory in which a virtual environment lies, and checks what is installed there",
        "Exclude the environment, or name the directories with the project's own code.",
        walks_environment,
    ),
    rule(
        "doctor.types-of-files",
        Severity::Warning,
        "a type checker is handed the changed files only, so that errors in the files that use them are not found",
        "Let it check the whole project: remove {files} from `run`.",
        types_of_files,
    ),
];

fn excluded_files(project: &Project<'_>) -> Vec<Complaint> {
    let configured = |tool: &str| match tool {
        "ruff" | "ruff-format" => {
            let ruff = Ruff::of(project)?;
            let excludes = ["exclude", "extend-exclude"];
            let setting = excludes.iter().find_map(|key| ruff.root.get(&[key]))?;
            let forced = ruff.root.get(&["force-exclude"]);
            (!forced.is_some_and(Setting::is_true)).then_some((setting, &["--force-exclude"][..]))
        }
        "black" => {
            let table = project.table_of("black", &["tool", "black"])?;
            // `force-exclude` applies to files that are named.
            let excludes = ["exclude", "extend-exclude"];
            let setting = excludes.iter().find_map(|key| table.get(&[key]))?;
            table
                .get(&["force-exclude"])
                .is_none()
                .then_some((setting, &["--force-exclude"][..]))
        }
        "isort" => {
            let section = isort(project)?;
            let skips = ["skip", "extend_skip", "skip_glob", "extend_skip_glob"];
            let setting = skips.iter().find_map(|key| section.get(&[key]))?;
            let filters = section.get(&["filter_files"]);
            (!filters.is_some_and(Setting::is_true)).then_some((setting, &["--filter-files"][..]))
        }
        "mypy" => {
            let setting = project.table_of("mypy", &["tool", "mypy", "exclude"])?;
            Some((setting, &[][..]))
        }
        _ => None,
    };
    let complaint = |call: &ToolCall| {
        let (setting, options) = configured(call.tool).filter(|_| call.takes_files)?;
        if setting.is_empty() || call.has(options) || project.facts.watched.excludes(&call.gate) {
            return None;
        }
        let remedy = match options.first() {
            Some(option) => format!("Add `{option}` to the call."),
            None => format!("Add the same paths as `exclude` to the gate {}.", call.gate),
        };
        let message = format!(
            "`{}` checks the files that it is handed, even those that {} excludes",
            call.shown(),
            setting.shown()
        );
        Some(Complaint::new(call.place.clone(), message, remedy))
    };
    let calls = project.facts.calls.iter();
    let calls = calls.filter(|call| call.dir == project.dir);
    calls.filter_map(complaint).collect()
}

fn exclude_replaces(project: &Project<'_>) -> Vec<Complaint> {
    // Both tools leave out what .gitignore names.
    let mut seen = project.facts.set_up.environments.iter();
    let seen = seen.find(|one| !one.is_ignored && one.path.parent() == Some(project.dir));
    let Some(environment) = seen else {
        return Vec::new();
    };
    let name = environment.path.file_name().unwrap_or_default();
    let name = name.to_string_lossy();
    let ruff = Ruff::of(project).and_then(|ruff| ruff.root.get(&["exclude"]));
    let black = project.table_of("black", &["tool", "black", "exclude"]);
    let complaint = |(tool, setting): (&str, Option<Setting<'_>>)| {
        let setting = setting?;
        let text = setting.text().map(str::to_owned);
        let named = text.unwrap_or_else(|| setting.list().join(" "));
        (!named.contains(name.trim_start_matches('.'))).then(|| {
            Complaint::new(
                setting.place(),
                format!(
                    "`exclude` replaces the defaults of {tool}, so that it checks {}",
                    show_path(&environment.path)
                ),
                "Write `extend-exclude`.",
            )
        })
    };
    let settings = [("ruff", ruff), ("black", black)];
    settings.into_iter().filter_map(complaint).collect()
}

fn walks_environment(project: &Project<'_>) -> Vec<Complaint> {
    let environments = project.facts.set_up.environments.iter();
    let here: Vec<_> = environments
        .filter(|one| one.path.parent() == Some(project.dir))
        .collect();
    let complaint = |call: &ToolCall| {
        let mut words = call.arguments.iter();
        let is_whole = words.any(|word| word == "." || word == "./");
        let environment = here.iter().find(|one| {
            let name = one.path.file_name().and_then(|name| name.to_str());
            let name = name.unwrap_or_default();
            // mypy leaves out directories whose names begin with a dot.
            let is_walked = call.tool != "mypy" || !name.starts_with('.');
            is_walked && !excludes(project, call, name)
        });
        let environment = environment.filter(|_| is_whole && !call.takes_files)?;
        Some(Complaint::new(
            call.place.clone(),
            format!(
                "`{}` also checks what is installed in {}",
                call.shown(),
                show_path(&environment.path)
            ),
            format!(
                "Exclude {}, or name the directories with the project's own code.",
                show_path(&environment.path)
            ),
        ))
    };
    let tools = ["flake8", "bandit", "mypy"];
    let calls = tools.iter().flat_map(|tool| project.calls(tool));
    calls.filter_map(complaint).collect()
}

/// Whether a call or the configuration of its tool excludes a directory.
fn excludes(project: &Project<'_>, call: &ToolCall, dir: &str) -> bool {
    let name = dir.trim_start_matches('.');
    let typed = call.value(&["--exclude", "-x", "--extend-exclude"]);
    let mut texts: Vec<String> = typed.map(str::to_owned).into_iter().collect();
    let mut add = |setting: Option<Setting<'_>>| {
        texts.extend(setting.map(|setting| {
            let text = setting.text().map(str::to_owned);
            text.unwrap_or_else(|| setting.list().join(" "))
        }));
    };
    match call.tool {
        "flake8" => {
            for key in ["exclude", "extend-exclude"] {
                add(flake8(project).and_then(|section| flake8_setting(section, key)));
            }
        }
        "bandit" => {
            add(project.table_of("bandit", &["tool", "bandit", "exclude_dirs"]));
            add(project
                .file(".bandit")
                .and_then(|file| file.get(&["bandit", "exclude"])));
        }
        _ => {
            add(project.table_of("mypy", &["tool", "mypy", "exclude"]));
            for (file, section) in [
                ("mypy.ini", "mypy"),
                (".mypy.ini", "mypy"),
                ("setup.cfg", "mypy"),
            ] {
                add(project
                    .file(file)
                    .and_then(|file| file.get(&[section, "exclude"])));
            }
        }
    }
    texts.iter().any(|text| text.contains(name))
}

fn types_of_files(project: &Project<'_>) -> Vec<Complaint> {
    let tools = ["mypy", "pyright", "basedpyright", "ty", "pyrefly", "tsc"];
    let calls = tools.iter().flat_map(|tool| project.calls(tool));
    let of_files = calls.filter(|call| call.takes_files);
    of_files
        .map(|call| {
            Complaint::new(
                call.place.clone(),
                format!(
                    "`{}` does not find errors in the files that use the changed ones",
                    call.shown()
                ),
                "Remove {files} from `run`, and name what the whole project consists of.",
            )
        })
        .collect()
}
