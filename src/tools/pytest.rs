//! pytest and unittest: tests in Python.

use super::artifact::{Artifact, ArtifactKind};
use super::call::Call;
use super::configuration::{Configuration, configuration, ini, toml};
use super::family::Family;
use super::options::HarmlessOptions;
use super::program::Program;
use super::silencer::{PYTHON, ReasonStyle, Silencer, SourcePart};
use super::strict_setting::{ArgumentEffects, ListKind, StrictSetting, StrictWhen, Unset};
use super::swallowed_status::SwallowedStatus;
use super::variable::WeakeningVariable;

pub(super) const FAMILY: Family = Family {
    configurations: &[PYTEST],
    uncompared: &["conftest.py"],
    silencers: SILENCERS,
    variables: VARIABLES,
    programs: PROGRAMS,
    artifacts: ARTIFACTS,
    ..Family::NONE
};

/// Directories that pytest does not enter by default.
const NOT_ENTERED: &[&str] = &[
    "*.egg",
    ".*",
    "_darcs",
    "build",
    "CVS",
    "dist",
    "{arch}",
    "*.egg-info",
];

/// The effects of arguments in `addopts`.
const ARGUMENTS: ArgumentEffects = ArgumentEffects {
    loosens: |option, value| match option {
        "--ignore"
        | "--ignore-glob"
        | "--deselect"
        | "--no-cov"
        | "--collect-only"
        | "--co"
        | "--setup-only"
        | "--setup-plan"
        | "--lf"
        | "--last-failed"
        | "--disable-pytest-warnings"
        | "--suppress-no-test-exit-code"
        | "--suppress-tests-failed-exit-code" => true,
        "-k" | "-m" => value
            .split_whitespace()
            .any(|word| word.trim_matches('(') == "not"),
        // Without its cache, pytest checks the same.
        "-p" => value.starts_with("no:") && value != "no:cacheprovider",
        "-W" | "--pythonwarnings" => value == "ignore",
        "-o" | "--override-ini" => value.ends_with("=false"),
        _ => false,
    },
    tightens: |option, value| match option {
        "--strict" | "--strict-markers" | "--strict-config" | "--xfail-strict"
        | "--doctest-modules" | "--doctest-glob" => true,
        "-W" | "--pythonwarnings" => value.starts_with("error"),
        _ => false,
    },
    minimum: "--cov-fail-under",
};

const PYTEST: Configuration = configuration(
    "pytest",
    Some("config.pytest.removed"),
    &[
        toml("pytest.toml", "pytest"),
        toml(".pytest.toml", "pytest"),
        ini("pytest.ini", "pytest"),
        ini(".pytest.ini", "pytest"),
        toml("pyproject.toml", "tool.pytest.ini_options"),
        toml("pyproject.toml", "tool.pytest"),
        ini("tox.ini", "pytest"),
        ini("setup.cfg", "tool.pytest"),
    ],
    &[
        StrictSetting::new(
            "config.pytest.addopts",
            &["addopts"],
            StrictWhen::Arguments(ARGUMENTS),
        )
        .implied_by(&["strict", "strict-markers", "strict-config"]),
        StrictSetting::new(
            "config.pytest.strict",
            &["strict", "strict-*"],
            StrictWhen::On(false),
        ),
        StrictSetting::new(
            "config.pytest.strict",
            &["xfail-strict"],
            StrictWhen::On(false),
        )
        .implied_by(&["strict"]),
        StrictSetting::new(
            "config.pytest.filterwarnings",
            &["filterwarnings"],
            StrictWhen::Long(ListKind::Errors, Unset::These(&[])),
        ),
        StrictSetting::new(
            "config.pytest.testpaths",
            &["testpaths"],
            StrictWhen::Long(ListKind::Words, Unset::Enough),
        ),
        StrictSetting::new(
            "config.pytest.testpaths",
            &["python-files", "python-classes", "python-functions"],
            StrictWhen::Long(ListKind::Words, Unset::Enough),
        ),
        StrictSetting::new(
            "config.pytest.testpaths",
            &["norecursedirs", "collect-ignore", "collect-ignore-glob"],
            StrictWhen::Short(ListKind::Words, NOT_ENTERED),
        ),
    ],
);

const SILENCERS: &[Silencer] = &[
    Silencer {
        rule: "python.test-skip",
        words: &["skip", "xfail", "expectedfailure"],
        pattern: r"@(?:pytest\.mark\.(?:skip|xfail)|unittest\.(?:skip|expectedFailure))\b(?:\s*\()?|\bpytestmark\s*=\s*pytest\.mark\.(?:skip|xfail)\b(?:\s*\()?|\bpytest\.skip\(|\bself\.skipTest\(",
        part: SourcePart::Code,
        reason: ReasonStyle::Argument,
        message: "this skips a test without a reason",
        help: "fix the test, or give a reason: reason=\"...\"",
        ..PYTHON
    },
    Silencer {
        rule: "python.test-skipif",
        words: &["skipif", "skipunless"],
        pattern: r"@(?:pytest\.mark\.skipif|unittest\.(?:skipIf|skipUnless))\b(?:\s*\()?",
        part: SourcePart::Code,
        reason: ReasonStyle::Argument,
        message: "this skips a test under a condition",
        help: "give a reason: reason=\"...\"",
        ..PYTHON
    },
];

const VARIABLES: &[WeakeningVariable] = &[
    WeakeningVariable::unless_harmless("PYTEST_ADDOPTS", "pytest", HARMLESS_OPTIONS),
    WeakeningVariable::always("PYTEST_PLUGINS", "pytest"),
];

/// Options that leave pytest as strict as it was. Plugins add more options, and a path narrows a
/// run, so anything else counts as weaker.
const HARMLESS_OPTIONS: HarmlessOptions = HarmlessOptions {
    letters: "vqslx",
    flags: &[
        "--cache-clear",
        "--create-db",
        "--disable-pytest-warnings",
        "--disable-warnings",
        "--exitfirst",
        "--failed-first",
        "--ff",
        "--full-trace",
        "--new-first",
        "--nf",
        "--no-header",
        "--no-showlocals",
        "--no-summary",
        "--quiet",
        "--reuse-db",
        "--runxfail",
        "--showlocals",
        "--strict",
        "--strict-config",
        "--strict-markers",
        "--verbose",
        "-pno:cacheprovider",
        "-pno:randomly",
    ],
    valued: &[
        "--basetemp",
        "--capture",
        "--code-highlight",
        "--color",
        "--dist",
        "--durations",
        "--durations-min",
        "--junit-xml",
        "--junitxml",
        "--maxfail",
        "--maxprocesses",
        "--numprocesses",
        "--randomly-seed",
        "--show-capture",
        "--tb",
        "--timeout",
        "--verbosity",
        "-n",
        "-r",
    ],
};

const PROGRAMS: &[Program] = &[Program {
    cannot_fail: runs_no_test,
    ..Program::new(&["pytest", "py.test"])
}];

fn runs_no_test(call: &Call<'_>) -> Option<SwallowedStatus> {
    let word = call.option(&["--collect-only", "--co", "--setup-only", "--setup-plan"])?;
    Some(SwallowedStatus::by_tool(
        word.span.clone(),
        "no test is run",
        format!("remove `{}`", word.text),
    ))
}

const ARTIFACTS: &[Artifact] =
    &[Artifact::new(".pytest_cache", ArtifactKind::Cache)
        .made_in(&["pyproject.toml", "setup.cfg"])];
