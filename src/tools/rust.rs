//! cargo, rustc, Clippy, rustfmt, nextest and cargo-deny: directives, options and variables.
//!
//! Gone through: the attributes of rustc, Clippy and rustfmt 1.95, the options of nextest 0.9.143 and cargo-deny 0.20.2, all run.

use super::artifact::{Artifact, ArtifactKind};
use super::call::Call;
use super::color::ColorVariable;
use super::family::Family;
use super::language::Language;
use super::program::Program;
use super::rust_checkers::CHECKERS;
use super::rust_configuration::CONFIGURATIONS;
use super::silencer::{ReasonStyle, Silencer, SourcePart};
use super::suggestion::Suggestion;
use super::swallowed_status::{Cause, SwallowedStatus};
use super::variable::{WeakenedBy, WeakeningVariable};
use crate::model::rule::rules;
use crate::shell::Word;

pub(super) const FAMILY: Family = Family {
    configurations: CONFIGURATIONS,
    silencers: SILENCERS,
    suggestions: SUGGESTIONS,
    variables: VARIABLES,
    // cargo then goes by what it has downloaded before, even where there is no Cargo.lock.
    offline_variables: &[("CARGO_NET_OFFLINE", "true")],
    programs: PROGRAMS,
    artifacts: ARTIFACTS,
    checkers: CHECKERS,
    colors: COLORS,
    syntax_errors: SYNTAX_ERRORS,
    ..Family::NONE
};

const COLORS: &[ColorVariable] = &[
    ColorVariable::new("clippy", "CARGO_TERM_COLOR", "always"),
    ColorVariable::new("cargo-check", "CARGO_TERM_COLOR", "always"),
];

const SYNTAX_ERRORS: &[&str] = &[
    r"^error: (?:this file contains an unclosed|unexpected closing|mismatched closing) delimiter",
    r"^error: expected .*, found ",
];

rules! { AddedLines:
    RUST_ALLOW_CRATE = Error "rust.allow-crate"
        "`#![allow(...)]` of `warnings`, `unused`, `clippy::all`, `clippy::correctness`, \
        `clippy::suspicious`, or one of these added to it";
    RUST_ALLOW = Warn "rust.allow" "any other `#[allow(...)]`, or a lint added to it";
    RUST_EXPECT = Off "rust.expect" "`#[expect(...)]`, which reports when it is no longer needed";
    RUST_TEST_IGNORE = Warn "rust.test-ignore" "`#[ignore]` without a reason";
    RUST_CFG_NEVER = Error "rust.cfg-never"
        "`#[cfg(any())]`, `#[cfg(false)]`: code or tests that are never compiled";
    RUST_FMT_SKIP = Off "rust.fmt-skip" "`#[rustfmt::skip]`";
    RUST_NO_COVER = Off "rust.no-cover" "`#[coverage(off)]`, `cfg(not(tarpaulin_include))`";
}

const DEFAULTS: Silencer = Silencer {
    languages: &[Language::Rust],
    part: SourcePart::Code,
    reason: ReasonStyle::Named,
    ..Silencer::NONE
};

const SILENCERS: &[Silencer] = &[
    Silencer {
        rule: &RUST_ALLOW_CRATE,
        words: &["allow"],
        pattern: r"#!\s*\[\s*(?:cfg_attr\([^\]]*?,\s*)?allow\s*\(",
        inside: Some(r"\b(?:warnings|unused|clippy::all|clippy::correctness|clippy::suspicious)\b"),
        message: "this silences a whole group of lints in the crate or module",
        help: "fix the problems, or name the lints and give a reason: `#![allow(lint, reason = \
            \"...\")]`",
        ..DEFAULTS
    },
    Silencer {
        rule: &RUST_ALLOW,
        words: &["allow"],
        pattern: r"#!?\s*\[\s*(?:cfg_attr\([^\]]*?,\s*)?allow\s*\(",
        message: "this silences a lint",
        help: "fix the problem, or give a reason: `#[expect(lint, reason = \"...\")]`",
        ..DEFAULTS
    },
    // A lint that is added to a list that was there before.
    Silencer {
        rule: &RUST_ALLOW_CRATE,
        words: &["warnings", "unused", "clippy::"],
        pattern: r"#!\s*\[\s*(?:cfg_attr\([^\]]*?,\s*)?allow\s*\([^)]*\b(?:warnings|unused|clippy::(?:all|correctness|suspicious))\b",
        message: "this silences a whole group of lints in the crate or module",
        help: "fix the problems, or name the lints and give a reason: `#![allow(lint, reason = \
            \"...\")]`",
        ..DEFAULTS
    },
    Silencer {
        rule: &RUST_ALLOW,
        words: &[
            "clippy::",
            "dead_code",
            "unused",
            "deprecated",
            "unsafe",
            "missing",
        ],
        pattern: r"#!?\s*\[\s*(?:cfg_attr\([^\]]*?,\s*)?allow\s*\([^)]*[\w:]",
        message: "this silences a lint",
        help: "fix the problem, or give a reason: `#[expect(lint, reason = \"...\")]`",
        ..DEFAULTS
    },
    Silencer {
        rule: &RUST_CFG_NEVER,
        words: &["any", "false", "not"],
        pattern: r"#!?\s*\[\s*cfg\s*\(\s*(?:all\s*\(\s*(?:[^\])]*,\s*)?)*(?:any\s*\(\s*\)|(?:false|FALSE)\b|not\s*\(\s*(?:all\s*\(\s*\)|true)\s*\))",
        message: "this is never compiled",
        help: "remove the code, or give a reason: `// -- reason`",
        reason: ReasonStyle::Comment,
        ..DEFAULTS
    },
    Silencer {
        rule: &RUST_FMT_SKIP,
        words: &["rustfmt"],
        pattern: r"#!?\s*\[\s*(?:cfg_attr\([^\]]*?,\s*)?rustfmt(?:::|_)skip\b",
        message: "this disables the formatter",
        help: "let the code be formatted, or give a reason: `// -- reason`",
        reason: ReasonStyle::Comment,
        ..DEFAULTS
    },
    Silencer {
        rule: &RUST_NO_COVER,
        words: &["coverage", "tarpaulin_include"],
        pattern: r"#!?\s*\[\s*(?:cfg_attr\([^\]]*?,\s*)?coverage\s*\(\s*off\b|\bnot\s*\(\s*tarpaulin_include\b",
        message: "this excludes code from coverage",
        help: "test it, or give a reason: `// -- reason`",
        reason: ReasonStyle::Comment,
        ..DEFAULTS
    },
    Silencer {
        rule: &RUST_EXPECT,
        words: &["expect"],
        pattern: r"#!?\s*\[\s*(?:cfg_attr\([^\]]*?,\s*)?expect\s*\(",
        message: "this silences a lint for as long as it fires",
        help: "give a reason: `#[expect(lint, reason = \"...\")]`",
        ..DEFAULTS
    },
    Silencer {
        rule: &RUST_TEST_IGNORE,
        words: &["ignore"],
        pattern: r"#\s*\[\s*(?:cfg_attr\([^\]]*?,\s*)?ignore\s*[\])=]",
        reason: ReasonStyle::Value,
        message: "this skips a test",
        help: "fix the test, or give a reason: `#[ignore = \"reason\"]`",
        ..DEFAULTS
    },
];

const VARIABLES: &[WeakeningVariable] = &[
    WeakeningVariable::always("CLIPPY_CONF_DIR", "clippy"),
    WeakeningVariable::by_value("NEXTEST_NO_TESTS", "nextest", |value| value != "fail"),
    WeakeningVariable::fitting(is_flags, "rustc", WeakenedBy::Value(are_flags_weaker)),
    WeakeningVariable::fitting(is_runner, "cargo", WeakenedBy::Value(is_not_an_emulator)),
];

/// Whether a variable holds arguments for the compiler.
fn is_flags(name: &str) -> bool {
    let is_flags = name.ends_with("RUSTFLAGS") || name.ends_with("RUSTDOCFLAGS");
    is_flags || name == "CLIPPY_ARGS"
}

fn are_flags_weaker(value: &str) -> bool {
    let separated = value.replace("__CLIPPY_HACKERY__", "\u{1f}");
    let mut words = separated.split(['\u{1f}', ' ']);
    words.any(is_flag_weaker)
}

/// Whether a flag allows lints, or removes assertions of the standard library and the project. The
/// content of a file (`@file`) is unknown.
fn is_flag_weaker(word: &str) -> bool {
    let lints = ["-A", "--allow", "--cap-lints", "--force-warn", "@"];
    let is_off = |name: &str| {
        let value = word.split_once(name).map(|(_, value)| value);
        value.is_some_and(|value| matches!(value, "n" | "no" | "off" | "false"))
    };
    lints.iter().any(|lint| word.starts_with(lint))
        || is_off("debug-assertions=")
        || is_off("overflow-checks=")
}

/// Programs that run the programs of another processor or system. Any other might run nothing.
const EMULATORS: [&str; 2] = ["qemu", "wine"];

/// Whether a variable names a program that runs the tests of a target.
fn is_runner(name: &str) -> bool {
    name.starts_with("CARGO_TARGET_") && name.ends_with("_RUNNER")
}

fn is_not_an_emulator(runner: &str) -> bool {
    let program = runner.split_whitespace().next().unwrap_or_default();
    let program = program.rsplit('/').next().unwrap_or_default();
    !EMULATORS
        .iter()
        .any(|emulator| program.starts_with(emulator))
}

const PROGRAMS: &[Program] = &[
    Program {
        cannot_fail: cargo,
        ..Program::new(&["cargo"])
    },
    Program {
        cannot_fail: formats_nothing,
        ..Program::new(&["rustfmt", "cargo-fmt"])
    },
];

fn cargo(call: &Call<'_>) -> Option<SwallowedStatus> {
    if call.is(&["test", "nextest"])
        && let Some(word) = call.option(&["--no-run"])
    {
        return Some(SwallowedStatus::by_tool(
            word.span.clone(),
            "no test is run",
            "remove `--no-run`; to check that tests compile, run `cargo check --tests`",
        ));
    }
    if call.is(&["test"])
        && let Some(word) = call.arguments.iter().find(|word| word.text == "--list")
    {
        return Some(SwallowedStatus::by_tool(
            word.span.clone(),
            "no test is run",
            "remove `--list`",
        ));
    }
    if call.is(&["nextest"]) {
        return nextest(call);
    }
    if call.is(&["deny"]) {
        return without_check(call, &["fetch", "init", "list"]);
    }
    if call.is(&["clippy"]) {
        return clippy(call);
    }
    formats_nothing(call)
}

/// `list` and `archive` run no test; what has no test to run then passes.
fn nextest(call: &Call<'_>) -> Option<SwallowedStatus> {
    if let Some((value @ ("pass" | "warn"), span)) = call.value("--no-tests") {
        let label = "it succeeds if no test is run";
        let help = format!("remove `--no-tests={value}`");
        return Some(SwallowedStatus::by_tool(span, label, help));
    }
    without_check(call, &["archive", "list", "show-config"])
}

/// The subcommands of cargo's subcommands that check nothing.
fn without_check(call: &Call<'_>, idle: &[&str]) -> Option<SwallowedStatus> {
    let is_word = |word: &&Word| !word.text.starts_with(['-', '+']);
    let word = call.arguments.iter().filter(is_word).nth(1)?;
    idle.contains(&word.text.as_str()).then(|| {
        let label = "this checks nothing, so it succeeds whatever the code is";
        SwallowedStatus::by_tool(word.span.clone(), label, format!("remove `{}`", word.text))
    })
}

/// `--config disable_all_formatting=true`, of `cargo fmt` and rustfmt.
fn formats_nothing(call: &Call<'_>) -> Option<SwallowedStatus> {
    let is_off = |word: &&Word| word.text.contains("disable_all_formatting=true");
    let word = call.arguments.iter().find(is_off)?;
    Some(SwallowedStatus::by_tool(
        word.span.clone(),
        "with this option, rustfmt finds nothing",
        "remove it",
    ))
}

fn clippy(call: &Call<'_>) -> Option<SwallowedStatus> {
    const HELP: &str = "add `-- -D warnings`; lint levels in Cargo.toml or in the code are not \
        visible here";
    let texts: Vec<&str> = call
        .arguments
        .iter()
        .map(|word| word.text.as_str())
        .collect();
    let follows = |flags: &[&str], value: &str| {
        texts.iter().enumerate().find_map(|(at, text)| {
            let joined = flags.iter().any(|flag| {
                let remainder = text.strip_prefix(flag);
                remainder.is_some_and(|remainder| remainder.trim_start_matches('=') == value)
            });
            let apart = flags.contains(text) && texts.get(at + 1) == Some(&value);
            let last = if apart { at + 1 } else { at };
            let place = call.arguments[at].span.start..call.arguments[last].span.end;
            (joined || apart).then_some(place)
        })
    };
    let allowed = follows(&["-A", "--allow"], "warnings")
        .or_else(|| follows(&["--cap-lints"], "allow"))
        .or_else(|| follows(&["--cap-lints"], "warn"));
    if let Some(span) = allowed {
        let label = "with this option, no lint can be an error";
        return Some(SwallowedStatus::by_tool(
            span,
            label,
            "remove it and add `-- -D warnings`",
        ));
    }
    // Before `--`, `-F` is a feature.
    let mut for_clippy = texts.iter().skip_while(|text| **text != "--");
    let forbids = for_clippy.any(|text| begins_with(text, &["-D", "-F", "--deny", "--forbid"]))
        || texts
            .iter()
            .any(|text| begins_with(text, &["--config", "--explain", "--version", "--help"]));
    (!forbids && !call.denies_warnings).then(|| SwallowedStatus {
        span: call.first.span.start..call.subcommand().unwrap_or(call.first).span.end,
        cause: Cause::Listed,
        label: "clippy succeeds with any number of warnings".into(),
        help: HELP.into(),
    })
}

fn begins_with(text: &str, beginnings: &[&str]) -> bool {
    beginnings
        .iter()
        .any(|beginning| text.starts_with(beginning))
}

/// Whether a variable makes warnings of the Rust compiler errors.
pub(crate) fn denies_warnings(name: &str, value: &str) -> bool {
    (name.contains("RUSTFLAGS") || matches!(name, "CARGO_BUILD_WARNINGS" | "CLIPPY_ARGS"))
        && (value.contains("-D") || value.contains("deny"))
}

/// The build products of cargo, and of Maven in a directory of the same name.
const ARTIFACTS: &[Artifact] =
    &[Artifact::new("target", ArtifactKind::Cache).made_in(&["Cargo.toml"])];

/// Directives that the output of these tools suggests.
const SUGGESTIONS: &[Suggestion] = &[
    Suggestion {
        pattern: r"#!\[allow\(",
        directive: "#![allow(...)]",
        rule: &RUST_ALLOW_CRATE,
        instead: "change the code that the lint is about",
    },
    Suggestion {
        pattern: r"#\[allow\(",
        directive: "#[allow(...)]",
        rule: &RUST_ALLOW,
        instead: "change the code that the lint is about",
    },
];
