//! mypy, pyright, ty and similar type checkers for Python.

use super::artifact::{Artifact, ArtifactKind};
use super::call::Call;
use super::configuration::{Configuration, SettingsRoot, configuration, json, sections, toml};
use super::family::Family;
use super::program::Program;
use super::silencer::{PYTHON, Silencer};
use super::strict_setting::{ListKind, StrictSetting, StrictWhen, Unset};
use super::swallowed_status::SwallowedStatus;
use super::variable::WeakeningVariable;

pub(super) const FAMILY: Family = Family {
    configurations: &[MYPY, PYRIGHT],
    silencers: SILENCERS,
    variables: VARIABLES,
    programs: PROGRAMS,
    artifacts: ARTIFACTS,
    ..Family::NONE
};

const MYPY: Configuration = Configuration {
    nested: &["overrides.*"],
    alternatives: &["pyright"],
    ..configuration(
        "mypy",
        Some("config.mypy.removed"),
        &[
            sections("mypy.ini", SettingsRoot::MypySections),
            sections(".mypy.ini", SettingsRoot::MypySections),
            toml("pyproject.toml", "tool.mypy"),
            sections("setup.cfg", SettingsRoot::MypySections),
        ],
        &[
            StrictSetting::new("config.mypy.strict", &["strict"], StrictWhen::On(false)),
            // The settings that `strict` switches on; each key is compared with itself.
            StrictSetting::new(
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
                StrictWhen::On(false),
            )
            .implied_by(&["strict"]),
            StrictSetting::new(
                "config.mypy.strict",
                &[
                    "*disallow-any-unimported",
                    "*disallow-any-expr",
                    "*disallow-any-decorated",
                    "*disallow-any-explicit",
                    "*warn-unreachable",
                ],
                StrictWhen::On(false),
            ),
            StrictSetting::new(
                "config.mypy.strict",
                &[
                    "*no-implicit-optional",
                    "*strict-optional",
                    "*warn-no-return",
                ],
                StrictWhen::On(true),
            ),
            StrictSetting::new(
                "config.mypy.ignore-errors",
                &["ignore-errors"],
                StrictWhen::Off(false),
            ),
            StrictSetting::new(
                "config.mypy.missing-imports",
                &["ignore-missing-imports"],
                StrictWhen::Off(false),
            ),
            StrictSetting::new(
                "config.mypy.missing-imports",
                &["follow-imports"],
                StrictWhen::HighLevel(&[&["skip"], &["silent"], &["normal"], &["error"]], Some(2)),
            ),
            StrictSetting::new("config.mypy.allow", &["allow-*"], StrictWhen::Off(false)),
            StrictSetting::new("config.mypy.allow", &["implicit-*"], StrictWhen::Off(false)),
            StrictSetting::new(
                "config.mypy.exclude",
                &["exclude"],
                StrictWhen::Short(ListKind::Expressions, &[]),
            ),
            StrictSetting::new(
                "config.mypy.files",
                &["files", "packages", "modules"],
                StrictWhen::Long(ListKind::Paths, Unset::Enough),
            ),
            StrictSetting::new(
                "config.mypy.disable-error-code",
                &["disable-error-code"],
                StrictWhen::Short(ListKind::Names, &[]),
            ),
            StrictSetting::new(
                "config.mypy.enable-error-code",
                &["enable-error-code"],
                StrictWhen::Long(ListKind::Names, Unset::These(&[])),
            ),
        ],
    )
};

const PYRIGHT: Configuration = Configuration {
    inherits: &["extends"],
    alternatives: &["mypy"],
    ..configuration(
        "pyright",
        Some("config.pyright.removed"),
        &[
            json("pyrightconfig.json", ""),
            toml("pyproject.toml", "tool.pyright"),
            toml("pyproject.toml", "tool.basedpyright"),
        ],
        &[
            StrictSetting::new(
                "config.pyright.mode",
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
            StrictSetting::new(
                "config.pyright.report",
                &["report*"],
                StrictWhen::HighLevel(
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
            StrictSetting::new(
                "config.pyright.report",
                &["strict*Inference", "strictParameterNoneValue"],
                StrictWhen::On(false),
            ),
            StrictSetting::new(
                "config.pyright.exclude",
                &["exclude", "ignore"],
                StrictWhen::Short(ListKind::Paths, &[]),
            ),
            StrictSetting::new(
                "config.pyright.include",
                &["include", "strict"],
                StrictWhen::Long(ListKind::Paths, Unset::Enough),
            ),
        ],
    )
};

const SILENCERS: &[Silencer] = &[
    Silencer {
        rule: "python.type-ignore-file",
        words: &["mypy", "pyright"],
        pattern: r"^\s*#\s*(?:mypy:\s*ignore-errors|pyright:\s*ignore-errors)\b",
        unless: Some(r"^\s*=\s*[Ff]alse"),
        message: "this silences the type checker in the whole file",
        help: "fix the problems, or silence single lines and give a reason: `# type: ignore[code] \
             # reason`",
        ..PYTHON
    },
    Silencer {
        rule: "python.type-ignore-coded",
        words: &["ignore"],
        pattern: r"#\s*(?:type|ty|pyright|pyrefly):\s*ignore\s*\[[^\]]+\]",
        message: "this silences the type checker",
        help: "fix the problem, or give a reason: `# type: ignore[code]  # reason`",
        ..PYTHON
    },
    Silencer {
        rule: "python.type-ignore-bare",
        words: &["ignore"],
        pattern: r"#\s*(?:type|ty|pyright|pyrefly):\s*ignore\b",
        unless: Some(r"^[\[\w-]"),
        message: "this silences every error of the type checker on the line",
        help: "fix the problem, or name the code and give a reason: `# type: ignore[code]  # \
            reason`",
        ..PYTHON
    },
];

const VARIABLES: &[WeakeningVariable] = &[WeakeningVariable::always("TY_CONFIG_FILE", "ty")];

const PROGRAMS: &[Program] = &[Program {
    cannot_fail: checks_nothing,
    ..Program::new(&["mypy"])
}];

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

const ARTIFACTS: &[Artifact] = &[
    Artifact::new(".mypy_cache", ArtifactKind::Cache).made_in(&["pyproject.toml", "setup.cfg"]),
    Artifact::new(".pyre", ArtifactKind::Cache),
    Artifact::new(".pytype", ArtifactKind::Cache),
];
