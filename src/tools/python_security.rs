//! bandit: security checks for Python.

use super::call::Call;
use super::call_options::{CallOptions, Operands};
use super::checker::{Checker, Edit, Findings, PYTHON_FILES, Packages};
use super::configuration::{Configuration, UncomparedFiles, configuration, ini, toml, yaml};
use super::family::Family;
use super::file_search::{FileList, FileSearch, WithoutPath};
use super::program::Program;
use super::sign::{NO_NETWORK, Sign, TRACEBACK};
use super::silencer::{PYTHON, Silencer};
use super::strict_setting::{ListKind, StrictWhen, Unset};
use super::suggestion::Suggestion;
use super::swallowed_status::{Cause, SwallowedStatus};
use crate::model::column::ColumnUnit;
use crate::model::gate::GateKind;
use crate::model::outcome::ToolFault;
use crate::model::rule::rules;

pub(super) const FAMILY: Family = Family {
    configurations: &[BANDIT],
    uncompared: &[UncomparedFiles::new(
        &["bandit.yaml", "bandit.yml"],
        &["bandit"],
    )],
    silencers: SILENCERS,
    suggestions: SUGGESTIONS,
    programs: PROGRAMS,
    checkers: CHECKERS,
    ..Family::NONE
};

rules! { AddedLines:
    PYTHON_NOSEC_CODED = Error "python.nosec-coded" "`# nosec B603` without a reason";
    PYTHON_NOSEC_BARE = Error "python.nosec-bare" "`# nosec` without a check";
}

rules! { ToolConfiguration:
    BANDIT_SKIPS = Error "config.bandit.skips" "`skips` is longer";
    BANDIT_EXCLUDE = Error "config.bandit.exclude" "`exclude_dirs` is longer";
    BANDIT_TESTS = Error "config.bandit.tests" "`tests` is shorter";
    BANDIT_REMOVED = Error "config.bandit.removed" "the configuration was removed";
}

const BANDIT: Configuration = Configuration {
    alternatives: &["ruff"],
    read_by: &["bandit"],
    ..configuration(
        "bandit",
        Some(&BANDIT_REMOVED),
        &[
            ini(".bandit", "bandit"),
            toml("pyproject.toml", "tool.bandit"),
            yaml("bandit.yaml", ""),
            yaml("bandit.yml", ""),
        ],
        &[
            BANDIT_SKIPS.settings(&["skips", "skip"], StrictWhen::Short(ListKind::Names, &[])),
            BANDIT_EXCLUDE.settings(
                &["exclude-dirs", "exclude", "assert-used.skips"],
                StrictWhen::Short(ListKind::Paths, &[]),
            ),
            BANDIT_TESTS.settings(
                &["tests"],
                StrictWhen::Long(ListKind::Names, Unset::Everything),
            ),
        ],
    )
};

const SILENCERS: &[Silencer] = &[
    Silencer {
        rule: &PYTHON_NOSEC_CODED,
        words: &["nosec"],
        pattern: r"#\s*nosec\b\s*:?\s*(?:B\d+|[a-z]+(?:_[a-z]+)+)(?:[,\s]+(?:B\d+|[a-z]+(?:_[a-z]+)+))*",
        message: "this silences a security check without a reason",
        help: "fix the problem, or say what makes the line safe: `# nosec B603 -- reason`",
        ..PYTHON
    },
    Silencer {
        rule: &PYTHON_NOSEC_BARE,
        words: &["nosec"],
        // So does a comment that begins with any longer word (`NOSEC_COMMENT` of bandit).
        pattern: r"#\s*nosec",
        message: "this silences every security check on the line",
        help: "name the check and fix the problem, or say what makes the line safe: `# nosec B603 \
            -- reason`",
        ..PYTHON
    },
];

const PROGRAMS: &[Program] = &[
    Program {
        cannot_fail: |call| call.exit_zero(),
        ..Program::new(&["bandit"])
    },
    Program {
        cannot_fail: lists_findings,
        ..Program::new(&["semgrep"])
    },
];

/// `semgrep scan` succeeds with findings (documentation, "CLI reference"); `semgrep ci` does not.
fn lists_findings(call: &Call<'_>) -> Option<SwallowedStatus> {
    let is_scan = call.subcommand().is_none_or(|word| word.text != "ci");
    if !is_scan || call.option(&["--error", "--validate", "--test"]).is_some() {
        return None;
    }
    Some(SwallowedStatus {
        cause: Cause::Listed,
        ..SwallowedStatus::by_tool(
            call.first.span.clone(),
            "semgrep succeeds with any number of findings",
            "add `--error`",
        )
    })
}

const CHECKERS: &[Checker] = &[
    Checker {
        // With `-q`, it does not say how much it has checked.
        check: Edit::without(&["--exit-zero", "--quiet", "--silent", "-q"]),
        search: FileSearch::by_names(&["**/*.py"], &["--recursive", "-r"], WithoutPath::Unknown),
        files: PYTHON_FILES,
        configured_by: &[
            (".bandit", ""),
            ("pyproject.toml", "tool.bandit"),
            ("bandit.yaml", ""),
        ],
        packages: Packages::PyPi(&["bandit"]),
        success: Some("No issues identified"),
        findings: Findings {
            columns_from_zero: true,
            unit: ColumnUnit::Bytes,
            ..Findings::NONE
        },
        file_list: Some(&[]),
        recorded: Some("1.9.4"),
        signs: &[
            // A file without code is checked, too.
            Sign::nothing(r"^\s*Total lines of code: 0$").for_whole_projects(),
            Sign::nothing(r"^\s*Total lines of code: 0$").also(r"^Files skipped \([1-9]\d*\):$"),
            TRACEBACK,
            Sign::usage(r"^\[main\]\s+ERROR\s|^bandit: error: ").with(&[2]),
            Sign::usage("").with(&[2]),
        ],
        options: BANDIT_OPTIONS,
        ..Checker::new(
            "bandit",
            GateKind::Security,
            &[&["bandit"], &["bandit-baseline"]],
        )
    },
    Checker {
        needs_network: true,
        files: PYTHON_DEPENDENCIES,
        packages: Packages::PyPi(&["pip-audit"]),
        success: Some("No known vulnerabilities found"),
        search: FileSearch::Listed(FileList {
            options: &["-r", "--requirement"],
            default: "",
            unless: &[],
            is_empty: lists_no_package,
            says: "no file of requirements names a package",
        }),
        recorded: Some("2.10.1"),
        signs: &[
            // Its own environment takes pip from the index.
            Sign::broken(
                ToolFault::Network,
                r"^ERROR:pip_audit\._cli:Failed to upgrade `pip`",
            ),
            Sign::broken(ToolFault::Network, NO_NETWORK).unless(r"^Found \d+ known vulnerabilit"),
            TRACEBACK,
            Sign::usage(r"^ERROR:pip_audit\._cli:invalid |^pip-audit: error: "),
        ],
        options: PIP_AUDIT_OPTIONS,
        ..Checker::new("pip-audit", GateKind::Security, &[&["pip-audit"]])
    },
    Checker {
        needs_network: true,
        files: PYTHON_DEPENDENCIES,
        packages: Packages::PyPi(&["safety"]),
        signs: &[Sign::broken(ToolFault::Network, NO_NETWORK), TRACEBACK],
        ..Checker::new(
            "safety",
            GateKind::Security,
            &[&["safety", "check"], &["safety", "scan"]],
        )
    },
    Checker {
        check: Edit {
            with: &["--error"],
            ..Edit::NONE
        },
        unless: &["--validate"],
        configured_by: &[(".semgrep.yml", ""), (".semgrep.yaml", "")],
        packages: Packages::PyPi(&["semgrep"]),
        success: Some("0 findings"),
        recorded: Some("1.185.0"),
        signs: &[
            Sign::nothing(r"^Ran \d+ rules? on 0 files: ").by_configuration(),
            Sign::broken(ToolFault::Network, NO_NETWORK).with(&[2, 7]),
            TRACEBACK,
            Sign::usage(r"^\[ERROR\] ").with(&[4, 5, 7, 8]),
            Sign::usage("").with(&[4, 5, 7, 8]),
            Sign::internal("").with(&[2]),
        ],
        ..Checker::new(
            "semgrep",
            GateKind::Security,
            &[&["semgrep", "scan"], &["semgrep", "ci"], &["semgrep"]],
        )
    },
];

/// Whether a file of requirements names no package, nor another file.
fn lists_no_package(text: &str) -> bool {
    const OTHERS: [&str; 6] = [
        "-r",
        "--requirement",
        "-c",
        "--constraint",
        "-e",
        "--editable",
    ];
    text.lines().map(str::trim).all(|line| {
        let is_other = OTHERS.iter().any(|option| line.starts_with(option));
        line.is_empty() || line.starts_with('#') || line.starts_with("--") && !is_other
    })
}

/// The files that decide which packages a Python project installs.
const PYTHON_DEPENDENCIES: &[&str] = &[
    "**/pyproject.toml",
    "**/requirements*.txt",
    "**/{uv,poetry,pdm}.lock",
    "**/Pipfile.lock",
];

/// The options of bandit.
const BANDIT_OPTIONS: CallOptions = CallOptions {
    neutral: &["-q", "--quiet", "-v", "--verbose"],
    stricter: &["-r", "--recursive", "--ignore-nosec"],
    looser_valued: &["-x", "--exclude", "-s", "--skip"],
    operands: Operands::Single,
    ..CallOptions::UNKNOWN
};

/// The options of pip-audit.
const PIP_AUDIT_OPTIONS: CallOptions = CallOptions {
    neutral: &["-v", "--verbose"],
    stricter: &["-S", "--strict"],
    looser_valued: &["--ignore-vuln"],
    ..CallOptions::UNKNOWN
};

/// Directives that the output of these tools suggests.
const SUGGESTIONS: &[Suggestion] = &[Suggestion {
    pattern: r"#\s*nosec\b",
    directive: "# nosec",
    rule: &PYTHON_NOSEC_BARE,
    instead: "change the code; if it is safe, name the check and say why: `# nosec B603 -- reason`",
}];
