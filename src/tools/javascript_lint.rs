//! `ESLint`, Biome, Prettier and others: linters and formatters for JavaScript.

use super::configuration::{
    Configuration, ConfigurationFile, ConfigurationFormat, SettingsRoot, configuration, json,
};
use super::family::Family;
use super::silencer::{JAVASCRIPT, Silencer};
use super::strict_setting::{ListKind, StrictSetting, StrictWhen, Unset};

pub(super) const FAMILY: Family = Family {
    configurations: &[ESLINT, ESLINT_IGNORE, BIOME],
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

const ESLINT: Configuration = Configuration {
    nested: &["overrides.*"],
    inherits: &["extends"],
    alternatives: &["Biome"],
    ..configuration(
        "ESLint",
        Some("config.eslint.removed"),
        &[
            json(".eslintrc", ""),
            json(".eslintrc.json", ""),
            json("package.json", "eslintConfig"),
        ],
        &[
            StrictSetting::new(
                "config.eslint.rules",
                &["rules.*"],
                StrictWhen::HighLevel(&[&["off", "0"], &["warn", "1"], &["error", "2"]], None),
            ),
            StrictSetting::new(
                "config.eslint.ignore",
                &["ignorePatterns", "excludedFiles"],
                StrictWhen::Short(ListKind::Paths, &[]),
            ),
            StrictSetting::new(
                "config.eslint.extends",
                &["extends", "plugins"],
                StrictWhen::Long(ListKind::Names, Unset::These(&[])),
            ),
            StrictSetting::new(
                "config.eslint.extends",
                &["*reportUnusedDisableDirectives", "*noInlineConfig"],
                StrictWhen::On(false),
            ),
        ],
    )
};

const ESLINT_IGNORE: Configuration = configuration(
    "ESLint",
    None,
    &[ConfigurationFile {
        name: ".eslintignore",
        format: ConfigurationFormat::Lines,
        root: SettingsRoot::Table(""),
    }],
    &[StrictSetting::new(
        "config.eslint.ignore",
        &["lines"],
        StrictWhen::Short(ListKind::Paths, &[]),
    )],
);

const BIOME: Configuration = Configuration {
    nested: &["overrides.*"],
    inherits: &["extends"],
    alternatives: &["ESLint"],
    ..configuration(
        "Biome",
        Some("config.biome.removed"),
        &[json("biome.json", ""), json("biome.jsonc", "")],
        &[
            StrictSetting::new(
                "config.biome.enabled",
                &[
                    "*linter.enabled",
                    "*formatter.enabled",
                    "linter.rules.*recommended",
                ],
                StrictWhen::On(true),
            ),
            StrictSetting::new(
                "config.biome.rules",
                &["linter.rules.*.*", "linter.rules.*.*.level"],
                StrictWhen::HighLevel(&[&["off"], &["info"], &["warn", "on"], &["error"]], None),
            ),
            StrictSetting::new(
                "config.biome.ignore",
                &["files.ignore", "linter.ignore", "formatter.ignore"],
                StrictWhen::Short(ListKind::Paths, &[]),
            ),
            StrictSetting::new(
                "config.biome.ignore",
                &["files.includes", "linter.includes", "formatter.includes"],
                StrictWhen::Short(ListKind::Negated, &[]),
            ),
        ],
    )
};

const SILENCERS: &[Silencer] = &[
    Silencer {
        rule: "js.eslint-disable-file",
        words: &["eslint-disable"],
        pattern: r"/\*+\s*eslint-disable\b",
        unless: Some(r"^(?:-[a-z]|\s*[^\s*-]|\s*$)"),
        message: "this silences every lint from here on",
        help: "fix the problems, or name the rules and give a reason: `/* eslint-disable rule -- \
            reason */`",
        ..JAVASCRIPT
    },
    Silencer {
        rule: "js.eslint-disable",
        words: &["eslint-disable"],
        pattern: r"(?:/\*+|//+)\s*eslint-disable(?:-next-line|-line)?\b(?:[^-*]|-[^-])*",
        message: "this silences a lint",
        help: "fix the problem, or give a reason: `// eslint-disable-next-line rule -- reason`",
        ..JAVASCRIPT
    },
];
