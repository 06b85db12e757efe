//! pytest and unittest: tests in Python.

use super::artifact::{Artifact, ArtifactKind};
use super::call::Call;
use super::call_options::{CallOptions, Operands, StrictNumber};
use super::checker::{Checker, Findings, Packages, TESTED_FILES};
use super::color::ColorVariable;
use super::configuration::{Configuration, UncomparedFiles, configuration, ini, toml};
use super::family::Family;
use super::options::HarmlessOptions;
use super::program::Program;
use super::sign::Sign;
use super::silencer::{FileScope, PYTHON, ReasonStyle, Silencer, SourcePart};
use super::strict_setting::{ArgumentEffects, FirstTime, ListKind, StrictWhen, Unset};
use super::swallowed_status::SwallowedStatus;
use super::variable::WeakeningVariable;
use crate::model::gate::GateKind;
use crate::model::rule::rules;

pub(super) const FAMILY: Family = Family {
    configurations: &[PYTEST],
    uncompared: &[UncomparedFiles::new(
        &["conftest.py"],
        &["pytest", "py.test", "hatch", "tox", "nox"],
    )],
    silencers: SILENCERS,
    variables: VARIABLES,
    programs: PROGRAMS,
    artifacts: ARTIFACTS,
    checkers: CHECKERS,
    colors: COLORS,
    ..Family::NONE
};

const COLORS: &[ColorVariable] = &[ColorVariable::new("pytest", "PY_COLORS", "1")];

rules! { AddedLines:
    PYTHON_TEST_SKIP = Error "python.test-skip"
        "`@pytest.mark.skip`, `xfail`, `pytest.skip()`, `@unittest.skip`, `expectedFailure`, \
        `raise SkipTest`, `__test__ = False`, `collect_ignore` without a reason";
    PYTHON_TEST_SKIPIF = Off "python.test-skipif"
        "`@pytest.mark.skipif`, `@unittest.skipIf`, `skipUnless`, `pytest.importorskip()`";
}

rules! { ToolConfiguration:
    PYTEST_ADDOPTS = Error "config.pytest.addopts"
        "`addopts` has `--ignore`, `--deselect`, `-k ...`, `-m ...` or `-p no:...`, a lower `--cov-fail-under`, or no longer `--strict-markers` or `-W error`";
    PYTEST_STRICT = Error "config.pytest.strict"
        "`strict`, one of its flags, or `xfail_strict` is off";
    PYTEST_FILTERWARNINGS = Error "config.pytest.filterwarnings"
        "`filterwarnings` has lost an `error`";
    PYTEST_TESTPATHS = Warn "config.pytest.testpaths"
        "`testpaths` or a pattern of test names is shorter, or `norecursedirs` is longer";
    PYTEST_REMOVED = Error "config.pytest.removed" "the configuration was removed";
}

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
        | "--suppress-tests-failed-exit-code"
        | "--stepwise"
        | "--sw"
        | "--stepwise-skip"
        | "--sw-skip"
        | "--fixtures"
        | "--markers"
        | "--noconftest"
        | "--doctest-ignore-import-errors" => true,
        // Only some tests are run.
        "-k" | "-m" => !value.is_empty(),
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

const PYTEST: Configuration = Configuration {
    read_by: &["pytest", "py.test"],
    ..configuration(
        "pytest",
        Some(&PYTEST_REMOVED),
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
            PYTEST_ADDOPTS
                .settings(&["addopts"], StrictWhen::Arguments(ARGUMENTS))
                .implied_by(&["strict", "strict-markers", "strict-config"]),
            PYTEST_STRICT.settings(&["strict", "strict-*"], StrictWhen::On(false)),
            PYTEST_STRICT
                .settings(&["xfail-strict"], StrictWhen::On(false))
                .implied_by(&["strict"]),
            PYTEST_FILTERWARNINGS.settings(
                &["filterwarnings"],
                StrictWhen::Long(ListKind::Errors, Unset::These(&[])),
            ),
            PYTEST_TESTPATHS.settings(
                &["testpaths"],
                StrictWhen::Long(ListKind::Words, Unset::Enough),
            ),
            PYTEST_TESTPATHS
                .settings(
                    &["python-files"],
                    StrictWhen::Long(ListKind::Words, Unset::Enough),
                )
                .at_first(FirstTime::entries(&["test_*.py"])),
            PYTEST_TESTPATHS.settings(
                &["python-classes", "python-functions"],
                StrictWhen::Long(ListKind::Words, Unset::Enough),
            ),
            PYTEST_TESTPATHS.settings(
                &["norecursedirs", "collect-ignore", "collect-ignore-glob"],
                StrictWhen::Short(ListKind::Words, NOT_ENTERED),
            ),
        ],
    )
};

const SILENCERS: &[Silencer] = &[
    Silencer {
        rule: &PYTHON_TEST_SKIP,
        words: &["skip", "xfail", "expectedfailure"],
        pattern: r"@?\b(?:\w+\.)?mark\.(?:skip|xfail)\b(?:\s*\()?|@\w+\.(?:skip|expectedFailure)\b(?:\s*\()?|\bpytest\.(?:skip|xfail)\(|\bself\.skipTest\(|\braise\s+(?:\w+\.)*SkipTest\b(?:\s*\()?",
        part: SourcePart::Code,
        reason: ReasonStyle::Argument,
        message: "this skips a test without a reason",
        help: "fix the test, or give a reason: reason=\"...\"",
        ..PYTHON
    },
    // Imported by their own names, which are ordinary elsewhere.
    Silencer {
        rule: &PYTHON_TEST_SKIP,
        files: FileScope::Tests,
        words: &["skip", "expectedfailure"],
        pattern: r"^\s*@(?:skip|expectedFailure)\b(?:\s*\()?|^\s*skip\(",
        part: SourcePart::Code,
        reason: ReasonStyle::Argument,
        message: "this skips a test without a reason",
        help: "fix the test, or give a reason: reason=\"...\"",
        ..PYTHON
    },
    // What keeps pytest from collecting tests, or makes it succeed whatever they say.
    Silencer {
        rule: &PYTHON_TEST_SKIP,
        files: FileScope::Tests,
        words: &[
            "__test__",
            "collect_ignore",
            "exitstatus",
            "_exit",
            "returncode",
        ],
        pattern: r"^\s*__test__\s*=\s*False\b|^\s*collect_ignore(?:_glob)?\s*(?:\+?=|\.(?:append|extend)\()|\.exitstatus\s*=\s*(?:0\b|[\w.]*\bOK\b)|\bos\._exit\(\s*0\s*\)|\bpytest\.exit\([^)]*\breturncode\s*=\s*0\b",
        part: SourcePart::Code,
        message: "tests are not run, or their failure is not a failure of pytest",
        help: "let the tests run, or give a reason: `# -- reason`",
        ..PYTHON
    },
    Silencer {
        rule: &PYTHON_TEST_SKIPIF,
        words: &["skipif", "skipunless", "importorskip"],
        pattern: r"@?\b(?:\w+\.)?mark\.skipif\b(?:\s*\()?|@(?:unittest\.)?(?:skipIf|skipUnless)\b(?:\s*\()?|\bpytest\.importorskip\(",
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
    let word = call.option(&[
        "--collect-only",
        "--co",
        "--setup-only",
        "--setup-plan",
        "--fixtures",
        "--markers",
        "--cache-show",
    ])?;
    Some(SwallowedStatus::by_tool(
        word.span.clone(),
        "no test is run",
        format!("remove `{}`", word.text),
    ))
}

const ARTIFACTS: &[Artifact] =
    &[Artifact::new(".pytest_cache", ArtifactKind::Cache)
        .made_in(&["pyproject.toml", "setup.cfg"])];

const CHECKERS: &[Checker] = &[
    Checker {
        unless: &[
            "--collect-only",
            "--co",
            "--fixtures",
            "--markers",
            "--setup-plan",
        ],
        files: TESTED_FILES,
        configured_by: &[
            ("pytest.ini", ""),
            (".pytest.ini", ""),
            ("pyproject.toml", "tool.pytest"),
            ("pyproject.toml", "tool.pytest.ini_options"),
            ("tox.ini", "pytest"),
            ("setup.cfg", "tool:pytest"),
        ],
        packages: Packages::PyPi(&["pytest"]),
        success: Some(r"\b[1-9]\d* passed"),
        findings: Findings {
            report_lines_from_zero: true,
            ..Findings::tests(PYTEST_COUNTS)
        },
        whole: &["pytest"],
        recorded: Some("9.2.0"),
        signs: PYTEST_SIGNS,
        options: PYTEST_OPTIONS,
        ..Checker::new("pytest", GateKind::Test, &[&["pytest"], &["py.test"]])
    },
    Checker {
        unless: &["--show", "-s", "--collect-only", "--co"],
        files: TESTED_FILES,
        packages: Packages::PyPi(&["hatch"]),
        success: Some(r"\b[1-9]\d* passed"),
        findings: Findings::tests(PYTEST_COUNTS),
        signs: PYTEST_SIGNS,
        ..Checker::new("hatch-test", GateKind::Test, &[&["hatch", "test"]])
    },
    Checker {
        files: TESTED_FILES,
        packages: Packages::PyPi(&["stestr"]),
        success: Some(r"Passed: [1-9]"),
        ..Checker::new("stestr", GateKind::Test, &[&["stestr", "run"]])
    },
    Checker {
        files: TESTED_FILES,
        packages: Packages::PyPi(&["virtue"]),
        ..Checker::new("virtue", GateKind::Test, &[&["virtue"]])
    },
    Checker {
        files: TESTED_FILES,
        packages: Packages::PyPi(&["nose2"]),
        success: Some("^OK"),
        findings: Findings::tests(UNITTEST_COUNTS),
        recorded: Some("0.16.0"),
        signs: UNITTEST_SIGNS,
        ..Checker::new("nose2", GateKind::Test, &[&["nose2"], &["trial"]])
    },
    Checker {
        files: TESTED_FILES,
        success: Some("^OK"),
        findings: Findings::tests(UNITTEST_COUNTS),
        recorded: Some("3.11"),
        signs: UNITTEST_SIGNS,
        ..Checker::new("unittest", GateKind::Test, &[&["unittest"]])
    },
    // It prints nothing if all is well.
    Checker {
        files: &["**/*.{py,pyi,rst,md,txt}"],
        ..Checker::new("doctest", GateKind::Test, &[&["doctest"]])
    },
    Checker {
        files: TESTED_FILES,
        success: Some("^OK"),
        findings: Findings::tests(UNITTEST_COUNTS),
        signs: UNITTEST_SIGNS,
        ..Checker::new(
            "django-test",
            GateKind::Test,
            &[&["manage.py", "test"], &["django-admin", "test"]],
        )
    },
];

/// What pytest says besides its verdict (its documentation, "Exit codes"). Only the last lines are its
/// own: tests print before them.
const PYTEST_SIGNS: &[Sign] = &[
    NO_PYTEST_RAN,
    NO_TEST_COLLECTED,
    ALL_SKIPPED,
    Sign::internal(r"^INTERNALERROR>").with(&[3]),
    Sign::internal("").with(&[3]),
    Sign::usage(r"^ERROR: |^\S*pytest\S*: error: ").with(&[4]),
    Sign::usage("").with(&[4]),
];

/// pytest has run no test.
const NO_PYTEST_RAN: Sign = Sign::nothing(r"^(?:=+ )?(?:no tests ran|\d+ deselected)\b.* in \d")
    .at_end()
    .with(&[0, 5])
    .unless(SOME_RAN);

/// pytest has skipped all tests.
const ALL_SKIPPED: Sign =
    Sign::nothing(r"^(?:=+ )?\d+ skipped(?:, \d+ (?:deselected|warnings?))* in \d[\d.]*s\b")
        .at_end()
        .unless(SOME_RAN)
        .for_whole_projects();

/// The line by which pytest says that tests ran.
const SOME_RAN: &str = r"\b[1-9]\d* (?:passed|failed|xfailed|xpassed|errors?)\b.* in \d";

/// pytest has an exit code for this, and so has unittest since Python 3.12.
const NO_TEST_COLLECTED: Sign = Sign::nothing("").with(&[5]);

/// unittest has run no test. What tests print may come after its verdict.
const NO_TEST_RAN: Sign = Sign::nothing(r"^Ran 0 tests in \d")
    .at_end()
    .with(&[0, 5])
    .unless(r"^Ran [1-9]\d* tests? in \d");

/// The line by which pytest says how many tests ran. (What was expected to fail has run, too.)
const PYTEST_COUNTS: &str = concat!(
    r"^(?:=+ )?(?:(?P<failed>\d+) failed)?(?:, )?(?:(?P<passed>\d+) passed)?(?:, )?",
    r"(?:(?P<skipped>\d+) skipped)?(?:, )?(?:\d+ (?:deselected|xfailed|xpassed|warnings?)(?:, )?)*",
    r"(?:(?P<errors>\d+) errors?)? in \d",
);

/// The lines by which unittest says it.
const UNITTEST_COUNTS: &str = concat!(
    r"^(?:Ran (?P<total>\d+) tests? in \d|(?:OK|FAILED) \((?:failures=(?P<failed>\d+))?(?:, )?",
    r"(?:errors=(?P<errors>\d+))?(?:, )?(?:skipped=(?P<skipped>\d+))?)",
);

/// What unittest says besides its verdict, and runners that use it.
const UNITTEST_SIGNS: &[Sign] = &[NO_TEST_RAN, NO_TEST_COLLECTED];

/// What either of them says below coverage.
pub(super) const COVERAGE_SIGNS: &[Sign] =
    &[NO_PYTEST_RAN, NO_TEST_RAN, NO_TEST_COLLECTED, ALL_SKIPPED];

/// The options of pytest.
const PYTEST_OPTIONS: CallOptions = CallOptions {
    neutral: &[
        "-q",
        "-qq",
        "--quiet",
        "-v",
        "-vv",
        "-vvv",
        "--verbose",
        "-s",
        "-l",
        "--showlocals",
        "-x",
        "--exitfirst",
        "--no-header",
        "--no-summary",
        "--failed-first",
        "--ff",
        "-ra",
        "-rA",
        "-rs",
        "-rf",
        "--full-trace",
    ],
    neutral_valued: &[
        "--tb",
        "--color",
        "--capture",
        "--show-capture",
        "--durations",
        "--durations-min",
        "--maxfail",
        "--verbosity",
        "-n",
        "--numprocesses",
    ],
    stricter: &[
        "--strict-markers",
        "--strict-config",
        "--doctest-modules",
        "-Werror",
        "-W error",
    ],
    looser_valued: &["--ignore", "--ignore-glob", "--deselect"],
    measuring: &["--cov", "--cov-branch"],
    numbers: &[("--cov-fail-under", StrictNumber::High)],
    limits: &[("--cov-fail-under", "--cov")],
    operands: Operands::Paths,
    ..CallOptions::UNKNOWN
};
