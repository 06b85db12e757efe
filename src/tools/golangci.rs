//! golangci-lint's configuration. Documentation and reference configuration of version 2.13.1, the changelog, and what
//! its own command `migrate` makes of files of version 1.

use super::configuration::{Configuration, configuration, json, toml, yaml};
use super::family::Family;
use super::migration::{Migration, Move, MovedValue, OldDefault, OldValue};
use super::strict_setting::{FirstTime, ListKind, Renamed, StrictWhen, Unnamed, Unset};
use crate::model::rule::rules;

pub(super) const FAMILY: Family = Family {
    configurations: &[GOLANGCI],
    ..Family::NONE
};

rules! { ToolConfiguration:
    GOLANGCI_LINTERS = Error "config.golangci.linters"
        "a linter is no longer enabled or is disabled, `run.tests` is off, or \
        `run.issues-exit-code` is 0";
    GOLANGCI_EXCLUDE = Error "config.golangci.exclude"
        "a list of exclusions is longer, more files count as generated, or only new issues count";
    GOLANGCI_REMOVED = Error "config.golangci.removed" "the configuration was removed";
}

const GOLANGCI: Configuration = Configuration {
    read_by: &["golangci-lint"],
    migration: Some(&VERSION_2),
    ..configuration(
        "golangci-lint",
        Some(&GOLANGCI_REMOVED),
        &[
            yaml(".golangci.yml", ""),
            yaml(".golangci.yaml", ""),
            toml(".golangci.toml", ""),
            json(".golangci.json", ""),
        ],
        &[
            GOLANGCI_LINTERS
                .settings(
                    &["linters.enable"],
                    StrictWhen::Long(ListKind::Renamed(NAMES), Unset::These(&[])),
                )
                .unnamed(Unnamed {
                    entries: STANDARD,
                    unless: &[
                        ("linters.default", "none"),
                        ("linters.default", "fast"),
                        ("linters.disable-all", "true"),
                    ],
                }),
            GOLANGCI_LINTERS.settings(
                &["formatters.enable"],
                StrictWhen::Long(ListKind::Names, Unset::These(&[])),
            ),
            GOLANGCI_LINTERS
                .settings(
                    &["linters.disable"],
                    StrictWhen::Short(ListKind::Renamed(NAMES), &[]),
                )
                .at_first(FirstTime::entries(STANDARD)),
            // With no linter by default, those that are enabled are named.
            GOLANGCI_LINTERS
                .settings(
                    &["linters.default"],
                    StrictWhen::HighLevel(
                        &[&["none"], &["fast"], &["standard"], &["all"]],
                        Some(2),
                    ),
                )
                .at_first(FirstTime::Unless(&["linters.enable"])),
            GOLANGCI_LINTERS
                .settings(
                    &["linters.disable-all*", "linters.fast*"],
                    StrictWhen::Off(false),
                )
                .at_first(FirstTime::Unless(&["linters.enable"])),
            GOLANGCI_LINTERS.settings(&["linters.enable-all"], StrictWhen::On(false)),
            GOLANGCI_LINTERS.settings(
                &["linters.presets"],
                StrictWhen::Long(ListKind::Names, Unset::These(&[])),
            ),
            GOLANGCI_LINTERS.settings(&["run.issues-exit-code"], StrictWhen::High(1.0)),
            GOLANGCI_LINTERS.settings(&["run.tests"], StrictWhen::On(true)),
            GOLANGCI_EXCLUDE.settings(&["issues.new"], StrictWhen::Off(false)),
            GOLANGCI_EXCLUDE.settings(
                &["linters.exclusions.rules", "issues.exclude-rules"],
                StrictWhen::Short(ListKind::Exclusions(NAMES), &[]),
            ),
            GOLANGCI_EXCLUDE.settings(
                &["linters.exclusions.presets"],
                StrictWhen::Short(ListKind::Names, &[]),
            ),
            // `disable` takes no file for a generated one.
            GOLANGCI_EXCLUDE.settings(
                &["*.exclusions.generated"],
                StrictWhen::HighLevel(&[&["lax"], &["strict"], &["disable"]], Some(1)),
            ),
            GOLANGCI_EXCLUDE.settings(
                &["linters.exclusions.paths-except"],
                StrictWhen::Long(ListKind::Names, Unset::Everything),
            ),
            GOLANGCI_EXCLUDE.settings(
                &[
                    "linters.exclusions.paths",
                    "issues.exclude",
                    "issues.exclude-dirs",
                    "issues.exclude-files",
                    "issues.new-from-*",
                    "run.skip-dirs",
                    "run.skip-files",
                ],
                StrictWhen::Short(ListKind::Names, &[]),
            ),
            GOLANGCI_EXCLUDE.settings(
                &["formatters.exclusions.paths"],
                StrictWhen::Short(ListKind::Names, &[]),
            ),
        ],
    )
};

/// The linters that are on unless `linters.default` says otherwise.
const STANDARD: &[&str] = &["errcheck", "govet", "ineffassign", "staticcheck", "unused"];

/// The programs that version 2 has under `formatters`.
const FORMATTERS: &[&str] = &["gci", "gofmt", "gofumpt", "goimports", "golines", "swaggo"];

/// Linters whose names changed; those without another name were removed, after they had done nothing for some versions.
/// From the changelogs of versions 1 and 2 and `golangci-lint migrate`.
const NAMES: Renamed = &[
    ("deadcode", &[]),
    ("execinquery", &[]),
    ("exhaustivestruct", &[]),
    ("exportloopref", &[]),
    ("golint", &[]),
    ("ifshort", &[]),
    ("interfacer", &[]),
    ("maligned", &[]),
    ("nosnakecase", &[]),
    ("scopelint", &[]),
    ("structcheck", &[]),
    ("tenv", &[]),
    ("typecheck", &[]),
    ("varcheck", &[]),
    ("exhaustruct", &["exhaustruct_v5"]),
    ("gas", &["gosec"]),
    ("goerr113", &["err113"]),
    ("gomnd", &["mnd"]),
    ("gomodguard", &["gomodguard_v2"]),
    ("logrlint", &["loggercheck"]),
    ("megacheck", &["gosimple", "staticcheck", "unused"]),
    ("vet", &["govet"]),
    ("vetshadow", &["govet"]),
    ("wsl", &["wsl_v5"]),
];

/// What `golangci-lint migrate` does to a configuration of version 1.
const VERSION_2: Migration = Migration {
    marked_by: "version",
    moves: &[
        Move {
            from: "linters.disable-all",
            to: &["linters.default"],
            value: MovedValue::Word("none"),
        },
        Move {
            from: "linters.enable-all",
            to: &["linters.default"],
            value: MovedValue::Word("all"),
        },
        Move {
            from: "linters.enable",
            to: &["formatters.enable"],
            value: MovedValue::Entries(FORMATTERS),
        },
        Move {
            from: "issues.exclude-rules",
            to: &["formatters.exclusions.paths"],
            value: MovedValue::Of {
                key: "path",
                list: "linters",
                entries: FORMATTERS,
            },
        },
        Move {
            from: "issues.exclude-rules",
            to: &["linters.exclusions.rules"],
            value: MovedValue::Same,
        },
        Move {
            from: "issues.exclude",
            to: &["linters.exclusions.rules"],
            value: MovedValue::InTables("text"),
        },
        moved_paths("issues.exclude-dirs"),
        moved_paths("issues.exclude-files"),
        moved_paths("run.skip-dirs"),
        moved_paths("run.skip-files"),
        Move {
            from: "issues.exclude-generated",
            to: &[
                "linters.exclusions.generated",
                "formatters.exclusions.generated",
            ],
            value: MovedValue::Same,
        },
    ],
    defaults: &[
        OldDefault {
            to: &["linters.exclusions.presets"],
            value: OldValue::Entries(&[
                "comments",
                "common-false-positives",
                "legacy",
                "std-error-handling",
            ]),
            unless: &["issues.exclude-use-default", "issues.include"],
        },
        OldDefault {
            to: &["linters.exclusions.paths", "formatters.exclusions.paths"],
            value: OldValue::Entries(&["third_party$", "builtin$", "examples$"]),
            unless: &[
                "issues.exclude-dirs-use-default",
                "run.skip-dirs-use-default",
            ],
        },
        OldDefault {
            to: &[
                "linters.exclusions.generated",
                "formatters.exclusions.generated",
            ],
            value: OldValue::Word("lax"),
            unless: &["issues.exclude-generated-strict"],
        },
    ],
    names: (
        &[
            "linters.enable",
            "linters.disable",
            "linters.exclusions.rules",
        ],
        &[("gosimple", "staticcheck"), ("stylecheck", "staticcheck")],
    ),
};

const fn moved_paths(from: &'static str) -> Move {
    Move {
        from,
        to: &["linters.exclusions.paths", "formatters.exclusions.paths"],
        value: MovedValue::Same,
    }
}
