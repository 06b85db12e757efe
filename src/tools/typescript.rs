//! TypeScript's compiler.

use super::configuration::{Configuration, configuration, json};
use super::family::Family;
use super::silencer::{FileScope, JAVASCRIPT, ReasonStyle, Silencer};
use super::strict_setting::{ListKind, StrictSetting, StrictWhen, Unset};

pub(super) const FAMILY: Family = Family {
    configurations: &[TYPESCRIPT],
    silencers: SILENCERS,
    ..Family::NONE
};

const TYPESCRIPT: Configuration = Configuration {
    is_each_file_alone: true,
    inherits: &["extends"],
    ..configuration(
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
            StrictSetting::new(
                "config.typescript.strict",
                &["compilerOptions.strict"],
                StrictWhen::On(false),
            ),
            StrictSetting::new(
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
                StrictWhen::On(false),
            )
            .implied_by(&["compilerOptions.strict"]),
            StrictSetting::new(
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
                StrictWhen::On(false),
            ),
            StrictSetting::new(
                "config.typescript.allow",
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
            StrictSetting::new(
                "config.typescript.skip-lib-check",
                &["compilerOptions.skipLibCheck"],
                StrictWhen::Off(false),
            ),
            StrictSetting::new(
                "config.typescript.exclude",
                &["exclude"],
                StrictWhen::Short(ListKind::Paths, &[]),
            ),
            StrictSetting::new(
                "config.typescript.include",
                &["include", "files"],
                StrictWhen::Long(ListKind::Paths, Unset::Enough),
            ),
        ],
    )
};

const SILENCERS: &[Silencer] = &[
    Silencer {
        rule: "js.ts-ignore",
        words: &["@ts-"],
        pattern: r"(?:/\*+|//+|\*)\s*@ts-(?:ignore|nocheck)\b",
        reason: ReasonStyle::Rest,
        message: "this silences the type checker, even if the error no longer exists",
        help: "fix the problem, or write `@ts-expect-error` with a reason",
        ..JAVASCRIPT
    },
    Silencer {
        rule: "js.ts-expect-error",
        files: FileScope::NoTests,
        words: &["@ts-"],
        pattern: r"(?:/\*+|//+|\*)\s*@ts-expect-error\b",
        reason: ReasonStyle::Rest,
        message: "this silences the type checker",
        help: "fix the problem, or give a reason: `// @ts-expect-error -- reason`",
        ..JAVASCRIPT
    },
];
