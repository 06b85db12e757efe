//! `ESLint`, Biome, Prettier and others: linters and formatters for JavaScript.

use super::configuration::{
    Configuration, ConfigurationFile, ConfigurationFormat, SettingsRoot, configuration, json,
};
use super::family::Family;
use super::silencer::{JAVASCRIPT, Silencer};
use super::strict_setting::{ListKind, StrictWhen, Unset};
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
