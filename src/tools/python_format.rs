//! black and isort: formatters for Python.

use super::cache::Cache;
use super::call::Call;
use super::call_options::{CallOptions, Operands};
use super::checker::{Checker, Edit, FixStep, PYTHON_FILES, Packages};
use super::configuration::{Configuration, configuration, ini, toml};
use super::family::Family;
use super::file_search::{FileSearch, WithoutPath};
use super::program::Program;
use super::python_lint::NO_PYTHON;
use super::sign::{ARGPARSE, Sign, TRACEBACK, Times};
use super::silencer::{PYTHON, Silencer};
use super::strict_setting::{ListKind, StrictWhen};
use super::swallowed_status::{Cause, SwallowedStatus};
use crate::model::gate::GateKind;
use crate::model::rule::rules;

pub(super) const FAMILY: Family = Family {
    configurations: &[BLACK, ISORT],
    silencers: SILENCERS,
    programs: PROGRAMS,
    checkers: CHECKERS,
    syntax_errors: SYNTAX_ERRORS,
    ..Family::NONE
};

const SYNTAX_ERRORS: &[&str] = &[r"^error: cannot format .*: Cannot parse"];

rules! { AddedLines:
    PYTHON_FMT_OFF = Off "python.fmt-off" "`# fmt: off`, `# fmt: skip`, `# yapf: disable`, `# autopep8: off`, `# isort: skip_file`, `skip`, `off`";
}

rules! { ToolConfiguration:
    BLACK_EXCLUDE = Warn "config.black.exclude"
        "`exclude`, `extend-exclude` or `force-exclude` is longer";
    BLACK_REMOVED = Warn "config.black.removed" "the configuration was removed";
    ISORT_SKIP = Warn "config.isort.skip" "`skip`, `skip_glob` or `extend_skip` is longer";
    ISORT_REMOVED = Warn "config.isort.removed" "the configuration was removed";
}

const BLACK: Configuration = Configuration {
    alternatives: &["ruff"],
    read_by: &["black"],
    ..configuration(
        "black",
        Some(&BLACK_REMOVED),
        &[toml("pyproject.toml", "tool.black")],
        &[BLACK_EXCLUDE.settings(
            &["exclude", "extend-exclude", "force-exclude"],
            StrictWhen::Short(ListKind::Expressions, &[]),
        )],
    )
};

const ISORT: Configuration = Configuration {
    alternatives: &["ruff"],
    read_by: &["isort"],
    ..configuration(
        "isort",
        Some(&ISORT_REMOVED),
        &[
            ini(".isort.cfg", "settings"),
            toml("pyproject.toml", "tool.isort"),
            ini("setup.cfg", "isort"),
            ini("tox.ini", "isort"),
        ],
        &[
            ISORT_SKIP.settings(
                &["skip", "skip-glob", "extend-skip", "extend-skip-glob"],
                StrictWhen::Short(ListKind::Paths, ISORT_SKIPPED),
            ),
            ISORT_SKIP.settings(
                &["blocked-extensions"],
                StrictWhen::Short(ListKind::Names, &["pex"]),
            ),
        ],
    )
};

/// Directories that isort skips by default, besides those of tools.
const ISORT_SKIPPED: &[&str] = &[
    ".bzr",
    ".direnv",
    ".pants.d",
    ".pytype",
    "__pypackages__",
    "_build",
    "buck-out",
    "build",
    "dist",
];

const SILENCERS: &[Silencer] = &[
    Silencer {
        rule: &PYTHON_FMT_OFF,
        words: &["fmt", "yapf", "autopep8"],
        pattern: r"#\s*(?:fmt:\s*(?:off|skip)|yapf:\s*disable|autopep8:\s*off)\s*(?:$|[#;-])",
        message: "this disables the formatter",
        help: "let the code be formatted, or give a reason: `# fmt: skip -- reason`",
        ..PYTHON
    },
    Silencer {
        rule: &PYTHON_FMT_OFF,
        words: &["isort"],
        pattern: r"#\s*(?:ruff:\s*)?isort:\s*(?:skip_file|skip|off)\b",
        message: "this keeps the imports from being sorted",
        help: "let the imports be sorted, or give a reason: `# isort: skip -- reason`",
        ..PYTHON
    },
];

const PROGRAMS: &[Program] = &[
    Program {
        cannot_fail: |call| shows_changes(call, &["--diff"], &["--check"]),
        ..Program::new(&["black"])
    },
    Program {
        cannot_fail: |call| {
            let says = call.always(&["--show-config", "--show-files", "--show-settings"]);
            says.or_else(|| {
                let checks = ["--check-only", "--check", "-c"];
                shows_changes(call, &["--diff", "--df"], &checks)
            })
        },
        ..Program::new(&["isort"])
    },
    Program {
        cannot_fail: |call| shows_changes(call, &["--diff", "-d"], &["--exit-code"]),
        ..Program::new(&["autopep8"])
    },
];

/// Why a formatter cannot fail, if it only shows what it would change.
fn shows_changes(call: &Call<'_>, shows: &[&str], checks: &[&str]) -> Option<SwallowedStatus> {
    let word = call.option(shows)?;
    if call.option(checks).is_some() {
        return None;
    }
    Some(SwallowedStatus {
        cause: Cause::Listed,
        ..SwallowedStatus::by_tool(
            word.span.clone(),
            format!("{} shows what it would change and succeeds", call.name),
            format!("add `{}`", checks.first()?),
        )
    })
}

const CHECKERS: &[Checker] = &[
    Checker {
        check: Edit::with(&["--check"]),
        fix: Some(Edit::without(&["--check"])),
        files: PYTHON_FILES,
        packages: Packages::PyPi(&["hatch"]),
        fix_step: Some(FixStep::Layout),
        ..Checker::new("hatch-fmt", GateKind::Format, &[&["hatch", "fmt"]])
    },
    Checker {
        check: Edit {
            with: &["--check"],
            unless: &["--check", "--diff"],
            without: &["--output-format", "--exit-non-zero-on-format"],
            ..Edit::NONE
        },
        fix: Some(Edit::without(&["--check", "--diff"])),
        file_list: Some(&["--force-exclude"]),
        files: PYTHON_FILES,
        configured_by: &[
            ("pyproject.toml", "tool.ruff.format"),
            ("ruff.toml", "format"),
            (".ruff.toml", "format"),
        ],
        packages: Packages::PyPi(&["ruff"]),
        success: Some("files? already formatted"),
        cache: Some(Cache::of_project(".ruff_cache", "RUFF_CACHE_DIR")),
        whole: &["ruff", "format", "--check", "."],
        recorded: Some("0.17.6"),
        signs: &[
            NO_PYTHON,
            Sign::internal(r"^(?:error: Ruff crashed|ruff panicked)").with(&[2]),
            // Files that it cannot parse have the same exit code.
            Sign::usage(
                r"^ruff failed$|^error: (?:unexpected argument|invalid value|the argument)",
            )
            .with(&[2]),
        ],
        skips_ignored: true,
        options: RUFF_FORMAT_OPTIONS,
        ..Checker::new("ruff-format", GateKind::Format, &[&["ruff", "format"]])
    },
    Checker {
        check: Edit {
            with: &["--check"],
            unless: &["--check"],
            without: &["--quiet", "-q"],
            ..Edit::NONE
        },
        fix: Some(Edit::without(&["--check", "--diff"])),
        file_list: Some(&[]),
        files: PYTHON_FILES,
        configured_by: &[("pyproject.toml", "tool.black")],
        packages: Packages::PyPi(&["black"]),
        success: Some("files? would be left unchanged"),
        cache: Some(Cache::of_user("black", "BLACK_CACHE_DIR")),
        whole: &["black", "--check", "."],
        recorded: Some("26.10.1"),
        signs: &[
            Sign::nothing(r"^No Python files are present to be formatted\. Nothing to do")
                .by_configuration(),
            Sign::usage(r"^Oh no! .*The required version `.*` does not match the running version"),
            Sign::internal(r"^error: cannot format .*: INTERNAL ERROR: "),
            TRACEBACK,
            Sign::usage(r"^Error: |^Usage: black ").with(&[2]),
            Sign::usage("").with(&[2]),
        ],
        skips_ignored: true,
        options: BLACK_OPTIONS,
        ..Checker::new("black", GateKind::Format, &[&["black"]])
    },
    Checker {
        check: Edit {
            with: &["--check-only"],
            unless: &["--check-only", "--check", "-c"],
            ..Edit::NONE
        },
        fix: Some(Edit::without(&[
            "--check-only",
            "--check",
            "-c",
            "--diff",
            "--df",
        ])),
        file_list: Some(&["--filter-files"]),
        files: PYTHON_FILES,
        configured_by: &[
            (".isort.cfg", ""),
            ("pyproject.toml", "tool.isort"),
            ("setup.cfg", "isort"),
            ("tox.ini", "isort"),
        ],
        packages: Packages::PyPi(&["isort"]),
        fix_step: Some(FixStep::Parts),
        whole: &["isort", "--check-only", "."],
        search: FileSearch::by_names(&["**/*.{py,pyi,pyx,pxd}"], &[], WithoutPath::Unknown),
        recorded: Some("9.0.2"),
        signs: &[
            Sign::nothing(r"^Skipped (\d+) files$")
                .times(Times::PerFile)
                .by_configuration(),
            Sign::usage(r"^Broken \d+ paths?$"),
            TRACEBACK,
            Sign::usage(r"^isort: error: ").with(&[2]),
            Sign::usage("").with(&[2]),
        ],
        options: ISORT_OPTIONS,
        ..Checker::new("isort", GateKind::Format, &[&["isort"]])
    },
    Checker {
        check: Edit {
            without: &["-i", "--in-place"],
            with: &["--diff"],
            unless: &["--diff", "-d", "--quiet", "-q"],
            ..Edit::NONE
        },
        fix: Some(Edit {
            without: &["--diff", "-d", "--quiet", "-q"],
            with: &["-i"],
            ..Edit::NONE
        }),
        file_list: Some(&[]),
        files: PYTHON_FILES,
        configured_by: &[
            (".style.yapf", ""),
            ("pyproject.toml", "tool.yapf"),
            ("setup.cfg", "yapf"),
        ],
        packages: Packages::PyPi(&["yapf"]),
        recorded: Some("0.43.0"),
        signs: &[
            Sign::nothing(r"^yapf: input filenames did not match any python files$")
                .with(&[1])
                .by_configuration(),
            ARGPARSE,
            TRACEBACK,
        ],
        ..Checker::new("yapf", GateKind::Format, &[&["yapf"]])
    },
    Checker {
        check: Edit {
            without: &["-i", "--in-place"],
            with: &["--diff", "--exit-code"],
            unless: &["--exit-code"],
            ..Edit::NONE
        },
        fix: Some(Edit {
            without: &["--diff", "--exit-code"],
            with: &["-i"],
            ..Edit::NONE
        }),
        file_list: Some(&[]),
        files: PYTHON_FILES,
        configured_by: &[("pyproject.toml", "tool.autopep8")],
        packages: Packages::PyPi(&["autopep8"]),
        search: FileSearch::by_names(&["**/*.py"], &["--recursive", "-r"], WithoutPath::Unknown),
        recorded: Some("2.3.2"),
        signs: &[ARGPARSE, TRACEBACK],
        ..Checker::new("autopep8", GateKind::Format, &[&["autopep8"]])
    },
    Checker {
        check: Edit {
            without: &["--in-place", "-i"],
            with: &["--check"],
            unless: &["--check", "-c"],
            ..Edit::NONE
        },
        fix: Some(Edit {
            without: &["--check", "-c"],
            with: &["--in-place"],
            ..Edit::NONE
        }),
        files: PYTHON_FILES,
        configured_by: &[("pyproject.toml", "tool.docformatter")],
        fix_step: Some(FixStep::Parts),
        packages: Packages::PyPi(&["docformatter"]),
        file_list: Some(&[]),
        recorded: Some("1.7.8"),
        signs: &[ARGPARSE, TRACEBACK],
        ..Checker::new("docformatter", GateKind::Format, &[&["docformatter"]])
    },
];

/// The options of ruff-format.
const RUFF_FORMAT_OPTIONS: CallOptions = CallOptions {
    neutral: &["-q", "--quiet", "-v", "--verbose", "-n", "--no-cache"],
    neutral_valued: &["--color"],
    stricter: &["--check", "--diff", "--no-respect-gitignore"],
    looser: &["--force-exclude"],
    looser_valued: &["--exclude", "--extend-exclude"],
    operands: Operands::Paths,
    ..CallOptions::UNKNOWN
};

/// The options of black.
const BLACK_OPTIONS: CallOptions = CallOptions {
    neutral: &["-q", "--quiet", "-v", "--verbose", "--color", "--no-color"],
    stricter: &["--check"],
    looser_valued: &["--exclude", "--extend-exclude", "--force-exclude"],
    operands: Operands::Paths,
    ..CallOptions::UNKNOWN
};

/// The options of isort.
const ISORT_OPTIONS: CallOptions = CallOptions {
    neutral: &["-q", "--quiet", "-v", "--verbose"],
    stricter: &["-c", "--check", "--check-only"],
    looser_valued: &[
        "--skip",
        "--extend-skip",
        "--skip-glob",
        "--extend-skip-glob",
    ],
    operands: Operands::Paths,
    ..CallOptions::UNKNOWN
};
