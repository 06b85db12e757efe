//! The tools of JavaScript and TypeScript, as far as they are configured in JSON.

use super::compare::{Check, Unset};
use super::formats::Format;
use super::items::Kind;
use super::settings::Root;
use super::tools::{Place, Rule, Tool, json, tool};

pub(super) const TOOLS: &[Tool] = &[TYPESCRIPT, ESLINT, ESLINT_IGNORE, BIOME, DENO, JEST, NYC];

const TYPESCRIPT: Tool = Tool {
    is_by_file: true,
    inherits: &["extends"],
    ..tool(
        "TypeScript",
        Some("config.typescript.removed"),
        &[
            json("tsconfig.json", ""),
            json("tsconfig.*.json", ""),
            json("tsconfig-*.json", ""),
            json("jsconfig.json", ""),
            json("deno.json", ""),
            json("deno.jsonc", ""),
        ],
        &[
            Rule::new(
                "config.typescript.strict",
                &["compilerOptions.strict"],
                Check::On(false),
            ),
            Rule::new(
                "config.typescript.strict",
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
                Check::On(false),
            )
            .implied_by(&["compilerOptions.strict"]),
            Rule::new(
                "config.typescript.strict",
                &[
                    "compilerOptions.*noFallthroughCasesInSwitch",
                    "compilerOptions.*noImplicitOverride",
                    "compilerOptions.*noImplicitReturns",
                    "compilerOptions.*noPropertyAccessFromIndexSignature",
                    "compilerOptions.noUnchecked*",
                    "compilerOptions.noUnused*",
                    "compilerOptions.*exactOptionalPropertyTypes",
                    "compilerOptions.*checkJs",
                ],
                Check::On(false),
            ),
            Rule::new(
                "config.typescript.allow",
                &[
                    "compilerOptions.*allowUnreachableCode",
                    "compilerOptions.*allowUnusedLabels",
                    "compilerOptions.*suppressImplicitAnyIndexErrors",
                    "compilerOptions.*suppressExcessPropertyErrors",
                    "compilerOptions.*noStrictGenericChecks",
                    "compilerOptions.*noCheck",
                ],
                Check::Off(false),
            ),
            Rule::new(
                "config.typescript.skip-lib-check",
                &["compilerOptions.skipLibCheck"],
                Check::Off(false),
            ),
            Rule::new(
                "config.typescript.exclude",
                &["exclude"],
                Check::Longer(Kind::Paths, &[]),
            ),
            Rule::new(
                "config.typescript.include",
                &["include", "files"],
                Check::Shorter(Kind::Paths, Unset::Enough),
            ),
        ],
    )
};

const ESLINT: Tool = Tool {
    nested: &["overrides.*"],
    inherits: &["extends"],
    kin: &["Biome"],
    ..tool(
        "ESLint",
        Some("config.eslint.removed"),
        &[
            json(".eslintrc", ""),
            json(".eslintrc.json", ""),
            json("package.json", "eslintConfig"),
        ],
        &[
            Rule::new(
                "config.eslint.rules",
                &["rules.*"],
                Check::Rank(&[&["off", "0"], &["warn", "1"], &["error", "2"]], None),
            ),
            Rule::new(
                "config.eslint.ignore",
                &["ignorePatterns", "excludedFiles"],
                Check::Longer(Kind::Paths, &[]),
            ),
            Rule::new(
                "config.eslint.extends",
                &["extends", "plugins"],
                Check::Shorter(Kind::Names, Unset::These(&[])),
            ),
            Rule::new(
                "config.eslint.extends",
                &["*reportUnusedDisableDirectives", "*noInlineConfig"],
                Check::On(false),
            ),
        ],
    )
};

const ESLINT_IGNORE: Tool = tool(
    "ESLint",
    None,
    &[Place {
        file: ".eslintignore",
        format: Format::Lines,
        root: Root::Table(""),
    }],
    &[Rule::new(
        "config.eslint.ignore",
        &["lines"],
        Check::Longer(Kind::Paths, &[]),
    )],
);

const BIOME: Tool = Tool {
    nested: &["overrides.*"],
    inherits: &["extends"],
    kin: &["ESLint"],
    ..tool(
        "Biome",
        Some("config.biome.removed"),
        &[json("biome.json", ""), json("biome.jsonc", "")],
        &[
            Rule::new(
                "config.biome.enabled",
                &[
                    "*linter.enabled",
                    "*formatter.enabled",
                    "linter.rules.*recommended",
                ],
                Check::On(true),
            ),
            Rule::new(
                "config.biome.rules",
                &["linter.rules.*.*", "linter.rules.*.*.level"],
                Check::Rank(&[&["off"], &["info"], &["warn", "on"], &["error"]], None),
            ),
            Rule::new(
                "config.biome.ignore",
                &["files.ignore", "linter.ignore", "formatter.ignore"],
                Check::Longer(Kind::Paths, &[]),
            ),
            Rule::new(
                "config.biome.ignore",
                &["files.includes", "linter.includes", "formatter.includes"],
                Check::Longer(Kind::Negated, &[]),
            ),
        ],
    )
};

const DENO: Tool = tool(
    "Deno",
    Some("config.deno.removed"),
    &[json("deno.json", ""), json("deno.jsonc", "")],
    &[
        Rule::new(
            "config.deno.lint",
            &["lint.rules.exclude"],
            Check::Longer(Kind::Names, &[]),
        ),
        Rule::new(
            "config.deno.exclude",
            &["exclude", "lint.exclude", "test.exclude", "fmt.exclude"],
            Check::Longer(Kind::Paths, &[]),
        ),
        Rule::new(
            "config.deno.lint",
            &["lint.rules.include", "lint.rules.tags"],
            Check::Shorter(Kind::Names, Unset::Enough),
        ),
    ],
);

const JEST: Tool = tool(
    "Jest",
    Some("config.jest.removed"),
    &[
        json("package.json", "jest"),
        json("jest.config.json", ""),
        json("package.json", "vitest"),
    ],
    &[
        Rule::new(
            "config.jest.threshold",
            &["coverageThreshold.*.*", "coverage.thresholds.*"],
            Check::Least(f64::NEG_INFINITY),
        ),
        Rule::new(
            "config.jest.ignore",
            &[
                "testPathIgnorePatterns",
                "coveragePathIgnorePatterns",
                "modulePathIgnorePatterns",
            ],
            Check::Longer(Kind::Paths, &[]),
        ),
        Rule::new(
            "config.jest.ignore",
            &["testMatch", "roots", "projects"],
            Check::Shorter(Kind::Paths, Unset::Enough),
        ),
    ],
);

const NYC: Tool = tool(
    "nyc",
    Some("config.nyc.removed"),
    &[
        json(".nycrc", ""),
        json(".nycrc.json", ""),
        json(".c8rc", ""),
        json(".c8rc.json", ""),
        json("package.json", "nyc"),
        json("package.json", "c8"),
    ],
    &[
        Rule::new(
            "config.nyc.threshold",
            &["*branches", "*lines", "*functions", "*statements"],
            Check::Least(0.0),
        ),
        Rule::new(
            "config.nyc.threshold",
            &["check-coverage", "checkCoverage"],
            Check::On(false),
        ),
        Rule::new(
            "config.nyc.exclude",
            &["exclude"],
            Check::Longer(Kind::Paths, &[]),
        ),
    ],
);
