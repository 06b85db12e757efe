//! mypy, pyright, ty and similar type checkers for Python.

use super::artifact::{Artifact, ArtifactKind};
use super::cache::Cache;
use super::call::Call;
use super::call_options::{CallOptions, Operands};
use super::checker::{Checker, Edit, Findings, Packages};
use super::color::ColorVariable;
use super::configuration::{Configuration, SettingsRoot, configuration, json, sections, toml};
use super::daemon::{DaemonClient, Leaves};
use super::family::Family;
use super::file_search::FileSearch;
use super::program::Program;
use super::sign::{Sign, TRACEBACK};
use super::silencer::{PYTHON, Silencer, SourcePart};
use super::strict_setting::{FirstTime, ListKind, StrictWhen, Unset};
use super::suggestion::Suggestion;
use super::swallowed_status::SwallowedStatus;
use super::variable::WeakeningVariable;
use crate::model::column::ColumnUnit;
use crate::model::gate::GateKind;
use crate::model::rule::rules;

pub(super) const FAMILY: Family = Family {
    configurations: &[MYPY, PYRIGHT],
    silencers: SILENCERS,
    suggestions: SUGGESTIONS,
    variables: VARIABLES,
    programs: PROGRAMS,
    daemons: DAEMONS,
    artifacts: ARTIFACTS,
    checkers: CHECKERS,
    colors: COLORS,
    syntax_errors: SYNTAX_ERRORS,
    ..Family::NONE
};

const COLORS: &[ColorVariable] = &[ColorVariable::new("mypy", "MYPY_FORCE_COLOR", "1")];

const SYNTAX_ERRORS: &[&str] = &[r": error: .*\[syntax\]$"];

rules! { AddedLines:
    PYTHON_TYPE_IGNORE_FILE = Error "python.type-ignore-file"
        "`# mypy: ignore-errors`, `# mypy: disable-error-code=...`, `# pyright: basic`, \
        `# pyright: report...=false`, `# pyrefly: ignore-errors`";
    PYTHON_TYPE_IGNORE_CODED = Warn "python.type-ignore-coded"
        "`# type: ignore[code]` and similar comments";
    PYTHON_TYPE_IGNORE_BARE = Error "python.type-ignore-bare"
        "`# type: ignore`, `# pyright: ignore`, `# ty: ignore` without a code, `@no_type_check`";
}

rules! { ToolConfiguration:
    MYPY_STRICT = Error "config.mypy.strict" "`strict` or one of its flags is off";
    MYPY_IGNORE_ERRORS = Error "config.mypy.ignore-errors" "`ignore_errors` is on";
    MYPY_MISSING_IMPORTS = Warn "config.mypy.missing-imports"
        "`ignore_missing_imports` is on, or `follow_imports` is lower";
    MYPY_ALLOW = Error "config.mypy.allow"
        "a flag such as `allow_redefinition` or `implicit_reexport` is on";
    MYPY_EXCLUDE = Error "config.mypy.exclude"
        "`exclude` is longer, or `exclude_gitignore` is on";
    MYPY_FILES = Warn "config.mypy.files" "`files`, `packages` or `modules` is shorter";
    MYPY_DISABLE_ERROR_CODE = Error "config.mypy.disable-error-code"
        "`disable_error_code` is longer";
    MYPY_ENABLE_ERROR_CODE = Error "config.mypy.enable-error-code" "`enable_error_code` is shorter";
    MYPY_REMOVED = Error "config.mypy.removed" "the configuration was removed";
    PYRIGHT_MODE = Error "config.pyright.mode" "`typeCheckingMode` is lower";
    PYRIGHT_REPORT = Error "config.pyright.report"
        "the level of a `report...` setting is lower, or a `strict...` flag is off";
    PYRIGHT_EXCLUDE = Error "config.pyright.exclude" "`exclude` or `ignore` is longer";
    PYRIGHT_INCLUDE = Warn "config.pyright.include" "`include` or `strict` is shorter";
    PYRIGHT_REMOVED = Error "config.pyright.removed" "the configuration was removed";
}

const MYPY: Configuration = Configuration {
    nested: &["overrides.*"],
    alternatives: &["pyright"],
    read_by: &["mypy", "dmypy"],
    ..configuration(
        "mypy",
        Some(&MYPY_REMOVED),
        &[
            sections("mypy.ini", SettingsRoot::MypySections),
            sections(".mypy.ini", SettingsRoot::MypySections),
            toml("pyproject.toml", "tool.mypy"),
            sections("setup.cfg", SettingsRoot::MypySections),
        ],
        &[
            MYPY_STRICT.settings(&["strict"], StrictWhen::On(false)),
            // The settings that `strict` switches on; each key is compared with itself.
            MYPY_STRICT
                .settings(
                    &[
                        "*disallow-any-generics",
                        "*disallow-subclassing-any",
                        "*disallow-untyped-calls",
                        "*disallow-untyped-defs",
                        "*disallow-incomplete-defs",
                        "*disallow-untyped-decorators",
                        "*check-untyped-defs",
                        "*warn-unused-configs",
                        "*warn-redundant-casts",
                        "*warn-unused-ignores",
                        "*warn-return-any",
                        "*no-implicit-reexport",
                        "*strict-equality",
                        "*strict-equality-for-none",
                        "*strict-bytes",
                        "*extra-checks",
                    ],
                    StrictWhen::On(false),
                )
                .implied_by(&["strict"]),
            MYPY_STRICT.settings(
                &[
                    "*disallow-any-unimported",
                    "*disallow-any-expr",
                    "*disallow-any-decorated",
                    "*disallow-any-explicit",
                    "*warn-unreachable",
                ],
                StrictWhen::On(false),
            ),
            MYPY_STRICT.settings(
                &[
                    "*no-implicit-optional",
                    "*strict-optional",
                    "*warn-no-return",
                ],
                StrictWhen::On(true),
            ),
            MYPY_IGNORE_ERRORS.settings(&["ignore-errors"], StrictWhen::Off(false)),
            MYPY_MISSING_IMPORTS.settings(&["ignore-missing-imports"], StrictWhen::Off(false)),
            MYPY_MISSING_IMPORTS.settings(
                &["follow-imports"],
                StrictWhen::HighLevel(&[&["skip"], &["silent"], &["normal"], &["error"]], Some(2)),
            ),
            MYPY_ALLOW.settings(
                &[
                    "*allow-redefinition",
                    "*allow-untyped-globals",
                    "*allow-empty-bodies",
                    "*implicit-optional",
                    "*report-deprecated-as-note",
                ],
                StrictWhen::Off(false),
            ),
            MYPY_ALLOW
                .settings(&["allow-*", "implicit-*"], StrictWhen::Off(false))
                .at_first(FirstTime::Nothing),
            MYPY_ALLOW.settings(
                &[
                    "always-true",
                    "always-false",
                    "untyped-calls-exclude",
                    "deprecated-calls-exclude",
                ],
                StrictWhen::Short(ListKind::Names, &[]),
            ),
            MYPY_EXCLUDE.settings(&["exclude-gitignore"], StrictWhen::Off(false)),
            MYPY_EXCLUDE.settings(&["exclude"], StrictWhen::Short(ListKind::Expressions, &[])),
            MYPY_FILES.settings(
                &["files", "packages", "modules"],
                StrictWhen::Long(ListKind::Paths, Unset::Enough),
            ),
            MYPY_DISABLE_ERROR_CODE.settings(
                &["disable-error-code"],
                StrictWhen::Short(ListKind::Names, &[]),
            ),
            MYPY_ENABLE_ERROR_CODE.settings(
                &["enable-error-code"],
                StrictWhen::Long(ListKind::Names, Unset::These(&[])),
            ),
        ],
    )
};

const PYRIGHT: Configuration = Configuration {
    nested: &["executionEnvironments.*"],
    inherits: &["extends"],
    alternatives: &["mypy"],
    read_by: &["pyright", "basedpyright"],
    ..configuration(
        "pyright",
        Some(&PYRIGHT_REMOVED),
        &[
            json("pyrightconfig.json", ""),
            toml("pyproject.toml", "tool.pyright"),
            toml("pyproject.toml", "tool.basedpyright"),
        ],
        &[
            PYRIGHT_MODE.settings(
                &["typeCheckingMode"],
                StrictWhen::HighLevel(
                    &[
                        &["off"],
                        &["basic"],
                        &["standard"],
                        &["strict"],
                        &["recommended"],
                        &["all"],
                    ],
                    Some(2),
                ),
            ),
            PYRIGHT_REPORT
                .settings(
                    PYRIGHT_ERRORS,
                    StrictWhen::HighLevel(PYRIGHT_LEVELS, Some(3)),
                )
                .implied_by(&["typeCheckingMode"]),
            PYRIGHT_REPORT
                .settings(&["report*"], StrictWhen::HighLevel(PYRIGHT_LEVELS, None))
                .implied_by(&["typeCheckingMode"])
                .at_first(FirstTime::Nothing),
            PYRIGHT_REPORT.settings(
                &["strict*Inference", "failOnWarnings"],
                StrictWhen::On(false),
            ),
            PYRIGHT_REPORT.settings(
                &["strictParameterNoneValue*", "analyzeUnannotatedFunctions*"],
                StrictWhen::On(true),
            ),
            PYRIGHT_EXCLUDE.settings(
                &["exclude", "ignore"],
                StrictWhen::Short(ListKind::Paths, &["**/.*"]),
            ),
            PYRIGHT_INCLUDE.settings(
                &["include", "strict"],
                StrictWhen::Long(ListKind::Paths, Unset::Enough),
            ),
        ],
    )
};

/// The levels of pyright's reports.
const PYRIGHT_LEVELS: &[&[&str]] = &[
    &["none", "false"],
    &["information"],
    &["warning"],
    &["error", "true"],
];

/// What pyright reports as an error by default (documentation, "Diagnostic Settings Defaults",
/// `standard`).
const PYRIGHT_ERRORS: &[&str] = &[
    "*reportAbstractUsage",
    "*reportArgumentType",
    "*reportAssertTypeFailure",
    "*reportAssignmentType",
    "*reportAttributeAccessIssue",
    "*reportCallIssue",
    "*reportFunctionMemberAccess",
    "*reportGeneralTypeIssues",
    "*reportIncompatibleMethodOverride",
    "*reportIncompatibleVariableOverride",
    "*reportInconsistentOverload",
    "*reportIndexIssue",
    "*reportInvalidTypeArguments",
    "*reportInvalidTypeForm",
    "*reportMissingImports",
    "*reportNoOverloadImplementation",
    "*reportOperatorIssue",
    "*reportOptionalCall",
    "*reportOptionalContextManager",
    "*reportOptionalIterable",
    "*reportOptionalMemberAccess",
    "*reportOptionalOperand",
    "*reportOptionalSubscript",
    "*reportOverlappingOverload",
    "*reportPossiblyUnbound",
    "*reportPrivateImportUsage",
    "*reportRedeclaration",
    "*reportReturnType",
    "*reportSelfClsParameterName",
    "*reportTypedDictNotRequiredAccess",
    "*reportUnboundVariable",
    "*reportUndefinedVariable",
    "*reportUnhashable",
    "*reportUnusedCoroutine",
    "*reportUnusedExcept",
];

const SILENCERS: &[Silencer] = &[
    Silencer {
        rule: &PYTHON_TYPE_IGNORE_FILE,
        words: &["mypy", "pyright", "pyrefly"],
        pattern: r"^\s*#\s*(?:(?:mypy|pyright):\s*(?:[^#]*,\s*)?ignore[-_]errors|pyrefly:\s*ignore(?:-all)?-errors)\b",
        unless: Some(r"^\s*=\s*[Ff]alse"),
        message: "this silences the type checker in the whole file",
        help: "fix the problems, or silence single lines and give a reason: `# type: ignore[code] \
             # reason`",
        ..PYTHON
    },
    // mypy takes any setting of its configuration (documentation, "Inline configuration").
    Silencer {
        rule: &PYTHON_TYPE_IGNORE_FILE,
        words: &["mypy"],
        pattern: r"^\s*#\s*mypy:\s*(?:[^#]*,\s*)?(?:disable[-_]error[-_]code\b|(?:allow|implicit)[-_][a-z_-]+|no[-_](?:check|disallow|extra|strict|warn)[a-z_-]*|(?:check|disallow|extra|strict|warn)[a-z_-]*\s*=\s*[Ff]alse\b|follow[-_]imports\s*=\s*(?:skip|silent)\b|ignore[-_]missing[-_]imports\b)",
        unless: Some(r"^\s*=\s*[Ff]alse"),
        message: "this makes the type checker less strict in the whole file",
        help: "fix the problems, or silence single lines and give a reason: `# type: ignore[code] \
             # reason`",
        ..PYTHON
    },
    // Documentation of pyright, "Comments".
    Silencer {
        rule: &PYTHON_TYPE_IGNORE_FILE,
        words: &["pyright"],
        pattern: r"^\s*#\s*pyright:\s*(?:[^#]*,\s*)?(?:basic\b|(?:report|strict|analyze|deprecate|enable)\w+\s*=\s*(?:false|none|information|warning)\b)",
        message: "this makes the type checker less strict in the whole file",
        help: "fix the problems, or silence single lines and give a reason: `# type: ignore[code] \
             # reason`",
        ..PYTHON
    },
    Silencer {
        rule: &PYTHON_TYPE_IGNORE_BARE,
        words: &["no_type_check"],
        pattern: r"@(?:[\w.]+\.)?no_type_check(?:_decorator)?\b",
        part: SourcePart::Code,
        message: "this keeps type checkers from looking into the function or class",
        help: "fix the problems, or silence single lines and give a reason: `# type: ignore[code] \
             # reason`",
        ..PYTHON
    },
    Silencer {
        rule: &PYTHON_TYPE_IGNORE_CODED,
        words: &["ignore"],
        pattern: r"#\s*(?:type|ty|pyright|pyrefly):\s*ignore\s*\[[^\]]+\]",
        message: "this silences the type checker",
        help: "fix the problem, or give a reason: `# type: ignore[code]  # reason`",
        ..PYTHON
    },
    Silencer {
        rule: &PYTHON_TYPE_IGNORE_BARE,
        words: &["ignore"],
        pattern: r"#\s*(?:type|ty|pyright|pyrefly):\s*ignore\b",
        unless: Some(r"^[\[\w-]"),
        message: "this silences every error of the type checker on the line",
        help: "fix the problem, or name the code and give a reason: `# type: ignore[code]  # \
            reason`",
        ..PYTHON
    },
    // Documentation of Pyre, "Suppression of Errors".
    Silencer {
        rule: &PYTHON_TYPE_IGNORE_FILE,
        words: &["pyre-"],
        pattern: r"^\s*#\s*pyre-(?:ignore-all-errors|unsafe)\b",
        message: "this silences the type checker in the whole file",
        help: "fix the problems, or silence single lines and give a reason: `# type: ignore[code] \
             # reason`",
        ..PYTHON
    },
    Silencer {
        rule: &PYTHON_TYPE_IGNORE_CODED,
        words: &["pyre-"],
        pattern: r"#\s*pyre-(?:ignore|fixme)\s*\[[^\]]+\]",
        message: "this silences the type checker",
        help: "fix the problem, or give a reason: `# pyre-ignore[code]  # reason`",
        ..PYTHON
    },
    Silencer {
        rule: &PYTHON_TYPE_IGNORE_BARE,
        words: &["pyre-"],
        pattern: r"#\s*pyre-(?:ignore|fixme)\b",
        unless: Some(r"^[\[\w-]"),
        message: "this silences every error of the type checker on the line",
        help: "fix the problem, or name the code and give a reason: `# pyre-ignore[code]  # \
            reason`",
        ..PYTHON
    },
];

const VARIABLES: &[WeakeningVariable] = &[WeakeningVariable::always("TY_CONFIG_FILE", "ty")];

const PROGRAMS: &[Program] = &[
    Program {
        cannot_fail: checks_nothing,
        ..Program::new(&["mypy"])
    },
    // ty 0.0.108: `--exit-zero-on-warning` still fails for errors.
    Program {
        cannot_fail: |call| call.always(&["--exit-zero", "--add-ignore", "--update-baseline"]),
        ..Program::new(&["ty"])
    },
    Program {
        cannot_fail: |call| call.always(&["--createstub"]),
        ..Program::new(&["pyright", "basedpyright"])
    },
];

fn checks_nothing(call: &Call<'_>) -> Option<SwallowedStatus> {
    match call.value("-c") {
        Some(("pass" | "", span)) => Some(SwallowedStatus::by_tool(
            span,
            "mypy checks an empty program",
            "name the files or packages to check",
        )),
        _ => None,
    }
}

/// dmypy 2.4 and pyre 0.9. ty, pyrefly and pyright check in the process that is called.
const DAEMONS: &[DaemonClient] = &[
    DaemonClient {
        names: &["dmypy", "mypy.dmypy"],
        leaves: Leaves::Unless(&["kill", "status", "stop"]),
        instead: "run `mypy` with the same arguments, which does the work itself",
        is_of_path: false,
    },
    DaemonClient {
        names: &["pyre"],
        leaves: Leaves::Subcommands(&["", "incremental", "persistent", "restart", "start"]),
        instead: "run `pyre check`, which does the work itself",
        is_of_path: false,
    },
];

const ARTIFACTS: &[Artifact] = &[
    Artifact::new(".dmypy.json", ArtifactKind::DaemonStatus),
    Artifact::new(".mypy_cache", ArtifactKind::Cache).made_in(&["pyproject.toml", "setup.cfg"]),
    Artifact::new(".pyre", ArtifactKind::Cache),
    Artifact::new(".pytype", ArtifactKind::Cache),
];

const CHECKERS: &[Checker] = &[
    Checker {
        files: TYPED_FILES,
        configured_by: &[
            ("mypy.ini", ""),
            (".mypy.ini", ""),
            ("pyproject.toml", "tool.mypy"),
            ("setup.cfg", "mypy"),
        ],
        packages: Packages::PyPi(&["mypy"]),
        success: Some("^Success: no issues found in"),
        findings: Findings::with(&["--show-column-numbers"]),
        cache: Some(Cache::of_project(".mypy_cache", "MYPY_CACHE_DIR")),
        daemons: &[
            (&["dmypy", "run", "--"], &["mypy"]),
            (&["dmypy", "check"], &["mypy"]),
        ],
        whole: &["mypy"],
        file_list: Some(&[]),
        recorded: Some("2.4.1"),
        signs: &[
            Sign::nothing(r"^Success: no issues found in 0 source files$"),
            Sign::nothing(r"^There are no \.py\[i\] files in directory '").with(&[2]),
            Sign::internal(r"^(?:\S+: )?error: INTERNAL ERROR"),
            TRACEBACK,
            Sign::usage(r"^mypy: (?:error|can't read file)\b|^\S+: error: Cannot read file: ")
                .with(&[2]),
        ],
        options: MYPY_OPTIONS,
        ..Checker::new("mypy", GateKind::Typecheck, &[&["mypy"]])
    },
    Checker {
        unless: &["--createstub", "--verifytypes", "--watch", "-w"],
        files: TYPED_FILES,
        configured_by: &[
            ("pyrightconfig.json", ""),
            ("pyproject.toml", "tool.pyright"),
        ],
        packages: Packages::PyPi(&["pyright"]),
        success: Some("^0 errors, "),
        whole: &["pyright"],
        search: FileSearch::named(&["**/*.py", "**/*.pyi"]),
        recorded: Some("1.1.414"),
        signs: PYRIGHT_SIGNS,
        options: PYRIGHT_OPTIONS,
        findings: Findings::counting(ColumnUnit::Utf16),
        ..Checker::new("pyright", GateKind::Typecheck, &[&["pyright"]])
    },
    Checker {
        unless: &["--createstub", "--verifytypes", "--watch", "-w"],
        files: TYPED_FILES,
        configured_by: &[("pyproject.toml", "tool.basedpyright")],
        packages: Packages::PyPi(&["basedpyright"]),
        success: Some("^0 errors, "),
        whole: &["basedpyright"],
        search: FileSearch::named(&["**/*.{py,pyi,ipynb}"]),
        recorded: Some("1.40.2"),
        signs: PYRIGHT_SIGNS,
        options: PYRIGHT_OPTIONS,
        findings: Findings::counting(ColumnUnit::Utf16),
        ..Checker::new("basedpyright", GateKind::Typecheck, &[&["basedpyright"]])
    },
    Checker {
        unless: &["--watch", "-W"],
        check: Edit::without(&["--exit-zero"]),
        files: TYPED_FILES,
        configured_by: &[("ty.toml", ""), ("pyproject.toml", "tool.ty")],
        packages: Packages::PyPi(&["ty"]),
        success: Some("^All checks passed!"),
        findings: Findings {
            lines: Edit {
                with: &["--output-format=concise"],
                unless: &["--output-format"],
                ..Edit::NONE
            },
            ..Findings::NONE
        },
        whole: &["ty", "check"],
        recorded: Some("0.0.108"),
        signs: &[
            Sign::nothing(r"^WARN No python files found under the given path\(s\)$")
                .by_configuration(),
            Sign::internal(r"^thread '.*' panicked at ").with(&[101]),
            Sign::usage(r"^(?:error|ty failed)\b").with(&[2]),
            Sign::usage("").with(&[2]),
        ],
        skips_ignored: true,
        options: TY_OPTIONS,
        ..Checker::new("ty", GateKind::Typecheck, &[&["ty", "check"]])
    },
    Checker {
        files: TYPED_FILES,
        configured_by: &[("pyrefly.toml", ""), ("pyproject.toml", "tool.pyrefly")],
        packages: Packages::PyPi(&["pyrefly"]),
        success: Some("0 errors"),
        whole: &["pyrefly", "check"],
        recorded: Some("1.5.0"),
        signs: &[
            Sign::nothing(r"^No Python files matched pattern `")
                .with_any_code()
                .by_configuration(),
            Sign::usage(r"^error: ").with(&[2]),
            Sign::usage("").with(&[2]),
        ],
        skips_ignored: true,
        options: CallOptions::PATHS,
        ..Checker::new("pyrefly", GateKind::Typecheck, &[&["pyrefly", "check"]])
    },
    Checker {
        files: TYPED_FILES,
        ..Checker::new(
            "verify-types",
            GateKind::Typecheck,
            &[
                &["pyright", "--verifytypes"],
                &["pyright", "--ignoreexternal", "--verifytypes"],
            ],
        )
    },
    Checker {
        files: TYPED_FILES,
        packages: Packages::PyPi(&["mypy"]),
        success: Some("^Success: no issues found"),
        ..Checker::new(
            "stubtest",
            GateKind::Typecheck,
            &[&["stubtest"], &["mypy.stubtest"]],
        )
    },
];

/// What pyright says besides its verdict (its documentation, "Pyright Exit Codes").
const PYRIGHT_SIGNS: &[Sign] = &[
    Sign::nothing(r"^No source files found\.?$").with_any_code(),
    Sign::internal("").with(&[2]),
    Sign::usage(r"^Config file |^File or directory |^Unexpected option ").with(&[3, 4]),
    Sign::usage("").with(&[3, 4]),
];

/// What a type checker of Python looks at: sources, and the project's own description.
const TYPED_FILES: &[&str] = &["**/*.py", "**/*.pyi", "**/pyproject.toml"];

/// The options of mypy.
const MYPY_OPTIONS: CallOptions = CallOptions {
    neutral: &[
        "--pretty",
        "--show-error-codes",
        "--show-column-numbers",
        "--show-error-context",
        "--show-error-end",
        "--show-absolute-path",
        "--no-color-output",
        "--color-output",
        "--no-error-summary",
        "--error-summary",
        "--verbose",
        "-v",
        "--no-incremental",
    ],
    stricter: &[
        "--strict",
        "--strict-equality",
        "--strict-bytes",
        "--strict-optional",
        "--extra-checks",
        "--check-untyped-defs",
        "--warn-unreachable",
        "--warn-return-any",
        "--warn-unused-ignores",
        "--warn-unused-configs",
        "--warn-redundant-casts",
        "--warn-no-return",
        "--disallow-untyped-defs",
        "--disallow-incomplete-defs",
        "--disallow-untyped-calls",
        "--disallow-untyped-decorators",
        "--disallow-subclassing-any",
        "--disallow-any-generics",
        "--disallow-any-unimported",
        "--disallow-any-decorated",
        "--disallow-any-explicit",
        "--disallow-any-expr",
        "--no-implicit-reexport",
        "--no-implicit-optional",
    ],
    stricter_valued: &["--enable-error-code"],
    looser: &[
        "--ignore-missing-imports",
        "--allow-untyped-defs",
        "--allow-untyped-calls",
        "--allow-redefinition",
        "--implicit-optional",
        "--implicit-reexport",
        "--no-strict-optional",
    ],
    looser_valued: &["--disable-error-code", "--exclude"],
    selecting: &["-p", "--package", "-m", "--module"],
    operands: Operands::Paths,
    ..CallOptions::UNKNOWN
};

/// The options of pyright and basedpyright.
const PYRIGHT_OPTIONS: CallOptions = CallOptions {
    neutral: &["--stats", "--verbose", "--outputjson"],
    stricter: &["--warnings"],
    operands: Operands::Paths,
    ..CallOptions::UNKNOWN
};

/// The options of ty.
const TY_OPTIONS: CallOptions = CallOptions {
    neutral: &["-q", "--quiet", "-v", "--verbose"],
    neutral_valued: &["--output-format", "--color"],
    stricter: &["--error-on-warning"],
    stricter_valued: &["--error"],
    looser_valued: &["--ignore", "--exclude"],
    operands: Operands::Paths,
    ..CallOptions::UNKNOWN
};

/// Directives that the output of these tools suggests.
const SUGGESTIONS: &[Suggestion] = &[Suggestion {
    pattern: r"#\s*(?:type|pyright|ty|pyrefly):\s*ignore\b",
    directive: "# type: ignore",
    rule: &PYTHON_TYPE_IGNORE_BARE,
    instead: "correct the types; if this is impossible, name the error and say why: `# type: ignore[code]  # reason`",
}];
