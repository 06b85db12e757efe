//! Configuration that its tool never reads, because another file comes first.

use crate::doctor::complaint::Complaint;
use crate::doctor::config_file::Setting;
use crate::doctor::facts::Project;
use crate::doctor::rule::{Area, DoctorRule, Look};
use crate::indirection::Place;
use crate::model::severity::Severity;

/// A place where a tool may be configured: the file, and the table in it; without a table, the file alone counts,
/// even an empty one.
type Source = (&'static str, &'static [&'static str]);

/// The places of one tool, the one that wins first.
struct Sources {
    tool: &'static str,
    places: &'static [Source],
}

const fn rule(
    id: &'static str,
    severity: Severity,
    finds: &'static str,
    look: fn(&Project<'_>) -> Vec<Complaint>,
) -> DoctorRule {
    DoctorRule {
        id,
        area: Area::Tools,
        severity,
        finds,
        remedy: "Move the settings to the file that wins, and remove the others.",
        look: Look::Project(look),
    }
}

pub(super) const RULES: &[DoctorRule] = &[
    rule(
        "doctor.shadowed.mypy",
        Severity::Error,
        "mypy is configured in several files of one directory; it reads the first of mypy.ini, .mypy.ini, pyproject.toml and setup.cfg, even if that one is empty",
        |project| shadowed(project, &MYPY),
    ),
    rule(
        "doctor.shadowed.ruff",
        Severity::Error,
        "ruff is configured in several files of one directory; it reads the first of .ruff.toml, ruff.toml and pyproject.toml",
        |project| shadowed(project, &RUFF),
    ),
    rule(
        "doctor.shadowed.pytest",
        Severity::Error,
        "pytest.ini, even an empty one, is beside another configuration of pytest, which is not read",
        |project| shadowed(project, &PYTEST),
    ),
    rule(
        "doctor.shadowed.pytest-section",
        Severity::Warning,
        "pytest is configured in pyproject.toml, and in tox.ini or setup.cfg, which is not read",
        |project| shadowed(project, &PYTEST_SECTIONS),
    ),
    rule(
        "doctor.shadowed.coverage",
        Severity::Error,
        "coverage is configured in several files of one directory; it reads the first of .coveragerc, setup.cfg, tox.ini and pyproject.toml",
        |project| shadowed(project, &COVERAGE),
    ),
    rule(
        "doctor.shadowed.pyright",
        Severity::Error,
        "pyrightconfig.json is beside a table [tool.pyright] in pyproject.toml, which is not read",
        |project| shadowed(project, &PYRIGHT),
    ),
    rule(
        "doctor.shadowed.flake8",
        Severity::Error,
        "flake8 is configured in several files of one directory; it reads the first of setup.cfg, tox.ini and .flake8",
        |project| shadowed(project, &FLAKE8),
    ),
    rule(
        "doctor.shadowed.isort",
        Severity::Error,
        "isort is configured in several files of one directory; it reads the first of .isort.cfg, pyproject.toml, setup.cfg and tox.ini",
        |project| shadowed(project, &ISORT),
    ),
    rule(
        "doctor.shadowed.eslint",
        Severity::Warning,
        "an .eslintrc file is beside eslint.config.*, with which ESLint does not read it",
        eslint,
    ),
    rule(
        "doctor.shadowed.biome",
        Severity::Error,
        "biome.jsonc is beside biome.json, with which Biome does not read it",
        |project| shadowed(project, &BIOME),
    ),
    rule(
        "doctor.shadowed.rustfmt",
        Severity::Error,
        "rustfmt.toml is beside .rustfmt.toml, with which rustfmt does not read it",
        |project| shadowed(project, &RUSTFMT),
    ),
    rule(
        "doctor.shadowed.clippy",
        Severity::Error,
        "clippy.toml is beside .clippy.toml, with which Clippy does not read it",
        |project| shadowed(project, &CLIPPY),
    ),
    rule(
        "doctor.shadowed.toolchain",
        Severity::Error,
        "rust-toolchain.toml is beside rust-toolchain, with which rustup does not read it",
        |project| shadowed(project, &TOOLCHAIN),
    ),
];

const MYPY: Sources = Sources {
    tool: "mypy",
    places: &[
        ("mypy.ini", &[]),
        (".mypy.ini", &[]),
        ("pyproject.toml", &["tool", "mypy"]),
        ("setup.cfg", &["mypy"]),
    ],
};

const RUFF: Sources = Sources {
    tool: "ruff",
    places: &[
        (".ruff.toml", &[]),
        ("ruff.toml", &[]),
        ("pyproject.toml", &["tool", "ruff"]),
    ],
};

const PYTEST: Sources = Sources {
    tool: "pytest",
    places: &[
        ("pytest.ini", &[]),
        ("pyproject.toml", &["tool", "pytest", "ini_options"]),
        ("pyproject.toml", &["tool", "pytest"]),
        ("tox.ini", &["pytest"]),
        ("setup.cfg", &["tool", "pytest"]),
    ],
};

const PYTEST_SECTIONS: Sources = Sources {
    tool: "pytest",
    places: &[
        ("pyproject.toml", &["tool", "pytest", "ini_options"]),
        ("pyproject.toml", &["tool", "pytest"]),
        ("tox.ini", &["pytest"]),
        ("setup.cfg", &["tool", "pytest"]),
    ],
};

const COVERAGE: Sources = Sources {
    tool: "coverage",
    places: &[
        (".coveragerc", &[]),
        ("setup.cfg", &["coverage"]),
        ("tox.ini", &["coverage"]),
        ("pyproject.toml", &["tool", "coverage"]),
    ],
};

const PYRIGHT: Sources = Sources {
    tool: "pyright",
    places: &[
        ("pyrightconfig.json", &[]),
        ("pyproject.toml", &["tool", "pyright"]),
    ],
};

const FLAKE8: Sources = Sources {
    tool: "flake8",
    places: &[
        ("setup.cfg", &["flake8"]),
        ("tox.ini", &["flake8"]),
        (".flake8", &["flake8"]),
    ],
};

const ISORT: Sources = Sources {
    tool: "isort",
    places: &[
        (".isort.cfg", &[]),
        ("pyproject.toml", &["tool", "isort"]),
        ("setup.cfg", &["isort"]),
        ("tox.ini", &["isort"]),
    ],
};

const BIOME: Sources = Sources {
    tool: "Biome",
    places: &[("biome.json", &[]), ("biome.jsonc", &[])],
};

const RUSTFMT: Sources = Sources {
    tool: "rustfmt",
    places: &[(".rustfmt.toml", &[]), ("rustfmt.toml", &[])],
};

const CLIPPY: Sources = Sources {
    tool: "Clippy",
    places: &[(".clippy.toml", &[]), ("clippy.toml", &[])],
};

const TOOLCHAIN: Sources = Sources {
    tool: "rustup",
    places: &[("rust-toolchain", &[]), ("rust-toolchain.toml", &[])],
};

/// A place where a tool is configured, as messages name it.
fn name((file, table): Source) -> String {
    match (table, file) {
        ([], _) => file.to_owned(),
        (table, "pyproject.toml") => format!("[{}] in {file}", table.join(".")),
        (table, _) => format!("[{}] in {file}", table.join(":")),
    }
}

fn place(project: &Project<'_>, (file, table): Source) -> Option<Place> {
    let file = project.file(file)?;
    match table {
        [] => Some(file.whole()),
        table => file.get(table).map(Setting::place),
    }
}

/// Complains about every place but the first one.
fn shadowed(project: &Project<'_>, sources: &Sources) -> Vec<Complaint> {
    // Which file is read is up to the call then.
    let tool = sources.tool.to_ascii_lowercase();
    if !project.searches(&tool) || tool == "ruff" && !project.searches("ruff-format") {
        return Vec::new();
    }
    let present = sources.places.iter();
    let mut present: Vec<(Source, Place)> = present
        .filter_map(|source| Some((*source, place(project, *source)?)))
        .collect();
    // One table may lie in another.
    present.dedup_by_key(|((file, _), _)| *file);
    let mut present = present.into_iter();
    let Some((winner, _)) = present.next() else {
        return Vec::new();
    };
    // Where pytest.ini wins, that is a rule of its own; the others are one without it.
    let is_sections = sources.places.len() < PYTEST.places.len() && sources.tool == PYTEST.tool;
    let is_left_to_other = match sources.tool == PYTEST.tool {
        true if is_sections => project.file("pytest.ini").is_some(),
        true => winner.0 != "pytest.ini",
        false => false,
    };
    if is_left_to_other {
        return Vec::new();
    }
    let complaint = |(loser, place): (Source, Place)| {
        let (loser, winner) = (name(loser), name(winner));
        let message = format!(
            "{loser} has no effect: {} reads {winner} and nothing else",
            sources.tool
        );
        Complaint::new(
            place,
            message,
            format!("Move its settings to {winner}, and remove {loser}."),
        )
    };
    present.map(complaint).collect()
}

fn eslint(project: &Project<'_>) -> Vec<Complaint> {
    let Some(winner) = super::javascript::flat_config(project) else {
        return Vec::new();
    };
    let legacy = super::javascript::legacy_configs(project);
    legacy
        .map(|file| {
            let message = format!(
                "{} has no effect: ESLint reads {} and nothing else",
                file.name(),
                winner.name()
            );
            let remedy = format!(
                "Move its settings to {}, and remove {}.",
                winner.name(),
                file.name()
            );
            Complaint::new(file.whole(), message, remedy)
        })
        .collect()
}
