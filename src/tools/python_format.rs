//! black and isort: formatters for Python.

use super::Family;
use super::configuration::{Configuration, configuration, ini, toml};
use super::strict_setting::{ListKind, StrictSetting, StrictWhen};

pub(super) const FAMILY: Family = Family {
    configurations: &[BLACK, ISORT],
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
