//! TypeScript's compiler.

use jsonc_parser::{CollectOptions, ParseOptions, ast, parse_to_ast};

use super::cache::Cache;
use super::call_options::CallOptions;
use super::checker::{Checker, Edit, Findings, Packages};
use super::configuration::{Configuration, configuration, json};
use super::daemon::{DaemonClient, Leaves};
use super::family::Family;
use super::file_search::{FileList, FileSearch};
use super::program::Program;
use super::sign::{NODE_CRASH, Sign};
use super::silencer::{FileScope, JAVASCRIPT, ReasonStyle, Silencer};
use super::strict_setting::{ListKind, StrictWhen, Unset};
use crate::model::column::ColumnUnit;
use crate::model::gate::GateKind;
use crate::model::rule::rules;

pub(super) const FAMILY: Family = Family {
    configurations: &[TYPESCRIPT],
    silencers: SILENCERS,
    daemons: DAEMONS,
    programs: PROGRAMS,
    checkers: CHECKERS,
    ..Family::NONE
};

rules! { AddedLines:
    JS_TS_IGNORE = Error "js.ts-ignore" "`@ts-ignore`, `@ts-nocheck`";
    JS_TS_EXPECT_ERROR = Warn "js.ts-expect-error" "`@ts-expect-error`, except in tests";
}

rules! { ToolConfiguration:
    TYPESCRIPT_STRICT = Error "config.typescript.strict"
        "`strict`, a flag of its family, `noUnused...`, `noUnchecked...` or a similar flag is \
        off";
    TYPESCRIPT_ALLOW = Error "config.typescript.allow"
        "`allowUnreachableCode`, `allowUnusedLabels`, `noCheck` or a similar flag is on";
    TYPESCRIPT_SKIP_LIB_CHECK = Warn "config.typescript.skip-lib-check" "`skipLibCheck` is on";
    TYPESCRIPT_EXCLUDE = Error "config.typescript.exclude" "`exclude` is longer";
    TYPESCRIPT_INCLUDE = Warn "config.typescript.include" "`include`, `files` or `references` is shorter";
    TYPESCRIPT_REMOVED = Error "config.typescript.removed" "the configuration was removed";
}

const TYPESCRIPT: Configuration = Configuration {
    is_each_file_alone: true,
    inherits: &["extends"],
    read_by: &["tsc", "tsgo", "vue-tsc"],
    ..configuration(
        "TypeScript",
        Some(&TYPESCRIPT_REMOVED),
        &[
            json("tsconfig.json", ""),
            json("tsconfig.*.json", ""),
            json("tsconfig-*.json", ""),
            json("jsconfig.json", ""),
            json("deno.json", ""),
            json("deno.jsonc", ""),
        ],
        &[
            TYPESCRIPT_STRICT.settings(&["compilerOptions.strict"], StrictWhen::On(false)),
            TYPESCRIPT_STRICT
                .settings(
                    &[
                        "compilerOptions.*noImplicitAny",
                        "compilerOptions.*noImplicitThis",
                        "compilerOptions.*strictBindCallApply",
                        "compilerOptions.*strictBuiltinIteratorReturn",
                        "compilerOptions.*strictFunctionTypes",
                        "compilerOptions.*strictNullChecks",
                        "compilerOptions.*strictPropertyInitialization",
                        "compilerOptions.*useUnknownInCatchVariables",
                        "compilerOptions.*alwaysStrict",
                    ],
                    StrictWhen::On(false),
                )
                .implied_by(&["compilerOptions.strict"]),
            TYPESCRIPT_STRICT.settings(
                &[
                    "compilerOptions.*noFallthroughCasesInSwitch",
                    "compilerOptions.*noImplicitOverride",
                    "compilerOptions.*noImplicitReturns",
                    "compilerOptions.*noPropertyAccessFromIndexSignature",
                    "compilerOptions.noUnchecked*",
                    "compilerOptions.noUnused*",
                    "compilerOptions.*exactOptionalPropertyTypes",
                    "compilerOptions.*checkJs",
                    "compilerOptions.*erasableSyntaxOnly",
                ],
                StrictWhen::On(false),
            ),
            TYPESCRIPT_STRICT.settings(
                &["compilerOptions.forceConsistentCasingInFileNames"],
                StrictWhen::On(true),
            ),
            TYPESCRIPT_INCLUDE.settings(
                &["references"],
                StrictWhen::Long(ListKind::Paths, Unset::Enough),
            ),
            TYPESCRIPT_ALLOW.settings(
                &[
                    "compilerOptions.*allowUnreachableCode",
                    "compilerOptions.*allowUnusedLabels",
                    "compilerOptions.*suppressImplicitAnyIndexErrors",
                    "compilerOptions.*suppressExcessPropertyErrors",
                    "compilerOptions.*noStrictGenericChecks",
                    "compilerOptions.*noCheck",
                ],
                StrictWhen::Off(false),
            ),
            TYPESCRIPT_SKIP_LIB_CHECK
                .settings(&["compilerOptions.skipLibCheck"], StrictWhen::Off(false)),
            TYPESCRIPT_EXCLUDE.settings(&["exclude"], StrictWhen::Short(ListKind::Paths, &[])),
            TYPESCRIPT_INCLUDE.settings(
                &["include", "files"],
                StrictWhen::Long(ListKind::Paths, Unset::Enough),
            ),
        ],
    )
};

const SILENCERS: &[Silencer] = &[
    Silencer {
        rule: &JS_TS_IGNORE,
        words: &["@ts-"],
        pattern: r"(?:/\*+|//+|\*)\s*@ts-(?:ignore|nocheck)\b",
        reason: ReasonStyle::Rest,
        message: "this silences the type checker, even if the error no longer exists",
        help: "fix the problem, or write `@ts-expect-error` with a reason",
        ..JAVASCRIPT
    },
    Silencer {
        rule: &JS_TS_EXPECT_ERROR,
        files: FileScope::NoTests,
        words: &["@ts-"],
        pattern: r"(?:/\*+|//+|\*)\s*@ts-expect-error\b",
        reason: ReasonStyle::Rest,
        message: "this silences the type checker",
        help: "fix the problem, or give a reason: `// @ts-expect-error -- reason`",
        ..JAVASCRIPT
    },
];

/// Flow. `tsc` and its wrappers check in the process that is called, and `--watch` never ends.
const DAEMONS: &[DaemonClient] = &[DaemonClient {
    names: &["flow"],
    leaves: Leaves::Subcommands(&["", "start", "status"]),
    instead: "run `flow check`, which does the work itself",
    is_of_path: false,
}];

const PROGRAMS: &[Program] = &[Program {
    cannot_fail: |call| {
        call.always(&[
            "--all",
            "--clean",
            "--dry",
            "--init",
            "--listFilesOnly",
            "--noCheck",
            "--showConfig",
        ])
    },
    ..Program::new(&["tsc", "tsgo", "vue-tsc"])
}];

const CHECKERS: &[Checker] = &[
    Checker {
        unless: &["--watch", "-w", "--init", "--showConfig", "--listFilesOnly"],
        check: Edit {
            with: &["--noEmit"],
            unless: &["--noEmit", "-b", "--build"],
            ..Edit::NONE
        },
        files: TYPESCRIPT_FILES,
        configured_by: &[("tsconfig.json", "")],
        packages: Packages::Npm(&["typescript"]),
        whole: &["tsc", "--noEmit"],
        search: TSC_SEARCH,
        cache: Some(Cache::if_asked("tsconfig.tsbuildinfo")),
        recorded: Some("7.0.2"),
        signs: TSC_SIGNS,
        options: TSC_OPTIONS,
        findings: Findings::counting(ColumnUnit::Utf16),
        ..Checker::new("tsc", GateKind::Typecheck, &[&["tsc"], &["tsgo"]])
    },
    Checker {
        unless: &["--watch", "-w"],
        check: Edit {
            with: &["--noEmit"],
            unless: &["--noEmit", "-b", "--build"],
            ..Edit::NONE
        },
        files: TYPESCRIPT_FILES,
        packages: Packages::Npm(&["vue-tsc"]),
        search: TSC_SEARCH,
        cache: Some(Cache::if_asked("tsconfig.tsbuildinfo")),
        signs: TSC_SIGNS,
        options: TSC_OPTIONS,
        findings: Findings::counting(ColumnUnit::Utf16),
        ..Checker::new("vue-tsc", GateKind::Typecheck, &[&["vue-tsc"]])
    },
    Checker {
        files: TYPESCRIPT_FILES,
        packages: Packages::Npm(&["svelte-check"]),
        options: SVELTE_OPTIONS,
        ..Checker::new("svelte-check", GateKind::Typecheck, &[&["svelte-check"]])
    },
    Checker {
        files: TYPESCRIPT_FILES,
        packages: Packages::Npm(&["tsd"]),
        ..Checker::new("tsd", GateKind::Typecheck, &[&["tsd"]])
    },
    Checker {
        files: TYPESCRIPT_FILES,
        packages: Packages::Npm(&["dtslint"]),
        ..Checker::new("dtslint", GateKind::Typecheck, &[&["dtslint"]])
    },
    Checker {
        files: &["**/*.{js,jsx,mjs,cjs,flow}", "**/.flowconfig"],
        configured_by: &[(".flowconfig", "")],
        packages: Packages::Npm(&["flow-bin"]),
        success: Some("^Found 0 errors"),
        ..Checker::new("flow", GateKind::Typecheck, &[&["flow", "check"]])
    },
    Checker {
        packages: Packages::Npm(&["@arethetypeswrong/cli"]),
        ..Checker::new("attw", GateKind::Typecheck, &[&["attw"]])
    },
];

/// Without `-b`, the compiler leaves alone what a configuration only refers to.
const TSC_SEARCH: FileSearch = FileSearch::Listed(FileList {
    options: &["-p", "--project"],
    default: "tsconfig.json",
    unless: &["-b", "--build"],
    is_empty: only_refers,
    says: "its configuration lists no files, and only refers to other projects, which `tsc -b` checks",
});

/// Whether a configuration lists no files, and takes over none.
fn only_refers(text: &str) -> bool {
    let parsed = parse_to_ast(text, &CollectOptions::default(), &ParseOptions::default());
    let Some(ast::Value::Object(table)) = parsed.ok().and_then(|parsed| parsed.value) else {
        return false;
    };
    let is_there = |name: &str| table.get(name).is_some();
    table
        .get_array("files")
        .is_some_and(|files| files.elements.is_empty())
        && !is_there("include")
        && !is_there("extends")
}

/// What the compiler says besides its verdict. Errors of its options have codes of their own.
const TSC_SIGNS: &[Sign] = &[
    Sign::nothing(concat!(
        r"^(?:[^\s(]*tsconfig[^\s(]*\.json\(\d+,\d+\): )?error TS18003: No inputs were found",
        r"|^(?:[^\s(]*tsconfig[^\s(]*\.json\(\d+,\d+\): )?error TS18002: The 'files' list",
    ))
    .with(&[1, 2]),
    Sign::usage(
        r"^(?:[^\s(]*tsconfig[^\s(]*\.json\(\d+,\d+\): )?error TS(?:5\d{3}|6046|6053|1005|1136):",
    ),
    NODE_CRASH,
];

/// What the compiler looks at: sources, and its own configuration.
const TYPESCRIPT_FILES: &[&str] = &[
    "**/*.{ts,tsx,cts,mts,vue,svelte}",
    "**/tsconfig*.json",
    "**/package.json",
];

/// The options of tsc and vue-tsc.
const TSC_OPTIONS: CallOptions = CallOptions {
    neutral: &[
        "--pretty",
        "--noEmit",
        "--diagnostics",
        "--extendedDiagnostics",
    ],
    stricter: &[
        "--strict",
        "--noUnusedLocals",
        "--noUnusedParameters",
        "--noImplicitReturns",
        "--noImplicitAny",
        "--noImplicitOverride",
        "--noFallthroughCasesInSwitch",
        "--noUncheckedIndexedAccess",
        "--exactOptionalPropertyTypes",
        "--strictNullChecks",
    ],
    looser: &["--skipLibCheck"],
    ..CallOptions::UNKNOWN
};

/// The options of svelte-check.
const SVELTE_OPTIONS: CallOptions = CallOptions {
    stricter: &["--fail-on-warnings"],
    ..CallOptions::UNKNOWN
};
