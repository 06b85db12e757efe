//! go, gofmt, staticcheck and what golangci-lint's directives and options are; its configuration is in `golangci`.

use super::artifact::{Artifact, ArtifactKind};
use super::cache::Cache;
use super::call::Call;
use super::call_options::{CallOptions, Operands};
use super::checker::{Checker, Edit, Findings, FixStep};
use super::configuration::{Configuration, Reach, configuration, toml};
use super::family::Family;
use super::file_search::{FileSearch, WithoutPath};
use super::language::Language;
use super::options::words;
use super::program::Program;
use super::sign::{NO_NETWORK, Sign};
use super::silencer::{FileScope, ReasonStyle, Silencer, SourcePart};
use super::strict_setting::{ListKind, StrictWhen};
use super::suggestion::Suggestion;
use super::swallowed_status::{Cause, SwallowedStatus};
use super::variable::WeakeningVariable;
use crate::model::column::ColumnUnit;
use crate::model::gate::GateKind;
use crate::model::outcome::ToolFault;
use crate::model::rule::rules;

pub(super) const FAMILY: Family = Family {
    configurations: &[STATICCHECK],
    silencers: SILENCERS,
    suggestions: SUGGESTIONS,
    variables: VARIABLES,
    programs: PROGRAMS,
    artifacts: ARTIFACTS,
    checkers: CHECKERS,
    ..Family::NONE
};

rules! { AddedLines:
    GO_NOLINT_BARE = Error "go.nolint-bare" "`//nolint` without a linter, `//nolint:all`";
    GO_NOLINT_CODED = Off "go.nolint-coded" "`//nolint:name`, `//lint:ignore SA1000`, `//revive:disable:name`, `//exhaustive:ignore`";
    GO_LINT_IGNORE_FILE = Error "go.lint-ignore-file" "`//lint:file-ignore` for the whole file";
    GO_NOSEC_BARE = Error "go.nosec-bare" "`#nosec`, `//gosec:disable` without a check";
    GO_NOSEC_CODED = Warn "go.nosec-coded" "`#nosec G104`, `//gosec:disable G104` without a reason";
    GO_TEST_SKIP = Off "go.test-skip" "`t.Skip` and similar";
    GO_TEST_NEVER = Error "go.test-never-run"
        "`//go:build ignore` or `os.Exit(0)` in a test file";
}

rules! { ToolConfiguration:
    STATICCHECK_CHECKS = Error "config.staticcheck.checks" "`checks` leaves out more";
    STATICCHECK_REMOVED = Error "config.staticcheck.removed" "the configuration was removed";
}

/// Documentation of staticcheck, "Configuration".
const STATICCHECK: Configuration = Configuration {
    read_by: &["staticcheck"],
    reach: Reach::Nearest,
    ..configuration(
        "staticcheck",
        Some(&STATICCHECK_REMOVED),
        &[toml("staticcheck.conf", "")],
        &[STATICCHECK_CHECKS.settings(
            &["checks"],
            StrictWhen::Short(ListKind::Excluded, STATICCHECK_DEFAULTS),
        )],
    )
};

/// The checks that staticcheck leaves out by default.
const STATICCHECK_DEFAULTS: &[&str] = &[
    "-SA9003", "-ST1000", "-ST1003", "-ST1016", "-ST1020", "-ST1021", "-ST1022", "-ST1023",
];

const DEFAULTS: Silencer = Silencer {
    languages: &[Language::Go],
    reason: ReasonStyle::SecondComment,
    ..Silencer::NONE
};

const SILENCERS: &[Silencer] = &[
    Silencer {
        rule: &GO_NOLINT_BARE,
        words: &["nolint"],
        pattern: r"//\s*nolint(?:$|[\s,]|:\s*all\b|:\s*$)",
        message: "this silences every linter",
        help: "fix the problem, or name the linter and give a reason: `//nolint:name // reason`",
        ..DEFAULTS
    },
    Silencer {
        rule: &GO_NOLINT_CODED,
        words: &["nolint"],
        pattern: r"//\s*nolint:[\w-]+(?:\s*,\s*[\w-]+)*",
        message: "this silences a linter",
        help: "fix the problem, or give a reason: `//nolint:name // reason`",
        ..DEFAULTS
    },
    // Documentation of staticcheck, "Ignoring problems": a reason has to follow.
    Silencer {
        rule: &GO_LINT_IGNORE_FILE,
        words: &["lint:file-ignore"],
        pattern: r"//\s*lint:file-ignore\s+[\w.,*]+",
        reason: ReasonStyle::Rest,
        message: "this silences a check in the whole file",
        help: "fix the problems, or say why the exception is right: `//lint:file-ignore U1000 reason`",
        ..DEFAULTS
    },
    // Linters of golangci-lint with a directive of their own, from the documentation of each.
    Silencer {
        rule: &GO_NOLINT_CODED,
        words: &[
            "exhaustive:ignore",
            "exhaustruct:ignore",
            "gocognit:ignore",
            "gocyclo:ignore",
            "iface:ignore",
        ],
        pattern: r"//(?:exhaustive:ignore(?:-default-case-required)?|exhaustruct:ignore|gocognit:ignore|gocyclo:ignore|iface:ignore(?:=\w+)?)\b",
        reason: ReasonStyle::Rest,
        message: "this silences a linter",
        help: "fix the problem, or give a reason: `//exhaustive:ignore -- reason`",
        ..DEFAULTS
    },
    Silencer {
        rule: &GO_NOLINT_CODED,
        words: &["lint:ignore"],
        pattern: r"//\s*lint:ignore\s+[\w.,*]+",
        reason: ReasonStyle::Rest,
        message: "this silences a check",
        help: "fix the problem, or say why the exception is right: `//lint:ignore SA1000 reason`",
        ..DEFAULTS
    },
    Silencer {
        rule: &GO_NOLINT_BARE,
        words: &["revive:disable"],
        pattern: r"//\s*revive:disable(?:-next-line|-line)?\s*(?:$|[^:\w-])",
        message: "this silences every rule of revive",
        help: "fix the problem, or name the rule and give a reason: `//revive:disable:name reason`",
        ..DEFAULTS
    },
    Silencer {
        rule: &GO_NOLINT_CODED,
        words: &["revive:disable"],
        pattern: r"//\s*revive:disable(?:-next-line|-line)?:[\w-]+",
        reason: ReasonStyle::Rest,
        message: "this silences a rule of revive",
        help: "fix the problem, or give a reason: `//revive:disable:name reason`",
        ..DEFAULTS
    },
    Silencer {
        rule: &GO_NOSEC_CODED,
        words: &["nosec", "gosec:disable"],
        pattern: r"(?:#nosec\b\s*:?|//\s*gosec:disable\b)\s*G\d+(?:[,\s]+G\d+)*",
        message: "this silences a security check without a reason",
        help: "fix the problem, or say what makes the line safe: `// #nosec G104 -- reason`",
        ..DEFAULTS
    },
    Silencer {
        rule: &GO_TEST_NEVER,
        files: FileScope::Tests,
        words: &["build"],
        pattern: r"^//\s*(?:go:build|\+build)\s+(?:ignore|never|none|disabled)\b",
        message: "this file is never built, so its tests are never run",
        help: "let the tests run, or give a reason: `// -- reason`",
        ..DEFAULTS
    },
    Silencer {
        rule: &GO_TEST_NEVER,
        files: FileScope::Tests,
        words: &["os.exit"],
        pattern: r"\bos\.Exit\(\s*0\s*\)",
        part: SourcePart::Code,
        message: "this ends the tests as if they had passed",
        help: "let the tests run, or give a reason: `// -- reason`",
        ..DEFAULTS
    },
    Silencer {
        rule: &GO_NOSEC_BARE,
        words: &["nosec", "gosec:disable"],
        pattern: r"#nosec\b|//\s*gosec:disable\b",
        unless: Some(r"^\s*:?\s*G\d"),
        message: "this silences every security check",
        help: "fix the problem, or name the check and say what makes the line safe: `// #nosec \
            G104 -- reason`",
        ..DEFAULTS
    },
    Silencer {
        rule: &GO_TEST_SKIP,
        files: FileScope::Tests,
        words: &["skip"],
        pattern: r"\b[tbf]\.Skip(?:f|Now)?\(",
        part: SourcePart::Code,
        reason: ReasonStyle::Argument,
        message: "this skips a test",
        help: "give a reason: t.Skip(\"...\")",
        ..DEFAULTS
    },
];

const VARIABLES: &[WeakeningVariable] = &[WeakeningVariable::by_value(
    "GOFLAGS",
    "go",
    are_flags_weaker,
)];

fn are_flags_weaker(flags: &str) -> bool {
    words(flags).iter().any(|flag| is_flag_weaker(flag))
}

/// Whether a flag skips or only builds tests, replaces code, or runs `go vet` without its checks.
fn is_flag_weaker(word: &str) -> bool {
    let flag = word.trim_start_matches('-');
    let (name, value) = flag.split_once('=').unwrap_or((flag, ""));
    match name.strip_prefix("test.").unwrap_or(name) {
        "c" | "exec" | "list" | "modfile" | "n" | "overlay" | "run" | "short" | "skip"
        | "toolexec" => true,
        "vet" => value != "all",
        _ => false,
    }
}

const PROGRAMS: &[Program] = &[
    Program {
        files: &["magefile.go"],
        ..Program::new(&["mage"])
    },
    Program {
        is_interpreter: true,
        cannot_fail: runs_no_test,
        ..Program::new(&["go"])
    },
    Program {
        cannot_fail: lists,
        ..Program::new(&["gofmt", "gofumpt", "goimports"])
    },
    Program {
        cannot_fail: ignores_issues,
        ..Program::new(&["golangci-lint"])
    },
    Program {
        cannot_fail: fails_for_nothing,
        ..Program::new(&["staticcheck"])
    },
];

/// Documentation of staticcheck, "Command-line flags"; not run.
fn fails_for_nothing(call: &Call<'_>) -> Option<SwallowedStatus> {
    let (value, span) = call.value("-fail")?;
    matches!(value, "" | "none" | "-all").then(|| {
        SwallowedStatus::by_tool(
            span,
            "no check of staticcheck makes it fail",
            "remove `-fail`",
        )
    })
}

fn runs_no_test(call: &Call<'_>) -> Option<SwallowedStatus> {
    if !call.is(&["test"]) {
        return None;
    }
    if let Some(word) = call.option(&["-list", "--list", "-n", "-c"]) {
        return Some(SwallowedStatus::by_tool(
            word.span.clone(),
            "no test is run",
            format!("remove `{}`", word.text),
        ));
    }
    let runs_others = call.options().any(|word| {
        let name = word.text.trim_start_matches('-');
        word.text.starts_with('-') && (name.starts_with("bench") || name.starts_with("fuzz"))
    });
    let nothing = call.value("-run").or_else(|| call.value("--run"));
    match nothing {
        Some(("^$", span)) if !runs_others => Some(SwallowedStatus::by_tool(
            span,
            "no test has an empty name, so no test is run",
            "remove it; to check that tests compile, run `go vet ./...`",
        )),
        _ => None,
    }
}

fn lists(call: &Call<'_>) -> Option<SwallowedStatus> {
    let word = call.option(&["-l"])?;
    // With `-w` it changes files, which a gate must not do; with `-d` newer versions fail.
    if call.option(&["-w", "-d"]).is_some() {
        return None;
    }
    Some(SwallowedStatus {
        span: call.first.span.start..word.span.end,
        cause: Cause::Listed,
        label: format!("{} lists files and succeeds", call.name),
        help: format!(
            "add forbid = '.', or write test -z \"$({} -l .)\"",
            call.name
        ),
    })
}

fn ignores_issues(call: &Call<'_>) -> Option<SwallowedStatus> {
    let (value, span) = call.value("--issues-exit-code")?;
    (value == "0").then(|| {
        SwallowedStatus::by_tool(
            span,
            "golangci-lint always succeeds, whatever it finds",
            "remove `--issues-exit-code`",
        )
    })
}

/// Third-party packages. PHP and Ruby keep them in a directory of the same name.
const ARTIFACTS: &[Artifact] = &[Artifact::new("vendor", ArtifactKind::Installed)];

const CHECKERS: &[Checker] = &[
    Checker {
        check: Edit {
            instead: &[("-w", "-l")],
            with: &["-l"],
            unless: &["-l", "-d"],
            ..Edit::NONE
        },
        fix: Some(Edit {
            without: &["-l", "-d"],
            with: &["-w"],
            ..Edit::NONE
        }),
        file_list: Some(&[]),
        files: GO_SOURCES,
        whole: &["gofmt", "-l", "."],
        // Without a path, it reads standard input, of which a gate has none.
        search: FileSearch::by_names(GO_SOURCES, &[], WithoutPath::Nothing),
        signs: &[Sign::usage(r"^flag provided but not defined: ").with(&[2])],
        ..Checker::new("gofmt", GateKind::Format, &[&["gofmt"], &["gofumpt"]])
    },
    // It also looks at imports, so a project may run both.
    Checker {
        check: Edit {
            instead: &[("-w", "-l")],
            with: &["-l"],
            unless: &["-l", "-d"],
            ..Edit::NONE
        },
        fix: Some(Edit {
            without: &["-l", "-d"],
            with: &["-w"],
            ..Edit::NONE
        }),
        file_list: Some(&[]),
        files: GO_SOURCES,
        whole: &["goimports", "-l", "."],
        search: FileSearch::by_names(GO_SOURCES, &[], WithoutPath::Nothing),
        signs: &[Sign::usage(r"^flag provided but not defined: ").with(&[2])],
        fix_step: Some(FixStep::Parts),
        ..Checker::new("goimports", GateKind::Format, &[&["goimports"]])
    },
    // It rewrites, and prints the names.
    Checker {
        check: Edit {
            instead: &[("go", "gofmt"), ("fmt", "-l"), ("./...", ".")],
            ..Edit::NONE
        },
        fix: Some(Edit {
            instead: &[("-l", "-w")],
            ..Edit::NONE
        }),
        files: GO_SOURCES,
        ..Checker::new("gofmt", GateKind::Format, &[&["go", "fmt"]])
    },
    Checker {
        files: GO_FILES,
        cache: Some(Cache::of_user("go-build", "GOCACHE")),
        download: Some("go mod download"),
        whole: &["go", "vet", "./..."],
        signs: &[GO_NO_PACKAGES, GO_NETWORK, GO_USAGE],
        options: CallOptions::SINGLE,
        findings: Findings::counting(ColumnUnit::Bytes),
        ..Checker::new("go-vet", GateKind::Lint, &[&["go", "vet"]])
    },
    Checker {
        unless: &["-c", "-list"],
        files: GO_FILES,
        success: Some(r"^ok\s"),
        cache: Some(Cache::of_user("go-build", "GOCACHE")),
        download: Some("go mod download"),
        whole: &["go", "test", "./..."],
        signs: &[
            Sign::nothing(r"\[no test files\]$|\[no tests to run\]$")
                .with(&[0])
                .unless(r"^ok\s+\S+\s+(?:\(cached\)|[\d.]+s)(?:\s+coverage: \d.*)?$"),
            GO_NO_PACKAGES,
            GO_NETWORK,
            GO_USAGE,
        ],
        options: GO_TEST_OPTIONS,
        ..Checker::new(
            "go-test",
            GateKind::Test,
            &[&["go", "test"], &["gotestsum"], &["richgo", "test"]],
        )
    },
    Checker {
        check: Edit::without(&["--fix"]),
        fix: Some(Edit::with(&["--fix"])),
        files: GO_FILES,
        configured_by: &[
            (".golangci.yml", ""),
            (".golangci.yaml", ""),
            (".golangci.toml", ""),
            (".golangci.json", ""),
        ],
        success: Some("^0 issues"),
        cache: Some(Cache::of_user("golangci-lint", "GOLANGCI_LINT_CACHE")),
        download: Some("go mod download"),
        whole: &["golangci-lint", "run"],
        signs: &[
            Sign::nothing("").with(&[5]),
            Sign::usage("").with(&[3, 6]),
            Sign::internal("").with(&[7]),
        ],
        options: GOLANGCI_OPTIONS,
        ..Checker::new(
            "golangci-lint",
            GateKind::Lint,
            &[&["golangci-lint", "run"], &["golangci-lint"]],
        )
    },
    Checker {
        files: GO_FILES,
        configured_by: &[("staticcheck.conf", "")],
        cache: Some(Cache::of_user("staticcheck", "STATICCHECK_CACHE")),
        download: Some("go mod download"),
        signs: &[GO_NO_PACKAGES, GO_USAGE, Sign::usage("").with(&[2])],
        options: CallOptions::SINGLE,
        findings: Findings::counting(ColumnUnit::Bytes),
        ..Checker::new("staticcheck", GateKind::Lint, &[&["staticcheck"]])
    },
    Checker {
        files: GO_FILES,
        needs_network: true,
        success: Some("^No vulnerabilities found"),
        signs: &[
            Sign::broken(ToolFault::Network, NO_NETWORK).with(&[1]),
            GO_NO_PACKAGES,
            GO_USAGE,
        ],
        options: CallOptions::SINGLE,
        ..Checker::new("govulncheck", GateKind::Security, &[&["govulncheck"]])
    },
    Checker {
        files: GO_FILES,
        ..Checker::new(
            "go-mod-tidy",
            GateKind::Lint,
            &[&["go", "mod", "tidy", "-diff"], &["go", "mod", "verify"]],
        )
    },
    Checker {
        files: GO_FILES,
        download: Some("go mod download"),
        options: CallOptions::PATHS,
        ..Checker::new("errcheck", GateKind::Lint, &[&["errcheck"]])
    },
    // Without the option, it succeeds with what it finds.
    Checker {
        only_with: &["-set_exit_status"],
        files: GO_FILES,
        options: CallOptions::PATHS,
        ..Checker::new("golint", GateKind::Lint, &[&["golint"]])
    },
    Checker {
        files: GO_FILES,
        options: CallOptions::PATHS,
        ..Checker::new("ineffassign", GateKind::Lint, &[&["ineffassign"]])
    },
    Checker {
        files: GO_FILES,
        success: None,
        options: CallOptions::SINGLE,
        ..Checker::new("gosec", GateKind::Security, &[&["gosec"]])
    },
];

/// No package has the name.
const GO_NO_PACKAGES: Sign =
    Sign::nothing(r#"^(?:go: )?warning: ".*" matched no packages$"#).with_any_code();

/// A module cannot be downloaded.
const GO_NETWORK: Sign = Sign::broken(
    ToolFault::Network,
    r"^(?:go: |\S+\.go:\d+:\d+: ).*(?:dial tcp|i/o timeout|TLS handshake timeout)",
)
.unless(r"^(?:ok|FAIL|---)\s");

/// go does not accept its arguments, or has no module or cache.
const GO_USAGE: Sign = Sign::usage(concat!(
    r"^flag provided but not defined: |^go: go\.mod file not found|^go: cannot find main module",
    r"|^(?:go: )?failed to initialize build cache|^build cache is (?:required|disabled)",
));

/// Go's source files.
const GO_SOURCES: &[&str] = &["**/*.go"];

/// What checks of whole packages look at.
const GO_FILES: &[&str] = &["**/*.go", "**/go.mod", "**/go.sum"];

/// The options of go-test.
const GO_TEST_OPTIONS: CallOptions = CallOptions {
    neutral: &["-v", "-cover", "-failfast"],
    neutral_valued: &["-parallel", "-shuffle", "-covermode"],
    // With `-count=0`, no test runs.
    stricter: &["-race", "-count=1"],
    looser: &["-short"],
    operands: Operands::Single,
    ..CallOptions::UNKNOWN
};

/// The options of golangci-lint.
const GOLANGCI_OPTIONS: CallOptions = CallOptions {
    neutral: &["-v", "--verbose", "--show-stats"],
    neutral_valued: &["--color", "--timeout", "-j", "--concurrency"],
    stricter_valued: &["-E", "--enable"],
    looser: &["--fix"],
    looser_valued: &["-D", "--disable"],
    operands: Operands::Single,
    ..CallOptions::UNKNOWN
};

/// Directives that the output of these tools suggests.
const SUGGESTIONS: &[Suggestion] = &[
    Suggestion {
        pattern: r"//\s*nolint\b",
        directive: "//nolint",
        rule: &GO_NOLINT_BARE,
        instead: "change the code; if it has to stay, name the linter and say why: `//nolint:name // reason`",
    },
    Suggestion {
        // bandit has the same word without the slashes.
        pattern: r"//\s*#\s*nosec\b|#nosec G\d",
        directive: "#nosec",
        rule: &GO_NOSEC_BARE,
        instead: "change the code; if it is safe, name the check and say why: `// #nosec G304 -- reason`",
    },
];
