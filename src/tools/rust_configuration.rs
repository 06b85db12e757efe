//! The configurations of cargo, Clippy, rustfmt and nextest. cargo-deny's is in `cargo_deny`.
//!
//! Gone through: the settings of Clippy and rustfmt 1.95, of cargo 1.95 and of nextest 0.9.143. rustfmt's
//! `disable_all_formatting` and nextest's filters, timeouts and wrapper scripts were run.

use super::cargo_deny::{CARGO_DENY, DENY_LEVELS};
use super::configuration::{Configuration, Reach, configuration, toml};
use super::rust_tests::CARGO_TARGETS;
use super::strict_setting::{ArgumentEffects, FirstTime, ListKind, StrictWhen, Unset};
use crate::model::rule::rules;

pub(super) const CONFIGURATIONS: &[Configuration] = &[
    LINTS,
    CARGO_TARGETS,
    CLIPPY,
    RUSTFMT,
    CARGO,
    NEXTEST,
    CARGO_DENY,
];

rules! { ToolConfiguration:
    RUST_LINTS = Error "config.rust.lints"
        "a lint or a group of lints goes from `deny` to `warn` or `allow`, or is removed";
    CLIPPY_LIMITS = Error "config.clippy.limits" "a threshold or a `max-...` limit is higher";
    CLIPPY_ALLOW = Warn "config.clippy.allow"
        "a flag such as `allow-unwrap-in-tests` is on, one such as `check-private-items` is off, or a list of what is allowed \
        is longer";
    CLIPPY_DISALLOWED = Error "config.clippy.disallowed"
        "a list of disallowed methods, types, fields, macros or names is shorter";
    RUSTFMT_IGNORE = Error "config.rustfmt.ignore"
        "`disable_all_formatting` is on, or `ignore` is longer";
    CARGO_RUSTFLAGS = Error "config.cargo.rustflags"
        "`rustflags` has `-A` or `--cap-lints`, or has lost a `-D`, or `build.warnings` is lower";
    NEXTEST_FILTER = Error "config.nextest.filter"
        "`default-filter` is another one, or tests get more arguments or another wrapper script";
    NEXTEST_PASS = Error "config.nextest.pass" "a test that times out passes";
    NEXTEST_RETRIES = Warn "config.nextest.retries"
        "`retries` is higher, or a test that fails at first passes (`flaky-result`)";
}

const LINTS: Configuration = Configuration {
    is_each_file_alone: true,
    read_by: &["cargo"],
    reach: Reach::Merged,
    ..configuration(
        "Rust's lints",
        Some(&RUST_LINTS),
        &[
            toml("Cargo.toml", "lints"),
            toml("Cargo.toml", "workspace.lints"),
        ],
        &[
            RUST_LINTS
                .settings(
                    &[
                        "*.all",
                        "*.warnings",
                        "*.unused",
                        "*.all.level",
                        "*.warnings.level",
                        "*.unused.level",
                    ],
                    StrictWhen::HighLevel(LINT_LEVELS, Some(2)),
                )
                .implied_by(&["workspace"]),
            // Single lints are often exceptions from a group that is not checked by default.
            RUST_LINTS
                .settings(
                    &["*.*", "*.*.level"],
                    StrictWhen::HighLevel(LINT_LEVELS, None),
                )
                .implied_by(&["workspace"])
                .at_first(FirstTime::Unless(&[
                    "clippy.pedantic",
                    "clippy.nursery",
                    "clippy.restriction",
                    "clippy.cargo",
                ])),
        ],
    )
};

/// The levels of Rust's lints.
const LINT_LEVELS: &[&[&str]] = &[&["allow"], &["expect"], &["warn"], &["deny"], &["forbid"]];

const CLIPPY: Configuration = Configuration {
    read_by: &["cargo"],
    ..configuration(
        "Clippy",
        None,
        &[toml("clippy.toml", ""), toml(".clippy.toml", "")],
        &[
            CLIPPY_LIMITS
                .settings(&["cognitive-complexity-*threshold"], StrictWhen::Low(25.0))
                .at_first(FirstTime::Nothing),
            CLIPPY_LIMITS.settings(&["too-many-arguments-*threshold"], StrictWhen::Low(7.0)),
            CLIPPY_LIMITS
                .settings(&["too-many-lines-*threshold"], StrictWhen::Low(100.0))
                .at_first(FirstTime::Nothing),
            CLIPPY_LIMITS.settings(&["type-complexity-*threshold"], StrictWhen::Low(250.0)),
            // The lints are about what is below these.
            CLIPPY_LIMITS.settings(
                &[
                    "min-ident-chars-threshold*",
                    "max-suggested-slice-pattern-length*",
                    "unnecessary-box-size*",
                    "too-large-for-stack*",
                ],
                StrictWhen::High(f64::NAN),
            ),
            CLIPPY_LIMITS.settings(
                &[
                    "array-size-threshold*",
                    "const-literal-digits-threshold*",
                    "enum-variant-*-threshold",
                    "excessive-nesting-threshold*",
                    "future-size-threshold*",
                    "large-error-threshold*",
                    "literal-representation-threshold*",
                    "single-char-binding-names-threshold*",
                    "stack-size-threshold*",
                    "struct-field-name-threshold*",
                    "vec-box-size-threshold*",
                    "verbose-bit-mask-threshold*",
                    "pass-by-value-size-limit*",
                    "absolute-paths-max-segments*",
                    "max-fn-params-bools*",
                    "max-include-file-size*",
                    "max-struct-bools*",
                    "max-trait-bounds*",
                ],
                StrictWhen::Low(f64::NAN),
            ),
            CLIPPY_ALLOW
                .settings(CLIPPY_ALLOWS, StrictWhen::Off(false))
                .at_first(FirstTime::Nothing),
            CLIPPY_ALLOW
                .settings(CLIPPY_ALLOWS_BY_DEFAULT, StrictWhen::Off(true))
                .at_first(FirstTime::Nothing),
            CLIPPY_ALLOW
                .settings(CLIPPY_CHECKS, StrictWhen::On(false))
                .at_first(FirstTime::Nothing),
            // `..` stands for the defaults.
            CLIPPY_ALLOW
                .settings(CLIPPY_ALLOWED, StrictWhen::Short(ListKind::Names, &[".."]))
                .at_first(FirstTime::Nothing),
            CLIPPY_DISALLOWED.settings(
                &[
                    "await-holding-invalid-types*",
                    "disallowed-fields*",
                    "disallowed-methods*",
                    "disallowed-types*",
                    "disallowed-macros*",
                    "disallowed-names*",
                ],
                StrictWhen::Long(ListKind::Names, Unset::These(&[])),
            ),
        ],
    )
};

/// Flags of Clippy that let something pass.
const CLIPPY_ALLOWS: &[&str] = &[
    "allow-dbg-in-tests*",
    "allow-expect-in-tests*",
    "allow-indexing-slicing-in-tests*",
    "allow-one-hash-in-raw-strings*",
    "allow-panic-in-tests*",
    "allow-print-in-tests*",
    "allow-private-module-inception*",
    "allow-unwrap-in-tests*",
    "allow-useless-vec-in-tests*",
    "cargo-ignore-publish*",
    "missing-docs-allow-unused*",
    "semicolon-inside-block-ignore-singleline*",
    "semicolon-outside-block-ignore-multiline*",
    "suppress-restriction-lint-in-const*",
];

/// The same, on by default.
const CLIPPY_ALLOWS_BY_DEFAULT: &[&str] = &[
    "accept-comment-above-*",
    "allow-comparison-to-zero*",
    "allow-exact-repetitions*",
    "allow-expect-in-consts*",
    "allow-large-stack-frames-in-tests*",
    "allow-mixed-uninlined-format-args*",
    "allow-unwrap-in-consts*",
    "avoid-breaking-exported-api*",
    "enable-raw-pointer-heuristic-for-send*",
];

/// Flags of Clippy with which it finds more.
const CLIPPY_CHECKS: &[&str] = &[
    "check-incompatible-msrv-in-tests*",
    "check-inconsistent-struct-field-initializers*",
    "check-private-items*",
    "enforce-iter-loop-reborrow*",
    "lint-commented-code*",
    "min-ident-chars-lint-trait-impl*",
    "missing-docs-in-crate-items*",
    "upper-case-acronyms-aggressive*",
    "warn-on-all-wildcard-imports*",
    "warn-unsafe-macro-metavars-in-private-macros*",
];

/// Lists of what Clippy lets pass.
const CLIPPY_ALLOWED: &[&str] = &[
    "absolute-paths-allowed-crates*",
    "allow-renamed-params-for*",
    "allow-unwrap-types*",
    "allowed-*",
    "arithmetic-side-effects-allowed*",
    "arithmetic-side-effects-allowed-*",
    "doc-valid-idents*",
    "ignore-interior-mutability*",
    "large-error-ignored*",
];

/// What the code looks like is the style, which is not compared.
const RUSTFMT: Configuration = Configuration {
    read_by: &["cargo", "cargo-fmt", "rustfmt"],
    reach: Reach::Nearest,
    ..configuration(
        "rustfmt",
        None,
        &[toml("rustfmt.toml", ""), toml(".rustfmt.toml", "")],
        &[
            RUSTFMT_IGNORE.settings(
                &["disable-all-formatting*", "skip-children*"],
                StrictWhen::Off(false),
            ),
            RUSTFMT_IGNORE.settings(&["format-generated-files"], StrictWhen::On(true)),
            RUSTFMT_IGNORE.settings(&["ignore"], StrictWhen::Short(ListKind::Paths, &[])),
            RUSTFMT_IGNORE.settings(
                &["error-on-line-overflow*", "error-on-unformatted*"],
                StrictWhen::On(false),
            ),
        ],
    )
};

/// The effects of compiler arguments.
const RUSTFLAGS: ArgumentEffects = ArgumentEffects {
    loosens: |option, _| matches!(option, "-A" | "--allow" | "--cap-lints"),
    tightens: |option, _| matches!(option, "-D" | "--deny" | "-F" | "--forbid"),
    minimum: "",
};

const CARGO: Configuration = Configuration {
    read_by: &["cargo"],
    ..configuration(
        "cargo",
        None,
        &[toml(".cargo/config.toml", ""), toml(".cargo/config", "")],
        &[
            CARGO_RUSTFLAGS.settings(
                &["build.rustflags", "target.*.rustflags", "env.RUSTFLAGS"],
                StrictWhen::Arguments(RUSTFLAGS),
            ),
            CARGO_RUSTFLAGS.settings(
                &["build.warnings"],
                StrictWhen::HighLevel(DENY_LEVELS, Some(1)),
            ),
        ],
    )
};

const NEXTEST: Configuration = Configuration {
    read_by: &["cargo-nextest", "cargo"],
    ..configuration(
        "nextest",
        None,
        &[toml(".config/nextest.toml", "")],
        &[
            NEXTEST_FILTER.settings(
                &[
                    "profile.*.default-filter",
                    "profile.*.overrides.*.default-filter",
                ],
                StrictWhen::Long(ListKind::Filters, Unset::These(&["all()"])),
            ),
            NEXTEST_FILTER.settings(
                &[
                    "profile.*.run-extra-args",
                    "profile.*.overrides.*.run-extra-args",
                    "profile.*.scripts.*.run-wrapper",
                    "profile.*.scripts.*.list-wrapper",
                ],
                StrictWhen::Short(ListKind::Names, &[]),
            ),
            NEXTEST_FILTER.settings(
                &[
                    "scripts.wrapper.*.command",
                    "scripts.wrapper.*.command.command-line",
                ],
                StrictWhen::Long(ListKind::Lines, Unset::Enough),
            ),
            NEXTEST_PASS.settings(
                &[
                    "profile.*.slow-timeout.on-timeout",
                    "profile.*.overrides.*.slow-timeout.on-timeout",
                ],
                StrictWhen::HighLevel(&[&["pass"], &["fail"]], Some(1)),
            ),
            NEXTEST_RETRIES.settings(
                &[
                    "profile.*.retries",
                    "profile.*.retries.count",
                    "profile.*.overrides.*.retries",
                    "profile.*.overrides.*.retries.count",
                ],
                StrictWhen::Low(0.0),
            ),
            NEXTEST_RETRIES.settings(
                &[
                    "profile.*.flaky-result",
                    "profile.*.overrides.*.flaky-result",
                ],
                StrictWhen::HighLevel(&[&["pass"], &["fail"]], Some(0)),
            ),
        ],
    )
};
