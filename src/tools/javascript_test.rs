//! Jest, Vitest, nyc and others: tests in JavaScript, and their coverage.

use super::call::{Call, after_options};
use super::call_options::{CallOptions, Operands};
use super::checker::{Checker, Edit, Findings, Packages};
use super::configuration::{Configuration, UncomparedFiles, configuration, json, yaml};
use super::family::Family;
use super::program::Program;
use super::sign::Sign;
use super::silencer::{FileScope, JAVASCRIPT, Silencer, SourcePart};
use super::strict_setting::{FirstTime, ListKind, StrictWhen, Unset};
use super::swallowed_status::SwallowedStatus;
use crate::model::gate::GateKind;
use crate::model::rule::rules;

pub(super) const FAMILY: Family = Family {
    configurations: &[JEST, NYC, MOCHA],
    uncompared: &[
        UncomparedFiles::new(&[".mocharc.*"], &["mocha"]),
        UncomparedFiles::new(&["cypress.config.*"], &["cypress"]),
        UncomparedFiles::new(&["jest.config.*"], &["jest", "react-scripts"]),
        UncomparedFiles::new(&["karma.conf.*"], &["karma", "ng"]),
        UncomparedFiles::new(&["playwright.config.*"], &["playwright"]),
        UncomparedFiles::new(&["vitest.config.*", "vite.config.*"], &["vitest"]),
    ],
    silencers: SILENCERS,
    programs: PROGRAMS,
    checkers: CHECKERS,
    no_daemon_variables: NO_DAEMON,
    ..Family::NONE
};

/// Jest asks Watchman for the files if it is there, and else looks for them itself. Nothing listens at this path, as
/// no file can be in a file.
const NO_DAEMON: &[(&str, &str)] = &[("WATCHMAN_SOCK", "/dev/null/none")];

/// Coverage: each runs what comes after its options.
const PROGRAMS: &[Program] = &[
    Program {
        starts: |call| Some(after_options(call.arguments, &COVERAGE_OPTIONS)),
        ..Program::new(&["nyc", "c8"])
    },
    Program {
        cannot_fail: |call| call.always(&["--dry-run", "--pass-on-failing-test-suite"]),
        ..Program::new(&["mocha"])
    },
    Program {
        cannot_fail: |call| {
            let lists = call.always(&["--clearCache", "--init", "--listTests", "--showConfig"]);
            lists.or_else(|| fails_with_zero(call))
        },
        ..Program::new(&["jest"])
    },
    Program {
        cannot_fail: |call| {
            let lists = call.begins_with("list").then(|| call.first.span.clone());
            let span = lists.or_else(|| Some(call.option(&["--standalone"])?.span.clone()))?;
            Some(SwallowedStatus::by_tool(
                span,
                "no test is run",
                "run `vitest run`",
            ))
        },
        ..Program::new(&["vitest"])
    },
];

fn fails_with_zero(call: &Call<'_>) -> Option<SwallowedStatus> {
    let (value, span) = call.value("--testFailureExitCode")?;
    (value == "0").then(|| {
        SwallowedStatus::by_tool(
            span,
            "jest always succeeds, whatever it finds",
            "remove `--testFailureExitCode`",
        )
    })
}

/// Options of nyc and c8 that are followed by a value.
pub(crate) const COVERAGE_OPTIONS: [&str; 20] = [
    "--branches",
    "--cache-dir",
    "--cwd",
    "--exclude",
    "--extension",
    "--functions",
    "--include",
    "--lines",
    "--nycrc-path",
    "--report-dir",
    "--reporter",
    "--reports-dir",
    "--require",
    "--src",
    "--statements",
    "--temp-dir",
    "--temp-directory",
    "-i",
    "-r",
    "-x",
];

rules! { AddedLines:
    JS_TEST_ONLY = Error "js.test-only"
        "`it.only`, `test.only`, `describe.only`, `it[\"only\"]`, `{ only: true }`, `fit`, `fdescribe` and similar";
    JS_TEST_SKIP = Warn "js.test-skip"
        "`it.skip`, `test.fixme`, `it.failing`, `xit`, `it[\"skip\"]`, `{ skip: true }`, \
        `this.skip()` and similar";
    JS_TEST_SKIP_IF = Off "js.test-skipif" "`it.skipIf`, `it.runIf`";
    JS_NO_COVER = Off "js.no-cover" "`/* istanbul ignore next */`, `c8 ignore`, `v8 ignore`";
}

rules! { ToolConfiguration:
    JEST_THRESHOLD = Error "config.jest.threshold" "`coverageThreshold` is lower";
    JEST_IGNORE = Error "config.jest.ignore"
        "a list of ignored paths is longer, `testMatch`, `roots` or `projects` is shorter, \
        `passWithNoTests` is on, or `runner` is another one";
    JEST_REMOVED = Error "config.jest.removed" "the configuration was removed";
    MOCHA_TESTS = Error "config.mocha.tests"
        "`grep` or `ignore` is longer, `spec` is shorter, or `dry-run` is on";
    MOCHA_STRICT = Error "config.mocha.strict" "`forbid-only` or a similar flag is off";
    MOCHA_REMOVED = Error "config.mocha.removed" "the configuration was removed";
    NYC_THRESHOLD = Error "config.nyc.threshold" "a threshold is lower, or `check-coverage` is off";
    NYC_EXCLUDE = Error "config.nyc.exclude" "`exclude` is longer";
    NYC_REMOVED = Error "config.nyc.removed" "the configuration was removed";
}

const JEST: Configuration = Configuration {
    nested: &["projects.*"],
    read_by: &["jest"],
    ..configuration(
        "Jest",
        Some(&JEST_REMOVED),
        &[
            json("package.json", "jest"),
            json("jest.config.json", ""),
            json("package.json", "vitest"),
        ],
        &[
            JEST_THRESHOLD.settings(
                &["coverageThreshold.*.*", "coverage.thresholds.*"],
                StrictWhen::High(f64::NEG_INFINITY),
            ),
            JEST_IGNORE.settings(
                &[
                    "testPathIgnorePatterns",
                    "coveragePathIgnorePatterns",
                    "modulePathIgnorePatterns",
                ],
                StrictWhen::Short(ListKind::Paths, &[]),
            ),
            JEST_IGNORE.settings(
                &["testMatch", "roots", "projects"],
                StrictWhen::Long(ListKind::Paths, Unset::Enough),
            ),
            JEST_IGNORE.settings(
                &["passWithNoTests*", "onlyChanged*", "onlyFailures*"],
                StrictWhen::Off(false),
            ),
            // Another runner may run nothing.
            JEST_IGNORE.settings(
                &["runner", "testRunner"],
                StrictWhen::Short(
                    ListKind::Names,
                    &[
                        "jest-runner",
                        "jest-circus",
                        "jest-circus/runner",
                        "jest-jasmine2",
                    ],
                ),
            ),
        ],
    )
};

const NYC: Configuration = Configuration {
    read_by: &["nyc", "c8"],
    ..configuration(
        "nyc",
        Some(&NYC_REMOVED),
        &[
            json(".nycrc", ""),
            yaml(".nycrc.yml", ""),
            yaml(".nycrc.yaml", ""),
            json(".nycrc.json", ""),
            json(".c8rc", ""),
            json(".c8rc.json", ""),
            json("package.json", "nyc"),
            json("package.json", "c8"),
        ],
        &[
            NYC_THRESHOLD.settings(
                &["*branches", "*lines", "*functions", "*statements"],
                StrictWhen::High(0.0),
            ),
            NYC_THRESHOLD.settings(&["check-coverage", "checkCoverage"], StrictWhen::On(false)),
            NYC_EXCLUDE
                .settings(&["exclude"], StrictWhen::Short(ListKind::Paths, &[]))
                .at_first(FirstTime::NothingWithout("check-coverage")),
        ],
    )
};

/// Mocha as JSON or YAML configures it (documentation, "Configuring Mocha").
const MOCHA: Configuration = Configuration {
    read_by: &["mocha"],
    ..configuration(
        "Mocha",
        Some(&MOCHA_REMOVED),
        &[
            yaml(".mocharc.yaml", ""),
            yaml(".mocharc.yml", ""),
            json(".mocharc.jsonc", ""),
            json(".mocharc.json", ""),
            json("package.json", "mocha"),
        ],
        &[
            MOCHA_TESTS.settings(
                &["grep", "fgrep", "g", "f", "ignore", "exclude"],
                StrictWhen::Short(ListKind::Lines, &[]),
            ),
            MOCHA_TESTS.settings(
                &[
                    "dry-run*",
                    "dryRun*",
                    "pass-on-failing-test-suite*",
                    "passOnFailingTestSuite*",
                ],
                StrictWhen::Off(false),
            ),
            MOCHA_TESTS.settings(&["spec"], StrictWhen::Long(ListKind::Paths, Unset::Enough)),
            MOCHA_STRICT.settings(
                &[
                    "forbid-only*",
                    "forbidOnly*",
                    "forbid-pending*",
                    "forbidPending*",
                    "fail-zero*",
                    "failZero*",
                    "check-leaks*",
                    "checkLeaks*",
                ],
                StrictWhen::On(false),
            ),
        ],
    )
};

const SILENCERS: &[Silencer] = &[
    // In other files, `context.only(keys)` and `it.skip(2)` are calls like any other.
    Silencer {
        rule: &JS_TEST_ONLY,
        files: FileScope::NoTests,
        words: &["only"],
        pattern: r#"(?:^|[;{}]|=>)\s*(?:it|test|describe|suite)(?:\.\w+)*(?:\??\.only|(?:\?\.)?\[\s*["'`]only["'`]\s*\])\s*[(.`\[]"#,
        part: SourcePart::CodeStart,
        message: "this skips every other test in the file",
        help: "remove `.only`",
        ..JAVASCRIPT
    },
    Silencer {
        rule: &JS_TEST_ONLY,
        files: FileScope::Tests,
        words: &["only"],
        pattern: r#"(?:^|[^\w.$])(?:it|test|describe|suite|context|specify|bench)(?:\.\w+)*(?:\??\.only|(?:\?\.)?\[\s*["'`]only["'`]\s*\])\s*[(.`\[]"#,
        part: SourcePart::CodeStart,
        message: "this skips every other test in the file",
        help: "remove `.only`",
        ..JAVASCRIPT
    },
    // `fit` and the like are ordinary names elsewhere: `const size = fit(box, page)`.
    Silencer {
        rule: &JS_TEST_ONLY,
        files: FileScope::Tests,
        words: &[
            "fit",
            "fdescribe",
            "fcontext",
            "fspecify",
            "iit",
            "ddescribe",
        ],
        pattern: r"(?:^|[;{}]|=>)\s*(?:f(?:it|describe|context|specify)|iit|ddescribe)(?:\.each)?\s*[(`]",
        part: SourcePart::Code,
        message: "this skips every other test in the file",
        help: "write the name without its first letter: `it` instead of `fit`, `describe` instead of `fdescribe`",
        ..JAVASCRIPT
    },
    Silencer {
        rule: &JS_TEST_ONLY,
        files: FileScope::Tests,
        words: &["only"],
        pattern: r#"(?:^|[^\w.$])(?:it|test|describe|suite)\s*\(\s*["'`][^"'`]*["'`]\s*,\s*\{[^}]*\bonly\s*:\s*true\b"#,
        part: SourcePart::CodeStart,
        message: "this skips every other test in the file",
        help: "remove `only`",
        ..JAVASCRIPT
    },
    Silencer {
        rule: &JS_TEST_SKIP,
        files: FileScope::NoTests,
        words: &["skip", "fixme", "fail"],
        pattern: r#"(?:^|[;{}]|=>)\s*(?:it|test|describe|suite)(?:\.\w+)*(?:\??\.(?:skip|fixme|failing|fails)|(?:\?\.)?\[\s*["'`](?:skip|fixme|failing|fails)["'`]\s*\])\s*[(.`\[]"#,
        part: SourcePart::CodeStart,
        message: "this skips a test",
        help: "fix the test, or give a reason: `// -- reason`",
        ..JAVASCRIPT
    },
    Silencer {
        rule: &JS_TEST_SKIP,
        files: FileScope::Tests,
        words: &["skip", "fixme", "fail"],
        pattern: r#"(?:^|[^\w.$])(?:it|test|describe|suite|specify)(?:\.\w+)*(?:\??\.(?:skip|fixme|failing|fails|fail)|(?:\?\.)?\[\s*["'`](?:skip|fixme|failing|fails|fail)["'`]\s*\])\s*[(.`\[]"#,
        part: SourcePart::CodeStart,
        message: "this skips a test",
        help: "fix the test, or give a reason: `// -- reason`",
        ..JAVASCRIPT
    },
    Silencer {
        rule: &JS_TEST_SKIP,
        files: FileScope::Tests,
        words: &["xit", "xdescribe", "xtest", "xcontext", "xspecify"],
        pattern: r"(?:^|[;{}]|=>)\s*x(?:it|describe|test|context|specify)\s*\(",
        part: SourcePart::Code,
        message: "this skips a test",
        help: "fix the test, or give a reason: `// -- reason`",
        ..JAVASCRIPT
    },
    // Options of Vitest and node:test, a test that is still to be written but has code, and what a
    // running test of Mocha, Vitest or node:test calls.
    Silencer {
        rule: &JS_TEST_SKIP,
        files: FileScope::Tests,
        words: &["skip", "todo", "fails"],
        pattern: r#"(?:^|[^\w.$])(?:it|test|describe|suite)\s*\(\s*["'`][^"'`]*["'`]\s*,\s*\{[^}]*\b(?:skip|todo|fails)\s*:\s*(?:true\b|["'`])|(?:^|[^\w.$])(?:it|test|describe|suite)\.todo\s*\(\s*["'`][^"'`]*["'`]\s*,|\bthis\.skip\s*\(\s*\)|(?:^|[^\w.$])(?:ctx|context|t)\.(?:skip|todo)\s*\("#,
        part: SourcePart::CodeStart,
        message: "this skips a test",
        help: "fix the test, or give a reason: `// -- reason`",
        ..JAVASCRIPT
    },
    Silencer {
        rule: &JS_TEST_SKIP_IF,
        files: FileScope::Tests,
        words: &["skipif", "runif"],
        pattern: r"(?:^|[^\w.$])(?:it|test|describe|suite|bench)(?:\.\w+)*\.(?:skipIf|runIf)\s*\(",
        part: SourcePart::Code,
        message: "this skips a test under a condition",
        help: "give a reason: `// -- reason`",
        ..JAVASCRIPT
    },
    Silencer {
        rule: &JS_NO_COVER,
        words: &["istanbul", "c8", "v8", "node:coverage", "deno-coverage"],
        pattern: r"(?:/\*+|//+)\s*(?:(?:istanbul|c8|v8)\s+ignore\b|node:coverage\s+(?:ignore|disable)\b|deno-coverage-ignore\b)",
        message: "this excludes lines from coverage",
        help: "test them, or give a reason: `/* c8 ignore next -- reason */`",
        ..JAVASCRIPT
    },
];

const CHECKERS: &[Checker] = &[
    Checker {
        unless: &["--watch", "-w", "bench", "list"],
        check: Edit {
            without: &["--passWithNoTests"],
            instead: &[("watch", "run"), ("dev", "run")],
            with: &["run"],
            unless: &["run", "--run", "related"],
        },
        files: TESTED_SOURCES,
        packages: Packages::Npm(&["vitest"]),
        success: Some(r"Tests\s+(?:\d+ \w+ \| )*[1-9]\d* passed"),
        findings: Findings::tests(concat!(
            r"^\s*Tests\s+(?:(?P<failed>\d+) failed)?(?: \| )?(?:(?P<passed>\d+) passed)?",
            r"(?: \| )?(?:(?P<skipped>\d+) skipped)?",
        )),
        whole: &["vitest", "run"],
        recorded: Some("4.1.12"),
        signs: &[
            Sign::nothing(r"^No test files found, exiting with code [01]$")
                .with_any_code()
                .unless(r"^\s*Test Files\s"),
            Sign::usage(r"^CACError: |^failed to load config from "),
        ],
        options: VITEST_OPTIONS,
        ..Checker::new("vitest", GateKind::Test, &[&["vitest"]])
    },
    Checker {
        unless: &[
            "--watch",
            "--watchAll",
            "--listTests",
            "--init",
            "--showConfig",
        ],
        check: Edit::without(&["--passWithNoTests"]),
        files: TESTED_SOURCES,
        configured_by: &[
            ("jest.config.js", ""),
            ("jest.config.ts", ""),
            ("jest.config.cjs", ""),
            ("jest.config.mjs", ""),
            ("jest.config.json", ""),
            ("package.json", "jest"),
        ],
        packages: Packages::Npm(&["jest"]),
        success: Some(r"^Tests:\s+(?:\d+ \w+, )*[1-9]\d* passed"),
        findings: Findings::tests(concat!(
            r"^Tests:\s+(?:(?P<failed>\d+) failed, )?(?:(?P<skipped>\d+) skipped, )?",
            r"(?:\d+ todo, )?(?:(?P<passed>\d+) passed, )?\d+ total",
        )),
        whole: &["jest"],
        recorded: Some("30.5.2"),
        signs: &[
            Sign::nothing(r"^No tests found, exiting with code [01]$")
                .with_any_code()
                .unless(r"^Tests:\s"),
            Sign::usage(concat!(
                r"^● (?:Unrecognized CLI Parameters?|Validation Error):$",
                r"|^Error: Could not find a config file based on provided values:$",
            ))
            .unless(r"^Tests:\s"),
        ],
        options: TEST_OPTIONS,
        ..Checker::new("jest", GateKind::Test, &[&["jest"]])
    },
    Checker {
        unless: &["--watch", "-w"],
        files: TESTED_SOURCES,
        packages: Packages::Npm(&["mocha"]),
        success: Some(r"\b[1-9]\d* passing"),
        findings: Findings::tests(concat!(
            r"^\s+(?:(?P<passed>\d+) passing|(?P<failed>\d+) failing",
            r"|(?P<skipped>\d+) pending)\b",
        )),
        whole: &["mocha"],
        recorded: Some("12.0.3"),
        signs: &[
            Sign::nothing(r#"^Error: No test files found: ""#).with(&[1]),
            Sign::nothing(r"^\s*0 passing \(")
                .at_end()
                .unless(r"^\s*[1-9]\d* passing \(")
                .for_whole_projects(),
        ],
        options: MOCHA_OPTIONS,
        ..Checker::new("mocha", GateKind::Test, &[&["mocha"]])
    },
    Checker {
        unless: &["--watch", "-w"],
        files: TESTED_SOURCES,
        packages: Packages::Npm(&["ava"]),
        success: Some(r"\b[1-9]\d* tests? passed"),
        recorded: Some("7.0.0"),
        signs: &[Sign::nothing(r"^\s*✘ Couldn.t find any files to test").with(&[1])],
        ..Checker::new("ava", GateKind::Test, &[&["ava"]])
    },
    Checker {
        unless: &["--watch"],
        files: TESTED_SOURCES,
        success: Some(r"\bpass [1-9]"),
        findings: Findings::tests(
            r"^(?:#|ℹ) (?:pass (?P<passed>\d+)|fail (?P<failed>\d+)|skipped (?P<skipped>\d+))$",
        ),
        recorded: Some("20.20.2"),
        signs: &[Sign::nothing(r"^(?:#|ℹ) tests 0$").unless(r"^(?:#|ℹ) tests [1-9]")],
        ..Checker::new(
            "node-test",
            GateKind::Test,
            &[&["node", "--test"], &["tsx", "--test"]],
        )
    },
    // It runs the tests of Node's own runner, and prints what that prints.
    Checker {
        unless: &["--watch", "-w"],
        files: TESTED_SOURCES,
        packages: Packages::Npm(&["borp"]),
        success: Some(r"\bpass [1-9]"),
        findings: Findings::tests(
            r"^(?:#|ℹ) (?:pass (?P<passed>\d+)|fail (?P<failed>\d+)|skipped (?P<skipped>\d+))$",
        ),
        signs: &[Sign::nothing(r"^(?:#|ℹ) tests 0$").unless(r"^(?:#|ℹ) tests [1-9]")],
        ..Checker::new("borp", GateKind::Test, &[&["borp"]])
    },
    Checker {
        unless: &[
            "--watch",
            "--list",
            "--listFiles",
            "--showConfig",
            "--install",
            "--prune",
        ],
        files: TESTED_SOURCES,
        packages: Packages::Npm(&["tstyche"]),
        success: Some(r"^Tests:\s.*\b[1-9]\d* passed"),
        ..Checker::new("tstyche", GateKind::Typecheck, &[&["tstyche"]])
    },
    Checker {
        files: TESTED_SOURCES,
        packages: Packages::Npm(&["@playwright/test", "playwright"]),
        success: Some(r"\b[1-9]\d* passed"),
        unless: &["--list", "--ui"],
        signs: &[Sign::nothing(r"^Error: No tests found").with_any_code()],
        options: PLAYWRIGHT_OPTIONS,
        ..Checker::new("playwright", GateKind::Test, &[&["playwright", "test"]])
    },
    Checker {
        unless: &["--watch"],
        files: TESTED_SOURCES,
        success: Some(r"\b[1-9]\d* pass"),
        ..Checker::new("bun-test", GateKind::Test, &[&["bun", "test"]])
    },
    Checker {
        files: TESTED_SOURCES,
        packages: Packages::Npm(&["tap"]),
        ..Checker::new("tap", GateKind::Test, &[&["tap"]])
    },
    Checker {
        files: TESTED_SOURCES,
        packages: Packages::Npm(&["jasmine"]),
        success: Some(r"\b[1-9]\d* specs?, 0 failures"),
        ..Checker::new("jasmine", GateKind::Test, &[&["jasmine"]])
    },
    Checker {
        check: Edit::with(&["--single-run"]),
        files: TESTED_SOURCES,
        packages: Packages::Npm(&["karma"]),
        success: Some(r"Executed [1-9]\d* of \d+.* SUCCESS"),
        unless: &["--no-single-run"],
        ..Checker::new("karma", GateKind::Test, &[&["karma", "start"]])
    },
    Checker {
        files: TESTED_SOURCES,
        packages: Packages::Npm(&["uvu"]),
        ..Checker::new("uvu", GateKind::Test, &[&["uvu"]])
    },
    Checker {
        files: TESTED_SOURCES,
        packages: Packages::Npm(&["@web/test-runner"]),
        ..Checker::new(
            "web-test-runner",
            GateKind::Test,
            &[&["wtr"], &["web-test-runner"]],
        )
    },
];

/// What tests of JavaScript depend on: sources, and what describes the package.
const TESTED_SOURCES: &[&str] = &[
    "**/*.{js,jsx,cjs,mjs,ts,tsx,cts,mts,vue,svelte}",
    "**/*.json",
    "**/*.snap",
];

/// The options of jest.
const TEST_OPTIONS: CallOptions = CallOptions {
    neutral: &[
        "--ci",
        "--verbose",
        "--silent",
        "--color",
        "--colors",
        "--no-color",
        "--runInBand",
        "-i",
    ],
    // There may be thresholds for it in the configuration.
    stricter: &["--coverage"],
    looser: &["--passWithNoTests"],
    looser_valued: &["--testPathIgnorePatterns"],
    operands: Operands::Paths,
    takes_every_value: true,
    ..CallOptions::UNKNOWN
};

/// The options of vitest, whose `run` is no path.
const VITEST_OPTIONS: CallOptions = CallOptions {
    neutral: &[
        "run",
        "--run",
        "--ci",
        "--verbose",
        "--silent",
        "--color",
        "--colors",
        "--no-color",
    ],
    // There may be thresholds for it in the configuration.
    stricter: &["--coverage"],
    looser: &["--passWithNoTests"],
    looser_valued: &["--exclude"],
    subcommands: &["related", "watch", "dev", "init"],
    operands: Operands::Paths,
    ..CallOptions::UNKNOWN
};

/// The options of mocha.
const MOCHA_OPTIONS: CallOptions = CallOptions {
    neutral: &["--color", "--colors", "--no-color", "--bail", "-b"],
    stricter: &["--forbid-only", "--forbid-pending", "--check-leaks"],
    subcommands: &["init", "inspect", "debug"],
    operands: Operands::Single,
    ..CallOptions::UNKNOWN
};

/// The options of playwright.
const PLAYWRIGHT_OPTIONS: CallOptions = CallOptions {
    neutral: &["--quiet"],
    stricter: &["--forbid-only", "--fail-on-flaky-tests"],
    operands: Operands::Paths,
    takes_every_value: true,
    ..CallOptions::UNKNOWN
};
