//! Formatters of Python against each other and against linters.

use super::python::{Ruff, black, flake8, flake8_reports, flake8_setting, isort};
use crate::doctor::complaint::Complaint;
use crate::doctor::config_file::Setting;
use crate::doctor::facts::Project;
use crate::doctor::installed::two_numbers;
use crate::doctor::rule::{Area, DoctorRule, Look};
use crate::doctor::tool_call::ToolCall;
use crate::model::severity::Severity;

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
        "doctor.line-length.ruff",
        Severity::Error,
        "black formats lines that are longer than E501 of ruff allows, so no file can satisfy both",
        "Set both to the same number: `line-length` in [tool.black] and [tool.ruff].",
        ruff_line_length,
    ),
    rule(
        "doctor.line-length.flake8",
        Severity::Error,
        "black formats lines that are longer than E501 of flake8 allows (79, unless `max-line-length` is set)",
        "Set `max-line-length` of flake8 to the line length of black, which is 88 unless it is set.",
        flake8_line_length,
    ),
    rule(
        "doctor.flake8-black-codes",
        Severity::Warning,
        "flake8 reports white space that black writes: E203 before a colon in a slice, W503 before a line that begins with an operator",
        "Set `extend-ignore = E203`, and do not set `ignore` without W503.",
        flake8_codes,
    ),
    rule(
        "doctor.two-formatters",
        Severity::Error,
        "two formatters of Python are run on the same files, and rewrite what the other one has written",
        "Keep one of them.",
        two_formatters,
    ),
    rule(
        "doctor.isort-profile",
        Severity::Error,
        "isort and black are used together, and isort has another layout of imports than black",
        "Set `profile = \"black\"` for isort. `--fix` does it where isort has a section.",
        isort_profile,
    ),
    rule(
        "doctor.isort-line-length",
        Severity::Warning,
        "isort before version 9 wraps imports at another length than black",
        "Set `line_length` of isort to the line length of black.",
        isort_line_length,
    ),
    rule(
        "doctor.two-import-sorters",
        Severity::Warning,
        "isort is run, and the rules `I` of ruff are selected: two tools sort the same imports",
        "Keep one of them.",
        two_import_sorters,
    ),
];

fn ruff_line_length(project: &Project<'_>) -> Vec<Complaint> {
    let Some((black, ruff)) = black(project).zip(Ruff::of(project)) else {
        return Vec::new();
    };
    let (limit, setting) = ruff.longest_line();
    let Some(selected) = ruff.selecting("E501") else {
        return Vec::new();
    };
    if black <= limit || (setting.is_none() && ruff.inherits()) {
        return Vec::new();
    }
    let place = setting.unwrap_or(selected);
    vec![Complaint::new(
        place.place(),
        format!(
            "black wraps lines at {black}, but E501 of ruff, selected at {}, allows {limit}",
            selected.shown()
        ),
        format!("Set `line-length = {black}` for ruff, or `line-length = {limit}` for black."),
    )]
}

fn flake8_line_length(project: &Project<'_>) -> Vec<Complaint> {
    let section = flake8(project);
    let Some(black) = black(project).filter(|_| project.runs("flake8") || section.is_some()) else {
        return Vec::new();
    };
    let call = project.calls("flake8").next();
    let setting = section.and_then(|section| flake8_setting(section, "max-line-length"));
    let typed = call.and_then(|call| call.value(&["--max-line-length"])?.parse().ok());
    let configured = setting.and_then(Setting::number);
    let limit: u32 = typed.or(configured).unwrap_or(79);
    let is_elsewhere = section.is_none() && has_own_settings(project, call);
    if limit >= black || is_elsewhere || !flake8_reports(section, call, "E501") {
        return Vec::new();
    }
    let place = setting.or(section).map(Setting::place);
    let Some(place) = place.or_else(|| call.map(|call| call.place.clone())) else {
        return Vec::new();
    };
    vec![Complaint::new(
        place,
        format!("black wraps lines at {black}, but E501 of flake8 allows {limit}"),
        format!("Set `max-line-length = {black}` in the section [flake8]."),
    )]
}

/// Whether a call of flake8 reads settings from another place than usual.
fn has_own_settings(project: &Project<'_>, call: Option<&ToolCall>) -> bool {
    project.pyproject(&["tool", "flake8"]).is_some()
        || call.is_some_and(|call| call.has(&["--config", "--append-config", "--isolated"]))
}

fn flake8_codes(project: &Project<'_>) -> Vec<Complaint> {
    let section = flake8(project);
    let call = project.calls("flake8").next();
    let is_used = black(project).is_some() && call.is_some();
    if !is_used || (section.is_none() && has_own_settings(project, call)) {
        return Vec::new();
    }
    let codes = ["E203", "W503"].into_iter();
    let reported: Vec<&str> = codes
        .filter(|code| flake8_reports(section, call, code))
        .collect();
    let place = section.map(Setting::place);
    let place = place.or_else(|| call.map(|call| call.place.clone()));
    let Some(place) = place.filter(|_| !reported.is_empty()) else {
        return Vec::new();
    };
    let codes = reported.join(",");
    vec![Complaint::new(
        place,
        format!("flake8 reports {codes}, which black writes"),
        format!("Add `extend-ignore = {codes}` to the section [flake8]."),
    )]
}

/// The paths that a call names.
fn paths(call: &ToolCall) -> Vec<&str> {
    let words = call.arguments.iter().map(String::as_str);
    let paths = words.filter(|word| !word.starts_with('-') && !word.starts_with('{'));
    paths
        .map(|path| path.trim_start_matches("./").trim_end_matches('/'))
        .collect()
}

/// Whether two calls may look at the same files.
fn overlap(one: &ToolCall, other: &ToolCall) -> bool {
    let (one, other) = (paths(one), paths(other));
    let covers = |a: &str, b: &str| {
        a == "."
            || a.is_empty()
            || b == a
            || b.strip_prefix(a).is_some_and(|rest| rest.starts_with('/'))
    };
    one.is_empty()
        || other.is_empty()
        || one
            .iter()
            .any(|a| other.iter().any(|b| covers(a, b) || covers(b, a)))
}

fn two_formatters(project: &Project<'_>) -> Vec<Complaint> {
    let tools = ["black", "ruff-format", "yapf", "autopep8"];
    let calls: Vec<&ToolCall> = tools.iter().flat_map(|tool| project.calls(tool)).collect();
    let mut complaints = Vec::new();
    for (at, one) in calls.iter().enumerate() {
        let other = calls[at + 1..]
            .iter()
            .find(|other| other.tool != one.tool && overlap(one, other));
        if let Some(other) = other {
            complaints.push(Complaint::new(
                other.place.clone(),
                format!(
                    "`{}` and `{}` format the same files, and undo each other's work",
                    one.shown(),
                    other.shown()
                ),
                "Keep one of the formatters, and remove the other call and its settings.",
            ));
        }
    }
    complaints
}

fn isort_profile(project: &Project<'_>) -> Vec<Complaint> {
    let section = isort(project);
    let call = project.calls("isort").next();
    if black(project).is_none() || (call.is_none() && section.is_none()) {
        return Vec::new();
    }
    let typed = call.and_then(|call| call.value(&["--profile"]));
    let get = |key: &str| section.and_then(|section| section.get(&[key]));
    let profile = typed.or_else(|| get("profile")?.text());
    // The same layout, written out.
    let is_like_black = [
        "multi_line_output",
        "force_grid_wrap",
        "include_trailing_comma",
    ]
    .iter()
    .any(|key| get(key).is_some());
    let is_elsewhere = call.is_some_and(|call| {
        call.has(&["--settings-path", "--settings-file", "--sp", "--settings"])
            || call.has(&["-m", "--multi-line", "--tc", "--trailing-comma"])
    });
    if profile.is_some() || is_like_black || is_elsewhere {
        return Vec::new();
    }
    let message = "isort wraps imports in another way than black, and each undoes the other's work";
    let Some(section) = section else {
        let place = call.map(|call| call.place.clone()).unwrap_or_default();
        let remedy = "Add `--profile black` to the call, or a table [tool.isort] with `profile = \"black\"` to pyproject.toml.";
        return vec![Complaint::new(place, message, remedy)];
    };
    let place = section.place();
    let (line, is_toml) = (section.line(), place.path.ends_with("pyproject.toml"));
    let setting = if is_toml {
        "profile = \"black\""
    } else {
        "profile = black"
    };
    let complaint = Complaint::new(place, message, format!("Add `{setting}` to the section."));
    vec![if line.trim_start().starts_with('[') {
        complaint.with_line(line, Some(format!("{line}\n{setting}")))
    } else {
        complaint
    }]
}

fn isort_line_length(project: &Project<'_>) -> Vec<Complaint> {
    let installed = project.python().and_then(|python| python.version("isort"));
    let is_early = installed
        .and_then(two_numbers)
        .is_some_and(|version| version < (9, 0));
    let Some((black, section)) = black(project).zip(isort(project)).filter(|_| is_early) else {
        return Vec::new();
    };
    let setting = section
        .get(&["line_length"])
        .or_else(|| section.get(&["line-length"]));
    let by_profile = section.get(&["profile"]).and_then(Setting::text);
    let default = if by_profile == Some("black") { 88 } else { 79 };
    let length = setting.and_then(Setting::number).unwrap_or(default);
    if length == black {
        return Vec::new();
    }
    let installed = installed.unwrap_or_default();
    vec![Complaint::new(
        setting.unwrap_or(section).place(),
        format!("isort {installed} wraps imports at {length}, but black wraps lines at {black}"),
        format!("Set `line_length = {black}` for isort."),
    )]
}

fn two_import_sorters(project: &Project<'_>) -> Vec<Complaint> {
    let ruff = Ruff::of(project).filter(|_| project.runs("ruff"));
    let selected = ruff.and_then(|ruff| ruff.selecting("I001"));
    let Some((call, selected)) = project.calls("isort").next().zip(selected) else {
        return Vec::new();
    };
    vec![Complaint::new(
        selected.place(),
        format!("ruff sorts imports, and so does `{}`", call.shown()),
        "Remove `I` from the rules of ruff, or the call of isort.",
    )]
}
