//! coverage.py, and services that monitor a project's coverage.

use super::artifact::{Artifact, ArtifactKind};
use super::call::Call;
use super::configuration::{Configuration, configuration, ini, toml};
use super::family::Family;
use super::program::Program;
use super::silencer::{PYTHON, Silencer};
use super::strict_setting::{ListKind, StrictSetting, StrictWhen, Unset};
use super::variable::WeakeningVariable;
use crate::shell::Word;

pub(super) const FAMILY: Family = Family {
    configurations: &[COVERAGE],
    uncompared: &[".codecov.yml", ".coveralls.yml", "codecov.yml"],
    silencers: SILENCERS,
    variables: VARIABLES,
    programs: PROGRAMS,
    artifacts: ARTIFACTS,
    ..Family::NONE
};

const COVERAGE: Configuration = configuration(
    "coverage",
    Some("config.coverage.removed"),
    &[
        ini(".coveragerc", ""),
        toml(".coveragerc.toml", "tool.coverage"),
        ini("setup.cfg", "coverage"),
        ini("tox.ini", "coverage"),
        toml("pyproject.toml", "tool.coverage"),
    ],
    &[
        StrictSetting::new(
            "config.coverage.fail-under",
            &["report.fail-under"],
            StrictWhen::High(0.0),
        ),
        StrictSetting::new(
            "config.coverage.omit",
            &["run.omit", "report.omit"],
            StrictWhen::Short(ListKind::Paths, &[]),
        ),
        StrictSetting::new(
            "config.coverage.exclude",
            &["report.exclude-*"],
            StrictWhen::Short(ListKind::Lines, &[]),
        ),
        StrictSetting::new(
            "config.coverage.branch",
            &["run.branch"],
            StrictWhen::On(false),
        ),
        StrictSetting::new(
            "config.coverage.omit",
            &[
                "run.source",
                "run.source-pkgs",
                "run.include",
                "report.include",
            ],
            StrictWhen::Long(ListKind::Paths, Unset::Enough),
        ),
    ],
);

const SILENCERS: &[Silencer] = &[Silencer {
    rule: "python.no-cover",
    words: &["pragma"],
    pattern: r"#\s*pragma:\s*no\s*(?:cover|branch)",
    message: "this excludes lines from coverage",
    help: "test them, or give a reason: `# pragma: no cover -- reason`",
    ..PYTHON
}];

const VARIABLES: &[WeakeningVariable] = &[WeakeningVariable::always("COVERAGE_RCFILE", "coverage")];

const PROGRAMS: &[Program] = &[Program {
    starts: measured,
    ..Program::new(&["coverage"])
}];

/// The module that `coverage run -m` measures.
fn measured<'w>(call: &Call<'w>) -> Option<&'w [Word]> {
    if !call.begins_with("run") {
        return None;
    }
    let module = call.position("-m")?;
    Some(&call.arguments[module + 1..])
}

const ARTIFACTS: &[Artifact] = &[
    Artifact::new(".coverage", ArtifactKind::Product),
    Artifact::new("coverage", ArtifactKind::Product),
    Artifact::new("htmlcov", ArtifactKind::Product),
];
