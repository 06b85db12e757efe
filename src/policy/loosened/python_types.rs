//! The tools that check Python's types.

use super::compare::{Check, Unset};
use super::items::Kind;
use super::settings::Root;
use super::tools::{Rule, Tool, json, sections, toml, tool};

pub(super) const TOOLS: &[Tool] = &[MYPY, PYRIGHT];

const MYPY: Tool = Tool {
    nested: &["overrides.*"],
    kin: &["pyright"],
    ..tool(
        "mypy",
        Some("config.mypy.removed"),
        &[
            sections("mypy.ini", Root::MypySections),
            sections(".mypy.ini", Root::MypySections),
            toml("pyproject.toml", "tool.mypy"),
            sections("setup.cfg", Root::MypySections),
        ],
        &[
            Rule::new("config.mypy.strict", &["strict"], Check::On(false)),
            // What `strict` switches on; each key is compared with itself.
            Rule::new(
                "config.mypy.strict",
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
                    "*strict-bytes",
                    "*extra-checks",
                ],
                Check::On(false),
            )
            .implied_by(&["strict"]),
            Rule::new(
                "config.mypy.strict",
                &[
                    "*disallow-any-unimported",
                    "*disallow-any-expr",
                    "*disallow-any-decorated",
                    "*disallow-any-explicit",
                    "*warn-unreachable",
                ],
                Check::On(false),
            ),
            Rule::new(
                "config.mypy.strict",
                &[
                    "*no-implicit-optional",
                    "*strict-optional",
                    "*warn-no-return",
                ],
                Check::On(true),
            ),
            Rule::new(
                "config.mypy.ignore-errors",
                &["ignore-errors"],
                Check::Off(false),
            ),
            Rule::new(
                "config.mypy.missing-imports",
                &["ignore-missing-imports"],
                Check::Off(false),
            ),
            Rule::new(
                "config.mypy.missing-imports",
                &["follow-imports"],
                Check::Rank(&[&["skip"], &["silent"], &["normal"], &["error"]], Some(2)),
            ),
            Rule::new("config.mypy.allow", &["allow-*"], Check::Off(false)),
            Rule::new("config.mypy.allow", &["implicit-*"], Check::Off(false)),
            Rule::new(
                "config.mypy.exclude",
                &["exclude"],
                Check::Longer(Kind::Expressions, &[]),
            ),
            Rule::new(
                "config.mypy.files",
                &["files", "packages", "modules"],
                Check::Shorter(Kind::Paths, Unset::Enough),
            ),
            Rule::new(
                "config.mypy.disable-error-code",
                &["disable-error-code"],
                Check::Longer(Kind::Names, &[]),
            ),
            Rule::new(
                "config.mypy.enable-error-code",
                &["enable-error-code"],
                Check::Shorter(Kind::Names, Unset::These(&[])),
            ),
        ],
    )
};

const PYRIGHT: Tool = Tool {
    inherits: &["extends"],
    kin: &["mypy"],
    ..tool(
        "pyright",
        Some("config.pyright.removed"),
        &[
            json("pyrightconfig.json", ""),
            toml("pyproject.toml", "tool.pyright"),
            toml("pyproject.toml", "tool.basedpyright"),
        ],
        &[
            Rule::new(
                "config.pyright.mode",
                &["typeCheckingMode"],
                Check::Rank(
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
            Rule::new(
                "config.pyright.report",
                &["report*"],
                Check::Rank(
                    &[
                        &["none", "false"],
                        &["information"],
                        &["warning"],
                        &["error", "true"],
                    ],
                    None,
                ),
            )
            .implied_by(&["typeCheckingMode"]),
            Rule::new(
                "config.pyright.report",
                &["strict*Inference", "strictParameterNoneValue"],
                Check::On(false),
            ),
            Rule::new(
                "config.pyright.exclude",
                &["exclude", "ignore"],
                Check::Longer(Kind::Paths, &[]),
            ),
            Rule::new(
                "config.pyright.include",
                &["include", "strict"],
                Check::Shorter(Kind::Paths, Unset::Enough),
            ),
        ],
    )
};
