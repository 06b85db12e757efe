//! black and isort: formatters for Python.

use super::configuration::{Configuration, configuration, ini, toml};
use super::family::Family;
use super::silencer::{PYTHON, Silencer};
use super::strict_setting::{ListKind, StrictSetting, StrictWhen};

pub(super) const FAMILY: Family = Family {
    configurations: &[BLACK, ISORT],
    silencers: SILENCERS,
    ..Family::NONE
};

const BLACK: Configuration = Configuration {
    alternatives: &["ruff"],
    ..configuration(
        "black",
        Some("config.black.removed"),
        &[toml("pyproject.toml", "tool.black")],
        &[StrictSetting::new(
            "config.black.exclude",
            &["exclude", "extend-exclude", "force-exclude"],
            StrictWhen::Short(ListKind::Expressions, &[]),
        )],
    )
};

const ISORT: Configuration = Configuration {
    alternatives: &["ruff"],
    ..configuration(
        "isort",
        Some("config.isort.removed"),
        &[
            ini(".isort.cfg", "settings"),
            toml("pyproject.toml", "tool.isort"),
            ini("setup.cfg", "isort"),
            ini("tox.ini", "isort"),
        ],
        &[StrictSetting::new(
            "config.isort.skip",
            &["skip", "skip-glob", "extend-skip", "extend-skip-glob"],
            StrictWhen::Short(ListKind::Paths, &[]),
        )],
    )
};

const SILENCERS: &[Silencer] = &[Silencer {
    rule: "python.fmt-off",
    words: &["fmt"],
    pattern: r"#\s*fmt:\s*(?:off|skip)\s*(?:$|[#;-])",
    message: "this disables the formatter",
    help: "let the code be formatted, or give a reason: `# fmt: skip -- reason`",
    ..PYTHON
}];
