//! yamllint and markdownlint: linters for data and documents.

use super::call_options::{CallOptions, Operands};
use super::checker::{Checker, Edit, Findings, Packages};
use super::configuration::UncomparedFiles;
use super::family::Family;
use super::file_search::{FileSearch, WithoutPath};
use super::sign::{ARGPARSE, Sign, TRACEBACK};
use super::variable::WeakeningVariable;
use crate::model::gate::GateKind;

pub(super) const FAMILY: Family = Family {
    uncompared: &[
        UncomparedFiles::new(&[".markdownlint*"], &["markdownlint", "markdownlint-cli2"]),
        UncomparedFiles::new(&[".yamllint*"], &["yamllint"]),
    ],
    variables: VARIABLES,
    checkers: CHECKERS,
    ..Family::NONE
};

const VARIABLES: &[WeakeningVariable] = &[WeakeningVariable::always(
    "YAMLLINT_CONFIG_FILE",
    "yamllint",
)];

/// A formatter of language-formatters-pre-commit-hooks, which only checks without `--autofix` (its `--help`).
const fn pretty_format(
    name: &'static str,
    calls: &'static [&'static [&'static str]],
    files: &'static [&'static str],
) -> Checker {
    Checker {
        check: Edit::without(&["--autofix"]),
        fix: Some(Edit::with(&["--autofix"])),
        file_list: Some(&[]),
        files,
        packages: Packages::PyPi(&["language-formatters-pre-commit-hooks"]),
        ..Checker::new(name, GateKind::Format, calls)
    }
}

const CHECKERS: &[Checker] = &[
    Checker {
        file_list: Some(&[]),
        files: &["**/*.{yml,yaml}"],
        configured_by: &[
            (".yamllint", ""),
            (".yamllint.yml", ""),
            (".yamllint.yaml", ""),
        ],
        packages: Packages::PyPi(&["yamllint"]),
        whole: &["yamllint", "."],
        search: FileSearch::by_names(
            &["**/*.{yaml,yml}", "**/.yamllint"],
            &[],
            WithoutPath::Unknown,
        ),
        recorded: Some("1.38.0"),
        signs: &[ARGPARSE, TRACEBACK],
        options: YAMLLINT_OPTIONS,
        ..Checker::new("yamllint", GateKind::Lint, &[&["yamllint"]])
    },
    Checker {
        check: Edit::with(&["-lint"]),
        fix: Some(Edit::without(&["-lint"])),
        file_list: Some(&[]),
        files: &["**/*.{yml,yaml}"],
        configured_by: &[
            (".yamlfmt", ""),
            (".yamlfmt.yml", ""),
            (".yamlfmt.yaml", ""),
            ("yamlfmt.yml", ""),
            ("yamlfmt.yaml", ""),
        ],
        ..Checker::new("yamlfmt", GateKind::Format, &[&["yamlfmt"]])
    },
    Checker {
        check: Edit::with(&["--verify"]),
        fix: Some(Edit::without(&["--verify"])),
        file_list: Some(&[]),
        files: &["**/*.ipynb"],
        packages: Packages::PyPi(&["nbstripout"]),
        ..Checker::new("nbstripout", GateKind::Format, &[&["nbstripout"]])
    },
    Checker {
        check: Edit::with(&["--check"]),
        fix: Some(Edit::without(&["--check"])),
        file_list: Some(&[]),
        files: &["**/tox.toml"],
        packages: Packages::PyPi(&["tox-toml-fmt"]),
        ..Checker::new("tox-toml-fmt", GateKind::Format, &[&["tox-toml-fmt"]])
    },
    Checker {
        check: Edit::with(&["--check"]),
        fix: Some(Edit::without(&["--check"])),
        file_list: Some(&[]),
        files: &["**/pyproject.toml"],
        packages: Packages::PyPi(&["pyproject-fmt"]),
        ..Checker::new("pyproject-fmt", GateKind::Format, &[&["pyproject-fmt"]])
    },
    // Its documentation, "Check formatting".
    Checker {
        check: Edit::with(&["--check"]),
        fix: Some(Edit::without(&["--check"])),
        files: &["**/pyproject.toml"],
        packages: Packages::PyPi(&["pyprojectsort"]),
        ..Checker::new("pyprojectsort", GateKind::Format, &[&["pyprojectsort"]])
    },
    pretty_format(
        "pretty-format-ini",
        &[&["pretty-format-ini"]],
        &["**/*.ini"],
    ),
    pretty_format(
        "pretty-format-toml",
        &[&["pretty-format-toml"]],
        &["**/*.toml"],
    ),
    pretty_format(
        "pretty-format-yaml",
        &[&["pretty-format-yaml"]],
        &["**/*.{yml,yaml}"],
    ),
    Checker {
        check: Edit::without(&["--fix"]),
        fix: Some(Edit::with(&["--fix"])),
        files: &["**/*.md"],
        configured_by: &[
            (".markdownlint.json", ""),
            (".markdownlint.yaml", ""),
            (".markdownlint.yml", ""),
        ],
        packages: Packages::Npm(&["markdownlint-cli2", "markdownlint-cli"]),
        file_list: Some(&[]),
        recorded: Some("0.22.1"),
        signs: &[
            Sign::nothing(r"^Linting: 0 file\(s\)$").by_configuration(),
            Sign::nothing(r"^Usage: markdownlint \[options\]"),
        ],
        options: CallOptions::PATHS,
        ..Checker::new(
            "markdownlint",
            GateKind::Lint,
            &[&["markdownlint-cli2"], &["markdownlint"]],
        )
    },
    // markdownlint of Ruby, another program.
    Checker {
        files: &["**/*.md"],
        configured_by: &[(".mdlrc", "")],
        ..Checker::new("mdl", GateKind::Lint, &[&["mdl"]])
    },
    Checker {
        check: Edit::without(&["-w", "--write-changes"]),
        fix: Some(Edit::with(&["--write-changes"])),
        configured_by: &[
            (".codespellrc", ""),
            ("pyproject.toml", "tool.codespell"),
            ("setup.cfg", "codespell"),
        ],
        packages: Packages::PyPi(&["codespell"]),
        whole: &["codespell"],
        file_list: Some(&[]),
        recorded: Some("2.4.3"),
        signs: &[ARGPARSE, TRACEBACK],
        options: CODESPELL_OPTIONS,
        ..Checker::new("codespell", GateKind::Lint, &[&["codespell"]])
    },
    Checker {
        check: Edit::without(&["--write-changes", "-w"]),
        fix: Some(Edit::with(&["--write-changes"])),
        configured_by: &[
            ("typos.toml", ""),
            ("_typos.toml", ""),
            (".typos.toml", ""),
            ("pyproject.toml", "tool.typos"),
            ("Cargo.toml", "workspace.metadata.typos"),
        ],
        packages: Packages::PyPi(&["typos"]),
        whole: &["typos"],
        file_list: Some(&[]),
        options: CallOptions::PATHS,
        ..Checker::new("typos", GateKind::Lint, &[&["typos"]])
    },
    Checker {
        ..Checker::new("cspell", GateKind::Lint, &[&["cspell"]])
    },
    Checker {
        check: Edit {
            with: &["--lint"],
            unless: &["--lint", "--check"],
            ..Edit::NONE
        },
        files: &["**/*.{html,jinja}"],
        packages: Packages::PyPi(&["djlint"]),
        file_list: Some(&[]),
        options: CallOptions::PATHS,
        findings: Findings {
            columns_from_zero: true,
            ..Findings::NONE
        },
        ..Checker::new("djlint", GateKind::Lint, &[&["djlint"]])
    },
    Checker {
        packages: Packages::PyPi(&["reuse"]),
        ..Checker::new("reuse", GateKind::Lint, &[&["reuse", "lint"]])
    },
    Checker {
        files: &["**/pyproject.toml"],
        packages: Packages::PyPi(&["validate-pyproject"]),
        options: CallOptions::PATHS,
        ..Checker::new(
            "validate-pyproject",
            GateKind::Lint,
            &[&["validate-pyproject"]],
        )
    },
    Checker {
        packages: Packages::PyPi(&["check-jsonschema"]),
        file_list: Some(&[]),
        ..Checker::new("check-jsonschema", GateKind::Lint, &[&["check-jsonschema"]])
    },
    Checker {
        files: &["**/*.{sql}"],
        packages: Packages::PyPi(&["sqlfluff"]),
        file_list: Some(&[]),
        ..Checker::new("sqlfluff", GateKind::Lint, &[&["sqlfluff", "lint"]])
    },
];

/// The options of yamllint.
const YAMLLINT_OPTIONS: CallOptions = CallOptions {
    neutral_valued: &["-f", "--format"],
    stricter: &["-s", "--strict"],
    looser: &["--no-warnings"],
    operands: Operands::Paths,
    ..CallOptions::UNKNOWN
};

/// The options of codespell.
const CODESPELL_OPTIONS: CallOptions = CallOptions {
    stricter: &["-f", "--check-filenames", "-H", "--check-hidden"],
    looser_valued: &["-S", "--skip", "-L", "--ignore-words-list"],
    operands: Operands::Paths,
    ..CallOptions::UNKNOWN
};
