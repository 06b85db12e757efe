//! ruff and flake8: linters for Python.

use super::artifact::{Artifact, ArtifactKind};
use super::cache::Cache;
use super::call::Call;
use super::call_options::{CallOptions, Operands, StrictNumber};
use super::checker::{Checker, Edit, Findings, PYTHON_FILES, Packages, Proof};
use super::color::ColorVariable;
use super::configuration::{Configuration, Reach, configuration, ini, toml};
use super::family::Family;
use super::file_search::{FileSearch, WithoutPath};
use super::program::Program;
use super::ruff_defaults::{RUFF_CORE, RUFF_MORE};
use super::sign::{ARGPARSE, CLICK, Sign, TRACEBACK};
use super::silencer::{PYTHON, Silencer};
use super::strict_setting::{FirstTime, ListKind, StrictWhen, Unset};
use super::suggestion::Suggestion;
use super::swallowed_status::SwallowedStatus;
use crate::model::column::ColumnUnit;
use crate::model::gate::GateKind;
use crate::model::rule::rules;

pub(super) const FAMILY: Family = Family {
    configurations: &[RUFF, FLAKE8],
    silencers: SILENCERS,
    suggestions: SUGGESTIONS,
    programs: PROGRAMS,
    artifacts: ARTIFACTS,
    checkers: CHECKERS,
    colors: COLORS,
    syntax_errors: SYNTAX_ERRORS,
    ..Family::NONE
};

const COLORS: &[ColorVariable] = &[
    ColorVariable::new("ruff", "CLICOLOR_FORCE", "1"),
    ColorVariable::new("ruff", "FORCE_COLOR", "1"),
];

const SYNTAX_ERRORS: &[&str] = &[
    r"^\S.*: (?:invalid-syntax|SyntaxError|E999):? ",
    r"^(?:invalid-syntax|SyntaxError): ",
    r"^error: Failed to parse \S+",
];

rules! { AddedLines:
    PYTHON_NOQA_FILE = Error "python.noqa-file"
        "`# ruff: noqa`, `# flake8: noqa` for the whole file";
    PYTHON_NOQA_CODED = Warn "python.noqa-coded"
        "`# noqa: E501`, `# ruff: ignore[E501]`, `disable[E501]`, `file-ignore[E501]`";
    PYTHON_NOQA_BARE = Error "python.noqa-bare" "`# noqa` without a code";
}

rules! { ToolConfiguration:
    RUFF_SELECT = Error "config.ruff.select" "`select` is shorter";
    RUFF_IGNORE = Error "config.ruff.ignore" "`ignore` is longer";
    RUFF_PER_FILE_IGNORES = Error "config.ruff.per-file-ignores" "`per-file-ignores` is longer";
    RUFF_EXCLUDE = Error "config.ruff.exclude" "`exclude` is longer, or `include` is shorter";
    RUFF_LIMITS = Warn "config.ruff.limits"
        "`line-length`, `max-complexity` or a limit of pylint is higher";
    RUFF_FIX_ONLY = Error "config.ruff.fix-only" "`fix-only` is on, so that nothing is reported";
    RUFF_ALLOW = Warn "config.ruff.allow"
        "`builtins`, `allowed-unused-imports` or a similar list of a linter is longer";
    RUFF_REMOVED = Error "config.ruff.removed" "the configuration was removed";
    FLAKE8_IGNORE = Error "config.flake8.ignore"
        "`ignore` or `builtins` is longer, or `disable-noqa` is off";
    FLAKE8_PER_FILE_IGNORES = Error "config.flake8.per-file-ignores" "`per-file-ignores` is longer";
    FLAKE8_EXCLUDE = Error "config.flake8.exclude"
        "`exclude` is longer, or `filename` is shorter";
    FLAKE8_SELECT = Error "config.flake8.select" "`select` or `enable-extensions` is shorter";
    FLAKE8_LIMITS = Warn "config.flake8.limits" "`max-line-length` or `max-complexity` is higher";
    FLAKE8_REMOVED = Error "config.flake8.removed" "the configuration was removed";
}

const RUFF: Configuration = Configuration {
    nested: &["lint"],
    inherits: &["extend"],
    read_by: &["ruff"],
    reach: Reach::Nearest,
    ..configuration(
        "ruff",
        Some(&RUFF_REMOVED),
        &[
            toml(".ruff.toml", ""),
            toml("ruff.toml", ""),
            toml("pyproject.toml", "tool.ruff"),
        ],
        &[
            RUFF_SELECT.settings(
                &["select", "extend-select"],
                StrictWhen::Long(ListKind::Codes, Unset::These(&["E4", "E7", "E9", "F"])),
            ),
            RUFF_IGNORE
                .settings(
                    &["ignore", "extend-ignore"],
                    StrictWhen::Short(ListKind::Codes, &[]),
                )
                .at_first(RUFF_CHECKED),
            RUFF_PER_FILE_IGNORES
                .settings(
                    &["per-file-ignores.*", "extend-per-file-ignores.*"],
                    StrictWhen::Short(ListKind::Codes, &[]),
                )
                .at_first(RUFF_CHECKED),
            RUFF_EXCLUDE.settings(
                &["exclude", "extend-exclude", "format.exclude"],
                StrictWhen::Short(ListKind::Paths, RUFF_EXCLUDED),
            ),
            RUFF_EXCLUDE.settings(
                &["include"],
                StrictWhen::Long(ListKind::Names, Unset::These(&["*.py", "*.pyi"])),
            ),
            RUFF_FIX_ONLY.settings(&["fix-only"], StrictWhen::Off(false)),
            // Rules that are about lines and complexity are not checked by default.
            RUFF_LIMITS
                .settings(&["line-length"], StrictWhen::Low(88.0))
                .at_first(FirstTime::Nothing),
            RUFF_LIMITS
                .settings(&["mccabe.max-complexity"], StrictWhen::Low(10.0))
                .at_first(FirstTime::Nothing),
            RUFF_LIMITS
                .settings(&["pylint.max-*"], StrictWhen::Low(f64::NAN))
                .at_first(FirstTime::Nothing),
            // Most options of single linters are about rules that are not checked by default.
            RUFF_ALLOW.settings(
                &["builtins", "pyflakes.allowed-unused-imports"],
                StrictWhen::Short(ListKind::Names, &[]),
            ),
            RUFF_ALLOW
                .settings(
                    &["*.allow*", "*.exempt-*", "*.extend-ignore-*", "*.ignore-*"],
                    StrictWhen::Short(ListKind::Names, &[]),
                )
                .at_first(FirstTime::Nothing),
            RUFF_ALLOW
                .settings(&["*.allow-*", "*.ignore-*"], StrictWhen::Off(false))
                .at_first(FirstTime::Nothing),
        ],
    )
};

/// The rules that ruff checks by default.
const RUFF_CHECKED: FirstTime = FirstTime::Entries {
    always: RUFF_CORE,
    chosen_by: "select",
    unless_chosen: RUFF_MORE,
};

/// Directories that ruff excludes by default, besides those of tools.
const RUFF_EXCLUDED: &[&str] = &[
    ".direnv",
    ".git-rewrite",
    ".ipynb_checkpoints",
    ".pants.d",
    ".pyenv",
    ".pytype",
    ".vscode",
    "__pypackages__",
    "_build",
    "build",
    "buck-out",
    "dist",
];

/// The codes that flake8 ignores by default.
const FLAKE8_IGNORES: &[&str] = &[
    "E121", "E123", "E126", "E226", "E24", "E704", "W503", "W504",
];

const FLAKE8: Configuration = Configuration {
    alternatives: &["ruff", "pylint"],
    read_by: &["flake8", "pflake8"],
    ..configuration(
        "flake8",
        Some(&FLAKE8_REMOVED),
        &[
            ini("setup.cfg", "flake8"),
            ini("tox.ini", "flake8"),
            ini(".flake8", "flake8"),
            toml("pyproject.toml", "tool.flake8"),
        ],
        &[
            FLAKE8_IGNORE.settings(
                &["ignore", "extend-ignore"],
                StrictWhen::Short(ListKind::Codes, FLAKE8_IGNORES),
            ),
            FLAKE8_PER_FILE_IGNORES.settings(
                &["per-file-ignores"],
                StrictWhen::Short(ListKind::CodesOfFiles, &[]),
            ),
            FLAKE8_EXCLUDE.settings(
                &["exclude", "extend-exclude"],
                StrictWhen::Short(ListKind::Paths, &[]),
            ),
            FLAKE8_SELECT
                .settings(
                    &["select"],
                    StrictWhen::Long(ListKind::Codes, Unset::Everything),
                )
                .at_first(FirstTime::entries(&["E", "F", "W"])),
            FLAKE8_SELECT.settings(
                &["extend-select", "enable-extensions"],
                StrictWhen::Long(ListKind::Codes, Unset::These(&[])),
            ),
            FLAKE8_EXCLUDE.settings(
                &["filename"],
                StrictWhen::Long(ListKind::Names, Unset::These(&["*.py"])),
            ),
            FLAKE8_IGNORE.settings(&["disable-noqa"], StrictWhen::On(false)),
            FLAKE8_IGNORE.settings(&["builtins"], StrictWhen::Short(ListKind::Names, &[])),
            FLAKE8_LIMITS.settings(&["max-line-length"], StrictWhen::Low(79.0)),
            FLAKE8_LIMITS.settings(&["max-doc-length"], StrictWhen::Low(f64::INFINITY)),
            FLAKE8_LIMITS.settings(&["max-complexity"], StrictWhen::Low(f64::INFINITY)),
        ],
    )
};

const SILENCERS: &[Silencer] = &[
    Silencer {
        rule: &PYTHON_NOQA_FILE,
        words: &["noqa"],
        pattern: r"#\s*(?i:ruff|flake8)\s*[:=]\s*(?i:noqa)\b",
        unless: Some(r"^\s*:\s*[A-Z]"),
        message: "this silences every lint in the whole file",
        help: "name the rules in the linter's configuration, or give a reason: `# ruff: noqa -- \
            reason`",
        ..PYTHON
    },
    Silencer {
        rule: &PYTHON_NOQA_CODED,
        words: &["noqa"],
        pattern: r"#\s*(?:(?i:ruff|flake8)\s*:\s*)?(?i:noqa)\s*:\s*[A-Z]+\d*(?:(?:\s*,\s*|\s+)[A-Z]+\d+)*",
        message: "this silences a lint",
        help: "fix the problem, or give a reason: `# noqa: E501 -- reason`",
        ..PYTHON
    },
    Silencer {
        rule: &PYTHON_NOQA_CODED,
        words: &["ruff"],
        pattern: r"#\s*ruff\s*:\s*(?:file-ignore|ignore|disable)\s*\[[^\]]*\]",
        message: "this silences a lint",
        help: "fix the problem, or give a reason: `# ruff: ignore[E501] -- reason`",
        ..PYTHON
    },
    Silencer {
        rule: &PYTHON_NOQA_BARE,
        words: &["noqa"],
        // flake8 takes it for a directive whatever follows, so there is no end of the word.
        pattern: r"#\s*(?i:noqa)",
        unless: Some(r"^-"),
        message: "this silences every lint on the line",
        help: "fix the problem, or name the code and give a reason: `# noqa: E501 -- reason`",
        ..PYTHON
    },
];

const PROGRAMS: &[Program] = &[
    Program {
        cannot_fail: ruff,
        ..Program::new(&["ruff"])
    },
    Program {
        cannot_fail: |call| call.always(&["--exit-zero", "--bug-report"]),
        ..Program::new(&["flake8"])
    },
];

fn ruff(call: &Call<'_>) -> Option<SwallowedStatus> {
    if let Some(swallowed) = call.exit_zero() {
        return Some(swallowed);
    }
    if call.is(&["check"])
        && let Some(swallowed) = call.always(&[
            "-e",
            "--add-ignore",
            "--add-noqa",
            "--show-files",
            "--show-settings",
        ])
    {
        return Some(swallowed);
    }
    if let Some(word) = call.option(&["--fix-only"]) {
        return Some(SwallowedStatus::by_tool(
            word.span.clone(),
            "ruff succeeds even if it could not fix every problem",
            "write `ruff check --no-fix` here, and move the fixing command to `fix`",
        ));
    }
    if let Some(("ALL", span)) = call.value("--ignore") {
        return Some(SwallowedStatus::by_tool(
            span,
            "every ruff rule is disabled",
            "name the rules to disable",
        ));
    }
    match call.value("--select") {
        Some(("", span)) => Some(SwallowedStatus::by_tool(
            span,
            "no ruff rule is selected",
            "name the rules to select, or remove `--select`",
        )),
        _ => None,
    }
}

const ARTIFACTS: &[Artifact] =
    &[Artifact::new(".ruff_cache", ArtifactKind::Cache).made_in(&["pyproject.toml"])];

/// ruff has found no file to check.
pub(super) const NO_PYTHON: Sign =
    Sign::nothing(r"^warning: No Python files found under the given path\(s\)$").by_configuration();

/// The line by which flake8 says how many files it has checked.
const FLAKE8_COUNT: &str = r"^[1-9]\d*\s+total files processed$";

const CHECKERS: &[Checker] = &[
    Checker {
        unless: &["--statistics", "--show-settings", "--show-files", "--watch"],
        check: Edit {
            without: &[
                "--fix",
                "--fix-only",
                "--unsafe-fixes",
                "--exit-zero",
                "--exit-non-zero-on-fix",
                "-e",
                "--output-format",
            ],
            with: &["--no-fix"],
            ..Edit::NONE
        },
        fix: Some(Edit {
            without: &["--no-fix", "--diff"],
            with: &["--fix"],
            ..Edit::NONE
        }),
        file_list: Some(&["--force-exclude"]),
        files: PYTHON_FILES,
        configured_by: &[
            ("ruff.toml", ""),
            (".ruff.toml", ""),
            ("pyproject.toml", "tool.ruff.lint"),
            ("pyproject.toml", "tool.ruff"),
        ],
        packages: Packages::PyPi(&["ruff"]),
        success: Some("^All checks passed!"),
        findings: Findings {
            lines: Edit {
                with: &["--output-format=concise"],
                unless: &["--output-format"],
                ..Edit::NONE
            },
            ..Findings::NONE
        },
        cache: Some(Cache::of_project(".ruff_cache", "RUFF_CACHE_DIR")),
        whole: &["ruff", "check", "--no-fix", "."],
        recorded: Some("0.17.6"),
        signs: &[
            NO_PYTHON,
            Sign::internal(r"^(?:error: Ruff crashed|ruff panicked)").with(&[2]),
            Sign::usage(r"^ruff failed$|^error: ").with(&[2]),
            Sign::usage("").with(&[2]),
        ],
        skips_ignored: true,
        options: RUFF_OPTIONS,
        ..Checker::new("ruff", GateKind::Lint, &[&["ruff", "check"]])
    },
    Checker {
        file_list: Some(&[]),
        files: PYTHON_FILES,
        configured_by: &[
            (".flake8", ""),
            ("setup.cfg", "flake8"),
            ("tox.ini", "flake8"),
        ],
        packages: Packages::PyPi(&["flake8"]),
        unless: &["--bug-report"],
        // Without `--benchmark`, it does not say how many files it has checked.
        check: Edit {
            without: &["--exit-zero"],
            with: &["--benchmark"],
            ..Edit::NONE
        },
        whole: &["flake8"],
        success: Some(FLAKE8_COUNT),
        proof: Some(Proof {
            option: "--benchmark",
            line: FLAKE8_COUNT,
        }),
        search: FileSearch::named(&["**/*.py*"]),
        recorded: Some("7.5.0"),
        signs: &[
            Sign::nothing(r"^0\s+total files processed$").by_configuration(),
            TRACEBACK,
            Sign::usage(r"^flake8: error: ").with(&[2]),
            Sign::usage("").with(&[2]),
        ],
        options: FLAKE8_OPTIONS,
        findings: Findings::counting(ColumnUnit::BytesExcept(&["E", "W"])),
        ..Checker::new("flake8", GateKind::Lint, &[&["flake8"], &["pflake8"]])
    },
    Checker {
        check: Edit {
            without: &["--in-place", "-i"],
            with: &["--check"],
            unless: &["--check", "-c", "--check-diff", "-cd"],
            ..Edit::NONE
        },
        fix: Some(Edit {
            without: &["--check", "-c", "--check-diff", "-cd"],
            with: &["--in-place"],
            ..Edit::NONE
        }),
        files: PYTHON_FILES,
        configured_by: &[("pyproject.toml", "tool.autoflake")],
        packages: Packages::PyPi(&["autoflake"]),
        search: FileSearch::by_names(PYTHON_FILES, &["--recursive", "-r"], WithoutPath::Unknown),
        success: Some("No issues detected!$"),
        file_list: Some(&[]),
        options: CallOptions::PATHS,
        ..Checker::new("autoflake", GateKind::Lint, &[&["autoflake"]])
    },
    Checker {
        files: PYTHON_FILES,
        configured_by: &[("pyproject.toml", "tool.vulture")],
        packages: Packages::PyPi(&["vulture"]),
        search: FileSearch::by_names(&["**/*.py"], &[], WithoutPath::Unknown),
        recorded: Some("2.16"),
        signs: &[ARGPARSE, TRACEBACK],
        options: VULTURE_OPTIONS,
        ..Checker::new("vulture", GateKind::Lint, &[&["vulture"]])
    },
    Checker {
        check: Edit::with(&["--check"]),
        fix: Some(Edit::without(&["--check", "--diff"])),
        files: PYTHON_FILES,
        configured_by: &[("pyproject.toml", "tool.pycln")],
        packages: Packages::PyPi(&["pycln"]),
        file_list: Some(&[]),
        ..Checker::new("pycln", GateKind::Lint, &[&["pycln"]])
    },
    Checker {
        files: PYTHON_FILES,
        configured_by: &[("pyproject.toml", "tool.slotscheck")],
        packages: Packages::PyPi(&["slotscheck"]),
        success: Some("^All OK!"),
        options: CallOptions::PATHS,
        ..Checker::new("slotscheck", GateKind::Lint, &[&["slotscheck"]])
    },
    Checker {
        files: PYTHON_FILES,
        configured_by: &[("pyproject.toml", "tool.pydoclint")],
        packages: Packages::PyPi(&["pydoclint"]),
        file_list: Some(&[]),
        options: CallOptions::PATHS,
        ..Checker::new("pydoclint", GateKind::Lint, &[&["pydoclint"]])
    },
    Checker {
        files: PYTHON_FILES,
        configured_by: &[("pyproject.toml", "tool.interrogate")],
        packages: Packages::PyPi(&["interrogate"]),
        success: Some("RESULT: PASSED"),
        recorded: Some("1.7.0"),
        signs: &[
            Sign::nothing(r"^E: No Python or Python-like files found to interrogate in ")
                .with(&[1]),
            CLICK,
            TRACEBACK,
        ],
        options: INTERROGATE_OPTIONS,
        ..Checker::new("interrogate", GateKind::Lint, &[&["interrogate"]])
    },
    Checker {
        packages: Packages::PyPi(&["deptry"]),
        configured_by: &[("pyproject.toml", "tool.deptry")],
        success: Some("Success! No dependency issues found"),
        recorded: Some("0.25.1"),
        signs: &[CLICK, TRACEBACK],
        ..Checker::new("deptry", GateKind::Lint, &[&["deptry"]])
    },
    Checker {
        files: PYTHON_FILES,
        packages: Packages::PyPi(&["pydocstyle"]),
        search: FileSearch::named(&["**/*.py*"]),
        configured_by: &[("pyproject.toml", "tool.pydocstyle"), (".pydocstyle", "")],
        recorded: Some("6.3.0"),
        signs: &[ARGPARSE, TRACEBACK],
        options: CallOptions::PATHS,
        ..Checker::new("pydocstyle", GateKind::Lint, &[&["pydocstyle"]])
    },
    Checker {
        packages: Packages::PyPi(&["import-linter"]),
        configured_by: &[
            (".importlinter", ""),
            ("pyproject.toml", "tool.importlinter"),
        ],
        ..Checker::new("import-linter", GateKind::Lint, &[&["lint-imports"]])
    },
];

/// The options of ruff.
const RUFF_OPTIONS: CallOptions = CallOptions {
    neutral: &[
        "-q",
        "--quiet",
        "-v",
        "--verbose",
        "-n",
        "--no-cache",
        "--show-fixes",
        "--statistics",
    ],
    neutral_valued: &["--output-format", "--color"],
    stricter: &[
        "--exit-non-zero-on-fix",
        "--no-fix",
        "--no-respect-gitignore",
        "--ignore-noqa",
    ],
    stricter_valued: &["--extend-select"],
    looser: &["--fix", "--unsafe-fixes", "--force-exclude"],
    looser_valued: &[
        "--ignore",
        "--extend-ignore",
        "--exclude",
        "--extend-exclude",
        "--per-file-ignores",
        "--extend-per-file-ignores",
    ],
    operands: Operands::Paths,
    ..CallOptions::UNKNOWN
};

/// The options of flake8.
const FLAKE8_OPTIONS: CallOptions = CallOptions {
    neutral: &[
        "-q",
        "--quiet",
        "-v",
        "--verbose",
        "--show-source",
        "--statistics",
        "--count",
        "--benchmark",
    ],
    neutral_valued: &["--color"],
    stricter: &["--disable-noqa"],
    stricter_valued: &["--extend-select"],
    looser_valued: &["--extend-ignore", "--extend-exclude"],
    numbers: &[
        ("--max-line-length", StrictNumber::Low),
        ("--max-doc-length", StrictNumber::Low),
        ("--max-complexity", StrictNumber::Low),
    ],
    operands: Operands::Paths,
    ..CallOptions::UNKNOWN
};

/// The options of vulture.
const VULTURE_OPTIONS: CallOptions = CallOptions {
    neutral: &["-v", "--verbose", "--sort-by-size"],
    looser_valued: &["--exclude", "--ignore-names", "--ignore-decorators"],
    numbers: &[("--min-confidence", StrictNumber::Low)],
    operands: Operands::Together,
    ..CallOptions::UNKNOWN
};

/// The options of interrogate.
const INTERROGATE_OPTIONS: CallOptions = CallOptions {
    neutral: &["-q", "--quiet", "-v", "-vv", "--verbose"],
    numbers: &[
        ("--fail-under", StrictNumber::High),
        ("-f", StrictNumber::High),
    ],
    operands: Operands::Together,
    ..CallOptions::UNKNOWN
};

/// Directives that the output of these tools suggests.
const SUGGESTIONS: &[Suggestion] = &[Suggestion {
    pattern: r"#\s*noqa\b",
    directive: "# noqa",
    rule: &PYTHON_NOQA_BARE,
    instead: "change the code; if it has to stay, name the code and say why: `# noqa: E501 -- reason`",
}];
