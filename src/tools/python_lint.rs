//! ruff and flake8: linters for Python.

use super::artifact::{Artifact, ArtifactKind};
use super::call::Call;
use super::configuration::{Configuration, configuration, ini, toml};
use super::family::Family;
use super::program::Program;
use super::silencer::{PYTHON, Silencer};
use super::strict_setting::{ListKind, StrictSetting, StrictWhen, Unset};
use super::swallowed_status::SwallowedStatus;

pub(super) const FAMILY: Family = Family {
    configurations: &[RUFF, FLAKE8],
    silencers: SILENCERS,
    programs: PROGRAMS,
    artifacts: ARTIFACTS,
    ..Family::NONE
};

const RUFF: Configuration = Configuration {
    nested: &["lint"],
    inherits: &["extend"],
    ..configuration(
        "ruff",
        Some("config.ruff.removed"),
        &[
            toml(".ruff.toml", ""),
            toml("ruff.toml", ""),
            toml("pyproject.toml", "tool.ruff"),
        ],
        &[
            StrictSetting::new(
                "config.ruff.select",
                &["select", "extend-select"],
                StrictWhen::Long(ListKind::Codes, Unset::These(&["E4", "E7", "E9", "F"])),
            ),
            StrictSetting::new(
                "config.ruff.ignore",
                &["ignore", "extend-ignore"],
                StrictWhen::Short(ListKind::Codes, &[]),
            ),
            StrictSetting::new(
                "config.ruff.per-file-ignores",
                &["per-file-ignores.*", "extend-per-file-ignores.*"],
                StrictWhen::Short(ListKind::Codes, &[]),
            ),
            StrictSetting::new(
                "config.ruff.exclude",
                &["exclude", "extend-exclude"],
                StrictWhen::Short(ListKind::Paths, &["_build", "build", "buck-out", "dist"]),
            ),
            StrictSetting::new(
                "config.ruff.limits",
                &["line-length"],
                StrictWhen::Low(88.0),
            ),
            StrictSetting::new(
                "config.ruff.limits",
                &["mccabe.max-complexity"],
                StrictWhen::Low(10.0),
            ),
            StrictSetting::new(
                "config.ruff.limits",
                &["pylint.max-*"],
                StrictWhen::Low(f64::NAN),
            ),
        ],
    )
};

/// The codes that flake8 ignores by default.
const FLAKE8_IGNORES: &[&str] = &[
    "E121", "E123", "E126", "E226", "E24", "E704", "W503", "W504",
];

const FLAKE8: Configuration = Configuration {
    alternatives: &["ruff", "pylint"],
    ..configuration(
        "flake8",
        Some("config.flake8.removed"),
        &[
            ini("setup.cfg", "flake8"),
            ini("tox.ini", "flake8"),
            ini(".flake8", "flake8"),
            toml("pyproject.toml", "tool.flake8"),
        ],
        &[
            StrictSetting::new(
                "config.flake8.ignore",
                &["ignore", "extend-ignore"],
                StrictWhen::Short(ListKind::Codes, FLAKE8_IGNORES),
            ),
            StrictSetting::new(
                "config.flake8.per-file-ignores",
                &["per-file-ignores"],
                StrictWhen::Short(ListKind::CodesOfFiles, &[]),
            ),
            StrictSetting::new(
                "config.flake8.exclude",
                &["exclude", "extend-exclude"],
                StrictWhen::Short(ListKind::Paths, &[]),
            ),
            StrictSetting::new(
                "config.flake8.select",
                &["select"],
                StrictWhen::Long(ListKind::Codes, Unset::Everything),
            ),
            StrictSetting::new(
                "config.flake8.select",
                &["extend-select", "enable-extensions"],
                StrictWhen::Long(ListKind::Codes, Unset::These(&[])),
            ),
            StrictSetting::new(
                "config.flake8.limits",
                &["max-line-length"],
                StrictWhen::Low(79.0),
            ),
            StrictSetting::new(
                "config.flake8.limits",
                &["max-complexity"],
                StrictWhen::Low(f64::INFINITY),
            ),
        ],
    )
};

const SILENCERS: &[Silencer] = &[
    Silencer {
        rule: "python.noqa-file",
        words: &["noqa"],
        pattern: r"#\s*(?i:ruff|flake8)\s*[:=]\s*(?i:noqa)\b",
        unless: Some(r"^\s*:\s*[A-Z]"),
        message: "this silences every lint in the whole file",
        help: "name the rules in the linter's configuration, or give a reason: `# ruff: noqa -- \
            reason`",
        ..PYTHON
    },
    Silencer {
        rule: "python.noqa-coded",
        words: &["noqa"],
        pattern: r"#\s*(?:(?i:ruff|flake8)\s*:\s*)?(?i:noqa)\s*:\s*[A-Z]+\d*(?:(?:\s*,\s*|\s+)[A-Z]+\d+)*",
        message: "this silences a lint",
        help: "fix the problem, or give a reason: `# noqa: E501 -- reason`",
        ..PYTHON
    },
    Silencer {
        rule: "python.noqa-bare",
        words: &["noqa"],
        pattern: r"#\s*(?i:noqa)\b",
        unless: Some(r"^-"),
        message: "this silences every lint on the line",
        help: "fix the problem, or name the code and give a reason: `# noqa: E501 -- reason`",
        ..PYTHON
    },
];

const PROGRAMS: &[Program] = &[
    Program {
        cannot_fail: ruff,
        ..Program::new(&["ruff"])
    },
    Program {
        cannot_fail: |call| call.exit_zero(),
        ..Program::new(&["flake8"])
    },
];

fn ruff(call: &Call<'_>) -> Option<SwallowedStatus> {
    if let Some(swallowed) = call.exit_zero() {
        return Some(swallowed);
    }
    if let Some(word) = call.option(&["--fix-only"]) {
        return Some(SwallowedStatus::by_tool(
            word.span.clone(),
            "ruff succeeds even if it could not fix every problem",
            "write `ruff check --no-fix` here, and move the fixing command to `fix`",
        ));
    }
    if let Some(("ALL", span)) = call.value("--ignore") {
        return Some(SwallowedStatus::by_tool(
            span,
            "every ruff rule is disabled",
            "name the rules to disable",
        ));
    }
    match call.value("--select") {
        Some(("", span)) => Some(SwallowedStatus::by_tool(
            span,
            "no ruff rule is selected",
            "name the rules to select, or remove `--select`",
        )),
        _ => None,
    }
}

const ARTIFACTS: &[Artifact] =
    &[Artifact::new(".ruff_cache", ArtifactKind::Cache).made_in(&["pyproject.toml"])];
