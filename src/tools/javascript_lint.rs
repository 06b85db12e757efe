//! `ESLint`, Biome, Prettier and others: linters and formatters for JavaScript.

use super::cache::Cache;
use super::call_options::{CallOptions, StrictNumber};
use super::checker::{Checker, Edit, JAVASCRIPT_FILES, Packages};
use super::configuration::{
    Configuration, ConfigurationFile, ConfigurationFormat, SettingsRoot, configuration, json,
};
use super::family::Family;
use super::file_search::{FileSearch, NameSearch, WithoutPath};
use super::sign::{NODE_CRASH, Sign, Times};
use super::silencer::{JAVASCRIPT, Silencer};
use super::strict_setting::{ListKind, StrictWhen, Unset};
use super::suggestion::Suggestion;
use crate::model::gate::GateKind;
use crate::model::rule::rules;

pub(super) const FAMILY: Family = Family {
    configurations: &[ESLINT, ESLINT_IGNORE_FILE, BIOME],
    uncompared: &[
        ".eslintrc.*",
        ".jshintrc",
        ".prettierignore",
        ".prettierrc*",
        ".stylelintrc*",
        "eslint.config.*",
        "prettier.config.*",
        "stylelint.config.*",
    ],
    silencers: SILENCERS,
    suggestions: SUGGESTIONS,
    checkers: CHECKERS,
    ..Family::NONE
};

rules! { AddedLines:
    JS_ESLINT_DISABLE_FILE = Error "js.eslint-disable-file" "`/* eslint-disable */` without a rule";
    JS_ESLINT_DISABLE = Warn "js.eslint-disable" "`eslint-disable` for lines or rules";
}

rules! { ToolConfiguration:
    ESLINT_RULES = Error "config.eslint.rules" "the level of a rule is lower";
    ESLINT_IGNORE = Error "config.eslint.ignore" "`ignorePatterns` or `.eslintignore` is longer";
    ESLINT_EXTENDS = Warn "config.eslint.extends"
        "`extends` or `plugins` is shorter, or `noInlineConfig` or \
        `reportUnusedDisableDirectives` is off";
    ESLINT_REMOVED = Error "config.eslint.removed" "the configuration was removed";
    BIOME_ENABLED = Error "config.biome.enabled"
        "the linter, the formatter or the recommended rules are off";
    BIOME_RULES = Error "config.biome.rules" "the level of a rule is lower";
    BIOME_IGNORE = Error "config.biome.ignore" "`ignore` is longer, or `includes` excludes more";
    BIOME_REMOVED = Error "config.biome.removed" "the configuration was removed";
}

const ESLINT: Configuration = Configuration {
    nested: &["overrides.*"],
    inherits: &["extends"],
    alternatives: &["Biome"],
    ..configuration(
        "ESLint",
        Some(&ESLINT_REMOVED),
        &[
            json(".eslintrc", ""),
            json(".eslintrc.json", ""),
            json("package.json", "eslintConfig"),
        ],
        &[
            ESLINT_RULES.settings(
                &["rules.*"],
                StrictWhen::HighLevel(&[&["off", "0"], &["warn", "1"], &["error", "2"]], None),
            ),
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

const ESLINT_IGNORE_FILE: Configuration = configuration(
    "ESLint",
    None,
    &[ConfigurationFile {
        name: ".eslintignore",
        format: ConfigurationFormat::Lines,
        root: SettingsRoot::Table(""),
    }],
    &[ESLINT_IGNORE.settings(&["lines"], StrictWhen::Short(ListKind::Paths, &[]))],
);

const BIOME: Configuration = Configuration {
    nested: &["overrides.*"],
    inherits: &["extends"],
    alternatives: &["ESLint"],
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
                StrictWhen::Short(ListKind::Paths, &[]),
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
        words: &["eslint-disable"],
        pattern: r"/\*+\s*eslint-disable\b",
        unless: Some(r"^(?:-[a-z]|\s*[^\s*-]|\s*$)"),
        message: "this silences every lint from here on",
        help: "fix the problems, or name the rules and give a reason: `/* eslint-disable rule -- \
            reason */`",
        ..JAVASCRIPT
    },
    Silencer {
        rule: &JS_ESLINT_DISABLE,
        words: &["eslint-disable"],
        pattern: r"(?:/\*+|//+)\s*eslint-disable(?:-next-line|-line)?\b(?:[^-*]|-[^-])*",
        message: "this silences a lint",
        help: "fix the problem, or give a reason: `// eslint-disable-next-line rule -- reason`",
        ..JAVASCRIPT
    },
];

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
        options: OXLINT_OPTIONS,
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
        check: Edit::without(&["--fix"]),
        fix: Some(Edit::with(&["--fix"])),
        packages: Packages::Npm(&["xo"]),
        files: JAVASCRIPT_FILES,
        options: CallOptions::PATHS,
        ..Checker::new("xo", GateKind::Lint, &[&["xo"]])
    },
    Checker {
        check: Edit::without(&["--fix"]),
        fix: Some(Edit::with(&["--fix"])),
        packages: Packages::Npm(&["standard"]),
        files: JAVASCRIPT_FILES,
        options: CallOptions::PATHS,
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
    takes_paths: true,
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
    takes_paths: true,
    ..CallOptions::UNKNOWN
};

/// The options of biome.
const BIOME_OPTIONS: CallOptions = CallOptions {
    neutral: &["--verbose"],
    neutral_valued: &["--colors"],
    stricter: &["--error-on-warnings"],
    looser: &["--no-errors-on-unmatched", "--write", "--fix"],
    takes_paths: true,
    ..CallOptions::UNKNOWN
};

/// The options of oxlint.
const OXLINT_OPTIONS: CallOptions = CallOptions {
    stricter: &["--deny-warnings", "--report-unused-disable-directives"],
    stricter_valued: &["-D", "--deny"],
    looser: &["--fix"],
    looser_valued: &["-A", "--allow", "--ignore-pattern"],
    numbers: &[("--max-warnings", StrictNumber::LowOrNone)],
    takes_paths: true,
    ..CallOptions::UNKNOWN
};

/// The options of prettier.
const PRETTIER_OPTIONS: CallOptions = CallOptions {
    neutral: &["--color", "--no-color"],
    stricter: &["-c", "--check", "-l", "--list-different"],
    takes_paths: true,
    ..CallOptions::UNKNOWN
};

/// Directives that the output of these tools suggests.
const SUGGESTIONS: &[Suggestion] = &[Suggestion {
    pattern: r"\beslint-disable\b",
    directive: "eslint-disable",
    rule: &JS_ESLINT_DISABLE_FILE,
    instead: "change the code; if it has to stay, disable one rule for one line and say why: `// eslint-disable-next-line rule -- reason`",
}];
