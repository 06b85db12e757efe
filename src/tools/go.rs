//! go, gofmt and golangci-lint.

use super::Family;
use super::configuration::{Configuration, configuration, json, toml};
use super::strict_setting::{ListKind, StrictSetting, StrictWhen, Unset};

pub(super) const FAMILY: Family = Family {
    configurations: &[GOLANGCI],
    uncompared: &[".golangci.yaml", ".golangci.yml", "staticcheck.conf"],
    ..Family::NONE
};

const GOLANGCI: Configuration = configuration(
    "golangci-lint",
    Some("config.golangci.removed"),
    &[toml(".golangci.toml", ""), json(".golangci.json", "")],
    &[
        StrictSetting::new(
            "config.golangci.linters",
            &["linters.enable", "formatters.enable"],
            StrictWhen::Long(ListKind::Names, Unset::These(&[])),
        ),
        StrictSetting::new(
            "config.golangci.linters",
            &["linters.disable"],
            StrictWhen::Short(ListKind::Names, &[]),
        ),
        StrictSetting::new(
            "config.golangci.linters",
            &["run.tests"],
            StrictWhen::On(true),
        ),
        StrictSetting::new(
            "config.golangci.exclude",
            &[
                "issues.exclude",
                "issues.exclude-*",
                "linters.exclusions.paths",
            ],
            StrictWhen::Short(ListKind::Names, &[]),
        ),
    ],
);
