//! The tools of Rust as gates: how cargo and others are called to check, and what their output means.

use super::cache::Cache;
use super::call_options::CallOptions;
use super::checker::{Checker, Edit, Findings, FixStep};
use super::sign::{NO_NETWORK, Sign, Times};
use crate::model::gate::GateKind;
use crate::model::outcome::ToolFault;

pub(super) const CHECKERS: &[Checker] = &[
    Checker {
        check: Edit::with(&["--check"]),
        fix: Some(Edit::without(&["--check"])),
        files: &["**/*.rs", "**/rustfmt.toml", "**/.rustfmt.toml"],
        file_list: Some(&[]),
        options: RUSTFMT_OPTIONS,
        ..Checker::new("rustfmt", GateKind::Format, &[&["rustfmt"]])
    },
    Checker {
        check: Edit {
            with: &["--check"],
            ..Edit::NONE
        },
        fix: Some(Edit::without(&["--check"])),
        files: &["**/*.rs", "**/rustfmt.toml", "**/.rustfmt.toml"],
        configured_by: &[("rustfmt.toml", ""), (".rustfmt.toml", "")],
        whole: &["cargo", "fmt", "--all", "--check"],
        recorded: Some("1.95.0"),
        signs: &[CARGO_USAGE, COMPILER_CRASH],
        options: RUSTFMT_OPTIONS,
        ..Checker::new(
            "rustfmt",
            GateKind::Format,
            &[&["cargo", "fmt"], &["cargo-fmt"]],
        )
    },
    Checker {
        check: Edit::without(&["--fix", "--allow-dirty", "--allow-staged"]),
        fix: Some(Edit::with(&["--fix", "--allow-dirty", "--allow-staged"])),
        files: RUST_FILES,
        configured_by: &[("clippy.toml", ""), (".clippy.toml", "")],
        lock: Some("cargo"),
        cache: CARGO_CACHE,
        download: CARGO_DOWNLOAD,
        success: Some("^\\s*Finished "),
        recorded: Some("1.95.0"),
        signs: &[CARGO_NETWORK, CARGO_OFFLINE, CARGO_USAGE, COMPILER_CRASH],
        options: CARGO_OPTIONS,
        ..Checker::new("clippy", GateKind::Lint, &[&["cargo", "clippy"]])
    },
    Checker {
        unless: &["--no-run", "--list"],
        files: RUST_FILES,
        lock: Some("cargo"),
        cache: CARGO_CACHE,
        download: CARGO_DOWNLOAD,
        success: Some(r"test result: ok\. [1-9]\d* passed"),
        findings: Findings::tests(concat!(
            r"^test result: \w+\. (?P<passed>\d+) passed; (?P<failed>\d+) failed; ",
            r"(?P<skipped>\d+) ignored",
        )),
        recorded: Some("1.95.0"),
        signs: &[
            // A test without this harness is a line without its result.
            CARGO_NO_TEST.also(CARGO_RUNS).times(Times::Per(CARGO_RUNS)),
            CARGO_NO_TEST.times(Times::Only(concat!(
                r"^running 0 tests$",
                r"|^ +(?:Compiling|Blocking|Finished|Downloaded|Downloading|Updating) ",
            ))),
            CARGO_NETWORK,
            CARGO_OFFLINE,
            CARGO_USAGE,
            COMPILER_CRASH,
        ],
        options: CARGO_TEST_OPTIONS,
        ..Checker::new(
            "cargo-test",
            GateKind::Test,
            &[&["cargo", "test"], &["cargo", "t"]],
        )
    },
    Checker {
        files: RUST_FILES,
        lock: Some("cargo"),
        cache: CARGO_CACHE,
        download: CARGO_DOWNLOAD,
        configured_by: &[(".config/nextest.toml", "")],
        success: Some(r"\b[1-9]\d* (?:tests run: )?[1-9]?\d* ?passed"),
        findings: Findings::tests(concat!(
            r"\d tests? run: (?P<passed>\d+) passed(?: \([^)]*\))?",
            r"(?:, (?P<failed>\d+) failed)?(?:, (?P<skipped>\d+) skipped)?",
        )),
        unless: &["--no-run"],
        recorded: Some("0.9.143"),
        signs: &[
            Sign::nothing(r"^error: no tests to run$").with(&[4]),
            Sign::nothing(r"^\s+Summary \[.*\] 0 tests run: ")
                .unless(r"^\s+Summary \[.*\] [1-9]\d* tests? run: "),
            CARGO_NETWORK,
            CARGO_OFFLINE,
            CARGO_USAGE,
            COMPILER_CRASH,
            Sign::usage("").with(&[2, 96]),
        ],
        options: CARGO_TEST_OPTIONS,
        ..Checker::new(
            "nextest",
            GateKind::Test,
            &[
                &["cargo", "nextest", "run"],
                &["cargo-nextest", "nextest", "run"],
            ],
        )
    },
    Checker {
        files: RUST_FILES,
        lock: Some("cargo"),
        cache: CARGO_CACHE,
        download: CARGO_DOWNLOAD,
        success: Some("^\\s*Finished "),
        whole: &["cargo", "check", "--all-targets"],
        signs: &[CARGO_NETWORK, CARGO_OFFLINE, CARGO_USAGE, COMPILER_CRASH],
        options: CARGO_OPTIONS,
        ..Checker::new("cargo-check", GateKind::Typecheck, &[&["cargo", "check"]])
    },
    Checker {
        files: RUST_FILES,
        lock: Some("cargo"),
        cache: CARGO_CACHE,
        download: CARGO_DOWNLOAD,
        ..Checker::new("cargo-hack", GateKind::Typecheck, &[&["cargo", "hack"]])
    },
    Checker {
        files: RUST_FILES,
        ..Checker::new(
            "cargo-spellcheck",
            GateKind::Lint,
            &[&["cargo", "spellcheck"]],
        )
    },
    Checker {
        files: RUST_FILES,
        lock: Some("cargo"),
        cache: CARGO_CACHE,
        download: CARGO_DOWNLOAD,
        unless: &["--open"],
        signs: &[CARGO_NETWORK, CARGO_OFFLINE, CARGO_USAGE, COMPILER_CRASH],
        options: CARGO_DOC_OPTIONS,
        ..Checker::new(
            "cargo-doc",
            GateKind::Lint,
            &[
                &["cargo", "doc"],
                &["cargo", "rustdoc"],
                &["cargo", "docs-rs"],
            ],
        )
    },
    Checker {
        files: &["**/Cargo.toml", "Cargo.lock", "deny.toml"],
        configured_by: &[("deny.toml", "")],
        needs_network: true,
        signs: &[Sign::broken(ToolFault::Network, NO_NETWORK)
            .unless(r"^error\[(?:vulnerability|banned|rejected)")],
        ..Checker::new(
            "cargo-deny",
            GateKind::Security,
            &[&["cargo", "deny", "check"], &["cargo", "deny"]],
        )
    },
    Checker {
        files: &["**/Cargo.toml", "Cargo.lock"],
        needs_network: true,
        signs: &[Sign::broken(ToolFault::Network, NO_NETWORK).unless(r"^error: \d+ vulnerabilit")],
        options: CARGO_AUDIT_OPTIONS,
        ..Checker::new("cargo-audit", GateKind::Security, &[&["cargo", "audit"]])
    },
    Checker {
        files: RUST_FILES,
        ..Checker::new(
            "cargo-machete",
            GateKind::Lint,
            &[&["cargo", "machete"], &["cargo-machete"]],
        )
    },
    Checker {
        files: RUST_FILES,
        ..Checker::new("cargo-shear", GateKind::Lint, &[&["cargo", "shear"]])
    },
    Checker {
        files: RUST_FILES,
        lock: Some("cargo"),
        ..Checker::new("cargo-udeps", GateKind::Lint, &[&["cargo", "udeps"]])
    },
    Checker {
        files: RUST_FILES,
        lock: Some("cargo"),
        needs_network: true,
        ..Checker::new(
            "cargo-minimal-versions",
            GateKind::Typecheck,
            &[&["cargo", "minimal-versions"]],
        )
    },
    // With `--locked`, it fails if Cargo.lock would have to change (Cargo book, "cargo update").
    Checker {
        only_with: &["--locked"],
        files: &["**/Cargo.toml", "Cargo.lock"],
        lock: Some("cargo"),
        needs_network: true,
        ..Checker::new("cargo-lock", GateKind::Lint, &[&["cargo", "update"]])
    },
    Checker {
        files: RUST_FILES,
        lock: Some("cargo"),
        ..Checker::new(
            "cargo-check-external-types",
            GateKind::Lint,
            &[&["cargo", "check-external-types"]],
        )
    },
    Checker {
        only_with: &["--check"],
        files: &["**/*.rs", "**/README.md", "**/Cargo.toml"],
        ..Checker::new("cargo-rdme", GateKind::Lint, &[&["cargo", "rdme"]])
    },
    Checker {
        files: RUST_FILES,
        ..Checker::new(
            "cargo-semver-checks",
            GateKind::Lint,
            &[&["cargo", "semver-checks"]],
        )
    },
    Checker {
        files: RUST_FILES,
        lock: Some("cargo"),
        cache: CARGO_CACHE,
        download: CARGO_DOWNLOAD,
        unless: &["report", "show-env", "clean"],
        ..Checker::new(
            "cargo-coverage",
            GateKind::Test,
            &[&["cargo", "llvm-cov"], &["cargo", "tarpaulin"]],
        )
    },
    Checker {
        check: Edit {
            with: &["--check"],
            ..Edit::NONE
        },
        fix: Some(Edit::without(&["--check"])),
        files: &["**/*.toml"],
        configured_by: &[("taplo.toml", ""), (".taplo.toml", "")],
        ..Checker::new(
            "taplo",
            GateKind::Format,
            &[&["taplo", "fmt"], &["taplo", "format"]],
        )
    },
    Checker {
        check: Edit {
            with: &["--check"],
            ..Edit::NONE
        },
        fix: Some(Edit::without(&["--check"])),
        files: &["**/Cargo.toml"],
        fix_step: Some(FixStep::Parts),
        ..Checker::new(
            "cargo-sort",
            GateKind::Format,
            &[&["cargo", "sort"], &["cargo-sort"]],
        )
    },
];

/// No test of a crate ran, nor of any other.
const CARGO_NO_TEST: Sign = Sign::nothing(r"^test result: ok\. 0 passed; 0 failed; ")
    .unless(r"^test result: ok\. [1-9]\d* passed; ");

/// cargo runs the tests of a crate.
const CARGO_RUNS: &str = r"^ +(?:Running|Doc-tests) ";

/// cargo cannot get a dependency. What a test prints comes later.
const CARGO_NETWORK: Sign = Sign::broken(ToolFault::Network, NO_NETWORK)
    .also(r"^error: (?:failed to (?:get|download|load source|query|fetch)|unable to update) ")
    .unless(r"^running \d+ tests?$");

/// cargo was told to do without the network, and has not downloaded everything before.
const CARGO_OFFLINE: Sign = Sign::broken(
    ToolFault::Network,
    r"^As a reminder, you're using offline mode|^\s+attempting to make an HTTP request, but --offline ",
)
.unless(r"^running \d+ tests?$");

/// cargo does not accept its arguments or its manifest, or rustup has no cargo to run.
const CARGO_USAGE: Sign = Sign::usage(concat!(
    r"^error: (?:unexpected argument |invalid value |could not find `Cargo\.toml` in ",
    r"|failed to parse manifest at |rustup could not choose a version of ",
    r"|toolchain '[^']+' is not installed|'[^']+' is not installed for the toolchain )",
))
.unless(r"^running \d+ tests?$");

/// The compiler broke off.
const COMPILER_CRASH: Sign = Sign::internal(r"^error: internal compiler error: ");

/// What cargo has compiled.
const CARGO_CACHE: Option<Cache> = Some(Cache::of_project("target", "CARGO_TARGET_DIR"));

/// How cargo gets what it compiles.
const CARGO_DOWNLOAD: Option<&str> = Some("cargo fetch");

/// What cargo's checks look at.
const RUST_FILES: &[&str] = &[
    "**/*.rs",
    "**/Cargo.toml",
    "Cargo.lock",
    ".cargo/config.toml",
];

/// The options of clippy and cargo-check.
const CARGO_OPTIONS: CallOptions = CallOptions {
    neutral: &[
        "-q",
        "--quiet",
        "-v",
        "-vv",
        "--verbose",
        "--locked",
        "--offline",
        "--frozen",
        "--keep-going",
    ],
    neutral_valued: &["--color", "-j", "--jobs", "--message-format"],
    stricter: &["--workspace", "--all", "--all-features", "--all-targets"],
    stricter_valued: &["-D", "--deny"],
    selecting: &["-p", "--package"],
    ..CallOptions::UNKNOWN
};

/// The options of cargo-test and nextest.
const CARGO_TEST_OPTIONS: CallOptions = CallOptions {
    neutral: &[
        "-q",
        "--quiet",
        "-v",
        "-vv",
        "--verbose",
        "--locked",
        "--offline",
        "--frozen",
        "--no-fail-fast",
        "--nocapture",
        "--show-output",
    ],
    neutral_valued: &["--color", "-j", "--jobs", "--test-threads"],
    stricter: &["--workspace", "--all", "--include-ignored"],
    selecting: &["-p", "--package"],
    ..CallOptions::UNKNOWN
};

/// The options of rustfmt.
const RUSTFMT_OPTIONS: CallOptions = CallOptions {
    neutral: &["-q", "--quiet", "-v", "--verbose"],
    stricter: &["--all", "--check"],
    ..CallOptions::UNKNOWN
};

/// The options of cargo-doc.
const CARGO_DOC_OPTIONS: CallOptions = CallOptions {
    neutral: &[
        "-q",
        "--quiet",
        "-v",
        "--verbose",
        "--locked",
        "--offline",
        "--frozen",
    ],
    stricter: &["--workspace", "--document-private-items"],
    ..CallOptions::UNKNOWN
};

/// The options of cargo-audit.
const CARGO_AUDIT_OPTIONS: CallOptions = CallOptions {
    neutral: &["-q", "--quiet"],
    stricter_valued: &["-D", "--deny"],
    looser_valued: &["--ignore"],
    ..CallOptions::UNKNOWN
};
