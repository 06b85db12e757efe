//! Settings of ruff.

use super::python::Ruff;
use crate::doctor::complaint::Complaint;
use crate::doctor::config_file::Setting;
use crate::doctor::facts::Project;
use crate::doctor::installed::two_numbers;
use crate::doctor::rule::{Area, DoctorRule, Look};
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
        "doctor.ruff-fixes",
        Severity::Error,
        "`fix = true` is set for ruff, so that a check without `--no-fix` edits files and passes",
        "Remove the setting; the `fix` command of the gate has `--fix`. `--fix` of doctor removes it.",
        fixes,
    ),
    rule(
        "doctor.ruff-top-level",
        Severity::Warning,
        "settings of the linter of ruff stand outside of its table `lint`, which is deprecated",
        "Move them to [tool.ruff.lint], or [lint] in ruff.toml.",
        top_level,
    ),
    rule(
        "doctor.ruff-format-rules",
        Severity::Warning,
        "a rule of ruff is selected that contradicts its formatter",
        "Add the rule to `ignore`.",
        format_rules,
    ),
];

fn fixes(project: &Project<'_>) -> Vec<Complaint> {
    let setting = Ruff::of(project).and_then(|ruff| ruff.root.get(&["fix"]));
    let Some(setting) = setting.filter(|setting| setting.is_true()) else {
        return Vec::new();
    };
    let mut calls = project.calls("ruff");
    let Some(call) = calls.find(|call| !call.has(&["--no-fix", "--fix", "--diff"])) else {
        return Vec::new();
    };
    let line = setting.line();
    let complaint = Complaint::new(
        setting.place(),
        format!(
            "`{}` edits files and passes, because `fix = true` is set",
            call.shown()
        ),
        "Remove `fix = true`, or add `--no-fix` to the call.",
    );
    vec![if line.trim_start().starts_with("fix") {
        // A comment behind it stays.
        let comment = line.split_once('#').map(|(_, words)| format!("#{words}"));
        complaint.with_line(line, comment)
    } else {
        complaint
    }]
}

fn top_level(project: &Project<'_>) -> Vec<Complaint> {
    const KEYS: [&str; 12] = [
        "select",
        "extend-select",
        "ignore",
        "extend-ignore",
        "per-file-ignores",
        "fixable",
        "unfixable",
        "isort",
        "pydocstyle",
        "mccabe",
        "flake8-quotes",
        "dummy-variable-rgx",
    ];
    let Some(ruff) = Ruff::of(project) else {
        return Vec::new();
    };
    let mut keys = ruff.root.keys().filter(|(key, _)| KEYS.contains(key));
    let Some((key, setting)) = keys.next() else {
        return Vec::new();
    };
    let more = keys.count();
    let others = if more == 0 {
        String::new()
    } else {
        format!(" and {}", crate::base::text::count(more, "other setting"))
    };
    vec![Complaint::new(
        setting.place(),
        format!(
            "`{key}`{others} of the linter stand outside of the table `lint`, which is deprecated"
        ),
        "Move them to [tool.ruff.lint], or [lint] in ruff.toml.",
    )]
}

fn format_rules(project: &Project<'_>) -> Vec<Complaint> {
    let Some(ruff) = Ruff::of(project).filter(|_| project.runs("ruff-format")) else {
        return Vec::new();
    };
    let text = |path: &[&str]| ruff.root.get(path).and_then(Setting::text);
    let installed = project.python().and_then(|python| python.version("ruff"));
    let is_early = installed
        .and_then(two_numbers)
        .is_some_and(|version| version < (0, 9));
    let linted_quotes = text(&["lint", "flake8-quotes", "inline-quotes"]).unwrap_or("double");
    let written_quotes = text(&["format", "quote-style"]).unwrap_or("double");
    let is_other_quote = linted_quotes != written_quotes && written_quotes != "preserve";
    let conflicts = [
        ("COM812", true, "trailing commas"),
        ("Q000", is_other_quote, "quotes"),
        ("ISC001", is_early, "strings that it has put in one line"),
        (
            "W191",
            text(&["format", "indent-style"]) == Some("tab"),
            "tabs",
        ),
    ];
    let conflicts = conflicts.into_iter().filter(|(_, applies, _)| *applies);
    let complaint = |(code, _, what)| {
        let selected = ruff.selecting(code)?;
        // With `ALL`, ruff itself warns.
        let is_named = selected.text().is_some_and(|text| text != "ALL");
        is_named.then(|| {
            Complaint::new(
                selected.place(),
                format!("{code} reports {what} that `ruff format` writes"),
                format!("Add \"{code}\" to `ignore` in [tool.ruff.lint]."),
            )
        })
    };
    conflicts.filter_map(complaint).collect()
}
