//! cargo-deny's configuration. Gone through: the documentation of version 0.20.2.

use super::configuration::{Configuration, configuration, toml};
use super::strict_setting::{FirstTime, ListKind, StrictWhen, Unset};
use crate::model::rule::rules;

rules! { ToolConfiguration:
    CARGO_DENY_IGNORE = Error "config.cargo-deny.ignore"
        "`ignore`, `skip` or a list of exceptions is longer, `bans.deny` is shorter, or fewer crates are looked at";
    CARGO_DENY_ALLOW = Warn "config.cargo-deny.allow"
        "`licenses.allow` or `clarify` is longer, or `confidence-threshold` is lower";
    CARGO_DENY_LEVELS = Error "config.cargo-deny.levels" "the level of a check is lower";
    CARGO_DENY_REMOVED = Error "config.cargo-deny.removed" "the configuration was removed";
}

pub(super) const CARGO_DENY: Configuration = Configuration {
    read_by: &["cargo-deny", "cargo"],
    ..configuration(
        "cargo-deny",
        Some(&CARGO_DENY_REMOVED),
        &[
            toml("deny.toml", ""),
            toml(".deny.toml", ""),
            toml(".cargo/deny.toml", ""),
        ],
        &[
            CARGO_DENY_IGNORE.settings(
                &["advisories.ignore"],
                StrictWhen::Short(ListKind::Names, &[]),
            ),
            // By default, what these are exceptions from only warns, or has to be configured.
            CARGO_DENY_IGNORE
                .settings(
                    &[
                        "bans.skip*",
                        "bans.skip-tree*",
                        "bans.build.allow-build-scripts*",
                        "bans.build.bypass*",
                        "bans.std-replacements.ignore*",
                        "licenses.exceptions*",
                        "sources.allow-git*",
                        "sources.allow-registry*",
                        "sources.allow-org.*",
                        "sources.private*",
                        "licenses.ignore-sources*",
                        "licenses.private.*",
                        "graph.exclude*",
                        "exclude*",
                    ],
                    StrictWhen::Short(
                        ListKind::Names,
                        &["https://github.com/rust-lang/crates.io-index"],
                    ),
                )
                .at_first(FirstTime::Nothing),
            // By default, no license is allowed, so that every project names some.
            CARGO_DENY_ALLOW
                .settings(&["licenses.allow"], StrictWhen::Short(ListKind::Names, &[]))
                .at_first(FirstTime::Nothing),
            CARGO_DENY_ALLOW
                .settings(
                    &["licenses.clarify"],
                    StrictWhen::Short(ListKind::Names, &[]),
                )
                .at_first(FirstTime::Nothing),
            CARGO_DENY_ALLOW.settings(&["licenses.confidence-threshold"], StrictWhen::High(0.8)),
            CARGO_DENY_IGNORE.settings(
                &["bans.deny"],
                StrictWhen::Long(ListKind::Names, Unset::These(&[])),
            ),
            // Only what is compiled for these targets is looked at.
            CARGO_DENY_IGNORE
                .settings(
                    &["graph.targets", "targets"],
                    StrictWhen::Long(ListKind::Names, Unset::Everything),
                )
                .at_first(FirstTime::Nothing),
            CARGO_DENY_IGNORE.settings(
                &[
                    "advisories.disable-yank-checking*",
                    "bans.allow-wildcard-paths*",
                    "bans.allow-workspace*",
                    "graph.exclude-dev*",
                    "graph.exclude-unpublished*",
                    "graph.no-default-features*",
                    "licenses.private.ignore*",
                ],
                StrictWhen::Off(false),
            ),
            CARGO_DENY_IGNORE.settings(
                &[
                    "bans.multiple-versions-include-dev*",
                    "bans.build.include-*",
                    "graph.all-features*",
                    "licenses.include-dev*",
                ],
                StrictWhen::On(false),
            ),
            CARGO_DENY_IGNORE.settings(&["licenses.include-build"], StrictWhen::On(true)),
            CARGO_DENY_LEVELS.settings(
                &["advisories.unmaintained"],
                StrictWhen::HighLevel(SCOPES, Some(2)),
            ),
            CARGO_DENY_LEVELS.settings(
                &["advisories.unsound"],
                StrictWhen::HighLevel(SCOPES, Some(1)),
            ),
            CARGO_DENY_LEVELS.settings(
                &["bans.build.executables*", "bans.std-replacements.level*"],
                StrictWhen::HighLevel(DENY_LEVELS, Some(2)),
            ),
            CARGO_DENY_LEVELS.settings(
                &["sources.required-git-spec"],
                StrictWhen::HighLevel(&[&["any"], &["branch"], &["tag"], &["rev"]], Some(0)),
            ),
            CARGO_DENY_LEVELS
                .settings(
                    &[
                        "advisories.*vulnerability",
                        "advisories.*unsound",
                        "advisories.*yanked",
                        "bans.*multiple-versions",
                        "bans.*wildcards",
                        "bans.build.interpreted",
                        "bans.*-default-features",
                        "bans.workspace-dependencies.*",
                        "licenses.*unlicensed",
                        "licenses.*copyleft",
                        "sources.unknown-*",
                    ],
                    StrictWhen::HighLevel(DENY_LEVELS, None),
                )
                .at_first(FirstTime::Nothing),
        ],
    )
};

/// The levels of a check.
pub(super) const DENY_LEVELS: &[&[&str]] = &[&["allow"], &["warn"], &["deny"]];

/// The crates that a kind of advisories is about, the fewest first.
const SCOPES: &[&[&str]] = &[&["none"], &["workspace", "transitive"], &["all"]];
