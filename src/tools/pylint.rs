//! pylint: a linter for Python.

use super::cache::Cache;
use super::call::Call;
use super::call_options::{CallOptions, Operands, StrictNumber};
use super::checker::{Checker, Edit, Findings, PYTHON_FILES, Packages, Proof};
use super::configuration::{Configuration, SettingsRoot, configuration, ini, sections, toml};
use super::family::Family;
use super::file_search::{FileSearch, WithoutPath};
use super::program::Program;
use super::sign::{Sign, TRACEBACK};
use super::silencer::{PYTHON, Silencer};
use super::strict_setting::{ListKind, StrictWhen, Unset};
use super::swallowed_status::SwallowedStatus;
use super::variable::WeakeningVariable;
use crate::model::column::ColumnUnit;
use crate::model::gate::GateKind;
use crate::model::rule::rules;

pub(super) const FAMILY: Family = Family {
    configurations: &[PYLINT],
    silencers: SILENCERS,
    variables: VARIABLES,
    programs: PROGRAMS,
    checkers: CHECKERS,
    ..Family::NONE
};

rules! { AddedLines:
    PYTHON_PYLINT_ALL = Error "python.pylint-all" "`# pylint: disable=all`, `skip-file`";
    PYTHON_PYLINT_DISABLE = Warn "python.pylint-disable" "`# pylint: disable=name`";
}

rules! { ToolConfiguration:
    PYLINT_DISABLE = Error "config.pylint.disable" "`disable` is longer";
    PYLINT_ENABLE = Warn "config.pylint.enable" "`enable` or `fail-on` is shorter";
    PYLINT_FAIL_UNDER = Error "config.pylint.fail-under"
        "`fail-under` is lower, `evaluation` is another formula, or `exit-zero` is on";
    PYLINT_IGNORE = Error "config.pylint.ignore"
        "`ignore`, `ignore-paths` or `ignore-patterns` is longer";
    PYLINT_LIMITS = Warn "config.pylint.limits" "a limit such as `max-args` is higher, or `ignored-modules`, `ignored-classes` or \
        `generated-members` is longer";
    PYLINT_REMOVED = Error "config.pylint.removed" "the configuration was removed";
}

const PYLINT: Configuration = Configuration {
    alternatives: &["ruff"],
    read_by: &["pylint"],
    ..configuration(
        "pylint",
        Some(&PYLINT_REMOVED),
        &[
            ini("pylintrc", ""),
            toml("pylintrc.toml", "tool.pylint"),
            ini(".pylintrc", ""),
            toml(".pylintrc.toml", "tool.pylint"),
            toml("pyproject.toml", "tool.pylint"),
            sections("setup.cfg", SettingsRoot::PylintSections),
            sections("tox.ini", SettingsRoot::PylintSections),
        ],
        &[
            PYLINT_DISABLE.settings(
                &["disable", "?.disable"],
                StrictWhen::Short(ListKind::Names, &[]),
            ),
            PYLINT_ENABLE.settings(
                &["enable", "?.enable", "fail-on", "?.fail-on"],
                StrictWhen::Long(ListKind::Names, Unset::These(&[])),
            ),
            PYLINT_FAIL_UNDER.settings(&["fail-under", "?.fail-under"], StrictWhen::High(10.0)),
            // A formula of its own can be a number: no code is below it.
            PYLINT_FAIL_UNDER.settings(
                &["evaluation", "?.evaluation"],
                StrictWhen::Short(ListKind::Lines, &[EVALUATION]),
            ),
            PYLINT_FAIL_UNDER.settings(&["exit-zero", "?.exit-zero"], StrictWhen::Off(false)),
            PYLINT_LIMITS.settings(
                &[
                    "additional-builtins",
                    "?.additional-builtins",
                    "ignored-modules",
                    "?.ignored-modules",
                    "ignored-classes",
                    "?.ignored-classes",
                    "generated-members",
                    "?.generated-members",
                ],
                StrictWhen::Short(ListKind::Names, PYLINT_CLASSES),
            ),
            PYLINT_IGNORE.settings(
                &["ignore", "?.ignore", "ignore-paths", "?.ignore-paths"],
                StrictWhen::Short(ListKind::Paths, &["CVS"]),
            ),
            PYLINT_IGNORE.settings(
                &["ignore-patterns", "?.ignore-patterns"],
                StrictWhen::Short(ListKind::Paths, &["^\\.#"]),
            ),
            PYLINT_LIMITS.settings(&["max-*", "?.max-*"], StrictWhen::Low(f64::NAN)),
        ],
    )
};

/// The formula of the score by default.
const EVALUATION: &str = "max(0, 0 if fatal else 10.0 - ((float(5 * error + warning + refactor + \
    convention) / statement) * 10))";

/// The classes whose members are not checked by default.
const PYLINT_CLASSES: &[&str] = &[
    "optparse.Values",
    "thread._local",
    "_thread._local",
    "argparse.Namespace",
];

const SILENCERS: &[Silencer] = &[
    Silencer {
        rule: &PYTHON_PYLINT_ALL,
        words: &["pylint"],
        pattern: r"#(?:[^#]*[^\w#])?pylint:\s*(?:[^#;]*,\s*)?(?:disable(?:-next|-msg)?\s*=\s*(?:all|[EF])\b|disable-all\b|skip-file\b)",
        message: "this silences every check of pylint",
        help: "fix the problem, or name the check and give a reason: `# pylint: disable=name  # \
            reason`",
        ..PYTHON
    },
    Silencer {
        rule: &PYTHON_PYLINT_DISABLE,
        words: &["pylint"],
        pattern: r"#(?:[^#]*[^\w#])?pylint:\s*(?:[^#;]*,\s*)?disable(?:-next|-msg)?\s*=\s*[\w-]+(?:\s*,\s*[\w-]+)*",
        message: "this silences a check of pylint",
        help: "fix the problem, or give a reason: `# pylint: disable=name  # reason`",
        ..PYTHON
    },
];

const VARIABLES: &[WeakeningVariable] = &[WeakeningVariable::always("PYLINTRC", "pylint")];

const PROGRAMS: &[Program] = &[Program {
    cannot_fail: |call| call.always(SUCCEEDING).or_else(|| fail_under(call)),
    ..Program::new(&["pylint"])
}];

/// Options of pylint 4.1 with which it checks nothing, or succeeds whatever it finds.
const SUCCEEDING: &[&str] = &[
    "--exit-zero",
    "--generate-rcfile",
    "--generate-toml-config",
    "--help-msg",
    "--list-conf-levels",
    "--list-extensions",
    "--list-groups",
    "--list-msgs",
    "--list-msgs-enabled",
    "--long-help",
];

fn fail_under(call: &Call<'_>) -> Option<SwallowedStatus> {
    let (value, span) = call.value("--fail-under")?;
    let is_zero = value.parse::<f64>().is_ok_and(|value| value <= 0.0);
    is_zero.then(|| {
        SwallowedStatus::by_tool(
            span,
            format!(
                "no score is below {value}, so {} always succeeds",
                call.name
            ),
            "require the score that the code has today",
        )
    })
}

const CHECKERS: &[Checker] = &[Checker {
    check: Edit {
        without: &["--exit-zero"],
        with: &["--score=y"],
        unless: &["--score", "-s", "-sn", "-sy"],
        ..Edit::NONE
    },
    files: PYTHON_FILES,
    configured_by: &[
        ("pylintrc", ""),
        (".pylintrc", ""),
        ("pylintrc.toml", ""),
        (".pylintrc.toml", ""),
        ("pyproject.toml", "tool.pylint"),
        ("setup.cfg", "pylint"),
    ],
    packages: Packages::PyPi(&["pylint"]),
    success: Some("rated at 10.00/10"),
    findings: Findings {
        columns_from_zero: true,
        // What Python's own parser says.
        unit: ColumnUnit::Bytes,
        ..Findings::NONE
    },
    search: FileSearch::by_names(&["**/*.py*"], &[], WithoutPath::Unknown),
    // It rates whatever has a statement.
    proof: Some(Proof {
        option: "--score=y",
        line: "^Your code has been rated at ",
    }),
    cache: Some(Cache::of_user("pylint", "PYLINTHOME")),
    whole: &["pylint"],
    file_list: Some(&[]),
    recorded: Some("4.1.4"),
    signs: &[
        TRACEBACK,
        Sign::usage(r"^pylint: error: ").with(&[32]),
        Sign::usage("").with(&[32]),
    ],
    options: PYLINT_OPTIONS,
    ..Checker::new("pylint", GateKind::Lint, &[&["pylint"]])
}];

/// The options of pylint.
const PYLINT_OPTIONS: CallOptions = CallOptions {
    neutral: &["-v", "--verbose"],
    neutral_valued: &["--score", "--reports", "-j", "--jobs"],
    stricter_valued: &["--enable", "-e"],
    looser_valued: &[
        "--disable",
        "-d",
        "--ignore",
        "--ignore-paths",
        "--ignore-patterns",
    ],
    numbers: &[
        ("--fail-under", StrictNumber::High),
        ("--max-line-length", StrictNumber::Low),
    ],
    operands: Operands::Together,
    ..CallOptions::UNKNOWN
};
