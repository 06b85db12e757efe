//! `ESLint`, Biome, Prettier and others: linters and formatters for JavaScript.

use super::artifact::{Artifact, ArtifactKind};
use super::cache::Cache;
use super::call::Call;
use super::call_options::{CallOptions, Operands, StrictNumber};
use super::checker::{Checker, Edit, Findings, JAVASCRIPT_FILES, Packages};
use super::color::ColorVariable;
use super::configuration::{
    Configuration, Reach, UncomparedFiles, configuration, json, lines, toml, yaml,
};
use super::daemon::{DaemonClient, Leaves};
use super::family::Family;
use super::file_search::{FileSearch, NameSearch, WithoutPath};
use super::program::Program;
use super::sign::{NODE_CRASH, Sign, Times};
use super::silencer::{JAVASCRIPT, ReasonStyle, Silencer};
use super::strict_setting::{FirstTime, ListKind, StrictWhen, Unset};
use super::suggestion::Suggestion;
use super::swallowed_status::SwallowedStatus;
use crate::model::column::ColumnUnit;
use crate::model::gate::GateKind;
use crate::model::rule::rules;

pub(super) const FAMILY: Family = Family {
    configurations: &[
        ESLINT,
        ESLINT_IGNORE_FILE,
        ESLINT_SUPPRESSIONS_FILE,
        BIOME,
        OXLINT,
        PRETTIER,
        PRETTIER_IGNORE_FILE,
    ],
    uncompared: &[
        UncomparedFiles::new(&[".eslintrc.*", "eslint.config.*"], &["eslint", "eslint_d"]),
        UncomparedFiles::new(&[".jshintrc"], &["jshint"]),
        UncomparedFiles::new(
            &[".prettierrc*", "prettier.config.*"],
            &["prettier", "prettierd"],
        ),
        UncomparedFiles::new(&[".stylelintrc*", "stylelint.config.*"], &["stylelint"]),
    ],
    silencers: SILENCERS,
    programs: PROGRAMS,
    daemons: DAEMONS,
    artifacts: ARTIFACTS,
    suggestions: SUGGESTIONS,
    checkers: CHECKERS,
    colors: COLORS,
    syntax_errors: SYNTAX_ERRORS,
    ..Family::NONE
};

const COLORS: &[ColorVariable] = &[
    ColorVariable::new("eslint", "FORCE_COLOR", "1"),
    ColorVariable::new("prettier", "FORCE_COLOR", "1"),
    ColorVariable::new("stylelint", "FORCE_COLOR", "1"),
];

const SYNTAX_ERRORS: &[&str] = &[r"^\[error\] .*: SyntaxError: ", r"\berror  Parsing error: "];

rules! { AddedLines:
    JS_ESLINT_DISABLE_FILE = Error "js.eslint-disable-file"
        "`/* eslint-disable */`, `/* oxlint-disable */` without a rule";
    JS_STYLELINT_DISABLE = Warn "js.stylelint-disable" "`/* stylelint-disable */` in JavaScript, Vue and Svelte";
    JS_ESLINT_DISABLE = Warn "js.eslint-disable"
        "`eslint-disable`, `oxlint-disable` for lines or rules, `/* eslint rule: off */`";
    JS_BIOME_IGNORE_FILE = Error "js.biome-ignore-file" "`biome-ignore-all lint` without a rule";
    JS_BIOME_IGNORE = Warn "js.biome-ignore" "`biome-ignore lint/rule`, without a reason after the colon";
    JS_FORMAT_IGNORE = Off "js.format-ignore"
        "`prettier-ignore`, `biome-ignore format`, `oxfmt-ignore`, `dprint-ignore`, `deno-fmt-ignore`";
}

rules! { ToolConfiguration:
    ESLINT_RULES = Error "config.eslint.rules" "the level of a rule is lower";
    ESLINT_IGNORE = Error "config.eslint.ignore" "`ignorePatterns` or `.eslintignore` is longer";
    ESLINT_EXTENDS = Warn "config.eslint.extends"
        "`extends` or `plugins` is shorter, or `noInlineConfig` or \
        `reportUnusedDisableDirectives` is off";
    ESLINT_SUPPRESSIONS = Warn "config.eslint.suppressions"
        "`eslint-suppressions.json` has more violations";
    ESLINT_REMOVED = Error "config.eslint.removed" "the configuration was removed";
    BIOME_ENABLED = Error "config.biome.enabled"
        "the linter, the formatter or the recommended rules are off";
    BIOME_RULES = Error "config.biome.rules" "the level of a rule is lower";
    BIOME_IGNORE = Error "config.biome.ignore" "`ignore` is longer, or `includes` excludes more";
    OXLINT_RULES = Error "config.oxlint.rules"
        "the level of a rule or a category is lower, or `denyWarnings` is off";
    OXLINT_IGNORE = Error "config.oxlint.ignore" "`ignorePatterns` is longer";
    OXLINT_REMOVED = Error "config.oxlint.removed" "the configuration was removed";
    PRETTIER_IGNORE = Warn "config.prettier.ignore" "`.prettierignore` is longer";
    PRETTIER_PRAGMA = Error "config.prettier.pragma"
        "`requirePragma` or `checkIgnorePragma` is on, so that files are skipped";
    BIOME_REMOVED = Error "config.biome.removed" "the configuration was removed";
}

const ESLINT: Configuration = Configuration {
    nested: &["overrides.*"],
    inherits: &["extends"],
    alternatives: &["Biome"],
    read_by: &["eslint"],
    reach: Reach::Merged,
    ..configuration(
        "ESLint",
        Some(&ESLINT_REMOVED),
        &[
            json(".eslintrc", ""),
            yaml(".eslintrc.yaml", ""),
            yaml(".eslintrc.yml", ""),
            json(".eslintrc.json", ""),
            json("package.json", "eslintConfig"),
        ],
        &[
            // What is on by default depends on what the configuration extends.
            ESLINT_RULES
                .settings(
                    &["rules.*"],
                    StrictWhen::HighLevel(&[&["off", "0"], &["warn", "1"], &["error", "2"]], None),
                )
                .at_first(FirstTime::Nothing),
            ESLINT_IGNORE.settings(
                &["ignorePatterns", "excludedFiles"],
                StrictWhen::Short(ListKind::Paths, &[]),
            ),
            ESLINT_EXTENDS.settings(
                &["extends", "plugins"],
                StrictWhen::Long(ListKind::Names, Unset::These(&[])),
            ),
            ESLINT_EXTENDS.settings(
                &["*reportUnusedDisableDirectives", "*noInlineConfig"],
                StrictWhen::On(false),
            ),
        ],
    )
};

const ESLINT_IGNORE_FILE: Configuration = Configuration {
    read_by: &["eslint"],
    ..configuration(
        "ESLint",
        None,
        &[lines(".eslintignore")],
        &[ESLINT_IGNORE.settings(&["lines"], StrictWhen::Short(ListKind::Paths, BUILT))],
    )
};

/// Violations that were there when a rule came (documentation of `ESLint`, "Bulk Suppressions").
const ESLINT_SUPPRESSIONS_FILE: Configuration = Configuration {
    read_by: &["eslint"],
    ..configuration(
        "ESLint",
        None,
        &[json("eslint-suppressions.json", "")],
        &[ESLINT_SUPPRESSIONS.settings(&["*.*.count"], StrictWhen::Low(0.0))],
    )
};

/// Directories of what is built.
const BUILT: &[&str] = &[
    "build", "coverage", "dist", "out", ".next", ".nuxt", ".cache",
];

const PRETTIER_IGNORE_FILE: Configuration = Configuration {
    read_by: &["prettier"],
    ..configuration(
        "Prettier",
        None,
        &[lines(".prettierignore")],
        &[PRETTIER_IGNORE.settings(&["lines"], StrictWhen::Short(ListKind::Paths, BUILT))],
    )
};

const PRETTIER: Configuration = Configuration {
    nested: &["overrides.*.options"],
    read_by: &["prettier"],
    reach: Reach::Nearest,
    ..configuration(
        "Prettier",
        None,
        &[
            json("package.json", "prettier"),
            json(".prettierrc", ""),
            yaml(".prettierrc", ""),
            json(".prettierrc.json", ""),
            yaml(".prettierrc.yaml", ""),
            yaml(".prettierrc.yml", ""),
            toml(".prettierrc.toml", ""),
        ],
        &[PRETTIER_PRAGMA.settings(
            &["requirePragma*", "checkIgnorePragma*"],
            StrictWhen::Off(false),
        )],
    )
};

const OXLINT: Configuration = Configuration {
    nested: &["overrides.*"],
    inherits: &["extends"],
    alternatives: &["ESLint", "Biome"],
    read_by: &["oxlint"],
    reach: Reach::Nearest,
    ..configuration(
        "oxlint",
        Some(&OXLINT_REMOVED),
        &[json(".oxlintrc.json", ""), json(".oxlintrc.jsonc", "")],
        &[
            OXLINT_RULES.settings(
                &["categories.correctness"],
                StrictWhen::HighLevel(OXLINT_LEVELS, Some(1)),
            ),
            OXLINT_RULES
                .settings(
                    &["categories.*", "rules.*"],
                    StrictWhen::HighLevel(OXLINT_LEVELS, None),
                )
                .at_first(FirstTime::Nothing),
            OXLINT_RULES.settings(
                &[
                    "options.denyWarnings*",
                    "options.typeAware*",
                    "options.typeCheck*",
                ],
                StrictWhen::On(false),
            ),
            OXLINT_IGNORE.settings(
                &["ignorePatterns", "excludeFiles"],
                StrictWhen::Short(ListKind::Paths, BUILT),
            ),
        ],
    )
};

/// The levels of oxlint's rules.
const OXLINT_LEVELS: &[&[&str]] = &[
    &["off", "allow", "0"],
    &["warn", "1"],
    &["error", "deny", "2"],
];

const BIOME: Configuration = Configuration {
    nested: &["overrides.*"],
    inherits: &["extends"],
    alternatives: &["ESLint"],
    read_by: &["biome"],
    reach: Reach::Nearest,
    ..configuration(
        "Biome",
        Some(&BIOME_REMOVED),
        &[json("biome.json", ""), json("biome.jsonc", "")],
        &[
            BIOME_ENABLED.settings(
                &[
                    "*linter.enabled",
                    "*formatter.enabled",
                    "linter.rules.*recommended",
                ],
                StrictWhen::On(true),
            ),
            BIOME_RULES.settings(
                &["linter.rules.*.*", "linter.rules.*.*.level"],
                StrictWhen::HighLevel(&[&["off"], &["info"], &["warn", "on"], &["error"]], None),
            ),
            BIOME_IGNORE.settings(
                &["files.ignore", "linter.ignore", "formatter.ignore"],
                StrictWhen::Short(ListKind::Paths, BUILT),
            ),
            // Larger files are not checked.
            BIOME_IGNORE.settings(&["files.maxSize"], StrictWhen::High(1_048_576.0)),
            BIOME_ENABLED.settings(
                &[
                    "javascript.*.enabled",
                    "json.*.enabled",
                    "css.*.enabled",
                    "assist.enabled",
                ],
                StrictWhen::On(true),
            ),
            BIOME_IGNORE.settings(
                &["files.includes", "linter.includes", "formatter.includes"],
                StrictWhen::Short(ListKind::Negated, &[]),
            ),
        ],
    )
};

const SILENCERS: &[Silencer] = &[
    Silencer {
        rule: &JS_ESLINT_DISABLE_FILE,
        words: &["lint-disable"],
        pattern: r"/\*+\s*(?:es|ox)lint-disable\b",
        unless: Some(r"^(?:-[a-z]|\s*[^\s*-]|\s*$)"),
        message: "this silences every lint from here on",
        help: "fix the problems, or name the rules and give a reason: `/* eslint-disable rule -- \
            reason */`",
        ..JAVASCRIPT
    },
    // ESLint reads this form in block comments only.
    Silencer {
        rule: &JS_ESLINT_DISABLE_FILE,
        words: &["oxlint-disable"],
        pattern: r"//+\s*oxlint-disable\s*(?:$|--)",
        message: "this silences every lint from here on",
        help: "fix the problems, or name the rules and give a reason: `// oxlint-disable rule -- \
            reason`",
        ..JAVASCRIPT
    },
    Silencer {
        rule: &JS_ESLINT_DISABLE,
        words: &["lint-disable"],
        pattern: r"(?:/\*+|//+|\*)\s*(?:es|ox)lint-disable(?:-next-line|-line)?\b(?:[^-*]|-[^-])*",
        message: "this silences a lint",
        help: "fix the problem, or give a reason: `// eslint-disable-next-line rule -- reason`",
        ..JAVASCRIPT
    },
    // stylelint 17, "Ignore code".
    Silencer {
        rule: &JS_STYLELINT_DISABLE,
        words: &["stylelint-disable"],
        pattern: r"(?:/\*+|//+)\s*stylelint-disable(?:-next-line|-line)?\b(?:[^-*]|-[^-])*",
        message: "this silences a lint",
        help: "fix the problem, or give a reason: `/* stylelint-disable-line rule -- reason */`",
        ..JAVASCRIPT
    },
    // The level of a rule in this file: documentation of ESLint, "Configure Rules".
    Silencer {
        rule: &JS_ESLINT_DISABLE,
        words: &["eslint "],
        pattern: r#"/\*+\s*eslint\s+(?:[^*]|\*[^/])*?:\s*\[?\s*["']?(?:0\b|1\b|off\b|warn\b)"#,
        message: "this lowers the level of a lint in the whole file",
        help: "fix the problem, or give a reason: `/* eslint rule: \"off\" -- reason */`",
        ..JAVASCRIPT
    },
    Silencer {
        rule: &JS_BIOME_IGNORE_FILE,
        words: &["biome-ignore-all"],
        pattern: r"(?:/\*+|//+|\*)\s*biome-ignore-all\s+lint\s*(?:$|:)",
        reason: ReasonStyle::Rest,
        message: "this silences every lint in the whole file",
        help: "fix the problems, or name the rule and give a reason: \
            `// biome-ignore-all lint/group/rule: reason`",
        ..JAVASCRIPT
    },
    Silencer {
        rule: &JS_BIOME_IGNORE,
        words: &["biome-ignore"],
        pattern: r"(?:/\*+|//+|\*)\s*biome-ignore(?:-all|-start)?\s+(?:lint|assist|syntax|suppressions)[\w/]*(?:\([^)]*\))?",
        reason: ReasonStyle::Rest,
        message: "this silences a lint",
        help: "fix the problem, or say after the colon why the exception is right",
        ..JAVASCRIPT
    },
    Silencer {
        rule: &JS_FORMAT_IGNORE,
        words: &[
            "prettier-ignore",
            "biome-ignore",
            "oxfmt-ignore",
            "dprint-ignore",
            "deno-fmt-ignore",
        ],
        pattern: r"(?:/\*+|//+|\*)\s*(?:prettier-ignore(?:-start)?|oxfmt-ignore(?:-start)?|d(?:print|eno-fmt)-ignore(?:-file|-start)?|biome-ignore(?:-all|-start)?\s+format)\b",
        reason: ReasonStyle::Rest,
        message: "this disables the formatter",
        help: "let the code be formatted, or give a reason: `// prettier-ignore -- reason`",
        ..JAVASCRIPT
    },
];

const PROGRAMS: &[Program] = &[
    Program {
        cannot_fail: |call| {
            call.always(&[
                "--env-info",
                "--init",
                "--inspect-config",
                "--print-config",
                "--suppress-all",
                "--suppress-rule",
            ])
        },
        ..Program::new(&["eslint"])
    },
    Program {
        cannot_fail: |call| call.always(&["--suppress"]),
        ..Program::new(&["biome"])
    },
    Program {
        cannot_fail: |call| call.always(&["--init", "--print-config", "--rules"]),
        ..Program::new(&["oxlint"])
    },
    Program {
        cannot_fail: only_prints,
        ..Program::new(&["prettier"])
    },
];

/// `eslint_d` 14.3, prettierd 0.28, `stylelint_d`, Biome 2.6. `eslint_d` hands its arguments to a server, which reads the files
/// by their names; the server of Biome reads them since version 2.
const DAEMONS: &[DaemonClient] = &[
    DaemonClient {
        names: &["eslint_d"],
        leaves: Leaves::Unless(&["status", "stop"]),
        instead: "run `eslint` with the same arguments, which does the work itself",
        is_of_path: false,
    },
    DaemonClient {
        names: &["prettierd", "prettier_d", "prettier_d_slim"],
        leaves: Leaves::Unless(&["status", "stop"]),
        instead: "run `prettier --check`, which does the work itself",
        is_of_path: false,
    },
    DaemonClient {
        names: &["stylelint_d"],
        leaves: Leaves::Unless(&["status", "stop"]),
        instead: "run `stylelint` with the same arguments, which does the work itself",
        is_of_path: false,
    },
    DaemonClient {
        names: &["biome"],
        leaves: Leaves::With(&["--use-server"]),
        instead: "remove `--use-server`",
        is_of_path: false,
    },
];

const ARTIFACTS: &[Artifact] = &[
    Artifact::new(".eslint_d", ArtifactKind::DaemonStatus),
    Artifact::new(".prettierd", ArtifactKind::DaemonStatus),
    Artifact::new(".stylelint_d", ArtifactKind::DaemonStatus),
];

/// Without an option, prettier prints files as they should be.
fn only_prints(call: &Call<'_>) -> Option<SwallowedStatus> {
    const OTHERS: [&str; 9] = [
        "--check",
        "-c",
        "--list-different",
        "-l",
        "--write",
        "-w",
        "--find-config-path",
        "--file-info",
        "--support-info",
    ];
    let is_other = call
        .options()
        .any(|word| OTHERS.contains(&word.text.as_str()));
    (!is_other && !call.arguments.is_empty()).then(|| {
        SwallowedStatus::by_tool(
            call.first.span.clone(),
            "prettier prints the formatted files and succeeds",
            "add `--check`",
        )
    })
}

const CHECKERS: &[Checker] = &[
    Checker {
        check: Edit {
            without: &["--fix", "--fix-dry-run"],
            ..Edit::NONE
        },
        fix: Some(Edit::with(&["--fix"])),
        unless: &["--print-config", "--init", "--inspect-config"],
        files: JAVASCRIPT_FILES,
        configured_by: &[
            ("eslint.config.js", ""),
            ("eslint.config.mjs", ""),
            ("eslint.config.cjs", ""),
            ("eslint.config.ts", ""),
            ("eslint.config.mts", ""),
            (".eslintrc", ""),
            (".eslintrc.js", ""),
            (".eslintrc.cjs", ""),
            (".eslintrc.json", ""),
            (".eslintrc.yml", ""),
            (".eslintrc.yaml", ""),
            ("package.json", "eslintConfig"),
        ],
        packages: Packages::Npm(&["eslint"]),
        cache: Some(Cache::if_asked(".eslintcache")),
        daemons: &[(&["eslint_d"], &["eslint"])],
        whole: &["eslint", "."],
        file_list: Some(&[]),
        // It warns of a file that it ignores, by which it is known that it has checked none; but a limit for
        // warnings counts that, too.
        file_list_with: &[("--max-warnings", "--no-warn-ignored")],
        recorded: Some("10.15.0"),
        signs: &[
            Sign::nothing(r"^\s+0:0\s+warning\s+File ignored ")
                .with_any_code()
                .times(Times::PerFile)
                .by_configuration()
                .unless(r"^\s+[1-9]\d*:\d+\s+(?:error|warning)\s"),
            Sign::nothing(concat!(
                r#"^No files matching the pattern ".*" were found\.$"#,
                r#"|^You are linting ".*", but all of the files matching the glob pattern "#,
                r"|^All files matched by '.*' are ignored\.$",
            ))
            .with(&[2])
            .by_configuration(),
            Sign::usage(r"^(?:[A-Z]\w*)?Error\b.*: |^Invalid option |^A configuration object ")
                .with(&[2]),
            Sign::usage("").with(&[2]),
        ],
        options: ESLINT_OPTIONS,
        findings: Findings::counting(ColumnUnit::Utf16),
        ..Checker::new("eslint", GateKind::Lint, &[&["eslint"]])
    },
    Checker {
        check: Edit {
            without: &[
                "--write",
                "--apply",
                "--apply-unsafe",
                "--fix",
                "--use-server",
            ],
            ..Edit::NONE
        },
        fix: Some(Edit {
            instead: &[("ci", "check")],
            with: &["--write"],
            ..Edit::NONE
        }),
        files: JAVASCRIPT_FILES,
        configured_by: &[("biome.json", ""), ("biome.jsonc", "")],
        packages: Packages::Npm(&["@biomejs/biome"]),
        success: Some("^Checked [1-9]"),
        whole: &["biome", "ci", "."],
        recorded: Some("2.6.8"),
        signs: &[
            Sign::nothing(r"^\s+× No files were processed in the specified paths\.$")
                .with(&[1])
                .by_configuration(),
            Sign::nothing(r"^Checked 0 files in "),
            Sign::usage(r"^Error: `.*` is not expected in this context$"),
        ],
        options: BIOME_OPTIONS,
        ..Checker::new(
            "biome",
            GateKind::Lint,
            &[
                &["biome", "check"],
                &["biome", "ci"],
                &["biome", "lint"],
                &["biome", "format"],
            ],
        )
    },
    Checker {
        check: Edit {
            without: &["--fix"],
            ..Edit::NONE
        },
        fix: Some(Edit::with(&["--fix"])),
        files: JAVASCRIPT_FILES,
        configured_by: &[(".oxlintrc.json", ""), ("oxlint.config.ts", "")],
        packages: Packages::Npm(&["oxlint"]),
        success: Some("0 errors"),
        whole: &["oxlint", "--deny-warnings"],
        file_list: Some(&[]),
        recorded: Some("1.94.0"),
        signs: &[
            Sign::nothing(r"^No files found to lint\.")
                .with_any_code()
                .by_configuration(),
            Sign::nothing(r"^Finished in \S+ on 0 files with "),
            Sign::usage(r"^Error: `.*` is not expected in this context$|^Failed to parse oxlint "),
        ],
        skips_ignored: true,
        options: OXLINT_OPTIONS,
        findings: Findings::counting(ColumnUnit::Bytes),
        ..Checker::new("oxlint", GateKind::Lint, &[&["oxlint"]])
    },
    Checker {
        check: Edit {
            instead: &[("--write", "--check"), ("-w", "--check")],
            with: &["--check"],
            unless: &["--check", "-c", "--list-different", "-l"],
            ..Edit::NONE
        },
        fix: Some(Edit {
            instead: &[
                ("--check", "--write"),
                ("-c", "--write"),
                ("--list-different", "--write"),
                ("-l", "--write"),
            ],
            ..Edit::NONE
        }),
        configured_by: &[
            (".prettierrc", ""),
            (".prettierrc.json", ""),
            (".prettierrc.yml", ""),
            (".prettierrc.yaml", ""),
            (".prettierrc.js", ""),
            (".prettierrc.cjs", ""),
            (".prettierrc.mjs", ""),
            (".prettierrc.toml", ""),
            ("prettier.config.js", ""),
            ("prettier.config.cjs", ""),
            ("prettier.config.mjs", ""),
            ("prettier.config.ts", ""),
            ("package.json", "prettier"),
        ],
        packages: Packages::Npm(&["prettier"]),
        success: Some("^All matched files use Prettier code style"),
        cache: Some(Cache::if_asked("node_modules/.cache/prettier")),
        whole: &["prettier", "--check", "."],
        search: FileSearch::Named(NameSearch {
            globs: &["**"],
            recursive: &[],
            without_path: WithoutPath::Unknown,
            ignore_files: &[".prettierignore"],
        }),
        file_list: Some(&["--ignore-unknown"]),
        recorded: Some("3.10.1"),
        signs: &[
            Sign::nothing(r"^\[error\] No (?:supported files were found in|files matching) .*$")
                .with(&[2])
                .unless(r"^\[warn\] |^\[error\] [^N]"),
            Sign::usage(concat!(
                r"^\[error\] (?:Invalid configuration|(?:YAML|JSON5?|TOML) Error in ",
                r"|Cannot find (?:package|module) )",
            )),
            NODE_CRASH,
        ],
        skips_ignored: true,
        options: PRETTIER_OPTIONS,
        ..Checker::new("prettier", GateKind::Format, &[&["prettier"]])
    },
    Checker {
        check: Edit {
            without: &["--write"],
            with: &["--check"],
            unless: &["--check", "--list-different"],
            ..Edit::NONE
        },
        fix: Some(Edit::without(&["--check", "--list-different"])),
        configured_by: &[(".oxfmtrc.json", ""), (".oxfmtrc.jsonc", "")],
        packages: Packages::Npm(&["oxfmt"]),
        file_list: Some(&[]),
        ..Checker::new("oxfmt", GateKind::Format, &[&["oxfmt"]])
    },
    Checker {
        check: Edit {
            instead: &[("fmt", "check")],
            ..Edit::NONE
        },
        fix: Some(Edit {
            instead: &[("check", "fmt")],
            ..Edit::NONE
        }),
        configured_by: &[("dprint.json", ""), (".dprint.json", "")],
        packages: Packages::Npm(&["dprint"]),
        ..Checker::new(
            "dprint",
            GateKind::Format,
            &[&["dprint", "check"], &["dprint", "fmt"]],
        )
    },
    Checker {
        fix: Some(Edit {
            instead: &[("lint", "fix"), ("check", "fix")],
            ..Edit::NONE
        }),
        packages: Packages::Npm(&["gts"]),
        files: JAVASCRIPT_FILES,
        findings: Findings::counting(ColumnUnit::Utf16),
        ..Checker::new(
            "gts",
            GateKind::Lint,
            &[&["gts", "lint"], &["gts", "check"]],
        )
    },
    Checker {
        check: Edit::without(&["--fix"]),
        fix: Some(Edit::with(&["--fix"])),
        packages: Packages::Npm(&["xo"]),
        files: JAVASCRIPT_FILES,
        options: CallOptions::PATHS,
        findings: Findings::counting(ColumnUnit::Utf16),
        ..Checker::new("xo", GateKind::Lint, &[&["xo"]])
    },
    Checker {
        check: Edit::without(&["--fix"]),
        fix: Some(Edit::with(&["--fix"])),
        packages: Packages::Npm(&["standard"]),
        files: JAVASCRIPT_FILES,
        options: CallOptions::PATHS,
        findings: Findings::counting(ColumnUnit::Utf16),
        ..Checker::new("standard", GateKind::Lint, &[&["standard"]])
    },
    Checker {
        check: Edit::without(&["--fix"]),
        fix: Some(Edit::with(&["--fix"])),
        packages: Packages::Npm(&["stylelint"]),
        cache: Some(Cache::if_asked(".stylelintcache")),
        files: &["**/*.{css,scss,sass,less}"],
        configured_by: &[
            (".stylelintrc", ""),
            (".stylelintrc.json", ""),
            ("stylelint.config.js", ""),
        ],
        file_list: Some(&[]),
        recorded: Some("17.16.0"),
        signs: &[
            Sign::nothing(r"^NoFilesFoundError: No files matching the pattern ").with_any_code(),
            Sign::usage("").with(&[64, 78]),
            NODE_CRASH,
        ],
        options: STYLELINT_OPTIONS,
        findings: Findings::counting(ColumnUnit::Utf16),
        ..Checker::new("stylelint", GateKind::Lint, &[&["stylelint"]])
    },
    Checker {
        packages: Packages::Npm(&["knip"]),
        configured_by: &[("knip.json", ""), ("knip.ts", "")],
        ..Checker::new("knip", GateKind::Lint, &[&["knip"]])
    },
    Checker {
        packages: Packages::Npm(&["publint"]),
        ..Checker::new("publint", GateKind::Lint, &[&["publint"]])
    },
    // It compares the files that the template manages with those that it would write.
    Checker {
        packages: Packages::Npm(&["@npmcli/template-oss"]),
        ..Checker::new(
            "template-oss-check",
            GateKind::Lint,
            &[&["template-oss-check"]],
        )
    },
    Checker {
        files: JAVASCRIPT_FILES,
        packages: Packages::Npm(&["madge"]),
        success: Some("No circular dependency found"),
        ..Checker::new(
            "madge",
            GateKind::Lint,
            &[&["madge", "--circular"], &["madge", "-c"]],
        )
    },
    Checker {
        files: JAVASCRIPT_FILES,
        packages: Packages::Npm(&["depcheck"]),
        success: Some("^No depcheck issue"),
        ..Checker::new("depcheck", GateKind::Lint, &[&["depcheck"]])
    },
];

/// The options of eslint.
const ESLINT_OPTIONS: CallOptions = CallOptions {
    neutral: &["--color", "--no-color", "--no-cache", "--stats"],
    stricter: &[
        "--report-unused-disable-directives",
        "--no-inline-config",
        "--exit-on-fatal-error",
    ],
    looser: &["--fix"],
    looser_valued: &["--ignore-pattern"],
    numbers: &[("--max-warnings", StrictNumber::LowOrNone)],
    operands: Operands::Paths,
    ..CallOptions::UNKNOWN
};

/// The options of stylelint.
const STYLELINT_OPTIONS: CallOptions = CallOptions {
    neutral: &["--color", "--no-color"],
    stricter: &[
        "--report-needless-disables",
        "--report-invalid-scope-disables",
        "--report-descriptionless-disables",
        "--ignore-disables",
    ],
    looser: &["--fix", "--allow-empty-input"],
    numbers: &[("--max-warnings", StrictNumber::LowOrNone)],
    operands: Operands::Paths,
    ..CallOptions::UNKNOWN
};

/// The options of biome.
const BIOME_OPTIONS: CallOptions = CallOptions {
    neutral: &["--verbose"],
    neutral_valued: &["--colors"],
    stricter: &["--error-on-warnings"],
    looser: &["--no-errors-on-unmatched", "--write", "--fix"],
    operands: Operands::Paths,
    ..CallOptions::UNKNOWN
};

/// The options of oxlint.
const OXLINT_OPTIONS: CallOptions = CallOptions {
    stricter: &["--deny-warnings", "--report-unused-disable-directives"],
    stricter_valued: &["-D", "--deny"],
    looser: &["--fix"],
    looser_valued: &["-A", "--allow", "--ignore-pattern"],
    numbers: &[("--max-warnings", StrictNumber::LowOrNone)],
    operands: Operands::Paths,
    ..CallOptions::UNKNOWN
};

/// The options of prettier.
const PRETTIER_OPTIONS: CallOptions = CallOptions {
    neutral: &["--color", "--no-color"],
    stricter: &["-c", "--check", "-l", "--list-different"],
    operands: Operands::Paths,
    ..CallOptions::UNKNOWN
};

/// Directives that the output of these tools suggests.
const SUGGESTIONS: &[Suggestion] = &[Suggestion {
    pattern: r"\beslint-disable\b",
    directive: "eslint-disable",
    rule: &JS_ESLINT_DISABLE_FILE,
    instead: "change the code; if it has to stay, disable one rule for one line and say why: `// eslint-disable-next-line rule -- reason`",
}];
