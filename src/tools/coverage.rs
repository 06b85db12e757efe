//! coverage.py, and services that monitor a project's coverage.

use super::artifact::{Artifact, ArtifactKind};
use super::call::Call;
use super::call_options::{CallOptions, StrictNumber};
use super::checker::{Checker, Packages, TESTED_FILES};
use super::configuration::{Configuration, UncomparedFiles, configuration, ini, toml};
use super::family::Family;
use super::program::Program;
use super::pytest::COVERAGE_SIGNS;
use super::sign::Sign;
use super::silencer::{PYTHON, Silencer};
use super::strict_setting::{FirstTime, ListKind, StrictWhen, Unset};
use super::variable::WeakeningVariable;
use crate::model::gate::GateKind;
use crate::model::rule::rules;
use crate::shell::Word;

pub(super) const FAMILY: Family = Family {
    configurations: &[COVERAGE],
    uncompared: &[UncomparedFiles::new(
        &[".codecov.yml", ".coveralls.yml", "codecov.yml"],
        &[],
    )],
    silencers: SILENCERS,
    variables: VARIABLES,
    programs: PROGRAMS,
    artifacts: ARTIFACTS,
    checkers: CHECKERS,
    ..Family::NONE
};

rules! { AddedLines:
    PYTHON_NO_COVER = Off "python.no-cover" "`# pragma: no cover`, `no branch`";
}

rules! { ToolConfiguration:
    COVERAGE_FAIL_UNDER = Error "config.coverage.fail-under" "`fail_under` is lower";
    COVERAGE_OMIT = Error "config.coverage.omit"
        "`omit` is longer, or `source` or `include` is shorter";
    COVERAGE_EXCLUDE = Error "config.coverage.exclude"
        "`exclude_lines` or `exclude_also` is longer";
    COVERAGE_BRANCH = Error "config.coverage.branch" "`branch` is off";
    COVERAGE_REMOVED = Error "config.coverage.removed" "the configuration was removed";
}

const COVERAGE: Configuration = Configuration {
    read_by: &["coverage", "pytest", "py.test"],
    ..configuration(
        "coverage",
        Some(&COVERAGE_REMOVED),
        &[
            ini(".coveragerc", ""),
            toml(".coveragerc.toml", "tool.coverage"),
            ini("setup.cfg", "coverage"),
            ini("tox.ini", "coverage"),
            toml("pyproject.toml", "tool.coverage"),
        ],
        &[
            COVERAGE_FAIL_UNDER.settings(&["report.fail-under"], StrictWhen::High(0.0)),
            // Without a minimum, no part of a project has to be covered.
            COVERAGE_OMIT
                .settings(
                    &["run.omit", "report.omit"],
                    StrictWhen::Short(ListKind::Paths, &[]),
                )
                .at_first(FirstTime::NothingWithout("fail-under")),
            COVERAGE_EXCLUDE
                .settings(
                    &["report.exclude-*", "report.partial-*"],
                    StrictWhen::Short(ListKind::Lines, &[]),
                )
                .at_first(FirstTime::NothingWithout("fail-under")),
            COVERAGE_BRANCH.settings(&["run.branch"], StrictWhen::On(false)),
            COVERAGE_OMIT.settings(
                &[
                    "run.source",
                    "run.source-pkgs",
                    "run.include",
                    "report.include",
                ],
                StrictWhen::Long(ListKind::Paths, Unset::Enough),
            ),
        ],
    )
};

const SILENCERS: &[Silencer] = &[Silencer {
    rule: &PYTHON_NO_COVER,
    words: &["pragma"],
    pattern: r"#\s*(?i:pragma)[:\s]?\s*(?i:no)\s*(?i:cover|branch)",
    message: "this excludes lines from coverage",
    help: "test them, or give a reason: `# pragma: no cover -- reason`",
    ..PYTHON
}];

const VARIABLES: &[WeakeningVariable] = &[WeakeningVariable::always("COVERAGE_RCFILE", "coverage")];

const PROGRAMS: &[Program] = &[Program {
    starts: measured,
    ..Program::new(&["coverage"])
}];

/// What `coverage run` measures: a module or a script.
fn measured<'w>(call: &Call<'w>) -> Option<&'w [Word]> {
    if !call.begins_with("run") {
        return None;
    }
    if let Some(module) = call.position("-m") {
        return Some(&call.arguments[module + 1..]);
    }
    let is_script = |word: &Word| word.text.strip_suffix(".py").is_some();
    let script = call.arguments.iter().position(is_script)?;
    Some(&call.arguments[script..])
}

const ARTIFACTS: &[Artifact] = &[
    Artifact::new(".coverage", ArtifactKind::Product),
    Artifact::new("coverage", ArtifactKind::Product),
    Artifact::new("htmlcov", ArtifactKind::Product),
];

const CHECKERS: &[Checker] = &[
    Checker {
        files: TESTED_FILES,
        packages: Packages::PyPi(&["coverage"]),
        success: Some(r"\b[1-9]\d* passed|^OK\b"),
        recorded: Some("7.17.5"),
        signs: COVERAGE_SIGNS,
        ..Checker::new(
            "coverage",
            GateKind::Test,
            &[
                &["coverage", "run", "-m", "pytest"],
                &["coverage", "run", "-m", "unittest"],
            ],
        )
    },
    Checker {
        packages: Packages::PyPi(&["coverage"]),
        success: Some("^TOTAL"),
        recorded: Some("7.17.5"),
        signs: &[Sign::nothing(r"^No data to report\.$").with(&[1])],
        options: REPORT_OPTIONS,
        ..Checker::new(
            "coverage-report",
            GateKind::Test,
            &[&["coverage", "report"]],
        )
    },
];

/// The options of coverage-report.
const REPORT_OPTIONS: CallOptions = CallOptions {
    neutral: &["-m", "--show-missing", "--skip-covered", "--skip-empty"],
    neutral_valued: &["--sort"],
    looser_valued: &["--omit"],
    numbers: &[("--fail-under", StrictNumber::High)],
    ..CallOptions::UNKNOWN
};
