//! Sections that stand where their tool does not look, and files that cannot be read.

use crate::doctor::complaint::Complaint;
use crate::doctor::config_file::{ConfigFile, Setting};
use crate::doctor::facts::{Named, Project};
use crate::doctor::installed::two_numbers;
use crate::doctor::rule::{Area, DoctorRule, Look};
use crate::model::severity::Severity;

const fn rule(
    id: &'static str,
    finds: &'static str,
    remedy: &'static str,
    look: fn(&Project<'_>) -> Vec<Complaint>,
) -> DoctorRule {
    DoctorRule {
        id,
        area: Area::Tools,
        severity: Severity::Error,
        finds,
        remedy,
        look: Look::Project(look),
    }
}

pub(super) const RULES: &[DoctorRule] = &[
    rule(
        "doctor.unreadable",
        "a configuration file cannot be parsed; some tools fail, and others (mypy, bandit) go on without their settings",
        "Correct the file.",
        unreadable,
    ),
    rule(
        "doctor.flake8-in-pyproject",
        "[tool.flake8] is in pyproject.toml, which flake8 reads only with the plugin Flake8-pyproject",
        "Move the settings to .flake8, or install Flake8-pyproject.",
        flake8_in_pyproject,
    ),
    rule(
        "doctor.flake8-comment",
        "a list in the section of flake8 has a comment behind a code; flake8 takes the comment for codes and breaks off",
        "Move the comment to a line of its own. `--fix` does it.",
        flake8_comments,
    ),
    rule(
        "doctor.pytest-section",
        "setup.cfg has a section [pytest], at which pytest breaks off; there, it reads [tool:pytest]",
        "Rename the section. `--fix` does it.",
        |project| {
            misnamed(
                project,
                ("pytest", "tool:pytest"),
                "pytest breaks off at it",
            )
        },
    ),
    rule(
        "doctor.mypy-section",
        "setup.cfg has a section [tool:mypy]; there, mypy reads [mypy]",
        "Rename the section. `--fix` does it.",
        |project| misnamed(project, ("tool:mypy", "mypy"), "it has no effect"),
    ),
    rule(
        "doctor.pytest-two-tables",
        "pyproject.toml has settings in [tool.pytest] and in [tool.pytest.ini_options]; pytest 9 breaks off, and earlier versions read the latter only",
        "Keep one of the tables.",
        pytest_two_tables,
    ),
    rule(
        "doctor.pytest-table-unread",
        "pytest is configured in [tool.pytest] of pyproject.toml, which versions before 9 do not read",
        "Rename the table to [tool.pytest.ini_options], or upgrade pytest.",
        pytest_table_unread,
    ),
];

/// The longest file that is read as a configuration, in bytes.
const LONGEST: usize = 256 << 10;

fn unreadable(project: &Project<'_>) -> Vec<Complaint> {
    const FILES: [&str; 9] = [
        "pyproject.toml",
        "ruff.toml",
        ".ruff.toml",
        "setup.cfg",
        ".flake8",
        "mypy.ini",
        "Cargo.toml",
        "rustfmt.toml",
        "package.json",
    ];
    let files = FILES.iter().filter_map(|name| project.file(name));
    let damaged = files.filter(|file| file.is_damaged() && file.text.len() <= LONGEST);
    let complaint = |file: &ConfigFile| {
        let (line, why) = what_is_wrong(file);
        let what = match file.name() {
            "pyproject.toml" => {
                "ruff, black, pytest and others fail; mypy and bandit ignore it and use their defaults"
            }
            _ => "its tool fails, or ignores it",
        };
        let message = format!("{} cannot be parsed{why}: {what}", file.name());
        Complaint::new(
            file.at_line(line),
            message,
            format!("Correct {}.", file.name()),
        )
    };
    damaged.map(complaint).collect()
}

/// The line on which a file cannot be parsed, and why, if the parser says so.
fn what_is_wrong(file: &ConfigFile) -> (usize, String) {
    if file
        .path
        .extension()
        .is_none_or(|extension| extension != "toml")
    {
        return (1, String::new());
    }
    let Err(error) = file.text.parse::<toml::Table>() else {
        return (1, String::new());
    };
    let at = error.span().map_or(0, |span| span.start);
    let before = file.text.get(..at).unwrap_or_default();
    let line = 1 + before.matches('\n').count();
    (line, format!(" ({})", error.message()))
}

fn flake8_in_pyproject(project: &Project<'_>) -> Vec<Complaint> {
    let table = project.pyproject(&["tool", "flake8"]);
    let Some(table) = table.filter(|_| project.searches("flake8")) else {
        return Vec::new();
    };
    let is_there = match project.python() {
        Some(packages) => {
            let mut plugins = ["flake8-pyproject", "pyproject-flake8"].into_iter();
            plugins.any(|name| packages.version(name).is_some())
        }
        None => false,
    };
    // What is installed elsewhere is not known, but it is named somewhere.
    let mut texts = project.facts.configuration.values();
    let is_named = texts.any(|file| {
        let text = file.text.to_lowercase();
        [
            "flake8-pyproject",
            "pyproject-flake8",
            "pflake8",
            "flake9",
            "flakeheaven",
        ]
        .iter()
        .any(|name| text.contains(name))
    });
    if is_there || is_named {
        return Vec::new();
    }
    vec![Complaint::new(
        table.place(),
        "flake8 never reads pyproject.toml, so these settings have no effect",
        "Move them to a section [flake8] in .flake8, or install Flake8-pyproject.",
    )]
}

/// Lines such as `E203, # why` in the section of flake8.
fn flake8_comments(project: &Project<'_>) -> Vec<Complaint> {
    let usual = ["setup.cfg", "tox.ini", ".flake8"];
    let files: Vec<&ConfigFile> = match project.named("flake8") {
        Named::Nothing => usual.iter().filter_map(|name| project.file(name)).collect(),
        Named::File(file) => vec![file],
        Named::Unread => Vec::new(),
    };
    files.into_iter().flat_map(flake8_comments_in).collect()
}

fn flake8_comments_in(file: &ConfigFile) -> Vec<Complaint> {
    let Some(heading) = file.heading("flake8") else {
        return Vec::new();
    };
    let lines = file.text.lines().enumerate().skip(heading);
    let section = lines.take_while(|(_, line)| !line.starts_with('['));
    let mut key = "";
    let mut complaints = Vec::new();
    for (at, line) in section {
        if line.trim_start().starts_with(['#', ';']) {
            continue;
        }
        if !line.starts_with([' ', '\t']) {
            key = line.split(['=', ':']).next().unwrap_or_default().trim();
        }
        let key = key.replace('_', "-");
        let is_list = matches!(
            key.as_str(),
            "ignore" | "extend-ignore" | "select" | "extend-select" | "per-file-ignores"
        );
        let Some((before, comment)) = line.split_once('#').filter(|_| is_list) else {
            continue;
        };
        if before.trim().is_empty() || !before.ends_with([' ', '\t']) {
            continue;
        }
        let indent: String = line.chars().take_while(|c| c.is_whitespace()).collect();
        let new = format!("{indent}#{comment}\n{}", before.trim_end());
        let complaint = Complaint::new(
            file.at_line(at + 1),
            format!("flake8 takes the comment for a part of `{key}` and breaks off"),
            "Move the comment to a line of its own.",
        );
        complaints.push(complaint.with_line(line, Some(new)));
    }
    complaints
}

/// A section of setup.cfg with the name that it has elsewhere, and what comes of it.
fn misnamed(project: &Project<'_>, (wrong, right): (&str, &str), outcome: &str) -> Vec<Complaint> {
    // pytest reads it even if a call names another file, to find its root.
    let tool = right.trim_start_matches("tool:");
    let is_read = tool == "pytest" || project.searches(tool);
    let Some(file) = project.file("setup.cfg").filter(|_| is_read) else {
        return Vec::new();
    };
    let Some(line) = file.heading(wrong) else {
        return Vec::new();
    };
    let complaint = Complaint::new(
        file.at_line(line),
        format!("the section [{wrong}] is called [{right}] in setup.cfg; {outcome}"),
        format!("Rename it to [{right}]."),
    );
    if file.heading(right).is_some() {
        return vec![complaint];
    }
    let old = file.line(line);
    let new = old.replacen(&format!("[{wrong}]"), &format!("[{right}]"), 1);
    vec![if new == old {
        complaint
    } else {
        complaint.with_line(old, Some(new))
    }]
}

/// The settings in [tool.pytest] itself.
fn own_settings<'f>(project: &Project<'f>) -> Option<Setting<'f>> {
    let table = project.table_of("pytest", &["tool", "pytest"])?;
    let mut keys = table.keys();
    let (_, setting) = keys.find(|(key, _)| *key != "ini_options")?;
    Some(setting)
}

fn pytest_two_tables(project: &Project<'_>) -> Vec<Complaint> {
    let both = own_settings(project).zip(project.pyproject(&["tool", "pytest", "ini_options"]));
    let Some((own, options)) = both else {
        return Vec::new();
    };
    vec![Complaint::new(
        own.place(),
        format!(
            "pytest 9 refuses [tool.pytest] beside [tool.pytest.ini_options] ({})",
            options.shown()
        ),
        "Move the settings to one of the two tables.",
    )]
}

fn pytest_table_unread(project: &Project<'_>) -> Vec<Complaint> {
    let installed = project.python().and_then(|python| python.version("pytest"));
    let is_early = installed
        .and_then(two_numbers)
        .is_some_and(|version| version < (9, 0));
    let is_alone = project
        .pyproject(&["tool", "pytest", "ini_options"])
        .is_none();
    match (own_settings(project), installed) {
        (Some(own), Some(installed)) if is_early && is_alone => vec![Complaint::new(
            own.place(),
            format!(
                "pytest {installed} does not read [tool.pytest], so these settings have no effect"
            ),
            "Rename the table to [tool.pytest.ini_options], or upgrade to pytest 9.",
        )],
        _ => Vec::new(),
    }
}
