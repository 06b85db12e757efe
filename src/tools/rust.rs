//! cargo, rustc, Clippy, rustfmt and cargo-deny.

use super::Family;
use super::configuration::{Configuration, configuration, toml};
use super::strict_setting::{ArgumentEffects, ListKind, StrictSetting, StrictWhen, Unset};

pub(super) const FAMILY: Family = Family {
    configurations: &[LINTS, CLIPPY, CARGO, CARGO_DENY],
    uncompared: &["rustfmt.toml", ".rustfmt.toml"],
    ..Family::NONE
};

const LINTS: Configuration = Configuration {
    is_each_file_alone: true,
    ..configuration(
        "Rust's lints",
        Some("config.rust.lints"),
        &[
            toml("Cargo.toml", "lints"),
            toml("Cargo.toml", "workspace.lints"),
        ],
        &[StrictSetting::new(
            "config.rust.lints",
            &["*.*", "*.*.level"],
            StrictWhen::HighLevel(
                &[&["allow"], &["expect"], &["warn"], &["deny"], &["forbid"]],
                None,
            ),
        )
        .implied_by(&["workspace"])],
    )
};

const CLIPPY: Configuration = configuration(
    "Clippy",
    None,
    &[toml("clippy.toml", ""), toml(".clippy.toml", "")],
    &[
        StrictSetting::new(
            "config.clippy.limits",
            &["cognitive-complexity-*threshold"],
            StrictWhen::Low(25.0),
        ),
        StrictSetting::new(
            "config.clippy.limits",
            &["too-many-arguments-*threshold"],
            StrictWhen::Low(7.0),
        ),
        StrictSetting::new(
            "config.clippy.limits",
            &["too-many-lines-*threshold"],
            StrictWhen::Low(100.0),
        ),
        StrictSetting::new(
            "config.clippy.limits",
            &["type-complexity-*threshold"],
            StrictWhen::Low(250.0),
        ),
        StrictSetting::new(
            "config.clippy.limits",
            &["*-threshold", "max-*"],
            StrictWhen::Low(f64::NAN),
        ),
        StrictSetting::new("config.clippy.allow", &["allow-*"], StrictWhen::Off(false)),
        StrictSetting::new(
            "config.clippy.disallowed",
            &[
                "disallowed-methods",
                "disallowed-types",
                "disallowed-macros",
                "disallowed-names",
            ],
            StrictWhen::Long(ListKind::Names, Unset::These(&[])),
        ),
    ],
);

/// What arguments of the compiler do.
const RUSTFLAGS: ArgumentEffects = ArgumentEffects {
    loosens: |option, _| matches!(option, "-A" | "--allow" | "--cap-lints"),
    tightens: |option, _| matches!(option, "-D" | "--deny" | "-F" | "--forbid"),
    minimum: "",
};

const CARGO: Configuration = configuration(
    "cargo",
    None,
    &[toml(".cargo/config.toml", ""), toml(".cargo/config", "")],
    &[StrictSetting::new(
        "config.cargo.rustflags",
        &["build.rustflags", "target.*.rustflags", "env.RUSTFLAGS"],
        StrictWhen::Arguments(RUSTFLAGS),
    )],
);

const CARGO_DENY: Configuration = configuration(
    "cargo-deny",
    Some("config.cargo-deny.removed"),
    &[
        toml("deny.toml", ""),
        toml(".deny.toml", ""),
        toml(".cargo/deny.toml", ""),
    ],
    &[
        StrictSetting::new(
            "config.cargo-deny.ignore",
            &[
                "advisories.ignore",
                "bans.skip",
                "bans.skip-tree",
                "licenses.exceptions",
                "sources.allow-git",
                "sources.allow-registry",
            ],
            StrictWhen::Short(
                ListKind::Names,
                &["https://github.com/rust-lang/crates.io-index"],
            ),
        ),
        StrictSetting::new(
            "config.cargo-deny.allow",
            &["licenses.allow"],
            StrictWhen::Short(ListKind::Names, &[]),
        ),
        StrictSetting::new(
            "config.cargo-deny.ignore",
            &["bans.deny"],
            StrictWhen::Long(ListKind::Names, Unset::These(&[])),
        ),
        StrictSetting::new(
            "config.cargo-deny.levels",
            &[
                "advisories.*vulnerability",
                "advisories.*unsound",
                "advisories.*yanked",
                "bans.*multiple-versions",
                "bans.*wildcards",
                "licenses.*unlicensed",
                "licenses.*copyleft",
                "sources.unknown-*",
            ],
            StrictWhen::HighLevel(&[&["allow"], &["warn"], &["deny"]], None),
        ),
    ],
);
