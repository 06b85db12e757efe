//! bandit: security checks for Python.

use super::Family;
use super::configuration::{Configuration, configuration, ini, toml};
use super::strict_setting::{ListKind, StrictSetting, StrictWhen, Unset};

pub(super) const FAMILY: Family = Family {
    configurations: &[BANDIT],
    uncompared: &["bandit.yaml", "bandit.yml"],
    ..Family::NONE
};

const BANDIT: Configuration = Configuration {
    alternatives: &["ruff"],
    ..configuration(
        "bandit",
        Some("config.bandit.removed"),
        &[
            ini(".bandit", "bandit"),
            toml("pyproject.toml", "tool.bandit"),
        ],
        &[
            StrictSetting::new(
                "config.bandit.skips",
                &["skips", "skip"],
                StrictWhen::Short(ListKind::Names, &[]),
            ),
            StrictSetting::new(
                "config.bandit.exclude",
                &["exclude-dirs", "exclude", "assert-used.skips"],
                StrictWhen::Short(ListKind::Paths, &[]),
            ),
            StrictSetting::new(
                "config.bandit.tests",
                &["tests"],
                StrictWhen::Long(ListKind::Names, Unset::Everything),
            ),
        ],
    )
};
