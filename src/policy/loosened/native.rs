//! The tools of Rust and Go.

use super::compare::{Check, Unset};
use super::items::Kind;
use super::tools::{Rule, Tool, json, toml, tool};
use super::words::RUSTC;

pub(super) const TOOLS: &[Tool] = &[LINTS, CLIPPY, CARGO, CARGO_DENY, GOLANGCI];

const LINTS: Tool = Tool {
    is_by_file: true,
    ..tool(
        "Rust's lints",
        Some("config.rust.lints"),
        &[
            toml("Cargo.toml", "lints"),
            toml("Cargo.toml", "workspace.lints"),
        ],
        &[Rule::new(
            "config.rust.lints",
            &["*.*", "*.*.level"],
            Check::Rank(
                &[&["allow"], &["expect"], &["warn"], &["deny"], &["forbid"]],
                None,
            ),
        )
        .implied_by(&["workspace"])],
    )
};

const CLIPPY: Tool = tool(
    "Clippy",
    None,
    &[toml("clippy.toml", ""), toml(".clippy.toml", "")],
    &[
        Rule::new(
            "config.clippy.limits",
            &["cognitive-complexity-*threshold"],
            Check::Most(25.0),
        ),
        Rule::new(
            "config.clippy.limits",
            &["too-many-arguments-*threshold"],
            Check::Most(7.0),
        ),
        Rule::new(
            "config.clippy.limits",
            &["too-many-lines-*threshold"],
            Check::Most(100.0),
        ),
        Rule::new(
            "config.clippy.limits",
            &["type-complexity-*threshold"],
            Check::Most(250.0),
        ),
        Rule::new(
            "config.clippy.limits",
            &["*-threshold", "max-*"],
            Check::Most(f64::NAN),
        ),
        Rule::new("config.clippy.allow", &["allow-*"], Check::Off(false)),
        Rule::new(
            "config.clippy.disallowed",
            &[
                "disallowed-methods",
                "disallowed-types",
                "disallowed-macros",
                "disallowed-names",
            ],
            Check::Shorter(Kind::Names, Unset::These(&[])),
        ),
    ],
);

const CARGO: Tool = tool(
    "cargo",
    None,
    &[toml(".cargo/config.toml", ""), toml(".cargo/config", "")],
    &[Rule::new(
        "config.cargo.rustflags",
        &["build.rustflags", "target.*.rustflags", "env.RUSTFLAGS"],
        Check::Arguments(RUSTC),
    )],
);

const CARGO_DENY: Tool = tool(
    "cargo-deny",
    Some("config.cargo-deny.removed"),
    &[
        toml("deny.toml", ""),
        toml(".deny.toml", ""),
        toml(".cargo/deny.toml", ""),
    ],
    &[
        Rule::new(
            "config.cargo-deny.ignore",
            &[
                "advisories.ignore",
                "bans.skip",
                "bans.skip-tree",
                "licenses.exceptions",
                "sources.allow-git",
                "sources.allow-registry",
            ],
            Check::Longer(
                Kind::Names,
                &["https://github.com/rust-lang/crates.io-index"],
            ),
        ),
        Rule::new(
            "config.cargo-deny.allow",
            &["licenses.allow"],
            Check::Longer(Kind::Names, &[]),
        ),
        Rule::new(
            "config.cargo-deny.ignore",
            &["bans.deny"],
            Check::Shorter(Kind::Names, Unset::These(&[])),
        ),
        Rule::new(
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
            Check::Rank(&[&["allow"], &["warn"], &["deny"]], None),
        ),
    ],
);

const GOLANGCI: Tool = tool(
    "golangci-lint",
    Some("config.golangci.removed"),
    &[toml(".golangci.toml", ""), json(".golangci.json", "")],
    &[
        Rule::new(
            "config.golangci.linters",
            &["linters.enable", "formatters.enable"],
            Check::Shorter(Kind::Names, Unset::These(&[])),
        ),
        Rule::new(
            "config.golangci.linters",
            &["linters.disable"],
            Check::Longer(Kind::Names, &[]),
        ),
        Rule::new("config.golangci.linters", &["run.tests"], Check::On(true)),
        Rule::new(
            "config.golangci.exclude",
            &[
                "issues.exclude",
                "issues.exclude-*",
                "linters.exclusions.paths",
            ],
            Check::Longer(Kind::Names, &[]),
        ),
    ],
);
